"""The scene of these tests: a Cité and a library that do not know each other, and the agency of their region."""

from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.directory.edition.models import Direction, Offering, Profile, Theme, ThemeKind
from app.directory.models import Institution
from app.directory.vocabulary import Resource
from app.mail.models import OutgoingMessage
from app.matchmaking.introductions.models import Answer, Introduction
from app.partnerships.exchanges.models import Side
from tests import factories

#: Nothing of these may be read by the other side before both have accepted.
CITE_SECRETS = (
    *("zinnia", "4 rue zinnia", "marseille", "04 91 11 22 33", "zinnia-site.invalid", "zinnia@exemple.invalid"),
    *("contact-zinnia@exemple.invalid", "Paul Zinnia", "cite-zinnia-publique"),
)
LIBRARY_SECRETS = (
    *("mirabelle", "9 cours mirabelle", "manosque", "04 92 44 55 66", "mirabelle-site.invalid", "mirabelle@exemple.invalid"),
    *("contact-mirabelle@exemple.invalid", "Anne Mirabelle", "bib-mirabelle-publique"),
)
SECRETS = {Side.CITE: CITE_SECRETS, Side.PARTNER: LIBRARY_SECRETS}


@dataclass
class Scene:
    """Two institutions, one person of each, and one of the agency."""

    cite: Institution
    library: Institution
    cite_person: User
    library_person: User
    agency: Institution
    agency_person: User
    people: dict[Side, User] = field(init=False)

    def __post_init__(self) -> None:
        self.people = {Side.CITE: self.cite_person, Side.PARTNER: self.library_person}


def build(session: Session) -> Scene:
    """Add two institutions whose every word of their own is a secret of `SECRETS`."""
    cite = factories.institution(
        session, "Cité des métiers Zinnia", factories.Kind.CITE, public_id="cite-zinnia-publique", address="4 rue Zinnia",
        postcode="13001", city="Marseille", phone="04 91 11 22 33", website="https://zinnia-site.invalid", short_name="Zinnia",
    )  # fmt: skip
    library = factories.institution(
        session, "Médiathèque Mirabelle", public_id="bib-mirabelle-publique", address="9 cours Mirabelle", postcode="04100",
        city="Manosque", phone="04 92 44 55 66", website="https://mirabelle-site.invalid",
    )  # fmt: skip
    factories.place_in(session, cite, "commune-13055")
    factories.place_in(session, library, "commune-04112")
    shared = session.get(Theme, "axe-partage") or Theme(
        code="axe-partage", kind=ThemeKind.AXIS, label="Axe partagé", source="Article"
    )
    own = Theme(code="axe-zinnia", kind=ThemeKind.AXIS, label="Axe Zinnia", added_by_id=cite.id)
    session.add_all([shared, own])
    for one, word in ((cite, "zinnia"), (library, "mirabelle")):
        session.add(Profile(institution_id=one.id, themes=["axe-partage", "axe-zinnia"], presentation=f"Ici {word}",
                            contact_email=f"contact-{word}@exemple.invalid"))  # fmt: skip
        details = f"chez {word}"
        session.add(Offering(institution_id=one.id, direction=Direction.OFFERED, resource=Resource.ROOM, details=details))
        session.add(Offering(institution_id=one.id, direction=Direction.SOUGHT, resource=Resource.WRITER, details=details))
    agency = factories.agency(session, "region-93", "Agence du livre inventée")
    return Scene(
        cite,
        library,
        factories.member(session, cite, email="zinnia@exemple.invalid", name="Paul Zinnia", function="Direction Zinnia"),
        factories.member(session, library, email="mirabelle@exemple.invalid", name="Anne Mirabelle"),
        agency,
        factories.member(session, agency, email="agence@exemple.invalid", name="Agathe Inventée"),
    )


def introduction(
    session: Session, scene: Scene, asked_by: Side | None = None, picked: bool = True, **columns: object
) -> Introduction:
    """Add an introduction that waits: of the agency, or asked by a side, which has then accepted."""
    row = Introduction(
        cite=scene.cite,
        partner=scene.library,
        asked_by=asked_by,
        picked=picked and asked_by is not None,
        introducer=scene.agency if asked_by is None else None,
        introduced_by=scene.people[asked_by] if asked_by else scene.agency_person,
        **{"message": "Vous gagneriez à vous parler.", "expires_at": now() + timedelta(days=30), **columns},
    )
    if asked_by:
        row.answers.append(Answer(side=asked_by, accepted=True, answered_by=scene.people[asked_by]))
    session.add(row)
    session.flush()
    return row


def mails_to(session: Session, person: User) -> list[OutgoingMessage]:
    """What was written to a person, in order."""
    session.expire_all()
    return list(
        session.scalars(sa.select(OutgoingMessage).where(OutgoingMessage.user_id == person.id).order_by(OutgoingMessage.id))
    )
