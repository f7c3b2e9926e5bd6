"""Two sides and a partnership, and short ways to make it advance; the people are invented."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date

from flask import Flask, has_app_context
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.models import Precision
from app.directory.vocabulary import Format
from app.partnerships import actions
from app.partnerships.agreements import actions as agreement_actions
from app.partnerships.agreements.actions import Paper, Signed
from app.partnerships.agreements.models import AgreementKind, Item, Principle
from app.partnerships.exchanges.models import Exchange, Side
from app.partnerships.models import Partnership, Step, StepTaken
from tests import factories

BEGINNING = date(2026, 1, 5)


@dataclass
class Scene:
    session: Session
    exchange: Exchange
    partnership: Partnership
    of_cite: User
    of_partner: User
    #: Where mails are written; None in a test that stands in the context of the application itself. A test that also sends
    #: requests gives it, because requests inside one context would share what they know of the person signed in.
    app: Flask | None = None

    def context(self) -> AbstractContextManager[object]:
        return self.app.app_context() if self.app and not has_app_context() else nullcontext()

    def person(self, side: Side) -> User:
        return self.of_cite if side is Side.CITE else self.of_partner

    @property
    def url(self) -> str:
        return f"/partenariats/{self.partnership.public_id}"

    def take(
        self,
        step: Step,
        day: date = BEGINNING,
        side: Side = Side.PARTNER,
        note: str = "Note",
        precision: Precision = Precision.DAY,
    ) -> StepTaken:
        with self.context():
            return actions.take_step(self.session, self.partnership, step, self.person(side), side, day, precision, note)

    def answer(self, taken: StepTaken, answer: str = "confirm") -> None:
        assert taken.side is not None
        other = taken.side.other
        with self.context():
            if answer == "confirm":
                actions.confirm(self.session, taken, self.person(other), other)
            elif answer == "refuse":
                actions.refuse(self.session, taken, self.person(other), other, "Trop tôt")
            else:
                actions.withdraw(self.session, taken, self.person(taken.side), taken.side)

    def reach(self, step: Step, day: date = BEGINNING, **options: object) -> StepTaken:
        """Take a step and, where it must be, have it confirmed."""
        taken = self.take(step, day, **options)  # type: ignore[arg-type]
        if taken.is_waiting:
            self.answer(taken)
        return taken

    def sign(self, day: date = BEGINNING, **columns: object) -> None:
        paper = Paper(
            AgreementKind.PROTOCOL,
            day,
            Precision.DAY,
            "Essai d’un centre associé",
            [Signed(Side.CITE, "Jeanne Essai", "présidente"), Signed(Side.PARTNER, "Paul Essai", "directeur")],
            **columns,  # type: ignore[arg-type]
        )
        with self.context():
            agreement_actions.record(self.session, self.partnership, paper, self.of_partner, Side.PARTNER)

    def accept_charter(self) -> None:
        agreement_actions.accept_principles(self.session, self.partnership, Principle, self.of_partner, Side.PARTNER)

    def tick_all(self) -> None:
        for item in Item:
            agreement_actions.tick(self.session, self.partnership, item, self.of_partner, Side.PARTNER)

    def prepare_centre(self, day: date = BEGINNING) -> None:
        """Bring together all that a centre needs, its signature confirmed, without opening it."""
        self.sign(day)
        self.accept_charter()
        self.tick_all()
        self.reach(Step.SIGNED, day)

    def open(self, day: date) -> StepTaken:
        return self.reach(Step.RUNNING, day)


def scene(session: Session, formula: Format = Format.CENTRE, day: date = BEGINNING, app: Flask | None = None) -> Scene:
    exchange = factories.exchange(session)
    of_cite = factories.member(session, exchange.cite, name="Anne Cité", function="responsable opérationnelle")
    of_partner = factories.member(session, exchange.partner, name="Luc Biblio", function="responsable du partenariat")
    partnership = actions.begin(session, exchange, formula, of_cite, Side.CITE, day, "Une formule décrite")
    return Scene(session, exchange, partnership, of_cite, of_partner, app)
