"""People's schedules of repetition, and who wants none."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "study_cards",
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("card", sa.String(length=16), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("stability", sa.Float(), nullable=False),
        sa.Column("difficulty", sa.Float(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "card", name="pk_study_cards"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "study_optouts",
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_study_optouts"),
    )


def downgrade() -> None:
    op.drop_table("study_optouts")
    op.drop_table("study_cards")
