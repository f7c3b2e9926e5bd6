"""Lists and searches that are followed: of the Cité's team, read by administrators too; for others they do not exist."""

from typing import Any

from sqlalchemy.orm import Session

from app.coverage.shortlists.models import Entry, SavedSearch, Shortlist
from tests.permissions.scene import Scene

SIGNED_IN = "login yes yes yes yes yes yes"
#: Whoever is of a team.
MEMBERS = "login yes yes yes yes yes no"
READERS = "login no yes no no no yes"
WRITERS = "login no yes no no no no"
ROUTES = {
    # anonymous stranger cite library agency other_agency administrator
    "shortlists.index": SIGNED_IN,
    "shortlists.create": MEMBERS,
    "shortlists.choose": SIGNED_IN,
    "shortlists.add": MEMBERS,
    "shortlists.show": READERS,
    "shortlists.export": READERS,
    "shortlists.edit": WRITERS,
    "shortlists.change": WRITERS,
    "shortlists.confirm_delete": WRITERS,
    "shortlists.delete": WRITERS,
    "shortlists.entry": WRITERS,
    "shortlists.change_entry": WRITERS,
    "shortlists.confirm_remove_entry": WRITERS,
    "shortlists.remove_entry": WRITERS,
    "shortlists.searches": SIGNED_IN,
    "shortlists.begin_search": SIGNED_IN,
    "shortlists.save_search": MEMBERS,
    "shortlists.search": READERS,
    "shortlists.follow": WRITERS,
    "shortlists.unfollow": READERS,
    "shortlists.see": READERS,
    "shortlists.renewal": WRITERS,
    "shortlists.renew": WRITERS,
    "shortlists.confirm_end": WRITERS,
    "shortlists.end": WRITERS,
}


def things(session: Session, scene: Scene) -> dict[str, Any]:
    shortlist = Shortlist(institution=scene.cite, name="À appeler", created_by=scene.people["cite"])
    entry = Entry(shortlist=shortlist, institution=scene.library, added_by=scene.people["cite"])
    search = SavedSearch(institution=scene.cite, name="Le 04", asked="territoires=departement-04")
    session.add_all([shortlist, entry, search])
    session.flush()
    return {"shortlist_id": shortlist.public_id, "entry_id": entry.public_id, "saved_search_id": search.public_id}


def values(scene: Scene) -> dict[str, dict[str, str]]:
    return {"shortlists.export": {"extension": "csv"}}
