"""What may be typed of a meeting: when, where, what, for whom, and how one signs up."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.accounts.forms import EmailField
from app.clock import PARIS
from app.directory.edition.contact_form import is_address_of_the_web
from app.directory.forms import coordinates
from app.directory.models import Kind
from app.forms import BaseForm, CheckboxListField, DayField, LongTextField, TextField, tidy
from app.matchmaking.interests.forms import OpenListField
from app.meetings.agenda import AgendaField
from app.meetings.fields import NoSuchHour, TimeField, comes_twice, moment, shown_hour
from app.meetings.models import MOST_PLACES, Openness
from app.meetings.naming import Found

LONGEST_MEETING_DAYS = 7
#: Where a meeting is held.
AT_HOST, AT_INSTITUTION, AT_ADDRESS, ONLINE = "hote", "structure", "adresse", "en-ligne"
PLACES = [
    (AT_HOST, "chez la structure qui invite"),
    (AT_INSTITUTION, "dans une autre structure de l’annuaire"),
    (AT_ADDRESS, "à une autre adresse"),
    (ONLINE, "en ligne seulement"),
]
OPENNESS_WORDS = {
    Openness.PUBLIC: "Ouverte à tous : tout le monde voit la rencontre et peut s’inscrire, même sans compte.",
    Openness.RESERVED: "Réservée à certaines structures : celles des types et des territoires choisis ci-dessous la voient et"
    " s’inscrivent.",
    Openness.INVITED: "Sur invitation : seules les structures que vous invitez la voient et s’inscrivent.",
    Openness.PARTNERS: "Entre les deux partenaires : eux seuls la voient.",
}


class PlacesField(StringField):
    """A number of places; `number` is its value, None when empty."""

    def __init__(self, label: str, lowest: int = 1, **options: Any) -> None:
        super().__init__(label, filters=[tidy], **options)
        self.lowest = lowest

    @property
    def number(self) -> int | None:
        text = "".join((self.data or "").split())
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        if self.data and (self.number is None or not self.lowest <= self.number <= MOST_PLACES):
            raise ValidationError(f"Écrivez un nombre entier entre {self.lowest} et {MOST_PLACES}, ou rien.")


class UrlField(StringField):
    """The address of an online meeting."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, filters=[tidy], **options)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature is that of WTForms
        text = self.data or ""
        if text and (not text.lower().startswith(("https://", "http://")) or len(text) > 500):
            raise ValidationError("Écrivez l’adresse entière du lien, qui commence par « https:// ».")
        if text and not is_address_of_the_web(text):
            raise ValidationError("Ce lien ne mène à aucun site. Écrivez-le ainsi : https://visio.exemple.fr/salle.")


class WhenForm(BaseForm):
    """Day and hours, on the clocks of Paris."""

    day = DayField("Jour", past=False, required="Donnez le jour.", name="jour")
    start = TimeField("Début", required="Donnez l’heure de début.", name="debut")
    end_day = DayField("Dernier jour, s’il y en a plusieurs", past=False, name="dernier-jour")
    end = TimeField("Fin", required="Donnez l’heure de fin.", name="fin")
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def read_when(self) -> None:
        """Find the two instants of valid fields; what is wrong with them is said at the fields."""
        self.starts_at = instant(self.day, self.start)
        self.ends_at = instant(self.end_day if self.end_day.data else self.day, self.end)
        if self.starts_at is None or self.ends_at is None:
            return
        if self.ends_at <= self.starts_at:
            wrong(self.end, "La fin est avant le début. Pour une rencontre de plusieurs jours, donnez aussi le dernier jour.")
        elif (self.ends_at - self.starts_at).days >= LONGEST_MEETING_DAYS:
            wrong(self.end_day, f"Une rencontre dure {LONGEST_MEETING_DAYS} jours au plus.")

    def show_when(self, starts_at: datetime, ends_at: datetime) -> None:
        self.day.data, self.start.data = day_of(starts_at), shown_hour(starts_at)
        self.end_day.data = day_of(ends_at) if day_of(ends_at) != day_of(starts_at) else None
        self.end.data = shown_hour(ends_at)

    @property
    def hours_that_come_twice(self) -> bool:
        """Whether the first of two hours of the same name was meant, the night when clocks go back."""
        return any(one is not None and comes_twice(one) for one in (self.starts_at, self.ends_at))


