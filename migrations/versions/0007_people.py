"""Whose a row is, so that people find and delete what is theirs."""

from collections.abc import Sequence

from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

OWNERS = {"answers": "asker_id", "turns": "asker_id", "feedback": "person_id"}


def upgrade() -> None:
    for table, column in OWNERS.items():
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table, column in OWNERS.items():
        op.drop_index(f"ix_{table}_{column}", table)
