"""Who may say what for whom, and who reads it.

That an interest exists is known to its author, to those who follow its region, to its target and to the institutions of the
other kind in its region. Who its author is, only as the author allows: its target learns it by an introduction.
"""

from app.directory.memberships.permissions import Actor, region_of
from app.directory.models import NETWORK_KINDS, Institution, Kind
from app.matchmaking.interests.models import Act, Closing, Declaration, Interest


def can_declare_for(actor: Actor, institution: Institution) -> bool:
    """Those who speak for it. An agency introduces others: it declares nothing for itself."""
    return actor.speaks_for(institution) and institution.kind != Kind.AGENCY


def can_want_for(actor: Actor, institution: Institution) -> bool:
    """Those who speak for a Cité des métiers."""
    return institution.kind == Kind.CITE and actor.speaks_for(institution)


def can_suggest(actor: Actor, about: Institution) -> bool:
    """Those who play the agency's part in the region of the institution, and administrators."""
    return actor.follows(about)


def can_change(actor: Actor, interest: Interest) -> bool:
    """Its author: those who speak for it; for a lead, those who follow the region of the institution that it is about."""
    if interest.author is not None and actor.speaks_for(interest.author):
        return True
    return interest.act is Act.SUGGESTED and interest.about is not None and actor.follows(interest.about)


def can_reopen(actor: Actor, interest: Interest) -> bool:
    """Its author, when it closed for want of news or was withdrawn; what was declined or came about stays closed."""
    return can_change(actor, interest) and interest.closing in (Closing.UNANSWERED, Closing.WITHDRAWN)


def can_decline(actor: Actor, interest: Interest) -> bool:
    """Those who speak for the institution that a lead is about, or that an interest or a wish names; while it is open."""
    named = interest.about if interest.act is Act.SUGGESTED else interest.toward_institution
    return interest.is_open and named is not None and actor.speaks_for(named)


def can_follow(actor: Actor, interest: Interest) -> bool:
    """Those who play the agency's part in the region of one of the institutions, or of the territory, that it names."""
    named = (interest.author, interest.about, interest.toward_institution)
    territory = interest.toward_territory
    return any(one is not None and actor.follows(one) for one in named) or (
        territory is not None and actor.follows_region(territory.region_id)
    )


def can_see_interest(actor: Actor, interest: Interest) -> bool:
    """Its author and those who follow it; while it is open, its targets, and everybody if its author shows itself."""
    if can_change(actor, interest) or can_follow(actor, interest):
        return True
    return interest.is_open and (interest.shows_author or is_named(actor, interest) or is_concerned(actor, interest))


def can_name_author(actor: Actor, interest: Interest) -> bool:
    """Everybody if the author shows itself, and for a lead, which is of an agency; else its people and those who follow it."""
    return interest.shows_author or interest.act is Act.SUGGESTED or can_change(actor, interest) or can_follow(actor, interest)


def can_name_about(actor: Actor, interest: Interest) -> bool:
    """Of a lead: the institution that it is about, and those who follow its region. A Cité reads its kind and its place."""
    about = interest.about
    return about is not None and (actor.follows(about) or actor.speaks_for(about) or can_change(actor, interest))


def is_named(actor: Actor, interest: Interest) -> bool:
    """Whether the interest is toward an institution of this person, or is a lead about it."""
    return any(one is not None and actor.speaks_for(one) for one in (interest.toward_institution, interest.about))


def is_concerned(actor: Actor, interest: Interest) -> bool:
    """Whether an interest that names no institution is of a region where this person speaks for the other kind.

    A Cité is concerned by what libraries say in the regions of its label, and by leads; a library by what Cités say.
    """
    subject = interest.subject
    if subject is None or interest.toward_institution_id is not None:
        return False
    region_id = interest.toward_territory.region_id if interest.toward_territory else region_of(subject)
    of_network = interest.act is not Act.SUGGESTED and subject.kind in NETWORK_KINDS
    return any(
        (one.kind in NETWORK_KINDS) != of_network and region_id in regions_of(one)
        for one in actor.institutions
        if one.kind != Kind.AGENCY and region_id is not None
    )


def can_introduce_from(actor: Actor, interest: Interest) -> bool:
    """Whoever it names or concerns, its author and those who follow it: while it is open."""
    return interest.is_open and (
        is_named(actor, interest)
        or is_concerned(actor, interest)
        or can_follow(actor, interest)
        or (can_change(actor, interest) and interest.toward_institution_id is not None)
    )


def can_handle(actor: Actor, declaration: Declaration) -> bool:
    """Those who play the agency's part in the region of the commune, and administrators; once the address is confirmed."""
    return declaration.confirmed_at is not None and actor.follows_region(declaration.commune.region_id)


def regions_of(institution: Institution) -> set[str]:
    """The regions where an institution stands, or of the territories that it serves."""
    served = {one.territory.region_id for one in institution.service_territories}
    return {region_id for region_id in served | {region_of(institution)} if region_id is not None}
