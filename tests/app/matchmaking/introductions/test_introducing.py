"""Who may introduce whom, by the form, and what the form says when it cannot be."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now, today
from app.directory.edition.models import Profile
from app.directory.memberships.models import Designation
from app.directory.models import Kind, ServiceTerritory
from app.matchmaking.interests.models import Act, Interest
from app.matchmaking.introductions.models import Introduction, Outcome
from app.partnerships.exchanges.models import Exchange, Side
from tests import factories
from tests.app.matchmaking.introductions.scenes import Scene, build, introduction, mails_to

SignIn = Callable[[User | None], FlaskClient]
NEW = "/mises-en-relation/nouvelle"


@pytest.fixture
def scene(session: Session) -> Scene:
    return build(session)


def asked(scene: Scene, message: str = "Vous gagneriez à vous parler.") -> dict[str, str]:
    return {"cite": scene.cite.public_id, "structure": scene.library.public_id, "message": message}


def made(session: Session) -> list[Introduction]:
    session.expire_all()
    return list(session.scalars(sa.select(Introduction).order_by(Introduction.id)))


def test_the_agency_introduces_and_both_sides_are_asked(session: Session, sign_in: SignIn, scene: Scene):
    answer = sign_in(scene.agency_person).post(NEW, data=asked(scene))
    assert answer.status_code == 303
    (found,) = made(session)
    assert answer.location.endswith(f"/mises-en-relation/{found.public_id}")
    assert (found.introducer, found.asked_by, found.answers) == (scene.agency, None, [])
    assert [len(mails_to(session, one)) for one in (scene.cite_person, scene.library_person, scene.agency_person)] == [1, 1, 0]


@pytest.mark.parametrize("side", list(Side))
def test_a_side_that_asks_has_accepted(session: Session, sign_in: SignIn, scene: Scene, side: Side):
    assert sign_in(scene.people[side]).post(NEW, data=asked(scene)).status_code == 303
    (found,) = made(session)
    assert (found.asked_by, found.picked, found.introducer) == (side, True, None)
    assert [(one.side, one.accepted, one.answered_by) for one in found.answers] == [(side, True, scene.people[side])]
    assert len(mails_to(session, scene.people[side.other])) == 1
    assert mails_to(session, scene.people[side]) == []


def test_an_administrator_introduces_in_the_name_of_nobody(session: Session, sign_in: SignIn, scene: Scene):
    assert sign_in(factories.person(session, administrator=True)).post(NEW, data=asked(scene)).status_code == 303
    assert made(session)[0].introducer is None


def test_an_institution_that_plays_the_part_of_an_agency_introduces(session: Session, sign_in: SignIn, scene: Scene):
    departmental = factories.institution(session, "Bibliothèque départementale inventée", Kind.DEPARTMENTAL)
    session.execute(sa.delete(ServiceTerritory))
    session.add(Designation(region_id="region-93", institution_id=departmental.id))
    assert sign_in(factories.member(session, departmental)).post(NEW, data=asked(scene)).status_code == 303
    assert made(session)[0].introducer == departmental


def test_others_may_not_introduce_them(session: Session, sign_in: SignIn, scene: Scene):
    elsewhere = factories.member(session, factories.library(session, commune="commune-35238"))
    agency = factories.member(session, factories.agency(session, "region-75", "Agence d’ailleurs"))
    for person in (elsewhere, agency):
        assert sign_in(person).post(NEW, data=asked(scene)).status_code == 403
        assert "Vous ne parlez pour aucune" in sign_in(person).get(NEW, query_string=asked(scene)).get_data(as_text=True)
    assert made(session) == []


@pytest.mark.parametrize("name", ["cite", "structure", "interet"])
@pytest.mark.parametrize("value", ["nulle-part", "1", "../../etc", "<script>", "x" * 500, "%00", "é"])
def test_a_forged_id_is_not_found(session: Session, sign_in: SignIn, scene: Scene, name: str, value: str):
    client = sign_in(scene.agency_person)
    assert client.get(NEW, query_string=asked(scene) | {name: value}).status_code == 404
    assert client.post(NEW, data=asked(scene) | {name: value}).status_code == 404


def test_an_interest_that_one_may_not_see_is_not_found(session: Session, sign_in: SignIn, scene: Scene):
    interest = factories_interest(session, scene)
    stranger = factories.member(session, factories.library(session, commune="commune-35238"))
    assert sign_in(stranger).get(NEW, query_string={"interet": interest}).status_code == 404


def factories_interest(session: Session, scene: Scene) -> str:
    row = Interest(act=Act.DECLARED, author=scene.library, toward_institution=scene.cite)
    session.add(row)
    session.flush()
    return row.public_id


def test_two_of_a_kind_are_not_introduced(session: Session, sign_in: SignIn, scene: Scene):
    other = factories.cite(session, "Autre Cité", "commune-06088")
    data = {"cite": scene.cite.public_id, "structure": other.public_id, "message": "Parlons-nous."}
    answer = sign_in(scene.agency_person).post(NEW, data=data)
    assert answer.status_code == 400
    assert "réunit une Cité des métiers et une structure qui n’en est pas une" in answer.get_data(as_text=True)
    agency = sign_in(scene.agency_person).post(NEW, data=asked(scene) | {"structure": scene.agency.public_id})
    assert "choisissez-en deux autres" in agency.get_data(as_text=True)
    assert made(session) == []


def test_a_cite_is_not_introduced_to_its_own_centre(session: Session, sign_in: SignIn, scene: Scene):
    centre = factories.institution(session, "Centre inventé", Kind.CENTRE, parent_id=scene.cite.id)
    answer = sign_in(scene.cite_person).post(NEW, data=asked(scene) | {"structure": centre.public_id})
    assert answer.status_code == 400
    assert "dépend déjà de cette Cité" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("", "Dites en une phrase"),
        ("x" * 1001, "trop long"),
        ("La Médiathèque Mirabelle vous attend", "Médiathèque Mirabelle"),
        ("Appelez le 04 92 44 55 66", "04 92 44 55 66"),
        ("Écrivez à quelqu.un@ville.invalid", "quelqu.un@ville.invalid"),
        ("Voyez https://ville.invalid/biblio", "https://ville.invalid/biblio"),
        ("À Manosque, tout près", "Manosque"),
        ("ZINNIA et vous", "Zinnia"),
    ],
)
def test_a_message_that_names_someone_is_refused_and_kept(
    session: Session, sign_in: SignIn, scene: Scene, message: str, said: str
):
    answer = sign_in(scene.agency_person).post(NEW, data=asked(scene, message))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert said in page
    assert f">\r\n{message}</textarea>" in page or f">{message}</textarea>" in page
    assert made(session) == []


def test_html_in_the_message_is_shown_as_text(session: Session, sign_in: SignIn, scene: Scene):
    sign_in(scene.agency_person).post(NEW, data=asked(scene, "<script>alert(1)</script> & co\nDeuxième ligne"))
    page = sign_in(scene.library_person).get(f"/mises-en-relation/{made(session)[0].public_id}").get_data(as_text=True)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co\nDeuxième ligne" in page


def test_pressing_twice_makes_one(session: Session, sign_in: SignIn, scene: Scene):
    client = sign_in(scene.agency_person)
    assert client.post(NEW, data=asked(scene)).status_code == 303
    again = client.post(NEW, data=asked(scene))
    assert again.status_code == 400
    assert "déjà en attente" in again.get_data(as_text=True)
    assert len(made(session)) == 1


def test_an_agency_of_the_other_region_reads_that_it_is_done_already(session: Session, sign_in: SignIn, scene: Scene):
    introduction(session, scene, asked_by=Side.CITE)
    assert "déjà en attente" in sign_in(scene.agency_person).post(NEW, data=asked(scene)).get_data(as_text=True)


def test_two_sides_that_ask_for_each_other_meet_at_once(session: Session, sign_in: SignIn, scene: Scene):
    sign_in(scene.cite_person).post(NEW, data=asked(scene))
    answer = sign_in(scene.library_person).post(NEW, data=asked(scene))
    assert answer.location.startswith("/echanges/")
    assert {one.outcome for one in made(session)} == {Outcome.ACCEPTED}
    assert session.scalar(sa.select(sa.func.count(Exchange.id))) == 1


def test_two_that_know_each_other_are_sent_to_their_exchange(session: Session, sign_in: SignIn, scene: Scene):
    exchange = factories.exchange(session, scene.cite, scene.library)
    client = sign_in(scene.library_person)
    assert f"/echanges/{exchange.public_id}" in client.get(NEW, query_string=asked(scene)).get_data(as_text=True)
    assert client.post(NEW, data=asked(scene)).status_code == 400
    assert made(session) == []


def test_not_before_a_day_says_the_day_and_no_more(session: Session, sign_in: SignIn, scene: Scene):
    session.get(Profile, scene.library.id).not_before = date(2099, 7, 1)
    page = sign_in(scene.cite_person).get(NEW, query_string=asked(scene)).get_data(as_text=True)
    assert "préfère ne pas être sollicitée avant le 1er\u00a0juillet 2099" in page
    assert sign_in(scene.cite_person).post(NEW, data=asked(scene)).status_code == 400
    session.get(Profile, scene.library.id).not_before = today()
    assert sign_in(scene.cite_person).post(NEW, data=asked(scene)).status_code == 303


def test_the_public_day_of_an_unnamed_author_is_not_said(session: Session, sign_in: SignIn, scene: Scene):
    hidden = Interest(act=Act.DECLARED, author=scene.library)
    session.add(hidden)
    session.flush()
    profile, said = session.get(Profile, scene.library.id), []
    for not_before, most in ((date(2099, 7, 1), 5), (None, 0)):
        profile.not_before, profile.open_solicitations_max = not_before, most
        session.flush()
        page = sign_in(scene.cite_person).get(NEW, query_string={"interet": hidden.public_id}).get_data(as_text=True)
        assert "2099" not in page
        said.append(page.split("n’est pas possible pour le moment")[1].split("</p>")[1])
    assert said[0] == said[1]
    assert "ne peut pas recevoir de demande pour le moment" in said[0]


def test_who_asked_not_to_be_solicited_may_ask(session: Session, sign_in: SignIn, scene: Scene):
    session.get(Profile, scene.library.id).not_before = date(2099, 7, 1)
    assert sign_in(scene.library_person).post(NEW, data=asked(scene)).status_code == 303


def test_the_limit_counts_what_waits_for_an_answer_and_no_more(session: Session, sign_in: SignIn, scene: Scene):
    session.get(Profile, scene.library.id).open_solicitations_max = 1
    for number, state in enumerate(("asked itself", "settled", "expired")):
        cite = factories.cite(session, f"Cité {number}", "commune-06088")
        ended = {"outcome": Outcome.WITHDRAWN, "settled_at": now()} if state == "settled" else {}
        if state == "expired":
            ended = {"expires_at": now() - timedelta(days=1)}
        row = introduction(session, scene, asked_by=Side.PARTNER if state == "asked itself" else None, **ended)
        row.cite = cite
    session.flush()
    other = factories.member(session, factories.cite(session, "Cité de plus", "commune-06088"))
    assert sign_in(scene.cite_person).post(NEW, data=asked(scene)).status_code == 303
    data = asked(scene) | {"cite": session.scalar(sa.select(factories.Institution.public_id).filter_by(name="Cité de plus"))}
    answer = sign_in(other).post(NEW, data=data)
    assert answer.status_code == 400
    assert "ne peut pas répondre à d’autres demandes" in answer.get_data(as_text=True)


def test_five_may_wait_where_nothing_was_said(session: Session, sign_in: SignIn, scene: Scene):
    session.delete(session.get(Profile, scene.library.id))
    for number in range(6):
        cite = factories.cite(session, f"Cité {number}", "commune-06088")
        answer = sign_in(factories.member(session, cite)).post(NEW, data=asked(scene) | {"cite": cite.public_id})
        assert answer.status_code == (303 if number < 5 else 400)


def test_an_institution_without_people_is_known_to_those_who_follow_its_region(session: Session, sign_in: SignIn, scene: Scene):
    alone = factories.library(session, "Bibliothèque sans personne")
    sign_in(scene.cite_person).post(NEW, data=asked(scene) | {"structure": alone.public_id})
    (mail,) = mails_to(session, scene.agency_person)
    assert "Aidez une structure" in mail.subject
    page = sign_in(scene.cite_person).get(f"/mises-en-relation/{made(session)[0].public_id}").get_data(as_text=True)
    assert "Personne ne parle encore pour Bibliothèque sans personne" in page


def test_one_institution_fills_its_side_and_the_other_is_found_by_its_town(session: Session, sign_in: SignIn, scene: Scene):
    page = sign_in(scene.library_person).get(NEW, query_string={"chercher-cite": "marseille"}).get_data(as_text=True)
    assert "Médiathèque Mirabelle" in page
    assert f"cite={scene.cite.public_id}" in page
    nothing = sign_in(scene.library_person).get(NEW, query_string={"chercher-cite": "zzzzqqqq"}).get_data(as_text=True)
    assert "Aucune structure ne répond" in nothing


def test_the_wished_town_is_looked_up_and_the_button_says_what_one_does(session: Session, sign_in: SignIn, scene: Scene):
    wish = Interest(act=Act.WANTED, author=scene.cite, toward_territory_id="commune-04112")
    session.add(wish)
    session.flush()
    page = sign_in(scene.agency_person).get(NEW, query_string={"interet": wish.public_id}).get_data(as_text=True)
    assert 'value="Manosque"' in page
    assert f"structure={scene.library.public_id}" in page
    other = sign_in(scene.agency_person).get(NEW, query_string={"interet": wish.public_id, "chercher-structure": "zzqq"})
    assert "Aucune structure ne répond à «\u00a0zzqq\u00a0»" in other.get_data(as_text=True)
    for person, verb in ((scene.agency_person, "Proposer"), (scene.cite_person, "Demander")):
        form = sign_in(person).get(NEW, query_string=asked(scene)).get_data(as_text=True)
        assert f">{verb} la mise en relation</button>" in form
        shown = sign_in(person).get(f"/interets/{wish.public_id}").get_data(as_text=True)
        assert (f">{verb} une mise en relation</a>" in shown) == (person is scene.agency_person)


def test_a_visitor_signs_in_first(client: FlaskClient):
    assert client.get(NEW).status_code == 302
    assert client.post(NEW).status_code == 302
