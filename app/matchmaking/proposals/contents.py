"""What a proposal says, apart from what becomes of it: compared, copied, turned to the other side's point of view."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from app.directory.vocabulary import Format
from app.matchmaking.proposals.models import Proposal


@dataclass(frozen=True)
class Contents:
    """The words of a proposal; texts are never None, so that two of them compare."""

    format: Format
    activities: tuple[str, ...] = ()
    description: str = ""
    brings: str = ""
    asks: str = ""
    themes: tuple[str, ...] = ()
    calendar: str = ""
    people: str = ""

    @classmethod
    def of(cls, proposal: Proposal) -> "Contents":
        """Read them from a row."""
        return cls(
            proposal.format,
            tuple(proposal.activities),
            proposal.description or "",
            proposal.brings or "",
            proposal.asks or "",
            tuple(proposal.themes),
            proposal.calendar or "",
            proposal.people or "",
        )

    def write_into(self, proposal: Proposal) -> None:
        """Write them into a row; an empty text is stored as nothing."""
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, tuple):
                value = list(value)
            setattr(proposal, one.name, None if value == "" else value)

    def mirrored(self) -> "Contents":
        """The same seen from the other side, to begin a counter-proposal: what one brings is what the other asked."""
        return replace(self, brings=self.asks, asks=self.brings, people="")

    def lacks(self) -> Mapping[str, str]:
        """What has to be said before it can be sent: a sentence a field."""
        found = {}
        if self.format is Format.OTHER and not self.description:
            found["description"] = "Décrivez la formule que vous imaginez : elle n’a pas encore de définition."
        if self.format is Format.RENDEZ_VOUS and not self.activities:
            found["activities"] = "Cochez au moins une activité de ce rendez-vous de la Cité."
        if not self.brings and not self.asks:
            found["brings"] = "Avant l’envoi, dites au moins ce que vous apportez ou ce que vous demandez."
        return found
