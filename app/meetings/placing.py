"""Where a meeting is held, from the fields of a form: an institution, an address, a link."""

from typing import Any

from geoalchemy2 import WKTElement
from sqlalchemy.orm import Session

from app.directory.models import Institution
from app.meetings.forms import AT_ADDRESS, AT_HOST, AT_INSTITUTION, ONLINE, WhereForm, ask_back, offer_choices, wrong
from app.meetings.naming import institution_named, territory_named
from geo.territories import Level, Territory

NO_INSTITUTION = "L’annuaire ne connaît pas cette structure : vérifiez son nom, ou choisissez « à une autre adresse »."
NO_COMMUNE = "Aucune commune ne s’appelle ainsi. Vérifiez l’orthographe, ou écrivez son code postal."
NO_TERRITORY = "Aucun territoire ne s’appelle ainsi : écrivez une région, un département, une commune, ou laissez vide."


def read(session: Session, form: WhereForm, host: Institution | None) -> dict[str, Any]:
    """The columns of the place; what is not clear is said at the fields."""
    columns: dict[str, Any] = {
        "place": None,
        "address": None,
        "point": None,
        "territory_id": None,
        "online_url": form.online_url.data or None,
        "access": form.access.data or None,
    }
    if form.where.data == AT_HOST and host is not None:
        columns |= {"place": host, "territory_id": host.territory_id}
    elif form.where.data == AT_INSTITUTION:
        place = _institution(session, form)
        columns |= {"place": place, "territory_id": place.territory_id if place else None}
    elif form.where.data == AT_ADDRESS:
        if not form.address.data:
            wrong(form.address, "Écrivez l’adresse.")
        commune = _commune(session, form)
        columns |= {"address": form.address.data, "point": _point(form), "territory_id": commune.id if commune else None}
    elif form.where.data == ONLINE:
        if not form.online_url.data:
            wrong(form.online_url, "Écrivez le lien de connexion.")
        found = territory_named(session, form.region.data or "", form.region_meant.data or "")
        ask_back(form.region, form.region_meant, found, NO_TERRITORY)
        columns["territory_id"] = found.territory.id if found.territory else None
    return columns


def _point(form: WhereForm) -> WKTElement | None:
    """The point that was typed, if one was."""
    position = None if form.point.errors else form.position
    return None if position is None else WKTElement(f"POINT({position[0]} {position[1]})", srid=4326)


def _institution(session: Session, form: WhereForm) -> Institution | None:
    if not form.place.data:
        wrong(form.place, "Écrivez le nom de la structure qui accueille la rencontre.")
        return None
    found = institution_named(session, form.place.data, form.place_meant.data or "")
    ask_back(form.place, form.place_meant, found, NO_INSTITUTION)
    if found.institution is not None:
        offer_choices(form.place_meant, [(found.institution.public_id, found.institution.name)])
    return found.institution


def _commune(session: Session, form: WhereForm) -> Territory | None:
    if not form.commune.data:
        wrong(form.commune, "Écrivez la commune, ou son code postal.")
        return None
    found = territory_named(session, form.commune.data, form.commune_meant.data or "", (Level.COMMUNE,))
    ask_back(form.commune, form.commune_meant, found, NO_COMMUNE)
    return found.territory
