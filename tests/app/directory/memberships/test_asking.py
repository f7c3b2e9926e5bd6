"""A person asks to speak for an institution; someone else decides, once."""

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.clock import now
from app.directory.memberships.models import Designation, Membership, MembershipRequest, Role
from app.mail.models import OutgoingMessage
from tests import factories as make
from tests.app.directory.memberships.letters import addresses, mails
from tests.app.directory.pages import links_in, names_in, text_of

ANSWERS = {"name": "Dominique Inventée", "function": "Bibliothécaire", "message": "J’y travaille depuis 2019."}


@pytest.fixture
def library(session):
    return make.library(session, "Médiathèque de Manosque inventée")


def request_by(session, user, institution, message="J’y travaille."):
    row = MembershipRequest(user=user, institution=institution, message=message)
    session.add(row)
    session.flush()
    return row


def url(institution):
    return f"/annuaire/{institution.public_id}/parler-pour"


def decision_url(request, verb):
    return f"/demandes-de-rattachement/{request.public_id}/{verb}"


def test_the_sheet_leads_a_visitor_to_the_form_through_sign_in(session, client, library):
    assert url(library) in links_in(client.get(f"/annuaire/{library.public_id}"))
    answer = client.get(url(library))
    assert answer.status_code == 302
    assert answer.location == f"/connexion?suite={url(library)}"


def test_an_institution_is_found_by_its_name(session, client, library):
    answer = client.get("/parler-pour?q=manosque inventee")
    assert names_in(answer) == [library.name]
    assert url(library) in links_in(answer)


@pytest.mark.parametrize("words", ["zzzzqqqq", "…", "%", "<script>alert(1)</script>"])
def test_words_that_name_nothing_are_told_so(session, client, library, words):
    answer = client.get("/parler-pour", query_string={"q": words})
    assert answer.status_code == 200
    assert "Aucune structure ne répond à ces mots" in text_of(answer)
    assert "<script>alert" not in answer.text


def test_words_too_long_are_told_so(client):
    assert client.get("/parler-pour", query_string={"q": "a" * 201}).status_code == 400


def test_a_request_is_kept_and_reaches_those_who_decide_and_nobody_else(session, sign_in, library):
    responsible = make.member(session, library)
    make.member(session, library, role=Role.MEMBER)
    agency = make.member(session, make.agency(session, "region-93"))
    make.member(session, make.agency(session, "region-75"))
    make.member(session, make.library(session, "Une autre"))
    make.person(session, administrator=True)
    asker = make.person(session, name=None)
    answer = sign_in(asker).post(url(library), data=ANSWERS)
    assert (answer.status_code, answer.location) == (303, "/mes-structures")
    session.expire_all()
    kept = session.scalars(sa.select(MembershipRequest)).one()
    assert (kept.user_id, kept.institution_id, kept.message) == (asker.id, library.id, ANSWERS["message"])
    assert (asker.name, asker.function) == ("Dominique Inventée", "Bibliothécaire")
    assert addresses(session) == sorted([responsible.email, agency.email])
    subjects = {subject for _, subject in mails(session)}
    assert subjects == {"Répondez à une demande : parler au nom de « Médiathèque de Manosque inventée »"}
    texts = " ".join(session.scalars(sa.select(OutgoingMessage.text)))
    assert "Dominique" not in texts
    assert asker.email not in texts


def test_where_nobody_else_decides_the_administrators_are_told(session, sign_in, library):
    administrator = make.person(session, administrator=True)
    sign_in(make.person(session)).post(url(library), data=ANSWERS)
    assert addresses(session) == [administrator.email]


def test_who_asks_is_not_told_of_their_own_request(session, sign_in, library):
    agency = make.agency(session, "region-93")
    asker = make.member(session, agency)
    administrator = make.person(session, administrator=True)
    sign_in(asker).post(url(library), data=ANSWERS)
    assert addresses(session) == [administrator.email]


def test_those_responsible_for_the_cite_decide_for_its_centre(session, sign_in):
    cite = make.cite(session)
    responsible = make.member(session, cite)
    centre = make.place_in(
        session, make.institution(session, "Centre inventé", make.Kind.CENTRE, parent_id=cite.id), "commune-05061"
    )
    sign_in(make.person(session)).post(url(centre), data=ANSWERS)
    assert addresses(session) == [responsible.email]
    asked = session.scalars(sa.select(MembershipRequest)).one()
    assert sign_in(responsible).get(f"/demandes-de-rattachement/{asked.public_id}").status_code == 200


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Écrivez vos prénom et nom."),
        ({"function": " \t "}, "Écrivez votre fonction"),
        ({"message": "\r\n \r\n"}, "Dites en quelques mots"),
        ({"message": "a" * 1_001}, "trop long : 1 000 caractères au plus"),
        ({"name": "a" * 101}, "trop long : 100 caractères au plus"),
    ],
)
def test_what_is_not_well_filled_is_said_and_nothing_is_lost(session, sign_in, library, change, sentence):
    typed = ANSWERS | {"message": "<script>alert('là')</script>"} | change
    answer = sign_in(make.person(session)).post(url(library), data=typed)
    assert answer.status_code == 400
    assert sentence in text_of(answer).replace("\u202f", " ").replace("\u00a0", " ")
    assert "<script>alert" not in answer.text
    for field, text in typed.items():
        if text.strip() and field != "message":
            assert text in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(MembershipRequest)) == 0
    assert mails(session) == []


