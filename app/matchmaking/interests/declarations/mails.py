"""What is written to who declares an interest without account, and to those who attach it."""

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


def attached() -> Mail:
    return Mail(
        "Prenez note que votre intérêt est enregistré",
        (
            "L’intérêt que vous avez déclaré est rattaché à la fiche de votre bibliothèque. L’agence du livre, ou qui tient son"
            " rôle, peut désormais vous proposer une mise en relation.",
            "Votre adresse est effacée de cette déclaration, comme annoncé. Pour suivre la suite vous-même, connectez-vous et"
            " demandez à parler pour votre bibliothèque.",
        ),
        Category.ESSENTIAL,
        ("Se connecter", link("accounts.sign_in")),
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
