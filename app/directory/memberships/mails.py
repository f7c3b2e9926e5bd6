"""What is written to those who decide, and to those who asked. Who asks is read on the page, by those who may open it."""

from app.accounts.models import User
from app.directory.memberships.models import MembershipRequest, Role
from app.directory.models import Institution
from app.mail.models import Category
from app.mail.outbox import Mail, link


def asked(request: MembershipRequest) -> Mail:
    name = request.institution.name
    return Mail(
        f"Répondez à une demande : parler au nom de « {name} »",
        [
            f"Une personne demande à parler au nom de « {name} » sur Maillage.",
            "Lisez qui elle est, puis acceptez ou refusez. Une seule réponse suffit : si quelqu’un d’autre répond avant vous,"
            " la page vous le dira.",
        ],
        Category.REQUESTS,
        ("Lire la demande et répondre", link("memberships.show", request_id=request.public_id)),
    )


def accepted(request: MembershipRequest, role: Role) -> Mail:
    institution = request.institution
    can = "Comme responsable, vous décidez aussi de qui vous rejoint." if role == Role.RESPONSIBLE else ""
    return Mail(
        f"Vous parlez désormais au nom de « {institution.name} »",
        [
            f"Votre demande est acceptée : vous êtes {role.label} de « {institution.name} » sur Maillage.",
            f"Vous pouvez maintenant tenir sa fiche à jour et répondre en son nom. {can}".strip(),
        ],
        Category.ESSENTIAL,
        ("Voir mes structures", link("memberships.mine")),
    )


def refused(request: MembershipRequest) -> Mail:
    return Mail(
        f"Lisez la réponse à votre demande : « {request.institution.name} »",
        [
            f"Votre demande de parler au nom de « {request.institution.name} » n’a pas été acceptée.",
            f"La raison donnée : {request.reason}",
            "Si la situation change, vous pouvez faire une nouvelle demande depuis la fiche de la structure.",
        ],
        Category.ESSENTIAL,
        ("Voir mes demandes", link("memberships.mine")),
    )


def invitation(institution: Institution, by: User) -> Mail:
    who = by.name or "Une personne"
    return Mail(
        f"Demandez à parler au nom de « {institution.name} »",
        [
            f"{who} vous invite à parler au nom de « {institution.name} » sur Maillage, le service qui rapproche les"
            " bibliothèques et les Cités des métiers.",
            "Connectez-vous avec votre adresse électronique, sans mot de passe, puis dites en quelques mots qui vous êtes :"
            " une personne responsable de la structure vous répondra.",
            "Si ce message ne vous concerne pas, n’en tenez pas compte : rien n’est fait sans vous.",
        ],
        Category.REQUESTS,
        ("Demander à parler au nom de cette structure", link("memberships.ask", public_id=institution.public_id)),
    )
