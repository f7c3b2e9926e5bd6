"""The rules of the format adviser, as data: what is asked, and what each format needs, with reason and source.

A need that no source states says « notre appréciation ». An answer that is not given is unknown: never a no. Nothing here
grants anything: the label of a Cité is Universcience's to give, and a format is agreed upon with a Cité.
"""

from dataclasses import dataclass

from app.directory.vocabulary import Format


@dataclass(frozen=True)
class Source:
    """Where a rule comes from; without address, it is ours."""

    title: str
    url: str = ""


ARTICLE = Source(
    "Mathilde Servet, « La Bpi, Centre associé de la Cité des métiers », Bpi, 11 juillet 2017",
    "https://pro.bpi.fr/la-bpi-centre-associe-de-la-cite-des-metiers-mise-en-uvre-objectifs/",
)
OURS = Source("notre appréciation")


@dataclass(frozen=True)
class Question:
    """What is asked: by yes or no or, when it has a `unit`, by a number."""

    code: str
    text: str
    hint: str = ""
    unit: str = ""
    most: float = 0

    @property
    def is_number(self) -> bool:
        return bool(self.unit)


#: The charter of the Cités des métiers, in its own words (source: ARTICLE).
PRINCIPLES = (
    Question("gratuit", "Accueillir de manière gratuite, anonyme et sans rendez-vous, dans l’esprit du service public"),
    Question("besoin", "Se centrer sur le besoin de la personne"),
    Question("ecoute", "Favoriser l’écoute par un espace accueillant et valorisant"),
    Question("tout-public", "S’adresser à tout public"),
    Question("habitants", "S’adapter aux besoins des habitants du territoire"),
)
MEANS = (
    Question("heures", "Heures d’ouverture au public par semaine", unit="heures par semaine", most=168),
    Question(
        "personnel", "Personnel salarié", "En équivalents temps plein ; 0 si l’équipe est bénévole.", unit="salariés", most=5000
    ),
    Question("salle", "Disposez-vous d’une salle pour des ateliers ou des rencontres ?"),
    Question("postes", "Avez-vous des postes reliés à internet pour le public ?"),
    Question(
        "accueil",
        "Pouvez-vous assurer un premier niveau d’accueil, d’information et d’orientation sur la vie professionnelle ?",
        "Renseigner sur les ateliers et aiguiller vers la Cité ; les bibliothécaires de la Bpi y ont été préparés par des"
        " journées de sensibilisation.",
    ),
    Question(
        "accord",
        "Votre autorité a-t-elle donné son accord ?",
        "Délibération du conseil, ou accord du maire ou du président : une bibliothèque municipale ou intercommunale ne signe"
        " pas seule.",
    ),
)
DISTANCE = Question(
    "distance",
    "Distance à la Cité des métiers la plus proche",
    "Facultatif. À vol d’oiseau.",
    unit="kilomètres",
    most=20_000,
)
QUESTIONS = (*PRINCIPLES, *MEANS, DISTANCE)


@dataclass(frozen=True)
class Need:
    """What a format needs: a question answered by yes, or by `at_least` so much."""

    question: str
    label: str
    reason: str
    source: Source
    at_least: float = 0


def _charter(question: Question) -> Need:
    return Need(
        question.code,
        f"Principe de la charte : « {question.text} »",
        "Le partenariat de la Bpi « s’inscrit dans le respect de la charte de la Cité des métiers » ; pour les formules plus"
        " légères, l’article n’en fait pas une condition.",
        ARTICLE,
    )


SIGNING = Need(
    "accord",
    "L’accord de votre autorité",
    "Une convention ou un protocole engage la collectivité : le conseil, le maire ou le président en décide.",
    OURS,
)
ROOM = Need("salle", "Une salle", "Des ateliers, des expositions ou des rencontres demandent un lieu où se tenir.", OURS)

