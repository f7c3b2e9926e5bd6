"""What is done to a partnership: it begins, takes steps, and each step that asks for it is confirmed, refused or withdrawn.

Every action first locks the partnership, then looks again at what it knew: of two people who act at once, one wins and the
other is told.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now, today
from app.directory.models import Precision
from app.directory.vocabulary import Format
from app.errors import Refusal
from app.partnerships import directory_effects, mails, needs
from app.partnerships.exchanges.models import Exchange, Side
from app.partnerships.models import Partnership, Step, StepTaken
from app.partnerships.refusals import Mistake
from app.partnerships.steps import RULES, Rule

#: For how long something is said to have just been done.
JUST_NOW = timedelta(hours=1)
ALREADY = "Un partenariat de cette formule existe déjà dans cet échange : poursuivez-le plutôt que d’en ouvrir un second."


def begin(
    session: Session,
    exchange: Exchange,
    format: Format,  # noqa: A002 - the word of the trade
    by: User | None,
    side: Side | None,
    day: date,
    description: str = "",
    themes: Sequence[str] = (),
    *,
    precision: Precision = Precision.DAY,
    note: str = "",
) -> Partnership:
    """Open a partnership at its first step, the contact. Refuses a second living one of the same format."""
    if format is Format.OTHER and not description.strip():
        raise Mistake("Décrivez la formule que vous inventez : c’est elle que les deux côtés vont reconnaître.", "description")
    _refuse_future(day)
    made = Partnership(
        exchange=exchange, format=format, description=description.strip() or None, themes=list(themes), step=Step.CONTACT
    )
    made.steps.append(
        StepTaken(
            step=Step.CONTACT,
            taken_on=first_day(day, precision),
            precision=precision,
            side=side,
            by_id=by.id if by else None,
            note=note.strip() or None,
        )
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        raise _explained(error, "uq_partnership_living", ALREADY) from None
    return made


def record(
    session: Session,
    exchange: Exchange,
    format: Format,  # noqa: A002
    by: User,
    side: Side | None,
    day: date,
    precision: Precision,
    *,
    description: str = "",
    note: str = "",
) -> Partnership:
    """Open a partnership that needs no proposal, or is older than the service, and tell both sides."""
    made = begin(session, exchange, format, by, side, day, description, precision=precision, note=note)
    mails.post_counts(session, made.current)
    return made


def take_step(
    session: Session,
    partnership: Partnership,
    step: Step,
    by: User,
    side: Side | None,
    day: date,
    precision: Precision = Precision.DAY,
    note: str = "",
    tell: bool = True,
) -> StepTaken:
    """Take a step; it counts at once, or when the other side has confirmed it. `side` is None for the agency, which takes none.

    Refuses what the table of `app.partnerships.steps` does not allow, a day to come, and any step while one waits. Unless
    `tell`, nobody is told that it counts: another mail says it.
    """
    lock(session, partnership)
    rule = RULES[step]
    _refuse_future(day)
    if partnership.waiting:
        raise Refusal(
            f"L’étape « {partnership.waiting.step.label} » attend une réponse : confirmez-la, refusez-la ou retirez-la d’abord."
        )
    _refuse_forbidden(partnership, rule, side, note)
    taken = StepTaken(
        step=step,
        taken_on=first_day(day, precision),
        precision=precision,
        side=side,
        by_id=by.id,
        note=note.strip() or None,
        needs_confirmation=rule.must_be_confirmed(partnership.step, partnership.format),
    )
    _refuse_unready(session, partnership, taken)
    partnership.steps.append(taken)
    session.flush()
    if taken.needs_confirmation:
        mails.post_confirmation_expected(session, taken)
    else:
        _count(session, partnership, taken, tell)
    return taken


def confirm(session: Session, taken: StepTaken, by: User, side: Side | None, note: str = "") -> None:
    """The other side confirms: the step counts from now on. Refuses the side, or the person, that took it."""
    partnership = _lock_waiting(session, taken)
    _refuse_same_side(taken, side, "confirmer")
    if taken.by_id == by.id:
        raise Refusal("Vous avez vous-même noté cette étape : une autre personne, de l’autre côté, doit la confirmer.")
    _refuse_unready(session, partnership, taken)
    taken.confirmed_at, taken.answered_by_id, taken.answer_note = now(), by.id, note.strip() or None
    session.flush()
    _count(session, partnership, taken)


def refuse(session: Session, taken: StepTaken, by: User, side: Side | None, note: str) -> None:
    """The other side refuses, and says why; the step stays in the history and does not count."""
    _lock_waiting(session, taken)
    _refuse_same_side(taken, side, "refuser")
    if not note.strip():
        raise Refusal("Dites en quelques mots pourquoi vous ne confirmez pas cette étape.")
    taken.refused_at, taken.answered_by_id, taken.answer_note = now(), by.id, note.strip()
    session.flush()
    mails.post_refused(session, taken)


def withdraw(session: Session, taken: StepTaken, by: User, side: Side | None) -> None:
    """The side that took the step takes it back before any answer; it stays in the history and does not count."""
    _lock_waiting(session, taken)
    if side is not taken.side:
        raise Refusal("Seul le côté qui a noté cette étape peut la retirer ; vous pouvez la refuser.")
    taken.withdrawn_at, taken.answered_by_id = now(), by.id
    session.flush()
    mails.post_withdrawn(session, taken)


def lock(session: Session, partnership: Partnership) -> None:
    """Hold the partnership until the end of the transaction, and read it and its steps again."""
    session.flush()
    for row, its_id in ((Partnership, Partnership.id), (StepTaken, StepTaken.partnership_id)):
        held = sa.select(row).where(its_id == partnership.id).with_for_update(of=row)
        session.scalars(held.execution_options(populate_existing=True)).all()
    session.expire(partnership, ["steps"])


def first_day(day: date, precision: Precision) -> date:
    """The stored day of a month or of a year is its first."""
    if precision is Precision.YEAR:
        return day.replace(month=1, day=1)
    return day.replace(day=1) if precision is Precision.MONTH else day


def _lock_waiting(session: Session, taken: StepTaken) -> Partnership:
    """Hold the partnership of a step that still waits for its answer; refuse when it was answered in the meantime."""
    partnership = taken.partnership
    lock(session, partnership)
    if taken.confirmed_at:
        raise Refusal("Cette étape vient d’être confirmée : le partenariat a avancé.")
    if taken.refused_at:
        raise Refusal("Cette étape vient d’être refusée : la raison est dans son histoire.")
    if taken.withdrawn_at:
        raise Refusal("Cette étape vient d’être retirée par le côté qui l’avait notée : il n’y a plus rien à répondre.")
    if not taken.is_waiting:
        raise Refusal("Cette étape compte déjà : elle ne demandait pas de confirmation.")
    return partnership


def _count(session: Session, partnership: Partnership, taken: StepTaken, tell: bool = True) -> None:
    """The one place where a partnership changes its step."""
    try:
        with session.begin_nested():
            partnership.step, partnership.step_since = taken.step, now()
            session.flush()
    except IntegrityError as error:
        raise _explained(error, "uq_partnership_living", ALREADY) from None
    directory_effects.follow(session, partnership, taken)
    if tell:
        mails.post_counts(session, taken)


def _refuse_future(day: date) -> None:
    if day > today():
        raise Mistake("Cette date est à venir : une étape se note quand elle a eu lieu.", "day")


def _refuse_forbidden(partnership: Partnership, rule: Rule, side: Side | None, note: str) -> None:
    if partnership.step not in rule.after:
        raise Refusal(_why_not(partnership, rule, side))
    if side is None and partnership.step not in rule.agency_after:
        raise Refusal("Cette étape se note par l’un des deux côtés du partenariat.")
    if rule.note and not note.strip():
        raise Mistake(f"Pour noter « {rule.step.label} », écrivez {rule.note}.", "note")


def _why_not(partnership: Partnership, rule: Rule, side: Side | None) -> str:
    """The page offers what may follow: who asks for anything else most often read it before another person wrote."""
    last = partnership.current
    by = "votre côté" if last.side is side else "l’autre côté"
    if now() - (last.confirmed_at or last.recorded_at) > JUST_NOW:
        return f"« {rule.step.label} » ne peut pas suivre « {partnership.step.label} »."
    if partnership.step is Step.CLOSED:
        return f"Ce partenariat vient d’être clos par {by}. Rien n’a été noté une seconde fois."
    return f"L’étape « {partnership.step.label} » vient d’être notée par {by}, et « {rule.step.label} » ne peut pas la suivre."


def _refuse_unready(session: Session, partnership: Partnership, taken: StepTaken) -> None:
    missing = needs.missing(session, partnership, taken)
    if missing:
        told = " ; ".join(one.said for one in missing)
        only_its_day = all(one.of_day for one in missing)
        raise Mistake(f"« {taken.step.label} » demande encore : {told}.", "day" if only_its_day else "step")
    directory_effects.refuse_impossible(session, partnership, taken)


def _refuse_same_side(taken: StepTaken, side: Side | None, verb: str) -> None:
    if side is None or taken.side is None or side is not taken.side.other:
        raise Refusal(f"C’est à l’autre côté de {verb} cette étape.")


def _explained(error: IntegrityError, constraint: str, sentence: str) -> Exception:
    """The refusal that a constraint stands for; any other error stays what it is."""
    broken = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    return Mistake(sentence, "format") if broken == constraint else error
