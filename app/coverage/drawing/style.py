"""The look of pictures: the colours of the style sheet, and what still tells things apart when colours are gone."""

from dataclasses import dataclass

from app.directory.models import Kind

#: Those of app/static/css/maillage.css, by the name that they have there; a test compares.
COLOURS = {
    "surface": "#fff",
    "sunk": "#f4f1ec",
    "ink": "#211f1c",
    "ink-soft": "#575148",
    "line": "#e2dcd2",
    "line-strong": "#8b8375",
    "accent": "#17594a",
    "mark-library": "#8a4b1f",
    "covered": "#a3c9b9",
    "to-confirm": "#e9f2ed",
    "to-confirm-ink": "#5c957f",
    "uncovered": "#fbeed6",
    "uncovered-ink": "#b46f17",
    "zone-edge-strong": "#6d665b",
}

INK, SOFT, LINE, STRONG = (COLOURS[name] for name in ("ink", "ink-soft", "line", "line-strong"))
WHITE, SUNK, ACCENT, SIENNA = (COLOURS[name] for name in ("surface", "sunk", "accent", "mark-library"))

#: Sizes of letters, in points of a picture five inches wide.
SMALL, USUAL, LARGE = 7.3, 8.5, 10.0

#: matplotlib's settings, the same for every picture of the process.
SETTINGS = {
    "axes.axisbelow": True,
    "axes.edgecolor": STRONG,
    "axes.labelcolor": INK,
    "axes.labelsize": USUAL,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.unicode_minus": True,
    "font.family": ["DejaVu Sans"],
    "font.size": USUAL,
    "grid.color": LINE,
    "grid.linewidth": 0.7,
    "hatch.linewidth": 0.8,
    "legend.fontsize": USUAL,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "path.simplify": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "maillage",
    "text.color": INK,
    # A name may hold dollars: it is text, and never a formula.
    "text.parse_math": False,
    "text.usetex": False,
    "xtick.color": SOFT,
    "xtick.labelsize": USUAL,
    "ytick.color": SOFT,
    "ytick.labelsize": USUAL,
}


@dataclass(frozen=True)
class Mark:
    """How places of a kind are marked: matplotlib's name of the shape, and its size in points across."""

    shape: str
    size: float
    colour: str
    hollow: bool = False


#: The shapes of templates/components/marks.html, by kind; a Cité has a white heart.
MARKS = {
    Kind.CITE: Mark("o", 9.5, ACCENT),
    Kind.CENTRE: Mark("s", 7.0, ACCENT),
    Kind.RELAY: Mark("^", 8.0, ACCENT),
    Kind.LIBRARY: Mark("o", 4.5, SIENNA),
    Kind.DEPARTMENTAL: Mark("o", 7.0, SIENNA, hollow=True),
    Kind.BOOKMOBILE: Mark("_", 8.0, SIENNA),
    Kind.LIBRARY_PREMISES: Mark("o", 4.5, SIENNA, hollow=True),
    Kind.NETWORK: Mark("h", 6.5, SIENNA),
    Kind.AGENCY: Mark("D", 6.5, INK),
    Kind.OTHER: Mark("P", 7.0, INK),
}

#: Lines of a chart differ by their dashes as much as by their colour.
LINES = (
    (ACCENT, "-", "o"),
    (SIENNA, (0, (5, 2)), "s"),
    (INK, (0, (1.2, 1.6)), "^"),
    (COLOURS["to-confirm-ink"], (0, (6, 2, 1.2, 2)), "D"),
    (COLOURS["uncovered-ink"], (0, (3, 1.5)), "v"),
)
