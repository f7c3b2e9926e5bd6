"""Who reads what of an interest: counts for all, names as their authors allow, each act apart."""

import csv
import io
import re
import zipfile

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory.edition.models import Theme, ThemeKind
from app.directory.memberships.permissions import actor_of
from app.matchmaking.interests import permissions, queries
from app.matchmaking.interests.models import Act
from app.matchmaking.interests.queries import AROUND_US, MINE, PUBLIC, REGION, TOWARD_US, Criteria
from geo.territories import Level, Territory
from tests import factories
from tests.app.matchmaking.interests.acts import cite_of, interest, lead

SECRET = "Médiathèque au nom secret"


@pytest.fixture
def hidden(session: Session):
    """An interest toward a Cité, of a library that does not show itself."""
    library, cite = factories.library(session, SECRET), cite_of(session)
    return interest(session, author=library, toward_institution=cite, words="mots secrets", calendar="calendrier secret")


def test_the_public_reads_a_number_by_territory_and_no_name(client, session: Session, hidden):
    for name in ("Deuxième", "Troisième"):
        factories.library(session, name)
    for address in ("/territoires/commune-04112", "/territoires/departement-04", "/territoires/region-93"):
        page = section(client.get(address).text)
        assert "1\u00a0intérêt manifesté" in page
        assert "secret" not in page
    assert "secret" not in client.get("/interets").text
    assert "Alpes-de-Haute-Provence" in client.get("/interets").text
    assert client.get("/territoires/departement-06").text.count("intérêt manifesté") == 0
    assert client.get(f"/interets/{hidden.public_id}").status_code == 404


@pytest.mark.parametrize(("neighbours", "counted"), [(0, False), (1, False), (2, True)])
def test_a_hidden_author_is_not_counted_where_it_is_the_only_one_possible(
    client, session: Session, hidden, neighbours: int, counted: bool
):
    for number in range(neighbours):
        factories.library(session, f"Voisine {number}")
    factories.agency(session)
    for place in ("commune-04112", session.get_one(Territory, "commune-04112").epci_id):
        assert ("1\u00a0intérêt manifesté" in section(client.get(f"/territoires/{place}").text)) is counted
    assert "1\u00a0intérêt manifesté" in section(client.get("/territoires/departement-04").text)


def test_the_number_of_an_epci_less_those_of_its_communes_names_nobody(client, session: Session, hidden):
    epci_id = session.get_one(Territory, "commune-04112").epci_id
    other = session.scalars(sa.select(Territory.id).where(Territory.epci_id == epci_id, Territory.level == Level.COMMUNE))
    large = next(one for one in other if one != "commune-04112")
    for number in range(3):
        said = factories.library(session, f"Ailleurs {number}", large)
    interest(session, author=said)
    assert "1\u00a0intérêt manifesté" in section(client.get(f"/territoires/{large}").text)
    assert "1\u00a0intérêt manifesté" in section(client.get(f"/territoires/{epci_id}").text), "that of Manosque would be alone"
    assert "2\u00a0intérêts manifestés" in section(client.get("/territoires/departement-04").text)


def test_an_author_that_shows_itself_is_counted_in_its_commune(client, session: Session):
    interest(session, author=factories.library(session), shows_author=True)
    assert "1\u00a0intérêt manifesté" in section(client.get("/territoires/commune-04112").text)


def test_a_hidden_author_is_not_found_by_asking_town_by_town(sign_in, session: Session, hidden):
    cite_side = sign_in(factories.member(session, hidden.toward_institution))
    agency = sign_in(factories.member(session, factories.agency(session)))
    for place, found in (("commune-04112", False), ("departement-04", True), ("region-93", True)):
        asked = f"/interets.csv?territoire={place}&vue="
        assert len(rows_of(cite_side.get(asked + "vers-nous").data, "csv")) == (2 if found else 1), place
        assert len(rows_of(agency.get(asked + "ma-region").data, "csv")) == 2


def test_a_theme_that_an_institution_added_does_not_name_it(sign_in, session: Session, hidden):
    session.add(Theme(code="axe-secret", kind=ThemeKind.AXIS, label="Axe au nom secret", added_by_id=hidden.author_id))
    hidden.themes = ["axe-secret"]
    session.flush()
    cite_side = sign_in(factories.member(session, hidden.toward_institution))
    for address in (
        f"/interets/{hidden.public_id}",
        "/interets.csv?vue=vers-nous",
        "/interets.csv?vue=vers-nous&pour=machines",
    ):
        assert "secret" not in cite_side.get(address).text
    own = sign_in(factories.member(session, hidden.author))
    assert "Axe au nom secret" in own.get(f"/interets/{hidden.public_id}").text