def test_a_second_click_makes_no_second_request_and_is_told_kindly(session, sign_in, library):
    administrator = make.person(session, administrator=True)
    client = sign_in(make.person(session))
    client.post(url(library), data=ANSWERS)
    answer = client.post(url(library), data=ANSWERS, follow_redirects=True)
    assert "Vous aviez déjà envoyé cette demande" in text_of(answer)
    assert session.scalar(sa.select(sa.func.count()).select_from(MembershipRequest)) == 1
    assert addresses(session) == [administrator.email]


def test_a_member_does_not_ask_again(session, sign_in, library):
    client = sign_in(make.member(session, library))
    assert "Vous parlez déjà au nom de cette structure" in text_of(client.get(url(library)))
    answer = client.post(url(library), data=ANSWERS)
    assert answer.status_code == 409
    assert "Vous parlez déjà au nom de" in text_of(answer)


def test_nobody_floods_the_country_with_requests(session, sign_in):
    client = sign_in(make.person(session))
    for number in range(20):
        assert client.post(url(make.library(session, f"Essai {number}")), data=ANSWERS).status_code == 303
    assert client.post(url(make.library(session, "Une de trop")), data=ANSWERS).status_code == 429


@pytest.mark.parametrize("verb", ["parler-pour", "membres", "quitter", "membres/bcdfghjkmnpqrs"])
@pytest.mark.parametrize("public_id", ["inconnue", "Bib-1", "a'--", "%00", "..", "é"])
def test_a_forged_institution_is_not_found(session, sign_in, public_id, verb):
    assert sign_in(make.person(session)).get(f"/annuaire/{public_id}/{verb}").status_code == 404


@pytest.mark.parametrize("request_id", ["bcdfghjkmnpqrs", "1", "%00", "' OR 1=1"])
@pytest.mark.parametrize("verb", ["", "/accepter", "/refuser", "/renoncer"])
def test_a_forged_request_is_not_found(session, sign_in, request_id, verb):
    client = sign_in(make.person(session, administrator=True))
    method = client.post if verb else client.get
    assert method(f"/demandes-de-rattachement/{request_id}{verb}").status_code == 404


@pytest.mark.parametrize("role", [Role.MEMBER, Role.RESPONSIBLE])
def test_whoever_is_responsible_accepts_with_a_role(session, sign_in, library, role):
    responsible = make.member(session, library, name="Claude Responsable")
    asker = make.person(session)
    asked = request_by(session, asker, library, "Un message\nsur deux lignes <b>gras</b>")
    client = sign_in(responsible)
    page = client.get(f"/demandes-de-rattachement/{asked.public_id}")
    assert asker.email in page.text
    assert "&lt;b&gt;gras" in page.text
    answer = client.post(decision_url(asked, "accepter"), data={"role": role.value})
    assert (answer.status_code, answer.location) == (303, "/demandes-de-rattachement")
    session.expire_all()
    assert session.get(Membership, (asker.id, library.id)).role == role
    assert (asked.accepted, asked.decided_by) == (True, responsible)
    ((address, subject),) = mails(session)
    assert (address, subject) == (asker.email, "Vous parlez désormais au nom de « Médiathèque de Manosque inventée »")
    assert "indispensable" in session.scalars(sa.select(OutgoingMessage)).one().category.value


def test_the_agency_of_the_region_refuses_with_a_reason_that_the_person_reads(session, sign_in, library):
    agent = make.member(session, make.agency(session, "region-93"), name="Agent Secret")
    asker = make.person(session)
    asked = request_by(session, asker, library)
    reason = "La directrice dit ne pas vous connaître."
    assert sign_in(agent).post(decision_url(asked, "refuser"), data={"reason": reason}).status_code == 303
    assert session.get(Membership, (asker.id, library.id)) is None
    (message,) = session.scalars(sa.select(OutgoingMessage))
    assert message.address == asker.email
    assert reason in message.text
    assert "Agent Secret" not in message.text
    mine = text_of(sign_in(asker).get("/mes-structures"))
    assert reason in mine
    assert "refusée le" in mine


