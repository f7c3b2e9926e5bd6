"""The seeds by name, in the order in which one depends on the other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from seeds import agencies, libraries, network, territories, themes
from seeds.sync import Report


@dataclass(frozen=True)
class Options:
    """What may be asked of a seed on the command line."""

    source: str | None = None
    write: bool = False
    vintage: date | None = None
    partial: bool = False
    accept_losses: bool = False
    older: bool = False


def _libraries(session: Session, options: Options) -> Report:
    return libraries.load(
        session,
        options.source,
        write=options.write,
        vintage=options.vintage,
        partial=options.partial,
        accept_losses=options.accept_losses,
        older=options.older,
    )


LOADERS: dict[str, Callable[[Session, Options], Report]] = {
    "territories": lambda session, options: territories.load(session, write=options.write),
    "agencies": lambda session, options: agencies.load(session, options.source, write=options.write),
    "themes": lambda session, options: themes.load(session, options.source, write=options.write),
    "libraries": _libraries,
    "network": lambda session, options: network.load(session, options.source, write=options.write),
}
