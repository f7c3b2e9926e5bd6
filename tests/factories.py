"""Invented institutions for the tests; each factory adds and flushes one row with as few arguments as the test needs."""

from datetime import date, timedelta
from itertools import count

import sqlalchemy as sa
from geoalchemy2 import WKTElement
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.directory.memberships.models import Membership, Role
from app.directory.models import (
    Confidence,
    Institution,
    Kind,
    Observation,
    PositionQuality,
    Precision,
    ServiceTerritory,
    State,
)
from app.directory.vocabulary import Format
from app.matchmaking.proposals.models import Proposal, Status
from app.partnerships.exchanges.models import Exchange, Side
from geo.sources import DataSource

NUMBER = count(1)


def data_source(session: Session, name: str = "essai") -> DataSource:
    found = session.get(DataSource, name)
    if found is None:
        found = DataSource(
            name=name,
            title="Jeu d’essai inventé",
            producer="Essais",
            licence="Aucune",
            vintage=date(2024, 1, 1),
            digest="0" * 64,
            row_count=0,
        )
        session.add(found)
        session.flush()
    return found


def point(longitude: float, latitude: float) -> WKTElement:
    return WKTElement(f"POINT({longitude} {latitude})", srid=4326)


def institution(
    session: Session,
    name: str = "Médiathèque inventée",
    kind: Kind = Kind.LIBRARY,
    at: tuple[float, float] | None = None,
    open_since: date | None = date(2024, 1, 1),
    **columns: object,
) -> Institution:
    """Add an institution; `at` is (longitude, latitude); open on `open_since` unless None."""
    data_source(session)
    number = next(NUMBER)
    row = Institution(
        public_id=str(columns.pop("public_id", f"essai-{number}")),
        source_name="essai",
        source_key=str(number),
        name=name,
        kind=kind,
        **columns,
    )
    if at is not None:
        row.point, row.position_quality = point(*at), PositionQuality.EXACT
    session.add(row)
    session.flush()
    if open_since is not None:
        observe(session, row, open_since)
    return row


def observe(
    session: Session,
    institution: Institution,
    observed_on: date | None,
    state: State = State.OPEN,
    precision: Precision = Precision.DAY,
    confidence: Confidence = Confidence.HIGH,
    source: str = "Essai",
) -> Observation:
    row = Observation(
        institution_id=institution.id,
        observed_on=observed_on,
        state=state,
        precision=precision,
        confidence=confidence,
        source=source,
    )
    session.add(row)
    session.flush()
    session.expire(institution)
    return row


def place_in(session: Session, institution: Institution, territory_id: str) -> Institution:
    """Put the institution in a territory, at that territory's own point."""
    territory = sa.select(sa.func.ST_AsText(sa.column("point"))).select_from(sa.table("territory"))
    text = session.scalar(territory.where(sa.column("id") == territory_id))
    institution.territory_id = territory_id
    institution.point, institution.position_quality = WKTElement(str(text), srid=4326), PositionQuality.APPROXIMATE
    session.flush()
    return institution


def person(session: Session, email: str | None = None, administrator: bool = False, **columns: object) -> User:
    """Add an invented person."""
    email = email or f"personne-{next(NUMBER)}@exemple.invalid"
    row = User(email=email, is_administrator=administrator, **{"name": "Camille Inventée", **columns})
    session.add(row)
    session.flush()
    return row


def member(
    session: Session, institution: Institution, user: User | None = None, role: Role = Role.RESPONSIBLE, **columns: object
) -> User:
    """Make a person (a new one by default) speak for an institution."""
    user = user or person(session, **columns)
    session.add(Membership(user_id=user.id, institution_id=institution.id, role=role))
    session.flush()
    return user


def agency(session: Session, region_id: str = "region-93", name: str = "Agence inventée") -> Institution:
    """Add a book agency that serves a region."""
    row = institution(session, name, Kind.AGENCY)
    session.add(ServiceTerritory(institution_id=row.id, territory_id=region_id))
    session.flush()
    return row


def cite(session: Session, name: str = "Cité des métiers inventée", commune: str = "commune-13055") -> Institution:
    """Add a Cité des métiers, by default in Marseille."""
    return place_in(session, institution(session, name, Kind.CITE), commune)


def library(session: Session, name: str = "Médiathèque inventée", commune: str = "commune-04112") -> Institution:
    """Add a library, by default in Manosque."""
    return place_in(session, institution(session, name), commune)


def exchange(session: Session, cite_side: Institution | None = None, partner: Institution | None = None) -> Exchange:
    """Open an exchange between a Cité and a library."""
    row = Exchange(cite=cite_side or cite(session), partner=partner or library(session))
    session.add(row)
    session.flush()
    return row


def proposal(
    session: Session,
    within: Exchange,
    side: Side = Side.CITE,
    status: Status = Status.SENT,
    format: Format = Format.RENDEZ_VOUS,  # noqa: A002 - the word of the trade
    **columns: object,
) -> Proposal:
    """Add a proposal of a side, by default sent now and waiting for an answer."""
    moment = now()
    days = {} if status is Status.DRAFT else {"sent_at": moment, "expires_at": moment + timedelta(days=60)}
    if status is Status.SEEN:
        days["seen_at"] = moment
    said = {"activities": ["ateliers-co-animes"], "brings": "Une salle le mardi.", "asks": "Deux conseillers."}
    row = Proposal(exchange=within, side=side, status=status, format=format, **{**said, **days, **columns})
    session.add(row)
    session.flush()
    return row
