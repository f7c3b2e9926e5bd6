"""How good an answer is proven to be, in words that can be said in a meeting, and what the simple method would have given."""

from typing import Any

from app.coverage.sites.models import Aim, SiteSearch
from app.formats import distance, number, people, percent, plural


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
    chosen = plural(len(result["sites"]), "lieu", "lieux")
    if aim is Aim.EACH and result["served"]:
        chosen += " avec un lieu au moins dans chacun de ces départements"
    if gain >= bound:
        return f"C’est prouvé : aucun autre choix de {chosen} ne mettrait plus d’habitants à portée."
    return (
        f"Aucun choix de {chosen} ne mettrait à portée plus de {people(bound)} de plus :"
        f" celui-ci en est à {percent((bound - gain) / bound)} au plus."
    )


def _of_fewest(result: dict[str, Any], part: str) -> str:
    count, fewest = len(result["sites"]), result["fewest"]
    if result["wanted"] <= result["already"]:
        return f"Les lieux existants mettent déjà {part} des habitants à portée : aucun lieu de plus n’est nécessaire."
    if result["reachable"] < result["wanted"]:
        most = percent(result["reachable"] / result["total"])
        return (
            f"{part} des habitants ne peuvent pas être à portée : en ouvrant toutes les structures possibles, ce serait {most}."
            f" {plural(count, 'lieu suffit', 'lieux suffisent')} pour y arriver."
        )
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
    chosen = plural(len(result["sites"]), "lieu", "lieux")
    if result["proven"]:
        return f"{said} C’est prouvé : aucun autre choix de {chosen} ne rapproche davantage le plus mal servi."
    if result["least_metres"] is None:
        return said
    return f"{said} Aucun choix de {chosen} n’amènerait tous les départements à moins de {distance(result['least_metres'])}."


def _within(metres: int | None) -> str:
    return "n’ont pas tous de lieu sur leur rive" if metres is None else f"ont un lieu à {distance(metres)} au plus"


def comparison(result: dict[str, Any]) -> dict[str, Any]:
    """What the answer changes of the simple method: always the site that brings most next."""
    ours, greedy = [one["id"] for one in result["sites"]], [one["id"] for one in result["greedy"]]
    return {
        "none": not greedy,
        "count": len(greedy),
        "gain": sum(one["gain"] for one in result["greedy"]),
        "same": set(ours) == set(greedy),
        "added": [one for one in result["sites"] if one["id"] not in greedy],
        "dropped": [one for one in result["greedy"] if one["id"] not in ours],
    }
