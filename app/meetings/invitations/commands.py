"""What a timer runs of invitations and reminders."""

from flask.cli import AppGroup

commands = AppGroup("invitations", help="Invitations et rappels.")
