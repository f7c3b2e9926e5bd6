"""What may be typed of an institution, in a few short forms; a value left as it was is never refused.

Each form of a section is made from the present values by field (`actions.state_of`) and gives those to write (`values`).
"""

import re
import unicodedata
from typing import Any

from wtforms import BooleanField, HiddenField, StringField, ValidationError

from app.clock import today
from app.directory.edition.models import Direction
from app.directory.models import NETWORK_KINDS, Kind
from app.directory.vocabulary import OF_CITES, OF_LIBRARIES, Audience, Resource, usual_first
from app.formats import number
from app.forms import BaseForm, CheckboxListField, DayField, LongTextField, TextField, tidy

LONGEST_DETAILS = 300


class SectionForm(BaseForm):
    """A section of the sheet. `opened_at` is the last change known when the page was opened, `told_until` the last one told."""

    opened_at = HiddenField(name="ouvert")
    told_until = HiddenField(name="vu")

    def __init__(self, current: dict[str, Any], **options: Any) -> None:
        self.current = current
        super().__init__(data=self.shown(current), **options)

    @classmethod
    def shown(cls, current: dict[str, Any]) -> dict[str, Any]:
        """What the fields hold when the page is opened."""
        return current

    def values(self) -> dict[str, Any]:
        """What is to be written, by field of the sheet."""
        raise NotImplementedError

    def stamps(self) -> tuple[int | None, int]:
        """The two changes that the page knows of: None and 0 when it does not say."""
        opened, told = (
            int(field.data) if re.fullmatch(r"\d{1,18}", field.data or "", re.ASCII) else None
            for field in (self.opened_at, self.told_until)
        )
        return opened, told or 0

    def is_as_it_was(self, field: Any) -> bool:
        """Whether a field holds what it held when the page was opened."""
        name = next(name for name, one in self._fields.items() if one is field)
        return bool(field.data == self.shown(self.current).get(name))

    def remark(self) -> str:
        """What is to be said of what was sent and is not kept, once the rest is saved; nothing by default."""
        return ""

    def text(self, name: str) -> str | None:
        """A line that was typed; what is stored stays to the letter when only its spaces differ."""
        stored, typed = self.current[name], self[name].data or ""
        return stored if tidy(stored) == typed else typed or None


class MeasureField(StringField):
    """A number typed as « 1 250 », « 12,5 »; `number` is its value, None when empty."""

    def __init__(self, label: str, lowest: float, highest: float, whole: bool = False, **options: Any) -> None:
        super().__init__(label, filters=[tidy], **options)
        self.lowest, self.highest, self.whole = lowest, highest, whole

    @property
    def number(self) -> float | None:
        digits = r"\d{1,7}" if self.whole else r"\d{1,7}(?:[.,]\d{1,3})?"
        plain = re.sub(r"[ \u00a0\u202f]", "", self.data or "")
        return float(plain.replace(",", ".")) if re.fullmatch(digits, plain, re.ASCII) else None

    def pre_validate(self, form: Any) -> None:
        if not self.data or form.is_as_it_was(self):
            return
        if self.number is None or not self.lowest <= self.number <= self.highest:
            kind = "un nombre entier" if self.whole else "un nombre"
            lowest, highest = (number(bound, 0 if float(bound).is_integer() else 1) for bound in (self.lowest, self.highest))
            raise ValidationError(f"Écrivez {kind} entre {lowest} et {highest}, ou rien.")


def plain(value: float | None) -> str:
    """A number as one would type it: « 1250 », « 12,5 »."""
    return "" if value is None else str(round(float(value), 2)).removesuffix(".0").replace(".", ",")


class ActivityForm(SectionForm):
    """Poles, axes, publics, and a few words."""

    poles = CheckboxListField("Pôles sur lesquels vous travaillez", [], name="poles")
    new_pole = TextField("Un autre pôle", longest=80, name="autre-pole")
    axes = CheckboxListField("Axes que vous développez", [], name="axes")
    new_axis = TextField("Un autre axe", longest=80, name="autre-axe")
    audiences = CheckboxListField("Publics que vous recevez", [(one.value, one.label) for one in Audience], name="publics")
    presentation = LongTextField("Présentation", name="presentation")

    @classmethod
    def shown(cls, current: dict[str, Any]) -> dict[str, Any]:
        return {
            "poles": current["themes"],
            "axes": current["themes"],
            "audiences": current["audiences"],
            "presentation": current["presentation"] or "",
        }

    def offer(self, poles: list[tuple[str, str]], axes: list[tuple[str, str]], may_add: bool) -> None:
        """Give the choices of this form; only those who may add a theme see where to write it."""
        self.poles.offer(poles)
        self.axes.offer(axes)
        if self.poles.raw_data is None:
            self.poles.data = [code for code, _ in poles if code in self.current["themes"]]
            self.axes.data = [code for code, _ in axes if code in self.current["themes"]]
        if not may_add:
            del self.new_pole, self.new_axis

    def validate_new_pole(self, field: StringField) -> None:
        if field.data and not re.search("[A-Za-z]", unicodedata.normalize("NFKD", field.data)):
            raise ValidationError("Écrivez ce nom en toutes lettres.")

    validate_new_axis = validate_new_pole

    def values(self) -> dict[str, Any]:
        return {
            "themes": [*(self.poles.data or []), *(self.axes.data or [])],
            "audiences": list(self.audiences.data or []),
            "presentation": self.presentation.data or None,
        }


