"""What an actor may not see enters neither the score, nor the words, nor the files that they read."""

import itertools
import re
from html import unescape

import pytest

from app.coverage.candidates.criteria import INTEREST_LEVELS, PARTNERSHIP_LEVELS
from app.directory.memberships.permissions import actor_of
from app.directory.models import Kind, ServiceTerritory
from app.directory.vocabulary import Format
from app.matchmaking.interests.models import Act, Interest
from app.matchmaking.interests.permissions import can_name_about, can_name_author, can_see_interest
from app.matchmaking.interests.queries import telling_of_libraries
from app.partnerships.models import Partnership, Step
from tests import factories as make
from tests.meeting_factories import meeting

PAGE = "/bibliotheques-candidates?territoires=departement-04"


@pytest.fixture
def scene(session):
    """A library of Manosque, the Cité of Marseille, which covers the department, their agency, and another region's."""
    library, cite = make.library(session, "Médiathèque discrète"), make.cite(session)
    session.add(ServiceTerritory(institution_id=cite.id, territory_id="region-93"))
    session.flush()
    people = {
        "visitor": None,
        "stranger": make.person(session),
        "library": make.member(session, library),
        "cite": make.member(session, cite),
        "agency": make.member(session, make.agency(session)),
        "other agency": make.member(session, make.agency(session, "region-75")),
        "administrator": make.person(session, administrator=True),
    }
    return library, cite, people


def interest_shown(sign_in, user) -> str:
    text = sign_in(user).get(PAGE).text
    return next(
        level for level in INTEREST_LEVELS if level in text.split("Contributions au score")[-1].split("Score, somme")[0]
    )


def test_an_interest_whose_author_hides_counts_for_those_alone_who_may_read_its_name(session, sign_in, scene):
    library, cite, people = scene
    before = sign_in(None).get(PAGE).text
    session.add(Interest(act=Act.DECLARED, author=library, toward_institution=cite))
    session.flush()
    shown = {role: interest_shown(sign_in, user) for role, user in people.items()}
    declared = {role for role, level in shown.items() if level == INTEREST_LEVELS[3]}
    assert declared == {"library", "agency", "administrator"}, "the Cité reads « une bibliothèque », and no more"
    assert set(shown.values()) == {INTEREST_LEVELS[0], INTEREST_LEVELS[3]}
    assert sign_in(None).get(PAGE).text == before, "nothing at all tells a visitor of it"


def test_an_interest_that_shows_its_author_counts_for_everybody(session, sign_in, scene):
    library, cite, people = scene
    session.add(Interest(act=Act.DECLARED, author=library, toward_institution=cite, shows_author=True))
    session.flush()
    assert {interest_shown(sign_in, user) for user in people.values()} == {INTEREST_LEVELS[3]}


def test_what_a_cite_wants_of_a_commune_is_said_of_its_libraries_to_those_who_may_read_it(session, sign_in, scene):
    _, cite, people = scene
    session.add(Interest(act=Act.WANTED, author=cite, toward_territory_id="commune-04112"))
    session.flush()
    wanted = {role for role, user in people.items() if interest_shown(sign_in, user) == INTEREST_LEVELS[2]}
    assert wanted == {"library", "cite", "agency", "administrator"}


def test_a_lead_is_read_by_those_who_may_know_whom_it_is_about(session, sign_in, scene):
    library, _, people = scene
    session.add(Interest(act=Act.SUGGESTED, about=library, declared_by=people["agency"]))
    session.flush()
    suggested = {role for role, user in people.items() if interest_shown(sign_in, user) == INTEREST_LEVELS[1]}
    assert suggested == {"library", "agency", "administrator"}


def test_an_interest_that_is_closed_counts_no_more(session, sign_in, scene):
    library, cite, people = scene
    from_library = Interest(act=Act.DECLARED, author=library, toward_institution=cite, shows_author=True)
    session.add(from_library)
    session.flush()
    from_library.closed_at, from_library.closing = from_library.declared_at, "retire"
    session.flush()
    assert interest_shown(sign_in, people["administrator"]) == INTEREST_LEVELS[0]


