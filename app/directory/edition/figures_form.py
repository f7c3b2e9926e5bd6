"""The figures of a library. Where its opening hours add up to a week, the weekly hours are theirs, and nobody types them."""

from typing import Any

from app.directory.edition import hours
from app.directory.edition.forms import MeasureField, SectionForm, plain

FIGURES_FIELDS = ("surface_m2", "weekly_hours", "paid_staff", "volunteers")


class FiguresForm(SectionForm):
    """The figures; `computed_hours` is what the opening hours add up to, None when they say nothing of it."""

    surface_m2 = MeasureField("Surface, en m²", 1, 999_999, name="surface")
    weekly_hours = MeasureField("Heures d’ouverture par semaine", 0.5, 168, name="heures")
    paid_staff = MeasureField("Personnes salariées", 0, 99_999, name="salaries")
    volunteers = MeasureField("Bénévoles", 0, 99_999, name="benevoles")

    def __init__(self, current: dict[str, Any], **options: Any) -> None:
        super().__init__(current, **options)
        self.computed_hours = hours.weekly_hours(current["opening_hours"])
        self._typed_hours = self.weekly_hours.data
        if self.computed_hours is not None:
            self.weekly_hours.data = plain(self.computed_hours)

    @classmethod
    def shown(cls, current: dict[str, Any]) -> dict[str, Any]:
        shown = {name: plain(current[name]) for name in FIGURES_FIELDS}
        computed = hours.weekly_hours(current["opening_hours"])
        return shown if computed is None else shown | {"weekly_hours": plain(computed)}

    def remark(self) -> str:
        if self.computed_hours is None or self._typed_hours in ("", None, plain(self.computed_hours)):
            return ""
        return (
            f"Le nombre d’heures envoyé n’est pas retenu : vos horaires donnent {hours.hours_said(self.computed_hours)}."
            " Pour le changer, modifiez vos horaires."
        )

    def values(self) -> dict[str, Any]:
        typed = [name for name in FIGURES_FIELDS if name != "weekly_hours" or self.computed_hours is None]
        return {name: self.current[name] if self.is_as_it_was(self[name]) else self[name].number for name in typed}
