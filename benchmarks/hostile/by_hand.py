"""Hostile files made by hand: bombs, loops, absurd sizes, wrong names. Each is written into a folder of its own."""

import gzip
import io
import itertools
import json
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Iterator
from email.message import EmailMessage

from benchmarks.hostile import good

_LETTERS = "abcdefghij"
_MORE = "".join(f'<!ENTITY {now} "{("&" + before + ";") * 10}">' for before, now in itertools.pairwise(_LETTERS))
_ENTITIES = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol">{_MORE}]>'
_OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>'
_CELL = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{0}</worksheet>'


def files() -> Iterator[tuple[str, bytes]]:
    """Names with endings, and contents."""
    yield from _archives()
    yield from _office()
    yield from _pdfs()
    yield from _texts()
    yield from _tables()
    yield from _mails_and_pages()
    yield from _wrong_names()


def _archives() -> Iterator[tuple[str, bytes]]:
    zeros = bytes(300_000_000)
    yield "bomb.zip", zipped({"zeros.csv": zeros})
    yield "bomb.csv.gz", gzip.compress(zeros, mtime=0)
    nested = zipped({"zeros.csv": bytes(10_000_000)})
    for level in range(12):
        nested = zipped({f"{copy}.zip": nested for copy in range(4)})
        yield f"nested {level}.zip", nested
    yield "many.zip", zipped({f"{number}.csv": b"a,b\n1,2\n" for number in range(70_000)})
    yield "overlapped.zip", _overlapped()
    slips = ("../../etc/cron.d/x.csv", "/etc/passwd.csv", "..\\..\\x.csv", "C:\\x.csv", "a/../../x.csv", "a\0b.csv", "")
    yield "slip.zip", zipped(dict.fromkeys(slips, b"a,b\n1,2\n"))
    yield "self.zip", _self_named()
    sound = dict(good.files())[".zip"]
    yield "lying sizes.zip", sound.replace(struct.pack("<L", len(dict(good.files())[".csv"])), b"\xff\xff\xff\x7f")
    yield "no directory.zip", sound[: len(sound) - 60]
    flagged = bytearray(sound)
    flagged[6] |= 1
    yield "encrypted.zip", bytes(flagged)


def zipped(members: dict[str, bytes]) -> bytes:
    """An archive of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name or "x"), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _overlapped() -> bytes:
    """Many entries of the directory that all lead to the same packed bytes (Fifield 2019)."""
    packer = zlib.compressobj(9, wbits=-15)
    packed = packer.compress(bytes(40_000_000)) + packer.flush()
    sizes = struct.pack("<LLL", zlib.crc32(bytes(40_000_000)), len(packed), 40_000_000)
    name = b"x.csv"
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes + struct.pack("<HH", len(name), 0) + name
    entries = b""
    for number in range(2000):
        own = b"%05d.csv" % number
        head = b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0) + sizes
        entries += head + struct.pack("<HHHHHLL", len(own), 0, 0, 0, 0, 0, 0) + own
    content = local + packed
    return content + entries + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 2000, 2000, len(entries), len(content), 0)


def _self_named() -> bytes:
    once = zipped({"self.zip": b"x" * 100})
    return zipped({"self.zip": once, "self.zip/self.zip": once})


def _office() -> Iterator[tuple[str, bytes]]:
    sound = dict(good.files())
    for ending, inner in (
        (".docx", "word/document.xml"),
        (".xlsx", "xl/sharedStrings.xml"),
        (".pptx", "ppt/slides/slide1.xml"),
    ):
        for name, start in (("entities", _ENTITIES), ("outside", _OUTSIDE)):
            yield f"{name}{ending}", with_member(sound[ending], inner, f"{start}<x>&j;</x>".encode())
        yield f"types {ending}", with_member(sound[ending], "[Content_Types].xml", f"{_ENTITIES}<x>&j;</x>".encode())
        deep = b"<a>" * 200_000
        yield f"deep{ending}", with_member(sound[ending], inner, deep)
        yield f"long{ending}", with_member(sound[ending], inner, b"<x>" + b"y" * 200_000_000 + b"</x>")
    sheet = "xl/worksheets/sheet1.xml"
    far = '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>{0}</sheetData>'
    last = '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    yield "far.xlsx", with_member(sound[".xlsx"], sheet, _CELL.format(far.format(last)).encode())
    cells = "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(1, 20_000))
    yield "wide.xlsx", with_member(sound[".xlsx"], sheet, _CELL.format(f"<sheetData>{cells}</sheetData>").encode())
    names = "".join(f'<sheet name="s{number}" sheetId="{number}" r:id="rId1"/>' for number in range(1, 100_001))
    book = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
        + names
        + "</sheets></workbook>"
    )
    yield "sheets.xlsx", with_member(sound[".xlsx"], "xl/workbook.xml", book.encode())
    paragraphs = "<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 1_000_000
    body = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{paragraphs}</w:body></w:document>'
    yield "paragraphs.docx", with_member(sound[".docx"], "word/document.xml", body.encode())


def with_member(content: bytes, name: str, member: bytes) -> bytes:
    """The same archive with one member put in another's place."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, member)
    return stream.getvalue()


