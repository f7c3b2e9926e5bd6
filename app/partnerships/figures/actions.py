"""What records figures, awareness sessions and reviews."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now, today
from app.errors import Refusal
from app.formats import number, plural
from app.partnerships import actions as partnership_actions
from app.partnerships.exchanges.models import Side
from app.partnerships.figures import mails
from app.partnerships.figures.indicators import sum_of
from app.partnerships.figures.models import ActivityFigures, AwarenessSessions, Decision, Nature, Review, Toward, Unit
from app.partnerships.figures.programme import read_workshops
from app.partnerships.models import Partnership, Step
from app.partnerships.refusals import Mistake


@dataclass(frozen=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date


def record_figures(
    session: Session,
    partnership: Partnership,
    nature: Nature,
    period: Period,
    workshops: int,
    participants: int | None,
    note: str,
    by: User,
    side: Side,
) -> ActivityFigures:
    """Record workshops planned or held.

    Refuses a period that crosses another of the same nature, or is not over yet; and of what was held, numbers below those of
    the programme for the same days.
    """
    if nature is Nature.HELD and period.last > today():
        raise Mistake("Ce qui est réalisé ne peut pas finir dans l’avenir : arrêtez la période à aujourd’hui.", "ends_on")
    # One after the other: two insertions that meet on the exclusion constraint would wait for each other, and one would die.
    partnership_actions.lock(session, partnership)
    if nature is Nature.HELD:
        _not_below_the_programme(session, partnership, period, workshops, participants)
    row = ActivityFigures(
        partnership_id=partnership.id,
        nature=nature,
        starts_on=period.first,
        ends_on=period.last,
        workshops=workshops,
        participants=participants if nature is Nature.HELD else None,
        note=note or None,
        side=side,
        recorded_by_id=by.id,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        if "periods_apart" not in str(error.orig):
            raise
        raise Mistake(
            f"Une autre période de ce qui est {nature.label} recouvre déjà ces jours : les mêmes ateliers seraient comptés"
            " deux fois. Retirez-la d’abord, ou changez les dates.",
            "starts_on",
        ) from None
    return row


def _not_below_the_programme(
    session: Session, partnership: Partnership, period: Period, workshops: int, participants: int | None
) -> None:
    known = sum_of([one for one in read_workshops(session, partnership) if period.first <= one.held_on <= period.last])
    if workshops < known.workshops:
        raise Mistake(
            f"Le programme compte déjà {plural(known.workshops, 'atelier tenu', 'ateliers tenus')} sur ces jours :"
            f" écrivez {number(known.workshops)} ou plus, ou corrigez le programme.",
            "workshops",
        )
    if participants is not None and participants < known.participants:
        raise Mistake(
            f"Le programme compte déjà {plural(known.participants, 'participant')} sur ces jours :"
            f" écrivez {number(known.participants)} ou plus, ou corrigez le programme.",
            "participants",
        )


def record_awareness(
    session: Session,
    partnership: Partnership,
    toward: Toward,
    sessions: int,
    unit: Unit,
    people: int,
    period: Period | None,
    outcome: str,
    by: User,
    side: Side,
) -> AwarenessSessions:
    """Record awareness sessions of one direction."""
    row = AwarenessSessions(
        partnership_id=partnership.id,
        toward=toward,
        sessions=sessions,
        unit=unit,
        people=people,
        starts_on=period.first if period else None,
        ends_on=period.last if period else None,
        outcome=outcome or None,
        side=side,
        recorded_by_id=by.id,
    )
    session.add(row)
    session.flush()
    return row


def remove(session: Session, row: ActivityFigures | AwarenessSessions, by: User) -> None:
    """Remove a figure; it stays in the table with who removed it. Refuses when it was already."""
    session.refresh(row, with_for_update=True)
    if row.removed_at:
        raise Refusal("Ces chiffres viennent d’être retirés.")
    row.removed_at, row.removed_by_id = now(), by.id
    session.flush()


def record_review(
    session: Session,
    partnership: Partnership,
    held_on: date,
    period: Period,
    decision: Decision,
    summary: str,
    by: User,
    side: Side,
) -> Review:
    """Record a review: the partnership takes the step « bilan » and, unless it is to stop, runs on.

    Refuses a second review of the same day, and one of a partnership that does not run.
    """
    partnership_actions.lock(session, partnership)
    if partnership.step is not Step.RUNNING:
        raise Refusal("Le bilan annuel est celui d’un partenariat qui fonctionne : notez d’abord cette étape.")
    review = Review(
        partnership_id=partnership.id,
        held_on=held_on,
        starts_on=period.first,
        ends_on=period.last,
        decision=decision,
        summary=summary,
        side=side,
        recorded_by_id=by.id,
    )
    try:
        with session.begin_nested():
            session.add(review)
    except IntegrityError as error:
        if "uq_review_partnership_id" not in str(error.orig):
            raise
        raise Mistake("Un bilan de ce jour est déjà noté.", "held_on") from None
    note = f"Décision : {decision.label}."
    try:
        partnership_actions.take_step(session, partnership, Step.REVIEW, by, side, held_on, note=note, tell=False)
        if decision is not Decision.STOP:
            partnership_actions.take_step(session, partnership, Step.RUNNING, by, side, held_on, note=note, tell=False)
    except Mistake as mistake:
        raise Mistake(str(mistake), "held_on") from None
    mails.post_reviewed(session, review)
    return review
