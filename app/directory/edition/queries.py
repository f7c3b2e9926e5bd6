"""Reads of what institutions say: profile, offers and needs, poles and axes, changes, and the errors reported."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import contains_eager, joinedload

from app.directory.edition.models import Change, ErrorReport, Offering, Profile, Theme, ThemeKind, Voice
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.directory.vocabulary import Resource
from geo.territories import Territory

#: Resources in the order of the vocabulary.
RANK_OF_RESOURCE = sa.case(*((Offering.resource == resource, rank) for rank, resource in enumerate(Resource)))


def themes(kind: ThemeKind | None = None) -> sa.Select:
    """The poles, the axes or both, those of the article first, in its order."""
    asked = sa.select(Theme).order_by(Theme.kind.desc(), Theme.rank, Theme.label)
    return asked if kind is None else asked.where(Theme.kind == kind)


def themes_named(codes: Iterable[str]) -> sa.Select:
    """The poles and axes of these codes."""
    return themes().where(Theme.code.in_(list(codes)))


def profile_of(institution: Institution) -> sa.Select:
    """What the institution says of itself; no row when it has said nothing yet."""
    return sa.select(Profile).where(Profile.institution_id == institution.id)


def offerings_of(institution: Institution) -> sa.Select:
    """What it offers and seeks."""
    return sa.select(Offering).where(Offering.institution_id == institution.id).order_by(Offering.direction, RANK_OF_RESOURCE)


def profile_and_offerings_of(institution: Institution) -> sa.Select:
    """The two at once: rows are (Profile or None, Offering or None), one an offering and at least one."""
    return (
        sa.select(Profile, Offering)
        .select_from(Institution)
        .outerjoin(Profile, Profile.institution_id == Institution.id)
        .outerjoin(Offering, Offering.institution_id == Institution.id)
        .where(Institution.id == institution.id)
        .order_by(Offering.direction, RANK_OF_RESOURCE)
    )


def changes_of(institution: Institution) -> sa.Select:
    """What was changed in its sheet, the last first, with who did it."""
    return (
        sa.select(Change)
        .where(Change.institution_id == institution.id)
        .options(joinedload(Change.changed_by))
        .order_by(Change.id.desc())
    )


def changes_since(institution: Institution, fields: Iterable[str], stamp: int) -> sa.Select:
    """What was changed in these fields after the change of this id, in order."""
    return (
        sa.select(Change)
        .where(Change.institution_id == institution.id, Change.field.in_(list(fields)), Change.id > stamp)
        .options(joinedload(Change.changed_by))
        .order_by(Change.id)
    )


def last_change(institution: Institution) -> sa.Select:
    """The id of the last change of the sheet."""
    return sa.select(sa.func.max(Change.id)).where(Change.institution_id == institution.id)


def last_change_of_each_field(institution: Institution) -> sa.Select:
    """For each field that was ever changed here, when it was last, and in whose name: (field, changed_at, voice)."""
    return (
        sa.select(Change.field, Change.changed_at, Change.voice)
        .where(Change.institution_id == institution.id)
        .ext(distinct_on(Change.field))
        .order_by(Change.field, Change.id.desc())
    )


def unseen_changes(actor: Actor) -> sa.Select:
    """What institutions have changed themselves, and nobody who follows their region has looked at yet; the last first."""
    return (
        sa.select(Change)
        .join(Change.institution)
        .outerjoin(Institution.territory)
        .where(Change.voice == Voice.SELF, Change.seen_at.is_(None), _followed(actor))
        .options(contains_eager(Change.institution).contains_eager(Institution.territory), joinedload(Change.changed_by))
        .order_by(Change.id.desc())
    )


def institutions_with_unseen_changes(actor: Actor) -> sa.Select:
    """The institutions of `unseen_changes`, the last changed first: (Institution, how many, id of the last change)."""
    last = sa.func.max(Change.id).label("last_id")
    return (
        sa.select(Institution, sa.func.count(Change.id).label("number"), last)
        .join(Change, Change.institution_id == Institution.id)
        .outerjoin(Institution.territory)
        .where(Change.voice == Voice.SELF, Change.seen_at.is_(None), _followed(actor))
        .group_by(Institution.id)
        .order_by(last.desc())
    )


def unseen_changes_of(institution_ids: Iterable[int]) -> sa.Select:
    """What these institutions have changed themselves and nobody has looked at yet."""
    return (
        sa.select(Change)
        .where(Change.institution_id.in_(list(institution_ids)), Change.voice == Voice.SELF, Change.seen_at.is_(None))
        .options(joinedload(Change.changed_by))
        .order_by(Change.institution_id, Change.id)
    )


def waiting_for(actor: Actor) -> sa.Select:
    """The errors reported that this person may handle, the oldest first."""
    return (
        sa.select(ErrorReport)
        .join(ErrorReport.institution)
        .outerjoin(Institution.territory)
        .where(ErrorReport.handled_at.is_(None), _followed(actor))
        .options(contains_eager(ErrorReport.institution).contains_eager(Institution.territory).joinedload(Territory.department))
        .order_by(ErrorReport.reported_at, ErrorReport.id)
    )


def report_by_public_id(public_id: str) -> sa.Select:
    """The error report of this public id, if any."""
    return (
        sa.select(ErrorReport)
        .where(ErrorReport.public_id == public_id)
        .options(joinedload(ErrorReport.institution).joinedload(Institution.territory))
    )


def _followed(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.true() if actor.is_administrator else Territory.region_id.in_(actor.region_ids)
