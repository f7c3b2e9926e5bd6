"""A `Document` as an ODT: headings, tables with their head, pictures with their words, so that it can be edited and read aloud.

The same document gives the same bytes but for what odfdo writes of the day, which is set to that of the document.
"""

import io
from datetime import datetime

import odfdo
from odfdo import Element, Style

from app.coverage.dossier.document import Cell, Document, Figures, Items, Paragraph, Part, Picture, Table

#: A4 between margins of two centimetres.
WIDTH_CM = 17.0
GREY, GREEN = "#555555", "#17594a"


def odt_of(document: Document, written_at: datetime) -> bytes:
    """Write the document; `written_at` is the moment that its properties bear."""
    book = odfdo.Document("text")
    book.language = "fr-FR"
    book.meta.title = document.title
    book.meta.creation_date = book.meta.date = written_at
    for style in _styles():
        book.insert_style(style, automatic=True)
    body = book.body
    body.clear()
    body.append(odfdo.Header(1, document.title, suppress_numbering=True))
    for line in document.about:
        body.append(odfdo.Paragraph(line))
    for section in document.sections:
        body.append(odfdo.Header(2, section.title, suppress_numbering=True))
        for part in section.parts:
            _write(book, part)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _styles() -> list[Style]:
    """What the styles of the empty document do not have."""
    source = Style("paragraph", name="source", area="text", size="9pt", color=GREY, italic=True)
    source.set_properties({"fo:margin-bottom": "0.3cm"}, area="paragraph")
    head = Style("paragraph", name="head", area="text", bold=True)
    number = Style("paragraph", name="number")
    number_head = Style("paragraph", name="number-head", area="text", bold=True)
    for style in (number, number_head):
        style.set_properties({"fo:text-align": "end"}, area="paragraph")
    cell = Style("table-cell", name="cell", area="table-cell", padding="0.1cm")
    cell.set_properties({"fo:border-bottom": "0.5pt solid #999999", "fo:padding": "0.1cm"}, area="table-cell")
    figure = Style("paragraph", name="figure", area="text", bold=True, size="14pt", color=GREEN)
    return [source, head, number, number_head, cell, figure]


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
        body.append(odfdo.Paragraph(part.caption, style="Caption"))
        body.append(_table(part))
    else:
        body.append(_picture(book, part))
        body.append(odfdo.Paragraph(part.caption, style="Caption"))
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
    columns = Element.from_tag("table:table-column")
    columns.set_attribute("table:number-columns-repeated", str(len(part.head)))
    table.append(columns)
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
    for paragraph in paragraphs:
        cell = Element.from_tag("table:table-cell")
        cell.set_attribute("table:style-name", "cell")
        cell.set_attribute("office:value-type", "string")
        cell.append(paragraph)
        row.append(cell)
    return row


def _picture(book: odfdo.Document, part: Picture) -> odfdo.Paragraph:
    """The drawing as wide as the page, with its title and its description for those who cannot see it."""
    address = book.add_file(io.BytesIO(part.png()))
    size = (f"{WIDTH_CM}cm", f"{WIDTH_CM / part.width_over_height:.2f}cm")
    frame = odfdo.Frame.image_frame(address, size=size, anchor_type="as-char")
    frame.svg_title = part.caption
    frame.svg_description = part.alternative
    paragraph = odfdo.Paragraph("")
    paragraph.append(frame)
    return paragraph
