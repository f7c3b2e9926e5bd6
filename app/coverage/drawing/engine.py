"""A picture → SVG or PNG, the same bytes each time. The SVG has no style sheet, no reference to anything outside of it, and
names that no other picture of its page has; it says what it shows to whoever does not see it.

matplotlib is used without pyplot, whose figures are shared by all threads. Its settings are set once, here.
"""

import hashlib
import io
import re
from threading import Lock
from typing import Any, Protocol
from xml.etree import ElementTree

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.text import Text

from app.coverage.drawing.letters import legible
from app.coverage.drawing.style import SETTINGS

_settings: Any = matplotlib.rcParams
_settings.update(SETTINGS)

SVG = "http://www.w3.org/2000/svg"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
#: What is drawn with DejaVu keeps its widths in these.
FONTS = "'DejaVu Sans', 'Bitstream Vera Sans', Verdana, sans-serif"
FONT = re.compile(r"(?:(?P<style>italic|oblique) )?(?:(?P<weight>bold|[1-9]00) )?(?P<size>[\d.]+px) ")
REFERENCE = re.compile(r"url\(#([^)]+)\)")
DECIMALS = re.compile(r"-?\d+\.\d+")
#: A path that holds straight lines alone: after « M », points follow one another without being told.
STRAIGHT = re.compile(r"[MLz\d\s.-]+")
DOT_COLOUR = re.compile(r"fill: (#[0-9a-f]+)")
LONG_PATH = 2_000
#: Characters that XML cannot hold, wherever a name has them from.
NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: Drawing is arithmetic in Python: two at a time would only take turns, and the caches of fonts are not made for it.
_lock = Lock()


class Picture(Protocol):
    """What can be drawn. `title` and `description` are read in the place of the drawing."""

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        ...

    @property
    def description(self) -> str:
        """What one sees on it, in a sentence or two."""
        ...

    def figure(self) -> Figure:
        """Draw it."""
        ...


def as_svg(picture: Picture) -> str:
    """Draw as an `<svg>` element, to stand in a page or, after `xml_declared`, in a file."""
    written = io.StringIO()
    with _lock:
        FigureCanvasSVG(_drawn(picture)).print_svg(written, metadata={"Date": None, "Creator": None})
    return _tidied(NOT_XML.sub("", written.getvalue()), picture)


def as_png(picture: Picture, dpi: int = 150) -> bytes:
    """Draw as a PNG, for what reads no SVG."""
    written = io.BytesIO()
    with _lock:
        figure = _drawn(picture)
        figure.set_dpi(dpi)
        FigureCanvasAgg(figure).print_png(written, metadata={"Software": None})
    return written.getvalue()


def as_svg_file(svg: str) -> str:
    """The content of an .svg file, from what `as_svg` gave."""
    return f'<?xml version="1.0" encoding="utf-8"?>\n{svg}\n'


def _drawn(picture: Picture) -> Figure:
    """The figure, in letters that can be written."""
    figure = picture.figure()
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        text.set_text(legible(text.get_text()))
    return figure


def _tidied(written: str, picture: Picture) -> str:
    root = ElementTree.fromstring(written)  # noqa: S314 - it was written by the lines above
    digest = hashlib.sha256(f"{picture.title}\0{picture.description}\0{written}".encode()).hexdigest()[:10]
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
    for parent in list(root.iter()):
        for child in list(parent):
            if "}" in child.tag or child.tag in ("metadata", "style"):
                parent.remove(child)
    for pattern in root.iter("pattern"):
        _dotted(pattern)
    _renamed(root, digest)
    for element in root.iter():
        _attributed(element)
    return ElementTree.tostring(_introduced(root, picture, digest), encoding="unicode")


def _renamed(root: ElementTree.Element, prefix: str) -> None:
    """Keep the names that are referred to, with a prefix of their own, and drop the others."""
    used = set()
    for element in root.iter():
        if XLINK_HREF in element.attrib:
            target = element.attrib.pop(XLINK_HREF).removeprefix("#")
            element.set("href", f"#{prefix}-{target}")
            used.add(target)
        for name, value in element.attrib.items():
            for target in REFERENCE.findall(value):
                used.add(target)
            element.set(name, REFERENCE.sub(rf"url(#{prefix}-\1)", value))
    for element in root.iter():
        own = element.attrib.pop("id", None)
        if own in used:
            element.set("id", f"{prefix}-{own}")


def _attributed(element: ElementTree.Element) -> None:
    """Write as attributes what matplotlib writes as style: no policy of contents forbids attributes."""
    for part in element.attrib.pop("style", "").split(";"):
        name, _, value = (piece.strip() for piece in part.partition(":"))
        if name == "font" and (font := FONT.match(value)):
            for key, found in font.groupdict().items():
                if found:
                    element.set(f"font-{key}", found)
        elif name and value:
            element.set(name, value)
    for name in ("d", "transform", "x", "y"):
        if name in element.attrib:
            element.set(name, _shortened(element.attrib[name], 1 if len(element.attrib[name]) > LONG_PATH else 2))


def _shortened(numbers: str, decimals: int) -> str:
    """The same path or move, to a tenth of a point if it is long."""

    def rounded(found: re.Match[str]) -> str:
        return f"{float(found[0]):.{decimals}f}".rstrip("0").rstrip(".")

    text = DECIMALS.sub(rounded, " ".join(numbers.split()))
    return text.replace(" L ", " ").replace("M ", "M") if STRAIGHT.fullmatch(text) else text


def _dotted(pattern: ElementTree.Element) -> None:
    """Dots as two circles of a small tile: matplotlib writes a thousand of them."""
    path = next(pattern.iter("path"))
    if "C" not in path.attrib["d"]:
        return
    colour = DOT_COLOUR.search(path.attrib["style"])
    for name in ("width", "height"):
        pattern.set(name, "6")
    pattern.remove(path)
    for at in ("1.5", "4.5"):
        ElementTree.SubElement(pattern, "circle", {"cx": at, "cy": at, "r": "0.75", "fill": colour[1] if colour else "#000"})


def _introduced(root: ElementTree.Element, picture: Picture, digest: str) -> ElementTree.Element:
    """Put the title and the description before the drawing."""
    names = {"title": f"{digest}-title", "desc": f"{digest}-desc"}
    whole = ElementTree.Element(
        "svg",
        {
            "xmlns": SVG,
            "width": root.attrib["width"],
            "height": root.attrib["height"],
            "viewBox": root.attrib["viewBox"],
            "role": "img",
            "aria-labelledby": names["title"],
            "aria-describedby": names["desc"],
            "font-family": FONTS,
            "stroke-linejoin": "round",
            "stroke-linecap": "butt",
        },
    )
    for tag, text in (("title", picture.title), ("desc", picture.description)):
        ElementTree.SubElement(whole, tag, {"id": names[tag]}).text = NOT_XML.sub("", text)
    whole.extend(list(root))
    return whole
