"""The history of the tables goes up, down and up again, and ends where the models are."""

import sqlalchemy as sa
from alembic import command

from tests.conftest import alembic_config


def test_migrations_go_up_down_and_up_again_and_match_the_models(own_database: str):
    engine = sa.create_engine(own_database)
    with engine.connect() as connection:
        alembic = alembic_config()
        alembic.attributes["connection"] = connection
        command.downgrade(alembic, "base")
        left = set(sa.inspect(connection).get_table_names()) - {"alembic_version", "spatial_ref_sys"}
        command.upgrade(alembic, "head")
        command.check(alembic)
    engine.dispose()
    assert left == set()
