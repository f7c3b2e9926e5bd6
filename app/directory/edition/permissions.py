"""Who may say what an institution is, does and seeks; whether a person may edit is `memberships.permissions.can_edit`."""

from app.directory.edition.models import ErrorReport, Voice
from app.directory.memberships.permissions import Actor, can_edit
from app.directory.models import Institution, Kind


def can_confirm(actor: Actor, institution: Institution) -> bool:
    """Those who speak for it: nobody else can say « nous sommes toujours ouverts »."""
    return actor.speaks_for(institution)


def can_read_history(actor: Actor, institution: Institution) -> bool:
    """Those who may edit it: changes name people."""
    return can_edit(actor, institution)


def can_add_theme(actor: Actor, institution: Institution) -> bool:
    """Those who edit a Cité: poles and axes are the words of the Cités, libraries choose among them."""
    return institution.kind == Kind.CITE and can_edit(actor, institution)


def can_verify(actor: Actor) -> bool:
    """Those who play the agency's part somewhere, administrators."""
    return actor.is_intermediary


def can_handle(actor: Actor, report: ErrorReport) -> bool:
    """Those who follow the region of the institution, administrators."""
    return actor.follows(report.institution)


def can_mark_seen(actor: Actor, institution: Institution) -> bool:
    """Those who follow the region of the institution, administrators."""
    return actor.follows(institution)


def voice_of(actor: Actor, institution: Institution) -> Voice:
    """In whose name this person edits the institution."""
    if actor.speaks_for(institution):
        return Voice.SELF
    return Voice.NETWORK if actor.is_administrator else Voice.AGENCY
