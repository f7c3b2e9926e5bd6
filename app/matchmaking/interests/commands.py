"""What a timer runs: `flask interests <verb>`."""

from flask.cli import AppGroup

commands = AppGroup("interests", help="Timers of this subject.")
