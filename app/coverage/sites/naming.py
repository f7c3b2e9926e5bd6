"""What a search is called: its question in one line, and the terms of it that are not the usual ones."""

from datetime import date

from app.clock import PARIS
from app.coverage.sites.models import Aim, SiteSearch
from app.directory.models import Kind
from app.formats import french_date, plural


def title_of(search: SiteSearch) -> str:
    """« Où ouvrir 3 lieux de plus : 04 et 06, à 30 km », with the day where it is not that of the question."""
    args, where = search.question, search.area_name
    count = int(args.get("nombre") or 0)
    sought = {
        Aim.MOST: f"Où ouvrir {plural(count, 'lieu de plus', 'lieux de plus')}",
        Aim.FEWEST: f"Combien de lieux pour {args.get('part')} % des habitants",
        Aim.WORST: f"{plural(count, 'lieu', 'lieux')} pour les plus mal servis",
        Aim.EACH: "Un lieu dans chaque département non couvert",
    }[search.aim]
    return f"{sought} : {where}, à {args['rayon']} km{_on_another_day(search)}"


def _on_another_day(search: SiteSearch) -> str:
    day = search.question.get("date")
    if day is None or date.fromisoformat(day) == search.asked_at.astimezone(PARIS).date():
        return ""
    return f", situation au {french_date(date.fromisoformat(day))}"


def terms_of(search: SiteSearch) -> str:
    """The terms that restrict the question, « ouvertes au moins 15 h par semaine, sans les lieux en projet »; often none."""
    args = search.question
    kinds = [Kind(code) for code in args["type"]]
    told = {
        ", ".join(kind.plural.lower() for kind in kinds): kinds != [Kind.LIBRARY],
        f"ouvertes au moins {args.get('heures')} h par semaine": "heures" in args,
        "au moins un salarié": "salaries" in args,
        "sans celles dont ce n’est pas connu": "inconnus" in args,
        "sans les lieux en projet": "projets" in args,
        "habitants des communes voisines comptés": "voisins" in args,
    }
    return ", ".join(words for words, is_asked in told.items() if is_asked)
