"""What coverage says of a territory. It has no table of its own: everything is computed from the directory and `geo`."""

import enum
from datetime import date

#: The day of the founding article, whose statements are the oldest complete ones: pages offer it beside today.
ARTICLE_DAY = date(2017, 7, 11)


class Status(enum.Enum):
    """Administrative coverage of a territory at a date; the value is the code used in URLs, CSS classes and exports.

    « Non couvert » means that no place is *known*: the list is known to be incomplete.
    """

    COVERED = "couvert"
    TO_CONFIRM = "a-confirmer"
    UNCOVERED = "non-couvert"

    @property
    def label(self) -> str:
        return STATUS_LABELS[self]


STATUS_LABELS = {
    Status.COVERED: "couvert",
    Status.TO_CONFIRM: "couvert, à confirmer",
    Status.UNCOVERED: "non couvert",
}