@pytest.mark.parametrize("reason", ["", "  \r\n ", "a" * 1_001])
def test_a_refusal_has_a_reason(session, sign_in, library, reason):
    asked = request_by(session, make.person(session), library)
    answer = sign_in(make.member(session, library)).post(decision_url(asked, "refuser"), data={"reason": reason})
    assert answer.status_code == 400
    assert reason.strip() in answer.text
    assert mails(session) == []


@pytest.mark.parametrize("role", ["", "administrateur", None])
def test_accepting_needs_a_role_that_exists(session, sign_in, library, role):
    asked = request_by(session, make.person(session), library)
    answer = sign_in(make.member(session, library)).post(
        decision_url(asked, "accepter"), data={} if role is None else {"role": role}
    )
    assert answer.status_code == 400
    session.expire_all()
    assert asked.decided_at is None


@pytest.mark.parametrize("who", ["stranger", "member", "other_agency", "asker", "asking agency", "asking administrator"])
@pytest.mark.parametrize("verb", ["", "accepter", "refuser"])
def test_to_others_a_request_does_not_exist_and_nobody_decides_for_oneself(session, sign_in, library, who, verb):
    make.agency(session, "region-93")
    asker = {
        "asking agency": lambda: make.member(session, make.agency(session, "region-93", "L’autre agence")),
        "asking administrator": lambda: make.person(session, administrator=True),
    }.get(who, lambda: make.person(session))()
    asked = request_by(session, asker, library)
    actor = {
        "stranger": lambda: make.member(session, make.library(session, "Ailleurs")),
        "member": lambda: make.member(session, library, role=Role.MEMBER),
        "other_agency": lambda: make.member(session, make.agency(session, "region-75")),
    }.get(who, lambda: asker)()
    client = sign_in(actor)
    if verb:
        answer = client.post(decision_url(asked, verb), data={"role": "responsable", "reason": "Essai"})
    else:
        answer = client.get(f"/demandes-de-rattachement/{asked.public_id}")
    assert answer.status_code == 404
    session.expire_all()
    assert asked.decided_at is None
    assert asked.public_id not in client.get("/demandes-de-rattachement").text


def test_the_agency_does_not_decide_who_joins_an_agency(session, sign_in):
    agency, other = make.agency(session, "region-93"), make.agency(session, "region-93", "Seconde agence")
    make.place_in(session, other, "commune-13055")
    administrator = make.person(session, administrator=True)
    agent = make.member(session, agency)
    asked = request_by(session, make.person(session), other)
    assert sign_in(agent).get(f"/demandes-de-rattachement/{asked.public_id}").status_code == 404
    assert sign_in(administrator).get(f"/demandes-de-rattachement/{asked.public_id}").status_code == 200


def test_a_plain_member_of_a_designated_institution_does_not_decide_who_joins_it(session, sign_in):
    designated = make.library(session, "Bibliothèque désignée", "commune-75056")
    session.add(Designation(region_id="region-11", institution_id=designated.id))
    member = make.member(session, designated, role=Role.MEMBER)
    asked_there = request_by(session, make.person(session), designated)
    elsewhere = request_by(session, make.person(session), make.library(session, "Autre à Paris", "commune-75056"))
    client = sign_in(member)
    assert client.get(f"/demandes-de-rattachement/{asked_there.public_id}").status_code == 404
    assert client.get(f"/demandes-de-rattachement/{elsewhere.public_id}").status_code == 200


def test_a_decided_request_is_decided_once(session, sign_in, library):
    asked = request_by(session, make.person(session), library)
    sign_in(make.member(session, library)).post(decision_url(asked, "accepter"), data={"role": "membre"})
    late = sign_in(make.person(session, administrator=True))
    answer = late.post(decision_url(asked, "refuser"), data={"reason": "Trop tard"})
    assert answer.status_code == 409
    assert "Cette demande a déjà reçu une réponse : elle a été acceptée le" in text_of(answer)
    assert "Cette demande a déjà reçu une réponse" in text_of(late.get(f"/demandes-de-rattachement/{asked.public_id}"))
    assert len(mails(session)) == 1


def test_who_asked_gives_up_and_nothing_is_kept(session, sign_in, library):
    asker = make.person(session)
    asked = request_by(session, asker, library)
    assert sign_in(asker).post(decision_url(asked, "renoncer")).status_code == 303
    assert session.scalar(sa.select(sa.func.count()).select_from(MembershipRequest)) == 0


def test_nobody_gives_up_for_another(session, sign_in, library):
    asked = request_by(session, make.person(session), library)
    assert sign_in(make.member(session, library)).post(decision_url(asked, "renoncer")).status_code == 404


