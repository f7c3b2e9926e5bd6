"""What is shown of agreements: those that stand, the charter and the checklist point by point, documents, and the traces."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.directory.memberships.permissions import Actor
from app.directory.vocabulary import Format
from app.partnerships.agreements import queries
from app.partnerships.agreements.models import Agreement, CharterAcceptance, Document, Item, Principle, Tick
from app.partnerships.exchanges.models import Side
from app.partnerships.exchanges.permissions import side_of
from app.partnerships.models import Partnership


@dataclass(frozen=True)
class Agreements:
    """Everything signed and promised in a partnership, as this person sees it; `side` is None for the agency."""

    partnership: Partnership
    side: Side | None
    agreements: list[Agreement]
    acceptances: list[CharterAcceptance]
    ticks: list[Tick]
    documents: list[Document]

    @property
    def is_centre(self) -> bool:
        return self.partnership.format is Format.CENTRE

    @property
    def standing(self) -> list[Agreement]:
        return [one for one in self.agreements if not one.removed_at]

    @property
    def removed(self) -> list[Agreement]:
        return [one for one in self.agreements if one.removed_at]

    @property
    def charter(self) -> list[tuple[Principle, CharterAcceptance | None]]:
        """Each principle and its standing acceptance, if any."""
        standing = {one.principle: one for one in self.acceptances if not one.revoked_at}
        return [(principle, standing.get(principle)) for principle in Principle]

    @property
    def revoked(self) -> list[CharterAcceptance]:
        return [one for one in self.acceptances if one.revoked_at]

    @property
    def charter_is_whole(self) -> bool:
        return all(acceptance for _, acceptance in self.charter)

    @property
    def checklist(self) -> list[tuple[Item, Tick | None]]:
        """Each item and its standing tick, if any; the charter, which is an item too, is known from above."""
        standing = {one.item: one for one in self.ticks if not one.unticked_at}
        return [(item, standing.get(item)) for item in Item]

    @property
    def undone(self) -> list[Tick]:
        return [one for one in self.ticks if one.unticked_at]

    @property
    def done(self) -> int:
        """How many points of the checklist are done, the charter counted as one."""
        return sum(1 for _, tick in self.checklist if tick) + self.charter_is_whole

    @property
    def to_do(self) -> int:
        return len(Item) + 1

    @property
    def kept(self) -> list[Document]:
        return [one for one in self.documents if not one.deleted_at]

    @property
    def deleted(self) -> list[Document]:
        return [one for one in self.documents if one.deleted_at]


def gather(session: Session, partnership: Partnership, actor: Actor) -> Agreements:
    """Read the agreements of a partnership for a person who may see it."""
    return Agreements(
        partnership,
        side_of(actor, partnership.exchange),
        list(session.scalars(queries.agreements_of(partnership))),
        list(session.scalars(queries.acceptances_of(partnership))),
        list(session.scalars(queries.ticks_of(partnership))),
        list(session.scalars(queries.documents_of(partnership))),
    )
