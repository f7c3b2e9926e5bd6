"""Every setting of the service: its name, its default, one line of help. README's table is checked against this list.

A setting is read from the environment variable of its name. In production the service refuses to start on an unsafe one.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.this_machine import LOOPBACK, is_of_this_machine


@dataclass(frozen=True)
class Setting:
    """One setting; the type of the default is the type of the value."""

    name: str
    default: str | int
    help: str


SETTINGS = (
    Setting("DATABASE_URL", "", "PostgreSQL server with PostGIS; empty: the private cluster of this machine"),
    Setting("LOCAL_FOLDER", ".local", "where this machine keeps its private cluster, its secret and its reports"),
    Setting("ENVIRONMENT", "local", "local, or production, which refuses unsafe settings"),
    Setting("SECRET_KEY", "only-for-this-machine", "signs forms and sessions; 32 characters or more in production"),
    Setting("HOST", "127.0.0.1", "address on which `make run` listens"),
    Setting("PORT", 8000, "port on which `make run` listens"),
    Setting("PROXY_COUNT", 0, "how many reverse proxies of ours stand before the service; to be written in production"),
    Setting("TRUSTED_HOSTS", "", "names under which the service is reached, parted by commas; required in production"),
    Setting("STALE_AFTER_MONTHS", 24, "an observation older than this is « à confirmer »"),
    Setting("BASE_MAP_URL", "", "tiles under the map, as https://…/{z}/{x}/{y}.png; empty: none, and no third party"),
    Setting("BASE_MAP_ATTRIBUTION", "", "credit shown with these tiles"),
    Setting("PUBLISHER", "", "who publishes this site, for its legal notice; required in production"),
    Setting("CONTACT_EMAIL", "", "shared mailbox shown to visitors; required in production"),
    Setting("SITE_URL", "", "address of the service, as mails write it; empty: that of HOST and PORT; required in production"),
    Setting("MAIL_FROM", "maillage@localhost", "mailbox that mails come from; required in production"),
    Setting("SMTP_HOST", "", "server that delivers mails; empty: none leaves, and they are read at /courrier"),
    Setting("SMTP_PORT", 587, "port of this server"),
    Setting("SMTP_SECURITY", "starttls", "starttls, tls, or none for a server of the same machine"),
    Setting("SMTP_USER", "", "account on this server, if it asks for one"),
    Setting("SMTP_PASSWORD", "", "password of this account"),
    Setting("OFFER_HOURS", 48, "how long a place that frees is offered to the next of the waiting list"),
    Setting("REMINDER_DAYS", 7, "days before a meeting when those who registered are reminded of it"),
    Setting("LAST_REMINDER_DAYS", 1, "days before a meeting when they are reminded again"),
    Setting("MEETING_DATA_DAYS", 90, "days after a meeting when what it knew of people is erased; a workshop: the next day"),
    Setting(
        "SEMINAR_ORGANISERS", "bpi", "institutions whose people read the requests of meetings of all regions, parted by commas"
    ),
    Setting("LIBRARIES", "", "file or address of libraries that `make run` loads at its start"),
    Setting(
        "LIBRARIES_URL",
        "https://www.data.gouv.fr/fr/datasets/r/806a8aa1-952f-404d-9857-3f27b7c0ca86",
        "official file of libraries, read by `python -m seeds libraries` without SOURCE",
    ),
)


#: What every connection asks of PostgreSQL: pages do not wait for compiled plans, which take longer than their queries,
#: and the words of a search resemble each other from a lower share than PostgreSQL's own.
SESSION_OPTIONS = "-c statement_timeout=20000 -c timezone=Europe/Paris -c jit=off -c pg_trgm.word_similarity_threshold=0.4"


#: What is sent compressed: all that is text.
COMPRESSED = [
    *("text/html", "text/css", "text/csv", "text/plain", "text/javascript", "application/javascript"),
    *("application/json", "application/geo+json", "application/ld+json", "image/svg+xml"),
]
LEAST = {
    "STALE_AFTER_MONTHS": 1,
    "PROXY_COUNT": 0,
    "OFFER_HOURS": 1,
    "REMINDER_DAYS": 1,
    "LAST_REMINDER_DAYS": 1,
    "MEETING_DATA_DAYS": 1,
}
REQUIRED_IN_PRODUCTION = {
    "PUBLISHER": "the law asks for a legal notice",
    "CONTACT_EMAIL": "the law asks for a legal notice",
    "TRUSTED_HOSTS": "addresses that the service writes must not come from a forged header",
    "SMTP_HOST": "people sign in by a link that they are sent",
}


class UnsafeSetting(Exception):
    """A setting with which the service must not start."""


def read(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Give the value of each setting; raise `UnsafeSetting` on one that is malformed, or unsafe in production."""
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = environment.get(setting.name, "")
        try:
            values[setting.name] = type(setting.default)(text) if text else setting.default
        except ValueError:
            raise UnsafeSetting(f"Le réglage {setting.name} doit être un nombre entier, et non « {text} ».") from None
    # The form that many hosts give; SQLAlchemy knows the other alone.
    values["DATABASE_URL"] = re.sub(r"^postgres://", "postgresql://", values["DATABASE_URL"])
    if values["DATABASE_URL"] and not re.match(r"postgresql(\+psycopg)?://", values["DATABASE_URL"]):
        raise UnsafeSetting("DATABASE_URL est l'adresse d'un serveur PostgreSQL : postgresql://…")
    if values["ENVIRONMENT"] not in ("local", "production"):
        raise UnsafeSetting("ENVIRONMENT vaut local ou production.")
    if values["SMTP_SECURITY"] not in ("starttls", "tls", "none"):
        raise UnsafeSetting("SMTP_SECURITY vaut starttls, tls ou none.")
    values["SITE_URL"] = values["SITE_URL"] or f"http://{values['HOST']}:{values['PORT']}"
    if not re.fullmatch(r"https?://[^/\s]+/?", values["SITE_URL"]):
        raise UnsafeSetting("SITE_URL est l'adresse du site : https://annuaire.exemple.org")
    for name, least in LEAST.items():
        if values[name] < least:
            raise UnsafeSetting(f"{name} vaut au moins {least}.")
    if values["ENVIRONMENT"] == "production":
        _refuse_unsafe(values, environment)
    return values


