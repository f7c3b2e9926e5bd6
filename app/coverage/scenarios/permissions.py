"""Who keeps a scenario, who reads it, who changes it. What a trial shows is public: facts of the directory, and arithmetic."""

from app.coverage.scenarios.models import Scenario
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution


def can_keep_for(actor: Actor, institution: Institution) -> bool:
    """Those who speak for the institution."""
    return actor.speaks_for(institution)


def can_see(actor: Actor, scenario: Scenario) -> bool:
    """The team that keeps it, and administrators; others have its read-only link, if the team made one."""
    return actor.is_administrator or actor.speaks_for(scenario.institution)


def can_change(actor: Actor, scenario: Scenario) -> bool:
    """The team that keeps it."""
    return actor.speaks_for(scenario.institution)
