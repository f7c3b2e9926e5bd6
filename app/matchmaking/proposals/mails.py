"""What is written about proposals. The two sides of an exchange know each other: institutions are named, people are not."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.memberships.queries import people_of
from app.formats import apostrophes, french_date
from app.forms import tidy
from app.mail.models import Category
from app.mail.outbox import Mail, link, post
from app.matchmaking.proposals.models import Proposal, Status
from app.partnerships.exchanges.models import Side

#: How the outcome is said to the side that had proposed: subject, then sentence; {other} is the side that answers.
OUTCOMES = {
    Status.ACCEPTED: (
        "Commencez le partenariat : {other} accepte votre proposition « {format} »",
        "{other} accepte la proposition « {format} » de {author}. Le partenariat commence, à l’étape « Prise de contact ».",
    ),
    Status.DECLINED: (
        "Lisez la réponse de {other} à votre proposition « {format} »",
        "{other} ne donne pas suite à la proposition « {format} » de {author}, et dit pourquoi sur la page de la proposition.",
    ),
    Status.WITHDRAWN: (
        "Ne répondez plus à la proposition « {format} » de {author} : elle est retirée",
        "{author} retire la proposition « {format} » faite à {other}. Elle n’attend plus de réponse.",
    ),
    Status.EXPIRED: (
        "Proposez à nouveau si vous le souhaitez : la proposition « {format} » a expiré",
        "La proposition « {format} » de {author} à {other} est restée sans réponse, et a expiré. Rien n’empêche d’en faire"
        " une nouvelle.",
    ),
}


def received(proposal: Proposal) -> Mail:
    """To the side that has to answer."""
    words, day = _words(proposal), french_date(proposal.expires_at)
    counter = proposal.answers_id is not None
    what = "une contre-proposition à la vôtre" if counter else "une formule de partenariat"
    return Mail(
        f"Répondez à la {'contre-proposition' if counter else 'proposition'} de {words['author']} : {words['format']}",
        [
            f"{words['author']} fait à {words['other']} {what} : « {words['format']} ».",
            f"Vous pouvez l’accepter, la refuser ou faire une contre-proposition jusqu’au {day}.",
        ],
        Category.REQUESTS,
        ("Lire la proposition et y répondre", _address(proposal)),
    )


def reminder(proposal: Proposal) -> Mail:
    """To the side that has not answered for a month."""
    words = _words(proposal)
    return Mail(
        f"Répondez avant le {french_date(proposal.expires_at)} à la proposition de {words['author']}",
        [f"La proposition « {words['format']} » de {words['author']} à {words['other']} attend votre réponse."],
        Category.REQUESTS,
        ("Lire la proposition et y répondre", _address(proposal)),
    )


def outcome(proposal: Proposal) -> Mail:
    """To those who wait for it: how it ended."""
    words = _words(proposal)
    subject, sentence = (text.format(**words) for text in OUTCOMES[proposal.status])
    return Mail(subject, [sentence], Category.REQUESTS, _result(proposal))


def for_colleagues(proposal: Proposal) -> Mail:
    """To the colleagues of the person who acted: what was done in the name of their institution."""
    words = _words(proposal)
    acts = {
        Status.SENT: "Prenez connaissance de la proposition « {format} » envoyée à {other}",
        Status.ACCEPTED: "Prenez connaissance de l’accord donné à {author} : « {format} »",
        Status.DECLINED: "Prenez connaissance du refus opposé à {author} : « {format} »",
        Status.WITHDRAWN: "Prenez connaissance du retrait de la proposition « {format} » faite à {other}",
    }
    return Mail(
        acts[proposal.status].format(**words),
        ["Une personne de votre structure a agi en son nom. Vous n’avez rien à faire : la page dit ce qui a été décidé."],
        Category.FOLLOW_UP,
        _result(proposal),
    )


def tell(session: Session, mail: Mail, proposal: Proposal, side: Side, besides: Iterable[User | None] = ()) -> None:
    """Write to the people of a side, but to those who know already."""
    known = {person.id for person in besides if person is not None}
    people = session.scalars(people_of(proposal.exchange.institution(side)))
    post(session, mail, to=[person for person in people if person.id not in known])


def tell_colleagues(session: Session, proposal: Proposal, side: Side, actor: User) -> None:
    """Write to the people of the actor's side; those who speak for both sides were told as the other side."""
    others = session.scalars(people_of(proposal.exchange.institution(side.other))).all()
    tell(session, for_colleagues(proposal), proposal, side, besides=[actor, *others])


def _words(proposal: Proposal) -> dict[str, str]:
    return {
        "author": tidy(apostrophes(proposal.institution.name)),
        "other": tidy(apostrophes(proposal.other_institution.name)),
        "format": proposal.format.label,
    }


def _result(proposal: Proposal) -> tuple[str, str]:
    """The way to what was decided: the partnership, where one has begun."""
    if proposal.partnership is None:
        return "Voir la proposition", _address(proposal)
    return "Ouvrir le partenariat", link("partnerships.show", partnership_id=proposal.partnership.public_id)


def _address(proposal: Proposal) -> str:
    return link("proposals.show", proposal_id=proposal.public_id)