#: From the lightest format to the heaviest; what a format does not list, it does not need.
LADDER: tuple[Format, ...] = (Format.OTHER, Format.REFERRAL, Format.THEMATIC, Format.RENDEZ_VOUS, Format.RELAY, Format.CENTRE)
NEEDS: dict[Format, tuple[Need, ...]] = {
    Format.OTHER: (),
    Format.REFERRAL: (SIGNING,),
    Format.THEMATIC: (ROOM,),
    Format.RENDEZ_VOUS: (ROOM,),
    Format.RELAY: (
        Need(
            "personnel",
            "Au moins une personne salariée",
            "Relayer l’offre de la Cité demande quelqu’un qui la connaît et qui est là régulièrement.",
            OURS,
            at_least=0.5,
        ),
        Need(
            "heures",
            "Au moins 10 heures d’ouverture par semaine",
            "En dessous, le public trouve rarement porte ouverte.",
            OURS,
            10,
        ),
        Need("postes", "Des postes reliés à internet", "Une grande partie de l’offre de la Cité se consulte en ligne.", OURS),
        SIGNING,
    ),
    Format.CENTRE: (
        *(_charter(principle) for principle in PRINCIPLES),
        Need(
            "accueil",
            "Un premier niveau d’accueil, d’information et d’orientation",
            "« Un centre associé doit pouvoir délivrer un premier niveau d’accueil-information-orientation sur la vie"
            " professionnelle. »",
            ARTICLE,
        ),
        Need(
            "personnel",
            "Au moins une personne salariée",
            "Ce premier niveau d’accueil demande une présence formée et régulière.",
            OURS,
            at_least=1,
        ),
        Need(
            "heures",
            "Au moins 20 heures d’ouverture par semaine",
            "Accueillir sans rendez-vous n’a de sens que si l’on trouve ouvert ; un lieu ouvert quelques heures par semaine"
            " convient mieux à un rendez-vous de la Cité.",
            OURS,
            20,
        ),
        Need("salle", "Une salle", "Les ateliers des partenaires de la Cité et l’écoute demandent un lieu à part.", OURS),
        Need("postes", "Des postes reliés à internet", "S’informer et postuler se fait en ligne.", OURS),
        Need(
            "accord",
            "L’accord de votre autorité",
            "La Bpi est devenue centre associé par un protocole d’accord, signé de sa directrice et du président"
            " d’Universcience. Qui signe chez vous dépend de votre statut (notre appréciation).",
            ARTICLE,
        ),
    ),
}

#: What is worth knowing of a format whatever the answers.
REMARKS: dict[Format, tuple[str, Source]] = {
    Format.OTHER: ("« D’autres formules à inventer » : celle-ci se décrit à deux, et ne demande rien d’avance.", ARTICLE),
    Format.REFERRAL: ("Un seul sens, peu de moyens : la plus simple à mettre en place, une fois signée.", OURS),
    Format.THEMATIC: ("L’article cite cette formule sans la définir : le contenu est à convenir.", ARTICLE),
    Format.RENDEZ_VOUS: (
        "Une idée née à Limoges, dans le réseau des bibliothèques. Elle convient aussi à un lieu ouvert peu d’heures (notre"
        " appréciation).",
        ARTICLE,
    ),
    Format.RELAY: ("Aucune source connue n’en fixe les conditions : ce qui suit se discute avec la Cité.", OURS),
    Format.CENTRE: (
        "À la Bpi, elle a été essayée dès septembre 2015, et signée en juillet 2016.",
        ARTICLE,
    ),
}

NO_GRANT = (
    "Ce questionnaire aide à se parler ; il n’accorde rien. Le label Cité des métiers est donné par Universcience, et toute"
    " formule se convient avec une Cité des métiers."
)


def about_distance(kilometres: float) -> str:
    """What a distance suggests; it closes no door: the Bpi and its Cité are in the same town."""
    if kilometres < 10:
        return (
            "La Cité est proche : parlez d’abord de ce que chacun ferait de différent. La proximité n’empêche rien,"
            " la Bpi et sa Cité sont toutes deux à Paris."
        )
    if kilometres < 30:
        return "La Cité est à portée d’un déplacement : des conseillers peuvent venir, et vos publics peuvent s’y rendre."
    return "La Cité est loin : un accueil de proximité rendrait service, et les venues de conseillers seront à grouper."
