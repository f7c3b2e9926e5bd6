"""What is written to the two sides of an exchange; a mail never holds the words of a message."""

from app.formats import apostrophes
from app.mail.models import Category
from app.mail.outbox import Mail, link
from app.partnerships.exchanges.models import Exchange, Side


def message_waits(exchange: Exchange, author_side: Side) -> Mail:
    """A message waits on the page of the exchange."""
    return Mail(
        subject="Lisez le message qui vous attend",
        paragraphs=[
            f"{_name(exchange, author_side)} vous a écrit au sujet de votre échange avec {_name(exchange, author_side.other)}.",
            "Le message est sur la page de votre échange, où vous pouvez répondre.",
        ],
        category=Category.MESSAGES,
        action=("Lire le message et répondre", link("exchanges.show", exchange_id=exchange.public_id)),
    )


def exchange_opened(exchange: Exchange, side: Side) -> Mail:
    """Both have accepted: here are the names, for the people of `side`."""
    other = _name(exchange, side.other)
    return Mail(
        subject=f"Faites connaissance avec {other}",
        paragraphs=[
            f"{_name(exchange, side)} et {other} ont accepté d’entrer en relation.",
            "La page de votre échange donne le nom et la fonction de vos interlocuteurs, et comment les joindre."
            " Vous pouvez leur écrire dès maintenant.",
        ],
        category=Category.REQUESTS,
        action=("Ouvrir la page de l’échange", link("exchanges.show", exchange_id=exchange.public_id)),
    )


def _name(exchange: Exchange, side: Side) -> str:
    return apostrophes(exchange.institution(side).name)
