"""What a timer runs: `flask boards <verb>`."""

from flask.cli import AppGroup

commands = AppGroup("boards", help="Timers of this subject.")