def test_who_would_work_in_a_territory_is_counted_there(client, session: Session):
    interest(session, author=factories.library(session, commune="commune-35238"), toward_territory_id="commune-04112")
    for place in ("commune-04112", "departement-04"):
        assert "1\u00a0structure voudrait travailler ici" in section(client.get(f"/territoires/{place}").text)
    nothing = section(client.get("/territoires/departement-06").text)
    assert "structure voudrait" not in nothing
    assert "Aucun intérêt ni souhait n’est compté ici" in nothing


def test_toward_us_is_what_names_us_or_where_we_are_and_the_rest_is_around_us(sign_in, session: Session):
    cite, library = cite_of(session), factories.library(session)
    member = sign_in(factories.member(session, library))
    for place in ("commune-04112", "departement-04", "commune-06088"):
        interest(session, Act.WANTED, author=cite, toward_territory_id=place)
    near, far = (member.get(f"/interets.csv?vue={view}").text for view in ("vers-nous", "autour-de-nous"))
    assert [near.count(name) for name in ("Manosque", "Alpes-de-Haute-Provence (dép", "Nice")] == [1, 1, 0]
    assert [far.count(name) for name in ("Manosque", "Alpes-de-Haute-Provence (dép", "Nice")] == [0, 0, 1]
    sheet = section(member.get(f"/annuaire/{library.public_id}").text)
    assert "Pour votre territoire" in sheet
    assert "Manosque" in sheet
    other = sign_in(factories.member(session, factories.library(session, "Voisine")))
    assert "Pour votre territoire" not in section(other.get(f"/annuaire/{library.public_id}").text)


def test_whoever_follows_a_region_reads_it_first_and_others_what_is_public(client, sign_in, session: Session, hidden):
    agency = sign_in(factories.member(session, factories.agency(session)))
    assert SECRET in agency.get("/interets").text
    assert "secret" not in agency.get("/interets?vue=publics").text
    assert "Publics" in client.get("/interets").text


def section(page: str) -> str:
    """What a page says of interests: its lists of institutions name them all, as they always did."""
    return page.partition('id="interets"')[2].partition("</section>")[0]


def test_its_own_sheet_does_not_betray_a_hidden_author(client, sign_in, session: Session, hidden):
    cite_side = sign_in(factories.member(session, hidden.toward_institution))
    for reader in (client, cite_side):
        assert "manifeste un intérêt" not in reader.get(f"/annuaire/{hidden.author.public_id}").text
    assert "Intérêt manifesté" not in client.get(f"/annuaire/{hidden.toward_institution.public_id}").text
    seen = section(cite_side.get(f"/annuaire/{hidden.toward_institution.public_id}").text)
    assert "Intérêt manifesté" in seen
    assert "secret" not in seen


def test_the_target_reads_kind_and_department_and_may_ask_for_an_introduction(sign_in, session: Session, hidden):
    client = sign_in(factories.member(session, hidden.toward_institution))
    for address in (f"/interets/{hidden.public_id}", "/interets?vue=vers-nous"):
        page = client.get(address).text
        assert "Une bibliothèque (Alpes-de-Haute-Provence)" in page
        assert "secret" not in page
    assert f"interet={hidden.public_id}" in client.get(f"/interets/{hidden.public_id}").text


def test_what_a_department_has_one_of_is_told_by_its_region(sign_in, session: Session):
    cite, library = cite_of(session, name="Cité au nom secret"), factories.library(session)
    wish = interest(session, Act.WANTED, author=cite, toward_institution=library)
    client = sign_in(factories.member(session, library))
    for address in (f"/interets/{wish.public_id}", "/interets?vue=vers-nous", "/interets.csv?vue=vers-nous"):
        page = client.get(address).text
        assert "Une Cité des métiers (Provence-Alpes-Côte d’Azur)" in page
        assert "Bouches-du-Rhône" not in page
        assert "secret" not in page


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
@pytest.mark.parametrize("view", ["", "vers-nous"])
def test_no_file_names_a_hidden_author(sign_in, session: Session, hidden, extension: str, view: str):
    client = sign_in(factories.member(session, hidden.toward_institution))
    answer = client.get(f"/interets.{extension}?vue={view}")
    rows = rows_of(answer.data, extension)
    answer.close()
    assert len(rows) == (2 if view else 1)
    assert "secret" not in str(rows)


