"""Who asks for a meeting, who reads who has asked, and for which region a person may ask.

How many requests each region has is no secret: it shows where a meeting would be welcome. Who asks, and why, is read by those
who may organise it.
"""

from flask import current_app

from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.matchmaking.interests.permissions import regions_of
from app.meetings.requests.models import MeetingRequest


def is_network_organiser(actor: Actor) -> bool:
    """A member of an institution that organises for the whole network, by the setting SEMINAR_ORGANISERS; administrators.

    A setting, and no guess from who has hosted a seminar: anyone may host one.
    """
    named = {name.strip() for name in current_app.config["SEMINAR_ORGANISERS"].split(",")}
    return actor.is_administrator or any(one.public_id in named for one in actor.institutions)


def can_read_requests(actor: Actor, region_id: str) -> bool:
    """Those who play the agency's part in the region, those who organise for the whole network, administrators."""
    return actor.follows_region(region_id) or is_network_organiser(actor)


def can_read_some(actor: Actor) -> bool:
    """The same, of one region at least."""
    return actor.is_intermediary or is_network_organiser(actor)


def can_ask_for(actor: Actor, institution: Institution, region_id: str) -> bool:
    """Its members, for a region where it stands or that it serves."""
    return actor.is_member_of(institution) and region_id in regions_of(institution)


def can_withdraw(actor: Actor, request: MeetingRequest) -> bool:
    """Those who speak for the institution that asks."""
    return actor.speaks_for(request.institution)
