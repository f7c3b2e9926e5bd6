"""`python -m seeds` on a database that is away, empty, or busy: one sentence, and the right one."""

import sqlalchemy as sa

from tests.seeds.library_samples import FILES

SAMPLE = str(FILES / "libraries-2024.csv")


def test_a_database_that_is_away_is_said(run, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@/absente?host=/nowhere")
    code, _, err = run("agencies")
    assert (code, err.startswith("La base de données ne répond pas")) == (1, True)


def test_a_database_without_tables_is_said(run, own_database):
    engine = sa.create_engine(own_database)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    engine.dispose()
    code, _, err = run("agencies")
    assert (code, err.startswith("Les tables ne sont pas à jour")) == (1, True)


def test_a_database_that_answers_and_cannot_is_not_said_to_be_away(run, content, own_database, monkeypatch):
    before = content()
    monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=200")
    engine = sa.create_engine(own_database)
    with engine.begin() as connection:
        connection.execute(sa.text("LOCK TABLE institution IN EXCLUSIVE MODE"))
        code, out, err = run("libraries", SAMPLE, "--write")
    engine.dispose()
    assert (code, out) == (1, "")
    assert err.startswith("La base de données n’a pas pu faire ce chargement (")
    assert err.endswith(") : rien n’a été changé.\n")
    assert content() == before
