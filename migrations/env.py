"""Alembic's entry: runs on the connection that the application opened."""

from alembic import context

from bot.storage.tables import metadata

# For authors: bot.storage.migration runs this with foreign keys off and checks them before the
# commit, so a table may be rebuilt (batch_alter_table). A rebuilt table forgets AUTOINCREMENT
# unless it is said again: table_kwargs={"sqlite_autoincrement": True}.
#
# The application began the transaction (BEGIN IMMEDIATE), so that a failed migration leaves
# nothing: Alembic sees that and adds none of its own.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
