"""Notes, their passages, and what searching them needs.

The full-text indexes are no part of it: each server has its own, made with its first note.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "libraries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server", sa.String(length=100), nullable=False),
        sa.Column("num_passages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_libraries")),
        sa.UniqueConstraint("server", name=op.f("uq_libraries_server")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("num_bytes", sa.Integer(), nullable=False),
        sa.Column("num_passages", sa.Integer(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("added_by", sa.String(length=40), nullable=False),
        sa.Column("added_by_name", sa.String(length=100), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("server", "name", name=op.f("uq_notes_server_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "passages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server", sa.String(length=100), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"],
            ["notes.id"],
            name=op.f("fk_passages_note_id_notes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("passages", schema=None) as batch_op:
        batch_op.create_index("ix_passages_document", ["server", "document"], unique=False)
        batch_op.create_index(batch_op.f("ix_passages_note_id"), ["note_id"], unique=False)

    op.create_table(
        "words",
        sa.Column("library", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("num_passages", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["library"],
            ["libraries.id"],
            name=op.f("fk_words_library_libraries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("library", "word", name=op.f("pk_words")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trigrams",
        sa.Column("library", sa.Integer(), nullable=False),
        sa.Column("trigram", sa.String(length=3), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["library"],
            ["libraries.id"],
            name=op.f("fk_trigrams_library_libraries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("library", "trigram", "length", "word", name=op.f("pk_trigrams")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    indexes = op.get_bind().execute(sa.text("SELECT id FROM libraries")).scalars()
    for number in list(indexes):
        op.execute(f"DROP TABLE passage_index_{number:d}")
    op.drop_table("trigrams")
    op.drop_table("words")
    with op.batch_alter_table("passages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passages_note_id"))
        batch_op.drop_index("ix_passages_document")

    op.drop_table("passages")
    op.drop_table("notes")
    op.drop_table("libraries")
