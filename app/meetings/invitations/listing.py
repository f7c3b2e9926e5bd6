"""The files of invitations: the selection, so that one may telephone those who have no address; and what was answered."""

from typing import Any

from app.directory.facts import place
from app.exports import Column
from app.meetings.invitations.queries import Answer

SELECTION = [
    Column("Structure", "nom", lambda one: one.institution.name),
    Column("Type", "type", lambda one: one.institution.kind),
    Column("Lieu", "lieu", lambda one: place(one.institution)),
    Column("Téléphone", "telephone", lambda one: one.institution.phone),
    Column("Site", "site", lambda one: one.institution.website),
    Column("Adresse", "adresse", lambda one: one.institution.address),
    Column("Km de la Cité ou du centre le plus proche", "km_reseau", lambda one: one.metres and one.metres / 1000, decimals=1),
    Column("Invitation", "invitation", lambda one: one.standing or one.way.reach.value, shown=lambda one: one.said),
]


def _answer(row: Any) -> Answer:
    return Answer(row.answer)


ANSWERS = [
    Column("Structure", "nom", lambda row: row.Invitation.institution.name),
    Column("Type", "type", lambda row: row.Invitation.institution.kind),
    Column("Lieu", "lieu", lambda row: place(row.Invitation.institution)),
    Column("Téléphone", "telephone", lambda row: row.Invitation.institution.phone),
    Column("Réponse", "reponse", _answer),
    Column("Invitée le", "invitee_le", lambda row: row.Invitation.invited_at),
    Column("Dernier courriel le", "ecrit_le", lambda row: row.Invitation.written_at),
    Column("A décliné le", "decline_le", lambda row: row.Invitation.declined_at),
]
