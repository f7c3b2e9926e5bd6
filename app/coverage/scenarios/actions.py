"""What is done to scenarios that teams keep. Institutions and observations are never touched."""

import secrets
from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.coverage.scenarios import queries, vintages
from app.coverage.scenarios.comparing import Comparison
from app.coverage.scenarios.models import LONGEST_ASKED, LONGEST_NAME, Scenario
from app.coverage.scenarios.trials import Trial
from app.directory.models import Institution
from app.errors import Refusal
from app.partnerships.refusals import Mistake
from app.public_ids import LETTERS

TOKEN_LENGTH = 28
#: A team keeps as many as it can remember.
MOST_SCENARIOS = 100
SAME_NAME = "Votre équipe garde déjà un scénario de ce nom. Donnez-en un autre à celui-ci."


class Stale(Refusal):
    """Somebody else has changed the scenario since its edition began."""

    def __init__(self) -> None:
        super().__init__("Ce scénario a changé depuis que vous avez commencé à le modifier.")


def keep(
    session: Session, team: Institution, name: str, note: str, trial: Trial, comparison: Comparison, by: User | None
) -> Scenario:
    """Keep a new scenario; a form that was sent twice gives the one that its first sending made."""
    found = Scenario(institution_id=team.id, name=name, note=note or None, saved_by=by)
    _remember(session, found, trial, comparison)
    _one_at_a_time(session, team.id)
    same: Scenario | None = session.scalar(queries.named(team.id, name))
    if same is not None:
        if (same.asked, same.note) != (found.asked, found.note):
            raise Mistake(SAME_NAME, "name")
        return same
    _add(session, found)
    return found


def change(
    session: Session, found: Scenario, name: str, note: str, trial: Trial, comparison: Comparison, revision: int | None
) -> None:
    """Keep another question under the same name, or the same under another; `revision` is the one that was read."""
    _lock(session, found)
    if revision != found.revision:
        raise Stale
    _one_at_a_time(session, found.institution_id)
    taken = session.scalar(queries.named(found.institution_id, name).where(Scenario.id != found.id))
    if taken is not None:
        raise Mistake(SAME_NAME, "name")
    found.name, found.note = name, note or None
    _remember(session, found, trial, comparison)
    _touch(found)
    session.flush()


def refresh(session: Session, found: Scenario, comparison: Comparison) -> None:
    """Take the figures of today for those that are remembered."""
    _lock(session, found)
    _compute(session, found, comparison)
    _touch(found)


def renew(session: Session, found: Scenario) -> None:
    """Keep it a year more."""
    _lock(session, found)
    _touch(found)


def duplicate(session: Session, found: Scenario, by: User | None) -> Scenario:
    """Keep a copy, which has no link, under the first name that is free."""
    _one_at_a_time(session, found.institution_id)
    names = set(session.scalars(sa.select(Scenario.name).where(Scenario.institution_id == found.institution_id)))
    copy = Scenario(
        institution_id=found.institution_id,
        name=_free_name(found.name, names),
        note=found.note,
        asked=found.asked,
        figures=found.figures,
        vintages=found.vintages,
        computed_at=found.computed_at,
        saved_by=by,
    )
    _add(session, copy)
    return copy


def share(session: Session, found: Scenario) -> None:
    """Give it a read-only link; the one that it had leads nowhere any more."""
    _lock(session, found)
    found.share_token = "".join(secrets.choice(LETTERS) for _ in range(TOKEN_LENGTH))


def cut(session: Session, found: Scenario) -> None:
    """Take its read-only link away."""
    _lock(session, found)
    found.share_token = None


def erase(session: Session, found: Scenario) -> None:
    """Erase it for good, with its link."""
    _lock(session, found)
    session.delete(found)


def _lock(session: Session, found: Scenario) -> None:
    """Wait for whoever changes it, and read it again; refuses one that was erased meanwhile."""
    again = sa.select(Scenario).where(Scenario.id == found.id).with_for_update(of=Scenario)
    if session.scalar(again.execution_options(populate_existing=True)) is None:
        raise Refusal("Ce scénario vient d’être supprimé par quelqu’un de votre équipe, ou par un double clic.")


def _one_at_a_time(session: Session, team_id: int) -> None:
    """Wait for whoever of the team gives a name: two scenarios of one team never share one."""
    session.execute(sa.select(Institution.id).where(Institution.id == team_id).with_for_update(key_share=True))


def _add(session: Session, new: Scenario) -> None:
    kept = session.scalar(sa.select(sa.func.count()).where(Scenario.institution_id == new.institution_id)) or 0
    if kept >= MOST_SCENARIOS:
        raise Refusal(f"Votre équipe garde déjà {MOST_SCENARIOS} scénarios : supprimez ceux qui ne servent plus.")
    session.add(new)
    session.flush()


def _remember(session: Session, found: Scenario, trial: Trial, comparison: Comparison) -> None:
    asked = trial.asked
    if len(asked) > LONGEST_ASKED:
        raise Refusal("Ce scénario a trop de lieux pour être gardé : retirez-en quelques-uns.")
    found.asked = asked
    _compute(session, found, comparison)


def _compute(session: Session, found: Scenario, comparison: Comparison) -> None:
    found.figures = asdict(comparison.totals)
    found.vintages = vintages.remembered(session, comparison)
    found.computed_at = now()


def _touch(found: Scenario) -> None:
    """Note that it has changed: its year begins anew."""
    found.revision += 1
    found.changed_at, found.told_at = now(), None


def _free_name(name: str, taken: set[str]) -> str:
    """« Nom (copie) », « Nom (copie 2) »…"""
    number = 1
    while True:
        suffix = " (copie)" if number == 1 else f" (copie {number})"
        candidate = f"{name[: LONGEST_NAME - len(suffix)]}{suffix}"
        if candidate not in taken:
            return candidate
        number += 1
