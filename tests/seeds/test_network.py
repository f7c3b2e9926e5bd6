"""The Cités des métiers, their centres and points relais, as the files of facts tell them."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.directory.actions import edit
from app.directory.models import (
    Confidence,
    HostKind,
    Institution,
    Kind,
    Observation,
    PositionQuality,
    Precision,
    State,
    TerritoryObservation,
)
from geo.sources import DataSource
from seeds import network
from seeds.sync import SourceError
from tests.factories import observe

ARTICLE = date(2017, 7, 11)
TABLES = ("institution", "observation", "territory_observation", "service_territory", "source_difference", "data_source")


def load(session, folder=None, **options):
    return network.load(session, str(folder) if folder else None, **({"write": True} | options))


def content(session):
    return {name: sorted(map(repr, session.execute(sa.text(f"SELECT t.*, t.ctid FROM {name} t")).all())) for name in TABLES}


def found(session, key) -> Institution:
    session.expire_all()
    return session.scalars(sa.select(Institution).where(Institution.public_id == key)).one()


@pytest.fixture
def loaded(session):
    load(session)
    return session


def test_the_whole_network_is_loaded_and_a_second_run_changes_nothing(session):
    report = load(session)
    assert (report.read, report.added, len(report.refused), report.applied) == (64, 64, 0, True)
    before = content(session)
    again = load(session)
    assert (again.added, again.changed, again.unchanged, again.gone, again.notes) == (0, 0, 64, 0, [])
    assert content(session) == before


def test_a_dry_run_tells_the_same_and_writes_nothing(session):
    before = content(session)
    dry = load(session, write=False)
    assert content(session) == before
    done = load(session)
    assert (dry.added, dry.samples, dry.notes) == (done.added, done.samples, done.notes)


def test_the_data_set_is_as_old_as_its_last_observation(loaded):
    source = loaded.get(DataSource, "reseau")
    newest = loaded.scalar(sa.select(sa.func.max(Observation.observed_on)))
    assert (source.vintage, source.row_count) == (newest, 64)
    assert "incomplète" in source.vintage_note


def test_the_bpi_is_a_library_of_its_own_and_hosts_its_centre(loaded):
    centre = found(loaded, "centre-associe-de-la-bpi")
    assert (centre.kind, centre.parent.public_id) == (Kind.CENTRE, "cite-des-metiers-de-paris")
    assert (centre.host.public_id, centre.host.kind, centre.host_kind) == ("bpi", Kind.LIBRARY, HostKind.LIBRARY)
    assert centre in centre.parent.centres


@pytest.mark.parametrize(
    ("key", "territory"),
    [
        ("bpi", "commune-75056"),
        ("cite-des-metiers-de-marseille", "commune-13055"),
        ("centre-associe-de-gap", "commune-05061"),
        ("centre-associe-de-bellegarde", "commune-01033"),
        ("cite-des-metiers-du-bas-rhin", "departement-67"),
        ("cite-des-metiers-de-la-guadeloupe", "departement-971"),
        ("cite-des-metiers-de-geneve", None),
        ("cite-des-metiers-du-chili", None),
    ],
)
def test_a_place_stands_in_the_smallest_territory_known(loaded, key, territory):
    assert found(loaded, key).territory_id == territory


def test_a_place_in_france_is_near_its_commune_and_in_its_department(loaded):
    far = loaded.execute(
        sa.text(
            "SELECT i.public_id FROM institution i JOIN territory t ON t.id = i.territory_id"
            " WHERE i.country = 'FR' AND t.level = 'commune' AND NOT ST_DWithin(i.point, t.point, 15000)"
        )
    ).all()
    assert far == []


def test_nothing_is_placed_where_the_town_is_not_established(loaded):
    placed = "SELECT count(*) FROM institution WHERE point IS NOT NULL AND city IS NULL"
    assert loaded.scalar(sa.text(placed)) == 0
    assert found(loaded, "cite-des-metiers-du-bas-rhin").point is None


def test_the_label_of_marseille_is_its_region_which_is_not_presence(loaded):
    assert [row.territory_id for row in found(loaded, "cite-des-metiers-de-marseille").service_territories] == ["region-93"]
    assert found(loaded, "cite-des-metiers-de-nimes").service_territories == []


@pytest.mark.parametrize(
    "key",
    [
        *("centre-associe-de-gap", "centre-associe-de-martigues", "centre-associe-de-l-isle-sur-la-sorgue"),
        *("centre-associe-de-brive", "centre-associe-de-gueret", "centre-associe-de-la-bpi"),
    ],
)
def test_the_article_saw_its_centres_open(loaded, key):
    seen = [row for row in found(loaded, key).observations if row.observed_on == ARTICLE]
    assert [(row.state, row.precision, row.confidence) for row in seen] == [(State.OPEN, Precision.DAY, Confidence.HIGH)]
    assert "pro.bpi.fr" in seen[0].source


def test_the_article_saw_nothing_in_04_and_06(loaded):
    rows = loaded.scalars(sa.select(TerritoryObservation).order_by(TerritoryObservation.territory_id)).all()
    assert [(row.territory_id, row.observed_on, row.statement) for row in rows] == [
        ("departement-04", ARTICLE, "aucune-structure"),
        ("departement-06", ARTICLE, "aucune-structure"),
    ]


def test_l_isle_sur_la_sorgue_is_absent_from_the_later_list(loaded):
    newest = found(loaded, "centre-associe-de-l-isle-sur-la-sorgue").observations[0]
    assert (newest.state, newest.precision, newest.observed_on) == (State.ABSENT, Precision.AFTER, date(2018, 1, 1))


def test_an_undated_lead_has_no_day_and_a_low_confidence(loaded):
    (lead,) = found(loaded, "cite-des-metiers-d-allemagne").observations
    assert (lead.observed_on, lead.precision, lead.confidence) == (None, Precision.UNDATED, Confidence.LOW)


HEADERS = network.HEADERS
GOOD = {
    "institutions.csv": [
        "cite-essai,cite-des-metiers,Cité inventée,,,,,Paris,FR,75,75119,,,48.8956,2.3879,exacte,,region-11 departement-75,,,",
        "centre-essai,centre-associe,Centre inventé,cite-essai,Mairie inventée,autre,,Gap,FR,05,05061,,,,,,,,,,",
    ],
    "observations.csv": [
        "cite-essai,2017-01-01,annee,ouvert,forte,Journal inventé,,",
        "centre-essai,,inconnue,non-etabli,faible,Rumeur inventée,,",
    ],
    "territory_observations.csv": ["departement-04,2017-07-11,jour,aucune-structure,Journal inventé,,forte"],
}


@pytest.fixture
def written(tmp_path):
    """Give a function that writes the three files, with some of them changed."""

    def write(**changes: list[str]) -> Path:
        for name, header in HEADERS.items():
            lines = changes.get(name.removesuffix(".csv"), GOOD[name])
            (tmp_path / name).write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        return tmp_path

    return write


def test_a_folder_of_ones_own_is_loaded(session, written):
    assert load(session, written()).added == 2
    centre = found(session, "centre-essai")
    assert (centre.parent.public_id, centre.host_name, centre.host_kind) == ("cite-essai", "Mairie inventée", HostKind.OTHER)
    cite = found(session, "cite-essai")
    assert {row.territory_id for row in cite.service_territories} == {"region-11", "departement-75"}
    assert cite.position_quality is PositionQuality.EXACT


def test_a_correction_of_the_files_reaches_the_tables(session, written):
    load(session, written())
    cite, centre = GOOD["institutions.csv"]
    report = load(
        session,
        written(
            institutions=[
                cite.replace("region-11 departement-75", "region-11"),
                centre.replace("Mairie inventée", "Autre hôte"),
            ],
            observations=[
                "cite-essai,2017-01-01,annee,ouvert,moyenne,Journal inventé,https://exemple.test,Corrigé",
                "cite-essai,2018-02-01,mois,ferme,forte,Autre journal,,",
            ],
            territory_observations=[],
        ),
    )
    assert (report.changed, report.unchanged) == (1, 1)
    assert report.notes == [
        "Territoires desservis : 0 de plus, 1 de moins.",
        "Constats : 1 de plus, 1 corrigés, 1 retirés.",
        "Constats sur des territoires : 0 de plus, 0 corrigés, 1 retirés.",
    ]
    assert [(row.state, row.confidence, row.note) for row in found(session, "cite-essai").observations] == [
        (State.CLOSED, Confidence.HIGH, None),
        (State.OPEN, Confidence.MEDIUM, "Corrigé"),
    ]
    assert found(session, "centre-essai").observations == []
    assert session.scalars(sa.select(TerritoryObservation)).all() == []


def test_what_a_person_has_observed_stays(session, written):
    load(session, written())
    observe(session, found(session, "centre-essai"), date(2026, 1, 5), source="Vu sur place")
    observe(session, found(session, "cite-essai"), date(2019, 1, 1), State.CLOSED, source="Journal inventé")
    assert load(session, written()).notes == []
    assert [row.source for row in found(session, "centre-essai").observations] == ["Vu sur place", "Rumeur inventée"]


def test_a_centre_that_changes_its_parent_follows_it(session, written):
    load(session, written())
    cite, centre = GOOD["institutions.csv"]
    other = cite.replace("cite-essai", "autre-cite").replace("Cité inventée", "Autre Cité inventée")
    report = load(session, written(institutions=[cite, other, centre.replace("cite-essai", "autre-cite")]))
    assert (report.added, report.changed) == (1, 1)
    assert "~ Centre inventé (centre-essai) : structure de rattachement, « cite-essai » → « autre-cite »" in report.samples
    assert found(session, "centre-essai").parent.public_id == "autre-cite"
    report = load(session, written(institutions=[cite, other, centre.replace("cite-essai", "")]))
    assert found(session, "centre-essai").parent is None
    assert report.changed == 1


def test_what_an_institution_has_written_is_kept(session, written):
    load(session, written())
    edit(found(session, "centre-essai"), name="La Maison des métiers")
    session.flush()
    assert load(session, written()).changed == 0
    centre = found(session, "centre-essai")
    assert (centre.name, [(row.field, row.source_value) for row in centre.differences]) == (
        *("La Maison des métiers", [("name", "Centre inventé")]),
    )


def test_an_institution_that_the_files_no_longer_name_is_kept_and_told(session, written):
    load(session, written())
    report = load(session, written(institutions=GOOD["institutions.csv"][:1], observations=GOOD["observations.csv"][:1]))
    assert (report.gone, report.samples) == (1, ["- Centre inventé (centre-essai) : n’est plus dans le fichier, gardée"])
    assert found(session, "centre-essai").name == "Centre inventé"


@pytest.mark.parametrize(
    ("name", "line", "words"),
    [
        ("institutions", GOOD["institutions.csv"][0].replace("cite-des-metiers,", "cité,"), "« cité » n’est pas un code connu"),
        ("institutions", GOOD["institutions.csv"][0].replace("75119", "75999"), "le territoire commune-75999 est inconnu"),
        ("institutions", GOOD["institutions.csv"][0].replace("region-11", "region-00"), "le territoire region-00 est inconnu"),
        ("institutions", GOOD["institutions.csv"][0].replace("48.8956", "nord"), "« nord » n’est pas un nombre"),
        ("institutions", GOOD["institutions.csv"][1], "aucune structure n’a l’identifiant « cite-essai »"),
        ("institutions", GOOD["institutions.csv"][0] + ",de trop", "tronqué ou mal formé à la ligne 2"),
        ("observations", "cite-essai,11/07/2017,jour,ouvert,forte,Journal,,", "« 11/07/2017 » n’est pas une date"),
        ("observations", "cite-essai,2017-07-11,jour,ouvert,forte,,,", "« source » est vide"),
        ("observations", "inconnue,2017-07-11,jour,ouvert,forte,Journal,,", "aucune structure n’a l’identifiant « inconnue »"),
        ("observations", "cite-essai,,inconnue,ouvert,forte,Journal,,", "Aucun constat n’est daté"),
        (
            "territory_observations",
            "departement-99,2017-07-11,jour,aucune-structure,Journal,,forte",
            "departement-99 est inconnu",
        ),
    ],
)
def test_a_slip_in_the_files_is_said_and_nothing_is_written(session, written, name, line, words):
    with pytest.raises(SourceError, match=words):
        load(session, written(**{name: [line]}), write=False)


def test_what_is_no_folder_of_facts_is_refused(session, tmp_path):
    with pytest.raises(SourceError, match="n’est pas un dossier"):
        load(session, tmp_path / "absent")
    with pytest.raises(SourceError, match="ne peut pas être lu"):
        load(session, tmp_path)
