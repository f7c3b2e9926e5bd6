"""What a partnership changes in the directory: a centre associé or a point relais that runs is a place, open from a day on.

The place is an institution of its own, under the Cité and in the premises of the partner; each opening and each closing is a
dated observation, added and never taken back. The map of coverage reads observations, and therefore changes on that day alone.
"""

import hashlib
import re
import unicodedata

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.clock import today
from app.directory.models import LIBRARY_KINDS, Confidence, HostKind, Institution, Kind, Observation, Precision, State
from app.directory.vocabulary import Format
from app.errors import Refusal
from app.formats import date_with_precision
from app.partnerships.models import Partnership, StepTaken
from app.partnerships.steps import PLACE_FORMATS, place_is_open
from geo.sources import DataSource

SOURCE = "partenariats"
SAID_BY = "Partenariat enregistré sur Maillage"
KINDS = {Format.CENTRE: Kind.CENTRE, Format.RELAY: Kind.RELAY}


def follow(session: Session, partnership: Partnership, taken: StepTaken) -> None:
    """A step now counts: open or close the place of the partnership, if that is what changes."""
    was_open, is_open = _before_and_after(partnership, taken)
    if partnership.format not in PLACE_FORMATS or was_open == is_open:
        return
    _note_source(session)
    if is_open:
        partnership.centre = partnership.centre or _known_place(session, partnership) or _new_place(session, partnership)
        session.flush()
    if partnership.centre is None:
        raise ValueError("a partnership that runs has no place to close")
    _observe(session, partnership.centre, taken, State.OPEN if is_open else State.CLOSED)


def refuse_impossible(session: Session, partnership: Partnership, taken: StepTaken) -> None:
    """Refuse a day before the last opening or closing of the place: its state would not be what the partnership says."""
    was_open, becomes_open = _before_and_after(partnership, taken)
    if partnership.centre_id is None or was_open == becomes_open:
        return
    last = session.scalar(_ours(partnership.centre_id).order_by(Observation.observed_on.desc(), Observation.id.desc()).limit(1))
    if last is None or last.observed_on is None or taken.taken_on >= last.observed_on:
        return
    said = "a ouvert" if last.state is State.OPEN else "a fermé"
    known = date_with_precision(last.observed_on, last.precision)
    asked = "Donnez une date qui ne soit pas antérieure."
    if taken.precision is not Precision.DAY:
        asked = "Donnez le jour exact, qui ne soit pas antérieur."
    raise Refusal(f"Le dernier constat dit que ce lieu {said} ({known}). {asked}")


def _before_and_after(partnership: Partnership, taken: StepTaken) -> tuple[bool, bool]:
    """Whether the place was open before this step, and is after it."""
    counted = [one.step for one in partnership.steps if one.counts and one is not taken]
    return place_is_open(counted), place_is_open([*counted, taken.step])


def _known_place(session: Session, partnership: Partnership) -> Institution | None:
    """The place that the directory already has: the partner itself, or a centre of this Cité that it houses."""
    kind, exchange = KINDS[partnership.format], partnership.exchange
    if exchange.partner.kind is kind and exchange.partner.parent_id == exchange.cite_id:
        return exchange.partner
    found: Institution | None = session.scalar(
        sa.select(Institution)
        .where(Institution.kind == kind, Institution.parent_id == exchange.cite_id, Institution.host_id == exchange.partner_id)
        .order_by(Institution.id)
        .limit(1)
    )
    return found


def _new_place(session: Session, partnership: Partnership) -> Institution:
    kind, exchange = KINDS[partnership.format], partnership.exchange
    partner = exchange.partner
    public_id = _free_public_id(session, f"{kind.value}-{_slug(partner.name)}")
    made = Institution(
        public_id=public_id,
        kind=kind,
        name=f"{kind.label} – {partner.name}",
        parent_id=exchange.cite_id,
        host_id=partner.id,
        host_name=partner.name,
        host_kind=HostKind.LIBRARY if partner.kind in {*LIBRARY_KINDS, Kind.NETWORK} else HostKind.OTHER,
        source_name=SOURCE,
        source_key=public_id,
        citation=SAID_BY,
        **{
            column: getattr(partner, column)
            for column in ("country", "territory_id", "address", "postcode", "city", "point", "position_quality", "website")
        },
    )
    session.add(made)
    return made


def _observe(session: Session, place: Institution, taken: StepTaken, state: State) -> None:
    same = session.scalar(
        sa.select(sa.func.count()).select_from(
            _ours(place.id).where(Observation.observed_on == taken.taken_on, Observation.state == state).subquery()
        )
    )
    session.add(
        Observation(
            institution_id=place.id,
            observed_on=taken.taken_on,
            precision=taken.precision,
            state=state,
            confidence=Confidence.HIGH,
            # Twice the same state on the same day, after a change and back: each is said, and told from the other.
            source=f"{SAID_BY} ({same + 1})" if same else SAID_BY,
            note=f"Étape : {taken.step.label}",
            data_source_name=SOURCE,
        )
    )
    session.flush()
    session.expire(place, ["observations"])


def _ours(place_id: int) -> sa.Select:
    """The observations of a place that partnerships brought."""
    return sa.select(Observation).where(Observation.institution_id == place_id, Observation.data_source_name == SOURCE)


def _note_source(session: Session) -> None:
    """Say, among the sources of the directory, that partnerships are one, how recent, and one observation longer."""
    values = {
        "name": SOURCE,
        "title": "Partenariats enregistrés sur Maillage",
        "producer": "Les deux partenaires",
        "licence": "faits enregistrés par les deux partenaires",
        "vintage": today(),
        "vintage_note": "jour de la dernière ouverture ou fermeture enregistrée",
        "digest": hashlib.sha256(b"").hexdigest(),
        "row_count": sa.select(sa.func.count() + 1).where(Observation.data_source_name == SOURCE).scalar_subquery(),
    }
    said = insert(DataSource).values(values)
    session.execute(
        said.on_conflict_do_update(
            index_elements=["name"],
            set_={"vintage": said.excluded.vintage, "row_count": said.excluded.row_count, "loaded_at": sa.func.now()},
        )
    )


def _slug(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower().replace("œ", "oe").replace("æ", "ae"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", plain)[:80].strip("-") or "lieu"


def _free_public_id(session: Session, wanted: str) -> str:
    taken = set(session.scalars(sa.select(Institution.public_id).where(Institution.public_id.startswith(wanted))))
    return next(one for one in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if one not in taken)
