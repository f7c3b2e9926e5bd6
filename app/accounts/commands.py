"""What a timer runs: `flask accounts <verb>`."""

from flask.cli import AppGroup

commands = AppGroup("accounts", help="Timers of this subject.")
