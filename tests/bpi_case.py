"""The partnership of the Bpi and the Cité des métiers de Paris, as the article of 11 July 2017 tells it.

Source: Mathilde Servet, « La Bpi, Centre associé de la Cité des métiers », professional site of the Bpi. The article gives no
day to the first dialogue nor to the awareness days: they are kept by their year. It does not say who accepted the charter,
nor who would have typed any of this: these two people are invented. Every screen must be able to carry this case.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.models import Kind, Precision
from app.directory.vocabulary import Format
from app.meetings.fields import moment
from app.meetings.models import MeetingKind, Status
from app.partnerships import actions
from app.partnerships.agreements import actions as agreement_actions
from app.partnerships.agreements.actions import Paper, Signed
from app.partnerships.agreements.models import AgreementKind, Item, Principle
from app.partnerships.exchanges.models import Side
from app.partnerships.figures import actions as figure_actions
from app.partnerships.figures.actions import Period
from app.partnerships.figures.models import Nature, Toward, Unit
from app.partnerships.models import Partnership, Step
from tests import factories, meeting_factories

SIGNED_ON = date(2016, 7, 5)
PURPOSE = (
    "Expérimenter, mettre en œuvre et développer un Centre associé de la Cité des métiers,"
    " adapté au contexte d’une bibliothèque"
)


#: The titles that the article names.
WORKSHOP_TITLES = (
    "Cultiver la confiance en soi par le théâtre pour (re)trouver un emploi",
    "Écrire et partager autour de son projet professionnel",
    "S’informer sur la VAE",
    "Portage salarial, une alternative à la création d’entreprise",
    "Formes alternatives d’activité, comment exercer autrement ?",
    "Comprendre les règles de l’entreprise pour mieux présenter sa candidature",
    "Youpi matins",
)


@dataclass(frozen=True)
class BpiCase:
    partnership: Partnership
    of_cite: User
    of_bpi: User


def bpi_case(session: Session) -> BpiCase:
    """Record the whole case through the actions, from the contact to the opening."""
    cite = factories.place_in(
        session,
        factories.institution(session, "Cité des métiers de Paris", Kind.CITE, open_since=date(1993, 4, 1)),
        "commune-75056",
    )
    bpi = factories.place_in(
        session,
        factories.institution(session, "Bibliothèque publique d’information (Bpi)", open_since=date(1993, 1, 1)),
        "commune-75056",
    )
    exchange = factories.exchange(session, cite, bpi)
    of_cite = factories.member(session, cite, name="Dominique Inventée", function="responsable opérationnelle")
    of_bpi = factories.member(session, bpi, name="Claude Inventé", function="responsable du partenariat")
    partnership = actions.begin(
        session, exchange, Format.CENTRE, of_bpi, Side.PARTNER, date(2013, 1, 1), precision=Precision.YEAR
    )

    def take(step: Step, day: date, precision: Precision = Precision.DAY, note: str = "") -> None:
        taken = actions.take_step(session, partnership, step, of_bpi, Side.PARTNER, day, precision, note)
        if taken.is_waiting:
            actions.confirm(session, taken, of_cite, Side.CITE)

    take(Step.TRIAL, date(2015, 9, 1), Precision.MONTH, "Ateliers organisés à la Bpi, à titre d’essai")
    take(
        Step.AWARENESS,
        date(2016, 1, 1),
        Precision.YEAR,
        "11 journées à la Cité pour 45 bibliothécaires ; 4 matinées à la Bpi pour 45 conseillers et partenaires",
    )
    agreement_actions.record(session, partnership, protocol(), of_bpi, Side.PARTNER)
    take(Step.SIGNED, SIGNED_ON)
    agreement_actions.accept_principles(session, partnership, Principle, of_bpi, Side.PARTNER)
    for item in Item:
        agreement_actions.tick(session, partnership, item, of_bpi, Side.PARTNER)
    take(Step.RUNNING, SIGNED_ON)
    return BpiCase(partnership, of_cite, of_bpi)


def protocol() -> Paper:
    """The « protocole d’accord » of 5 July 2016."""
    return Paper(
        AgreementKind.PROTOCOL,
        SIGNED_ON,
        Precision.DAY,
        PURPOSE,
        [
            Signed(Side.CITE, "Bruno Maquart", "président d’Universcience"),
            Signed(Side.PARTNER, "Christine Carrier", "directrice de la Bpi"),
        ],
        legal_carrier="Universcience",
    )


def bpi_figures(session: Session, case: BpiCase) -> None:
    """Add the figures of the article. It gives no dates to the awareness days."""
    who = (case.of_bpi, Side.PARTNER)
    for toward, number, unit in ((Toward.CITE, 11, Unit.DAY), (Toward.PARTNER, 4, Unit.MORNING)):
        outcome = "forte adhésion au projet de part et d’autre"
        figure_actions.record_awareness(session, case.partnership, toward, number, unit, 45, None, outcome, *who)
    for nature, first, last, workshops, participants in (
        (Nature.HELD, date(2016, 1, 1), date(2016, 12, 31), 56, 551),
        (Nature.HELD, date(2017, 1, 1), date(2017, 6, 30), 50, 461),
        (Nature.PLANNED, date(2017, 1, 1), date(2017, 12, 31), 86, None),
    ):
        figure_actions.record_figures(session, case.partnership, nature, Period(first, last), workshops, participants, "", *who)


def bpi_programme(session: Session, case: BpiCase, first: date, last: date, workshops: int, participants: int) -> None:
    """Add as many workshops held at the Bpi, one a working day from the first on; the article gives no day to any of them."""
    least, more = divmod(participants, workshops)
    days = [day for number in range((last - first).days + 1) if (day := first + timedelta(days=number)).weekday() < 5]
    for number in range(workshops):
        starts_at = moment(days[number], time(14))
        meeting_factories.meeting(
            session,
            case.partnership.exchange.partner,
            kind=MeetingKind.WORKSHOP,
            status=Status.HELD,
            title=WORKSHOP_TITLES[number % len(WORKSHOP_TITLES)],
            co_host=case.partnership.exchange.cite,
            partnership=case.partnership,
            starts_at=starts_at,
            attendance=least + (number < more),
        )
