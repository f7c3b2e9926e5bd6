"""The files of an answer: its sites in order, with what was asked and where the figures come from in every row."""

from datetime import date
from typing import Any

from flask import url_for

from app.clock import today
from app.coverage.sites.models import SiteSearch
from app.coverage.sites.naming import terms_of, title_of
from app.coverage.sites.proving import proof
from app.coverage.sites.showing import existing_said, warnings
from app.directory.models import Kind
from app.exports import Column
from app.formats import french_date

NAME = "prochains-lieux"


def columns(search: SiteSearch) -> list[Column]:
    """The columns of the sites of a result."""
    result = search.result or {}
    rank = {one["id"]: place for place, one in enumerate(result["sites"], start=1)}
    sources = " ; ".join(_source(one) for one in search.vintages)
    return [
        Column("Ordre", "ordre", lambda row: rank[row["id"]]),
        Column("Identifiant", "identifiant", lambda row: row["id"]),
        Column("Nom", "nom", lambda row: row["name"]),
        Column("Type", "type", lambda row: Kind(row["kind"])),
        Column("Lieu", "lieu", lambda row: row["place"]),
        Column("Longitude", "longitude", lambda row: row["longitude"], decimals=6),
        Column("Latitude", "latitude", lambda row: row["latitude"], decimals=6),
        Column("Position exacte", "position_exacte", lambda row: row["exact"]),
        Column("Heures d’ouverture par semaine", "heures_hebdomadaires", lambda row: row["hours"]),
        Column("Personnel salarié (équivalents temps plein)", "personnel_salarie", lambda row: row["staff"]),
        Column("Rang parmi les candidates", "rang_candidates", lambda row: row["rank"]),
        Column("Bibliothèques candidates", "nombre_candidates", lambda _: result["ranked"]),
        Column("Ce qui compte le plus pour elle", "raisons", lambda row: " ; ".join(row["reasons"])),
        Column("Habitants nouvellement à portée", "habitants_gagnes", lambda row: row["gain"]),
        Column("Habitants à portée ensuite", "habitants_a_portee", lambda row: row["within"]),
        Column("Part des habitants", "part_a_portee", lambda row: _share(row["within"], result["total"]), decimals=4),
        Column("Situation au", "situation_au", lambda _: date.fromisoformat(search.question["date"])),
        Column("Rayon (km)", "rayon_km", lambda _: float(search.question["rayon"].replace(",", "."))),
        Column("Source de la ligne", "source", lambda _: sources),
    ]


def about(search: SiteSearch) -> list[tuple[str, object]]:
    """What the sheet « Lisez-moi » of a workbook says."""
    result = search.result or {}
    return [
        ("Question", title_of(search)),
        ("Conditions", terms_of(search) or "aucune"),
        ("Page", url_for("sites.show", site_search_id=search.public_id, _external=True)),
        ("Calculé le", search.ended_at),
        ("Exporté le", today()),
        ("Nombre de lignes", len(result["sites"])),
        ("Habitants comptés", result["total"]),
        (f"À portée {existing_said(result)}", result["already"]),
        ("À portée des lieux ouverts seuls", result["opened"]),
        ("Preuve", proof(search)),
        *(("À savoir", said) for said in warnings(search)),
        ("Distances", "À vol d’oiseau, du point de la commune au lieu"),
        *((f"Source : {one['title']}", _source(one)) for one in search.vintages),
    ]


def _source(vintage: dict[str, Any]) -> str:
    day = french_date(date.fromisoformat(vintage["vintage"]))
    return f"{vintage['title']} ({vintage['producer']}), {day}, {vintage['licence']}"


def _share(within: int, total: int) -> float | None:
    return within / total if total else None
