"""The tables of comparisons; see `tables`."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from bot.storage.columns import Moment, metadata

comparisons = Table(
    "comparisons",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(100), nullable=False, unique=True),
    Column("state", String(12), nullable=False),
    Column("server", String(100), nullable=False),
    Column("channel", String(100), nullable=False),
    Column("person_id", String(40), nullable=False, index=True),
    Column("person_name", String(100), nullable=False),
    Column("question", Text, nullable=False),
    Column("sampling", JSON, nullable=False),
    Column("num_passages", Integer, nullable=False),
    Column("is_revealed", Boolean, nullable=False),
    Column("channel_id", String(40), nullable=False),
    Column("message_id", String(40)),
    Column("created_at", Moment, nullable=False),
    Column("shown_at", Moment),
    sqlite_autoincrement=True,
)
Index("ix_comparisons_server", comparisons.c.server, comparisons.c.created_at)
# The few rows that a restart must look after.
Index(
    "ix_comparisons_unshown",
    comparisons.c.created_at,
    sqlite_where=comparisons.c.shown_at.is_(None),
    postgresql_where=comparisons.c.shown_at.is_(None),
)

comparison_answers = Table(
    "comparison_answers",
    metadata,
    Column(
        "comparison_id",
        Integer,
        ForeignKey("comparisons.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("position", Integer, primary_key=True),
    Column("model", String(100), nullable=False),
    Column("state", String(12), nullable=False),
    Column("text", Text, nullable=False),
    Column("error", Text),
    Column("num_new_tokens", Integer, nullable=False),
    Column("logprob", Float, nullable=False),
    Column("loading_seconds", Float),
    Column("first_token_seconds", Float),
    Column("seconds", Float),
    Column("seed", BigInteger),
    Column("revision", String(40)),
    Column("layout", String(30)),
)

comparison_votes = Table(
    "comparison_votes",
    metadata,
    Column(
        "comparison_id",
        Integer,
        ForeignKey("comparisons.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("person_id", String(40), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
    Column("is_blind", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
)
