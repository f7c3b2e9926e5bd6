"""People in front of the site: accounts of demonstration, each in a browser of their own."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

#: What a page is made of, in short: two pages of the same title and parts are the same page to axe.
MADE_OF = """() => [document.title, ...["form", "fieldset", "table", ".notice", "main [aria-invalid]", "main svg"].map(
    (part) => document.querySelectorAll(part).length)].join("|")"""


class Person:
    """Someone in front of the site; every page that they open is looked at by axe, once for all the people of a story."""

    def __init__(self, page: Page, axe: Callable[[Page], None], seen: set[str]) -> None:
        self.page, self.axe, self.seen = page, axe, seen

    def sign_in(self, mailbox: str) -> None:
        """Sign in as everybody does: by the link of a mail, which is read at /courrier."""
        self.open("/connexion")
        self.page.locator("main input[type=email], main input[name=email]").first.fill(f"{mailbox}@demonstration.example")
        self.press("Recevoir un lien de connexion")
        self.open("/courrier")
        self.page.locator("main").get_by_role("link", name=re.compile("[Cc]onnect")).first.click()
        self.page.locator("main a[href*='/connexion/']").first.click()
        self.press(re.compile("connect"))
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Mon espace")

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.look()

    def look(self) -> None:
        if (made := str(self.page.evaluate(MADE_OF))) not in self.seen:
            self.seen.add(made)
            self.axe(self.page)

    def follow(self, name: str | re.Pattern[str]) -> None:
        self.page.locator("main").get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
        self.look()

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.locator("main").get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state()
        self.look()

    def write(self, label: str | re.Pattern[str], text: str) -> None:
        self.page.get_by_label(label).first.fill(text)

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def does_not_see(self, text: str) -> None:
        assert text not in self.page.content()
