"""What people think of answers: votes of everybody, reviews of teaching assistants."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

IS_VOTE = sa.text("verdict IN ('good', 'bad')")
IS_REVIEW = sa.text("verdict IN ('endorsed', 'corrected')")
IS_ENDORSED = sa.text("origin = 'answer'")


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("person_name", sa.String(length=100), nullable=False),
        sa.Column("of_correction", sa.Boolean(), nullable=False),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name="fk_feedback_answer_id_answers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feedback_answer_id", "feedback", ["answer_id"])
    op.create_index(
        "uq_feedback_vote",
        "feedback",
        ["answer_id", "person_id", "of_correction"],
        unique=True,
        sqlite_where=IS_VOTE,
        postgresql_where=IS_VOTE,
    )
    op.create_index(
        "uq_feedback_review",
        "feedback",
        ["answer_id"],
        unique=True,
        sqlite_where=IS_REVIEW,
        postgresql_where=IS_REVIEW,
    )
    op.create_index(
        "ix_passages_endorsed",
        "passages",
        ["server"],
        sqlite_where=IS_ENDORSED,
        postgresql_where=IS_ENDORSED,
    )


def downgrade() -> None:
    op.drop_index("ix_passages_endorsed", "passages")
    op.drop_table("feedback")