def _refuse_unsafe(values: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    mailbox = r"[^@\s]+@[^@\s]+\.[^@\s]+"
    names = [name.strip() for name in values["TRUSTED_HOSTS"].split(",")]
    in_clear = values["BASE_MAP_URL"] and not values["BASE_MAP_URL"].startswith("https://")
    required = [(not values[name], f"{name} is required in production: {why}") for name, why in REQUIRED_IN_PRODUCTION.items()]
    faults = [
        # Behind a proxy that is not counted, all visitors are one client, and share its limits.
        (not environment.get("PROXY_COUNT"), "PROXY_COUNT is required: how many proxies stand before the service, 0 if none"),
        (len(values["SECRET_KEY"]) < 32, "SECRET_KEY needs 32 characters or more in production"),
        (not values["DATABASE_URL"], "DATABASE_URL is required in production"),
        (not values["SITE_URL"].startswith("https://"), "SITE_URL must be https: links that sign people in go by it"),
        (values["MAIL_FROM"].endswith("@localhost"), "MAIL_FROM is required: a mailbox of the service's own domain"),
        *required,
        *((not re.fullmatch(mailbox, values[name]), f"{name} must be one mailbox") for name in ("MAIL_FROM", "CONTACT_EMAIL")),
        (
            values["SMTP_SECURITY"] == "none" and values["SMTP_HOST"] not in LOOPBACK,
            "SMTP_SECURITY none is for a server of the same machine: links must not travel in clear",
        ),
        ("*" in names or urlsplit(values["SITE_URL"]).hostname not in names, "TRUSTED_HOSTS holds SITE_URL's name, and no *"),
        (in_clear, "BASE_MAP_URL must be https in production"),
    ]
    for is_wrong, sentence in faults:
        if is_wrong:
            raise UnsafeSetting(sentence)


def flask_config(values: Mapping[str, Any]) -> dict[str, Any]:
    """Translate the settings into what Flask and its extensions read."""
    production = values["ENVIRONMENT"] == "production"
    return dict(values) | {
        "OF_THIS_MACHINE": is_of_this_machine(values),
        "TRUSTED_HOSTS": [name.strip() for name in values["TRUSTED_HOSTS"].split(",") if name.strip()] or None,
        "SQLALCHEMY_ENGINES": {
            "default": {
                "url": values["DATABASE_URL"],
                # A connection that the server dropped is replaced before use: the site comes back by itself.
                "pool_pre_ping": True,
                # What people typed has no place in a log.
                "hide_parameters": True,
                "connect_args": {"connect_timeout": 3, "options": SESSION_OPTIONS},
            }
        },
        "COMPRESS_MIMETYPES": COMPRESSED,
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_NAME": "__Host-maillage" if production else "maillage",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_I18N_ENABLED": False,
        # A form left open during a meeting still sends what was typed: the token lives as long as the session.
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": 12 * 1024 * 1024,
    }
