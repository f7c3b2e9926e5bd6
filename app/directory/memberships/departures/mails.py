"""What is written when a member changes role or goes."""

from app.directory.memberships.models import Membership, Role
from app.directory.models import Institution
from app.formats import plural
from app.mail.models import Category
from app.mail.outbox import Mail, link


def without_responsible(institution: Institution, remaining: int) -> Mail:
    """To the agency and the administrators; who left is not named."""
    members = (
        f"{plural(remaining, 'membre y reste', 'membres y restent')} : l’un d’eux peut devenir responsable."
        if remaining
        else "Plus personne ne parle en son nom."
    )
    return Mail(
        f"Trouvez un responsable pour « {institution.name} »",
        [
            f"« {institution.name} » n’a plus de responsable sur Maillage.",
            members,
            "En attendant qu’une personne le devienne, c’est à vous que vont les demandes de rattachement.",
        ],
        Category.REQUESTS,
        ("Voir les membres et nommer un responsable", link("memberships.members", public_id=institution.public_id)),
    )


def role_changed(membership: Membership) -> Mail:
    institution, role = membership.institution, membership.role
    can = (
        "Vous décidez désormais aussi de qui parle en son nom."
        if role == Role.RESPONSIBLE
        else "Vous tenez toujours sa fiche et répondez en son nom, mais vous ne décidez plus de qui la rejoint."
    )
    return Mail(
        f"Votre rôle a changé : {role.label} de « {institution.name} »",
        [f"Vous êtes maintenant {role.label} de « {institution.name} » sur Maillage.", can],
        Category.ESSENTIAL,
        ("Voir mes structures", link("memberships.mine")),
    )


def removed(institution: Institution) -> Mail:
    return Mail(
        f"Vous ne parlez plus au nom de « {institution.name} »",
        [
            f"Une personne qui décide pour « {institution.name} » vous a retiré de ses membres sur Maillage.",
            "Ce que vous avez fait en son nom reste à la structure. Si c’est une erreur, faites une nouvelle demande depuis sa"
            " fiche.",
        ],
        Category.ESSENTIAL,
        ("Voir mes structures", link("memberships.mine")),
    )
