"""A refusal that comes from what was typed: the page says it at the field, and keeps what was typed."""

from wtforms import Form

from app.errors import Refusal


class Mistake(Refusal):
    """What was typed cannot be; `field` is the name of the field of the form where it is said."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.field = field

    def show_on(self, form: Form) -> None:
        """Say it at this field of a form that was already validated."""
        form[self.field].errors = [str(self)]