class OfferingsForm(SectionForm):
    """What one offers and seeks: a box for each resource, and a line to say more."""

    directions = Direction

    @classmethod
    def shown(cls, current: dict[str, Any]) -> dict[str, Any]:
        held = {(direction, code): details for direction in Direction for code, details in current[direction.value].items()}
        boxes = {offering_field(direction, Resource(code)): True for direction, code in held}
        return boxes | {f"{offering_field(way, Resource(code))}_details": said or "" for (way, code), said in held.items()}

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        for direction in Direction:
            for resource in Resource:
                box, details = self.line(direction, resource)
                if not box.data and details.data and not self.is_as_it_was(details):
                    details.errors = [f"Cochez « {resource.label} », ou effacez ce que vous en dites."]
                    valid = False
                if box.data and resource == Resource.OTHER and not details.data:
                    details.errors = ["Décrivez cette autre chose en quelques mots."]
                    valid = False
        return bool(valid)

    def resources(self, direction: Direction, kind: Kind) -> tuple[list[Resource], list[Resource]]:
        """The resources that one of this kind usually offers or seeks, then the others."""
        of_a_cite = kind in NETWORK_KINDS
        return usual_first(OF_CITES if of_a_cite == (direction is Direction.OFFERED) else OF_LIBRARIES)

    def uses(self, direction: Direction, resources: list[Resource]) -> bool:
        """Whether one of these is ticked or refused, so that they should be seen."""
        lines = [self.line(direction, resource) for resource in resources]
        return any(box.data or details.errors for box, details in lines)

    def line(self, direction: Direction, resource: Resource) -> tuple[Any, Any]:
        """The box of a resource, and its line."""
        name = offering_field(direction, resource)
        return self[name], self[f"{name}_details"]

    def values(self) -> dict[str, Any]:
        lines = {way: [(resource, *self.line(way, resource)) for resource in Resource] for way in Direction}
        return {
            way.value: {resource.value: details.data or None for resource, box, details in of_way if box.data}
            for way, of_way in lines.items()
        }


def offering_field(direction: Direction, resource: Resource) -> str:
    """The name of a box of the form: offre_postes_informatiques."""
    return f"{direction.value}_{resource.value}".replace("-", "_")


for _direction in Direction:
    for _resource in Resource:
        _name = offering_field(_direction, _resource)
        setattr(OfferingsForm, _name, BooleanField(_resource.label))
        setattr(OfferingsForm, f"{_name}_details", TextField(f"Précision : {_resource.label}", longest=LONGEST_DETAILS))


class SolicitationsForm(SectionForm):
    """When, and how often, one may be solicited."""

    not_before = DayField("Ne pas me solliciter avant le", past=False, name="pas-avant")
    open_solicitations_max = MeasureField(
        "Sollicitations en attente de votre réponse, au plus", 0, 50, whole=True, name="au-plus"
    )

    @classmethod
    def shown(cls, current: dict[str, Any]) -> dict[str, Any]:
        day = current["not_before"]
        return {
            "not_before": day if day and day > today() else None,
            "open_solicitations_max": plain(current["open_solicitations_max"]),
        }

    def validate_not_before(self, field: DayField) -> None:
        if field.data and field.data <= today():
            raise ValidationError("Choisissez une date à venir, ou effacez-la pour être de nouveau sollicité.")

    def validate_open_solicitations_max(self, field: MeasureField) -> None:
        if not field.data:
            raise ValidationError("Écrivez un nombre entre 0 et 50 ; 0 : aucune sollicitation.")

    def values(self) -> dict[str, Any]:
        unchanged = self.is_as_it_was(self.not_before)
        return {
            "not_before": self.current["not_before"] if unchanged else self.not_before.data,
            "open_solicitations_max": int(self.open_solicitations_max.number or 0),
        }
