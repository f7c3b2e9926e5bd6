"""What a timer runs: `flask memberships <verb>`."""

from flask.cli import AppGroup

commands = AppGroup("memberships", help="Timers of this subject.")