def _pdfs() -> Iterator[tuple[str, bytes]]:
    yield "tree of itself.pdf", good.pdf(kids="2 0 R 2 0 R")
    yield "many pages.pdf", good.pdf(kids="3 0 R " * 1_000_000)
    sound = good.pdf()
    start = sound.rindex(b"startxref")
    loop = sound[:start].replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % sound.rindex(b"xref\n0"))
    yield "prev of itself.pdf", loop + sound[start:]
    yield "long length.pdf", sound.replace(b"/Length ", b"/Length 99999999")
    packed = zlib.compress(b"BT (x) Tj ET " * 30_000_000)
    bomb = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    yield (
        "bomb.pdf",
        sound.replace(b"/Contents 4 0 R", b"/Contents 9 0 R").replace(
            b"xref\n0", b"9 0 obj\n%s\nendobj\nxref\n0" % bomb
        ),
    )
    yield "nested filters.pdf", sound.replace(b"/Length", b"/Filter [" + b"/ASCIIHexDecode " * 5000 + b"] /Length")
    yield "deep arrays.pdf", sound.replace(b"/MediaBox [0 0 612 792]", b"/MediaBox " + b"[" * 100_000 + b"]" * 100_000)
    yield "contents of itself.pdf", sound.replace(b"/Contents 4 0 R", b"/Contents 3 0 R")
    yield "only a head.pdf", b"%PDF-1.7\n"
    yield "endless comment.pdf", b"%PDF-1.7\n%" + b"a" * 30_000_000
    encrypted = b"/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O (%s) /U (%s) >>" % (b"o" * 32, b"u" * 32)
    yield "encrypted.pdf", sound.replace(b"/Root 1 0 R", b"/Root 1 0 R /ID [(a) (b)] " + encrypted)
    yield "also a zip.pdf", sound + dict(good.files())[".zip"]


def _texts() -> Iterator[tuple[str, bytes]]:
    yield "one line.csv", b"a" * 100_000_000
    yield "one quote.csv", b'a,b\n"' + b"x,y\n" * 5_000_000
    yield "quotes.csv", b'"' * 20_000_000
    yield "commas.csv", b"," * 20_000_000
    yield "a million columns.csv", (",".join(f"c{number}" for number in range(1_000_000)) + "\n").encode() * 3
    yield "nuls.csv", b"a,b\n" + bytes(20_000_000)
    yield "newlines.csv", b"\n" * 20_000_000
    yield "returns.csv", b"a,b\r1,2\r" * 1_000_000
    yield "half characters.csv", b"a,b\n" + b"\xf0\x9f\x98," * 1_000_000
    yield "utf-32.csv", ("a,b\n" + "\U0001f600,1\n" * 200_000).encode("utf-32")
    yield "combining.csv", ("a,b\n" + "e" + "\u0301" * 5_000_000 + ",1\n").encode()
    yield "colons.csv", b"note,b\n" + b"a:" * 500_000 + b",1\n"


