"""What a timer runs: `flask mail <verb>`."""

from flask.cli import AppGroup

commands = AppGroup("mail", help="Timers of this subject.")
