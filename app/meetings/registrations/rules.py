"""The rules of places, as sentences: said on the form, on the page of a registration, to organisers and in mails."""

from app.formats import plural


def go_to_others(places: int) -> str:
    """What becomes of places that somebody leaves."""
    return "la place ira à qui l’attend" if places == 1 else f"les {places} places iront à qui les attend"


def whom_to_tick(places: int) -> str:
    """What is asked of a group for a part of which there are places."""
    return "Cochez la personne qui vient." if places == 1 else f"Cochez les {places} personnes qui viennent, ou moins."


def rules(hours: int) -> tuple[str, ...]:
    """What everybody may know of who gets a place; `hours` is the setting OFFER_HOURS."""
    return (
        "Les places sont attribuées dans l’ordre d’arrivée. Une inscription sans compte arrive quand l’adresse est confirmée ;"
        " une inscription à approuver garde le rang de sa demande.",
        "Si tout votre groupe tient dans les places libres, il est inscrit aussitôt ; sinon il rejoint la liste d’attente, et"
        " s’il reste des places pour une partie du groupe, elles lui sont proposées sans attendre.",
        "Une place qui se libère est proposée à la liste d’attente, dans l’ordre. Elle vous est réservée"
        f" {plural(hours, 'heure')}, ou la moitié du temps qui reste avant la rencontre si c’est moins, et une heure au moins ;"
        " jamais au-delà du début de la rencontre.",
        "Sans réponse à temps, la place passe à la suite de la liste et l’inscription prend fin.",
        "Un groupe plus grand que ce qui se libère se voit proposer ce qu’il y a : pour un groupe de trois et deux places, deux"
        " places. Il choisit qui vient, ou laisse ces places : il garde alors son rang, et l’on ne lui propose plus que des"
        " places pour tout le groupe. Ne pas répondre revient à les laisser.",
        "Tant que ce groupe ne tient pas tout entier, les places libres sont proposées à la suite de la liste.",
        "Retirer quelqu’un d’un groupe est possible jusqu’au début de la rencontre. En ajouter l’est jusqu’à la clôture des"
        " inscriptions, s’il reste une place et si personne n’attend.",
    )
