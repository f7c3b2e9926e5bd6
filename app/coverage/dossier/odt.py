"""A `Document` as an ODT: headings, tables with their head, pictures with their words, so that it can be edited and read aloud.

The same document of the same moment gives the same bytes.
"""

import io
import zipfile
from datetime import datetime

import odfdo
from odfdo import Element, Style

from app.coverage.dossier.document import Cell, Document, Figures, Items, Paragraph, Part, Picture, Table

#: A4 between margins of two centimetres.
WIDTH_CM = 17.0
#: A drawing leaves room on its page for its title and its source.
HIGHEST_CM = 15.0
GREY, GREEN = "#555555", "#17594a"


def odt_of(document: Document, written_at: datetime) -> bytes:
    """Write the document; `written_at` is the moment that its properties bear."""
    book = odfdo.Document("text")
    book.language = "fr-FR"
    book.meta.title = document.title
    book.meta.creation_date = book.meta.date = written_at
    for level in book.styles.get_elements("//text:outline-level-style"):
        for name in ("style:num-format", "style:num-suffix"):
            level.set_attribute(name, "")
        level.del_attribute("loext:num-list-format")
    for style in _styles():
        book.insert_style(style, automatic=True)
    body = book.body
    body.clear()
    body.append(odfdo.Header(1, document.title))
    for line in document.about:
        body.append(odfdo.Paragraph(line))
    for section in document.sections:
        body.append(_heading(section.title))
        for part in section.parts:
            _write(book, part)
    file = io.BytesIO()
    book.save(file)
    return _stamped(file, written_at)


def _heading(words: str) -> odfdo.Header:
    heading = odfdo.Header(2, words)
    # The argument of this name is not written.
    heading.set_attribute("text:style-name", "title-above")
    return heading


def _stamped(file: io.BytesIO, written_at: datetime) -> bytes:
    """The same archive with that moment as the date of each of its members, whose order and packing stay."""
    stamped = io.BytesIO()
    with zipfile.ZipFile(file) as found, zipfile.ZipFile(stamped, "w") as archive:
        for member in found.infolist():
            kept = zipfile.ZipInfo(member.filename, written_at.timetuple()[:6])
            archive.writestr(kept, found.read(member), member.compress_type)
    return stamped.getvalue()


def _styles() -> list[Style]:
    """What the styles of the empty document do not have."""
    source = Style("paragraph", name="source", area="text", size="9pt", color=GREY, italic=True)
    source.set_properties({"fo:margin-bottom": "0.3cm", "fo:keep-together": "always"}, area="paragraph")
    # What names a table, and a drawing with its words, stand on the page of what comes after them.
    caption = Style("paragraph", name="caption-above", area="text", italic=True)
    drawing = Style("paragraph", name="drawing")
    title = Style("paragraph", name="title-above", parent_style="Heading_20_2")
    for style in (caption, drawing, title):
        style.set_properties({"fo:keep-with-next": "always"}, area="paragraph")
    head = Style("paragraph", name="head", area="text", bold=True)
    number = Style("paragraph", name="number")
    number_head = Style("paragraph", name="number-head", area="text", bold=True)
    for style in (number, number_head):
        style.set_properties({"fo:text-align": "end"}, area="paragraph")
    cell = Style("table-cell", name="cell", area="table-cell", padding="0.1cm")
    cell.set_properties({"fo:border-bottom": "0.5pt solid #999999", "fo:padding": "0.1cm"}, area="table-cell")
    row = Style("table-row", name="row")
    row.set_properties({"fo:keep-together": "always"}, area="table-row")
    figure = Style("paragraph", name="figure", area="text", bold=True, size="14pt", color=GREEN)
    columns = [Style("table-column", name=_width(share), width=f"{WIDTH_CM * share / 100:.2f}cm") for share in range(1, 101)]
    return [source, caption, drawing, title, row, head, number, number_head, cell, figure, *columns]


def _width(share: int) -> str:
    """The style of a column as wide as so many hundredths of the text."""
    return f"width-{share}"


def _write(book: odfdo.Document, part: Part) -> None:
    body = book.body
    if isinstance(part, Paragraph):
        body.append(odfdo.Paragraph(part.words, style="Text_20_body"))
        return
    if isinstance(part, Figures):
        for figure in part.figures:
            body.append(odfdo.Paragraph(figure.value, style="figure"))
            body.append(odfdo.Paragraph(" : ".join(filter(None, (figure.label, figure.note)))))
    elif isinstance(part, Items):
        listed = odfdo.List()
        for item in part.items:
            entry = odfdo.ListItem()
            entry.append(_words(item))
            listed.append(entry)
        body.append(listed)
    elif isinstance(part, Table):
        body.append(odfdo.Paragraph(part.caption, style="caption-above"))
        body.append(_table(part))
    else:
        body.append(_picture(book, part))
        body.append(odfdo.Paragraph(part.caption, style="caption-above"))
    if part.source:
        body.append(odfdo.Paragraph(part.source, style="source"))


def _words(cell: Cell, style: str | None = None) -> odfdo.Paragraph:
    if not cell.address:
        return odfdo.Paragraph(cell.words, style=style)
    paragraph = odfdo.Paragraph("", style=style)
    paragraph.append(odfdo.Link(cell.address, text=cell.words))
    return paragraph


def _table(part: Table) -> odfdo.Table:
    """The table, its first row in `table:table-header-rows`: repeated on each page, and read with each cell."""
    table = odfdo.Table(part.caption)
    for share in part.widths:
        column = Element.from_tag("table:table-column")
        column.set_attribute("table:style-name", _width(share))
        table.append(column)
    heads = Element.from_tag("table:table-header-rows")
    styles = ("number-head" if position in part.numbers else "head" for position in range(len(part.head)))
    heads.append(_row([odfdo.Paragraph(words, style=style) for words, style in zip(part.head, styles, strict=True)]))
    table.append(heads)
    for row in part.rows:
        aligned = ("number" if position in part.numbers else None for position in range(len(row)))
        table.append(_row([_words(cell, style) for cell, style in zip(row, aligned, strict=True)]))
    return table


def _row(paragraphs: list[odfdo.Paragraph]) -> Element:
    row = Element.from_tag("table:table-row")
    row.set_attribute("table:style-name", "row")
    for paragraph in paragraphs:
        cell = Element.from_tag("table:table-cell")
        cell.set_attribute("table:style-name", "cell")
        cell.set_attribute("office:value-type", "string")
        cell.append(paragraph)
        row.append(cell)
    return row


def _picture(book: odfdo.Document, part: Picture) -> odfdo.Paragraph:
    """The drawing as wide as the page allows, with its title and its description for those who cannot see it."""
    address = book.add_file(io.BytesIO(part.png()))
    height = min(WIDTH_CM / part.width_over_height, HIGHEST_CM)
    size = (f"{height * part.width_over_height:.2f}cm", f"{height:.2f}cm")
    frame = odfdo.Frame.image_frame(address, size=size, anchor_type="as-char")
    frame.svg_title = part.caption
    frame.svg_description = part.alternative
    paragraph = odfdo.Paragraph("", style="drawing")
    paragraph.append(frame)
    return paragraph
