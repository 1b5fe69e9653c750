"""What a model was given and wrote for an answer, so that it can be shown and done again."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("answers", sa.Column("layout", sa.String(length=30), nullable=True))
    op.add_column("answers", sa.Column("budget", sa.JSON(), nullable=True))
    op.add_column("answers", sa.Column("drafts", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("answers", "drafts")
    op.drop_column("answers", "budget")
    op.drop_column("answers", "layout")
