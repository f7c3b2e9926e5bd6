"""What a timer runs: `flask proposals <verb>`."""

from flask.cli import AppGroup

commands = AppGroup("proposals", help="Timers of this subject.")
