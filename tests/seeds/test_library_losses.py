"""What a damaged or an older file must not do: make libraries absent, or take back what a newer one said."""

from datetime import date

import pytest

from seeds import libraries
from seeds.fetch import Document
from seeds.library_files import read
from seeds.library_rows import clean
from seeds.sync import SourceError
from tests.seeds.library_samples import row, text_of

CODES = [f"{number}.0" for number in range(900_001, 900_021)]


def load(session, path, lines, **options):
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return libraries.load(session, str(path), write=True, **options)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "essai.csv"


@pytest.fixture
def lines() -> list[str]:
    """The lines of a file of twenty libraries."""
    return text_of(*map(row, CODES)).splitlines()


@pytest.mark.parametrize("damage", ["{};extra", ";{}", '{}"'])
def test_a_broken_line_does_not_make_its_library_absent(session, path, lines, damage):
    load(session, path, lines)
    # A quote opens at the beginning of a cell: the last one of these rows is empty.
    damaged = [*lines[:10], damage.format(lines[10]), *lines[11:]]
    report = load(session, path, damaged)
    assert (report.read, report.gone, [remark.line for remark in report.refused]) == (20, 0, [11])


def test_an_unclosed_quote_takes_no_line_with_it_and_makes_no_library_absent(session, path, lines):
    lines[15] = lines[15].replace("Bibliothèque inventée", '"Bibliothèque ""A"" inventée"')
    load(session, path, lines)
    report = load(session, path, [*lines[:5], f'{lines[5]}"', *lines[6:]])
    assert report.read == len(path.read_text().splitlines()) - 1
    assert (report.unchanged, len(report.refused), report.gone) == (19, 1, 0)


def test_nothing_is_declared_absent_while_a_broken_line_may_name_any_library(session, path, lines):
    load(session, path, lines, vintage=date(2024, 1, 1))
    shorter = [*lines[:-1], "illisible;"]
    shorter.append(shorter.pop(-2))
    report = load(session, path, shorter, vintage=date(2025, 1, 1))
    assert (report.gone, len(report.refused)) == (0, 1)
    assert any("Aucune bibliothèque n’est déclarée absente" in note and "(ligne 20)" in note for note in report.notes)
    assert load(session, path, lines[:-1], vintage=date(2025, 1, 2)).gone == 1


def test_a_file_with_empty_lines_still_says_what_is_absent(session, path, lines):
    load(session, path, lines, vintage=date(2024, 1, 1))
    report = load(session, path, [*lines[:-1], ";;;;", ";;;;"], vintage=date(2025, 1, 1))
    assert (report.read, report.unchanged, len(report.refused), report.gone) == (21, 19, 2, 1)
    assert {remark.reason for remark in report.refused} == {"ligne vide"}


@pytest.mark.parametrize("broken", ["{line};extra", ";{line}", '{line}"', "04000;900002.0;trop court"])
def test_a_broken_line_names_its_library_when_its_code_can_be_read(broken):
    header, first, second, third, _ = text_of(row("900001.0"), row("900002.0"), row("900003.0")).split("\n")
    line = broken.format(line=second.replace(";;", ';;"', 1) if broken.endswith('"') else second)
    found = clean(read(Document("essai.csv", "\n".join([header, first, line, third, ""]).encode(), "0" * 64)))
    assert [remark.line for remark in found.refused] == [3]
    assert "900002" in found.refused_keys
    assert found.unnamed == []


def test_a_broken_line_without_a_code_names_none_and_an_empty_one_hides_none():
    header, *lines = text_of(row("900001.0"), row(""), row("900003.0")).splitlines()
    text = "\n".join([header, lines[0], f"{lines[1]};extra", ";;;", lines[2], ""])
    found = clean(read(Document("essai.csv", text.encode(), "0" * 64)))
    assert [(remark.line, remark.key) for remark in found.refused] == [(3, ""), (4, "")]
    assert found.unnamed == [3]


def test_a_file_cut_between_two_rows_is_refused_unless_the_loss_is_meant(session, path):
    lines = text_of(*(row(f"{number}.0") for number in range(900_001, 900_201))).splitlines()
    load(session, path, lines)
    with pytest.raises(SourceError, match=r"ne nomme que 189 des 200 .*--partial .*--accept-losses"):
        load(session, path, lines[:190])
    assert load(session, path, lines[:191]).gone == 10
    assert load(session, path, lines[:150], accept_losses=True).gone == 41


def test_a_file_that_no_longer_names_a_whole_department_is_refused_unless_it_is_meant(session, path):
    nice = {"cp": "06000", "code_departement": "06", "departement": "Alpes-Maritimes", "ville": "Nice"}
    nice |= {"code_insee_commune": "06088", "longitude": "", "latitude": ""}
    of_nice = [row(f"{number}.0", **nice) for number in range(900_101, 900_111)]
    lines = text_of(*map(row, CODES), *of_nice).splitlines()
    load(session, path, lines)
    with pytest.raises(SourceError, match=r"aucune bibliothèque d’un département : Alpes-Maritimes\. .*--accept-losses"):
        load(session, path, lines[:21])
    assert load(session, path, lines[:21], partial=True).gone == 0
    assert load(session, path, lines[:22]).gone == 9


def test_a_dialect_without_complements_does_not_shorten_the_addresses(session, path):
    whole = row("900001.0", complement="Bâtiment B", adresse="1 rue A"), row("900002.0", libelle_2="rue C", adresse="")
    bare = [{name: cell for name, cell in cells.items() if name not in ("complement", "libelle_2")} for cells in whole]
    load(session, path, text_of(*whole).splitlines())
    for lines in (text_of(*bare), text_of(*whole)):
        assert load(session, path, lines.splitlines()).unchanged == 2
    moved = [cells | {"adresse": "2 rue A"} for cells in bare]
    assert load(session, path, text_of(*moved).splitlines()).changed == 2
