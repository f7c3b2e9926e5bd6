"""Members change role, leave, are withdrawn, erase their account: an institution never loses its last responsible silently."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.accounts.models import User
from app.clock import now
from app.directory.edition.models import Change, Voice
from app.directory.memberships.departures import actions
from app.directory.memberships.models import Membership, MembershipRequest, Role
from app.errors import Refusal
from app.mail.models import OutgoingMessage
from tests import factories as make
from tests.app.directory.memberships.letters import addresses, mails
from tests.app.directory.pages import links_in, text_of

LOST = "Trouvez un responsable pour « Médiathèque inventée »"


@pytest.fixture
def library(session):
    return make.library(session)


@pytest.fixture
def watchers(session):
    """The addresses of those who are told: the agency of the region, and the administrators; another agency is not."""
    make.member(session, make.agency(session, "region-75"))
    agent, administrator = make.member(session, make.agency(session, "region-93")), make.person(session, administrator=True)
    return sorted([agent.email, administrator.email])


def role_of(session, user, institution):
    session.expire_all()
    found = session.get(Membership, (user.id, institution.id))
    return found and found.role


def members_url(institution, user=None, verb=""):
    return f"/annuaire/{institution.public_id}/membres" + (f"/{user.public_id}" if user else "") + (f"/{verb}" if verb else "")


def test_members_see_who_speaks_and_others_do_not(session, sign_in, library):
    responsible = make.member(session, library, name="Claude " + "Très-Longue-" * 7)
    member = make.member(session, library, role=Role.MEMBER, name=None, function="Agente <b>")
    page = sign_in(member).get(members_url(library))
    assert responsible.name in page.text
    assert "Agente &lt;b&gt;" in page.text
    assert text_of(page).index("Responsable depuis") < text_of(page).index("Nom non donné")
    assert members_url(library, responsible) not in links_in(page)
    assert members_url(library, member) in links_in(sign_in(responsible).get(members_url(library)))
    assert sign_in(make.member(session, make.library(session))).get(members_url(library)).status_code == 403


def test_the_list_of_members_makes_no_query_a_row(session, sign_in, library, count_queries):
    client = sign_in(make.member(session, library))
    client.get(members_url(library))
    before = count_queries()
    client.get(members_url(library))
    few = count_queries() - before
    for _ in range(20):
        make.member(session, library)
    before = count_queries()
    client.get(members_url(library))
    assert count_queries() - before == few


def test_my_structures_make_no_query_a_row(session, sign_in, count_queries):
    user = make.member(session, make.library(session, "Première"))
    session.add(MembershipRequest(user=user, institution=make.library(session, "Voulue 0"), message="x"))
    client = sign_in(user)
    client.get("/mes-structures")
    before = count_queries()
    client.get("/mes-structures")
    few = count_queries() - before
    for number in range(12):
        make.member(session, make.library(session, f"Suivante {number}", "commune-06088"), user)
        session.add(MembershipRequest(user=user, institution=make.library(session, f"Voulue {number + 1}"), message="x"))
    session.flush()
    before = count_queries()
    page = client.get("/mes-structures")
    assert count_queries() - before == few
    assert text_of(page).count("Vous en êtes responsable depuis le") == 13


def test_a_role_is_given_and_the_person_is_told(session, sign_in, library):
    responsible, colleague = make.member(session, library), make.member(session, library, role=Role.MEMBER)
    answer = sign_in(responsible).post(members_url(library, colleague, "role"), data={"role": "responsable"})
    assert (answer.status_code, answer.location) == (303, members_url(library))
    assert role_of(session, colleague, library) == Role.RESPONSIBLE
    assert mails(session) == [(colleague.email, "Votre rôle a changé : responsable de « Médiathèque inventée »")]


def test_the_same_role_again_tells_nobody(session, sign_in, library):
    responsible, colleague = make.member(session, library), make.member(session, library, role=Role.MEMBER)
    sign_in(responsible).post(members_url(library, colleague, "role"), data={"role": "membre"})
    assert mails(session) == []


@pytest.mark.parametrize("verb", ["role", "retirer"])
def test_a_plain_member_changes_nobody(session, sign_in, library, verb):
    other, member = make.member(session, library), make.member(session, library, role=Role.MEMBER)
    for target in (other, member):
        data = {"role": "responsable", "knowing": "y"}
        assert sign_in(member).post(members_url(library, target, verb), data=data).status_code == 403
    assert (role_of(session, other, library), role_of(session, member, library)) == (Role.RESPONSIBLE, Role.MEMBER)


@pytest.mark.parametrize("power", ["agency", "administrator"])
def test_nobody_raises_oneself(session, sign_in, library, power):
    user = make.person(session, administrator=power == "administrator")
    if power == "agency":
        make.member(session, make.agency(session, "region-93"), user)
    make.member(session, library, user, role=Role.MEMBER)
    assert sign_in(user).post(members_url(library, user, "role"), data={"role": "responsable"}).status_code == 403
    assert role_of(session, user, library) == Role.MEMBER


@pytest.mark.parametrize("verb", ["", "role", "retirer"])
def test_a_person_who_is_no_member_there_is_not_found(session, sign_in, library, verb):
    client, stranger = sign_in(make.member(session, library)), make.member(session, make.library(session))
    method = client.post if verb else client.get
    assert method(members_url(library, stranger, verb)).status_code == 404


def test_a_member_is_withdrawn_and_told(session, sign_in, library, watchers):
    responsible, colleague = make.member(session, library), make.member(session, library, role=Role.MEMBER)
    assert sign_in(responsible).post(members_url(library, colleague, "retirer")).status_code == 303
    assert role_of(session, colleague, library) is None
    assert mails(session) == [(colleague.email, "Vous ne parlez plus au nom de « Médiathèque inventée »")]


def test_one_of_two_responsible_leaves_without_noise(session, sign_in, library, watchers):
    leaving, staying = make.member(session, library), make.member(session, library)
    client = sign_in(leaving)
    assert "n’aura plus de responsable" not in text_of(client.get(f"/annuaire/{library.public_id}/quitter"))
    answer = client.post(f"/annuaire/{library.public_id}/quitter")
    assert (answer.status_code, answer.location) == (303, "/mes-structures")
    assert (role_of(session, leaving, library), role_of(session, staying, library)) == (None, Role.RESPONSIBLE)
    assert mails(session) == []


def test_the_last_responsible_is_told_before_and_confirms(session, sign_in, library, watchers):
    leaving, colleague = (
        make.member(session, library),
        make.member(session, library, role=Role.MEMBER, name="Collègue Inventée"),
    )
    client, url = sign_in(leaving), f"/annuaire/{library.public_id}/quitter"
    page = client.get(url)
    assert "Cette structure n’aura plus de responsable" in text_of(page)
    assert "Collègue Inventée" in text_of(page)
    assert members_url(library, colleague) in links_in(page)
    answer = client.post(url)
    assert answer.status_code == 400
    assert "Cochez cette case pour confirmer" in text_of(answer)
    assert role_of(session, leaving, library) == Role.RESPONSIBLE
    assert mails(session) == []
    assert client.post(url, data={"knowing": "y"}).status_code == 303
    assert role_of(session, leaving, library) is None
    assert mails(session) == [(address, LOST) for address in watchers]
    assert "1 membre y reste" in session.scalars(sa.select(OutgoingMessage.text)).first().replace("\u00a0", " ")
    assert "Collègue" not in " ".join(session.scalars(sa.select(OutgoingMessage.text)))


def test_without_an_agency_the_administrators_alone_are_told(session, sign_in):
    paris = make.library(session, "Médiathèque inventée", "commune-75056")
    administrator = make.person(session, administrator=True)
    make.member(session, make.agency(session, "region-93"))
    sign_in(make.member(session, paris)).post(f"/annuaire/{paris.public_id}/quitter", data={"knowing": "y"})
    assert mails(session) == [(administrator.email, LOST)]
    text = session.scalars(sa.select(OutgoingMessage.text)).one()
    assert "En attendant qu’une personne le devienne, c’est à vous que vont les demandes" in " ".join(text.split())


@pytest.mark.parametrize(("verb", "data"), [("role", {"role": "membre"}), ("retirer", {})])
def test_the_last_responsible_is_not_demoted_nor_withdrawn_silently(session, sign_in, library, watchers, verb, data):
    responsible = make.member(session, library)
    agent = session.scalar(sa.select(User).join(Membership).where(User.email.in_(watchers)))
    client, url = sign_in(agent), members_url(library, responsible, verb)
    assert "Cette structure n’aura plus de responsable" in text_of(client.get(members_url(library, responsible)))
    assert client.post(url, data=data).status_code == 400
    assert role_of(session, responsible, library) == Role.RESPONSIBLE
    assert client.post(url, data=data | {"knowing": "y"}).status_code == 303
    assert role_of(session, responsible, library) == (Role.MEMBER if verb == "role" else None)
    told = [address for address, subject in mails(session) if subject == LOST]
    assert told == watchers
    assert [address for address, subject in mails(session) if subject != LOST] == [responsible.email]


@pytest.mark.parametrize("act", ["leave", "remove", "set_role"])
def test_whoever_acts_without_knowing_is_refused_by_the_action_itself(session, library, watchers, act):
    responsible = make.member(session, library)
    membership = session.get(Membership, (responsible.id, library.id))
    doing = {
        "leave": lambda: actions.leave(session, membership, knowing=False),
        "remove": lambda: actions.remove(session, membership, knowing=False),
        "set_role": lambda: actions.set_role(session, membership, Role.MEMBER, responsible, knowing=False),
    }
    with pytest.raises(Refusal, match="n’aurait plus de responsable"):
        doing[act]()
    session.flush()
    assert role_of(session, responsible, library) == Role.RESPONSIBLE
    assert mails(session) == []


def test_a_responsible_steps_down_from_their_own_page(session, sign_in, library, watchers):
    user = make.member(session, library)
    client = sign_in(user)
    answer = client.post(members_url(library, user, "role"), data={"role": "membre", "knowing": "y"})
    assert answer.location == "/mes-structures"
    assert role_of(session, user, library) == Role.MEMBER
    assert addresses(session) == watchers
    assert client.post(members_url(library, user, "retirer"), data={"knowing": "y"}).status_code == 403


def test_the_members_page_says_that_nobody_is_responsible(session, sign_in, library):
    assert "n’a pas de responsable" in text_of(
        sign_in(make.member(session, library, role=Role.MEMBER)).get(members_url(library))
    )


def test_one_leaves_only_where_one_is(session, sign_in, library):
    make.member(session, library)
    client = sign_in(make.person(session, administrator=True))
    assert client.get(f"/annuaire/{library.public_id}/quitter").status_code == 404
    assert client.post(f"/annuaire/{library.public_id}/quitter", data={"knowing": "y"}).status_code == 404


def test_a_colleague_is_invited_at_their_address(session, sign_in, library):
    user = make.member(session, library, role=Role.MEMBER, name="Claude Inventée")
    answer = sign_in(user).post(members_url(library, verb="inviter"), data={"email": "Collegue@Ville.FR"})
    assert answer.status_code == 303
    (message,) = session.scalars(sa.select(OutgoingMessage))
    assert (message.address, message.user_id) == ("collegue@ville.fr", None)
    assert f"/annuaire/{library.public_id}/parler-pour" in message.text
    assert "Claude Inventée vous invite" in message.text


def test_an_invitation_says_nothing_of_who_has_an_account(session, sign_in, library):
    known, client = make.person(session, "connue@exemple.org"), sign_in(make.member(session, library))
    one = client.post(members_url(library, verb="inviter"), data={"email": known.email}, follow_redirects=True)
    other = client.post(members_url(library, verb="inviter"), data={"email": "personne@exemple.org"}, follow_redirects=True)
    assert text_of(one) == text_of(other)
    assert dict(session.execute(sa.select(OutgoingMessage.address, OutgoingMessage.user_id)).all()) == {
        known.email: known.id,
        "personne@exemple.org": None,
    }


@pytest.mark.parametrize(
    "email", ["", "pas une adresse", "a@b", "a@b.fr\r\nBcc: c@d.fr", "a@b.fr, c@d.fr", "a" * 300 + "@b.fr"]
)
def test_what_is_no_address_is_not_invited(session, sign_in, library, email):
    answer = sign_in(make.member(session, library)).post(members_url(library, verb="inviter"), data={"email": email})
    assert answer.status_code == 400
    assert mails(session) == []


def test_a_member_is_not_invited_again(session, sign_in, library):
    responsible, member = make.member(session, library), make.member(session, library, email="membre@exemple.org")
    answer = sign_in(responsible).post(members_url(library, verb="inviter"), data={"email": member.email})
    assert answer.status_code == 409
    assert mails(session) == []


def test_nobody_invites_without_end(session, sign_in, library):
    client = sign_in(make.member(session, library))
    for number in range(30):
        client.post(members_url(library, verb="inviter"), data={"email": f"collegue-{number}@ville.fr"})
    assert client.post(members_url(library, verb="inviter"), data={"email": "trop@ville.fr"}).status_code == 429


def test_erasing_says_before_what_goes_and_what_stays(session, sign_in, library, watchers):
    user = make.member(session, library)
    page = text_of(sign_in(user).get("/mon-compte/effacer"))
    for sentence in (
        "Ce qui est effacé",
        user.email,
        "Ce qui reste, sans votre nom",
        "Cette structure n’aura plus de responsable",
    ):
        assert sentence in page


def test_an_account_is_erased_when_it_is_confirmed(session, sign_in, library, watchers):
    user = make.member(session, library)
    second = make.library(session, "Une autre médiathèque")
    make.member(session, second)
    make.member(session, second, user)
    session.add(Change(institution=library, field="phone", before=None, after="01", voice=Voice.SELF, changed_by_id=user.id))
    session.add(MembershipRequest(user=user, institution=make.library(session, "Voulue"), message="x"))
    session.flush()
    user_id, client = user.id, sign_in(user)
    assert client.post("/mon-compte/effacer").status_code == 400
    assert session.get(User, user_id, populate_existing=True) is not None
    answer = client.post("/mon-compte/effacer", data={"certain": "y"})
    assert (answer.status_code, answer.location) == (303, "/compte-efface")
    assert "Votre compte est effacé" in text_of(client.get("/compte-efface"))
    assert client.get("/mes-structures").location.startswith("/connexion")
    session.expire_all()
    assert session.scalar(sa.select(User).where(User.id == user_id)) is None
    assert session.scalar(sa.select(sa.func.count()).select_from(Membership).where(Membership.user_id == user_id)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(MembershipRequest)) == 0
    assert session.scalars(sa.select(Change)).one().changed_by_id is None
    assert mails(session) == [(address, LOST) for address in watchers]


def test_the_last_administrator_does_not_erase_their_account(session, sign_in):
    administrator = make.person(session, administrator=True)
    client = sign_in(administrator)
    assert "Vous êtes la dernière personne qui administre le réseau" in text_of(client.get("/mon-compte/effacer"))
    assert client.post("/mon-compte/effacer", data={"certain": "y"}).status_code == 409
    session.expire_all()
    assert session.scalar(sa.select(User).where(User.id == administrator.id)) is administrator


def test_the_timer_erases_who_was_warned_in_vain_as_they_would_themselves(app, session, library, watchers):
    past = now() - timedelta(days=800)
    unused = make.member(session, library, last_seen_at=past, warned_at=now() - timedelta(days=31))
    late = make.person(session, last_seen_at=past, warned_at=now() - timedelta(days=29))
    never_warned = make.person(session, last_seen_at=past)
    back = make.person(session, last_seen_at=now(), warned_at=now() - timedelta(days=31))
    gone = unused.id
    result = app.test_cli_runner().invoke(args=["memberships", "erase-unused"])
    assert (result.exit_code, result.output) == (0, "1 account(s) erased.\n")
    session.expire_all()
    there = set(session.scalars(sa.select(User.id)))
    assert gone not in there
    assert {late.id, never_warned.id, back.id} <= there
    assert mails(session) == [(address, LOST) for address in watchers]
    again = app.test_cli_runner().invoke(args=["memberships", "erase-unused"])
    assert again.output == "0 account(s) erased.\n"
    with time_machine.travel(now() + timedelta(days=2)):
        assert app.test_cli_runner().invoke(args=["memberships", "erase-unused"]).output == "1 account(s) erased.\n"
