"""How each institution can be written to: its members who have an account, else its shared mailbox, else those of its Cité.

Who has chosen to get no invitation gets none: the choice of people is read from their preferences, that of a mailbox from the
addresses that refuse. The delivery of mails reads both again.
"""

import enum
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.edition.models import Profile
from app.directory.memberships.models import Membership
from app.directory.models import Institution
from app.mail import refusals
from app.mail.models import Cadence, Category, MailPreference


class Reach(enum.Enum):
    """By whom an institution is reached, or why it is not."""

    MEMBERS = "membres"
    MAILBOX = "boite"
    CITE = "cite"
    REFUSED = "refus"
    NOBODY = "personne"

    @property
    def label(self) -> str:
        return {
            Reach.MEMBERS: "à ses membres qui ont un compte",
            Reach.MAILBOX: "à sa boîte de contact",
            Reach.CITE: "aux membres de sa Cité des métiers",
            Reach.REFUSED: "ne souhaite pas recevoir d’invitations",
            Reach.NOBODY: "aucune adresse connue",
        }[self]


@dataclass(frozen=True)
class Way:
    """How one institution is reached: the people who accept invitations, or a mailbox."""

    reach: Reach
    people: list[User] = field(default_factory=list)
    mailbox: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it can be written to."""
        return bool(self.people or self.mailbox)

    @property
    def recipients(self) -> dict[str, User | str]:
        """The people, or the mailbox, by address in small letters: the same address is one recipient."""
        people: dict[str, User | str] = {one.email.lower(): one for one in self.people}
        return ({self.mailbox.lower(): self.mailbox} if self.mailbox else {}) | people


def ways(session: Session, ids: Collection[int]) -> dict[int, Way]:
    """The way to each of these institutions, in a few statements whatever their number."""
    parents = {
        row.id: row.parent_id
        for row in session.execute(
            sa.select(Institution.id, Institution.parent_id).where(Institution.id.in_(ids), Institution.parent_id.is_not(None))
        )
    }
    members = _members(session, {*ids, *parents.values()})
    mailboxes = _mailboxes(session, ids)
    hashes = {address: refusals.hash_of(address) for address in mailboxes.values()}
    refused = refusals.refusing(session, hashes.values(), Category.INVITATIONS)
    found = {}
    for one in ids:
        mailbox = mailboxes.get(one, "")
        if own := members.get(one):
            found[one] = _way(Reach.MEMBERS, own)
        elif mailbox:
            found[one] = Way(Reach.REFUSED) if hashes[mailbox] in refused else Way(Reach.MAILBOX, mailbox=mailbox)
        else:
            found[one] = _way(Reach.CITE, members.get(parents.get(one, 0), []))
    return found


def _way(reach: Reach, members: list[tuple[User, bool]]) -> Way:
    """The way to people, each with whether they refuse."""
    willing = [user for user, refuses in members if not refuses]
    return Way(reach, willing) if willing else Way(Reach.REFUSED if members else Reach.NOBODY)


def _members(session: Session, ids: Collection[int]) -> dict[int, list[tuple[User, bool]]]:
    chosen = sa.and_(MailPreference.user_id == User.id, MailPreference.category == Category.INVITATIONS)
    refuses = sa.func.coalesce(MailPreference.cadence == Cadence.NEVER, sa.false())
    asked = (
        sa.select(Membership.institution_id, User, refuses.label("refuses"))
        .join(User, User.id == Membership.user_id)
        .outerjoin(MailPreference, chosen)
        .where(Membership.institution_id.in_(ids))
        .order_by(User.id)
    )
    found = defaultdict(list)
    for row in session.execute(asked):
        found[row.institution_id].append((row.User, row.refuses))
    return found


def _mailboxes(session: Session, ids: Collection[int]) -> dict[int, str]:
    asked = sa.select(Profile.institution_id, Profile.contact_email)
    rows = session.execute(asked.where(Profile.institution_id.in_(ids), Profile.contact_email.is_not(None)))
    return {row.institution_id: row.contact_email for row in rows}
