"""Unsubscribing in one click and, on this machine, the mails that would have left."""

from flask import Blueprint

mail = Blueprint("mail", __name__)
