"""A partnership that runs changes the directory and the map of coverage, on its day and only then."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.coverage.models import Status
from app.coverage.queries import administrative
from app.directory.models import Institution, Kind, Observation, Precision, State
from app.directory.queries import state_at
from app.directory.vocabulary import Format
from app.errors import Refusal
from app.partnerships import actions
from app.partnerships.exchanges.models import Side
from app.partnerships.models import Step
from geo.sources import DataSource
from geo.territories import Level
from seeds import network
from tests import factories
from tests.app.partnerships.scene import BEGINNING, scene

OPENING = date(2026, 5, 11)
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_context(app: Flask):
    with app.app_context():
        yield


def status_of_04(session: Session, day: date) -> Status:
    rows = session.execute(administrative(Level.DEPARTMENT, day, 24)).all()
    return next(row.status for row in rows if row.Territory.id == "departement-04")


def state_of(session: Session, institution: Institution, day: date) -> State | None:
    state = state_at(day)
    return session.scalar(
        sa.select(state.c.state).select_from(Institution).join(state, sa.true()).where(Institution.id == institution.id)
    )


def test_the_map_changes_on_the_day_of_the_opening_and_only_then(session: Session):
    one = scene(session)
    one.prepare_centre()
    waiting = one.take(Step.RUNNING, OPENING)
    assert status_of_04(session, OPENING) is Status.UNCOVERED, "a confirmation is awaited"
    one.answer(waiting)
    assert status_of_04(session, OPENING - A_DAY) is Status.UNCOVERED
    assert status_of_04(session, OPENING) is Status.COVERED
    centre = one.partnership.centre
    assert (centre.kind, centre.parent, centre.host) == (Kind.CENTRE, one.exchange.cite, one.exchange.partner)
    assert centre.territory_id == "commune-04112"
    assert centre.name == "Centre associé – Médiathèque inventée"
    [said] = centre.observations
    assert (said.observed_on, said.state, said.source) == (OPENING, State.OPEN, "Partenariat enregistré sur Maillage")
    source = session.get(DataSource, "partenariats")
    assert source.row_count == 1


def test_a_refused_or_withdrawn_opening_leaves_the_map_alone(session: Session):
    one = scene(session)
    one.prepare_centre()
    for answer in ("refuse", "withdraw"):
        one.answer(one.take(Step.RUNNING, OPENING), answer)
    assert one.partnership.centre is None
    assert status_of_04(session, date(2026, 11, 1)) is Status.UNCOVERED


@pytest.mark.parametrize("step", [Step.SUSPENDED, Step.CLOSED], ids=lambda step: step.value)
def test_a_pause_or_an_end_closes_the_place_on_its_day(session: Session, step: Step):
    one = scene(session)
    one.prepare_centre()
    one.open(OPENING)
    end = OPENING + 30 * A_DAY
    one.reach(step, end)
    assert status_of_04(session, end - A_DAY) is Status.COVERED
    assert status_of_04(session, end) is Status.UNCOVERED
    assert state_of(session, one.partnership.centre, end) is State.CLOSED


@pytest.mark.parametrize("step", [Step.VISITS, Step.AWARENESS, Step.TRIAL, Step.SIGNED], ids=lambda step: step.value)
def test_an_awareness_day_or_a_renewed_signature_leaves_the_place_open(session: Session, step: Step):
    one = scene(session)
    one.prepare_centre()
    one.open(OPENING)
    one.reach(step, OPENING + 10 * A_DAY)
    assert status_of_04(session, OPENING + 11 * A_DAY) is Status.COVERED
    one.reach(Step.SUSPENDED, OPENING + 30 * A_DAY)
    assert status_of_04(session, OPENING + 31 * A_DAY) is Status.UNCOVERED


def test_a_place_opens_again_in_the_same_institution(session: Session):
    one = scene(session)
    one.prepare_centre()
    one.open(OPENING)
    centre = one.partnership.centre
    one.reach(Step.SUSPENDED, OPENING + 10 * A_DAY)
    again = one.take(Step.RUNNING, OPENING + 20 * A_DAY)
    assert again.needs_confirmation, "to open again is to open"
    one.answer(again)
    assert one.partnership.centre is centre
    states = [state_of(session, centre, OPENING + n * A_DAY) for n in (-1, 0, 9, 10, 19, 20)]
    assert states == [None, State.OPEN, State.OPEN, State.CLOSED, State.CLOSED, State.OPEN]


def test_a_place_that_changes_and_changes_back_on_one_day_ends_in_its_last_state(session: Session):
    one = scene(session)
    one.prepare_centre()
    for _ in range(3):
        one.open(OPENING)
        assert state_of(session, one.partnership.centre, OPENING) is State.OPEN
        one.reach(Step.SUSPENDED, OPENING)
        assert state_of(session, one.partnership.centre, OPENING) is State.CLOSED
    one.open(OPENING)
    assert state_of(session, one.partnership.centre, OPENING) is State.OPEN


def test_a_review_leaves_the_place_open(session: Session):
    one = scene(session)
    one.prepare_centre()
    one.open(OPENING)
    one.reach(Step.REVIEW, OPENING + A_DAY)
    one.reach(Step.RUNNING, OPENING + 2 * A_DAY)
    assert [said.state for said in one.partnership.centre.observations] == [State.OPEN]


def test_a_place_cannot_close_before_it_opened(session: Session):
    one = scene(session)
    one.prepare_centre()
    one.open(OPENING)
    with pytest.raises(Refusal, match="11\u00a0mai 2026"):
        one.take(Step.CLOSED, OPENING - A_DAY)
    with pytest.raises(Refusal, match="jour exact"):
        one.take(Step.CLOSED, OPENING, precision=Precision.MONTH)
    assert one.partnership.step is Step.RUNNING


def test_an_opening_known_by_its_month_counts_from_its_first_day_and_says_so(session: Session):
    one = scene(session)
    one.prepare_centre(date(2026, 2, 1))
    one.reach(Step.RUNNING, date(2026, 5, 17), precision=Precision.MONTH)
    [said] = one.partnership.centre.observations
    assert (said.observed_on, said.precision) == (date(2026, 5, 1), Precision.MONTH)
    assert status_of_04(session, date(2026, 4, 30)) is Status.UNCOVERED
    assert status_of_04(session, date(2026, 5, 1)) is Status.COVERED


def test_a_relay_opens_a_place_once_confirmed_and_a_lighter_format_opens_none(session: Session):
    relay = scene(session, Format.RELAY)
    relay.reach(Step.FRAMING)
    taken = relay.take(Step.RUNNING, OPENING)
    assert taken.needs_confirmation
    assert status_of_04(session, OPENING) is Status.UNCOVERED
    relay.answer(taken)
    assert relay.partnership.centre.kind is Kind.RELAY
    assert status_of_04(session, OPENING) is Status.COVERED
    rendez_vous = scene(session, Format.RENDEZ_VOUS)
    rendez_vous.reach(Step.FRAMING)
    assert not rendez_vous.reach(Step.RUNNING, OPENING).needs_confirmation
    assert rendez_vous.partnership.centre is None


def test_a_centre_that_the_directory_knows_is_used_again(session: Session):
    one = scene(session)
    known = factories.institution(
        session,
        "Centre déjà connu",
        Kind.CENTRE,
        open_since=None,
        parent_id=one.exchange.cite_id,
        host_id=one.exchange.partner_id,
        territory_id="commune-04112",
    )
    one.prepare_centre()
    one.open(OPENING)
    assert one.partnership.centre is known
    assert status_of_04(session, OPENING) is Status.COVERED


def test_a_partner_that_is_itself_the_centre_opens_itself(session: Session):
    cite = factories.cite(session)
    centre = factories.institution(session, "Centre de Manosque", Kind.CENTRE, open_since=None, parent_id=cite.id)
    factories.place_in(session, centre, "commune-04112")
    of_cite, of_centre = factories.member(session, cite), factories.member(session, centre)
    exchange = factories.exchange(session, cite, centre)
    made = actions.begin(session, exchange, Format.RELAY, of_cite, Side.CITE, BEGINNING)
    assert made.step is Step.CONTACT
    made_centre = actions.begin(session, exchange, Format.CENTRE, of_cite, Side.CITE, BEGINNING)
    one = scene(session)
    one.exchange, one.partnership, one.of_cite, one.of_partner = exchange, made_centre, of_cite, of_centre
    of_centre.function = "responsable"
    one.prepare_centre()
    one.open(OPENING)
    assert made_centre.centre is centre


def test_two_partners_of_one_name_open_two_places(session: Session):
    names = set()
    for _ in range(2):
        one = scene(session)
        one.prepare_centre()
        one.open(OPENING)
        names.add(one.partnership.centre.public_id)
    assert names == {"centre-associe-mediatheque-inventee", "centre-associe-mediatheque-inventee-2"}


def test_loading_the_network_again_neither_removes_nor_alters_the_place(session: Session):
    network.load(session, write=True)
    one = scene(session)
    one.prepare_centre()
    one.open(OPENING)
    centre = one.partnership.centre
    before = (centre.name, centre.parent_id, centre.host_id, centre.public_id)
    report = network.load(session, write=True)
    assert (report.added, report.changed, report.gone) == (0, 0, 0)
    session.expire_all()
    assert (centre.name, centre.parent_id, centre.host_id, centre.public_id) == before
    assert session.scalar(sa.select(sa.func.count()).where(Observation.institution_id == centre.id)) == 1
    assert state_of(session, centre, OPENING) is State.OPEN
