"""Proposals through their URLs: written, sent, read, answered, countered; each told to those whom it concerns."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.vocabulary import Format
from app.mail.models import OutgoingMessage
from app.matchmaking.proposals.models import Proposal, Status
from app.partnerships.exchanges.models import Exchange, Side
from app.partnerships.models import Partnership, Step
from tests import factories

SignIn = Callable[[User | None], FlaskClient]
COMPLETE = {
    "format": "rendez-vous-de-la-cite",
    "activities": ["ateliers-co-animes", "cinema-metiers"],
    "brings": "Deux conseillers, un mardi par mois.",
    "asks": "Une salle de vingt places.",
    "calendar": "À partir de janvier",
    "people": "Responsable opérationnel",
}


class Scene:
    """The Cité proposes, the library answers; each has two people."""

    def __init__(self, session: Session, sign_in: SignIn) -> None:
        self.session, self.sign_in = session, sign_in
        self.cite, self.library = factories.cite(session, "Cité du Sud"), factories.library(session, "Médiathèque du Sud")
        self.exchange: Exchange = factories.exchange(session, self.cite, self.library)
        self.of_cite = [factories.member(session, self.cite, name=f"Cité {n}") for n in (1, 2)]
        self.of_library = [factories.member(session, self.library, name=f"Méd {n}") for n in (1, 2)]

    def proposal(self, **columns: object) -> Proposal:
        return factories.proposal(self.session, self.exchange, **columns)  # type: ignore[arg-type]

    def post(self, user: User, path: str, data: dict | None = None):
        answer = self.sign_in(user).post(path, data=data or {})
        self.session.expire_all()
        return answer

    def get(self, user: User, path: str, **options):
        answer = self.sign_in(user).get(path, **options)
        self.session.expire_all()
        return answer

    def new(self, user: User, **typed: object):
        path = f"/echanges/{self.exchange.public_id}/propositions/nouvelle"
        return self.post(user, path, {**COMPLETE, **typed})

    def only(self) -> Proposal:
        return self.session.scalars(sa.select(Proposal)).one()

    def mails(self) -> list[tuple[int, str]]:
        rows = self.session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id))
        return [(row.user_id, row.subject) for row in rows]


@pytest.fixture
def scene(session: Session, sign_in: SignIn) -> Scene:
    return Scene(session, sign_in)


def at(proposal: Proposal, verb: str = "") -> str:
    return f"/propositions/{proposal.public_id}" + (f"/{verb}" if verb else "")


def test_a_draft_is_seen_by_its_side_alone(scene: Scene):
    answer = scene.new(scene.of_cite[0], suite="enregistrer")
    draft = scene.only()

    assert answer.status_code == 303
    assert (draft.status, draft.side, draft.themes) == (Status.DRAFT, Side.CITE, [])
    assert scene.get(scene.of_cite[1], at(draft)).status_code == 200
    assert scene.get(scene.of_library[0], at(draft)).status_code == 404
    assert scene.get(factories.person(scene.session, administrator=True), at(draft)).status_code == 404
    assert scene.mails() == []


def test_what_is_sent_is_told_to_the_other_side_and_to_colleagues_but_not_to_the_sender(scene: Scene):
    scene.new(scene.of_cite[0], suite="envoyer")

    assert scene.only().status is Status.SENT
    assert scene.mails() == [
        (scene.of_library[0].id, "Répondez à la proposition de Cité du Sud : Rendez-vous de la Cité"),
        (scene.of_library[1].id, "Répondez à la proposition de Cité du Sud : Rendez-vous de la Cité"),
        (
            scene.of_cite[1].id,
            "Prenez connaissance de la proposition « Rendez-vous de la Cité » envoyée à Médiathèque du Sud",
        ),
    ]


def test_a_form_sent_twice_makes_one_proposal_and_the_second_is_told(scene: Scene):
    key = {"form_key": "bcdfghjkmnpqrs", "suite": "envoyer"}
    first, second = (scene.new(scene.of_cite[0], **key) for _ in range(2))

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert scene.only().status is Status.SENT
    assert len(scene.mails()) == 3


def test_other_words_in_the_same_form_are_asked_again_and_never_silently_lost(scene: Scene):
    key = {"form_key": "bcdfghjkmnpqrs", "suite": "enregistrer"}
    scene.new(scene.of_cite[0], **key)
    answer = scene.new(scene.of_cite[0], **key, calendar="En février finalement")

    assert answer.status_code == 409
    assert "En février finalement" in answer.text
    assert "pas encore enregistré" in answer.text
    assert scene.only().calendar == "À partir de janvier"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"format": ""}, "Choisissez la formule"),
        ({"format": "label-universel"}, "Choisissez la formule"),
        ({"format": "autre-formule", "description": " \n "}, "Décrivez la formule"),
        ({"activities": []}, "Cochez au moins une activité"),
        ({"brings": "", "asks": ""}, "dites au moins ce que vous apportez"),
        ({"brings": "é" * 2001}, "Ce texte est trop long"),
        ({"axes": ["axe-inconnu"]}, "n’est pas un choix de cette liste"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_typed_is_lost(scene: Scene, typed: dict, sentence: str):
    answer = scene.new(scene.of_cite[0], **typed, people="<script>alert(1)</script> & Cie", suite="envoyer")

    assert answer.status_code == 400
    assert sentence in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Cie" in answer.text
    assert "<script>alert" not in answer.text
    assert scene.session.scalars(sa.select(Proposal)).all() == []


def test_a_draft_may_be_incomplete_and_is_not_sent_so(scene: Scene):
    scene.new(scene.of_cite[0], brings="", asks="", suite="enregistrer")
    draft = scene.only()
    answer = scene.post(scene.of_cite[0], at(draft, "envoyer"), {"revision": "1"})

    assert answer.status_code == 409
    assert "dites au moins" in answer.text
    assert draft.status is Status.DRAFT


def test_two_people_of_one_side_do_not_overwrite_each_other(scene: Scene):
    draft = scene.proposal(status=Status.DRAFT)
    first = scene.post(scene.of_cite[0], at(draft, "modifier"), {**COMPLETE, "revision": "1", "calendar": "Mars"})
    second = scene.post(scene.of_cite[1], at(draft, "modifier"), {**COMPLETE, "revision": "1", "calendar": "Avril"})

    assert (first.status_code, second.status_code) == (303, 409)
    assert "Avril" in second.text
    assert "Une autre version de ce brouillon" in second.text.replace("\u202f", " ")
    assert draft.calendar == "Mars"

    knowingly = scene.post(scene.of_cite[1], at(draft, "modifier"), {**COMPLETE, "revision": "2", "calendar": "Avril"})
    assert knowingly.status_code == 303
    assert draft.calendar == "Avril"


def test_what_was_typed_stays_when_a_colleague_has_sent_the_draft(scene: Scene):
    draft = scene.proposal(status=Status.DRAFT)
    scene.post(scene.of_cite[0], at(draft, "envoyer"), {"revision": "1"})
    answer = scene.post(scene.of_cite[1], at(draft, "modifier"), {**COMPLETE, "revision": "1", "calendar": "Avril"})

    assert answer.status_code == 409
    assert "Avril" in answer.text
    assert "déjà partie" in answer.text
    assert draft.calendar is None


def test_a_draft_is_sent_or_thrown_away_only_as_it_was_read(scene: Scene):
    draft = scene.proposal(status=Status.DRAFT)
    scene.post(scene.of_cite[1], at(draft, "modifier"), {**COMPLETE, "revision": "1", "calendar": "Mai"})

    assert scene.post(scene.of_cite[0], at(draft, "envoyer"), {"revision": "1"}).status_code == 409
    assert scene.post(scene.of_cite[0], at(draft, "supprimer"), {"revision": "1"}).status_code == 409
    assert scene.post(scene.of_cite[0], at(draft, "supprimer"), {"revision": "bonjour"}).status_code == 409
    assert scene.post(scene.of_cite[0], at(draft, "supprimer"), {"revision": "2"}).status_code == 303
    assert scene.session.scalars(sa.select(Proposal)).all() == []


def test_reading_by_the_other_side_makes_it_seen_once(scene: Scene):
    sent = scene.proposal()
    scene.get(scene.of_cite[0], at(sent))
    scene.get(factories.person(scene.session, administrator=True), at(sent))
    assert sent.status is Status.SENT

    assert scene.get(scene.of_library[0], at(sent)).status_code == 200
    seen_at = sent.seen_at
    assert (sent.status, seen_at is None) == (Status.SEEN, False)
    scene.get(scene.of_library[1], at(sent))
    assert sent.seen_at == seen_at


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}, {"Sec-Fetch-Dest": "image"}],
)
def test_a_program_that_looks_ahead_has_not_read(scene: Scene, headers: dict[str, str]):
    sent = scene.proposal()
    assert scene.get(scene.of_library[0], at(sent), headers=headers).status_code == 200
    assert scene.sign_in(scene.of_library[0]).head(at(sent)).status_code == 200
    scene.session.expire_all()
    assert sent.status is Status.SENT


def test_accepting_begins_the_partnership(scene: Scene):
    sent = scene.proposal(format=Format.OTHER, description="Un café des métiers", themes=["axe-illettrisme"])
    answer = scene.post(scene.of_library[0], at(sent, "accepter"))

    partnership = scene.session.scalars(sa.select(Partnership)).one()
    assert answer.location == f"/partenariats/{partnership.public_id}"
    assert (partnership.format, partnership.description, partnership.step) == (
        Format.OTHER,
        "Un café des métiers",
        Step.CONTACT,
    )
    assert (partnership.themes, partnership.exchange_id) == (["axe-illettrisme"], scene.exchange.id)
    assert (sent.status, sent.partnership_id, sent.settled_by_id) == (Status.ACCEPTED, partnership.id, scene.of_library[0].id)
    assert sent.seen_at is not None
    assert {user for user, _ in scene.mails()} == {*(one.id for one in scene.of_cite), scene.of_library[1].id}


def test_a_format_that_already_lives_is_told_and_refused(scene: Scene):
    sent = scene.proposal()
    living = Partnership(exchange=scene.exchange, format=sent.format, step=Step.TRIAL)
    scene.session.add(living)
    scene.session.flush()

    page = scene.get(scene.of_library[0], at(sent)).text
    assert "déjà en cours" in page
    assert f"/partenariats/{living.public_id}" in page
    assert "/accepter" not in page
    assert scene.post(scene.of_library[0], at(sent, "accepter")).status_code == 409
    assert sent.status is Status.SEEN

    kept = scene.new(scene.of_cite[0], suite="envoyer")
    assert "déjà en cours" in scene.sign_in(scene.of_cite[0]).get(kept.location).text
    assert scene.session.scalar(sa.select(sa.func.count()).where(Proposal.status == Status.DRAFT)) == 1


def test_the_mail_of_an_agreement_leads_to_the_partnership_and_others_to_the_proposal(scene: Scene):
    scene.cite.name = "Cité de l'Ouest"
    agreed, declined = scene.proposal(), scene.proposal()
    for sent, verb in ((declined, "refuser"), (agreed, "accepter")):
        scene.post(scene.of_library[0], at(sent, verb), {"reason": "Travaux"})
    for person in (scene.of_cite[0], scene.of_library[1]):
        rows = scene.session.scalars(sa.select(OutgoingMessage).filter_by(user_id=person.id).order_by(OutgoingMessage.id)).all()
        assert rows[-1].action_url.endswith(f"/partenariats/{agreed.partnership.public_id}")
        assert rows[-2].action_url.endswith(at(declined))
        assert not [one for one in rows if "'" in one.subject + one.text]


def test_the_agency_reads_on_the_page_of_the_exchange_what_was_sent_and_no_draft(scene: Scene):
    sent, draft = scene.proposal(), scene.proposal(status=Status.DRAFT)
    page = scene.get(factories.member(scene.session, factories.agency(scene.session)), f"/echanges/{scene.exchange.public_id}")
    assert at(sent) in page.text
    assert at(draft) not in page.text
    assert "Proposer une formule" not in page.text
    assert at(draft) in scene.get(scene.of_cite[0], f"/echanges/{scene.exchange.public_id}").text


def test_who_will_read_a_reason_is_said_before_it_is_written(scene: Scene):
    page = scene.get(scene.of_library[0], at(scene.proposal())).text
    assert "par l’agence du livre de la région et par l’équipe de Maillage" in page


def test_a_refused_form_says_so_first(scene: Scene):
    sent = scene.proposal()
    for person, path, data in (
        (scene.of_library[0], at(sent, "refuser"), {"reason": ""}),
        (scene.of_cite[0], f"/echanges/{scene.exchange.public_id}/propositions/nouvelle", {"suite": "envoyer"}),
    ):
        page = scene.post(person, path, data).text
        assert "<title>Erreur\u202f: " in page
        assert page.count('role="alert"') == 1
        assert page.index('role="alert"') < page.index('class="post-form"')


def test_a_reason_that_comes_too_late_is_given_back(scene: Scene):
    sent = scene.proposal()
    scene.post(scene.of_cite[0], at(sent, "retirer"))
    late = scene.post(scene.of_library[0], at(sent, "refuser"), {"reason": "Des travaux jusqu’en juin prochain."})
    assert late.status_code == 409
    assert "Des travaux jusqu’en juin prochain." in late.text


def test_a_draft_is_thrown_away_after_a_second_thought(scene: Scene):
    draft = scene.proposal(status=Status.DRAFT)
    page = scene.get(scene.of_cite[0], at(draft)).text
    assert "<details" in page.split(at(draft, "supprimer"))[0].rsplit("</details>", 1)[-1]


def test_who_speaks_for_both_is_told_for_whom_they_act(scene: Scene):
    both = factories.member(scene.session, scene.library, factories.member(scene.session, scene.cite))
    sent = scene.proposal()
    assert "Vous agissez ici pour «\u00a0Médiathèque du Sud\u00a0»" in scene.get(both, at(sent)).text
    scene.post(both, at(sent, "accepter"))
    page = scene.get(both, f"/partenariats/{sent.partnership.public_id}").text
    assert "doit agir pour «\u00a0Cité du Sud\u00a0»" in page


def test_a_refusal_says_why_and_the_other_side_reads_it(scene: Scene):
    sent = scene.proposal()
    mute = scene.post(scene.of_library[0], at(sent, "refuser"), {"reason": " "})
    assert mute.status_code == 400
    assert "Dites en une phrase pourquoi" in mute.text
    assert sent.status is Status.SENT

    assert scene.post(scene.of_library[0], at(sent, "refuser"), {"reason": "Travaux jusqu’en juin."}).status_code == 303
    assert sent.status is Status.DECLINED
    assert "Travaux jusqu’en juin." in scene.get(scene.of_cite[0], at(sent)).text
    assert all("Travaux" not in subject for _, subject in scene.mails())


def test_an_answer_that_crosses_a_withdrawal_is_told(scene: Scene):
    sent = scene.proposal()
    assert scene.post(scene.of_cite[0], at(sent, "retirer")).status_code == 303
    late = scene.post(scene.of_library[0], at(sent, "accepter"))

    assert late.status_code == 409
    assert "a été retirée" in late.text
    assert "notice--warning" in late.text
    assert f"/echanges/{scene.exchange.public_id}" in late.text
    assert sent.status is Status.WITHDRAWN
    assert scene.session.scalars(sa.select(Partnership)).all() == []


@pytest.mark.parametrize("verb", ["accepter", "refuser", "contre-proposition"])
def test_one_does_not_answer_oneself(scene: Scene, verb: str):
    sent = scene.proposal()
    assert scene.post(scene.of_cite[1], at(sent, verb), {**COMPLETE, "reason": "Non"}).status_code == 403
    assert sent.status is Status.SENT


@pytest.mark.parametrize("verb", ["modifier", "envoyer", "supprimer", "retirer", "detacher"])
def test_one_does_not_touch_the_proposal_of_the_other(scene: Scene, verb: str):
    sent = scene.proposal()
    assert scene.post(scene.of_library[1], at(sent, verb), {**COMPLETE, "revision": "1"}).status_code == 403
    assert sent.status is Status.SENT


def test_what_was_sent_does_not_change_any_more(scene: Scene):
    sent = scene.proposal(calendar="Janvier")
    answer = scene.post(scene.of_cite[0], at(sent, "modifier"), {**COMPLETE, "revision": "1", "calendar": "Juin"})
    assert answer.status_code == 409
    assert sent.calendar == "Janvier"
    assert scene.get(scene.of_cite[0], at(sent, "modifier")).status_code == 409


def test_a_counter_proposal_begins_from_the_other_point_of_view(scene: Scene):
    sent = scene.proposal(brings="Deux conseillers", asks="Une grande salle")
    page = scene.get(scene.of_library[0], at(sent, "contre-proposition")).text
    brings, asks = page.index('id="brings"'), page.index('id="asks"')
    assert brings < page.index("Une grande salle") < asks < page.index("Deux conseillers")


def test_a_counter_proposal_settles_the_first_and_keeps_the_thread(scene: Scene):
    sent = scene.proposal(brings="Deux conseillers le mardi", asks="Une salle")
    typed = {**COMPLETE, "brings": "Une grande salle", "asks": "Deux conseillers le jeudi", "suite": "envoyer"}
    answer = scene.post(scene.of_library[0], at(sent, "contre-proposition"), typed)
    second = scene.session.scalars(sa.select(Proposal).where(Proposal.answers_id == sent.id)).one()

    assert answer.location == at(second)
    assert (sent.status, second.status, second.side) == (Status.COUNTERED, Status.SENT, Side.PARTNER)
    third = scene.post(scene.of_cite[0], at(second, "contre-proposition"), {**COMPLETE, "suite": "envoyer"})
    page = scene.get(scene.of_cite[1], third.location).text
    assert page.count("versions__item") == 3
    shown = scene.get(scene.of_cite[0], at(second)).text
    assert '<del><span class="visually-hidden">[retiré\u202f: </span>mardi<span class="visually-hidden">]</span></del>' in shown
    assert '<ins><span class="visually-hidden">[ajouté\u202f: </span>jeudi<span class="visually-hidden">]</span></ins>' in shown
    assert "Contre-proposition de Médiathèque du Sud à Cité du Sud" in shown


def test_a_side_prepares_one_counter_proposal_together(scene: Scene):
    sent = scene.proposal()
    typed = {**COMPLETE, "suite": "enregistrer"}
    scene.post(scene.of_library[0], at(sent, "contre-proposition"), typed)
    draft = scene.session.scalars(sa.select(Proposal).where(Proposal.answers_id == sent.id)).one()

    assert scene.get(scene.of_library[1], at(sent, "contre-proposition")).location == at(draft, "modifier")
    late = scene.post(scene.of_library[1], at(sent, "contre-proposition"), {**typed, "calendar": "Juin"})
    assert late.status_code == 409
    assert "Juin" in late.text
    assert f'action="{at(draft, "modifier")}"' in late.text
    assert scene.session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 2
    assert "contre-proposition" in scene.get(scene.of_library[1], at(sent)).text
    assert at(draft) not in scene.get(scene.of_cite[0], at(sent)).text


def test_a_counter_proposal_to_what_was_withdrawn_is_kept_and_may_become_a_new_one(scene: Scene):
    sent = scene.proposal()
    scene.post(scene.of_cite[0], at(sent, "retirer"), {"reason": "Erreur de date"})
    answer = scene.post(scene.of_library[0], at(sent, "contre-proposition"), {**COMPLETE, "suite": "envoyer"})
    draft = scene.session.scalars(sa.select(Proposal).where(Proposal.answers_id == sent.id)).one()

    assert answer.status_code == 303
    assert draft.status is Status.DRAFT
    assert scene.post(scene.of_library[0], at(draft, "envoyer"), {"revision": "1"}).status_code == 409
    assert scene.post(scene.of_library[0], at(draft, "detacher")).status_code == 303
    assert scene.post(scene.of_library[0], at(draft, "envoyer"), {"revision": "2"}).status_code == 303
    assert (sent.status, draft.status, draft.answers_id) == (Status.WITHDRAWN, Status.SENT, None)


@pytest.mark.parametrize("public_id", ["bcdfghjkmnpqrs", "1", "%2e%2e", "%00", "é" * 14, "BCDFGHJKMNPQRS"])
def test_an_id_that_is_forged_is_not_found(scene: Scene, public_id: str):
    assert scene.get(scene.of_cite[0], f"/propositions/{public_id}").status_code == 404
    assert scene.get(scene.of_cite[0], f"/echanges/{public_id}/propositions/nouvelle").status_code == 404


def test_the_page_of_an_exchange_shows_to_each_side_what_it_may_read(scene: Scene):
    sent = scene.proposal()
    draft = scene.proposal(status=Status.DRAFT, side=Side.PARTNER)
    path = f"/echanges/{scene.exchange.public_id}"

    assert at(sent) in scene.get(scene.of_cite[0], path).text
    assert at(draft) not in scene.get(scene.of_cite[0], path).text
    assert at(draft) in scene.get(scene.of_library[0], path).text


def test_every_text_is_escaped(scene: Scene):
    nasty = "<img src=x onerror=alert(1)> {{ 7*7 }}"
    texts = dict.fromkeys(("description", "brings", "asks", "calendar", "people"), nasty)
    sent = scene.proposal(**texts)
    typed = {**COMPLETE, **dict.fromkeys(texts, nasty + " autre"), "suite": "envoyer"}
    answer = scene.post(scene.of_library[0], at(sent, "contre-proposition"), typed)
    scene.post(scene.of_cite[0], answer.location + "/refuser", {"reason": nasty})

    for path in (at(sent), answer.location):
        page = scene.get(scene.of_cite[0], path).text
        assert "<img src=x" not in page
        assert "{{ 7*7 }}" in page
