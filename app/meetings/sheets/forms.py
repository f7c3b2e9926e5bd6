"""What a table writes."""

from sqlalchemy.orm import Session
from wtforms import HiddenField

from app.directory.edition.models import ThemeKind
from app.directory.edition.words import theme_choices
from app.directory.vocabulary import Format
from app.forms import BaseForm, CheckboxListField, LongTextField
from app.meetings.sheets.contents import LABELS, Said

FORMATS = [(one.value, one.label) for one in Format]


class SheetForm(BaseForm):
    """The sheet of a table; every field may wait."""

    organisation = LongTextField(LABELS["organisation"], name="organisation")
    formats = CheckboxListField(LABELS["formats"], FORMATS, name="formules")
    axes = LongTextField(LABELS["axes"], name="axes")
    themes = CheckboxListField(LABELS["themes"], [], name="themes")
    calendar = LongTextField(LABELS["calendar"], name="calendrier")
    people = LongTextField(LABELS["people"], longest=500, name="personnes")
    revision = HiddenField(name="version")

    def offer_themes(self, session: Session) -> None:
        """Offer the axes and poles as they are now: an open list."""
        self.themes.offer([one for kind in (ThemeKind.AXIS, ThemeKind.POLE) for one in theme_choices(session, kind)])

    def show(self, said: Said, revision: int) -> None:
        """Fill the fields."""
        for name in LABELS:
            value = getattr(said, name)
            self[name].data = list(value) if isinstance(value, tuple) else value
        self.revision.data = str(revision)

    @property
    def said(self) -> Said:
        """What was typed, once valid; codes in the order of their list, so that two versions compare."""
        ticked = {name: set(self[name].data or ()) for name in ("formats", "themes")}
        return Said(
            self.organisation.data or "",
            tuple(code for code, _ in FORMATS if code in ticked["formats"]),
            self.axes.data or "",
            tuple(choice.value for choice in self.themes.choices if choice.value in ticked["themes"]),
            self.calendar.data or "",
            self.people.data or "",
        )

    @property
    def revision_read(self) -> int:
        """The revision that the person had before their eyes; -1, which is never one, when it is not a number."""
        text = self.revision.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