def _tables() -> Iterator[tuple[str, bytes]]:
    yield "brackets.json", b"[" * 1_000_000
    yield "objects.json", b'{"a":' * 200_000
    yield "a long number.json", b'{"a": ' + b"9" * 5_000_000 + b"}"
    yield "many keys.json", json.dumps({f"k{number}": number for number in range(1_000_000)}).encode()
    yield "a long key.json", json.dumps({"k" * 10_000_000: 1}).encode()
    yield "torn.jsonl", b'{"a": 1\n' * 1_000_000
    parquet = dict(good.files())[".parquet"]
    yield "footer.parquet", parquet[:-8] + b"\xff\xff\xff\x7fPAR1"
    yield "only ends.parquet", b"PAR1" + bytes(100) + b"PAR1"
    avro = dict(good.files())[".avro"]
    marker = avro[-16:]
    yield "blocks.avro", avro + b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01" * 2 + marker
    schema = '{"type":"record","name":"r","fields":[{"name":"r","type":["null","r"]}]}'
    yield "of itself.avro", _avro(schema, b"\x02" * 1_000_000)
    deep = '{"type":"array","items":' * 20_000 + '"int"' + "}" * 20_000
    yield "deep.avro", _avro(deep, bytes(100))
    yield "bomb.avro", _avro('"string"', zlib.compress(bytes(300_000_000))[2:-4], codec="deflate")
    yield from _databases()


def _avro(schema: str, block: bytes, codec: str = "null") -> bytes:
    def text(content: bytes) -> bytes:
        return _long(len(content)) + content

    meta = _long(2) + text(b"avro.schema") + text(schema.encode()) + text(b"avro.codec") + text(codec.encode()) + b"\0"
    return b"Obj\x01" + meta + b"s" * 16 + _long(1) + text(block) + b"s" * 16


def _long(number: int) -> bytes:
    coded, out = number << 1, b""
    while coded > 127:
        out += bytes([coded & 127 | 128])
        coded >>= 7
    return out + bytes([coded])


def _databases() -> Iterator[tuple[str, bytes]]:
    endless = "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    large = "CREATE VIEW v AS SELECT hex(zeroblob(900000000)) AS x"
    crossed = "CREATE VIEW v AS SELECT a.i FROM t a, t b, t c, t d, t e, t f, t g, t h"
    for name, view in (("endless", endless), ("large", large), ("crossed", crossed)):
        connection = sqlite3.connect(":memory:")
        connection.execute("CREATE TABLE t (i)")
        connection.executemany("INSERT INTO t VALUES (?)", ((number,) for number in range(1000)))
        connection.execute(view)
        connection.commit()
        yield f"{name}.sqlite", connection.serialize()
        connection.close()
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (i)")
    connection.execute("PRAGMA writable_schema = 1")
    connection.execute(
        "UPDATE sqlite_master SET sql = 'CREATE TABLE t (i, ' || replace(hex(zeroblob(5000)), '00', 'x,') || ')'"
    )
    connection.commit()
    yield "schema.sqlite", connection.serialize()
    connection.close()


def _mails_and_pages() -> Iterator[tuple[str, bytes]]:
    yield "deep.html", b"<div>" * 300_000
    yield "tables.html", b"<table><tr><td>" * 50_000
    yield "spans.html", b"<table><tr><td colspan=1000000 rowspan=1000000>x</td></tr></table>" * 100
    yield "attributes.html", b"<p " + b"a=1 " * 2_000_000 + b">x</p>"
    yield "entities.html", (_ENTITIES + "<html><p>&j;</p></html>").encode()
    boundary = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    yield "deep.eml", b"From: a@example.org\n" + boundary
    yield "a long head.eml", b"From: a@example.org\nX: " + b"y" * 20_000_000 + b"\n\nx"
    yield "heads.eml", b"".join(b"X-%d: y\n" % number for number in range(500_000)) + b"\nx"
    yield "words.eml", b"Subject: " + b"=?utf-8?q?a?= " * 300_000 + b"\n\nx"
    yield "addresses.eml", b"To: " + b"<" * 2_000_000 + b"\n\nx"
    yield "froms.mbox", b"From a@example.org Thu Jan  1 00:00:00 2026\n" * 1_000_000
    message = EmailMessage()
    message["From"] = "a@example.org"
    message.set_content("see the attachment")
    message.add_attachment(
        zipped({"z.csv": bytes(300_000_000)}), maintype="application", subtype="zip", filename="z.zip"
    )
    yield "bomb.eml", message.as_bytes()


def _wrong_names() -> Iterator[tuple[str, bytes]]:
    """Each sound file under the endings of three others, and nothing at all under every ending."""
    sound = good.files()
    for place, (ending, content) in enumerate(sound):
        yield f"empty {place}{ending}", b""
        for step in (1, 5, 9):
            other = sound[(place + step) % len(sound)][0]
            yield f"really {ending.replace('.', ' ').strip()} {step}{other}", content
