"""What is written to those who come to run the network, or cease to."""

from app.directory.models import Institution
from app.formats import apostrophes
from app.mail.models import Category
from app.mail.outbox import Mail, link
from geo.territories import Territory


def designated(region: Territory, institution: Institution) -> Mail:
    return Mail(
        f"Prenez connaissance de votre rôle de relais : {apostrophes(region.name)}",
        [
            f"« {institution.name} », au nom de laquelle vous parlez, est désignée pour jouer le rôle de relais du réseau dans"
            f" cette région : {apostrophes(region.name)}.",
            "Vous y suivez les demandes de rattachement et les intérêts, et vous mettez en relation les bibliothèques et les"
            " Cités des métiers.",
        ],
        Category.ESSENTIAL,
        ("Ouvrir mon espace", link("workspace.home")),
    )


def withdrawn(region: Territory, institution: Institution) -> Mail:
    return Mail(
        f"Fin de votre rôle de relais : {apostrophes(region.name)}",
        [
            f"« {institution.name} » ne joue plus le rôle de relais du réseau dans cette région : {apostrophes(region.name)}.",
            "Vous n’avez rien à faire : les demandes en cours vont désormais à d’autres. Vous parlez toujours au nom de votre"
            " structure.",
        ],
        Category.ESSENTIAL,
        ("Ouvrir mon espace", link("workspace.home")),
    )


def appointed() -> Mail:
    return Mail(
        "Connectez-vous pour administrer le réseau",
        [
            "Vous êtes désormais administratrice ou administrateur de Maillage.",
            "Vous désignez les relais des régions, répondez là où personne d’autre ne le peut, et nommez d’autres"
            " administrateurs. Connectez-vous avec cette adresse, sans mot de passe.",
        ],
        Category.ESSENTIAL,
        ("Voir les administrateurs", link("network.administrators")),
    )


def joined() -> Mail:
    """To the other administrators: nobody joins them unseen."""
    return Mail(
        "Vérifiez la liste des administrateurs du réseau",
        ["Une personne vient d’être nommée parmi les administrateurs de Maillage. Si vous ne l’attendiez pas, retirez-la."],
        Category.ESSENTIAL,
        ("Voir les administrateurs", link("network.administrators")),
    )


def dismissed() -> Mail:
    return Mail(
        "Vous n’administrez plus le réseau",
        [
            "Un autre administrateur vous a retiré l’administration de Maillage.",
            "Votre compte demeure, et vous parlez toujours au nom de vos structures.",
        ],
        Category.ESSENTIAL,
        ("Ouvrir mon espace", link("workspace.home")),
    )
