"""What may be typed of a list, of its lines, and of a search to follow."""

from collections.abc import Iterable
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.coverage.shortlists.models import LONGEST_NAME, LONGEST_NOTE, Entry, Shortlist, Status
from app.directory.models import Institution
from app.forms import BaseForm, CheckboxListField, LongTextField, QueryForm, TextField
from app.forms import tidy as tidied

#: The code of « a new list » among the lists to which one may add.
NEW = "nouvelle"
STATUS_CHOICES = [(status.value, status.label[0].upper() + status.label[1:]) for status in Status]
ORDERS = {"statut": "état", "nom": "nom", "ajout": "date d’ajout"}
#: For a list that remembers the search from which it comes.
BY_RANK = ("rang", "rang d’aujourd’hui dans cette recherche")
NO_NAME = "Donnez un nom à cette liste, par exemple « À appeler avant l’été »."


def choices_of(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """(code, label) as fields of WTForms take them."""
    return [SelectChoice(code, said) for code, said in pairs]


class TeamField(SelectField):
    """For which of their institutions a person keeps something; the first is proposed."""

    def __init__(self, label: str = "Pour quelle structure", **options: Any) -> None:
        super().__init__(label, validate_choice=True, choices=[], **options)

    def offer(self, teams: list[Institution]) -> None:
        """Give it the institutions of the person who asks."""
        self.choices = [SelectChoice(one.public_id, one.name) for one in teams]
        if len(teams) == 1 and not self.raw_data:
            self.data = teams[0].public_id


class ListForm(BaseForm):
    """A list: its name, a note, and when it is made, the team that it belongs to."""

    team = TeamField(name="structure")
    label = TextField("Nom de la liste", name="nom", longest=LONGEST_NAME, required=NO_NAME)
    note = LongTextField("Note", longest=LONGEST_NOTE)
    revision = HiddenField(name="version")

    def fill(self, shortlist: Shortlist) -> None:
        """Show what is stored."""
        self.label.data, self.note.data = shortlist.name, shortlist.note
        self.revision.data = str(shortlist.revision)


class AddForm(BaseForm):
    """To which list libraries are added: one that exists, or a new one, whose name is then needed."""

    into = RadioField("À quelle liste", name="liste", choices=[], validators=[InputRequired("Choisissez une liste.")])
    label = TextField("Nom de la nouvelle liste", name="nom", longest=LONGEST_NAME)
    team = TeamField(name="structure")
    asked = HiddenField(name="recherche")

    def offer(self, lists: list[Shortlist], teams: list[Institution]) -> None:
        """Give it the lists of the person's teams; a team is said where they have several."""
        several = len(teams) > 1
        self.into.choices = [
            *(SelectChoice(one.public_id, f"{one.name} – {one.institution.name}" if several else one.name) for one in lists),
            SelectChoice(NEW, "Une nouvelle liste"),
        ]
        self.team.offer(teams)

    @property
    def is_new(self) -> bool:
        return bool(self.into.data == NEW)

    def validate(self, *arguments: Any, **options: Any) -> bool:
        """Whether a list is named; the team matters only for a new one."""
        valid = super().validate(*arguments, **options)
        if self.is_new and not self.label.data:
            self.label.errors = [NO_NAME]
        if not self.is_new:
            self.team.errors = []
        return valid and not self.errors if self.is_new else not (self.into.errors or self.label.errors)


class EntryForm(BaseForm):
    """How far the team is with a library, and what it says of it."""

    status = RadioField(
        "État", name="statut", choices=choices_of(STATUS_CHOICES), validators=[InputRequired("Choisissez un état.")]
    )
    note = LongTextField("Note", longest=LONGEST_NOTE)
    revision = HiddenField(name="version")

    def fill(self, entry: Entry) -> None:
        """Show what is stored."""
        self.status.data, self.note.data, self.revision.data = entry.status.value, entry.note, str(entry.revision)


class ViewForm(QueryForm):
    """`?statut=a-appeler&tri=nom`: what is shown of a list."""

    statut = CheckboxListField("État", STATUS_CHOICES)
    tri = SelectField("Dans l’ordre", choices=choices_of(ORDERS.items()), default="statut")

    @property
    def statuses(self) -> list[Status]:
        return [Status(code) for code in self.statut.data or []]

    @property
    def args(self) -> dict[str, Any]:
        """The parameters of the URL that asks the same."""
        asked = {"statut": self.statut.data, "tri": self.tri.data if self.tri.data != "statut" else None}
        return {name: value for name, value in asked.items() if value}


class RemovalForm(BaseForm):
    """A line that is taken away, as it was read."""

    revision = HiddenField(name="version")


def revision_of(form: ListForm | EntryForm | RemovalForm) -> int:
    """The revision that the page had read; 0, which none has, for a page that does not say."""
    text = form.revision.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def view_of(parameters: MultiDict[str, str], shortlist: Shortlist) -> ViewForm:
    """Read what is asked of a list; « tri » takes its default where nothing is asked."""
    form = ViewForm(parameters)
    if shortlist.asked:
        form.tri.choices = choices_of([*ORDERS.items(), BY_RANK])
    if not tidied(parameters.get("tri")):
        form.tri.data = "statut"
    return form