def test_after_a_refusal_one_may_ask_again(session, sign_in, library):
    asker, responsible = make.person(session), make.member(session, library)
    asked = request_by(session, asker, library)
    sign_in(responsible).post(decision_url(asked, "refuser"), data={"reason": "Pas encore"})
    assert sign_in(asker).post(url(library), data=ANSWERS).location == "/mes-structures"
    assert session.scalar(sa.select(sa.func.count()).select_from(MembershipRequest)) == 2


def test_the_queue_shows_the_oldest_first_without_a_query_a_row(session, sign_in, count_queries):
    administrator = sign_in(make.person(session, administrator=True))
    for number in range(3):
        request_by(session, make.person(session), make.library(session, f"Médiathèque {number}"))
    administrator.get("/demandes-de-rattachement")
    before = count_queries()
    administrator.get("/demandes-de-rattachement")
    few = count_queries() - before
    for number in range(3, 30):
        request_by(
            session, make.person(session), make.library(session, f"Médiathèque {'très ' * 20}longue {number}", "commune-06088")
        )
    before = count_queries()
    page = administrator.get("/demandes-de-rattachement")
    assert count_queries() - before == few
    assert page.text.index("Médiathèque 0") < page.text.index("Médiathèque 1<") < page.text.index("longue 3")
    assert text_of(administrator.get("/demandes-de-rattachement?page=2")).count("longue") == 10
    assert administrator.get("/demandes-de-rattachement?page=999").status_code == 200


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE membership_request SET decided_at = now()",
        "UPDATE membership_request SET accepted = true",
        "UPDATE membership_request SET accepted = false, decided_at = now()",
        "UPDATE membership_request SET accepted = false, decided_at = now(), reason = ' '",
        "UPDATE membership_request SET message = ' '",
        "UPDATE membership_request SET accepted = true, decided_at = now(), decided_by_id = user_id",
        "UPDATE membership_request SET decided_by_id = (SELECT max(id) FROM app_user)",
        "INSERT INTO membership_request (public_id, user_id, institution_id, message)"
        " SELECT 'double', user_id, institution_id, 'x' FROM membership_request",
        "INSERT INTO membership SELECT user_id, institution_id, 'chef' FROM membership_request",
    ],
)
def test_the_database_refuses_what_makes_no_sense(session, library, statement):
    request_by(session, make.person(session), library)
    make.person(session)
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(sa.text(statement))


def test_the_erasure_of_who_decided_keeps_the_decision(session, library):
    by = make.person(session)
    asked = request_by(session, make.person(session), library)
    asked.accepted, asked.decided_at, asked.decided_by = True, sa.func.now(), by
    session.flush()
    session.execute(sa.delete(User).where(User.id == by.id))
    session.expire_all()
    assert (asked.accepted, asked.decided_by) == (True, None)


def test_who_waits_for_an_answer_sees_it_where_they_look(session, sign_in, library):
    user = make.person(session)
    client = sign_in(user)
    assert "Votre demande attend" not in client.get("/mon-espace").text
    request_by(session, user, library)
    home = client.get("/mon-espace").text
    assert "Votre demande attend une réponse" in home
    assert f'href="/annuaire/{library.public_id}"' in home
    assert 'href="/mes-structures"' in home
    assert "Vous ne parlez encore pour aucune structure" not in home
    sheet = text_of(client.get(f"/annuaire/{library.public_id}"))
    assert "votre demande attend depuis le" in sheet
    assert "Vous travaillez ici" not in sheet
    other = text_of(client.get(f"/annuaire/{make.library(session).public_id}"))
    assert "Vous travaillez ici" in other
    assert "votre demande" not in other


def test_a_request_is_seen_waiting_by_who_made_it_alone_and_until_it_is_answered(session, sign_in, library):
    user = make.person(session)
    asked = request_by(session, user, library)
    stranger = sign_in(make.person(session))
    assert "attend" not in text_of(stranger.get(f"/annuaire/{library.public_id}"))
    assert "Votre demande attend" not in stranger.get("/mon-espace").text
    asked.decided_at, asked.accepted, asked.reason = now(), False, "Une raison"
    session.flush()
    client = sign_in(user)
    assert "Vous travaillez ici" in text_of(client.get(f"/annuaire/{library.public_id}"))
    assert "Votre demande attend" not in client.get("/mon-espace").text


@pytest.mark.parametrize("page", ["modifier", "modifier/horaires", "historique", "membres"])
def test_who_may_not_edit_is_led_to_ask(session, sign_in, library, page):
    answer = sign_in(make.person(session)).get(f"/annuaire/{library.public_id}/{page}")
    assert answer.status_code == 403
    assert f'href="/annuaire/{library.public_id}/parler-pour"' in answer.text


def test_other_closed_pages_lead_to_no_institution(session, sign_in):
    answer = sign_in(make.person(session)).get("/a-verifier")
    assert answer.status_code == 403
    assert "parler-pour" not in answer.text
