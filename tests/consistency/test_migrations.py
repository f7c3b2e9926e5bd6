"""The history of the tables goes up, down and up again, and ends where the models are."""

import sqlalchemy as sa
from alembic import command

from geo.orm import Base
from tests.conftest import alembic_config

#: Foreign keys of the first migration, which was released, which needs another to change.
WITHOUT_INDEX = {
    ("territory", "seat_id"): "communes go only when a new map is loaded",
    ("observation", "data_source_name"): "a data set is never deleted",
}


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


def first_columns(table: sa.Table) -> set[str]:
    """The columns that lead an index of the whole table."""
    whole = [one for one in table.indexes if one.dialect_options["postgresql"]["where"] is None]
    keys = [one for one in table.constraints if isinstance(one, sa.PrimaryKeyConstraint | sa.UniqueConstraint)]
    return {next(iter(one.columns)).name for one in (*whole, *keys) if len(one.columns)}


def test_every_foreign_key_is_led_by_an_index():
    keys = {(table, key.parent.name) for table in Base.metadata.sorted_tables for key in table.foreign_keys}
    assert len(keys) > 90
    bare = {(table.name, column) for table, column in keys if column not in first_columns(table)}
    assert bare == set(WITHOUT_INDEX), "deleting what it points to reads the whole table"
