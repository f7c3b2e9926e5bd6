"""The Ministry's libraries into the directory: every row accounted for, all or nothing, twice the same."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.clock import today
from app.directory.models import Confidence, Institution, Kind, Observation, PositionQuality, Precision, State
from geo.sources import DataSource
from seeds import libraries
from seeds.sync import SourceError
from tests.factories import institution
from tests.seeds.library_samples import FILES, file_of, row, text_of

DAY = date(2024, 8, 22)
DIALECTS = ("libraries-2024.csv", "libraries-2025.csv", "libraries-2020.csv", "libraries.json")
TABLES = ("institution", "observation", "source_difference", "data_source", "service_territory")


def load(session, source, **options):
    options = {"write": True, "vintage": DAY} | options
    return libraries.load(session, str(source), **options)


def counts(report):
    return (report.read, report.added, report.changed, report.unchanged, report.gone, len(report.refused))


def content(session):
    """Everything that the tables hold, to the last column."""
    return {name: sorted(map(repr, session.execute(sa.text(f"SELECT t.*, t.ctid FROM {name} t")).all())) for name in TABLES}


def library(session, public_id) -> Institution:
    return session.scalars(sa.select(Institution).where(Institution.public_id == public_id)).one()


def states(session, public_id):
    return [(seen.observed_on, seen.state) for seen in reversed(library(session, public_id).observations)]


@pytest.mark.parametrize("name", DIALECTS)
def test_every_row_of_every_dialect_is_accounted_for(session, name):
    report = load(session, FILES / name)
    assert report.read == {"libraries-2020.csv": 7}.get(name, 9)
    assert counts(report) == (report.read, report.read, 0, 0, 0, 0)
    assert session.scalar(sa.select(sa.func.count()).select_from(Institution)) == report.read


@pytest.mark.parametrize("name", DIALECTS)
def test_a_dry_run_tells_the_same_and_writes_nothing(session, name):
    before = content(session)
    dry = load(session, FILES / name, write=False)
    assert content(session) == before
    done = load(session, FILES / name)
    assert (counts(dry), dry.samples, dry.repaired) == (counts(done), done.samples, done.repaired)
    assert (dry.applied, done.applied) == (False, True)


@pytest.mark.parametrize("name", DIALECTS)
def test_a_second_run_changes_nothing(session, name):
    load(session, FILES / name)
    before = content(session)
    report = load(session, FILES / name)
    assert counts(report) == (report.read, 0, 0, report.read, 0, 0)
    assert content(session) == before


def test_a_second_run_without_a_date_keeps_the_date_of_the_first(session):
    load(session, FILES / "libraries-2024.csv")
    before = content(session)
    load(session, FILES / "libraries-2024.csv", vintage=None)
    assert content(session) == before


def test_the_kinds_of_the_file_are_kept_apart(session):
    load(session, FILES / "libraries-2024.csv")
    kinds = dict(session.execute(sa.select(Institution.source_key, Institution.kind)).all())
    assert [key for key, kind in kinds.items() if kind is Kind.BOOKMOBILE] == ["900005"]
    assert [key for key, kind in kinds.items() if kind is Kind.LIBRARY_PREMISES] == ["900007"]
    assert [key for key, kind in kinds.items() if kind is Kind.DEPARTMENTAL] == [
        "04-digne-les-bains-mediatheque-departementale-inventee"
    ]
    assert sum(kind is Kind.LIBRARY for kind in kinds.values()) == 6


def test_a_library_has_all_that_the_file_says(session):
    load(session, FILES / "libraries-2024.csv")
    found = library(session, "bib-900001")
    assert (found.name, found.aliases, found.statute) == (
        "Médiathèque inventée des Essais",
        ["La Boussole inventée"],
        "Bibliothèque municipale",
    )
    assert (found.address, found.postcode, found.city, found.country) == ("1 rue de l'Essai", "04000", "Digne-les-Bains", "FR")
    assert (found.surface_m2, found.weekly_hours, found.paid_staff, found.volunteers) == (120, 20.5, 2, 0)
    assert (found.territory_id, found.code_bib, found.source_name) == ("commune-04070", "900001", "bibliotheques")
    assert found.position_quality is PositionQuality.EXACT


def test_each_library_is_observed_at_the_day_of_the_file(session):
    load(session, FILES / "libraries-2024.csv")
    seen = session.scalars(sa.select(Observation)).all()
    assert len(seen) == 9
    assert {(row.observed_on, row.precision, row.confidence) for row in seen} == {(DAY, Precision.DAY, Confidence.HIGH)}
    assert {row.source for row in seen} == {"Ministère de la Culture, Adresses des bibliothèques publiques"}
    assert {row.data_source_name for row in seen} == {"bibliotheques"}
    assert [row.institution.source_key for row in seen if row.state is State.UNSETTLED] == ["900007"]
    assert sum(row.state is State.OPEN for row in seen) == 8


def test_the_data_set_is_recorded_with_its_day_and_digest(session):
    load(session, FILES / "libraries-2024.csv", vintage=None)
    source = session.get(DataSource, "bibliotheques")
    assert (source.title, source.producer, source.licence) == (
        *("Adresses des bibliothèques publiques", "Ministère de la Culture", "Licence Ouverte 2.0"),
    )
    assert (source.row_count, source.vintage, len(source.digest)) == (9, today(), 64)
    assert "première lecture" in source.vintage_note


def test_a_day_to_come_is_refused(session):
    with pytest.raises(SourceError, match="dans le futur"):
        load(session, FILES / "libraries-2024.csv", vintage=date(2999, 1, 1))


def test_the_extract_of_the_project_has_its_documented_day(session):
    report = load(session, libraries.EXTRACT, vintage=None)
    assert counts(report) == (116, 116, 0, 0, 0, 0)
    assert session.get(DataSource, "bibliotheques").vintage == date(2024, 8, 22)


def test_a_code_given_twice_is_refused_with_its_line_and_the_rest_goes_in(session, tmp_path):
    report = load(session, file_of(tmp_path, row("900001.0"), row("900001.0"), row("900002.0")))
    assert counts(report) == (3, 2, 0, 0, 0, 1)
    assert (report.refused[0].line, report.refused[0].key) == (3, "900001")


def test_a_broken_row_is_refused_with_its_line_and_the_rest_goes_in(session, tmp_path):
    header, first, second, _ = text_of(row("900001.0"), row("900002.0")).split("\n")
    path = tmp_path / "liste.csv"
    path.write_text("\n".join([header, first, "04000;trop court", second, ""]))
    report = load(session, path)
    assert counts(report) == (3, 2, 0, 0, 0, 1)
    assert report.refused[0].line == 3


def test_a_change_is_counted_sampled_and_written(session, tmp_path):
    load(session, file_of(tmp_path, row("900001.0", surface="100"), row("900002.0")))
    report = load(session, file_of(tmp_path, row("900001.0", surface="120"), row("900002.0")))
    assert counts(report) == (2, 0, 1, 1, 0, 0)
    assert report.samples == ["~ Bibliothèque inventée (bib-900001) : surface, « 100 » → « 120 »"]
    assert library(session, "bib-900001").surface_m2 == 120


def test_a_value_that_the_file_empties_is_emptied(session, tmp_path):
    load(session, file_of(tmp_path, row("900001.0", surface="100")))
    load(session, file_of(tmp_path, row("900001.0")))
    assert library(session, "bib-900001").surface_m2 is None


def test_a_column_that_the_file_lacks_empties_nothing(session):
    load(session, FILES / "libraries-2024.csv")
    load(session, FILES / "libraries-2025.csv", vintage=date(2025, 8, 27))
    found = library(session, "bib-900001")
    assert (found.surface_m2, found.weekly_hours, found.aliases) == (120, 20.5, ["La Boussole inventée"])
    assert (found.paid_staff, found.website, found.phone) == (3, "https://essais.exemple.test", "04 00 00 00 01")


def test_a_library_that_is_no_longer_named_is_absent_once_and_not_deleted(session, tmp_path):
    load(session, file_of(tmp_path, row("900001.0"), row("900002.0")), vintage=date(2024, 1, 1))
    shorter = file_of(tmp_path, row("900001.0"))
    report = load(session, shorter, vintage=date(2025, 1, 1))
    assert counts(report) == (1, 0, 0, 1, 1, 0)
    assert report.samples == ["- Bibliothèque inventée (bib-900002) : absente de la liste"]
    assert states(session, "bib-900002") == [(date(2024, 1, 1), State.OPEN), (date(2025, 1, 1), State.ABSENT)]
    before = content(session)
    assert counts(load(session, shorter, vintage=date(2025, 1, 1))) == (1, 0, 0, 1, 0, 0)
    assert content(session) == before
    assert load(session, shorter, vintage=date(2026, 1, 1)).gone == 0
    assert states(session, "bib-900002")[-1] == (date(2025, 1, 1), State.ABSENT)


def test_a_library_that_comes_back_is_open_again(session, tmp_path):
    both = (row("900001.0"), row("900002.0"))
    for year, rows in ((2023, both), (2024, both[:1]), (2025, both)):
        load(session, file_of(tmp_path, *rows), vintage=date(year, 1, 1))
    assert states(session, "bib-900002") == [
        (date(2023, 1, 1), State.OPEN),
        (date(2024, 1, 1), State.ABSENT),
        (date(2025, 1, 1), State.OPEN),
    ]


def test_files_read_on_one_day_leave_the_word_of_the_last(session, tmp_path):
    both = (row("900001.0"), row("900002.0"))
    for rows, state in ((both, State.OPEN), (both[:1], State.ABSENT), (both, State.OPEN)):
        load(session, file_of(tmp_path, *rows))
        assert states(session, "bib-900002") == [(DAY, state)]


def test_an_older_file_read_late_does_not_undo_what_a_newer_one_said(session, tmp_path):
    load(session, file_of(tmp_path, row("900001.0"), row("900002.0")), vintage=date(2025, 1, 1))
    older = file_of(tmp_path, row("900001.0"))
    before = content(session)
    with pytest.raises(SourceError, match=r"\(01/01/2020\) est plus ancien que .* \(01/01/2025\).*--older"):
        load(session, older, vintage=date(2020, 1, 1))
    assert content(session) == before
    assert load(session, older, vintage=date(2020, 1, 1), older=True).gone == 1
    assert states(session, "bib-900002")[-1] == (date(2025, 1, 1), State.OPEN)
    assert load(session, older, vintage=date(2020, 1, 1), older=True).gone == 0


def test_a_refused_row_does_not_make_its_library_absent(session, tmp_path):
    load(session, file_of(tmp_path, row("900001.0"), row("900002.0")))
    report = load(session, file_of(tmp_path, row("900001.0"), row("900002.0", nom_de_l_etablissement="")))
    assert counts(report) == (2, 0, 0, 1, 0, 1)


def test_a_partial_file_makes_no_library_absent(session, tmp_path):
    load(session, file_of(tmp_path, row("900001.0"), row("900002.0")), vintage=date(2024, 1, 1))
    whole = session.get(DataSource, "bibliotheques").digest
    report = load(session, file_of(tmp_path, row("900001.0")), vintage=date(2025, 1, 1), partial=True)
    assert report.gone == 0
    assert session.get(DataSource, "bibliotheques").digest == whole


def test_the_extract_makes_no_library_absent_and_the_whole_file_may_follow_it(session, tmp_path):
    load(session, libraries.EXTRACT, vintage=None)
    extract = session.get(DataSource, "bibliotheques").digest
    digne = row("135.0", nom_de_l_etablissement="Médiathèque de Digne-Les-Bains", surface="2341")
    others = [row(f"{number}.0") for number in range(900_001, 900_200)]
    whole = file_of(tmp_path, digne, *others)
    with pytest.raises(SourceError, match="ne nomme que 1 des 116 bibliothèques déjà chargées"):
        load(session, whole)
    load(session, whole, partial=True)
    assert session.get(DataSource, "bibliotheques").digest != extract
    assert load(session, libraries.EXTRACT, vintage=None).gone == 0
    assert states(session, "bib-900001") == [(DAY, State.OPEN)]


@pytest.mark.parametrize("name", ["Bibliothèque publique d’information (Bpi)", "Bibliothèque inventée"])
def test_the_institutions_of_other_sources_are_not_touched(session, tmp_path, name):
    other = institution(session, name, public_id="bpi", territory_id="commune-04070")
    load(session, file_of(tmp_path, row("900001.0"), row("900002.0")))
    report = load(session, file_of(tmp_path, row("900001.0")))
    assert report.gone == 1
    assert [seen.state for seen in other.observations] == [State.OPEN]
    session.refresh(other)
    assert (other.name, other.source_name) == (name, "essai")


def test_an_identifier_that_another_source_has_taken_is_refused(session, tmp_path):
    institution(session, "Autre structure inventée", public_id="bib-900001")
    report = load(session, file_of(tmp_path, row("900001.0"), row("900002.0")))
    assert counts(report) == (2, 1, 0, 0, 0, 1)
    assert report.refused[0].reason == "l’identifiant bib-900001 est déjà celui de « Autre structure inventée »"


def test_nothing_is_loaded_before_the_territories(session, tmp_path):
    session.execute(sa.text("TRUNCATE territory CASCADE"))
    with pytest.raises(SourceError, match="Les territoires ne sont pas chargés"):
        load(session, file_of(tmp_path, row("900001.0")))
