"""What is written to who declares an interest without account, and to those who attach it."""

from app.directory.models import Institution
from app.formats import apostrophes
from app.mail.models import Category
from app.mail.outbox import Mail, link
from app.matchmaking.interests.models import Declaration, Interest


def confirm(token: str) -> Mail:
    return Mail(
        "Confirmez l’intérêt de votre bibliothèque",
        (
            "Une bibliothèque vient de déclarer un intérêt pour un partenariat avec une Cité des métiers : elle a donné cette"
            " adresse.",
            "Si c’est vous, ouvrez le lien ci-dessous : un bouton y confirme votre adresse. Sans confirmation sous trois jours,"
            " tout est effacé.",
            "Si ce n’est pas vous, ne faites rien.",
        ),
        Category.ESSENTIAL,
        ("Confirmer mon adresse", link("interests.confirm_address", token=token)),
    )


def waiting(declaration: Declaration) -> Mail:
    """To those who play the agency's part: no name, no address."""
    return Mail(
        "Rattachez un intérêt déclaré sans compte",
        (
            f"Une bibliothèque de {apostrophes(declaration.commune.name)} a déclaré un intérêt sans avoir de compte.",
            "Rattachez-le à la bonne fiche, ou écartez-le en disant pourquoi.",
        ),
        Category.REQUESTS,
        ("Lire et rattacher", link("interests.declaration", declaration_id=declaration.public_id)),
    )


def attached(institution: Institution, mailbox_is_kept: bool) -> Mail:
    """To who declared: the only one to know, until someone speaks for the library."""
    mailbox = (
        "Cette adresse est désormais le contact que montre la fiche, comme vous l’avez permis ; la déclaration, elle, l’oublie."
        if mailbox_is_kept
        else "Votre adresse est effacée de cette déclaration, comme annoncé : plus personne ne pourra vous y écrire."
    )
    return Mail(
        f"Demandez à parler pour {institution.name}",
        (
            f"L’intérêt que vous avez déclaré est rattaché à cette fiche de l’annuaire : {institution.name}.",
            "L’agence du livre, ou qui tient son rôle, peut désormais lui proposer une mise en relation. Pour en être prévenu"
            f" et y répondre, demandez à parler pour : {institution.name}.",
            mailbox,
        ),
        Category.ESSENTIAL,
        (f"Demander à parler pour : {institution.name}", link("memberships.ask", public_id=institution.public_id)),
    )


def set_aside(reason: str) -> Mail:
    return Mail(
        "Lisez la réponse à votre déclaration d’intérêt",
        (
            "L’intérêt que vous avez déclaré n’a pas été rattaché à une fiche. Le motif donné est le suivant.",
            " ".join(reason.split()),
            "Votre adresse est effacée de cette déclaration. Vous pouvez en faire une nouvelle.",
        ),
        Category.ESSENTIAL,
        ("Déclarer un intérêt", link("interests.public_form")),
    )


def unhandled() -> Mail:
    return Mail(
        "Déclarez de nouveau votre intérêt, s’il tient toujours",
        (
            "L’intérêt que vous avez déclaré il y a six mois n’a pas pu être rattaché à une fiche. Comme annoncé, votre"
            " déclaration et votre adresse sont effacées. Veuillez nous en excuser.",
            "Si votre intérêt tient toujours, vous pouvez le déclarer de nouveau.",
        ),
        Category.ESSENTIAL,
        ("Déclarer un intérêt", link("interests.public_form")),
    )


def attached_to_you(interest: Interest) -> Mail:
    """To those who already speak for the library: a colleague may have written."""
    return Mail(
        "Vérifiez l’intérêt rattaché à votre structure",
        (
            "Une personne sans compte a déclaré un intérêt au nom de votre structure, et il vient d’être rattaché à sa fiche.",
            "Vous pouvez le modifier, ou le retirer s’il ne vient pas de vous.",
        ),
        Category.REQUESTS,
        ("Lire cet intérêt", link("interests.show", interest_id=interest.public_id)),
    )
