"""What the page of candidates shows around the rows: the form explained, what was left out, the map, the actions."""

from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session

from app.clock import now, today
from app.coverage.candidates import sources
from app.coverage.candidates.criteria import LEVELS, MOST_WEIGHT, PROPOSALS, Criterion
from app.coverage.candidates.forms import CandidateForm
from app.coverage.candidates.question import CandidateQuestion
from app.coverage.candidates.ranking import FIRST_ONES, Ranking, Row
from app.coverage.candidates.reading import Asked
from app.coverage.candidates.wording import without_figure
from app.coverage.eligible import left_out
from app.coverage.models import ARTICLE_DAY
from app.directory.memberships.permissions import Actor
from app.directory.models import NETWORK_KINDS, Institution
from app.formats import NO_BREAK, number, people, plural
from app.matchmaking.interests.listing import links_from_sheet
from app.meetings.drafting import hosts_of
from app.meetings.models import Meeting, Status
from app.meetings.queries import organised

MOST_MEETINGS = 3
NOWHERE = "Dites où chercher : écrivez un territoire, par exemple 04, 06 ou Nice, ou « Toute la France »."


def of_form(asked: Asked) -> dict[str, Any]:
    """What the form needs, right or wrong."""
    chosen = asked.question.format if asked.question else _format(asked.form)
    return {
        "form": asked.form,
        "question": asked.question,
        "format": chosen,
        "proposal": PROPOSALS[chosen],
        "scales": {one: scale_words(one, asked) for one in Criterion},
        "most_weight": MOST_WEIGHT,
        "asks_where": not asked.names_an_area and not asked.errors,
        "article_day": ARTICLE_DAY,
        "today": today(),
    }


def _format(form: CandidateForm) -> Any:
    return next((one for one in PROPOSALS if one.value == form.formule.data), next(iter(PROPOSALS)))


def scale_words(criterion: Criterion, asked: Asked) -> str:
    """« 0 h → 0 ; 10 h → 20… » : the points of the scale of a criterion, as one reads them."""
    chosen = asked.question.format if asked.question else _format(asked.form)
    scale = PROPOSALS[chosen].scales[criterion]
    said = [f"{_figure(criterion, figure)} → {value:g}".replace(" ", NO_BREAK) for figure, value in scale.points]
    return " ; ".join([*said, *without_figure(criterion, scale)])


def _figure(criterion: Criterion, figure: float) -> str:
    if criterion in LEVELS:
        return LEVELS[criterion][int(figure)]
    words = {Criterion.HOURS: " h", Criterion.FLOOR: " m²", Criterion.DISTANCE: " km"}.get(criterion, "")
    return f"{number(figure, 0 if figure == int(figure) else 1)}{words}"


def of_ranking(session: Session, actor: Actor, ranking: Ranking, rows: list[Row]) -> dict[str, Any]:
    """What stands around a page of rows."""
    question = ranking.question
    removed = session.execute(left_out(question.area, question.eligibility, today())).one()
    return {
        "ranking": ranking,
        "rows": rows,
        "removed": removed,
        "removed_said": removals(question, removed),
        "sources": sources.read(session, ranking),
        "firsts": ranking.bare_rows(0, FIRST_ONES),
        "largest_gain": int(ranking.facts.figures[Criterion.GAIN].max(initial=0)),
        "links": {row.position: links_from_sheet(actor, row.institution) for row in rows if row.institution},
        "meetings": meetings_of(session, actor),
        "may_organise": bool(hosts_of(actor, None, None)),
        "marks": marks(ranking, rows),
        "network_kinds": NETWORK_KINDS,
    }


def removals(question: CandidateQuestion, removed: sa.Row[Any]) -> list[str]:
    """How many libraries each filter takes away, by itself."""
    one = question.eligibility
    said = [
        (removed.kind, "d’un type que vous n’avez pas coché"),
        (
            removed.hours,
            f"ouvertes moins de {number(one.hours or 0, 0 if float(one.hours or 0).is_integer() else 1)} h par semaine",
        ),
        (removed.staffed, "sans salarié"),
        (removed.unplaced, "sans position connue"),
    ]
    unknown = "" if one.unknown else ", ou dont on ne le sait pas"
    return [
        f"{plural(count, 'structure')} {words}{unknown if words.startswith(('ouvertes', 'sans salarié')) else ''}"
        for count, words in said
        if count
    ]


def meetings_of(session: Session, actor: Actor) -> list[Meeting]:
    """The meetings to come that this person organises, to which a candidate may be invited."""
    if not actor.is_known:
        return []
    to_come = sa.and_(Meeting.ends_at > now(), Meeting.status.in_((Status.DRAFT, Status.ANNOUNCED)))
    return list(session.scalars(organised(actor).where(to_come).limit(MOST_MEETINGS)))


def invitation_args(meeting: Meeting, institution: Institution) -> dict[str, Any]:
    """The parameters of the page where one invites this library and no other."""
    home = institution.territory_id
    return {"meeting_id": meeting.public_id, "q": institution.name, **({"territoires": home} if home else {})}


def marks(ranking: Ranking, rows: list[Row]) -> dict[str, Any]:
    """What the map draws: the candidates of the page, numbered, and the places of the network."""
    largest = max((row.gain for row in rows), default=0)
    return {
        "candidates": [
            {
                "rank": row.rank,
                "name": row.library.name,
                "at": [round(row.latitude, 5), round(row.longitude, 5)],
                "share": row.gain / largest if largest else 0,
                "detail": f"{people(row.gain)} nouvellement à portée",
                "place": row.library.territory_name,
                "href": url_for("directory.sheet", public_id=row.library.public_id),
                "anchor": f"candidate-{row.library.public_id}",
            }
            for row in rows
        ],
        "places": [
            {
                "name": place.institution.name,
                "kind": place.institution.kind.value,
                "label": place.institution.kind.label,
                "at": [round(place.latitude or 0, 5), round(place.longitude or 0, 5)],
                "href": url_for("directory.sheet", public_id=place.institution.public_id),
                "remark": "à confirmer" if place.to_confirm else "",
            }
            for place in ranking.facts.situation.placed
        ],
        "bounds": ranking.question.area.bounds(ranking.session),
        "zone": [[latitude, longitude] for longitude, latitude in ranking.question.area.zone],
    }
