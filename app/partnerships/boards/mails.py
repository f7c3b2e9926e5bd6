"""What is written about a partnership that stalls."""

from datetime import date

from app.formats import french_date
from app.mail.models import Category
from app.mail.outbox import Mail, link
from app.partnerships.boards.models import Stall
from app.partnerships.models import Partnership

SUBJECTS = {
    Stall.CONFIRMATION: "Confirmez ou refusez l’étape qui vous attend",
    Stall.REVIEW: "Faites le bilan de votre partenariat",
    Stall.SUSPENDED: "Reprenez ou clôturez votre partenariat suspendu",
    Stall.SILENCE: "Dites où en est votre partenariat",
}
ASKED = {
    Stall.CONFIRMATION: "Une étape attend votre confirmation depuis le {since}.",
    Stall.REVIEW: "Un bilan est prévu chaque année ; il est attendu depuis le {since}.",
    Stall.SUSPENDED: "Il est suspendu depuis le {since}.",
    Stall.SILENCE: "Il n’a pas avancé, et rien n’a été écrit, depuis le {since}.",
}


def stalled(partnership: Partnership, stall: Stall, since: date) -> Mail:
    """Remind both sides of a partnership: they know each other, so that their names stand here."""
    exchange = partnership.exchange
    return Mail(
        subject=SUBJECTS[stall],
        paragraphs=[
            f"Partenariat entre {exchange.cite.name} et {exchange.partner.name} ({partnership.format.label.lower()}).",
            ASKED[stall].format(since=french_date(since)),
            "Sur sa page, vous pouvez noter ce qui a changé, ou demander à n’être relancé que plus tard.",
        ],
        category=Category.FOLLOW_UP,
        action=("Ouvrir le partenariat", link("partnerships.show", partnership_id=partnership.public_id)),
    )
