"""What is done to institutions."""

from app.directory.models import Institution, PositionQuality
from app.errors import Refusal

#: What an institution may say of itself; the rest is what it is (its kind, its parent) or its source's (its keys, its sources).
EDITABLE = (
    *("name", "short_name", "address", "postcode", "city", "territory_id", "point", "position_quality", "website", "phone"),
    *("surface_m2", "weekly_hours", "paid_staff", "volunteers", "note"),
)


def edit(institution: Institution, **values: object) -> None:
    """The institution edits its own sheet: no import overwrites these columns any more.

    A value that is already there changes nothing, so that sending a whole form claims only what was really edited. A point
    is exact unless its quality is given. Raises `Refusal` on an empty name, `ValueError` on a column that is not editable.
    """
    unknown = values.keys() - set(EDITABLE)
    if unknown:
        raise ValueError(f"not editable: {', '.join(sorted(unknown))}")
    if not str(values.get("name", institution.name) or "").strip():
        raise Refusal("Le nom de la structure ne peut pas être vide.")
    if "point" in values:
        values.setdefault("position_quality", PositionQuality.EXACT if values["point"] is not None else None)
    edited = {column: value for column, value in values.items() if getattr(institution, column) != value}
    for column, value in edited.items():
        setattr(institution, column, value)
    institution.own_fields = sorted({*institution.own_fields, *edited})
