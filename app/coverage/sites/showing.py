"""What the page of a search says: how far it is, then its answer in sentences that can be defended in a meeting."""

from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.clock import now
from app.coverage.sites import queries
from app.coverage.sites.checking import hours_said, staff_said, stricter, to_check
from app.coverage.sites.models import Aim, SiteSearch, Status
from app.coverage.sites.naming import terms_of, title_of
from app.coverage.sites.proving import NAMED, comparison, proof
from app.coverage.sites.question import SitesQuestion, Unreadable, kept_question
from app.coverage.sites.studying import data_of
from app.coverage.situation import situation_at
from app.formats import distance, number, people, plural

#: What each phase of an algorithm is called, as `geo.siting` names it.
PHASES = {
    "preparing": "lecture des communes et des bibliothèques",
    "searching": "recherche du meilleur choix",
    "proving": "preuve qu’on ne peut guère faire mieux",
}
#: Names in a sentence.
LISTED = 12


def no_candidate(question: SitesQuestion) -> str:
    """What is said where nothing can be chosen."""
    return (
        f"Aucune structure connue ne répond à ces conditions ({question.area.name}) : il n’y a rien à choisir, et rien n’a été"
        " lancé. Retirez une condition, ou élargissez le territoire."
    )


def progress_of(session: Session, search: SiteSearch) -> dict[str, Any]:
    """A sentence on how far a search is, and on the best found so far."""
    return {
        "title": title_of(search),
        "terms": terms_of(search),
        "status": f"Recherche {search.status.label}",
        "sentence": _sentence(session, search),
        "so_far": _so_far(search),
        "is_silent": _is_silent(search),
    }


def _sentence(session: Session, search: SiteSearch) -> str:
    if search.status is Status.WAITING:
        ahead = session.scalar(queries.ahead_of(search)) or 0
        return f"En attente : {plural(ahead, 'recherche')} avant celle-ci." if ahead else "En attente : le calcul va commencer."
    if search.status is not Status.RUNNING:
        return f"Recherche {search.status.label}."
    if _is_silent(search):
        return "Le calcul s’est interrompu ; il reprendra de lui-même dans quelques minutes."
    if not search.phase:
        return "Le calcul commence."
    return f"Calcul en cours : {PHASES[search.phase]} ({number(100 * search.done)} %)."


def _is_silent(search: SiteSearch) -> bool:
    """Whether the process that computed it is lost."""
    beat = search.heartbeat_at if search.status is Status.RUNNING else None
    return beat is not None and now() - beat > queries.SILENCE


def _so_far(search: SiteSearch) -> str:
    if search.status is not Status.RUNNING or not search.value or search.aim is not Aim.MOST:
        return ""
    said = f"Meilleur choix trouvé jusqu’ici : {people(search.value)} de plus à portée."
    return f"{said} Aucun choix ne dépasserait {people(search.bound)}." if search.bound else said


def answer_of(session: Session, search: SiteSearch, stale_after_months: int) -> dict[str, Any]:
    """All that the page of an answer shows."""
    result = search.result or {}
    question = asked_by(session, search)
    named = (*result["sites"], *result["greedy"], *result["existing"]["places"])
    there = queries.still_there([one["id"] for one in named])
    return {
        "title": title_of(search),
        "terms": terms_of(search),
        "result": result,
        "gain": sum(one["gain"] for one in result["sites"]),
        "asked": question,
        "proof": proof(search),
        "comparison": comparison(result),
        "warnings": warnings(search),
        "existing_said": existing_said(result),
        "gaining": gaining(result),
        "stricter": stricter(search) if to_check(result) else None,
        "figures": figures(result),
        "there": set(session.scalars(there)),
        "changed": question is None or _changed(session, search, question, stale_after_months),
        "hours_said": hours_said,
        "staff_said": staff_said,
        "vintages": [one | {"vintage": date.fromisoformat(one["vintage"])} for one in search.vintages],
        "kept_until": search.last_asked_at + queries.KEPT,
        **links(search),
    }


def asked_by(session: Session, search: SiteSearch) -> SitesQuestion | None:
    """The question of a search; None when it means nothing any more."""
    try:
        return kept_question(session, search.question)
    except Unreadable:
        return None


