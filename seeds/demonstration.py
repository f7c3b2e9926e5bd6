"""Accounts of demonstration: one invented person for each role, on this machine alone.

Their addresses end in `.example`, a domain that no mail reaches (RFC 2606). The institutions are real, the people are not:
the page that shows these accounts says so, and production has neither.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.memberships.models import Designation, Membership, Role
from app.directory.models import Institution

DOMAIN = "demonstration.example"


@dataclass(frozen=True)
class Account:
    """An invented person: the local part of their address, their function, the institutions for which they speak."""

    mailbox: str
    function: str
    institutions: tuple[str, ...] = ()
    role: Role = Role.RESPONSIBLE
    is_administrator: bool = False


ACCOUNTS = (
    Account("cite", "Responsable opérationnel d’une Cité des métiers", ("cite-des-metiers-de-marseille",)),
    Account("bibliotheque", "Responsable du partenariat d’une bibliothèque", ("bib-137",)),
    Account("collegue", "Collègue dans la même bibliothèque", ("bib-137",), Role.MEMBER),
    Account(
        "departementale",
        "Responsable du partenariat d’une bibliothèque départementale",
        ("bib-04-digne-les-bains-mediatheque-departementale-des-alpes-de-haute-provence",),
    ),
    Account(
        "agence",
        "Chargée de mission d’une agence régionale du livre",
        ("agence-regionale-du-livre-provence-alpes-cote-d-azur",),
    ),
    Account("autre-agence", "Chargé de mission d’une agence d’une autre région", ("ciclic",)),
    Account("bpi", "Responsable du partenariat, dans une région sans agence", ("bpi",)),
    Account("sans-structure", "Personne qui ne parle encore pour aucune structure"),
    Account("administration", "Administratrice du réseau", is_administrator=True),
)
#: Where no agency serves, the institution that plays its part in the demonstration: (region, institution).
DESIGNATED = (("region-11", "bpi"),)


def fill(session: Session) -> int:
    """Add the accounts that are not there yet; give how many. An institution that is not loaded is left out."""
    present = set(session.scalars(sa.select(User.email).where(User.email.endswith(f"@{DOMAIN}"))))
    named = [public_id for one in ACCOUNTS for public_id in one.institutions]
    found = sa.select(Institution.public_id, Institution.id).where(Institution.public_id.in_(named))
    ids = {row.public_id: row.id for row in session.execute(found)}
    added = [one for one in ACCOUNTS if f"{one.mailbox}@{DOMAIN}" not in present]
    for account in added:
        user = User(
            email=f"{account.mailbox}@{DOMAIN}",
            name="Compte de démonstration",
            function=account.function,
            is_administrator=account.is_administrator,
        )
        session.add(user)
        session.flush()
        session.add_all(
            Membership(user_id=user.id, institution_id=ids[public_id], role=account.role)
            for public_id in account.institutions
            if public_id in ids
        )
    for region_id, public_id in DESIGNATED:
        if added and public_id in ids:
            designation = insert(Designation).values(region_id=region_id, institution_id=ids[public_id])
            session.execute(designation.on_conflict_do_nothing())
    session.flush()
    return len(added)
