"""The French of dates, numbers and distances, character by character: the no-break spaces are part of the promise."""

from datetime import UTC, date, datetime
from enum import Enum

import pytest
from flask import Flask, render_template_string
from markupsafe import Markup

from app import formats


class _Precision(Enum):
    MONTH = "mois"


def test_a_date_is_written_in_french():
    assert formats.french_date(date(2017, 7, 11)) == "11\u00a0juillet 2017"


def test_the_first_of_the_month_is_an_ordinal():
    assert formats.french_date(date(2017, 8, 1)) == "1er\u00a0août 2017"


def test_a_moment_is_dated_on_the_clocks_of_paris():
    assert formats.french_date(datetime(2017, 7, 10, 22, 30, tzinfo=UTC)) == "11\u00a0juillet 2017"


def test_a_moment_without_zone_is_refused_as_a_date():
    with pytest.raises(ValueError, match="zone"):
        formats.french_date(datetime(2017, 7, 10, 22, 30))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "precision", "expected"),
    [
        (date(2017, 7, 11), "jour", "11\u00a0juillet 2017"),
        (date(2017, 7, 1), "mois", "juillet 2017"),
        (date(2017, 7, 1), _Precision.MONTH, "juillet 2017"),
        (date(2017, 1, 1), "annee", "2017"),
        (date(2018, 1, 1), "apres", "après 2017"),
        (date(2018, 3, 1), "apres", "après février 2018"),
        (date(2018, 3, 15), "apres", "après le 14\u00a0mars 2018"),
        (date(2011, 12, 31), "avant", "avant 2012"),
        (date(2012, 3, 31), "avant", "avant avril 2012"),
        (date(2012, 3, 14), "avant", "avant le 15\u00a0mars 2012"),
        (date(2017, 7, 11), "inconnue", "date inconnue"),
        (None, "inconnue", "date inconnue"),
        (None, "jour", "date inconnue"),
    ],
)
def test_a_date_is_written_no_more_precisely_than_it_is_known(day, precision, expected):
    assert formats.date_with_precision(day, precision) == expected


def test_an_unknown_precision_is_refused():
    with pytest.raises(ValueError, match="semaine"):
        formats.date_with_precision(date(2017, 7, 11), "semaine")


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0, 0, "0"),
        (999, 0, "999"),
        (1234567, 0, "1\u202f234\u202f567"),
        (1234.56, 1, "1\u202f234,6"),
        (-1500, 0, "−1\u202f500"),
        (None, 0, "non connu"),
        (float("nan"), 0, "non connu"),
    ],
)
def test_a_number_parts_its_thousands_with_narrow_spaces(value, decimals, expected):
    assert formats.number(value, decimals) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0\u00a0habitant"),
        (1, "1\u00a0habitant"),
        (2, "2\u00a0habitants"),
        (1234, "1\u202f234\u00a0habitants"),
        (None, "population inconnue"),
    ],
)
def test_inhabitants_agree_with_their_number(count, expected):
    assert formats.people(count) == expected


@pytest.mark.parametrize(
    ("metres", "expected"),
    [
        (0, "0\u00a0m"),
        (847.2, "850\u00a0m"),
        (994, "990\u00a0m"),
        (996, "1\u00a0km"),
        (3_412, "3,4\u00a0km"),
        (3_000, "3\u00a0km"),
        (9_960, "10\u00a0km"),
        (12_400, "12\u00a0km"),
        (1_234_567, "1\u202f235\u00a0km"),
        (float("inf"), "hors d’atteinte"),
        (float("nan"), "distance inconnue"),
        (None, "distance inconnue"),
    ],
)
def test_a_distance_is_rounded_to_what_the_eye_needs(metres, expected):
    assert formats.distance(metres) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.123, "12,3\u00a0%"),
        (0.5, "50,0\u00a0%"),
        (0, "0\u00a0%"),
        (1, "100\u00a0%"),
        (0.0001, "moins de 0,1\u00a0%"),
        (0.99999, "plus de 99,9\u00a0%"),
        (None, "part inconnue"),
    ],
)
def test_a_share_never_rounds_to_nothing_nor_to_the_whole(share, expected):
    assert formats.percent(share) == expected


def test_the_plural_begins_at_two():
    assert formats.plural(1, "bibliothèque") == "1\u00a0bibliothèque"
    assert formats.plural(1.5, "bibliothèque").endswith("bibliothèque")
    assert formats.plural(1200, "bibliothèque") == "1\u202f200\u00a0bibliothèques"


def test_several_words_need_their_own_plural():
    assert formats.plural(3, "point relais", "points relais") == "3\u00a0points relais"
    with pytest.raises(ValueError, match="agence du livre"):
        formats.plural(3, "agence du livre")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Source : Bpi", "Source\u202f: Bpi"),
        ("Et après ?", "Et après\u202f?"),
        ("un ; deux !", "un\u202f; deux\u202f!"),
        ("« ouvert »", "«\u00a0ouvert\u00a0»"),
        ("«ouvert»", "«\u00a0ouvert\u00a0»"),
        ("(vraiment ?)", "(vraiment\u202f?)"),
        ("à plus de 30 km, 12 % des", "à plus de 30\u00a0km, 12\u00a0% des"),
        ("2 mairies, 4 kmh", "2 mairies, 4 kmh"),
        ("https://exemple.fr/?a=1;b=2 à 12:30", "https://exemple.fr/?a=1;b=2 à 12:30"),
    ],
)
def test_typography_protects_the_spaces_that_french_wants(text, expected):
    assert formats.typography(text) == expected


def test_a_time_is_that_of_the_clocks_of_paris():
    assert formats.french_time(datetime(2017, 7, 11, 7, 5, tzinfo=UTC)) == "9\u00a0h\u00a005"
    with pytest.raises(ValueError, match="zone"):
        formats.french_time(datetime(2017, 7, 11, 7, 5))  # noqa: DTZ001 - what is refused


def test_typography_done_twice_changes_nothing_more():
    once = formats.typography("« Où ? » : à 30 km !")
    assert formats.typography(once) == once


def test_typography_escapes_what_was_not_safe_and_keeps_what_was():
    app = Flask(__name__)
    formats.register(app)
    with app.app_context():
        text = "{{ unsafe|typography }} {{ safe|typography }}"
        page = render_template_string(text, unsafe="<b> ?", safe=Markup('<a href="?q=1">Où ?</a>'))
    assert page == '&lt;b&gt;\u202f? <a href="?q=1">Où\u202f?</a>'


def test_each_format_is_a_filter_of_the_same_name():
    app = Flask(__name__)
    formats.register(app)
    names = {"french_date", "date_with_precision", "number", "people", "distance", "percent", "plural", "typography"}
    assert names <= set(app.jinja_env.filters)
