"""Coverage as pictures: the page, and each picture as a file with the table of its figures."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from app.coverage.pictures import columns, drawn, tables
from app.coverage.pictures.files import picture_file
from app.coverage.pictures.reading import Asked, read
from app.coverage.situation import kilometres_in_words
from app.exports import csv_for_machines, csv_for_people
from app.extensions import db

pictures = Blueprint("pictures", __name__)

EXTENSIONS = "svg", "png", "csv"


@pictures.get("/couverture/en-images")
def index() -> str | tuple[str, int]:
    """The four pictures of an area, each with what it says and its table."""
    asked = read(db.session, request.args)
    if asked.question is None:
        return render_template("pictures/index.html", **_frame(asked), shown=None), 400
    shown = tables.shown(asked)
    jumps = [(one.title, f"#{one.name}") for one in shown]
    return render_template("pictures/index.html", **_frame(asked), shown=shown, jumps=jumps, measured=asked.gains is not None)


@pictures.get(f"/couverture/en-images/<any({', '.join(drawn.PICTURES)}):picture>.<any({', '.join(EXTENSIONS)}):extension>")
def file(picture: str, extension: str) -> Response:
    """One picture as SVG or PNG (`?titre=oui` writes its title on it), or its figures as CSV."""
    asked = read(db.session, request.args)
    if asked.question is None:
        abort(400, "Cette image ne peut pas être dessinée : corrigez d’abord ce qui est demandé.")
    if picture in ("gains", "carte") and asked.gains is None:
        abort(400, "Il y a trop de bibliothèques dans ce territoire : choisissez une région ou un département.")
    if extension != "csv":
        return picture_file(asked, picture, extension, request.args.get("titre") == "oui")
    rows, shown = columns.TABLES[picture](asked)
    name = f"couverture-{picture}-{asked.name}-{asked.question.day.isoformat()}-{asked.question.reach_km:g}km"
    return (csv_for_machines if request.args.get("pour") == "machines" else csv_for_people)(rows, shown, name)


def _frame(asked: Asked) -> dict[str, Any]:
    """What the page says of itself, whether or not it can be answered."""
    question = asked.question
    return {
        "form": asked.form,
        "area": asked.area,
        "question": question,
        "asked": kilometres_in_words(question.reach_km) if question else "",
        "args": asked.args if question else {},
    }