def test_the_select_says_the_same_as_the_permissions_of_every_interest_to_everybody(session, scene):
    library, cite, people = scene
    other = make.library(session, "Autre", "commune-13055")
    far = make.place_in(session, make.institution(session, "Cité lointaine", Kind.CITE), "commune-75056")
    interests = [
        *(
            Interest(act=Act.DECLARED, author=author, shows_author=shows)
            for author, shows in itertools.product((library,), (False,))
        ),
        Interest(act=Act.DECLARED, author=other, shows_author=True, toward_institution=cite),
        Interest(act=Act.DECLARED, author=other, toward_institution=far),
        Interest(act=Act.DECLARED, author=other, toward_territory_id="departement-75"),
        Interest(act=Act.WANTED, author=cite, toward_institution=library),
        Interest(act=Act.WANTED, author=cite, toward_territory_id="departement-04"),
        Interest(act=Act.WANTED, author=far, toward_institution=other, shows_author=True),
        Interest(act=Act.WANTED, author=far, toward_territory_id="commune-04070"),
        Interest(act=Act.DECLARED, author=far, toward_institution=library),
        Interest(act=Act.SUGGESTED, about=other),
        Interest(act=Act.SUGGESTED, about=library, toward_institution=cite),
    ]
    session.add_all(interests)
    session.flush()
    for role, user in people.items():
        actor = actor_of(session, user)
        expected = set()
        for one in interests:
            lead, of_network = one.act is Act.SUGGESTED, one.author is not None and one.author.kind is Kind.CITE
            names = can_name_about(actor, one) if lead else of_network or can_name_author(actor, one)
            subject = one.about_id if lead else one.toward_institution_id if of_network else one.author_id
            if can_see_interest(actor, one) and names:
                expected.add((one.act, of_network, subject, one.toward_territory_id if of_network else None))
        assert set(session.execute(telling_of_libraries(actor)).all()) == expected, role


def test_a_partnership_counts_for_its_two_sides_and_for_those_who_follow_them(session, sign_in, scene):
    library, cite, people = scene
    exchange = make.exchange(session, cite, library)
    levels = {}
    for step in (None, Step.TRIAL):
        if step:
            session.add(Partnership(exchange=exchange, format=Format.CENTRE, step=step))
            session.flush()
        for role, user in people.items():
            table = sign_in(user).get(PAGE).text.split("Contributions au score")[-1].split("Score, somme")[0]
            levels[role, step] = next(level for level in PARTNERSHIP_LEVELS[::-1] if level in table)
    seeing = {"library", "cite", "agency", "administrator"}
    assert {role for role, step in levels if step is None and levels[role, step] == PARTNERSHIP_LEVELS[1]} == seeing
    assert {role for role, step in levels if step and levels[role, step] == PARTNERSHIP_LEVELS[2]} == seeing
    assert levels["visitor", Step.TRIAL] == PARTNERSHIP_LEVELS[0]


def test_each_reads_the_links_of_what_they_may_do(session, sign_in, scene):
    _, _, people = scene
    pages = {role: sign_in(user).get(PAGE).text for role, user in people.items()}
    assert {role for role, page in pages.items() if "nature=souhait" in page} == {"cite"}
    assert {role for role, page in pages.items() if "nature=piste" in page} == {"agency", "administrator"}
    assert {role for role, page in pages.items() if "nature=interet" in page} >= {"library", "cite"}
    assert "/interets/nouveau" not in pages["visitor"]


def test_whoever_organises_a_meeting_to_come_invites_a_candidate_and_no_other_to_it(session, sign_in, scene):
    library, cite, people = scene
    make.library(session, "Autre bibliothèque", "commune-04070")
    row = meeting(session, cite)
    links = {
        role: unescape(sign_in(user).get(PAGE).text).count(f"{row.public_id}/invitations/choisir")
        for role, user in people.items()
    }
    assert {role for role, number in links.items() if number == 2} == {"cite"}
    page = unescape(sign_in(people["cite"]).get(PAGE).text)
    assert "Proposer une rencontre" not in page, "there is one already"
    assert "Proposer une rencontre" in sign_in(people["library"]).get(PAGE).text
    assert "Proposer une rencontre" not in sign_in(None).get(PAGE).text
    link = next(one for one in re.findall(r'href="(/rencontres/[^"]+)"', page) if "discr" in one)
    chosen = unescape(sign_in(people["cite"]).get(link).text)
    assert library.name in chosen
    assert "Autre bibliothèque" not in chosen
