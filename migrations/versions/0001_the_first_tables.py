"""The first tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("server", sa.String(length=100), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("asker_id", sa.String(length=40), nullable=False),
        sa.Column("asker_name", sa.String(length=100), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("revision", sa.String(length=40), nullable=True),
        sa.Column("sampling", sa.JSON(), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("num_samples", sa.Integer(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("finish_reason", sa.String(length=20), nullable=True),
        sa.Column("error_id", sa.String(length=20), nullable=True),
        sa.Column("num_prompt_tokens", sa.Integer(), nullable=False),
        sa.Column("num_new_tokens", sa.Integer(), nullable=False),
        sa.Column("num_dropped_turns", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("first_token_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["answers.id"],
            name=op.f("fk_answers_parent_id_answers"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("source", name=op.f("uq_answers_source")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index("ix_answers_parent_id", ["parent_id"], unique=False)
        batch_op.create_index(
            "ix_answers_undelivered",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("delivered_at IS NULL"),
            postgresql_where=sa.text("delivered_at IS NULL"),
        )
        batch_op.create_index(
            "ix_answers_unfinished",
            ["id"],
            unique=False,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "facts",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_facts")),
    )
    op.create_table(
        "rate_limits",
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("tat", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_rate_limits")),
    )
    op.create_table(
        "servers",
        sa.Column("server", sa.String(length=100), nullable=False),
        sa.Column("threads", sa.String(length=10), nullable=True),
        sa.Column("model", sa.String(length=100), nullable=True),
        sa.Column("admin_role", sa.String(length=40), nullable=True),
        sa.Column("exempt_role", sa.String(length=40), nullable=True),
        sa.Column("temperature", sa.String(length=30), nullable=True),
        sa.Column("top_p", sa.String(length=30), nullable=True),
        sa.Column("length", sa.String(length=10), nullable=True),
        sa.Column("person_count", sa.Integer(), nullable=True),
        sa.Column("person_period", sa.Integer(), nullable=True),
        sa.Column("channel_count", sa.Integer(), nullable=True),
        sa.Column("channel_period", sa.Integer(), nullable=True),
        sa.Column("server_count", sa.Integer(), nullable=True),
        sa.Column("server_period", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("server", name=op.f("pk_servers")),
    )
    op.create_table(
        "answer_messages",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("nonce", sa.String(length=25), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["answers.id"],
            name=op.f("fk_answer_messages_answer_id_answers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("answer_id", "part", name=op.f("pk_answer_messages")),
    )
    with op.batch_alter_table("answer_messages", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_answer_messages_message_id"), ["message_id"], unique=False
        )

    op.create_table(
        "turns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server", sa.String(length=100), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.String(length=40), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["answers.id"],
            name=op.f("fk_turns_answer_id_answers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
        sa.UniqueConstraint(
            "server", "channel", "answer_id", name=op.f("uq_turns_server_channel_answer_id")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_turns_answer_id"), ["answer_id"], unique=False)
        batch_op.create_index("ix_turns_conversation", ["server", "channel", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.drop_index("ix_turns_conversation")
        batch_op.drop_index(batch_op.f("ix_turns_answer_id"))

    op.drop_table("turns")
    with op.batch_alter_table("answer_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_messages_message_id"))

    op.drop_table("answer_messages")
    op.drop_table("servers")
    op.drop_table("rate_limits")
    op.drop_table("facts")
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_answers_unfinished",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_answers_undelivered",
            sqlite_where=sa.text("delivered_at IS NULL"),
            postgresql_where=sa.text("delivered_at IS NULL"),
        )
        batch_op.drop_index("ix_answers_parent_id")

    op.drop_table("answers")
