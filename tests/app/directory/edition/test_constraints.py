"""What the database refuses of profiles, changes, reports and themes, whoever writes."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.clock import now
from app.constraints import not_blank
from app.directory.edition.models import Change, Direction, ErrorReport, Offering, Outcome, Profile, Theme, ThemeKind, Voice
from app.directory.vocabulary import Resource
from tests import factories as make


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"audiences": ["inconnu"]}, "audiences_known"),
        ({"open_solicitations_max": 51}, "limit_is_sensible"),
        ({"open_solicitations_max": -1}, "limit_is_sensible"),
        ({"contact_email": "deux@a.fr, trois@a.fr"}, "contact_is_one_mailbox"),
        ({"contact_email": "a@b.fr\nBcc: c@d.fr"}, "contact_is_one_mailbox"),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused(session, columns, name):
    session.add(Profile(institution_id=make.library(session).id, **columns))
    with pytest.raises(IntegrityError, match=name):
        session.flush()


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"message": "  "}, "message_not_blank"),
        ({"message": "\u00a0\u202f\t\n\u3000"}, "message_not_blank"),
        ({"handled_at": now()}, "an_end_has_a_day"),
        ({"outcome": Outcome.CORRECTED}, "an_end_has_a_day"),
        ({"handled_at": now(), "outcome": Outcome.CORRECTED, "email": "v@exemple.fr"}, "address_is_erased_once_handled"),
        ({"email": "pas une adresse"}, "address_is_one_mailbox"),
    ],
)
def test_a_report_that_makes_no_sense_is_refused(session, columns, name):
    session.add(ErrorReport(institution=make.library(session), **{"message": "Essai", **columns}))
    with pytest.raises(IntegrityError, match=name):
        session.flush()


@pytest.mark.parametrize("value", [None, "le même"])
def test_a_change_that_changes_nothing_is_refused(session, value):
    session.add(Change(institution=make.library(session), field="city", before=value, after=value, voice=Voice.SELF))
    with pytest.raises(IntegrityError, match="something_changed"):
        session.flush()


@pytest.mark.parametrize(
    ("other", "name"),
    [
        (Theme(code="axe-autre", kind=ThemeKind.AXIS, label="MOBILITE"), "uq_theme_kind_label"),
        (Theme(code="axe mobile", kind=ThemeKind.AXIS, label="Mobile"), "code_is_a_slug"),
        (Theme(code="axe-vide", kind=ThemeKind.AXIS, label=" "), "label_not_blank"),
        (Theme(code="axe-vide", kind=ThemeKind.AXIS, label="\u00a0"), "label_not_blank"),
    ],
)
def test_a_theme_has_one_name_accents_and_capitals_aside(session, other, name):
    session.add(Theme(code="axe-mobilite", kind=ThemeKind.AXIS, label="Mobilité"))
    session.flush()
    session.add(other)
    with pytest.raises(IntegrityError, match=name):
        session.flush()


@pytest.mark.parametrize("message", ["?", "…", "é", "漢", "x\u00a0"])
def test_what_says_something_is_no_blank(session, message):
    session.add(ErrorReport(institution=make.library(session), message=message))
    session.flush()


def test_every_space_of_python_is_one_for_the_database(session):
    spaces = "".join(chr(code) for code in range(1, 0x10000) if chr(code).isspace())
    assert session.scalar(sa.text("SELECT " + not_blank(":text")), {"text": spaces}) is False
    assert session.scalar(sa.text("SELECT " + not_blank("CAST(NULL AS text)"))) is False


@pytest.mark.parametrize("details", [None, "", "\u00a0"])
def test_another_thing_is_described(session, details):
    row = {"institution_id": make.library(session).id, "direction": Direction.OFFERED, "resource": Resource.OTHER}
    with pytest.raises(IntegrityError, match="another_thing_is_described"):
        session.execute(sa.insert(Offering).values(**row, details=details))


def test_a_resource_is_offered_once(session):
    library = make.library(session)
    row = {"institution_id": library.id, "direction": Direction.OFFERED, "resource": Resource.ROOM}
    session.execute(sa.insert(Offering).values(**row))
    with pytest.raises(IntegrityError, match="pk_offering"):
        session.execute(sa.insert(Offering).values(**row))
