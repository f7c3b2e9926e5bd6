"""The dossier of a territory: its sections in the order in which one tells them in a meeting."""

from app.coverage.dossier import of_candidates, of_coverage, of_people
from app.coverage.dossier.document import Cell, Document, Items, Paragraph, Section
from app.coverage.dossier.subject import Subject
from app.formats import french_date

METHOD = (
    "Distances à vol d’oiseau, sur l’ellipsoïde WGS 84. Tous les habitants d’une commune sont comptés à son point, en général "
    "la mairie. Les structures des pays voisins comptent. Une ligne droite ne mène jamais à une autre rive.",
    "« Non couvert » veut dire qu’aucune structure n’y est connue : la liste des structures est connue pour être incomplète. "
    "« À confirmer » : le dernier constat est trop ancien pour être affirmé.",
)


def dossier_of(subject: Subject) -> Document:
    """Gather the dossier: the same subject and the same reader give the same document."""
    sections = (
        of_coverage.key_figures(subject),
        of_candidates.drawn(subject),
        of_candidates.candidates(subject),
        of_coverage.communes(subject),
        of_coverage.places(subject),
        of_people.partners(subject),
        of_people.meetings(subject),
        of_people.contacts(subject),
        _method(subject),
    )
    about = (
        of_coverage.inhabitants(subject) + ".",
        f"Situation au {french_date(subject.question.day)}, à {subject.asked} au plus d’une structure ouverte.",
    )
    return Document(f"Dossier : {subject.name}", about, sections)


def _method(subject: Subject) -> Section:
    months = subject.situation.stale_after_months
    words = (*METHOD, f"Un constat est « à confirmer » au bout de {months} mois.")
    listed = Items(tuple(Cell(one) for one in subject.sources.whole()))
    return Section("methode", "Méthode et sources", (*(Paragraph(one) for one in words), listed))
