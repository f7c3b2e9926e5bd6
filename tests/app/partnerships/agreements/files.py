"""PDF files made for the tests, plain and hostile."""

import io

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject


def pdf(pages: int = 1, change=None, **options: object) -> bytes:
    """Write a PDF of blank pages; `change` does something to it before."""
    writer, written = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if change:
        change(writer)
    if options.get("password"):
        writer.encrypt(str(options["password"]), algorithm="RC4-128")
    writer.write(written)
    return written.getvalue()


def action(kind: str) -> DictionaryObject:
    return DictionaryObject({NameObject("/S"): NameObject(kind), NameObject("/JS"): TextStringObject("app.alert(1)")})


def launch(writer: PdfWriter) -> None:
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")}
    )


def opening_script(writer: PdfWriter) -> None:
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(action("/JavaScript"))


def page_script(writer: PdfWriter) -> None:
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action("/JavaScript")})


def nested_script(writer: PdfWriter) -> None:
    writer.pages[0][NameObject("/Annots")] = ArrayObject(
        [ArrayObject([DictionaryObject({NameObject("/A"): ArrayObject([action("/JavaScript")])})])]
    )


def attachment(writer: PdfWriter) -> None:
    writer.add_attachment("programme.exe", b"MZ")


def script(writer: PdfWriter) -> None:
    tree = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("ouverture"), action("/JavaScript")])})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): writer._add_object(tree)})


def plain_opening(writer: PdfWriter) -> None:
    """Open on the first page: an action that LibreOffice writes, and that does nothing else."""
    writer.root_object[NameObject("/OpenAction")] = ArrayObject([writer.pages[0].indirect_reference, NameObject("/Fit")])


HOSTILE = {one.__name__: one for one in (launch, opening_script, page_script, nested_script, attachment, script)}
