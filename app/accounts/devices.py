"""What a person needs to know a browser of theirs by: « Firefox sous Windows ». Nothing else of it is kept."""

import re

#: The first that is found counts: most browsers also call themselves by the name of another.
BROWSERS = (
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/|Chromium/", "Chrome"),
    (r"Version/.*Safari/", "Safari"),
)
SYSTEMS = (
    (r"iPhone", "sur iPhone"),
    (r"iPad", "sur iPad"),
    (r"Android", "sous Android"),
    (r"CrOS", "sous ChromeOS"),
    (r"Windows", "sous Windows"),
    (r"Mac OS X|Macintosh", "sous macOS"),
    (r"Linux|X11", "sous Linux"),
)


def device_words(user_agent: str) -> str:
    """« Firefox sous Windows »; « Navigateur inconnu » when the browser does not say what it is."""
    browser, system = (_first(table, user_agent) for table in (BROWSERS, SYSTEMS))
    if system:
        return f"{browser or 'Navigateur'} {system}"
    return browser or "Navigateur inconnu"


def _first(table: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((words for pattern, words in table if re.search(pattern, text)), None)
