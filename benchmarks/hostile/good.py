"""Sound files of every format, made by other people's libraries, for mutations to begin with. All of it is made up."""

import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from functools import cache

import docx
import fastavro
import openpyxl
import pptx
import pyarrow as pa
import pyarrow.parquet as pq

_NAMES = ("case", "full name", "born", "remarks")
_ROWS = tuple(
    (str(1000 + number), f"Person Number{number}", f"19{number % 90 + 10}-01-02", f"came in, asked for form {number}")
    for number in range(60)
)
_PAGE = b"BT /F1 12 Tf 72 %d Td (%s) Tj ET\n"


def _csv(separator: str = ",") -> bytes:
    return "".join(separator.join(row) + "\r\n" for row in (_NAMES, *_ROWS)).encode()


def _json() -> bytes:
    return json.dumps([dict(zip(_NAMES, row, strict=True)) for row in _ROWS]).encode()


def _jsonl() -> bytes:
    return b"".join(json.dumps(dict(zip(_NAMES, row, strict=True))).encode() + b"\n" for row in _ROWS)


def _xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (_NAMES, *_ROWS):
        sheet.append(row)
    book.create_sheet("second").append(["a", "b"])
    return _saved(book.save)


def _docx() -> bytes:
    document = docx.Document()
    document.add_heading("Memorandum")
    for row in _ROWS[:20]:
        document.add_paragraph(" ".join(row))
    table = document.add_table(rows=0, cols=4)
    for row in (_NAMES, *_ROWS[:10]):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return _saved(document.save)


def _pptx() -> bytes:
    deck = pptx.Presentation()
    for row in _ROWS[:5]:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = row[1], row[3]
    return _saved(deck.save)


def _parquet() -> bytes:
    table = pa.table({name: [row[place] for row in _ROWS] for place, name in enumerate(_NAMES)})
    return _saved(lambda stream: pq.write_table(table, stream, row_group_size=20))


def _avro() -> bytes:
    fields = [{"name": name.replace(" ", "_"), "type": ["null", "string"]} for name in _NAMES]
    schema = {"type": "record", "name": "row", "fields": fields}
    records = [dict(zip((field["name"] for field in fields), row, strict=True)) for row in _ROWS]
    return _saved(lambda stream: fastavro.writer(stream, schema, records, codec="deflate"))


def _sqlite() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE people (id, name, born, remarks)")
    connection.executemany("INSERT INTO people VALUES (?, ?, ?, ?)", _ROWS)
    connection.execute("CREATE VIEW names AS SELECT name FROM people")
    connection.commit()
    content: bytes = connection.serialize()
    connection.close()
    return content


def pdf(pages: int = 3, *, kids: str = "", extra: bytes = b"") -> bytes:
    """A PDF written by hand: pages of text, with these children of its page tree where some are given."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    numbers = []
    for number in range(pages):
        lines = b"".join(_PAGE % (700 - 20 * place, " ".join(row).encode()) for place, row in enumerate(_ROWS[:20]))
        numbers.append(len(objects) + 1)
        resources = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R /Resources %s >>"
            % (len(objects) + 2, resources)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(lines), lines))
        del number
    of_tree = kids or " ".join(f"{number} 0 R" for number in numbers)
    objects[1] = f"<< /Type /Pages /Kids [{of_tree}] /Count {pages} >>".encode()
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate((*objects, *([extra] if extra else [])), start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return out + end % (len(places) + 1, table, len(places) + 1, len(out))


def _html() -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in _ROWS)
    return f"<html><body><h1>Export</h1><p>All of it.</p><table>{rows}</table></body></html>".encode()


def _eml() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Form 7"
    message.set_content("\n\n".join(row[3] for row in _ROWS[:10]))
    message.add_attachment(_csv(), maintype="text", subtype="csv", filename="people.csv")
    return message.as_bytes()


def _mbox() -> bytes:
    return b"".join(b"From a@example.org Thu Jan  1 00:00:00 2026\n" + _eml() + b"\n\n" for _ in range(5))


def _zip() -> bytes:
    def write(stream: io.BytesIO) -> None:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("people.csv", _csv())
            archive.writestr("inner/people.json", _json())

    return _saved(write)


def _saved(write: Callable[[io.BytesIO], object]) -> bytes:
    stream = io.BytesIO()
    write(stream)
    return stream.getvalue()


@cache
def files() -> tuple[tuple[str, bytes], ...]:
    """The endings and contents of sound files."""
    return (
        (".csv", _csv()),
        (".tsv", _csv("\t")),
        (".txt", _csv("|")),
        (".csv.gz", gzip.compress(_csv(), mtime=0)),
        (".json", _json()),
        (".jsonl", _jsonl()),
        (".xlsx", _xlsx()),
        (".docx", _docx()),
        (".pptx", _pptx()),
        (".pdf", pdf()),
        (".html", _html()),
        (".eml", _eml()),
        (".mbox", _mbox()),
        (".zip", _zip()),
        (".parquet", _parquet()),
        (".avro", _avro()),
        (".sqlite", _sqlite()),
    )
