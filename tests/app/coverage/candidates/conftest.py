"""The known answer: departments 04 and 06 on the day of the founding article, with the libraries of the extract."""

from pathlib import Path

import pytest

from seeds import libraries, network

EXTRACT = Path(libraries.__file__).parent / "data" / "libraries-extract.csv"


@pytest.fixture
def _the_real_files(session):
    """The network and the extract of the Ministry's libraries."""
    network.load(session, write=True)
    libraries.load(session, str(EXTRACT), write=True)
    session.flush()


@pytest.fixture
def _the_network(session):
    network.load(session, write=True)
    session.flush()
