"""The form in which a meeting is written: who may host it, what it proposes by kind, and what was typed of names and places.

A draft is ready when every name and every instant is clear; else its form says what is not, and nothing typed is lost.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.directory.edition.models import ThemeKind
from app.directory.edition.queries import profile_of
from app.directory.edition.words import theme_choices
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.directory.places import label
from app.directory.queries import by_public_id as institution_known_as
from app.formats import apostrophes
from app.meetings import filling, placing, queries
from app.meetings.agenda import Item
from app.meetings.forms import AboutForm, DraftForm, ask_back, day_of, offer_choices, wrong
from app.meetings.models import GATHERINGS, OF_A_PARTNERSHIP, Meeting, MeetingKind, Openness
from app.meetings.naming import institution_named, territories_named
from app.meetings.permissions import can_organise_for
from app.partnerships.models import Partnership
from app.partnerships.queries import by_public_id as partnership_known_as
from geo.territories import Territory

NO_INSTITUTION = "L’annuaire ne connaît pas cette structure : vérifiez son nom, ou laissez vide."
#: How many names are proposed instead of one that is not known.
MOST_MEANINGS = 4
#: A workshop of the Bpi gathered nine or ten people; the rest of the room is for those who come in passing.
WORKSHOP_PLACES, WORKSHOP_WALK_IN = "12", "4"


@dataclass
class Draft:
    """A meeting being written; `meeting` is what is stored of it, None for a new one."""

    kind: MeetingKind
    form: AboutForm
    partnership: Partnership | None = None
    hosts: list[Institution] = field(default_factory=list)
    host: Institution | None = None
    meeting: Meeting | None = None
    #: Columns to write, and the agenda, once the draft is ready.
    columns: dict[str, Any] = field(default_factory=dict)
    agenda: list[Item] = field(default_factory=list)


def hosts_of(actor: Actor, partnership: Partnership | None, asked: Institution | None) -> list[Institution]:
    """The institutions for which this person may organise: of a partnership, its two sides alone; `asked` comes first."""
    own = [one for member in actor.institutions for one in (member, *member.centres)]
    if asked is not None and can_organise_for(actor, asked):
        own.insert(0, asked)
    if partnership is not None:
        sides = [partnership.exchange.cite, partnership.exchange.partner]
        own = [one for one in (*own, *sides) if one in sides and can_organise_for(actor, one)]
    return list(dict.fromkeys(own))


def asked_by(session: Session, actor: Actor, asked: MultiDict[str, str]) -> Draft:
    """What a link asks for, by `type`, `structure` and `partenariat`; its form is that which was sent, if one was.

    What this person may not have is left out: a partnership of others, an institution for which they do not speak. A kind
    that a partnership alone holds, without any, is none: the kind has then to be chosen.
    """
    code = asked.get("type", "")
    kind = MeetingKind(code) if code in {one.value for one in MeetingKind} else None
    partnership = _partnership(session, actor, asked.get("partenariat", ""), kind)
    host_code = asked.get("structure", "")
    institution = session.scalar(institution_known_as(host_code)) if host_code else None
    hosts = hosts_of(actor, partnership, institution)
    if kind is None or (kind in OF_A_PARTNERSHIP and partnership is None):
        raise NoKind(hosts)
    form = DraftForm()
    draft = Draft(kind, form, partnership, hosts, hosts[0] if hosts else None)
    offer(session, draft)
    offer_choices(form.host, [(one.public_id, apostrophes(one.name)) for one in hosts])
    return draft


class NoKind(Exception):
    """The kind of the meeting has to be chosen first; `hosts` are those for which this person may organise."""

    def __init__(self, hosts: list[Institution]) -> None:
        super().__init__("no kind")
        self.hosts = hosts


def offer(session: Session, draft: Draft) -> None:
    """Give the form the choices of the day."""
    axes = [choice for kind in (ThemeKind.POLE, ThemeKind.AXIS) for choice in theme_choices(session, kind)]
    draft.form.themes.offer(axes)
    draft.form.offer_openness(opennesses(draft.partnership))


def opennesses(partnership: Partnership | None) -> tuple[Openness, ...]:
    """For whom a meeting may be: between partners, where there are two."""
    return tuple(one for one in Openness if one is not Openness.PARTNERS or partnership is not None)


def propose(session: Session, draft: Draft, region: Territory | None = None) -> None:
    """Fill a new form with what its kind usually is; `region` is that for which a regional meeting was asked."""
    form, kind = draft.form, draft.kind
    form.takes_registrations.data = kind not in (MeetingKind.REVIEW, MeetingKind.VISIT)
    profile = session.scalar(profile_of(draft.host)) if draft.host else None
    form.contact_email.data = profile.contact_email if profile else None
    form.contact_phone.data = draft.host.phone if draft.host else None
    if draft.partnership is not None and kind is not MeetingKind.WORKSHOP:
        form.openness.data = Openness.PARTNERS.value
    elif kind is MeetingKind.VISIT:
        form.openness.data = Openness.INVITED.value
    if kind is MeetingKind.WORKSHOP:
        form.capacity.data, form.walk_in_places.data = WORKSHOP_PLACES, WORKSHOP_WALK_IN
    if draft.partnership is not None:
        form.themes.data = list(draft.partnership.themes)
    if region is not None:
        form.title.data = f"Rencontre régionale : {label(region).removesuffix(' (région)')}"
        form.openness.data, form.for_territories.data = Openness.RESERVED.value, label(region)
        form.region.data = label(region)


def opened(session: Session, meeting: Meeting, sent: bool = False) -> Draft:
    """The form of a stored meeting; once announced, neither its day nor its place are in it. `sent`: read what was sent."""
    kinds = DraftForm if queries.is_draft(meeting) else AboutForm
    form = kinds() if sent else kinds(formdata=None)
    draft = Draft(meeting.kind, form, meeting.partnership, [meeting.host], meeting.host, meeting)
    offer(session, draft)
    if not sent:
        filling.fill(session, form, meeting)
    return draft


def is_ready(session: Session, draft: Draft) -> bool:
    """Whether all that was typed is clear; the columns and the agenda to write are then in the draft."""
    form = draft.form
    valid = form.validate()
    columns = _about(session, draft)
    if isinstance(form, DraftForm):
        draft.host = _host(draft, form)
        form.read_when()
        columns |= placing.read(session, form, draft.host)
        columns |= {"starts_at": form.starts_at, "ends_at": form.ends_at}
        span = (form.starts_at, form.ends_at)
    else:
        assert draft.meeting is not None, "a new meeting has a day in its form"
        span = (draft.meeting.starts_at, draft.meeting.ends_at)
    starts_at, ends_at = span
    if starts_at is not None and ends_at is not None and starts_at < ends_at:
        form.read_registration_days(starts_at, ends_at)
        draft.agenda = form.agenda.items(day_of(starts_at), starts_at, ends_at)
    draft.columns = columns | _registration(form)
    return bool(valid and not form.errors)


def _about(session: Session, draft: Draft) -> dict[str, Any]:
    form = draft.form
    co_host = None
    if form.co_host.data:
        found = institution_named(session, form.co_host.data, form.co_host_meant.data or "")
        ask_back(form.co_host, form.co_host_meant, found, NO_INSTITUTION)
        co_host = found.institution
        if co_host is not None:
            offer_choices(form.co_host_meant, [(co_host.public_id, co_host.name)])
    openness = Openness(form.openness.data) if not form.openness.errors else Openness.PUBLIC
    reserved = openness is Openness.RESERVED
    return {
        "title": form.title.data,
        "summary": form.summary.data or None,
        "named_co_host": co_host,
        "themes": list(dict.fromkeys(form.themes.data or [])),
        "openness": openness,
        "for_kinds": list(dict.fromkeys(form.for_kinds.data or [])) if reserved else [],
        "for_territories": _territories(session, form) if reserved else [],
        "contact_email": form.contact_email.data or None,
        "contact_phone": form.contact_phone.data or None,
    }


def _territories(session: Session, form: AboutForm) -> list[str]:
    typed, boxes = form.for_territories, form.for_territories_ticked
    found = territories_named(session, typed.data or "", boxes.data or [])
    boxes.offer(found.choices)
    for name in found.unknown:
        meanings = " ou ".join(found.resembling.get(name, [])[:MOST_MEANINGS])
        asked = f"vouliez-vous dire {meanings} ?" if meanings else "ni région, ni département, ni intercommunalité, ni commune."
        wrong(typed, f"Aucun territoire ne s’appelle « {name[:60]} » ; {asked}")
    for name in found.unclear:
        wrong(boxes, f"« {name[:60]} » peut désigner plusieurs territoires : cochez ce que vous voulez dire.")
    return [one.id for one in found.territories]


def _registration(form: AboutForm) -> dict[str, Any]:
    takes = bool(form.takes_registrations.data)
    return {
        "takes_registrations": takes,
        "registration_opens_at": form.opens_at if takes else None,
        "registration_closes_at": form.closes_at if takes else None,
        "capacity": form.capacity.number,
        "walk_in_places": (form.walk_in_places.number or 0) if form.capacity.number else 0,
        "needs_approval": takes and bool(form.needs_approval.data),
        "asks_lunch": takes and bool(form.asks_lunch.data),
    }


def _host(draft: Draft, form: DraftForm) -> Institution | None:
    if draft.meeting is not None:
        return draft.meeting.host
    chosen = next((one for one in draft.hosts if one.public_id == form.host.data), None)
    if chosen is None and len(draft.hosts) == 1 and not form.host.data:
        chosen = draft.hosts[0]
    if chosen is None:
        wrong(form.host, "Choisissez la structure qui invite parmi les vôtres.")
    return chosen


def _partnership(session: Session, actor: Actor, code: str, kind: MeetingKind | None) -> Partnership | None:
    """The partnership asked for, if this person may organise for one of its sides and the kind is of partnerships."""
    if not code or kind is None or kind in GATHERINGS:
        return None
    found = session.scalar(partnership_known_as(code))
    sides = (found.exchange.cite, found.exchange.partner) if found else ()
    return found if any(can_organise_for(actor, side) for side in sides) else None
