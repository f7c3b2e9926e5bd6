"""Every page that a visitor can reach from the home page answers, is well formed, and is written in proper French.

The crawl follows the links of the pages, a few for each kind of page, on the real network and the extract of libraries.
"""

import re
from collections import Counter, deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from seeds import agencies, libraries, network

PAGES_OF_EACH_KIND, FILES_OF_EACH_KIND = 4, 1
EXTRACT = "seeds/data/libraries-extract.csv"
#: An option needs no closing tag.
VOID = {"option", "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """What the checks need of a page: its links, ids, headings, visible text, and the tags that do not close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: Counter[str] = Counter()
        self.headings: list[int] = []
        self.text: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.scripts_without_nonce: list[str] = []
        self.stack: list[str] = []
        self.faults: list[str] = []
        self.targets: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag not in VOID:
            self.stack.append(tag)
        if "id" in given:
            self.ids[given["id"]] += 1
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "script" and "src" not in given and "nonce" not in given:
            self.scripts_without_nonce.append(self.get_starttag_text() or "")
        self.targets += [given[key] for key in ("for", "aria-labelledby", "aria-describedby") if given.get(key)]
        self.attributes += [(key, given[key]) for key in ("style", "onclick", "onload") if key in given]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.stack or self.stack[-1] != tag:
            self.faults.append(f"</{tag}> closes <{self.stack[-1] if self.stack else '?'}> at line {self.getpos()[0]}")
        if tag in self.stack:
            while self.stack.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style", "code", "pre"} & set(self.stack):
            self.text.append(data)


@pytest.fixture
def filled(session: Session) -> None:
    for seed in (network, agencies):
        seed.load(session, write=True)
    libraries.load(session, EXTRACT, write=True)


def crawl(app: Flask, client: FlaskClient) -> dict[str, tuple[str, str]]:
    """Give the text of the pages found, by address, with the endpoint of each."""
    adapter = app.url_map.bind("localhost")
    waiting, seen = deque(["/"]), {"/"}
    of_kind, files = Counter[str](), Counter[str]()
    found: dict[str, tuple[str, str]] = {}
    while waiting:
        address = waiting.popleft()
        parts = urlsplit(address)
        try:
            endpoint, _ = adapter.match(parts.path)
        except HTTPException:
            pytest.fail(f"a page links to {address}, which no route answers")
        of_kind[endpoint] += 1
        if of_kind[endpoint] > PAGES_OF_EACH_KIND or files[endpoint] >= FILES_OF_EACH_KIND or endpoint == "static":
            continue
        answer = client.get(address)
        assert answer.status_code in (200, 301, 302, 303), f"{address} answers {answer.status_code}"
        if answer.status_code != 200 or answer.mimetype != "text/html":
            # A file is read from the database while it is sent: what is not read has to be closed, as a server does.
            answer.close()
            files[endpoint] += answer.status_code == 200
            continue
        found[address] = (str(endpoint), answer.text)
        for link in Page(answer.text).links:
            target = urlsplit(urljoin(address, link))
            path = target._replace(fragment="").geturl()
            if not target.netloc and target.scheme == "" and path not in seen:
                seen.add(path)
                waiting.append(path)
    return found


@pytest.mark.usefixtures("filled")
def test_every_page_reached_from_the_home_page_is_well_made(app: Flask, client: FlaskClient):
    pages = crawl(app, client)
    views = {rule.endpoint for rule in app.url_map.iter_rules()}
    html_views = {endpoint for endpoint, _ in pages.values()}
    assert (
        {"pages.home", "directory.search", "directory.sheet", "directory.territory", "maps.map_page", "coverage.country"}
        <= html_views
        <= views
    )
    faults = [f"{address}: {fault}" for address, (_, text) in pages.items() for fault in faults_of(text)]
    assert not faults, "\n".join(faults[:40])


def faults_of(text: str) -> list[str]:
    page = Page(text)
    visible = "\n".join(page.text)
    title = re.search(r"<title>(.*?)</title>", text, re.S)
    faults = [*page.faults, *[f"<{tag}> is not closed" for tag in page.stack if tag != "html"]]
    if not title or not title.group(1).strip().endswith("– Maillage") or title.group(1).strip().startswith("–"):
        faults.append(f"the title is « {title.group(1).strip() if title else ''} »")
    if page.headings.count(1) != 1:
        faults.append(f"{page.headings.count(1)} h1 instead of one")
    faults += [
        f"h{below} follows h{above}"
        for above, below in zip(page.headings, page.headings[1:], strict=False)
        if below > above + 1
    ]
    faults += [f"the id {name} stands {count} times" for name, count in page.ids.items() if count > 1]
    faults += [f"{target} is nobody's id" for targets in page.targets for target in targets.split() if target not in page.ids]
    faults += [f"inline {key}: {value[:60]}" for key, value in page.attributes]
    faults += [f"a script without nonce: {tag[:80]}" for tag in page.scripts_without_nonce]
    faults += [
        f"a plain space in « {found.strip()} »: use the typography filter"
        for found in re.findall(r".{0,25}\w [;:!?](?:\s|$)", visible)
    ]
    faults += [
        f"a plain space in « {found} »: use the typography filter" for found in re.findall(r"« .{0,20}|.{0,20} »", visible)
    ]
    faults += [
        f"« {word} » is shown"
        for word in ("None", "Undefined", "nan", "{{", "&amp;amp;")
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", visible)
    ]
    return faults
