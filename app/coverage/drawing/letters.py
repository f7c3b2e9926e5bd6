"""Texts as the font of the pictures writes them: which letters it has, and how wide they are."""

from functools import lru_cache

from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.textpath import text_to_path

FAMILY = "DejaVu Sans"
#: What stands for a letter that the font does not have; tabs and line ends are spaces.
MISSING = "\ufffd"


def legible(text: str) -> str:
    """The same text in letters of the font: whatever it cannot write, as an ideogram, is seen to be missing."""
    has = _letters()
    return "".join(letter if letter == "\n" or ord(letter) in has else MISSING for letter in text)


def size_of(text: str, size: float, weight: str = "normal") -> tuple[float, float]:
    """The width and the height of a text, in points."""
    font = FontProperties(family=FAMILY, size=size, weight=weight)
    width, height, _ = text_to_path.get_text_width_height_descent(legible(text), font, ismath=False)
    return float(width), float(height)


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    regular, bold = (
        get_font(findfont(FontProperties(family=FAMILY, weight=weight))).get_charmap() for weight in ("normal", "bold")
    )
    return frozenset(regular) & frozenset(bold)
