"""What a timer runs of registrations."""

from flask.cli import AppGroup

commands = AppGroup("registrations", help="Inscriptions : liste d’attente.")
