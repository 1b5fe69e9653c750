"""The tables of people's schedules."""

from sqlalchemy import Column, Float, Integer, String, Table

from bot.storage.tables import Moment, metadata

study_cards = Table(
    "study_cards",
    metadata,
    Column("person_id", String(40), primary_key=True),
    Column("card", String(16), primary_key=True),
    Column("state", Integer, nullable=False),
    Column("step", Integer),
    Column("stability", Float, nullable=False),
    Column("difficulty", Float, nullable=False),
    Column("due", Moment, nullable=False),
    Column("reviewed_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

# Who wants no schedule. The row is all that is kept of such a person.
study_optouts = Table(
    "study_optouts",
    metadata,
    Column("person_id", String(40), primary_key=True),
    Column("at", Moment, nullable=False),
)
