"""What may be typed of a search to follow."""

from wtforms import HiddenField, RadioField

from app.coverage.shortlists.forms import TeamField, choices_of
from app.coverage.shortlists.models import LONGEST_NAME
from app.forms import BaseForm, TextField

ALL = "toutes"
FIRST_CHOICES = [
    (ALL, "Toutes les bibliothèques qui passent les filtres"),
    ("10", "Les 10 premières du classement"),
    ("20", "Les 20 premières du classement"),
    ("50", "Les 50 premières du classement"),
]


class SearchForm(BaseForm):
    """A search: its name, the team that keeps it, and which of its libraries one is told of."""

    team = TeamField(name="structure")
    label = TextField(
        "Nom de la recherche",
        name="nom",
        longest=LONGEST_NAME,
        required="Donnez un nom à cette recherche, par exemple « Bibliothèques du 04 ouvertes plus de 20 h ».",
    )
    among = RadioField("Ce qui est suivi", name="premiers", choices=choices_of(FIRST_CHOICES), default=ALL)
    asked = HiddenField(name="recherche")

    @property
    def first(self) -> int | None:
        """How many of the first ranks are followed; None: all."""
        return None if self.among.data == ALL else int(self.among.data)
