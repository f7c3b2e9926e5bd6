"""`python -m seeds`: fill the tables. Says what would change; writes only with `--write`, all or nothing.

python -m seeds [territories|themes|network|libraries|agencies|all] [SOURCE] [--write]
python -m seeds first-run [--libraries SOURCE] [--demonstration]
                                                      fills what is missing, as `make run` does
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NoReturn

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import config
from app.local_database import LOCAL, Cluster, NoPostgis
from seeds import demonstration, first_run, output
from seeds.loaders import LOADERS, Options
from seeds.sync import Report, SourceError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; give its exit code: 0, or 1 after one sentence that says why nothing was changed."""
    asked = _parser().parse_args(arguments)
    try:
        settings = config.read()
        with _database(settings["DATABASE_URL"]) as url, _session(url) as session:
            if asked.what == "first-run":
                first_run.fill(session, asked.libraries, settings["LIBRARIES_URL"])
                if asked.demonstration and settings["ENVIRONMENT"] == "local":
                    demonstration.fill(session)
                session.commit()
                return 0
            reports = _load(session, asked)
            # The report first: should it fail, nothing has been changed.
            path = _write_remarks(reports, asked)
            if asked.write:
                session.commit()
            _tell(reports, path, asked.write)
    except KeyboardInterrupt:
        return _refuse("Interrompu.")
    except (SourceError, NoPostgis, config.UnsafeSetting) as problem:
        return _refuse(str(problem))
    except sa.exc.OperationalError as error:
        return _refuse(_trouble(error))
    except sa.exc.ProgrammingError as error:
        return _refuse(
            f"Les tables ne sont pas à jour ({_first_line(error)}) : lancez « make run », ou « alembic upgrade head »."
        )
    except (sa.exc.IntegrityError, sa.exc.DataError) as error:
        return _refuse(f"La base refuse une ligne de ce fichier ({_first_line(error)}).")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m seeds",
        description="Remplit les tables à partir des sources. Sans --write, dit seulement ce qui changerait.",
    )
    parser.add_argument("what", nargs="?", default="all", choices=[*LOADERS, "all", "first-run"], help="ce qu’il faut charger")
    parser.add_argument("source", nargs="?", metavar="SOURCE", help="fichier ou adresse ; sinon, la source habituelle")
    parser.add_argument("--write", action="store_true", help="écrit les changements, tous ou aucun")
    parser.add_argument(
        "--date", type=date.fromisoformat, metavar="AAAA-MM-JJ", help="bibliothèques : jour où le fichier était vrai"
    )
    parser.add_argument("--partial", action="store_true", help="bibliothèques : le fichier n’est qu’un extrait")
    parser.add_argument(
        "--accept-losses", action="store_true", help="bibliothèques : le fichier en nomme beaucoup moins, et c’est voulu"
    )
    parser.add_argument("--older", action="store_true", help="bibliothèques : charge un fichier plus ancien que le dernier")
    parser.add_argument("--report", type=Path, metavar="FICHIER", help="où écrire les lignes refusées ou réparées")
    parser.add_argument("--libraries", metavar="SOURCE", help="first-run : fichier ou adresse de bibliothèques à charger")
    parser.add_argument(
        "--demonstration", action="store_true", help="first-run : ajoute les comptes de démonstration (jamais en production)"
    )
    return parser


class _Parser(argparse.ArgumentParser):
    """Says in French that a command is not understood, since `argparse` speaks English."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"Commande non comprise ({message}). « {self.prog} --help » dit ce qui est possible.\n")


@contextmanager
def _session(url: str) -> Iterator[Session]:
    engine = sa.create_engine(url)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


@contextmanager
def _database(url: str) -> Iterator[str]:
    """Give the address of the database: the one set, else the private cluster, started for the time of the command."""
    if url:
        yield url
        return
    cluster = Cluster(LOCAL / "postgres")
    running = cluster.is_ready()
    try:
        yield cluster.start()
    finally:
        if not running:
            cluster.stop()


def _load(session: Session, asked: argparse.Namespace) -> list[Report]:
    """Load what is asked, in the order in which one depends on the other."""
    names = list(LOADERS) if asked.what == "all" else [asked.what]
    if asked.source and asked.what in ("all", "territories"):
        raise SourceError("SOURCE va avec « themes », « network », « libraries » ou « agencies ».")
    # All together, one needs what the one before has written: a dry run writes too, in a transaction that is not committed.
    write = asked.write or asked.what == "all"
    options = Options(asked.source, write, asked.date, asked.partial, asked.accept_losses, asked.older)
    return [LOADERS[name](session, options) for name in names]


def _write_remarks(reports: list[Report], asked: argparse.Namespace) -> Path | None:
    """Write the rows to look at, if there are any; give the file."""
    told = [report for report in reports if report.refused or report.repaired or report.unmatched]
    if not told:
        return None
    path: Path = asked.report or output.default_path(LOCAL / "rapports", asked.what)
    output.write_remarks(path, told)
    return path


def _tell(reports: list[Report], remarks: Path | None, written: bool) -> None:
    for report in reports:
        print(output.summary(report))
    if remarks:
        print(f"\nLignes refusées, réparées ou non rapprochées : {remarks}")
    if not written:
        print("\nRien n’a été écrit. Ajoutez --write pour appliquer ces changements.")


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _trouble(error: sa.exc.OperationalError) -> str:
    """Tell a database that is away (no code, or one of the connection) from one that answers and cannot do what is asked."""
    code = getattr(error.orig, "sqlstate", None)
    if code is None or code.startswith(("08", "28", "3D", "57P")):
        return f"La base de données ne répond pas ({_first_line(error)}). Vérifiez DATABASE_URL."
    return f"La base de données n’a pas pu faire ce chargement ({_first_line(error)}) : rien n’a été changé."


def _first_line(error: sa.exc.DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]


if __name__ == "__main__":
    sys.exit(main())
