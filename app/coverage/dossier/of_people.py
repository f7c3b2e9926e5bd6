"""What a dossier says of those who act: interests, partnerships and their step, meetings, and whom one may write to.

All as far as the reader may see it. Contacts are those that institutions show to all: a shared mailbox, a telephone, a site.
"""

from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session, aliased, joinedload

from app.coverage.dossier.document import Cell, Items, Paragraph, Section, Table
from app.coverage.dossier.subject import Subject
from app.coverage.queries import departmental_libraries
from app.directory.edition.models import Profile
from app.directory.models import Institution
from app.directory.queries import agency_of
from app.formats import french_date, plural
from app.matchmaking.interests.counting import numbers_in, wishing_to_work_in
from app.meetings.models import Meeting, Status
from app.meetings.programme.queries import Criteria, listed
from app.meetings.wording import named, when_said, where_said_short
from app.partnerships.exchanges.models import Exchange
from app.partnerships.exchanges.queries import followed, of_sides
from app.partnerships.models import Partnership, Step
from geo.territories import Territory, within

MOST_MEETINGS, MOST_PARTNERSHIPS = 10, 50
RECORDED = "Source : ce qui est enregistré sur Maillage à ce jour."


def partners(subject: Subject) -> Section:
    """The interests counted there, then the partnerships that the reader may see, with their step."""
    words = [Paragraph(_interests(subject))]
    rows = subject.session.scalars(partnerships_in(subject)).all() if subject.actor.is_known else []
    if not subject.actor.is_known:
        words.append(Paragraph("Les partenariats ne sont lus que de leurs deux côtés et de qui les suit : connectez-vous."))
    elif not rows:
        words.append(Paragraph("Vous ne suivez aucun partenariat en cours dans ce territoire."))
    return Section("partenaires", "Intérêts et partenariats", (*words, *([_partnerships(rows)] if rows else [])))


def partnerships_in(subject: Subject) -> sa.Select:
    """The partnerships under way of which a side stands in the territory, as far as the reader may see them."""
    cite, partner = aliased(Institution), aliased(Institution)
    inside = sa.select(Territory.id).where(within(subject.territory))
    seen = [
        select.with_only_columns(Exchange.id).order_by(None) for select in (of_sides(subject.actor), followed(subject.actor))
    ]
    return (
        sa.select(Partnership)
        .join(Partnership.exchange)
        .join(cite, cite.id == Exchange.cite_id)
        .join(partner, partner.id == Exchange.partner_id)
        .where(sa.or_(cite.territory_id.in_(inside), partner.territory_id.in_(inside)))
        .where(Partnership.step != Step.CLOSED, sa.or_(*(Exchange.id.in_(ids) for ids in seen)))
        .options(joinedload(Partnership.exchange).options(joinedload(Exchange.cite), joinedload(Exchange.partner)))
        .order_by(Partnership.step_since.desc(), Partnership.id.desc())
        .limit(MOST_PARTNERSHIPS)
    )


def meetings(subject: Subject) -> Section:
    """The meetings to come, then those of the past, that the reader may see."""
    parts: list[Any] = []
    for title, past in (("Rencontres à venir", False), ("Rencontres passées", True)):
        asked = listed(subject.actor, Criteria(territory=subject.territory, past=past)).where(
            Meeting.status != Status.CANCELLED
        )
        rows = subject.session.scalars(asked.limit(MOST_MEETINGS)).all()
        if rows:
            parts += [Paragraph(f"{title} :"), Items(tuple(_meeting(one) for one in rows), RECORDED)]
    return Section(
        "rencontres", "Rencontres", tuple(parts) or (Paragraph("Aucune rencontre n’est annoncée dans ce territoire."),)
    )


def contacts(subject: Subject) -> Section:
    """The agency of the region, the departmental libraries, the Cités that declare to cover the territory."""
    found: dict[int, tuple[Institution, str]] = {}
    for one, part in _to_write_to(subject):
        found.setdefault(one.id, (one, part))
    title = "À qui s’adresser"
    if not found:
        return Section("contacts", title, (Paragraph("Aucun interlocuteur n’est connu pour ce territoire."),))
    mailboxes = _mailboxes(subject.session, list(found))
    items = tuple(_contact(one, part, mailboxes.get(one.id)) for one, part in found.values())
    return Section("contacts", title, (Items(items, subject.sources.line("agences", "reseau", "bibliotheques")),))


def _interests(subject: Subject) -> str:
    numbers = {row.act.value: row.number for row in subject.session.execute(numbers_in(subject.territory))}
    declared, wanted = numbers.get("interet", 0), numbers.get("souhait", 0)
    wishing = subject.session.scalar(wishing_to_work_in(subject.territory)) or 0
    here = f"{plural(declared, 'intérêt manifesté', 'intérêts manifestés')} et {plural(wanted, 'souhait')} de Cités comptés ici"
    return (
        f"À ce jour, {here} ; {plural(wishing, 'structure déclare', 'structures déclarent')} vouloir agir dans ce territoire."
    )


def _partnerships(rows: Any) -> Table:
    return Table(
        "Partenariats en cours que vous pouvez lire (document à ne pas diffuser sans eux)",
        ("Cité ou centre", "Partenaire", "Formule", "Étape", "Depuis le"),
        tuple(
            (
                Cell(one.exchange.cite.name, url_for("partnerships.show", partnership_id=one.public_id, _external=True)),
                Cell(one.exchange.partner.name),
                Cell(one.format.label),
                Cell(one.step.label),
                Cell(french_date(one.step_since)),
            )
            for one in rows
        ),
        frozenset(),
        (24, 24, 20, 18, 14),
        RECORDED,
    )


def _meeting(meeting: Meeting) -> Cell:
    said = f"{named(meeting)}, {when_said(meeting)}, {where_said_short(meeting)}"
    return Cell(said, url_for("meetings.show", meeting_id=meeting.public_id, _external=True))


def _to_write_to(subject: Subject) -> list[tuple[Institution, str]]:
    territory, session = subject.territory, subject.session
    agency = session.scalar(agency_of(territory.region_id)) if territory.region_id else None
    found = [(agency, "agence du livre de la région")] if agency else []
    if territory.department_id:
        found += [
            (one, "bibliothèque départementale") for one in session.scalars(departmental_libraries(territory.department_id))
        ]
    return found + [(place.institution, "déclare couvrir ce territoire") for place in subject.claiming]


def _mailboxes(session: Session, ids: list[int]) -> dict[int, str]:
    rows = session.execute(sa.select(Profile.institution_id, Profile.contact_email).where(Profile.institution_id.in_(ids)))
    return {row.institution_id: row.contact_email for row in rows if row.contact_email}


def _contact(institution: Institution, part: str, mailbox: str | None) -> Cell:
    ways = [mailbox, institution.phone, institution.website]
    said = ", ".join(way for way in ways if way) or "aucun contact public connu"
    address = url_for("directory.sheet", public_id=institution.public_id, _external=True)
    return Cell(f"{institution.name} ({part}) : {said}", address)
