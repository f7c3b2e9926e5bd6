"""Conditions that tables share, as the database checks them."""

#: What Python takes for a space, so that the database refuses no text that a form lets through: `\s` is ASCII alone.
SPACES = r"\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


def not_blank(column: str) -> str:
    """The condition that a text holds something else than spaces, no-break ones included; a NULL is refused too."""
    return f"coalesce({column}, '') ~ '[^{SPACES}]'"
