"""Where the figures come from: one row per data set that the tables were filled with.

The row says what was read, how old it is and when it was loaded. A seed compares its digest with the file at hand,
so that loading the same file twice changes nothing.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from geo.orm import Base


class DataSource(Base):
    """A data set at one vintage, as it stands in the tables today."""

    __tablename__ = "data_source"

    name: Mapped[str] = mapped_column(primary_key=True, doc="territoires, reseau, bibliotheques, agences")
    title: Mapped[str] = mapped_column(doc="French title, as shown to people")
    producer: Mapped[str]
    licence: Mapped[str]
    url: Mapped[str | None]
    vintage: Mapped[date] = mapped_column(doc="day at which the data set was true, or was published")
    vintage_note: Mapped[str | None] = mapped_column(doc="what the vintage stands for, in French")
    digest: Mapped[str] = mapped_column(doc="SHA-256 of the bytes read, in hexadecimal")
    row_count: Mapped[int]
    loaded_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
