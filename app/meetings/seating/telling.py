"""A plan in words: its value and how far it may be from the best, the rules left aside, the wishes unmet and why."""

from collections.abc import Iterable, Sequence

from app.formats import number, plural
from app.meetings.seating.judging import Unmet
from app.meetings.seating.reading import Situation
from app.meetings.seating.reasons import Way
from app.meetings.seating.territories import FAR
from app.meetings.seating.wishes import WishKind

FAMILY_NAMES = {
    "reseau": "Cités, centres et relais",
    "bibliotheques": "bibliothèques et réseaux",
    "agences": "agences du livre",
    "autres": "autres structures",
}
WAYS = {
    Way.OPEN: "Un autre plan y répond, mais aucun échange simple de deux personnes ne suffit.",
    Way.LOCKS: "Impossible tant que des personnes sont verrouillées ainsi : c’est prouvé.",
    Way.GUIDES: "Impossible sans laisser une table de plus sans Cité des métiers ni agence du livre : c’est prouvé.",
    Way.SEATS: "Impossible avec ces tables et leurs places : c’est prouvé.",
    Way.UNKNOWN: "Aucun échange simple de deux personnes ne suffit ; un autre plan pourrait y répondre.",
}

#: From so many (people x rounds) on, a search may last.
MANY = 80


def patience(situation: Situation) -> str:
    """How long one waits for a plan."""
    many = len(situation.guests) * situation.plan.rounds >= MANY
    return "jusqu’à une demi-minute" if many else "quelques secondes"


def quality(situation: Situation) -> str:
    """What the value means, in a sentence or two."""
    verdict = situation.verdict
    if verdict is None:
        return ""
    value, bound = verdict.value, situation.bound
    if value == 0:
        return "Tous les souhaits sont satisfaits : aucun plan ne peut faire mieux."
    said = f"Souhaits non satisfaits : {number(value)} points (0 serait l’idéal, rarement atteignable)."
    if bound is None:
        return (
            f"{said} Aucune preuve n’est connue pour les inscrits, tables et verrous d’aujourd’hui : demandez un nouveau plan."
        )
    if bound >= value:
        return f"{said} C’est prouvé : aucun plan ne descend plus bas."
    if bound > 0:
        said = f"{said} Aucun plan ne descend sous {number(bound)}"
        if value > 2 * bound:
            return f"{said}, mais rien ne prouve que celui-ci soit proche du meilleur."
        return f"{said} : celui-ci est au pire {number((value - bound) / bound * 100)} % au-dessus du meilleur."
    if situation.plan.moved is None and value == situation.plan.value:
        return f"{said} C’est le meilleur plan trouvé ; rien ne prouve qu’il n’en existe pas de meilleur."
    return f"{said} Rien ne prouve qu’il n’existe pas de meilleur plan ; un nouveau plan peut faire mieux."


def broken(situation: Situation) -> list[str]:
    """The rules that the plan leaves aside, after it was changed by hand; and where there were too few to keep them all."""
    verdict = situation.verdict
    if verdict is None:
        return []
    told = []
    if verdict.covered < verdict.serving:
        told.append(
            f"Une Cité des métiers ou une agence du livre à {verdict.covered} tables sur {verdict.serving} au plus :"
            " il n’en vient pas assez pour toutes."
        )
    for round_, tables in verdict.unguided:
        if verdict.covered == verdict.serving:
            told.append(f"{_in_round(situation, round_)}{_tables(tables)} : ni Cité des métiers ni agence du livre.")
        else:
            told.append(f"{_in_round(situation, round_)}une table de plus pourrait avoir une Cité ou une agence.")
    told += [f"{_in_round(situation, round_)}table {table} : une personne y est seule." for round_, table in verdict.alone]
    return told


def unmet(situation: Situation, round_: int) -> list[tuple[str, str]]:
    """The unmet wishes of a round: what is missing, and why. Those of territories come first, then by what they cost."""
    verdict = situation.verdict
    found = [one for one in verdict.unmet if one.round == round_] if verdict else []
    order = list(WishKind)
    found.sort(key=lambda one: (order.index(one.kind), -one.spent, one.names))
    return [(_what(situation, one), _why(situation, one)) for one in found]


def _what(situation: Situation, one: Unmet) -> str:
    names = _names(situation, one)
    if one.kind is WishKind.TOGETHER:
        fewest = len(one.tables) - one.spent
        return f"{names} : {one.people} personnes à {len(one.tables)} tables ({', '.join(one.tables)}) au lieu de {fewest}."
    if one.kind is WishKind.FAR:
        far = plural(one.spent, "paire")
        return f"Table {one.tables[0]} réunit {len(one.names)} régions éloignées ({far} à plus de {FAR // 1000} km) : {names}."
    if one.kind is WishKind.MIXED:
        return f"Mélange : il manque {one.spent} fois quelqu’un de la famille « {names} » à une table."
    if one.kind is WishKind.APART:
        return f"{names} : {plural(one.spent, 'personne')} à la table d’un collègue."
    if one.kind is WishKind.MEANT:
        inside, outside = plural(one.spent, "personne"), plural(one.people, "personne")
        return f"Table {one.tables[0]}, réservée ({names}) : {inside} d’ailleurs, et {outside} du territoire à une autre table."
    pairs = plural(one.spent, "paire")
    return f"{pairs} de personnes déjà assises ensemble à un tour précédent."


def _why(situation: Situation, one: Unmet) -> str:
    if one.kind in (WishKind.FAR, WishKind.MEANT, WishKind.AGAIN):
        return _known(situation)
    if one.price is None:
        return WAYS[one.way]
    if one.price < 0:
        return f"C’est possible, et le plan y gagne {plural(-one.price, 'point')} : demandez un nouveau plan."
    if one.price == 0:
        return "C’est possible, pour d’autres souhaits de même poids en moins."
    return f"Y répondre coûte au plus {plural(one.price, 'point')} sur les autres souhaits."


def _known(situation: Situation) -> str:
    """What is known of a wish for which no other plan was tried."""
    if situation.verdict and situation.bound is not None and situation.bound >= situation.verdict.value:
        return "Aucun plan n’y répond sans qu’il en coûte au moins autant à d’autres souhaits : c’est prouvé."
    return "Un autre plan pourrait faire mieux : rien ne prouve le contraire."


def _names(situation: Situation, one: Unmet) -> str:
    if one.kind is WishKind.MIXED:
        return FAMILY_NAMES[one.names[0]]
    named = [situation.names.get(code, code) for code in one.names]
    joined = f"{', '.join(named[:-1])} et {named[-1]}" if len(named) > 1 else "".join(named)
    if one.kind is WishKind.FAR:
        return joined
    return f"{joined} (territoires voisins réunis)" if len(named) > 1 else joined


def _in_round(situation: Situation, round_: int) -> str:
    return f"Tour {round_}, " if situation.plan.rounds > 1 else ""


def _tables(tables: Sequence[str] | Iterable[str]) -> str:
    listed = list(tables)
    return f"table{'s' if len(listed) > 1 else ''} {', '.join(listed)}"


def changes(situation: Situation) -> list[str]:
    """What has changed since the plan was made, among those who come."""
    told = []
    if situation.left:
        told.append(
            f"{plural(situation.left, 'personne')} du plan ne vien{'nent' if situation.left > 1 else 't'} plus : place libérée."
        )
    if situation.is_begun and (standing := {one.key for n in situation.rounds for one in situation.standing(n)}):
        told.append(f"{plural(len(standing), 'personne')} sans place à tous les tours.")
    return told
