"""Boards of partnerships: mine, a region, the network."""

from flask import Blueprint

boards = Blueprint("boards", __name__)
