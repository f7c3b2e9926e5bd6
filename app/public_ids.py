"""Public ids of private things: letters that tell nothing and cannot be guessed, so that no URL can be counted up."""

import secrets

#: No vowel, so that no word appears; no letter that is read for another.
LETTERS = "bcdfghjkmnpqrstvwxz23456789"
LENGTH = 14


def random_public_id() -> str:
    """Give a new id of 14 letters, some 66 bits."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
