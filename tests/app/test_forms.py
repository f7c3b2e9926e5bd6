"""What is typed: forgiven where it can be understood, and refused in French where it cannot."""

from datetime import date, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from app.clock import today
from app.forms import BaseForm, CheckboxListField, DayField, KilometresField, QueryForm, TextField, tidy


class Asked(QueryForm):
    mots = TextField("Mots", longest=20)
    date = DayField("Situation au")
    rayon = KilometresField("Rayon", shortest=1, longest=500)
    type = CheckboxListField("Type", [("a", "Premier"), ("b", "Second")])


def form(**typed: str | list[str]) -> Asked:
    return Asked(MultiDict(typed))


def test_nothing_typed_is_nothing_asked():
    asked = form(mots="", date="", rayon=" ", type="")

    assert asked.validate()
    assert (asked.mots.data, asked.date.data, asked.rayon.kilometres, asked.type.data) == ("", None, None, [])
    assert form().validate()
    assert form(date="\x00").validate()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        *[("a\x00b", "a b"), ("  deux \n mots ", "deux mots"), ("e\u0301", "é"), ("\ud800x", "x"), (None, "")],
        ("a\ufffeb\uffff", "a b"),
        *[("\u200bMa\u00adrie\ufeff", "Marie"), ("\u202eeiraM\u2066", "eiraM"), ("\u200b\u3164\u200d", ""), ("a\u200d", "a")],
        # A joiner between two letters: Persian is not written without.
        *[("می\u200cخواهم", "می\u200cخواهم"), ("1\u200c2", "12")],
    ],
)
def test_a_text_is_tidied_of_what_cannot_be_stored_or_seen(text, kept):
    assert tidy(text) == kept


class Named(QueryForm):
    nom = TextField("Nom", required="Écrivez votre nom.")


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u202e\u2066", "\u3164", "…", "- -", "’", "\u2800"])
def test_a_required_text_that_says_nothing_is_refused(text: str):
    asked = Named(MultiDict({"nom": text}))
    assert not asked.validate()
    assert asked.nom.errors == ["Écrivez votre nom."]


@pytest.mark.parametrize("text", ["É", "李", "7", "O’Brien"])
def test_a_required_text_holds_a_letter_or_a_digit(text: str):
    assert Named(MultiDict({"nom": text})).validate()


def test_a_text_that_is_too_long_is_refused_in_french():
    asked = form(mots="x" * 21)
    assert not asked.validate()
    assert asked.mots.errors == ["Ce texte est trop long : 20 caractères au plus."]


@pytest.mark.parametrize("text", ["2017-07-11", "11/07/2017", " 11/07/2017 "])
def test_a_day_is_read_as_a_browser_or_a_person_writes_it(text):
    asked = form(date=text)
    assert asked.validate()
    assert asked.date.data == date(2017, 7, 11)


@pytest.mark.parametrize("text", ["31/02/2020", "hier", "0000-00-00", "9999-99-99", "2017", "٢٠١٧-٠٧-٣٣"])
def test_what_is_not_a_day_is_quoted_with_an_example(text):
    asked = form(date=text)
    assert not asked.validate()
    assert asked.date.errors == [f"« {text} » n’est pas une date. Écrivez-la ainsi : 11/07/2017."]


def test_a_day_to_come_and_a_day_before_the_network_are_refused():
    assert form(date=today().isoformat()).validate()
    assert not form(date=(today() + timedelta(days=1)).isoformat()).validate()
    assert not form(date="1989-12-31").validate()


@pytest.mark.parametrize(("text", "number"), [("30", 30), ("12,5", 12.5), ("12.5 km", 12.5), ("500 KM", 500), ("1", 1)])
def test_a_distance_is_read_with_a_comma_and_its_unit(text, number):
    asked = form(rayon=text)
    assert asked.validate()
    assert asked.rayon.kilometres == number


@pytest.mark.parametrize("text", ["-1", "0", "501", "NaN", "inf", "1e3", "٣", "trente", "1 000 000", "9" * 400, "30 miles"])
def test_what_is_not_a_possible_distance_is_refused(text):
    asked = form(rayon=text)
    assert not asked.validate()
    assert "n’est pas une distance possible" in asked.rayon.errors[0]
    assert len(asked.rayon.errors[0]) < 200


def test_an_unknown_choice_is_named():
    asked = form(type=["a", "zzz"])
    assert not asked.validate()
    assert asked.type.errors == ["« zzz » n’est pas un choix de cette liste. Cochez les cases voulues."]
    assert asked.type.data == ["a", "zzz"]


def test_a_form_that_changes_something_speaks_french_and_asks_for_its_token(app):
    with app.test_request_context(method="POST"):
        refused = BaseForm(meta={"csrf": True})
        assert not refused.validate()
        assert refused.csrf_token.errors
