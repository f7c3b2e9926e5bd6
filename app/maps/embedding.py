"""A folium figure → three pieces to place in a page of ours: no iframe, no third party, no script without the nonce.

folium writes a whole document whose header calls servers of others. Each link of that header is looked up in a list: it is
replaced by a file that we serve, or dropped because our map does without. A name that the list does not know is an error,
so that a new version of folium cannot bring a new server in silently.
"""

import re
from dataclasses import dataclass

from branca.element import CssLink, Element, Figure, JavascriptLink
from markupsafe import Markup

from app.maps.assets import asset_url

#: Name of a link in folium's header → package and file that we serve instead.
REPLACED = {
    "leaflet": ("leaflet", "leaflet.js"),
    "leaflet_css": ("leaflet", "leaflet.css"),
}
#: Links that folium adds to every map, for markers and windows of another style than ours.
DROPPED = {
    "jquery",
    "bootstrap",
    "awesome_markers",
    "bootstrap_css",
    "glyphicons_css",
    "awesome_markers_font_css",
    "awesome_markers_css",
    "awesome_rotate_css",
    # The encoding of the page, which the layout declares already.
    "meta_http",
}


class UnknownAsset(Exception):
    """folium asks for something that nobody has decided about."""


@dataclass(frozen=True)
class Embedded:
    """The pieces of a map: `head` goes into <head>, `html` where the map stands, `script` at the end of <body>."""

    head: Markup
    html: Markup
    script: Markup


def embed(figure: Element, nonce: str, own_scripts: tuple[str, ...] = ()) -> Embedded:
    """Give the pieces of `figure`; `own_scripts` are the addresses of ours that its script calls.

    Refuses (`UnknownAsset`) a link, or a piece of header, that is neither replaced nor dropped by the lists above.
    """
    assert isinstance(figure, Figure), "a map's root is its figure"
    figure.render()
    styles: list[Markup] = []
    scripts: list[Markup] = []
    for name, element in figure.header._children.items():
        if name in DROPPED:
            continue
        if isinstance(element, JavascriptLink | CssLink):
            if name not in REPLACED:
                raise UnknownAsset(f"{name}: {element.url}")
            link = asset_url(*REPLACED[name])
            if isinstance(element, CssLink):
                styles.append(Markup('<link rel="stylesheet" href="{}">').format(link))
            else:
                scripts.append(_script_at(link))
        else:
            styles.append(_own_styles(name, element.render(), nonce))
    scripts.extend(_script_at(address) for address in own_scripts)
    # The script is folium's own text; what we put in it has passed through `tojson`.
    inline = Markup('<script nonce="{}">{}</script>').format(nonce, Markup(figure.script.render()))  # noqa: S704
    html = Markup(figure.html.render())  # noqa: S704 - an empty div of folium
    return Embedded(head=Markup("\n").join(styles), html=html, script=Markup("\n").join([*scripts, inline]))


def _script_at(address: str) -> Markup:
    return Markup('<script src="{}"></script>').format(address)


def _own_styles(name: str, header: str, nonce: str) -> Markup:
    """Of what the map adds to the header, the size of its own box.

    Left out: the viewport that forbids people to enlarge the page, and the rules on `html`, `body` and `#map`, which were
    meant for a document of its own.
    """
    rest = re.sub(r"<meta\s+name=\"viewport\".*?/>|<script>.*?</script>", "", header, flags=re.DOTALL)
    blocks = re.findall(r"<style>(.*?)</style>", rest, flags=re.DOTALL)
    if re.sub(r"<style>.*?</style>", "", rest, flags=re.DOTALL).strip():
        raise UnknownAsset(f"{name} adds to the header: {rest.strip()[:200]}")
    own = "".join(block for block in blocks if f"#{name} " in block)
    return Markup('<style nonce="{}">{}</style>').format(nonce, Markup(own)) if own else Markup("")  # noqa: S704
