"""How good an answer is proven to be, in words that can be said in a meeting, and what the simple method would have given."""

from typing import Any

from app.coverage.sites.models import Aim, SiteSearch
from app.formats import distance, number, people, percent, plural

#: More names than this make a wall in a sentence.
NAMED = 5


def proof(search: SiteSearch) -> str:
    """The proof of an answer; empty where there is nothing to prove."""
    result = search.result or {}
    if search.aim is Aim.FEWEST:
        return _of_fewest(result, f"{search.question['part']} %")
    if search.aim is Aim.WORST:
        return _of_worst(result)
    return _of_inhabitants(search.aim, result)


def _of_inhabitants(aim: Aim, result: dict[str, Any]) -> str:
    gain, bound = sum(one["gain"] for one in result["sites"]), result["bound"]
    if not result["sites"]:
        return ""
    served = " avec un lieu au moins dans chacun de ces départements" if aim is Aim.EACH and result["served"] else ""
    if gain >= bound:
        return f"C’est prouvé : {_other(result)}{served} ne mettrait plus d’habitants à portée."
    short = percent((bound - gain) / bound)
    at_most = "" if short.startswith("moins") else " au plus"
    return (
        f"Aucun choix{_of_many(result)}{served} ne mettrait à portée plus de {people(bound)} de plus :"
        f" celui-ci en est à {short}{at_most}."
    )


def _other(result: dict[str, Any]) -> str:
    """« aucun autre lieu », « aucun autre choix de 3 lieux »."""
    return f"aucun autre choix{_of_many(result)}" if len(result["sites"]) > 1 else "aucun autre lieu"


def _of_many(result: dict[str, Any]) -> str:
    count = len(result["sites"])
    return f" de {plural(count, 'lieu', 'lieux')}" if count > 1 else ""


def _of_fewest(result: dict[str, Any], part: str) -> str:
    count, fewest = len(result["sites"]), result["fewest"]
    if result["wanted"] <= result["already"]:
        planned = " et ceux en projet" if result["existing"]["planned"] else ""
        return f"Les lieux existants{planned} mettent déjà {part} des habitants à portée : aucun lieu de plus n’est nécessaire."
    if result["reachable"] < result["wanted"]:
        most = percent(result["reachable"] / result["total"])
        return (
            f"{part} des habitants ne peuvent pas être à portée : en ouvrant toutes les structures possibles, ce serait {most}."
            f" {plural(count, 'lieu suffit', 'lieux suffisent')} pour y arriver."
        )
    if count == fewest == 1:
        return f"C’est prouvé : un seul lieu de plus met {part} des habitants à portée, et il en faut un."
    if count == fewest:
        return f"C’est prouvé : aucun choix de moins de {plural(count, 'lieu', 'lieux')} ne met {part} des habitants à portée."
    return (
        f"Aucun choix de moins de {plural(fewest, 'lieu', 'lieux')} ne met {part} des habitants à portée :"
        f" celui-ci en compte {number(count)}, donc {number(count - fewest)} de trop au plus."
    )


def _of_worst(result: dict[str, Any]) -> str:
    names = {one["id"]: one["name"] for one in result["departments"]}
    before, after = result["worst_before"], result["worst_after"]
    if not result["sites"] or before is None or after is None:
        return ""
    said = (
        f"Aujourd’hui, dans le département le plus mal servi ({names[before[0]]}), 95 % des habitants {_within(before[1])} ;"
        f" avec ces lieux, dans celui qui le serait alors ({names[after[0]]}), ils {_within(after[1])}."
    )
    if result["proven"]:
        return f"{said} C’est prouvé : {_other(result)} ne rapproche davantage le plus mal servi."
    least = result["least_metres"]
    bound = (
        ""
        if least is None
        else f" Aucun choix{_of_many(result)} n’amènerait tous les départements à moins de {distance(least)}."
    )
    return f"{said} Il n’est pas prouvé que ce soit le meilleur choix : un autre rapprocherait peut-être davantage.{bound}"


def _within(metres: int | None) -> str:
    return "n’ont pas tous de lieu sur leur rive" if metres is None else f"ont un lieu à {distance(metres)} au plus"


def comparison(result: dict[str, Any]) -> dict[str, Any]:
    """What the answer changes of the simple method: always the site that brings most next. `many`: too many for a sentence."""
    ours, greedy = [one["id"] for one in result["sites"]], [one["id"] for one in result["greedy"]]
    added = [one for one in result["sites"] if one["id"] not in greedy]
    dropped = [one for one in result["greedy"] if one["id"] not in ours]
    return {
        "none": not greedy,
        "count": len(greedy),
        "gain": sum(one["gain"] for one in result["greedy"]),
        "same": set(ours) == set(greedy),
        "added": added,
        "dropped": dropped,
        "many": max(len(added), len(dropped)) > NAMED,
    }
