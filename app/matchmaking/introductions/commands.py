"""What a timer runs: `flask introductions <verb>`."""

from flask.cli import AppGroup

commands = AppGroup("introductions", help="Timers of this subject.")
