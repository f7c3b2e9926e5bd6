"""What the chosen libraries are: their rank among the candidates, and those that one should check before defending them."""

from typing import Any

from sqlalchemy.orm import Session

from app.coverage.candidates.ranking import CandidateQuestion, ranked
from app.coverage.sites.models import SiteSearch
from app.coverage.sites.question import SitesQuestion
from app.directory.memberships.permissions import Actor
from app.formats import number

#: Below, a library is open too little for a place of a Cité to be taken for granted there.
FEW_HOURS = 15


def with_ranks(
    session: Session, question: SitesQuestion, stale_after_months: int, sites: list[dict[str, Any]]
) -> dict[str, Any]:
    """What an answer says of the candidates of the same question, as a visitor reads them: how many, the rank of each site."""
    asked = CandidateQuestion(
        area=question.area,
        day=question.day,
        reach_km=question.reach_km,
        stale_after_months=stale_after_months,
        planned=question.planned,
        neighbours=question.neighbours,
        eligibility=question.eligibility,
    )
    ranking = ranked(session, Actor(), asked)
    ids = {one["id"] for one in sites}
    found = {row.library.public_id: row for row in ranking.bare_rows() if row.library.public_id in ids}
    told = [one | {"rank": found[one["id"]].rank, "reasons": found[one["id"]].reasons()} for one in sites]
    return {"sites": told, "ranked": len(ranking)}


def hours_said(site: dict[str, Any]) -> str:
    """« 24 h », « 12,5 h », « non connu »."""
    return "non connu" if site["hours"] is None else f"{number(site['hours'], 1).removesuffix(',0')} h"


def staff_said(site: dict[str, Any]) -> str:
    """The paid staff in full-time equivalents: « 2,5 », « aucun », « non connu »."""
    staff = site["staff"]
    return "aucun" if staff == 0 else number(staff, 1).removesuffix(",0")


def to_check(result: dict[str, Any]) -> list[str]:
    """The sites that are open little, or whose hours or staff are not known, each with what is to be asked of it."""
    told = [(f"{one['name']}, {one['place']}", _doubts(one)) for one in result["sites"]]
    return [f"{name} : {', '.join(doubts)}" for name, doubts in told if doubts]


def _doubts(site: dict[str, Any]) -> list[str]:
    hours, staff = site["hours"], site["staff"]
    told = {
        "heures non connues": hours is None,
        f"{hours_said(site)} par semaine": hours is not None and hours < FEW_HOURS,
        "personnel non connu": staff is None,
        "aucun salarié": staff == 0,
    }
    return [words for words, is_so in told.items() if is_so]


def stricter(search: SiteSearch) -> dict[str, Any]:
    """The parameters that ask again, of the libraries that are open enough and staffed alone."""
    hours = float(str(search.question.get("heures", "0")).replace(",", "."))
    least = {} if hours >= FEW_HOURS else {"heures": str(FEW_HOURS)}
    return {**search.question, **least, "salaries": "y", "inconnus": "non"}