def rows_of(data: bytes, extension: str) -> list[list[object]]:
    if extension == "csv":
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))
        lines = re.findall(r"<row .*?</row>", archive.read("xl/worksheets/sheet1.xml").decode(), re.S)
    assert "secret" not in texts
    return [[line] for line in lines]


def test_whoever_follows_the_region_reads_who(sign_in, session: Session, hidden):
    agency = sign_in(factories.member(session, factories.agency(session)))
    assert SECRET in agency.get("/interets?vue=ma-region").text
    assert SECRET in agency.get(f"/interets/{hidden.public_id}").text
    elsewhere = sign_in(factories.member(session, factories.agency(session, "region-75", "Agence d’ailleurs")))
    assert "secret" not in elsewhere.get("/interets?vue=ma-region").text
    assert elsewhere.get(f"/interets/{hidden.public_id}").status_code == 404


def test_a_view_that_one_does_not_have_is_the_public_one(client, session: Session, hidden):
    for view in ("ma-region", "les-miens", "vers-nous", "inventee"):
        assert "secret" not in client.get(f"/interets?vue={view}").text
        assert "secret" not in client.get(f"/interets.csv?vue={view}").text


def test_an_author_that_shows_itself_is_read_by_all(client, session: Session):
    shown = interest(session, author=factories.library(session, "Médiathèque visible"), shows_author=True, words="nos mots")
    for address in ("/interets", f"/interets/{shown.public_id}", f"/annuaire/{shown.author.public_id}", "/interets.csv"):
        assert "Médiathèque visible" in client.get(address).text
    assert "nos mots" in client.get(f"/interets/{shown.public_id}").text


def test_who_is_wished_never_appears_as_interested(client, session: Session):
    library = factories.library(session, "Médiathèque souhaitée")
    interest(session, Act.WANTED, author=cite_of(session), toward_institution=library, shows_author=True)
    sheet = client.get(f"/annuaire/{library.public_id}").text
    assert "Souhaits des Cités" in sheet
    assert "Intérêts manifestés" not in sheet
    territory = client.get("/territoires/commune-04112").text
    assert "1\u00a0souhait d’une Cité" in territory
    assert "intérêt manifesté" not in territory
    listed = client.get("/interets").text
    assert "act--souhait" in listed
    assert 'interest interest--interet"' not in listed
    assert rows_of(client.get("/interets.csv?nature=interet").data, "csv")[1:] == []


def test_a_lead_is_read_by_the_agency_the_institution_and_without_its_name_by_the_cite(sign_in, client, session: Session):
    cite = cite_of(session)
    one = lead(session, about=factories.library(session, SECRET), words="la médiathèque au nom secret est motivée")
    address = f"/interets/{one.public_id}"
    cite_side = sign_in(factories.member(session, cite))
    assert "secret" not in cite_side.get(address).text
    assert "une bibliothèque (Alpes-de-Haute-Provence)" in cite_side.get(address).text
    assert "secret" not in cite_side.get("/interets?vue=vers-nous").text
    assert "Piste suggérée" in cite_side.get("/interets?vue=vers-nous").text
    assert SECRET in sign_in(factories.member(session, one.about)).get(address).text
    assert SECRET in sign_in(factories.member(session, one.author)).get(address).text
    assert client.get(address).status_code == 404
    other = factories.library(session, "Voisine")
    assert sign_in(factories.member(session, other)).get(address).status_code == 404
    assert "piste" not in client.get("/territoires/departement-04").text.lower().replace("pistes à vérifier", "")


def test_the_institution_of_a_lead_declines_it_and_its_author_is_told(sign_in, session: Session):
    one = lead(session)
    factories.member(session, one.author)
    client = sign_in(factories.member(session, one.about))
    assert client.post(f"/interets/{one.public_id}/decliner").status_code == 303
    session.refresh(one)
    assert one.closing.value == "decline"
    assert client.post(f"/interets/{one.public_id}/rouvrir").status_code in (403, 404)


