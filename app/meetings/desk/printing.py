"""What is printed or kept of a meeting: the attendance list, its files, the badges. Private; never of a workshop's public."""

from flask import Response, abort, make_response, render_template, request

from app.accounts.session import sign_in_required
from app.clock import today
from app.errors import Refusal
from app.exports import announced, csv_for_machines, csv_for_people, dated_name, workbook
from app.extensions import db
from app.meetings.anonymity import refuse_names
from app.meetings.desk import badges as sheets
from app.meetings.desk import queries
from app.meetings.desk.blueprint import desk
from app.meetings.desk.telling import COLUMNS, institution_of, territory_of
from app.meetings.loading import load_organised
from app.meetings.models import Meeting
from app.meetings.registrations.models import Attendee, Place
from app.meetings.wording import when_said, where_said

#: Empty lines at the end of the printed list, for those who come without registering.
LEAST_EMPTY_LINES, MOST_EMPTY_LINES = 5, 20
#: A file of badges holds so many people at most: some seconds of work.
MOST_BADGES = 300


@desk.get("/rencontres/<meeting_id>/emargement", endpoint="list")
@sign_in_required
def attendance(meeting_id: str) -> str:
    """The attendance list, to be printed and signed."""
    meeting = _named(meeting_id)
    return render_template(
        "desk/attendance.html",
        meeting=meeting,
        people=db.session.scalars(queries.with_place(meeting)).all(),
        empty_lines=min(max(meeting.walk_in_places, LEAST_EMPTY_LINES), MOST_EMPTY_LINES),
        institution_of=institution_of,
        territory_of=territory_of,
        when=when_said(meeting),
        where=where_said(meeting),
    )


@desk.get("/rencontres/<meeting_id>/emargement.<any(csv, xlsx):extension>")
@sign_in_required
def export(meeting_id: str, extension: str) -> Response:
    """The same list as a file, with who came and when."""
    meeting = _named(meeting_id)
    audience = request.args.get("pour", "personnes")
    if audience not in ("personnes", "machines"):
        abort(400, "Le paramètre « pour » vaut « personnes » ou « machines ».")
    if request.method == "HEAD":
        return announced("emargement", extension)
    people = db.session.scalars(queries.with_place(meeting)).all()
    if extension == "xlsx":
        return workbook(people, COLUMNS, "emargement", _about(meeting, len(people)))
    return (csv_for_machines if audience == "machines" else csv_for_people)(people, COLUMNS, "emargement")


@desk.get("/rencontres/<meeting_id>/badges.pdf")
@sign_in_required
def badges(meeting_id: str) -> Response:
    """The sheets of badges in the order of names; `?partie=2`: the next ones, where there are many."""
    meeting = _named(meeting_id)
    part = request.args.get("partie", "1")
    first = (int(part) - 1) * MOST_BADGES if part in map(str, range(1, 100)) else abort(404)
    people = db.session.scalars(queries.with_place(meeting).limit(MOST_BADGES).offset(first)).all()
    if not people:
        raise Refusal("Personne n’a encore de place confirmée : il n’y a pas de badge à imprimer.")
    return _pdf(sheets.pdf(meeting, people), "badges" if first == 0 else f"badges-{part}")


@desk.get("/rencontres/<meeting_id>/accueil/<attendee_id>/badge.pdf")
@sign_in_required
def one_badge(meeting_id: str, attendee_id: str) -> Response:
    """The badge of one person, for somebody who has just been added."""
    meeting = _named(meeting_id)
    found: Attendee = db.session.scalar(queries.known_as(meeting, attendee_id)) or abort(404)
    if found.registration.place is not Place.CONFIRMED or found.name is None:
        raise Refusal("Cette personne n’a pas de place confirmée : il n’y a pas de badge à imprimer.")
    return _pdf(sheets.pdf(meeting, [found]), "badge")


def _named(meeting_id: str) -> Meeting:
    """The meeting, if this person organises it and people have names there."""
    meeting = load_organised(meeting_id)
    refuse_names(meeting)
    return meeting


def _about(meeting: Meeting, number: int) -> list[tuple[str, object]]:
    return [
        ("Rencontre", meeting.title),
        ("Date", when_said(meeting)),
        ("Lieu", where_said(meeting)),
        ("Liste", "personnes qui ont une place confirmée, et personnes ajoutées sur place"),
        ("Personnes", number),
        ("Établie le", today()),
        ("Données personnelles", "à l’usage de l’organisation de cette rencontre ; à détruire ensuite"),
    ]


def _pdf(content: bytes, stem: str) -> Response:
    response = make_response(content)
    response.content_type = "application/pdf"
    response.headers["Content-Disposition"] = f"inline; filename={dated_name(stem, 'pdf')}"
    response.headers["Cache-Control"] = "private, no-store"
    return response