def gaining(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The departments that have more inhabitants within reach than before, the largest gain first; the others; all together."""
    told = [one | {"name": f"{one['name']} ({one['code']})"} for one in result["departments"] if one["after"] > one["before"]]
    if not told:
        return []
    after = result["already"] + sum(one["gain"] for one in result["sites"])
    total = {"name": "Ensemble", "inhabitants": result["total"], "before": result["already"], "after": after}
    others = {key: total[key] - sum(one[key] for one in told) for key in ("inhabitants", "before", "after")}
    rest = [{"name": "Autres départements", **others}] if others["inhabitants"] else []
    return [*sorted(told, key=lambda one: one["before"] - one["after"]), *rest, total]


def existing_said(result: dict[str, Any]) -> str:
    """« des lieux existants et des 4 en projet », those in project where they count."""
    count = result["existing"]["planned"]
    both = {0: "", 1: " et de celui en projet"}.get(count, f" et des {number(count)} en projet")
    return f"des lieux existants{both}"


def figures(result: dict[str, Any]) -> list[list[str]]:
    """The departments whose 95 % distance is told, the worst served first: name, before, after."""
    names = {one["id"]: f"{one['name']} ({one['code']})" for one in result["departments"]}
    told = {one: pair for one, pair in result.get("figures", {}).items() if one in names}
    ranked = sorted(told, key=lambda one: (told[one][0] is not None, -(told[one][0] or 0), one))
    return [[names[one], *(_metres(metres) for metres in told[one])] for one in ranked]


def _metres(metres: int | None) -> str:
    return "pas de lieu sur leur rive" if metres is None else distance(metres)


def links(search: SiteSearch) -> dict[str, str]:
    """The ways on: what if these sites opened, and which other libraries there are."""
    args = search.question
    opened = ";".join(one["id"] for one in (search.result or {})["sites"])
    of_area = ("territoires", "zone", "autour", "km", "projets")
    of_libraries = (
        "territoires",
        "zone",
        "autour",
        "km",
        "rayon",
        "date",
        "type",
        "heures",
        "salaries",
        "inconnus",
        "projets",
        "voisins",
    )
    return {
        "try_out": url_for("scenarios.try_out", date=args["date"], rayon=args["rayon"], ouvrir=opened, **_those(args, of_area)),
        # Without any place to look in, that page asks for one.
        "candidates": url_for("candidates.index", **{"territoires": "france"} | _those(args, of_libraries)),
    }


def _those(args: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: args[name] for name in names if name in args}


def _changed(session: Session, search: SiteSearch, question: SitesQuestion, stale_after_months: int) -> bool:
    situation = situation_at(session, question.day, question.reach_km, stale_after_months, question.states)
    return data_of(session, question, situation).digest != search.data_digest


def warnings(search: SiteSearch) -> list[str]:
    """What whoever defends the answer has to know of its limits."""
    result = search.result or {}
    return [said for said in (_fewer(search), _hopeless(search), *_of_departments(result), *_of_places(result)) if said]


def _fewer(search: SiteSearch) -> str:
    result = search.result or {}
    found, asked = len(result["sites"]), int(search.question.get("nombre") or 0)
    if not found:
        is_enough = search.aim is Aim.EACH or (search.aim is Aim.FEWEST and result["wanted"] <= result["already"])
        return "" if is_enough else _nothing(result)
    if found >= asked:
        return ""
    enough = plural(found, "lieu suffit", "lieux suffisent")
    return f"{enough}, sur {asked} demandés : aucun autre ne mettrait quelqu’un de plus à portée."


def _hopeless(search: SiteSearch) -> str:
    count = (search.result or {})["hopeless"]
    live = "vit" if count < 2 else "vivent"
    km = search.question["rayon"]
    return f"{people(count)} {live} hors d’atteinte de toutes les structures possibles, à {km} km." if count else ""


def _of_departments(result: dict[str, Any]) -> list[str]:
    """The departments that the aim asks for and the answer could not help."""
    names = {one["id"]: one["name"] for one in result["departments"]}
    told = {
        "left_out": "Trop peu de lieux pour tous les départements non couverts ; restent sans lieu : {}.",
        "without_candidate": "Départements non couverts où rien ne peut être choisi : {}.",
        "helpless": "Départements que rien ne peut desservir en entier, laissés de côté : {}.",
    }
    if result.get("uncovered") == []:
        return ["Chaque département de ce territoire a déjà un lieu connu, ouvert ou en projet si ceux-ci comptent."]
    return [words.format(_listed([names[one] for one in result[key]])) for key, words in told.items() if result.get(key)]


def _of_places(result: dict[str, Any]) -> list[str]:
    out_of_reach = [one for one in result["departments"] if one["before"] < one["inhabitants"]]
    bare = [one["name"] for one in out_of_reach if not one["candidates"]]
    approximate = [one["name"] for one in result["sites"] if not one["exact"]]
    doubtful = to_check(result)
    unplaced = result["existing"]["unplaced"]
    left_out = plural(
        unplaced, "lieu existant sans coordonnées n’est pas compté", "lieux existants sans coordonnées ne sont pas comptés"
    )
    return [
        f"Aucune structure ne peut être choisie dans : {_listed(bare)}." if bare else "",
        f"Placées au point de leur commune, faute de position connue : {_listed(approximate)}." if approximate else "",
        f"{left_out}." if unplaced else "",
        f"À vérifier auprès d’elles : {_some(doubtful)}." if doubtful else "",
    ]


def _listed(names: list[str]) -> str:
    more = len(names) - LISTED
    return f"{', '.join(names[:LISTED])} et {more} autres" if more > 1 else ", ".join(names)


def _some(doubtful: list[str]) -> str:
    more = len(doubtful) - NAMED
    said = " ; ".join(doubtful if more <= 1 else doubtful[:NAMED])
    return f"{said} ; et {more} autres, à voir dans le tableau" if more > 1 else said


def _nothing(result: dict[str, Any]) -> str:
    if result["already"] >= result["total"]:
        planned = " ou en projet" if result["existing"]["planned"] else ""
        return f"Tous les habitants sont déjà à portée d’un lieu existant{planned} : il n’y a rien à gagner."
    return "Aucune des structures possibles ne mettrait quelqu’un de plus à portée."
