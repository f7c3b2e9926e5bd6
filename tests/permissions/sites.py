"""The next sites: answers are public; launching asks for an account, and giving up is of who asked and of administrators.

The scene's search was asked for by the Cité, and waits.
"""

from typing import Any

from sqlalchemy.orm import Session

from app.clock import now
from app.coverage.sites.models import Aim, SiteSearch, SiteSearchAsker, Status
from tests.permissions.scene import Scene

ROUTES = {
    # anonymous stranger cite library agency other_agency administrator
    "sites.index": "yes yes yes yes yes yes yes",
    "sites.launch": "login yes yes yes yes yes yes",
    "sites.show": "yes yes yes yes yes yes yes",
    "sites.state": "yes yes yes yes yes yes yes",
    "sites.cancel": "login no yes no no no yes",
    "sites.export": "yes yes yes yes yes yes yes",
    "sites.picture": "yes yes yes yes yes yes yes",
}
QUESTION = {"but": "habitants", "nombre": "2", "rayon": "30", "date": "2026-01-01", "type": ["bibliotheque"]}


def things(session: Session, scene: Scene) -> dict[str, Any]:
    common = {"question": QUESTION, "aim": Aim.MOST, "area_name": "France", "vintages": [], "asked_by": scene.people["cite"]}
    waiting = SiteSearch(question_key="attend", data_digest="essai", **common)
    waiting.askers.append(SiteSearchAsker(user=scene.people["cite"]))
    site = {"id": scene.library.public_id, "name": scene.library.name, "kind": "bibliotheque", "place": "Manosque (04)"}
    site |= {"longitude": 5.79, "latitude": 43.83, "exact": False, "hours": None, "gain": 100, "within": 100}
    site |= {"staff": 2.5, "rank": 1, "reasons": []}
    department = {"id": "departement-04", "name": "Alpes-de-Haute-Provence", "code": "04", "candidates": 1}
    result = {
        "total": 1000,
        "already": 0,
        "opened": 0,
        "ranked": 1,
        "drawn": {"by_department": False, "without_overseas": False},
        "hopeless": 10,
        "candidates": 1,
        "existing": {"open": 1, "planned": 0, "unplaced": 0, "places": []},
        "sites": [site],
        "greedy": [site],
        "bound": 100,
        "wanted": None,
        "departments": [department | {"inhabitants": 1000, "before": 0, "after": 100}],
    }
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" role="img" width="9" height="9"><title>Essai</title></svg>'
    done = SiteSearch(question_key="finie", data_digest="essai", status=Status.DONE, result=result, ended_at=now(), **common)
    done.map_svg = drawing
    session.add_all([waiting, done])
    session.flush()
    return {"site_search_id": waiting.public_id, "done_search_id": done.public_id}


def values(scene: Scene) -> dict[str, dict[str, Any]]:
    done = {"site_search_id": scene.values["done_search_id"]}
    return {"sites.show": done, "sites.export": done | {"extension": "csv"}, "sites.picture": done | {"picture": "carte"}}
