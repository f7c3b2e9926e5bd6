"""Invitations: whom to invite, who was, what they answered; and the page that the link of a mail opens."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.rate_limits import limit
from app.accounts.session import current_user, sign_in_required
from app.clock import today
from app.directory.facts import place
from app.exports import Column, announced, csv_for_machines, csv_for_people, workbook
from app.extensions import db
from app.formats import french_date, plural
from app.meetings.erasing import erased_on
from app.meetings.invitations import actions, choosing, links, listing, queries
from app.meetings.invitations.forms import SendForm
from app.meetings.invitations.models import Invitation
from app.meetings.invitations.queries import Answer
from app.meetings.invitations.reaching import Reach
from app.meetings.loading import load_organised
from app.meetings.models import Meeting
from app.meetings.registrations.links import pass_of

invitations = Blueprint("invitations", __name__)

#: How many sendings a person may begin in a day.
MOST_SENDINGS = 20


@invitations.get("/rencontres/<meeting_id>/invitations")
@sign_in_required
def index(meeting_id: str) -> str:
    """Who was invited, and what each has answered."""
    meeting = load_organised(meeting_id)
    kept = _kept()
    numbers = Counter({Answer(row.answer): row.number for row in db.session.execute(queries.totals(meeting))})
    return render_template(
        "invitations/index.html",
        meeting=meeting,
        kept=kept,
        answers=Answer,
        numbers=numbers,
        rows=db.session.execute(queries.of_meeting(meeting, kept)).all(),
        to_remind=len(actions.to_remind(db.session, meeting)),
        obstacle=actions.obstacle(meeting),
        place=place,
    )


@invitations.get("/rencontres/<meeting_id>/invitations.<any(csv, xlsx):extension>")
@sign_in_required
def export(meeting_id: str, extension: str) -> Response:
    """Exactly the list shown, as a file."""
    meeting = load_organised(meeting_id)
    kept = _kept()
    rows = db.session.execute(queries.of_meeting(meeting, kept)).all()
    about = [("Contenu", f"Invitations à la rencontre : {meeting.title}"), ("Réponse", kept.label if kept else "toutes")]
    return _file(rows, listing.ANSWERS, "invitations", extension, about)


@invitations.get("/rencontres/<meeting_id>/invitations/choisir")
@sign_in_required
def choose(meeting_id: str) -> str | tuple[str, int]:
    """Choose institutions of the directory, see how each can be reached, and untick those who are not to be invited."""
    meeting = load_organised(meeting_id)
    asked = _asked()
    return _choosing(meeting, asked, SendForm(formdata=None)), 400 if asked.form.errors else 200


@invitations.get("/rencontres/<meeting_id>/invitations/choisir.<any(csv, xlsx):extension>")
@sign_in_required
def export_choice(meeting_id: str, extension: str) -> Response:
    """The selection as a file; `?joignables=non`: those who have no address alone, to be telephoned."""
    meeting = load_organised(meeting_id)
    asked = _asked()
    if asked.criteria is None:
        abort(400, "Cette sélection ne peut pas être exportée : indiquez d’abord ce que vous cherchez.")
    found = choosing.select(db.session, meeting, asked, listed=True).candidates
    if request.args.get("joignables") == "non":
        found = [one for one in found if not one.standing and one.way.reach is Reach.NOBODY]
    about = [("Contenu", f"Structures à inviter à la rencontre : {meeting.title}"), ("Filtres", " ; ".join(asked.filters))]
    return _file(found, listing.SELECTION, "a-inviter", extension, about)


@invitations.post("/rencontres/<meeting_id>/invitations/choisir")
@sign_in_required
def send(meeting_id: str) -> Response | tuple[str, int]:
    """Invite those that were left ticked, among those that the selection of the URL gives and no others."""
    meeting = load_organised(meeting_id)
    user = current_user()
    assert user is not None
    asked, form = _asked(), SendForm()
    ticked = set(request.form.getlist("structure"))
    valid = form.validate()
    if asked.criteria is None:
        return _choosing(meeting, asked, form, ticked), 400
    found = choosing.select(db.session, meeting, asked).candidates
    chosen = [one.institution for one in found if one.institution.public_id in ticked and not _has_refused(one)]
    if wrong := _wrong(ticked, len(chosen)):
        form.message.errors = [*form.message.errors, wrong]
    if not valid or wrong:
        return _choosing(meeting, asked, form, ticked), 400
    limit(db.session, "inviter", user.public_id, MOST_SENDINGS, timedelta(days=1))
    sent = actions.invite(db.session, meeting, chosen, form.message.data or "", user)
    db.session.commit()
    _say_sent(sent)
    return redirect(url_for("invitations.index", meeting_id=meeting.public_id), 303)


@invitations.post("/rencontres/<meeting_id>/invitations/relancer")
@sign_in_required
def remind(meeting_id: str) -> Response:
    """Write again to those who have not answered, once a day at most."""
    meeting = load_organised(meeting_id)
    written = actions.remind(db.session, meeting)
    db.session.commit()
    if written:
        flash(f"{plural(written, 'structure relancée', 'structures relancées')}.", "success")
    else:
        flash("Personne à relancer : chacune a répondu, ou a déjà reçu un courriel aujourd’hui.", "info")
    return redirect(url_for("invitations.index", meeting_id=meeting.public_id), 303)


@invitations.get("/invitation/<token>")
def answer(token: str) -> str:
    """What one is invited to, and the three answers: to register, not to come, to get no such mail any more."""
    guest, invitation = _guest(token)
    meeting = invitation.meeting
    return render_template(
        "invitations/answer.html",
        invitation=invitation,
        meeting=meeting,
        answer=Answer(db.session.scalar(queries.answer_of(invitation))),
        answers=Answer,
        obstacle=actions.obstacle(meeting),
        token=token,
        unsubscription=guest.unsubscription,
        register_url=_register_url(invitation),
    )


@invitations.post("/invitation/<token>/decliner")
def decline(token: str) -> Response:
    """The institution says that it will not come."""
    _, invitation = _guest(token)
    actions.decline(db.session, invitation)
    db.session.commit()
    flash("C’est noté : votre structure ne viendra pas, et ne sera plus relancée pour cette rencontre.", "success")
    return redirect(url_for("invitations.answer", token=token), 303)


@invitations.app_template_global()
def link_to_answer(invitation: Invitation) -> str:
    """Where the person who is signed in answers an invitation of their institution."""
    user = current_user()
    return url_for("invitations.answer", token=links.token_of(invitation, user.public_id if user else ""))


@invitations.app_template_global()
def erasure_said(meeting: Meeting) -> str:
    """What organisers are told of the personal data of a meeting: when it is erased, or was."""
    if meeting.erased_at:
        return f"Les noms et les adresses ont été effacés le {french_date(meeting.erased_at)} ; les nombres restent."
    day = erased_on(meeting, int(current_app.config["MEETING_DATA_DAYS"]))
    return f"Les noms, les besoins et les adresses seront effacés le {french_date(day)} ; les nombres resteront."


def _guest(token: str) -> tuple[links.Guest, Invitation]:
    """What a link says, and its invitation; 404 for a link that is not ours, or leads to nothing any more."""
    guest = links.read(token) or abort(404)
    found: Invitation = db.session.scalar(queries.known_as(guest.invitation_id)) or abort(404)
    return guest, found


def _register_url(invitation: Invitation) -> str:
    """Where the institution is registered; the signed pass opens it to someone without account."""
    meeting, institution = invitation.meeting, invitation.institution
    own = {"structure": institution.public_id, "laissez-passer": pass_of(meeting, institution)}
    return url_for("registrations.new", meeting_id=meeting.public_id, **own)  # type: ignore[arg-type]


def _kept() -> Answer | None:
    """The answer that the list is about; None: all of them."""
    code = request.args.get("reponse", "")
    return Answer(code) if code in {one.value for one in Answer} else None


def _asked() -> choosing.Asked:
    return choosing.read(db.session, request.args, int(current_app.config["STALE_AFTER_MONTHS"]))


def _has_refused(candidate: choosing.Candidate) -> bool:
    return candidate.way.reach is Reach.REFUSED and not candidate.standing


def _wrong(ticked: set[str], chosen: int) -> str:
    """Why this set of institutions is not invited, or nothing."""
    if not ticked:
        return "Cochez au moins une structure à inviter."
    if chosen < len(ticked):
        gone = plural(len(ticked) - chosen, "structure cochée n’est", "structures cochées ne sont")
        return f"{gone} plus dans cette sélection : relisez la liste, puis recommencez. Personne n’a été invité."
    return ""


def _choosing(meeting: Meeting, asked: choosing.Asked, form: SendForm, ticked: set[str] | None = None) -> str:
    """The page where one chooses; `ticked` are the public ids that were left ticked, at first those that can be written to."""
    found = choosing.select(db.session, meeting, asked) if asked.criteria is not None else None
    if ticked is None and found is not None:
        ticked = {one.institution.public_id for one in found.candidates if one.can_be_invited and one.way.is_open}
    return render_template(
        "invitations/choose.html",
        meeting=meeting,
        asked=asked,
        found=found,
        form=form,
        ticked=ticked or set(),
        reaches=Reach,
        invited=choosing.INVITED,
        registered=choosing.REGISTERED,
        most=actions.MOST_AT_ONCE,
        obstacle=actions.obstacle(meeting),
        place=place,
    )


def _say_sent(sent: actions.Sent) -> None:
    said = [f"{plural(sent.written, 'structure invitée', 'structures invitées')} par courriel"]
    if sent.unwritten:
        said.append(f"{plural(sent.unwritten, 'autre notée', 'autres notées')} sans courriel, à joindre par téléphone")
    if sent.already:
        said.append(f"{plural(sent.already, 'déjà invitée', 'déjà invitées')} : rien ne leur a été renvoyé")
    flash(f"{' ; '.join(said)}.", "success")


def _file(
    rows: Sequence[Any], columns: list[Column], name: str, extension: str, about: Sequence[tuple[str, object]]
) -> Response:
    if request.method == "HEAD":
        return announced(name, extension)
    if extension == "xlsx":
        return workbook(rows, columns, name, [*about, ("Exporté le", today()), ("Nombre de lignes", len(rows))])
    audience = request.args.get("pour", "personnes")
    if audience not in ("personnes", "machines"):
        abort(400, "Le paramètre « pour » vaut « personnes » ou « machines ».")
    return (csv_for_machines if audience == "machines" else csv_for_people)(rows, columns, name)
