"""The service. `create_app` reads as its table of contents: one line per subject."""

from collections.abc import Mapping

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from app import config, errors, formats, headers, static_files
from app.accounts import session
from app.extensions import compress, csrf, db
from app.static_files import Service


def create_app(environment: Mapping[str, str] | None = None) -> Flask:
    """Make the application from the settings of `environment` (by default, the process's own)."""
    values = config.read() if environment is None else config.read(environment)
    if not values["DATABASE_URL"]:
        raise config.UnsafeSetting("DATABASE_URL is empty: `make run` starts the private cluster and gives its address")
    app = Service(__name__, template_folder="../templates")
    app.url_map.strict_slashes = False
    app.config.from_mapping(config.flask_config(values))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["csp_nonce"] = headers.csp_nonce
    if values["PROXY_COUNT"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, *[values["PROXY_COUNT"]] * 3)  # type: ignore[method-assign]

    db.init_app(app)
    csrf.init_app(app)
    compress.init_app(app)
    errors.register(app)
    headers.register(app)
    formats.register(app)
    session.register(app)
    static_files.register(app)

    # Imported here, the one place of the project, so that a command that only needs the tables does not load the pages.
    from app.accounts.commands import commands as accounts_commands
    from app.accounts.views import accounts
    from app.coverage.candidates.views import candidates
    from app.coverage.dossier.views import dossier
    from app.coverage.pictures.views import pictures
    from app.coverage.scenarios.commands import commands as scenarios_commands
    from app.coverage.scenarios.views import scenarios
    from app.coverage.shortlists.commands import commands as shortlists_commands
    from app.coverage.shortlists.views import shortlists
    from app.coverage.sites.commands import commands as sites_commands
    from app.coverage.sites.views import sites
    from app.coverage.views import coverage
    from app.demonstration.views import demonstration
    from app.directory.edition.commands import commands as edition_commands
    from app.directory.edition.views import edition
    from app.directory.memberships.commands import commands as memberships_commands
    from app.directory.memberships.departures.views import departures
    from app.directory.memberships.network.views import network
    from app.directory.memberships.views import memberships
    from app.directory.views import directory
    from app.mail.commands import commands as mail_commands
    from app.mail.mailbox import mailbox
    from app.mail.views import mail
    from app.maps.views import maps
    from app.matchmaking.advice.views import advice
    from app.matchmaking.interests.commands import commands as interests_commands
    from app.matchmaking.interests.views import interests
    from app.matchmaking.introductions.commands import commands as introductions_commands
    from app.matchmaking.introductions.views import introductions
    from app.matchmaking.proposals.commands import commands as proposals_commands
    from app.matchmaking.proposals.views import proposals
    from app.meetings.calendars.views import calendars
    from app.meetings.commands import commands as meetings_commands
    from app.meetings.desk.views import desk
    from app.meetings.invitations.commands import commands as invitations_commands
    from app.meetings.invitations.views import invitations
    from app.meetings.programme.views import programme
    from app.meetings.registrations.commands import commands as registrations_commands
    from app.meetings.registrations.views import registrations
    from app.meetings.requests.views import meeting_requests
    from app.meetings.seating.views import seating
    from app.meetings.sheets.views import sheets
    from app.meetings.views import meetings
    from app.meetings.workshops.views import workshops
    from app.pages.views import pages
    from app.partnerships.agreements.views import agreements
    from app.partnerships.boards.commands import commands as boards_commands
    from app.partnerships.boards.views import boards
    from app.partnerships.commands import commands as partnerships_commands
    from app.partnerships.exchanges.views import exchanges
    from app.partnerships.figures.views import figures
    from app.partnerships.views import partnerships
    from app.timers import commands as timers_commands
    from app.workspace.views import workspace

    subjects = [
        *(pages, directory, maps, coverage),
        *(candidates, shortlists, sites, scenarios, dossier, pictures),
        *(mail, accounts, memberships, departures, network, edition, workspace),
        *(interests, introductions, proposals, advice),
        *(exchanges, partnerships, agreements, figures, boards),
        *(meetings, programme, calendars, registrations, invitations, desk, seating, sheets, workshops, meeting_requests),
    ]
    if app.config["OF_THIS_MACHINE"]:
        subjects += [demonstration, mailbox]
    for subject in subjects:
        app.register_blueprint(subject)
    for commands in (
        *(timers_commands, mail_commands, accounts_commands, memberships_commands, boards_commands),
        *(edition_commands, partnerships_commands),
        *(interests_commands, introductions_commands, proposals_commands, sites_commands, shortlists_commands),
        scenarios_commands,
        *(meetings_commands, invitations_commands, registrations_commands),
    ):
        app.cli.add_command(commands)
    return app
