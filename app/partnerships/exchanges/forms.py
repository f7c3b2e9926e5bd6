"""What the two sides of an exchange may write."""

from app.forms import BaseForm, LongTextField

LONGEST_MESSAGE = 4_000


class MessageForm(BaseForm):
    """A message to the other side."""

    body = LongTextField("Votre message", LONGEST_MESSAGE, required="Écrivez votre message avant de l’envoyer.")
