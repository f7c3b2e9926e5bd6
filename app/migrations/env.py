"""Alembic's entry: migrates the database of DATABASE_URL, with GeoAlchemy2's hooks so that `check` finds no difference.

Every module with tables is imported here, so that they join the metadata.
"""

# ruff: noqa: F401

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, create_engine

import app.accounts.models
import app.coverage.scenarios.models
import app.coverage.shortlists.models
import app.coverage.sites.models
import app.directory.edition.models
import app.directory.memberships.models
import app.directory.models
import app.mail.models
import app.matchmaking.interests.models
import app.matchmaking.introductions.models
import app.matchmaking.proposals.models
import app.meetings.calendars.models
import app.meetings.desk.models
import app.meetings.invitations.models
import app.meetings.models
import app.meetings.registrations.models
import app.meetings.requests.models
import app.meetings.seating.models
import app.meetings.sheets.models
import app.meetings.workshops.models
import app.partnerships.agreements.models
import app.partnerships.boards.models
import app.partnerships.exchanges.models
import app.partnerships.figures.models
import app.partnerships.models
import geo.sources
import geo.territories
from app import config
from geo.orm import Base


def run() -> None:
    """Run the migrations on the connection given by the caller, or on DATABASE_URL."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _migrate(connection)
        return
    with create_engine(config.read()["DATABASE_URL"]).connect() as connection:
        _migrate(connection)
        connection.commit()


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=alembic_helpers.include_object,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
