"""Alembic's entry: migrates the database of DATABASE_URL, with GeoAlchemy2's hooks so that `check` finds no difference."""

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, create_engine

import app.directory.models  # noqa: F401  (each subject's tables join the metadata)
import geo.sources
import geo.territories  # noqa: F401
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
