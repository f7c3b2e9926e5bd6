"""Where a person goes after signing in: a page of our own, whatever the address that brought them here says."""

import unicodedata
from urllib.parse import unquote, urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

LONGEST = 500
#: After signing in, nobody wishes to see again the pages that sign in.
NOT_BACK_TO = ("accounts.sign_in", "accounts.confirm", "accounts.confirm_email")


def own_path(text: str | None) -> str | None:
    """Give `text` when it is the path of a page of this site, else None.

    Refused: another host in any writing (« //host », « https: », a backslash), control and invisible characters, steps
    upward, and whatever no page of ours answers.
    """
    if not text or len(text) > LONGEST or not text.startswith("/"):
        return None
    read = unquote(text)
    if any(unicodedata.category(letter)[0] in "CZ" and letter != " " for letter in read) or " " in text:
        return None
    if "\\" in read or "�" in read:
        return None
    parts = urlsplit(text)
    path = unquote(parts.path)
    if parts.scheme or parts.netloc or "//" in path or ".." in path.split("/"):
        return None
    return text if _is_a_page(path) else None


def _is_a_page(path: str) -> bool:
    try:
        endpoint, _ = current_app.url_map.bind("localhost").match(path, method="GET")
    except (NotFound, MethodNotAllowed, RequestRedirect, HTTPException):
        return False
    return endpoint not in NOT_BACK_TO and endpoint != "static"