class WhereForm(BaseForm):
    """A place, a link, or both."""

    where = RadioField("Lieu", choices=[SelectChoice(*one) for one in PLACES], name="lieu", default=AT_HOST)
    place = TextField("Structure qui accueille", name="structure-accueil")
    place_meant = RadioField("Quelle structure", name="structure-accueil-choix", choices=[], validate_choice=False)
    address = TextField("Adresse", name="adresse")
    commune = TextField("Commune", name="commune", longest=100)
    commune_meant = RadioField("Quelle commune", name="commune-choix", choices=[], validate_choice=False)
    point = TextField("Position", name="position")
    online_url = UrlField("Lien de connexion", name="lien")
    region = TextField("Territoire concerné", name="territoire", longest=100)
    region_meant = RadioField("Quel territoire", name="territoire-choix", choices=[], validate_choice=False)
    access = LongTextField("Accès", name="acces", longest=1_000)

    def validate_point(self, field: StringField) -> None:
        """« 48.8606, 2.3522 », latitude first."""
        if field.data and coordinates(field.data) is None:
            raise ValidationError("Écrivez la latitude puis la longitude, par exemple 48.8606, 2.3522 ; ou rien.")

    @property
    def position(self) -> tuple[float, float] | None:
        """(longitude, latitude) of the point that was typed."""
        return coordinates(self.point.data) if self.point.data else None


class AboutForm(BaseForm):
    """What is said of a meeting, for whom it is, and how one signs up."""

    title = TextField("Titre", name="titre", required="Donnez un titre à la rencontre.")
    summary = LongTextField("Présentation", name="presentation")
    co_host = TextField("Structure qui organise avec vous", name="co-organisateur")
    co_host_meant = RadioField("Quelle structure", name="co-organisateur-choix", choices=[], validate_choice=False)
    agenda = AgendaField("Déroulé", name="deroule")
    themes = CheckboxListField("Pôles et axes", choices=[], name="axes")

    openness = RadioField("Pour qui", choices=[], name="ouverture", default=Openness.PUBLIC.value)
    for_kinds = CheckboxListField("Types de structures", choices=[(one.value, one.plural) for one in Kind], name="types")
    for_territories = LongTextField("Territoires", name="territoires", longest=2_000)
    for_territories_ticked = OpenListField("Précisez les territoires", name="territoires-choix")

    takes_registrations = BooleanField("On s’inscrit à cette rencontre", name="inscriptions")
    opens_day = DayField("Ouverture des inscriptions, jour", past=False, name="ouverture-jour")
    opens_hour = TimeField("Ouverture des inscriptions, heure", name="ouverture-heure")
    closes_day = DayField("Clôture des inscriptions, jour", past=False, name="cloture-jour")
    closes_hour = TimeField("Clôture des inscriptions, heure", name="cloture-heure")
    capacity = PlacesField("Nombre de places", name="places")
    walk_in_places = PlacesField("Dont places gardées « à la volée »", lowest=0, name="places-volee")
    needs_approval = BooleanField("Vous approuvez chaque inscription", name="approbation")
    asks_lunch = BooleanField("Demander qui déjeune sur place", name="dejeuner")

    contact_email = EmailField("Adresse électronique de contact", required=False, name="contact")
    contact_phone = TextField("Téléphone de contact", name="telephone", longest=40)
    revision = HiddenField(name="version")
    opens_at: datetime | None = None
    closes_at: datetime | None = None

    def offer_openness(self, among: tuple[Openness, ...]) -> None:
        self.openness.choices = [SelectChoice(one.value, OPENNESS_WORDS[one]) for one in among]

    def validate_walk_in_places(self, field: PlacesField) -> None:
        """They are part of the capacity."""
        if field.number and self.capacity.number is None:
            raise ValidationError("Donnez aussi le nombre de places : celles « à la volée » en font partie.")
        if field.number and self.capacity.number is not None and field.number > self.capacity.number:
            raise ValidationError("Il ne peut pas y avoir plus de places « à la volée » que de places en tout.")

    def read_registration_days(self, starts_at: datetime, ends_at: datetime) -> None:
        """Find when registration opens and closes; what is wrong is said at the fields."""
        self.opens_at = instant(self.opens_day, self.opens_hour, "00:00")
        at_start = self.closes_day.data == day_of(starts_at)
        self.closes_at = instant(self.closes_day, self.closes_hour, shown_hour(starts_at) if at_start else "23:59")
        if self.closes_at and self.closes_at > ends_at:
            wrong(self.closes_day, "Les inscriptions ne peuvent pas fermer après la fin de la rencontre.")
        if self.opens_at and self.opens_at >= (self.closes_at or starts_at):
            wrong(self.opens_day, "Les inscriptions doivent ouvrir avant de fermer.")


