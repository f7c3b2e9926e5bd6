"""What is done to a sheet by people, each change kept in the same transaction: who, when, before, after."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now, today
from app.directory import actions as directory
from app.directory.edition import hours, queries
from app.directory.edition.models import Change, Direction, Offering, Profile, Theme, ThemeKind, Voice
from app.directory.models import Confidence, Institution, Observation, Precision, State
from app.directory.queries import state_at
from app.directory.vocabulary import Resource
from app.errors import Refusal

PROFILE_FIELDS = (
    *("opening_hours", "audiences", "themes", "presentation", "contact_email"),
    *("not_before", "open_solicitations_max"),
)
OFFERING_FIELDS = tuple(direction.value for direction in Direction)
#: The source of an observation by those who edit, by the voice in which they speak.
SOURCES = {
    Voice.SELF: "la structure elle-même, sur Maillage",
    Voice.AGENCY: "l’agence ou la structure qui suit la région, sur Maillage",
    Voice.NETWORK: "l’administration du réseau, sur Maillage",
}


@dataclass(frozen=True)
class Saved:
    """What a save did. `crossed`: what others changed meanwhile to something else; then nothing was written."""

    changes: list[Change] = field(default_factory=list)
    crossed: Sequence[Change] = ()


def state_of(session: Session, institution: Institution) -> dict[str, Any]:
    """Every field that an institution may edit, with its present value."""
    profile = session.scalar(queries.profile_of(institution)) or _blank_profile(institution)
    offerings = session.scalars(queries.offerings_of(institution)).all()
    return (
        {column: getattr(institution, column) for column in directory.EDITABLE}
        | {column: getattr(profile, column) for column in PROFILE_FIELDS}
        | {
            direction.value: {one.resource.value: one.details for one in offerings if one.direction == direction}
            for direction in Direction
        }
    )


def save(
    session: Session,
    institution: Institution,
    values: Mapping[str, Any],
    by: User,
    voice: Voice,
    opened_at: int | None,
    told_until: int = 0,
) -> Saved:
    """Write what was edited since the change `opened_at` (None: whatever was there), and keep each difference.

    What the person left as it was when opening the page keeps what others wrote meanwhile. Where both wrote, nothing at all is
    saved, and the changes of the others are given, unless the person was told of them already (up to `told_until`). Opening
    hours that add up to a week are where its weekly hours come from: a number sent without them is not written.
    """
    lock(session, institution)
    before = state_of(session, institution)
    mine = dict(values)
    if "opening_hours" not in mine and hours.weekly_hours(before["opening_hours"]) is not None:
        mine.pop("weekly_hours", None)
    mine, crossed = _merge(session, institution, before, mine, opened_at, told_until)
    if crossed:
        return Saved(crossed=crossed)
    different = {name: value for name, value in mine.items() if as_json(value) != as_json(before[name])}
    _write(session, institution, different)
    if "opening_hours" in different and "weekly_hours" in mine:
        # What they add up to is the library's own, even where a source says the same: no import may part the two.
        institution.own_fields = sorted({*institution.own_fields, "weekly_hours"})
    changes = [
        _change(institution, name, as_json(before[name]), as_json(value), by, voice) for name, value in different.items()
    ]
    session.add_all(changes)
    session.flush()
    return Saved(changes)


def lock(session: Session, institution: Institution) -> None:
    """Wait for whoever is editing this institution, and read it as they left it."""
    session.execute(sa.select(Institution.id).where(Institution.id == institution.id).with_for_update())
    session.refresh(institution)


def as_json(value: Any) -> Any:
    """A value as a change keeps it; nothing is None, whatever its type."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return dict(sorted(value.items())) or None
    if isinstance(value, list | tuple):
        return sorted(value) or None
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value if value != "" else None


def observe(
    session: Session,
    institution: Institution,
    state: State,
    day: date,
    source: str,
    *,
    by: User,
    voice: Voice = Voice.SELF,
    precision: Precision = Precision.DAY,
    note: str | None = None,
) -> Observation | None:
    """Record that the institution is in this state on this day; None if that very thing was said already.

    What the same source said of the same day is replaced: it was a slip, and the changes keep both. Raises `Refusal` on a day
    to come.
    """
    if day > today():
        raise Refusal("Un constat porte sur aujourd’hui ou sur une date passée.")
    lock(session, institution)
    known = session.scalars(
        sa.select(Observation).where(
            Observation.institution_id == institution.id,
            Observation.observed_on == day,
            Observation.source == source,
            Observation.data_source_name.is_(None),
        )
    ).all()
    if [(one.state, one.precision, one.note) for one in known] == [(state, precision, note)]:
        return None
    before = _state_known(session, institution)
    for one in known:
        session.delete(one)
    session.flush()
    said = Observation(
        institution_id=institution.id,
        observed_on=day,
        precision=precision,
        state=state,
        confidence=Confidence.HIGH,
        source=source,
        note=note,
    )
    after = {"state": state.value, "day": day.isoformat(), "note": note}
    session.add_all([said, _change(institution, "state", before, after, by, voice)])
    session.flush()
    session.expire(institution, ["observations"])
    return said


