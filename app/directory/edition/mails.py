"""Mails about errors reported in sheets."""

from app.directory.edition.models import ErrorReport, Outcome
from app.mail.models import Category
from app.mail.outbox import Mail, link


def error_reported(report: ErrorReport) -> Mail:
    """To those who follow the region: something is to be verified. The address of who reported it stays out."""
    name = report.institution.name
    return Mail(
        subject=f"Vérifiez la fiche « {name} » : une erreur est signalée",
        paragraphs=[
            f"Une personne signale une erreur dans la fiche « {name} » :",
            report.message,
            "Corrigez la fiche s’il y a lieu, puis dites ce qu’il en est.",
        ],
        category=Category.REQUESTS,
        action=("Vérifier cette fiche", link("edition.queue")),
    )


def error_handled(report: ErrorReport, outcome: Outcome, answer: str | None) -> Mail:
    """To who reported the error and left an address, which is erased once this is posted."""
    name = report.institution.name
    said = {
        Outcome.CORRECTED: f"Grâce à vous, la fiche « {name} » a été corrigée.",
        Outcome.NOT_AN_ERROR: f"Après vérification, la fiche « {name} » est juste : elle n’a pas été modifiée.",
    }
    return Mail(
        subject=f"Votre signalement sur « {name} » a été traité",
        paragraphs=[
            "Vous aviez signalé une erreur dans une fiche de l’annuaire.",
            said[outcome],
            *([answer] if answer else []),
            "Merci de votre aide. Votre adresse vient d’être effacée de ce signalement.",
        ],
        category=Category.ESSENTIAL,
        action=("Voir la fiche", link("directory.sheet", public_id=report.institution.public_id)),
    )
