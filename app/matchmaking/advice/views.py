"""The format adviser: public, by GET, so that a result is an address that one may keep or send."""

import re

from flask import Blueprint, abort, render_template, request

from app.clock import today
from app.directory import queries
from app.directory.models import LIBRARY_KINDS, Institution, Kind
from app.extensions import db
from app.matchmaking.advice import judging, rules
from app.matchmaking.advice.forms import AdviceForm
from app.matchmaking.advice.prefill import known_of, room_remark

advice = Blueprint("advice", __name__)
#: Those that may wonder which format fits; a Cité, its centres and an agency do not.
CONCERNED = (*LIBRARY_KINDS, Kind.NETWORK, Kind.OTHER)


@advice.get("/quelle-formule")
def questions() -> str | tuple[str, int]:
    """The questionnaire and, once answered, which formats fit and what is missing; `?structure=` fills what is known."""
    form = AdviceForm(request.args)
    institution = _institution(request.args.get("structure", ""))
    known = known_of(db.session, institution, today()) if institution else {}
    given = set(request.args) & {question.code for question in rules.QUESTIONS}
    form.offer(known, given)
    valid = form.validate()
    advices = judging.advise(form.answers) if given and valid else []
    page = render_template(
        "advice/questions.html",
        form=form,
        institution=institution,
        known=known,
        room_remark=room_remark(institution) if institution else "",
        rules=rules,
        advices=advices,
        next_one=judging.next_one(advices) if advices else None,
        fits=judging.Fit,
        distance=form.answers["distance"] if valid else None,
    )
    return page if valid else (page, 400)


def _institution(public_id: str) -> Institution | None:
    """The structure for which one asks; one that does not exist is said, one that is not concerned is left aside."""
    if not public_id:
        return None
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", public_id):
        abort(404)
    found: Institution = db.session.scalar(queries.by_public_id(public_id)) or abort(404)
    return found if found.kind in CONCERNED else None
