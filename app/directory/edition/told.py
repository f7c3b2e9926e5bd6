"""What an institution says of itself, gathered once for its sheet, each part with its date and in whose name it was written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.directory.edition import hours, queries
from app.directory.edition.models import Direction, Offering, Profile, Theme, ThemeKind, Voice
from app.directory.models import Institution
from app.directory.vocabulary import Audience
from app.formats import french_date


@dataclass(frozen=True)
class Written:
    """When the last word was written, and in whose name."""

    at: datetime
    voice: Voice

    @property
    def said(self) -> str:
        """« Renseigné par la structure elle-même le 3 mars 2026. »"""
        return f"Renseigné par {self.voice.label} le {french_date(self.at)}."


@dataclass(frozen=True)
class Told:
    """What the sheet shows of the profile; everything is empty when the institution has said nothing."""

    day: date
    profile: Profile | None = None
    offered: Sequence[Offering] = ()
    sought: Sequence[Offering] = ()
    themes: Sequence[Theme] = ()
    written: dict[str, Written] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.hours or self.has_activity or self.offered or self.sought or self.contact_email)

    @property
    def has_activity(self) -> bool:
        return bool(self.themes or self.audiences or self.presentation)

    @property
    def hours(self) -> list[str]:
        """The opening hours in French, line by line."""
        return hours.lines(self.opening_hours, self.day)

    @property
    def opening_hours(self) -> str | None:
        return self.profile.opening_hours if self.profile else None

    @property
    def weekly_hours(self) -> str:
        """« 38 h par semaine », or nothing."""
        found = hours.weekly_hours(self.opening_hours)
        return "" if found is None else hours.hours_said(found)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the institution that are told with the profile: one number of hours, not two."""
        return ("weekly_hours",) if self.weekly_hours else ()

    @property
    def is_usual_week(self) -> bool:
        """Whether the lines are those of every week, and not of the coming days."""
        return hours.parse(self.opening_hours) is not None

    @property
    def poles(self) -> list[str]:
        return [theme.label for theme in self.themes if theme.kind is ThemeKind.POLE]

    @property
    def axes(self) -> list[str]:
        return [theme.label for theme in self.themes if theme.kind is ThemeKind.AXIS]

    @property
    def audiences(self) -> list[str]:
        return [Audience(code).label for code in self.profile.audiences] if self.profile else []

    @property
    def presentation(self) -> str:
        return (self.profile.presentation or "") if self.profile else ""

    @property
    def contact_email(self) -> str:
        return (self.profile.contact_email or "") if self.profile else ""

    @property
    def not_before(self) -> date | None:
        """The day before which it asks not to be solicited, while it is to come."""
        day = self.profile.not_before if self.profile else None
        return day if day and day > self.day else None

    @property
    def notes(self) -> dict[str, str]:
        """Of each field that was written here, who wrote it and when."""
        return {name: one.said for name, one in self.written.items()}

    def last_written(self, *fields: str) -> Written | None:
        """When one of these fields was last written."""
        return max((self.written[name] for name in fields if name in self.written), key=lambda one: one.at, default=None)


def gather(session: Session, institution: Institution, day: date) -> Told:
    """Read what the institution says, as it stands today."""
    written = {
        row.field: Written(row.changed_at, row.voice) for row in session.execute(queries.last_change_of_each_field(institution))
    }
    rows = session.execute(queries.profile_and_offerings_of(institution)).all()
    profile = rows[0].Profile
    offerings = [row.Offering for row in rows if row.Offering is not None]
    return Told(
        day,
        profile,
        _of(offerings, Direction.OFFERED),
        _of(offerings, Direction.SOUGHT),
        session.scalars(queries.themes_named(profile.themes)).all() if profile and profile.themes else (),
        written,
    )


def _of(offerings: Iterable[Offering], direction: Direction) -> list[Offering]:
    return [one for one in offerings if one.direction is direction]
