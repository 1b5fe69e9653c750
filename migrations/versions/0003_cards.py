"""What an answer rests on, and what servers set about it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("answers", sa.Column("card", sa.JSON(), nullable=True))
    op.add_column("servers", sa.Column("handbook", sa.Boolean(), nullable=True))
    op.add_column("servers", sa.Column("assistant_role", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("servers", "assistant_role")
    op.drop_column("servers", "handbook")
    op.drop_column("answers", "card")