def everyone(session: Session) -> dict[str, object]:
    cite, library = cite_of(session), factories.library(session)
    return {
        "nobody": None,
        "cite": factories.member(session, cite),
        "library": factories.member(session, library),
        "agency": factories.member(session, factories.agency(session, name="Agence du Sud")),
        "other agency": factories.member(session, factories.agency(session, "region-75", "Agence de l’Ouest")),
        "stranger": factories.member(session, factories.library(session, "Ailleurs", "commune-35238")),
        "administrator": factories.person(session, administrator=True),
    }


def test_every_row_of_every_view_may_be_seen_and_every_interest_that_concerns_is_listed(session: Session):
    people = everyone(session)
    cite, library = cite_of(session), factories.library(session, "Autre bibliothèque")
    elsewhere = factories.cite(session, "Cité d’ailleurs", "commune-35238")
    said = [
        interest(session, author=library),
        interest(session, author=library, toward_territory_id="departement-13"),
        interest(session, author=library, toward_institution=cite, shows_author=True),
        interest(session, author=cite),
        interest(session, author=elsewhere, toward_territory_id="commune-04112"),
        interest(session, Act.WANTED, author=cite, toward_territory_id="commune-04112"),
        interest(session, Act.WANTED, author=cite, toward_institution=library),
        lead(session, about=library),
        lead(session, about=library, author=None, toward_institution=cite),
    ]
    for who, user in people.items():
        actor = actor_of(session, user)
        views = {
            view: set(session.scalars(queries.listed(actor, Criteria(view=view))))
            for view in ([PUBLIC, MINE, TOWARD_US, AROUND_US] + ([REGION] if actor.is_intermediary else []))
        }
        for view, rows in views.items():
            hidden = [one.id for one in rows if not permissions.can_see_interest(actor, one)]
            assert not hidden, f"{who} has {hidden} in {view}"
        concerned = {one for one in said if permissions.is_concerned(actor, one)}
        listed = views[TOWARD_US] | views[AROUND_US]
        unnamed = {one for one in listed if one.toward_institution_id is None and one.about not in actor.institutions}
        assert concerned == unnamed, who
        assert not views[TOWARD_US] & views[AROUND_US], who


def test_filters_and_exports_say_the_same(client, session: Session):
    interest(session, author=factories.library(session, "Visible du 04"), shows_author=True, formats=["point-relais"])
    interest(session, author=factories.library(session, "Visible de Rennes", "commune-35238"), shows_author=True)
    for query, kept, left in (
        ("territoire=departement-04", "Visible du 04", "Visible de Rennes"),
        ("territoire=region-53", "Visible de Rennes", "Visible du 04"),
        ("formule=point-relais", "Visible du 04", "Visible de Rennes"),
    ):
        for address in (f"/interets?{query}", f"/interets.csv?{query}"):
            assert kept in client.get(address).text
            assert left not in client.get(address).text


def test_a_place_that_several_bear_is_asked_back(client):
    page = client.get("/interets?territoire=Bretagne").text
    assert "territoire=region-53" in page


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("nature=inventee", 400),
        ("territoire=Xyzzyville", 400),
        ("page=999", 200),
        ("page=-1", 200),
        ("territoire=Saint-Denis", 200),
    ],
)
def test_a_list_asked_badly_says_so(client, query: str, status: int):
    assert client.get(f"/interets?{query}").status_code == status


def test_a_file_asked_badly_is_refused(client):
    assert client.get("/interets.csv?nature=inventee").status_code == 400
    assert client.get("/interets.csv?pour=inventes").status_code == 400
    head = client.head("/interets.xlsx")
    assert (head.status_code, head.data) == (200, b"")


@pytest.mark.parametrize("forged", ["1", "bcdfghjkmnpqrs", "../etc", "%00", "x" * 300])
def test_a_forged_id_is_nobodys(sign_in, session: Session, forged: str):
    client = sign_in(factories.person(session, administrator=True))
    assert client.get(f"/interets/{forged}").status_code == 404
    assert client.post(f"/interets/{forged}/retirer").status_code in (404, 405)


def test_a_list_of_many_is_paged_and_costs_the_same(client, session: Session, count_queries):
    for number in range(25):
        interest(session, author=factories.library(session, f"Visible {number:02}"), shows_author=True)
    session.flush()
    session.expire_all()
    before = count_queries()
    page = client.get("/interets")
    assert page.text.count('class="interest interest--interet"') == 20
    assert count_queries() - before < 30
    assert client.get("/interets?page=2").text.count('class="interest interest--interet"') == 5
    assert len(rows_of(client.get("/interets.csv").data, "csv")) == 26
