"""Three acts that are never confused: one link for each, a lead that is answered, mails that say what is asked."""

import re
from time import monotonic

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.models import Institution
from app.mail.models import Category, OutgoingMessage
from app.matchmaking.interests.models import Act, Closing, Interest
from app.matchmaking.interests.views import MOST_AN_HOUR
from tests import factories
from tests.app.matchmaking.interests.acts import cite_of, interest, lead

ARTICLE = "Nice, Grasse, Forcalquier, Digne-les-Bains, Castellane ; Manosque, Château-Arnoux"
ALLOWED = {
    "cite": ["interet", "souhait"],
    "library": ["interet"],
    "agency": ["piste"],
    "administrator": ["piste"],
}


@pytest.fixture
def people(session: Session) -> dict[str, User]:
    return {
        "cite": factories.member(session, cite_of(session)),
        "library": factories.member(session, factories.library(session)),
        "agency": factories.member(session, factories.agency(session)),
        "administrator": factories.person(session, administrator=True),
    }


def natures(page: str) -> list[str]:
    """The acts to which a page links, and nothing that would leave the act to chance."""
    links = re.findall(r'href="/interets/nouveau([^"]*)"', page)
    assert all("nature=" in one for one in links), links
    return sorted(re.findall(r"nature=(\w+)", " ".join(links)))


@pytest.mark.parametrize("role", ALLOWED)
def test_pages_offer_one_link_for_each_act_that_one_may_do(sign_in, people: dict[str, User], role: str):
    client = sign_in(people[role])
    for address in ("/mon-espace", "/interets", "/territoires/commune-04112"):
        assert natures(client.get(address).text) == ALLOWED[role], address


@pytest.mark.parametrize("role", ALLOWED)
@pytest.mark.parametrize("nature", ["interet", "souhait", "piste", "inventee"])
def test_an_act_that_is_not_ones_own_is_refused_and_never_replaced(
    sign_in, session: Session, people: dict[str, User], role: str, nature: str
):
    client = sign_in(people[role])
    status = 200 if nature in ALLOWED[role] else 409
    assert client.get(f"/interets/nouveau?nature={nature}").status_code == status
    if status == 409:
        assert client.post(f"/interets/nouveau?nature={nature}", data={"vers-qui": "Nice"}).status_code == 409
        assert session.scalars(sa.select(Interest)).all() == []


def test_a_sheet_offers_what_one_may_do_of_it(sign_in, client, session: Session, people: dict[str, User]):
    library = factories.library(session, "Médiathèque d’Herbès")
    address = f"/annuaire/{library.public_id}"
    told = {role: natures(sign_in(user).get(address).text) for role, user in people.items()}
    assert told == {"cite": ["interet", "souhait"], "library": [], "agency": ["piste"], "administrator": ["piste"]}
    visitor = client.get(address).text
    assert natures(visitor) == []
    (link,) = re.findall(r'href="(/declarer-un-interet\?[^"]*)"', visitor)
    form = client.get(link.replace("&amp;", "&")).text
    assert 'value="Médiathèque d’Herbès"' in form
    assert 'value="Manosque (04)"' in form


def test_the_towns_of_the_article_on_one_line_are_read_one_by_one(sign_in, session: Session, people: dict[str, User]):
    client = sign_in(people["cite"])
    assert client.post("/interets/nouveau?nature=souhait", data={"vers-qui": ARTICLE}).status_code == 303
    assert len(session.scalars(sa.select(Interest)).all()) == 7
    factories.library(session, "Médiathèque d’Herbès")
    assert client.post("/interets/nouveau?nature=souhait", data={"vers-qui": "Herbès, Manosque"}).status_code == 303
    last = session.scalars(sa.select(Interest).order_by(Interest.id.desc())).first()
    assert last
    assert last.toward_institution is not None, "a line that names something as a whole is not cut"


def test_names_that_mean_nothing_cost_little(sign_in, session: Session, people: dict[str, User]):
    client = sign_in(people["cite"])
    lines = "\n".join(f"{n:02}" + "qzxwvkjhgf" * 9 for n in range(30))
    begun = monotonic()
    assert client.post("/interets/nouveau?nature=souhait", data={"vers-qui": lines}).status_code == 400
    assert monotonic() - begun < 10


def test_the_form_is_sent_so_many_times_an_hour_refused_ones_included(sign_in, people: dict[str, User]):
    client = sign_in(people["cite"])
    answers = [client.post("/interets/nouveau?nature=souhait", data={}).status_code for _ in range(MOST_AN_HOUR + 1)]
    assert answers == [400] * MOST_AN_HOUR + [429]


@pytest.fixture
def suggested(session: Session) -> Interest:
    cite = cite_of(session, name="Cité des métiers de Xanadu")
    about = factories.library(session, "Médiathèque suggérée")
    return lead(session, about=about, toward_institution=cite, formats=["point-relais"])


