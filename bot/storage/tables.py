"""The tables. Migrations make them; a test keeps both alike."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.storage.columns import Moment
from bot.storage.columns import metadata as metadata

facts = Table(
    "facts",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("value", Text, nullable=False),
)

servers = Table(
    "servers",
    metadata,
    Column("server", String(100), primary_key=True),
    Column("threads", String(10)),
    Column("model", String(100)),
    Column("admin_role", String(40)),
    Column("exempt_role", String(40)),
    Column("temperature", String(30)),  # decimal text: a float comes back as it was
    Column("top_p", String(30)),
    Column("length", String(10)),
    Column("person_count", Integer),
    Column("person_period", Integer),
    Column("channel_count", Integer),
    Column("channel_period", Integer),
    Column("server_count", Integer),
    Column("server_period", Integer),
    Column("handbook", Boolean),
    Column("assistant_role", String(40)),
    Column("decency", String(10)),
    Column("blocked", JSON),
    Column("topic_guard", String(10)),
)

rate_limits = Table(
    "rate_limits",
    metadata,
    Column("scope", String(20), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("tat", BigInteger, nullable=False),  # GCRA's theoretical arrival time
)

answers = Table(
    "answers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(100), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("state", String(12), nullable=False),
    Column("server", String(100), nullable=False),
    Column("channel", String(100), nullable=False),
    Column("asker_id", String(40), nullable=False),
    Column("asker_name", String(100), nullable=False),
    Column("question", Text, nullable=False),
    Column("model", String(100), nullable=False),
    Column("revision", String(40)),
    Column("sampling", JSON, nullable=False),
    Column("is_private", Boolean, nullable=False),
    Column("parent_id", Integer, ForeignKey("answers.id", ondelete="SET NULL")),
    Column("prefix", Text, nullable=False),
    Column("num_samples", Integer, nullable=False),
    Column("prompt", Text),
    Column("text", Text, nullable=False),
    Column("finish_reason", String(20)),
    Column("error_id", String(20)),
    Column("num_prompt_tokens", Integer, nullable=False),
    Column("num_new_tokens", Integer, nullable=False),
    Column("num_dropped_turns", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("first_token_at", Moment),
    Column("finished_at", Moment),
    Column("delivered_at", Moment),
    Column("card", JSON(none_as_null=True)),
    Column("layout", String(30)),
    Column("budget", JSON(none_as_null=True)),
    Column("drafts", JSON(none_as_null=True)),
    Column("basis", String(10)),  # of the card, for statistics; see `statistics_index`
    Column("topic", String(200)),
    sqlite_autoincrement=True,
)
# The few rows that a restart must look after; the conditions keep both indexes tiny.
Index(
    "ix_answers_unfinished",
    answers.c.id,
    sqlite_where=answers.c.finished_at.is_(None),
    postgresql_where=answers.c.finished_at.is_(None),
)
Index(
    "ix_answers_undelivered",
    answers.c.created_at,
    sqlite_where=answers.c.delivered_at.is_(None),
    postgresql_where=answers.c.delivered_at.is_(None),
)
Index("ix_answers_parent_id", answers.c.parent_id)
Index("ix_answers_asker_id", answers.c.asker_id)

answer_messages = Table(
    "answer_messages",
    metadata,
    Column("answer_id", Integer, ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("channel_id", String(40), nullable=False),
    Column("nonce", String(25), nullable=False),
    Column("message_id", String(40), index=True),
    Column("token", Text),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("server", String(100), nullable=False),
    Column("channel", String(100), nullable=False),
    Column(
        "answer_id",
        Integer,
        ForeignKey("answers.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("asker_id", String(40), nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("server", "channel", "answer_id"),
    sqlite_autoincrement=True,
)
Index("ix_turns_asker_id", turns.c.asker_id)
Index("ix_turns_conversation", turns.c.server, turns.c.channel, turns.c.id)

# Notes. Everything that a search reads hangs on one server: its passages by name, its words and
# its full-text index (`bot.storage.full_text`) by the number of its library.
libraries = Table(
    "libraries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("server", String(100), nullable=False, unique=True),
    Column("num_passages", Integer, nullable=False),
    sqlite_autoincrement=True,
)

notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("server", String(100), nullable=False),
    Column("name", String(200), nullable=False),
    Column("title", Text, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("num_bytes", Integer, nullable=False),
    Column("num_passages", Integer, nullable=False),
    Column("link", Text),
    Column("added_by", String(40), nullable=False),
    Column("added_by_name", String(100), nullable=False),
    Column("added_at", Moment, nullable=False),
    UniqueConstraint("server", "name"),
    sqlite_autoincrement=True,
)

passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("server", String(100), nullable=False),
    Column("note_id", Integer, ForeignKey("notes.id", ondelete="CASCADE"), index=True),
    Column("origin", String(10), nullable=False),
    Column("document", String(200), nullable=False),
    Column("title", Text, nullable=False),
    Column("heading", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("page", Integer),
    Column("link", Text),
    Column("position", Integer, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_passages_document", passages.c.server, passages.c.document)

words = Table(
    "words",
    metadata,
    Column("library", Integer, ForeignKey("libraries.id", ondelete="CASCADE"), primary_key=True),
    Column("word", String(40), primary_key=True),
    Column("num_passages", Integer, nullable=False),
    sqlite_with_rowid=False,
)

trigrams = Table(
    "trigrams",
    metadata,
    Column("library", Integer, ForeignKey("libraries.id", ondelete="CASCADE"), primary_key=True),
    Column("trigram", String(3), primary_key=True),
    Column("length", Integer, primary_key=True),
    Column("word", String(40), primary_key=True),
    sqlite_with_rowid=False,
)

# A server's endorsed answers are few among its passages.
_IS_ENDORSED = text("origin = 'answer'")
Index(
    "ix_passages_endorsed",
    passages.c.server,
    sqlite_where=_IS_ENDORSED,
    postgresql_where=_IS_ENDORSED,
)

# What people think of answers. A vote and a review are rows of one table: who, of what, when.
feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("answer_id", Integer, ForeignKey("answers.id", ondelete="CASCADE"), nullable=False),
    Column("verdict", String(10), nullable=False),
    Column("person_id", String(40), nullable=False),
    Column("person_name", String(100), nullable=False),
    Column("of_correction", Boolean, nullable=False),
    Column("question", Text),  # of a review: what was approved, whatever the answer's row says
    Column("text", Text),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)
_IS_VOTE = text("verdict IN ('good', 'bad')")
_IS_REVIEW = text("verdict IN ('endorsed', 'corrected')")
Index("ix_feedback_answer_id", feedback.c.answer_id)
Index("ix_feedback_person_id", feedback.c.person_id)
Index(
    "uq_feedback_vote",
    feedback.c.answer_id,
    feedback.c.person_id,
    feedback.c.of_correction,
    unique=True,
    sqlite_where=_IS_VOTE,
    postgresql_where=_IS_VOTE,
)
Index(
    "uq_feedback_review",
    feedback.c.answer_id,
    unique=True,
    sqlite_where=_IS_REVIEW,
    postgresql_where=_IS_REVIEW,
)
