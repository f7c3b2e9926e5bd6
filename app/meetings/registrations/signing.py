"""The form of a registration as a whole: its answers, and one row a person, which can be added or taken away without script."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.fields.choices import SelectChoice

from app.directory.edition.models import ThemeKind
from app.directory.edition.queries import themes
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.directory.places import resolve
from app.errors import Refusal
from app.formats import apostrophes
from app.meetings.models import Meeting, MeetingKind
from app.meetings.queries import own_registrations
from app.meetings.registrations.actions import Asked, Person, Registrant
from app.meetings.registrations.forms import ALONE, AskedForm, ChangeForm, NewForm, PersonForm
from app.meetings.registrations.models import MOST_PEOPLE, Registration
from app.meetings.registrations.permissions import can_register_alone, institutions_for
from geo.territories import Level, Territory

ROW = re.compile(r"personne-(\d{1,3})-[a-z]+", re.ASCII)


@dataclass
class SignUp:
    """A form and its people. `institutions`: those for which this person may register; `commune`: once it is understood."""

    meeting: Meeting
    form: AskedForm
    people: list[PersonForm]
    institutions: Sequence[Institution] = ()
    commune: Territory | None = None
    people_fault: str = ""
    #: The row to which the page goes: that was just added, or that takes the place of one taken away.
    fresh: int | None = None
    #: Of a change: registration has closed, people are taken away and nothing else changes.
    only_fewer: bool = False

    @property
    def is_workshop(self) -> bool:
        """A workshop asks a first name alone: « anonyme », says the charter."""
        return self.meeting.kind is MeetingKind.WORKSHOP

    @property
    def may_add(self) -> bool:
        return len(self.people) < MOST_PEOPLE and not self.only_fewer

    @property
    def is_done(self) -> bool:
        """Whether all those for whom this person may register are registered."""
        return "speaker" in self.form and not self.form["speaker"].choices

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """What is to be corrected: (id of the field, its label, what to write)."""
        own = [(one.id, one.label.text, " ".join(one.errors)) for one in self.form if one.errors]
        rows = [
            (one.id, f"Personne {number}, {one.label.text.lower()}", " ".join(one.errors))
            for number, row in enumerate(self.people, 1)
            for one in row
            if one.errors
        ]
        told = [("personnes", "Qui vient", self.people_fault)] if self.people_fault else []
        return [*own, *told, *rows]

    def take_row_button(self, pressed: MultiDict[str, str]) -> bool:
        """Add or take away a row if that is the button that was pressed; whether it was."""
        gone = pressed.get("retirer", "")
        if gone.isdecimal() and 1 <= int(gone[:3]) <= len(self.people) and len(self.people) > 1:
            del self.people[int(gone[:3]) - 1]
            rows = [_row(number, None, _data(row), self.meeting) for number, row in enumerate(self.people, 1)]
            self.people = [_name_alone(row) for row in rows] if self.only_fewer else rows
            self.fresh = min(int(gone[:3]), len(rows))
            return True
        if "ajouter" in pressed:
            if self.may_add:
                self.people.append(_row(len(self.people) + 1, None, {}, self.meeting))
                self.fresh = len(self.people)
            return True
        return False

    def validate(self, session: Session) -> bool:
        """Whether all of it can be kept; else each field says what to write."""
        valid = self.form.validate() and not self.people_fault
        for row in self.people:
            valid = row.validate() and valid
            if not row.name.data and (not row.is_blank or self.coming == []):
                valid = False
                said = "Écrivez un prénom ou un pseudonyme." if self.is_workshop else "Écrivez le nom de cette personne."
                row.name.errors = [*row.name.errors, said]
            if row.name.data and not any(letter.isalnum() for letter in row.name.data):
                valid = False
                row.name.errors = [*row.name.errors, "Écrivez un nom lisible."]
            if self.coming == []:
                break
        return self._understand_commune(session) and valid

    def _understand_commune(self, session: Session) -> bool:
        if not isinstance(self.form, NewForm) or "commune" not in self.form or not self.form.commune.data:
            return True
        answer = resolve(session, self.form.commune.data, (Level.COMMUNE,))
        self.commune = self.form.meant(answer)
        if self.commune is None:
            self.form.ask_back(answer)
        return self.commune is not None

    @property
    def coming(self) -> list[PersonForm]:
        return [row for row in self.people if not row.is_blank]

    @property
    def asked(self) -> Asked:
        """What a valid form asks."""
        form = self.form
        return Asked(
            people=[_person(row) for row in self.coming],
            expects=(form.expects.data or None) if "expects" in form else None,
            formats=tuple(form.formats.data or []) if "formats" in form else (),
            themes=tuple(form.themes.data or []) if "themes" in form else (),
            only_fewer=self.only_fewer,
        )

    def refuse(self, refusal: Refusal, revision: int) -> None:
        """Say why a change was not kept; it can be sent again, once the registration is read again."""
        self.people_fault = str(refusal)
        field = self.form["revision"]
        field.raw_data, field.data = None, revision

    def registrant(self, actor: Actor, bearer_of: Institution | None) -> Registrant:
        """In whose name a valid form was sent; `bearer_of`: the institution of a pass, without account."""
        form = self.form
        assert isinstance(form, NewForm), "a change keeps who registered"
        organisation = form.organisation.data if "organisation" in form else None
        if actor.user is None:
            return Registrant(bearer_of, None, form.email.data, organisation or None, self.commune)
        chosen = next((one for one in self.institutions if one.public_id == form.speaker.data), None)
        return Registrant(chosen, actor.user, None, organisation or None, self.commune)


def for_new(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    sent: MultiDict[str, str] | None,
    wished: str = "",
    bearer_of: Institution | None = None,
) -> SignUp:
    """The form that this person fills to register; `wished`: the institution that a link names."""
    form = NewForm(formdata=sent)
    institutions = institutions_for(actor, meeting)
    if actor.user is None:
        del form.speaker
    else:
        del form.email, form.trap
        form.speaker.choices = speakers(session, actor, meeting, sent.get("structure", "") if sent else "")
        if sent is None and wished and wished in {choice.value for choice in form.speaker.choices}:
            form.speaker.data = wished
    if meeting.kind is MeetingKind.WORKSHOP or bearer_of is not None or institutions:
        del form.organisation, form.commune, form.commune_meant
    _fit(session, form, meeting)
    known: dict[str, object] = {}
    if actor.user is not None and meeting.kind is not MeetingKind.WORKSHOP:
        known = {"name": actor.user.name, "role": actor.user.function}
    first = _row(1, None, known, meeting)
    return SignUp(meeting, form, list(_rows(sent, meeting)) or [first], institutions, people_fault=_too_many(sent))


def speakers(session: Session, actor: Actor, meeting: Meeting, kept: str = "") -> list[SelectChoice]:
    """For whom this person may register still: who is registered already is left out, but for `kept`."""
    own = session.scalars(own_registrations(actor, meeting))
    taken = {one.institution.public_id if one.institution else ALONE for one in own} - {kept}
    alone = [SelectChoice(ALONE, "moi, en mon nom propre")] if can_register_alone(actor, meeting) else []
    choices = [SelectChoice(one.public_id, apostrophes(one.name)) for one in institutions_for(actor, meeting)]
    alone, choices = ([one for one in some if one.value not in taken] for some in (alone, choices))
    # Of several institutions, none is taken by default.
    none = [SelectChoice("", "Choisissez la structure")] if len(choices) > 1 else []
    return [*alone, *choices] if meeting.kind is MeetingKind.WORKSHOP else [*none, *choices, *alone]


def for_change(
    session: Session, registration: Registration, sent: MultiDict[str, str] | None, is_closed: bool = False
) -> SignUp:
    """The form that changes a registration, filled with what it says; once registration `is_closed`, names alone."""
    form = ChangeForm(formdata=sent)
    meeting = registration.meeting
    only_fewer = is_closed if sent is None else bool(form.only_fewer.data)
    form.only_fewer.data = "oui" if only_fewer else ""
    if sent is None:
        form.revision.data = registration.revision
        form.expects.data = registration.expects
        form.formats.data, form.themes.data = registration.formats, registration.themes
    _fit(session, form, meeting)
    known = [
        _row(
            number,
            None,
            {
                "known_as": one.public_id,
                "name": one.name,
                "role": one.role,
                "lunch": one.lunch,
                "access_needs": one.access_needs,
            },
            meeting,
        )
        for number, one in enumerate(registration.attendees, 1)
    ]
    people = known if sent is None else list(_rows(sent, meeting)) or known
    if only_fewer:
        people = [_name_alone(row) for row in people]
        for name in {"expects", "formats", "themes"} & form._fields.keys():
            del form[name]
    return SignUp(meeting, form, people, people_fault=_too_many(sent), only_fewer=only_fewer)


def _name_alone(row: PersonForm) -> PersonForm:
    """Of someone who stays or goes, nothing can be typed."""
    row.name.render_kw = {"readonly": True}
    for name in {"role", "lunch", "access_needs"} & row._fields.keys():
        del row[name]
    return row


def _fit(session: Session, form: AskedForm, meeting: Meeting) -> None:
    """A workshop asks nothing of what institutions are asked."""
    if meeting.kind is MeetingKind.WORKSHOP:
        del form.expects, form.formats, form.themes
        return
    known = session.scalars(themes()).all()
    ordered = [one for kind in (ThemeKind.POLE, ThemeKind.AXIS) for one in known if one.kind is kind]
    form.themes.offer((one.code, one.label) for one in ordered)


def _rows(sent: MultiDict[str, str] | None, meeting: Meeting) -> Iterator[PersonForm]:
    """The rows that were sent, numbered anew in their order."""
    for place, number in enumerate(_numbers(sent)[:MOST_PEOPLE], 1):
        assert sent is not None
        start = f"personne-{number}-"
        own = MultiDict(
            (f"personne-{place}-{name.removeprefix(start)}", value)
            for name, value in sent.items(multi=True)
            if name.startswith(start)
        )
        yield _row(place, own, {}, meeting)


def _numbers(sent: MultiDict[str, str] | None) -> list[int]:
    return sorted({int(found[1]) for name in sent or () if (found := ROW.fullmatch(name))})


def _too_many(sent: MultiDict[str, str] | None) -> str:
    """What is said of more people than a group has."""
    number = len(_numbers(sent))
    said = f"Un groupe compte {MOST_PEOPLE} personnes au plus : {number} ont été envoyées."
    return said if number > MOST_PEOPLE else ""


def _row(number: int, sent: MultiDict[str, str] | None, data: dict[str, object], meeting: Meeting) -> PersonForm:
    row = PersonForm(sent, prefix=f"personne-{number}-", data=data)
    row.name.flags.required = True
    if meeting.kind is MeetingKind.WORKSHOP:
        row.name.label.text = "Prénom ou pseudonyme"
        del row.role
    if not meeting.asks_lunch:
        del row.lunch
    return row


def _data(row: PersonForm) -> dict[str, object]:
    return {key: one.data for key, one in row._fields.items() if isinstance(one, Field)}


def _person(row: PersonForm) -> Person:
    return Person(
        name=str(row.name.data),
        role=(row.role.data or None) if "role" in row else None,
        lunch=bool(row.lunch.data) if "lunch" in row else None,
        access_needs=(row.access_needs.data or None) if "access_needs" in row else None,
        known_as=row.known_as.data or "",
    )
