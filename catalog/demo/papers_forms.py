"""The forms that papers of the demo city have: e-mail, slides, a page of the web, a scan, a picture.

Equal contents make equal bytes.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from email.message import EmailMessage
from html import escape
from random import Random

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.presentationml"
_WIDTH, _HEIGHT = 64, 48


def mail(subject: str, text: str, number: int, attached: tuple[str, bytes] | None = None) -> EmailMessage:
    """A message between two of the staff, with a CSV file attached where one is given."""
    message = EmailMessage()
    message["From"], message["To"] = "Dana Wu <dana.wu@houses.example>", "Marcus Bell <marcus.bell@houses.example>"
    message["Subject"], message["Date"] = subject, "Mon, 06 Jul 2026 08:00:00 +0000"
    message["Message-ID"] = f"<{number}@houses.example>"
    message.set_content(text)
    if attached:
        name, content = attached
        message.add_attachment(content, maintype="text", subtype="csv", filename=name)
        message.set_boundary(f"=_part_{number}")
    return message


def web_page(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A table as an old program exports it."""
    head = "".join(f"<th>{escape(one)}</th>" for one in headings)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    page = (
        f'<html><head><meta charset="utf-8"><title>{escape(title)}</title></head><body><h1>{escape(title)}</h1>\n'
        f"<p>Printed every evening at ten.</p><table border=1><tr>{head}</tr>\n{body}\n</table></body></html>\n"
    )
    return page.encode()


def presentation(slides: Sequence[tuple[str, Sequence[str]]]) -> bytes:
    """Slides of a title and some lines each."""
    numbers = range(1, len(slides) + 1)
    kinds = "".join(
        f'<Override PartName="/ppt/slides/slide{number}.xml" ContentType="{_KIND}.slide+xml"/>' for number in numbers
    )
    related = "".join(_relation(f"r{number}", "slide", f"slides/slide{number}.xml") for number in numbers)
    listed = "".join(f'<p:sldId id="{255 + number}" r:id="r{number}"/>' for number in numbers)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/ppt/presentation.xml" ContentType="{_KIND}.presentation.main+xml"/>{kinds}</Types>',
        "_rels/.rels": _relations(_relation("r1", "officeDocument", "ppt/presentation.xml")),
        "ppt/_rels/presentation.xml.rels": _relations(related),
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{_SLIDES}" xmlns:r="{_OFFICE}">'
        f"<p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
        **{f"ppt/slides/slide{number}.xml": _slide(*slide) for number, slide in zip(numbers, slides, strict=True)},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 7, 31, 0, 0, 0)), f'<?xml version="1.0"?>\n{text}')
    return out.getvalue()


def picture(rng: Random) -> bytes:
    """A small picture, as PNG."""
    lines = b"".join(b"\0" + rng.randbytes(_WIDTH) for _ in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held)) for kind, held in parts
    )


def scan(rng: Random) -> bytes:
    """A sheet of paper as a copier makes it: a PDF file of one picture, without a letter of text."""
    pixels = zlib.compress(rng.randbytes(_WIDTH * _HEIGHT))
    drawn = b"q 500 0 0 700 50 50 cm /Im0 Do Q"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</XObject<</Im0 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(drawn), drawn),
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode"
        b"/Length %d>>stream\n%b\nendstream" % (_WIDTH, _HEIGHT, len(pixels), pixels),
    )
    made, places = b"%PDF-1.4\n", []
    for number, held in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj%b endobj\n" % (number, held)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%btrailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return made + end % (len(objects) + 1, table, len(objects) + 1, len(made))


def _relations(held: str) -> str:
    return f'<Relationships xmlns="{_RELATIONS}">{held}</Relationships>'


def _relation(number: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _slide(title: str, lines: Sequence[str]) -> str:
    texts = "".join(f"<a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p>" for text in (title, *lines))
    return (
        f'<p:sld xmlns:p="{_SLIDES}" xmlns:a="{_DRAWING}"><p:cSld><p:spTree><p:sp><p:txBody>{texts}</p:txBody></p:sp>'
        "</p:spTree></p:cSld></p:sld>"
    )
