"""What the tests of the directory share: some communes, a library there, and how a page is read."""

import re
from html import unescape

from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.directory.models import Institution
from tests import factories as make

FORCALQUIER, GAP, NICE = "commune-04088", "commune-05061", "commune-06088"


def library(session: Session, name: str, commune: str = FORCALQUIER, **columns: object) -> Institution:
    return make.place_in(session, make.institution(session, name, **columns), commune)


def text_of(response: TestResponse) -> str:
    """The words of a page, its spaces made plain, so that a sentence can be sought as one types it."""
    body = re.sub(r"<(script|style|svg|datalist)\b.*?</\1>", " ", response.text, flags=re.S)
    words = unescape(re.sub(r"<[^>]+>", " ", body))
    return re.sub(r"\s+", " ", words).replace(" ,", ",").replace(" .", ".")


def names_in(response: TestResponse) -> list[str]:
    """The names of the institutions of a list, in its order."""
    return [unescape(name) for name in re.findall(r'<h3 class="result__name"><a [^>]*>(.*?)</a>', response.text)]


def links_in(response: TestResponse) -> list[str]:
    return [unescape(address) for address in re.findall(r'href="([^"]*)"', response.text)]
