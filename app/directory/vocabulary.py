"""The words that institutions share: formats of partnership, publics, what one offers and seeks.

An enum's value is the code stored and used in URLs; its label is for the screen. Poles and axes are open lists, and stand
in a table (app.directory.edition.models.Theme). Source: « La Bpi, Centre associé de la Cité des métiers », Bpi, 11 July 2017.
"""

import enum


class Format(enum.Enum):
    """« À chaque partenariat sa formule »: from the heaviest to the one still to invent."""

    CENTRE = "centre-associe"
    RELAY = "point-relais"
    RENDEZ_VOUS = "rendez-vous-de-la-cite"
    THEMATIC = "sessions-thematiques"
    REFERRAL = "convention-d-orientation"
    OTHER = "autre-formule"

    @property
    def label(self) -> str:
        return FORMATS[self][0]

    @property
    def definition(self) -> str:
        return FORMATS[self][1]


FORMATS = {
    Format.CENTRE: (
        "Centre associé",
        "La formule la plus complète : un premier niveau d’accueil, d’information et d’orientation sur la vie professionnelle,"
        " la charte acceptée et un protocole d’accord.",
    ),
    Format.RELAY: ("Point relais", "Plus léger qu’un centre associé : un lieu qui relaie l’offre de la Cité."),
    Format.RENDEZ_VOUS: (
        "Rendez-vous de la Cité",
        "Un programme régulier dans la bibliothèque : ateliers co-animés, expositions sur les métiers, séances cinéma-métiers,"
        " rencontres d’auteur autour de l’emploi, actions de lutte contre l’illettrisme.",
    ),
    Format.THEMATIC: ("Sessions thématiques", "Des séances autour d’un thème de la vie professionnelle."),
    Format.REFERRAL: (
        "Convention d’orientation des publics",
        "La bibliothèque oriente ses publics vers les ateliers de la Cité, comme l’Alcazar et Marseille depuis 2013.",
    ),
    Format.OTHER: ("Autre formule à inventer", "Une formule que vous décrivez."),
}


class Activity(enum.Enum):
    """The parts of a « rendez-vous de la Cité », as the library network of Limoges imagined them."""

    WORKSHOP = "ateliers-co-animes"
    EXHIBITION = "expositions-metiers"
    CINEMA = "cinema-metiers"
    AUTHOR = "rencontres-d-auteur"
    LITERACY = "actions-illettrisme"

    @property
    def label(self) -> str:
        return ACTIVITIES[self]


ACTIVITIES = {
    Activity.WORKSHOP: "ateliers co-animés",
    Activity.EXHIBITION: "expositions sur les métiers",
    Activity.CINEMA: "séances cinéma-métiers",
    Activity.AUTHOR: "rencontres d’auteur autour de l’emploi",
    Activity.LITERACY: "actions de lutte contre l’illettrisme",
}


class Audience(enum.Enum):
    """The publics that the article names."""

    JOB_SEEKERS = "demandeurs-d-emploi"
    CHANGING = "reconversion"
    LEARNERS = "formation-tout-au-long-de-la-vie"
    FOUNDERS = "createurs-d-entreprise"
    STUDENTS = "etudiants"
    ORIENTATION = "orientation"

    @property
    def label(self) -> str:
        return AUDIENCES[self]


AUDIENCES = {
    Audience.JOB_SEEKERS: "personnes en recherche d’emploi",
    Audience.CHANGING: "personnes en reconversion",
    Audience.LEARNERS: "personnes qui se forment tout au long de la vie",
    Audience.FOUNDERS: "créateurs et créatrices d’entreprise",
    Audience.STUDENTS: "étudiantes et étudiants",
    Audience.ORIENTATION: "jeunes et adultes qui choisissent leur orientation",
}


class Resource(enum.Enum):
    """What an institution can bring, or seeks: of a library, then of a Cité."""

    ROOM = "salle"
    OPENING = "horaires-etendus"
    WORKSHOPS = "ateliers"
    DATABASES = "ressources-numeriques"
    COLLECTION = "collections"
    DIGITAL = "ateliers-numeriques"
    CONVERSATION = "groupes-de-conversation"
    WRITER = "ecrivain-public"
    STATIONS = "postes-informatiques"
    COUNSELLORS = "journees-de-conseillers"
    PARTNER_WORKSHOPS = "ateliers-de-partenaires"
    EXHIBITIONS = "expositions"
    TRAINING = "formation-des-bibliothecaires"
    OTHER = "autre"

    @property
    def label(self) -> str:
        return RESOURCES[self]


RESOURCES = {
    Resource.ROOM: "une salle",
    Resource.OPENING: "des horaires d’ouverture étendus",
    Resource.WORKSHOPS: "des ateliers",
    Resource.DATABASES: "des ressources en ligne (Xerfi, Astrée…)",
    Resource.COLLECTION: "des collections et de l’autoformation",
    Resource.DIGITAL: "des ateliers numériques",
    Resource.CONVERSATION: "des groupes de conversation",
    Resource.WRITER: "un écrivain public",
    Resource.STATIONS: "des postes informatiques",
    Resource.COUNSELLORS: "des journées de conseillers",
    Resource.PARTNER_WORKSHOPS: "des ateliers de partenaires",
    Resource.EXHIBITIONS: "des expositions",
    Resource.TRAINING: "la formation des bibliothécaires",
    Resource.OTHER: "autre chose, à décrire",
}

#: What a library usually brings, and a Cité; either may offer or seek anything else.
OF_LIBRARIES = (
    *(Resource.ROOM, Resource.OPENING, Resource.WORKSHOPS, Resource.DATABASES, Resource.COLLECTION),
    *(Resource.DIGITAL, Resource.CONVERSATION, Resource.WRITER, Resource.STATIONS),
)
OF_CITES = (Resource.COUNSELLORS, Resource.PARTNER_WORKSHOPS, Resource.EXHIBITIONS, Resource.TRAINING)


def usual_first(brings: tuple[Resource, ...]) -> tuple[list[Resource], list[Resource]]:
    """The resources that are usual for one side, then all the others."""
    return list(brings), [resource for resource in Resource if resource not in brings]
