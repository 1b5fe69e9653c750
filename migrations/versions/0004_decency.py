"""What servers set about decency: a level, and words of their own."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("servers", sa.Column("decency", sa.String(length=10), nullable=True))
    op.add_column("servers", sa.Column("blocked", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("servers", "blocked")
    op.drop_column("servers", "decency")
