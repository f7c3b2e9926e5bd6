"""What a timer runs of meetings."""

from flask.cli import AppGroup

commands = AppGroup("meetings", help="Rencontres : effacement.")
