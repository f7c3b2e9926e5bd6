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


def going_opening(writer: PdfWriter) -> None:
    """The same, written as an action."""
    page = ArrayObject([writer.pages[0].indirect_reference, NameObject("/Fit")])
    _open_with(writer, {"/S": NameObject("/GoTo"), "/D": page})


def _open_with(writer: PdfWriter, said: dict, indirect: bool = True) -> None:
    done = DictionaryObject({NameObject(key): value for key, value in said.items()})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(done) if indirect else done


def opening_address(writer: PdfWriter) -> None:
    """A page of the web opens with the document."""
    _open_with(writer, {"/S": NameObject("/URI"), "/URI": TextStringObject("https://exemple.invalid/")}, indirect=False)


def opening_address_elsewhere(writer: PdfWriter) -> None:
    _open_with(writer, {"/S": NameObject("/URI"), "/URI": TextStringObject("https://exemple.invalid/")})


def opening_share(writer: PdfWriter) -> None:
    """A file of another machine opens, to which a reader of Windows first sends who reads."""
    _open_with(writer, {"/S": NameObject("/GoToR"), "/F": TextStringObject("\\\\exemple.invalid\\a.pdf")})


def opening_chain(writer: PdfWriter) -> None:
    """A plain opening, and an address behind it."""
    page = ArrayObject([writer.pages[0].indirect_reference, NameObject("/Fit")])
    then = DictionaryObject({NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("https://a.invalid/")})
    _open_with(writer, {"/S": NameObject("/GoTo"), "/D": page, "/Next": then})


def opening_nameless(writer: PdfWriter) -> None:
    _open_with(writer, {"/URI": TextStringObject("https://exemple.invalid/")})


def page_address(writer: PdfWriter) -> None:
    """A page of the web opens when a page is shown."""
    address = DictionaryObject(
        {NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("https://exemple.invalid/")}
    )
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): address})


def link_to_share(writer: PdfWriter) -> None:
    to = DictionaryObject({NameObject("/S"): NameObject("/GoToR"), NameObject("/F"): TextStringObject("\\\\a.invalid\\b.pdf")})
    link = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): to})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([link])


def link_to_address(writer: PdfWriter) -> None:
    """A link that a reader may follow, as many papers have: nothing happens by itself."""
    to = DictionaryObject({NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("https://www.bpi.fr/")})
    link = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): to})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([link])


HOSTILE = {
    one.__name__: one
    for one in (
        *(launch, opening_script, page_script, nested_script, attachment, script),
        *(opening_address, opening_address_elsewhere, opening_share, opening_chain, opening_nameless),
        *(page_address, link_to_share),
    )
}
#: What papers hold, and that does nothing by itself.
PLAIN = {one.__name__: one for one in (plain_opening, going_opening, link_to_address)}
