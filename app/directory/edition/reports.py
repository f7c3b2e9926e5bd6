"""Errors that anyone may report, and what becomes of them. The address of who reported one is erased once it is handled."""

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.directory.edition import mails
from app.directory.edition.models import ErrorReport, Outcome
from app.directory.memberships.queries import intermediaries_for
from app.directory.models import Institution
from app.errors import Refusal
from app.mail import outbox


def report_error(session: Session, institution: Institution, message: str, email: str | None) -> ErrorReport:
    """Keep what someone says is wrong, and tell those who follow the region."""
    report = ErrorReport(institution_id=institution.id, message=message, email=email)
    session.add(report)
    session.flush()
    outbox.post(session, mails.error_reported(report), to=session.scalars(intermediaries_for(institution)))
    return report


def handle(session: Session, report: ErrorReport, outcome: Outcome, answer: str | None, by: User) -> None:
    """Say what became of a report, write to who left an address, and erase it. Raises `Refusal` when it was handled already."""
    session.refresh(report, with_for_update={"of": ErrorReport})
    if report.handled_at is not None:
        raise Refusal("Quelqu’un vient de traiter ce signalement.")
    if report.email:
        outbox.post_to_address(session, mails.error_handled(report, outcome, answer), report.email)
    report.handled_at, report.handled_by_id, report.outcome, report.answer = now(), by.id, outcome, answer
    report.email = None
    session.flush()
