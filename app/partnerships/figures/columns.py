"""The columns of the file of figures: one row a typed period, one a month of the programme outside typed periods."""

from app.exports import Column
from app.partnerships.figures.indicators import Line
from app.partnerships.figures.models import Nature

TYPED, OF_PROGRAMME = "saisie", "programme"


def _source(line: Line) -> str:
    return TYPED if line.typed else OF_PROGRAMME


COLUMNS = [
    Column("Nature", "nature", lambda line: line.nature),
    Column("Du", "starts_on", lambda line: line.starts_on),
    Column("Au", "ends_on", lambda line: line.ends_on),
    Column("Ateliers", "workshops", lambda line: line.workshops),
    Column("Participants", "participants", lambda line: line.held.participants if line.held and line.held.is_counted else None),
    Column("Ateliers comptés", "workshops_counted", lambda line: line.held.counted if line.held else None),
    Column(
        "Participants par atelier",
        "participants_per_workshop",
        lambda line: line.held.per_workshop if line.held else None,
        decimals=1,
    ),
    Column("Source", "source", _source),
    Column(
        "Dont détaillés au programme",
        "detailed_in_programme",
        lambda line: line.detailed.workshops if line.typed and line.nature is Nature.HELD else None,
    ),
    Column("Remarque", "note", lambda line: line.typed.note if line.typed else None),
    Column("Noté le", "recorded_on", lambda line: line.typed.recorded_at.date() if line.typed else None),
]
ABOUT = [
    ("À savoir", "Les participants sont des présences : une personne qui vient trois fois compte trois fois."),
    (
        "Ce qui compte",
        "Une période saisie compte pour les jours qu’elle couvre ; les ateliers du programme tenus ces jours-là en font partie."
        " En dehors des périodes saisies, chaque atelier tenu du programme compte pour un.",
    ),
    (
        "Ce qui est prévu",
        "Pour une année où aucune prévision n’a été saisie : les ateliers tenus, et ceux que le programme annonce en plus.",
    ),
]
