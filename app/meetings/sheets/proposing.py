"""« En faire une proposition »: the draft of a proposal, filled from a sheet, between a Cité and another of its table.

A proposal stands in an exchange, which the two sides have agreed to open. Where these two have none yet, sitting at the same
table is not that agreement: the same button asks for an introduction, and serves again once the other side has accepted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution, Kind
from app.directory.vocabulary import Format
from app.errors import Refusal
from app.forms import LONGEST_LONG_TEXT
from app.matchmaking.introductions.actions import Wish, introduce
from app.matchmaking.introductions.models import Introduction
from app.matchmaking.introductions.queries import PARTNER_KINDS
from app.matchmaking.proposals.actions import create
from app.matchmaking.proposals.contents import Contents
from app.matchmaking.proposals.models import Proposal
from app.meetings.sheets import actions, queries
from app.meetings.sheets.contents import Said, cut, summary
from app.meetings.sheets.models import SheetOutcome, TableSheet
from app.meetings.sheets.wishing import BLANK
from app.partnerships.exchanges.models import Exchange, Side
from app.partnerships.exchanges.permissions import side_of
from app.partnerships.exchanges.queries import between

LONGEST_MESSAGE = 1_000
NOT_YOURS = (
    "On fait une proposition au nom d’une structure de cette table pour laquelle on parle, à une autre de la même table."
)


@dataclass(frozen=True)
class Pair:
    """A Cité and another structure of a table, the side for which one speaks, and what exists between them already."""

    cite: Institution
    partner: Institution
    side: Side
    exchange: Exchange | None = None
    proposal: Proposal | None = None
    introduction: Introduction | None = None

    @property
    def own(self) -> Institution:
        return self.cite if self.side is Side.CITE else self.partner

    @property
    def other(self) -> Institution:
        return self.partner if self.side is Side.CITE else self.cite

    @property
    def args(self) -> dict[str, str]:
        """What the button of this pair sends."""
        return {"cite": self.cite.public_id, "structure": self.partner.public_id}


@dataclass(frozen=True)
class _Two:
    cite: Institution
    partner: Institution


def pairs_of(session: Session, actor: Actor, sheet: TableSheet) -> list[Pair]:
    """The pairs of a table of which this person is a side; a centre and its own Cité know each other without it."""
    at_table = session.scalars(queries.institutions_at(sheet.table, sheet.round)).all()
    outcomes = session.scalars(queries.outcomes_of(sheet)).all()
    return [
        _pair(session, cite, partner, side, outcomes)
        for cite in at_table
        for partner in at_table
        if cite.kind is Kind.CITE and partner.kind in PARTNER_KINDS and partner.parent_id != cite.id
        if (side := side_of(actor, _Two(cite, partner)))
    ]


def propose(
    session: Session, actor: Actor, sheet: TableSheet, chosen: tuple[str, str], by: User
) -> tuple[Proposal | None, Introduction | None]:
    """Give the draft of a proposal made of a sheet, or else the introduction that was asked for: the same, pressed twice.

    `chosen` are the public ids of the Cité and of the other structure. Refuses a blank sheet, two that are not both at the
    table, and what introductions refuse.
    """
    sheet = actions.locked(session, sheet.table, sheet.round)
    if Said.of(sheet).is_blank:
        raise Refusal(BLANK)
    pairs = pairs_of(session, actor, sheet)
    pair = next((one for one in pairs if (one.cite.public_id, one.partner.public_id) == chosen), None)
    if pair is None:
        raise Refusal(NOT_YOURS)
    if pair.exchange is None:
        introduction = _introduction(session, sheet, pair, by)
        if introduction.exchange is None:
            return None, introduction
        return _draft(session, sheet, introduction.exchange, pair.side, by), introduction
    return _draft(session, sheet, pair.exchange, pair.side, by), None


def contents_of(sheet: TableSheet) -> Contents:
    """What a sheet says as a proposal: the format if one alone is ticked, else one to invent, described by the sheet."""
    said = Said.of(sheet)
    chosen = Format(said.formats[0]) if len(said.formats) == 1 else Format.OTHER
    several = (
        [f"Formules envisagées : {', '.join(Format(code).label for code in said.formats)}"] if len(said.formats) > 1 else []
    )
    description = cut("\n\n".join([summary(sheet), *several]), LONGEST_LONG_TEXT)
    return Contents(chosen, description=description, themes=said.themes, calendar=said.calendar, people=said.people)


def _pair(session: Session, cite: Institution, partner: Institution, side: Side, outcomes: Sequence[SheetOutcome]) -> Pair:
    exchange = session.scalar(between(cite, partner))
    proposals = [one.proposal for one in outcomes if one.proposal is not None]
    introductions = [one.introduction for one in outcomes if one.introduction is not None]
    return Pair(
        cite,
        partner,
        side,
        exchange,
        next((one for one in proposals if exchange is not None and one.exchange_id == exchange.id and one.side is side), None),
        next(
            (one for one in introductions if one.is_waiting and (one.cite_id, one.partner_id) == (cite.id, partner.id)),
            None,
        ),
    )


def _introduction(session: Session, sheet: TableSheet, pair: Pair, by: User) -> Introduction:
    mine = pair.introduction
    if mine is not None and mine.asked_by is pair.side:
        return mine
    message = cut(f"Nous étions à la même table. {summary(sheet)}", LONGEST_MESSAGE)
    made = introduce(session, Wish(pair.cite, pair.partner, message, asked_by=pair.side, picked=True), by)
    _tie(session, sheet, introduction_id=made.id)
    return made


def _draft(session: Session, sheet: TableSheet, exchange: Exchange, side: Side, by: User) -> Proposal:
    """The key of the form is that of the sheet: a side draws one proposal from it in an exchange."""
    draft = create(session, exchange, side, contents_of(sheet), by, form_key=sheet.public_id)
    _tie(session, sheet, proposal_id=draft.id)
    return draft


def _tie(session: Session, sheet: TableSheet, **what: int) -> None:
    session.execute(insert(SheetOutcome).values(sheet_id=sheet.id, **what).on_conflict_do_nothing())
    session.expire(sheet, ["outcomes"])