def confirm(session: Session, institution: Institution, by: User) -> Observation | None:
    """« Toujours exact » : it is open today, on its own word; None if that was said today already.

    Raises `Refusal` when the sheet says that it is closed or planned: that has to be said in so many words.
    """
    lock(session, institution)
    known = _state_known(session, institution)
    if known and known["state"] in (State.CLOSED.value, State.PLANNED.value):
        label = State(known["state"]).label
        raise Refusal(f"La fiche dit « {label} ». Pour dire que la structure est ouverte, indiquez son nouvel état et sa date.")
    return observe(session, institution, State.OPEN, today(), SOURCES[Voice.SELF], by=by)


def add_theme(session: Session, institution: Institution, kind: ThemeKind, label: str) -> Theme:
    """Give the pole or axis that bears this label, accents and capitals aside; it is added if there is none.

    Two who add the same at once get the same one. Raises `Refusal` on a label without a letter.
    """
    lock(session, institution)
    code = f"{kind.value}-{_slug(label)}"
    if code.endswith("-"):
        raise Refusal("Ce nom ne contient aucune lettre.")
    row = {"code": code, "kind": kind, "label": label, "added_by_id": institution.id}
    session.execute(insert(Theme).values(row).on_conflict_do_nothing())
    same = sa.or_(sa.func.fold(Theme.label) == sa.func.fold(label), Theme.code == code)
    found = session.scalars(sa.select(Theme).where(Theme.kind == kind, same).order_by(Theme.rank, Theme.code)).first()
    if found is None:
        raise RuntimeError(f"theme {code} was neither added nor found")
    return found


def mark_seen(session: Session, institution: Institution, until: int, by: User) -> int:
    """Someone who follows the region has looked at what the institution changed, up to this change; give how many."""
    seen = session.execute(
        sa.update(Change)
        .where(
            Change.institution_id == institution.id,
            Change.voice == Voice.SELF,
            Change.seen_at.is_(None),
            Change.id <= until,
        )
        .values(seen_at=now(), seen_by_id=by.id)
    )
    return int(seen.rowcount)  # type: ignore[attr-defined]


def _merge(
    session: Session,
    institution: Institution,
    before: dict[str, Any],
    values: dict[str, Any],
    opened_at: int | None,
    told_until: int,
) -> tuple[dict[str, Any], list[Change]]:
    """What of `values` is to be written, and the changes of others that it would silently undo."""
    since = [] if opened_at is None else session.scalars(queries.changes_since(institution, values, opened_at)).all()
    crossed: list[Change] = []
    for name in {change.field for change in since}:
        others = [change for change in since if change.field == name]
        mine = as_json(values[name])
        if mine == others[0].before:
            # It is as the person found it: what the others wrote since then stands.
            del values[name]
        elif mine != as_json(before[name]) and others[-1].id > told_until:
            crossed += others
    return values, sorted(crossed, key=lambda change: change.id)


def _write(session: Session, institution: Institution, values: dict[str, Any]) -> None:
    own = {name: value for name, value in values.items() if name in directory.EDITABLE}
    if own:
        directory.edit(institution, **own)
    if said := {name: value for name, value in values.items() if name in PROFILE_FIELDS}:
        profile = session.scalar(queries.profile_of(institution))
        if profile is None:
            profile = _blank_profile(institution)
            session.add(profile)
        for name, value in said.items():
            setattr(profile, name, value)
    for name in OFFERING_FIELDS:
        if name in values:
            _write_offerings(session, institution, Direction(name), values[name])


def _write_offerings(session: Session, institution: Institution, direction: Direction, lines: dict[str, str | None]) -> None:
    session.execute(sa.delete(Offering).where(Offering.institution_id == institution.id, Offering.direction == direction))
    session.add_all(
        Offering(institution_id=institution.id, direction=direction, resource=Resource(code), details=details)
        for code, details in lines.items()
    )


def _blank_profile(institution: Institution) -> Profile:
    return Profile(institution_id=institution.id, audiences=[], themes=[], open_solicitations_max=5)


def _change(institution: Institution, name: str, before: Any, after: Any, by: User, voice: Voice) -> Change:
    return Change(institution_id=institution.id, field=name, before=before, after=after, voice=voice, changed_by_id=by.id)


def _state_known(session: Session, institution: Institution) -> dict[str, Any] | None:
    """The state today, as a change keeps it; None when nothing is known. Its day is in the history of the sheet."""
    state = state_at(today())
    known = session.scalar(
        sa.select(state.c.state).select_from(Institution).join(state, sa.true()).where(Institution.id == institution.id)
    )
    return {"state": known.value} if known else None


def _slug(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label.lower().replace("œ", "oe").replace("æ", "ae"))
    kept = "".join(
        letter if letter.isascii() and letter.isalnum() else "-" for letter in plain if not unicodedata.combining(letter)
    )
    return "-".join(part for part in kept.split("-") if part)[:80].strip("-")