class DraftForm(AboutForm, WhenForm, WhereForm):
    """All that a draft says."""

    host = SelectField("Structure qui invite", name="hote", choices=[], validate_choice=False)
    #: Drawn with the form: what is sent twice makes one meeting.
    key = HiddenField(name="cle")


class MoveForm(WhenForm, WhereForm):
    """Another day, another place."""

    note = LongTextField("Pourquoi", name="motif", longest=1_000)
    revision = HiddenField(name="version")


class CancelForm(BaseForm):
    """Why a meeting is cancelled."""

    reason = LongTextField(
        "Motif, transmis à toutes les personnes concernées",
        name="motif",
        longest=1_000,
        required="Écrivez le motif : toutes les personnes concernées le liront.",
    )


class HoldForm(BaseForm):
    """How a meeting went."""

    attendance = PlacesField("Combien de personnes sont venues", lowest=0, name="presents")
    outcome = LongTextField("Ce qui en ressort", name="bilan", longest=5_000)


def wrong(field: Any, message: str) -> None:
    """Say an error at a field that was validated already."""
    field.errors = [*field.errors, message]


def day_of(instant: datetime) -> date:
    """The day of an instant on the calendars of Paris."""
    return instant.astimezone(PARIS).date()


def instant(day: DayField, hour: TimeField, otherwise: str = "") -> datetime | None:
    """The instant of a day and an hour, None where either is missing; an hour that does not exist is said at its field."""
    if not hour.data and otherwise and day.data:
        hour.data = otherwise
    if not day.data or hour.hour is None or day.errors or hour.errors:
        return None
    try:
        return moment(day.data, hour.hour)
    except NoSuchHour as error:
        wrong(hour, str(error))
        return None


def offer_choices(meant: SelectField, choices: Iterable[tuple[str, str]]) -> None:
    """Give a field these choices: (code, label)."""
    meant.choices = [SelectChoice(code, said) for code, said in choices]


def ask_back(typed: Any, meant: RadioField, found: Found, unknown: str) -> None:
    """Say that a name is not clear, and offer what it may be; or that nothing is known of it."""
    if found.one is not None or not typed.data:
        return
    if found.choices:
        offer_choices(meant, found.choices)
        wrong(meant, f"« {typed.data[:60]} » peut en désigner plusieurs : choisissez.")
    else:
        wrong(typed, unknown)


def revision_of(form: AboutForm | MoveForm) -> int | None:
    """The revision that the page had read; None for a page that does not say."""
    text = form.revision.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
