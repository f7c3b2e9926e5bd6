"""The README's example is what the code answers, on the extract and on the Ministry's whole file; and the answer is right."""

import os
from itertools import combinations

import pytest
import sqlalchemy as sa

from seeds import agencies, libraries, network
from tests import example

PATH = os.environ.get("LIBRARIES_FILE", "")


def load(session, path: str | None, partial: bool) -> None:
    network.load(session, write=True)
    agencies.load(session, write=True)
    libraries.load(session, path, write=True, partial=partial)
    session.flush()


@pytest.fixture
def extract(session):
    load(session, str(libraries.EXTRACT), partial=True)
    return session


def test_the_example_of_the_readme_is_what_the_extract_gives(extract):
    assert example.shown(example.EXTRACT) == example.text(extract), "run `python -m tests.example exemple-extrait`"


def test_no_three_libraries_of_the_extract_bring_more(extract):
    """Every choice is counted."""
    asked, found, _ = example.solved(extract)
    reached = asked.covering.covers.toarray().astype(bool)
    best = max(
        int(asked.covering.people[reached[:, list(three)].any(axis=1)].sum())
        for three in combinations(range(reached.shape[1]), 3)
    )
    assert sum(site["gain"] for site in found["sites"]) == best == found["bound"]


def test_postgis_counts_the_same_inhabitants(extract):
    asked, found, _ = example.solved(extract)
    chosen = [site["id"] for site in found["sites"]]
    counted = extract.execute(
        sa.text(
            """
            WITH commune AS (SELECT point, population FROM territory WHERE level = 'commune'
                             AND department_id IN ('departement-04', 'departement-06') AND population > 0),
                 near AS (SELECT commune.population,
                   EXISTS (SELECT FROM institution WHERE public_id = ANY(:existing)
                           AND ST_DWithin(institution.point, commune.point, 30000)) AS before,
                   EXISTS (SELECT FROM institution WHERE public_id = ANY(:chosen)
                           AND ST_DWithin(institution.point, commune.point, 30000)) AS after FROM commune)
            SELECT sum(population), sum(population) FILTER (WHERE before), sum(population) FILTER (WHERE before OR after)
            FROM near
            """
        ),
        {"existing": [place.institution.public_id for place in asked.situation.placed], "chosen": chosen},
    ).one()
    assert tuple(counted) == (found["total"], found["already"], found["sites"][-1]["within"])


@pytest.mark.libraries_file
@pytest.mark.skipif(not PATH, reason="LIBRARIES_FILE does not name the Ministry's file")
def test_the_example_of_the_readme_is_what_the_whole_file_gives(session):
    load(session, PATH, partial=False)
    assert example.shown(example.WHOLE) == example.text(session), "run `python -m tests.example exemple`"
