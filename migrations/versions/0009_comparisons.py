"""Comparisons of models and the votes on them; what statistics read of answers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

IS_UNSHOWN = sa.text("shown_at IS NULL")
# As `topic_of` in bot/domain/topic.py tells it of an answer that ends from now on.
FILL = """
UPDATE answers SET
    basis = json_extract(card, '$.basis'),
    topic = CASE
        WHEN json_extract(card, '$.basis') NOT IN ('notes', 'answered') THEN NULL
        WHEN json_extract(card, '$.sources[0].origin') = 'answer'
            THEN substr(json_extract(card, '$.sources[0].heading'), 1, 100)
        ELSE substr(json_extract(card, '$.sources[0].title'), 1, 100)
    END
WHERE card IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "comparisons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("server", sa.String(length=100), nullable=False),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("person_name", sa.String(length=100), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("sampling", sa.JSON(), nullable=False),
        sa.Column("num_passages", sa.Integer(), nullable=False),
        sa.Column("is_revealed", sa.Boolean(), nullable=False),
        sa.Column("channel_id", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("shown_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_comparisons"),
        sa.UniqueConstraint("source", name="uq_comparisons_source"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_comparisons_person_id", "comparisons", ["person_id"])
    op.create_index("ix_comparisons_server", "comparisons", ["server", "created_at"])
    op.create_index(
        "ix_comparisons_unshown",
        "comparisons",
        ["created_at"],
        sqlite_where=IS_UNSHOWN,
        postgresql_where=IS_UNSHOWN,
    )
    op.create_table(
        "comparison_answers",
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("num_new_tokens", sa.Integer(), nullable=False),
        sa.Column("logprob", sa.Float(), nullable=False),
        sa.Column("loading_seconds", sa.Float(), nullable=True),
        sa.Column("first_token_seconds", sa.Float(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("seed", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.String(length=40), nullable=True),
        sa.Column("layout", sa.String(length=30), nullable=True),
        sa.ForeignKeyConstraint(
            ["comparison_id"],
            ["comparisons.id"],
            name="fk_comparison_answers_comparison_id_comparisons",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comparison_id", "position", name="pk_comparison_answers"),
    )
    op.create_table(
        "comparison_votes",
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_blind", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comparison_id"],
            ["comparisons.id"],
            name="fk_comparison_votes_comparison_id_comparisons",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comparison_id", "person_id", name="pk_comparison_votes"),
    )
    op.create_index("ix_comparison_votes_person_id", "comparison_votes", ["person_id"])
    op.add_column("answers", sa.Column("basis", sa.String(length=10), nullable=True))
    op.add_column("answers", sa.Column("topic", sa.String(length=200), nullable=True))
    op.execute(FILL)
    op.create_index(
        "ix_answers_statistics",
        "answers",
        [
            "server",
            "kind",
            "created_at",
            "asker_id",
            "model",
            "state",
            "basis",
            "topic",
            "is_private",
            "parent_id",
            "num_new_tokens",
            "first_token_at",
            "finished_at",
        ],
    )


def downgrade() -> None:
    op.drop_index("ix_answers_statistics", "answers")
    op.drop_column("answers", "topic")
    op.drop_column("answers", "basis")
    op.drop_table("comparison_votes")
    op.drop_table("comparison_answers")
    op.drop_table("comparisons")