def test_a_lead_names_the_cite_and_is_answered_by_an_interest_for_it(sign_in, session: Session, suggested: Interest):
    assert suggested.about
    client = sign_in(factories.member(session, suggested.about))
    page = client.get(f"/interets/{suggested.public_id}").text
    assert "Cité des métiers de Xanadu" in page
    assert "non plus" in page, "the Cité has said nothing either"
    assert f"piste={suggested.public_id}" in page
    form = client.get(f"/interets/nouveau?nature=interet&piste={suggested.public_id}").text
    assert f'name="piste" type="hidden" value="{suggested.public_id}"' in form
    assert "Cité des métiers de Xanadu" in form
    assert suggested.toward_institution
    data = {
        "de": suggested.about.public_id,
        "piste": suggested.public_id,
        "vers-choix": suggested.toward_institution.public_id,
    }
    assert client.post("/interets/nouveau?nature=interet", data=data).status_code == 303
    session.refresh(suggested)
    assert suggested.closing is Closing.FULFILLED
    said = session.scalars(sa.select(Interest).where(Interest.act == Act.DECLARED)).one()
    assert (said.author_id, said.toward_institution_id) == (suggested.about_id, suggested.toward_institution_id)


def test_the_lead_of_another_is_not_answered(sign_in, session: Session, suggested: Interest):
    client = sign_in(factories.member(session, factories.library(session, "Une autre")))
    assert "Xanadu" not in client.get(f"/interets/nouveau?nature=interet&piste={suggested.public_id}").text
    assert client.post("/interets/nouveau?nature=interet", data={"piste": suggested.public_id}).status_code == 303
    session.refresh(suggested)
    assert suggested.is_open


def waiting(page: str) -> str:
    return page.partition("Ce qui attend votre réponse")[2].partition("Vos structures")[0]


def test_what_is_said_of_us_waits_for_our_answer(sign_in, session: Session, suggested: Interest):
    about: Institution = suggested.about  # type: ignore[assignment]
    client = sign_in(factories.member(session, about))
    cite = cite_of(session, name="Cité au nom secret")
    wish = interest(session, Act.WANTED, author=cite, toward_institution=about)
    page = waiting(client.get("/mon-espace").text)
    assert "Une piste est suggérée pour" in page
    assert "Une Cité des métiers (Provence-Alpes-Côte d’Azur) souhaite travailler avec" in page
    assert "secret" not in page
    assert "vue=vers-nous" not in page, "everything is shown: nothing more to see"
    for one in (suggested, wish):
        assert client.post(f"/interets/{one.public_id}/decliner").status_code == 303
    assert "piste" not in waiting(client.get("/mon-espace").text)
    assert "souhaite" not in waiting(client.get("/mon-espace").text)


def test_an_interest_for_us_is_declined_too(sign_in, session: Session):
    cite = cite_of(session)
    said = interest(session, author=factories.library(session), toward_institution=cite)
    client = sign_in(factories.member(session, cite))
    assert "manifeste un intérêt pour" in waiting(client.get("/mon-espace").text)
    assert client.post(f"/interets/{said.public_id}/decliner").status_code == 303
    session.refresh(said)
    assert said.closing is Closing.DECLINED


def mails(session: Session) -> list[OutgoingMessage]:
    return list(session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id)))


def test_the_mail_to_the_agency_says_one_or_several_and_the_towns(sign_in, session: Session, people: dict[str, User]):
    client = sign_in(people["cite"])
    client.post("/interets/nouveau?nature=souhait", data={"vers-qui": "Manosque"})
    client.post("/interets/nouveau?nature=souhait", data={"vers-qui": "Nice\nGrasse"})
    sign_in(people["library"]).post("/interets/nouveau?nature=interet", data={})
    one, several, declared = mails(session)
    assert one.subject == "Lisez un nouveau souhait dans votre région"
    assert "d’un même auteur" not in one.text
    assert "Manosque (04)" in one.text
    assert several.subject == "Lisez 2 nouveaux souhaits dans votre région"
    assert "d’un même auteur" in several.text
    assert "Nice (06), Grasse (06)" in several.text
    assert declared.subject == "Lisez un nouvel intérêt dans votre région"


def test_what_asks_for_an_answer_is_a_request_and_names_the_cite_of_a_lead(sign_in, session: Session, people: dict[str, User]):
    library, cite = factories.library(session, "Médiathèque suggérée"), cite_of(session, name="Cité de Xanadu")
    told, toward = factories.member(session, library), factories.member(session, cite)
    data = {"sur-choix": library.public_id, "vers-choix": cite.public_id}
    assert sign_in(people["agency"]).post("/interets/nouveau?nature=piste", data=data).status_code == 303
    by_reader = {one.user_id: one for one in mails(session)}
    assert by_reader[told.id].category is Category.REQUESTS
    assert "Cité de Xanadu, qui n’a rien dit" in by_reader[told.id].text
    assert by_reader[toward.id].category is Category.NEWS
    assert "suggérée" not in by_reader[toward.id].text.replace("piste suggérée", "")


def test_the_author_reads_which_lead_was_declined_and_not_who_declined_it_oneself(sign_in, session: Session):
    one = lead(session, about=factories.library(session, "Médiathèque qui décline"))
    agent, both = factories.member(session, one.author), factories.member(session, one.about)
    factories.member(session, one.author, both)
    sign_in(both).post(f"/interets/{one.public_id}/decliner")
    (told,) = mails(session)
    assert told.user_id == agent.id
    assert "Médiathèque qui décline" in told.text
