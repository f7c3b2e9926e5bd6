"""What is written about a partnership that stalls."""

from datetime import date

from app.mail.models import Category
from app.mail.outbox import Mail, link
from app.partnerships.boards.models import Stall
from app.partnerships.mails import names_of
from app.partnerships.models import Partnership

SUBJECTS = {
    Stall.CONFIRMATION: "Confirmez ou refusez l’étape qui vous attend",
    Stall.STOPPING: "Notez la clôture de votre partenariat",
    Stall.REVIEW: "Faites le bilan de votre partenariat",
    Stall.SUSPENDED: "Reprenez ou clôturez votre partenariat suspendu",
    Stall.SILENCE: "Dites où en est votre partenariat",
}
WHY = {
    Stall.STOPPING: "Le dernier bilan a décidé de l’arrêter : tant que l’étape « Clos ou sans suite » n’est pas notée, avec sa"
    " raison, il paraît en cours.",
    Stall.REVIEW: "Un bilan est prévu chaque année.",
    Stall.SILENCE: "Il n’a pas avancé, et rien n’a été écrit dans l’échange.",
}


def stalled(partnership: Partnership, stall: Stall, since: date) -> Mail:
    """Remind both sides of a partnership: they know each other, so that their names stand here."""
    told = stall.told(since)
    return Mail(
        subject=SUBJECTS[stall],
        paragraphs=[
            f"Partenariat entre {names_of(partnership.exchange)} ({partnership.format.label.lower()}).",
            f"{told[0].upper()}{told[1:]}.",
            *([WHY[stall]] if stall in WHY else []),
            "Sur sa page, vous pouvez noter ce qui a changé, ou demander à n’être relancé que plus tard.",
        ],
        category=Category.FOLLOW_UP,
        action=("Ouvrir le partenariat", link("partnerships.show", partnership_id=partnership.public_id)),
    )
