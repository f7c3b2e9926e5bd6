"""Partnerships made to stall, for the tests of boards and of their reminders."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.clock import now
from app.directory.vocabulary import Format
from app.partnerships.exchanges.models import Exchange, Side
from app.partnerships.models import Partnership, Step, StepTaken
from tests import factories

NOTED = {Step.FRAMING, Step.SUSPENDED, Step.CLOSED}


def partnership(
    session: Session,
    step: Step = Step.CONTACT,
    days_ago: int = 0,
    format: Format = Format.THEMATIC,  # noqa: A002 - the word of the trade
    within: Exchange | None = None,
) -> Partnership:
    """Add a partnership at this step since `days_ago`."""
    moment = now() - timedelta(days=days_ago)
    row = Partnership(exchange=within or factories.exchange(session), format=format, step=step, step_since=moment)
    row.steps.append(taken(step, moment))
    session.add(row)
    session.flush()
    return row


def taken(step: Step, moment: datetime, waiting_for_the_other_side: bool = False) -> StepTaken:
    """A step taken by the Cité at this instant."""
    return StepTaken(
        step=step,
        taken_on=moment.date(),
        side=Side.CITE,
        recorded_at=moment,
        note="Essai" if step in NOTED else None,
        needs_confirmation=waiting_for_the_other_side,
    )


def ask(session: Session, row: Partnership, step: Step, days_ago: int) -> StepTaken:
    """The Cité asks the other side to confirm a step, `days_ago`."""
    asked = taken(step, now() - timedelta(days=days_ago), waiting_for_the_other_side=True)
    row.steps.append(asked)
    session.flush()
    return asked
