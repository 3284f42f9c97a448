"""Documents for tests, made by other programs than those that read them, or written by hand."""

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage

import docx
import pptx
import pypdf
import typst
from pptx.util import Inches

from catalog.model.sample import Sample
from catalog.ports import SamplePlan

PLAN = SamplePlan(rows=1000, seed=1)
THING = "A document of the share"

Reader = Callable[[io.BufferedReader, str, SamplePlan, str], Sample]


def read(reader: Reader, content: bytes, name: str = "a", plan: SamplePlan = PLAN) -> Sample:
    """What a reader makes of a file of this content."""
    with io.BufferedReader(io.BytesIO(content)) as stream:
        return reader(stream, name, plan, THING)


def texts(sample: Sample) -> list[str | None]:
    """The passages of a document, in order."""
    return list(sample.values([column.name for column in sample.columns].index("text")))


def tables(sample: Sample) -> dict[str, list[tuple[str | None, ...]]]:
    """The tables inside a document by their labels, each as its rows, the names of its columns first."""
    return {
        each.label: [
            tuple(column.name for column in each.sample.columns),
            *zip(*(each.sample.values(place) for place in range(len(each.sample.columns))), strict=True),
        ]
        for each in sample.inner
    }


def column(sample: Sample, name: str) -> list[str | None]:
    """The values of a column."""
    return list(sample.values([each.name for each in sample.columns].index(name)))


def typeset(source: str) -> bytes:
    """A PDF of a text in Typst's language."""
    return typst.compile(source.encode())


def protected(content: bytes, *, user: str, owner: str) -> bytes:
    """A PDF with passwords."""
    writer = pypdf.PdfWriter(io.BytesIO(content))
    writer.encrypt(user, owner, algorithm="AES-256")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def pdf_of(objects: Mapping[int, bytes], trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A PDF of these objects, written by hand."""
    written = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, content in objects.items():
        places[number] = len(written)
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(written)
    size = max(objects) + 1
    written += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        written += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 00000 f \n"
    return bytes(written + b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start))


def stream_of(content: bytes, dictionary: bytes = b"", *, packed: bool = False) -> bytes:
    """A stream of a PDF."""
    if packed:
        content, dictionary = zlib.compress(content, 9), dictionary + b" /Filter /FlateDecode"
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (dictionary, len(content), content)


def one_page(content: bytes, more: Mapping[int, bytes] | None = None, *, page: bytes = b"", root: bytes = b"") -> bytes:
    """A PDF of one page on which this is drawn, by hand, with a font F1 and a picture I1 at hand."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % root,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> /XObject << /I1 6 0 R >> >> %s >>" % page,
        4: content,
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        6: stream_of(
            b"\xff", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
        ),
    }
    return pdf_of(objects | dict(more or {}))


def shown(text: str) -> bytes:
    """What draws a text on a page."""
    return stream_of(b"BT /F1 12 Tf 72 700 Td (%s) Tj ET" % text.encode())


def saved(document: "docx.document.Document | pptx.presentation.Presentation") -> bytes:
    """A document of Word or PowerPoint as a file."""
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def memo(
    rows: Sequence[Sequence[str]] = (("Client", "Born"), ("Ana Ruiz", "1980-02-01"), ("Bo Li", "1991-03-04")),
) -> bytes:
    """A document of Word with text, a list, a table, a header, a footer and a comment."""
    document = docx.Document()
    document.core_properties.author = "Nora Keane"
    document.core_properties.comments = ""
    document.add_heading("Memo on heating")
    first = document.add_paragraph("The client called on Monday.")
    document.add_paragraph("first item", style="List Bullet")
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.sections[0].header.paragraphs[0].text = "Office of Housing"
    document.sections[0].footer.paragraphs[0].text = "Page of the office"
    document.add_comment(first.runs, text="Call back", author="Omar Haddad")
    return saved(document)


def deck() -> bytes:
    """A presentation with a title, a group of shapes, a table and a note."""
    deck = pptx.Presentation()
    deck.core_properties.last_modified_by = "Nora Keane"
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Heating season"
    slide.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "first\nsecond"
    slide.shapes.add_group_shape().shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "in a group"
    table = slide.shapes.add_table(3, 2, 0, 0, Inches(3), Inches(3)).table
    for row, texts_of_row in enumerate((("Client", "Born"), ("Ana Ruiz", "1980-02-01"), ("Bo Li", "1991-03-04"))):
        for place, text in enumerate(texts_of_row):
            table.cell(row, place).text = text
    slide.notes_slide.notes_text_frame.text = "Thank Ms. Ruiz"
    return saved(deck)


def changed(content: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    """A zipped document with one of its members changed."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(source.read(name)) if name == member else source.read(name))
    return written.getvalue()


def with_body(body: str) -> bytes:
    """A document of Word whose body is this XML."""
    spaces = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    written = f"<w:document {spaces}><w:body>{body}</w:body></w:document>"
    return changed(saved(docx.Document()), "word/document.xml", lambda _: written.encode())


def message(subject: str = "Heating", text: str = "Dear Bo,\n\nthe boiler was repaired.\n") -> EmailMessage:
    """An e-mail of two people."""
    mail = EmailMessage()
    mail["From"] = "José Núñez <jose@office.example>"
    mail["To"] = '"Li, Bo" <bo@home.example>, ana@home.example'
    mail["Date"] = "Mon, 02 Feb 2026 10:00:00 -0500"
    mail["Subject"] = subject
    mail.set_content(text)
    return mail
