"""What people are written about their account."""

from datetime import timedelta

from flask import current_app

from app.accounts.models import User
from app.clock import now
from app.formats import french_date
from app.mail.models import Category
from app.mail.outbox import Mail, link


def sign_in(token: str) -> Mail:
    return Mail(
        "Connectez-vous à Maillage",
        (
            "Vous avez demandé à vous connecter à Maillage. Le lien ci-dessous ouvre une page où un bouton vous connecte.",
            "Il sert une seule fois, pendant 15 minutes. Ne le transmettez à personne : il ouvre votre compte.",
            "Si vous n’avez rien demandé, ne faites rien : sans ce lien, personne ne se connecte à votre place.",
        ),
        Category.ESSENTIAL,
        ("Me connecter", link("accounts.confirm", token=token)),
    )


def confirm_email(token: str) -> Mail:
    return Mail(
        "Confirmez votre nouvelle adresse",
        (
            "Une personne connectée à Maillage demande que son compte utilise désormais cette adresse.",
            "Si c’est vous, ouvrez le lien ci-dessous dans le navigateur où votre session est ouverte. Il sert une seule fois,"
            " pendant une heure.",
            "Si ce n’est pas vous, ne faites rien : cette adresse ne sera pas utilisée.",
        ),
        Category.ESSENTIAL,
        ("Confirmer cette adresse", link("accounts.confirm_email", token=token)),
    )


def email_changed() -> Mail:
    """To the address before: it does not name the new one, since this mailbox may no longer be read by its person alone."""
    contact = current_app.config["CONTACT_EMAIL"]
    return Mail(
        "Vérifiez que vous avez bien changé d’adresse",
        (
            "L’adresse de votre compte Maillage vient de changer. Les courriers du service ne viendront plus ici, et cette"
            " adresse n’ouvre plus votre compte.",
            "Si c’est vous, il n’y a rien à faire.",
            f"Si ce n’est pas vous, écrivez sans attendre à {contact}."
            if contact
            else "Si ce n’est pas vous, prévenez sans attendre l’éditeur du site.",
        ),
        Category.ESSENTIAL,
    )


def unused(user: User, erased_after: timedelta) -> Mail:
    day = french_date(now() + erased_after)
    return Mail(
        "Connectez-vous pour garder votre compte",
        (
            f"Votre compte Maillage n’a pas servi depuis le {french_date(user.last_seen_at)}.",
            f"Sans connexion de votre part, il sera effacé à partir du {day}, avec vos préférences et vos rattachements. Ce que"
            " vous avez écrit au nom d’une structure lui reste, sans votre nom.",
            "Pour le garder, il suffit de vous connecter une fois. Pour le laisser s’effacer, il n’y a rien à faire.",
        ),
        Category.ESSENTIAL,
        ("Me connecter", link("accounts.sign_in")),
    )
