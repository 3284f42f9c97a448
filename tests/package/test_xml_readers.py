"""Nothing reads XML without care: what is named here does not, and each of it leaves declared entities alone."""

import io
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pytest

from catalog.errors import DatasetError, SkipReason
from connectors.files.documents.web import sample_web
from connectors.files.documents.word import sample_word
from connectors.files.sheet_parts import sheet_parts
from tests.package.test_no_dynamic_code import CAREFUL, SHIPPED, found, xml_named
from tests.support.documents import changed, read, saved, texts

ENTITIES = {
    "one that swells": b'<!DOCTYPE x [<!ENTITY a "zqx"><!ENTITY it "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    "a file": b'<!DOCTYPE x [<!ENTITY it SYSTEM "file:///etc/passwd">]>',
    "an address": b'<!DOCTYPE x [<!ENTITY it SYSTEM "http://127.0.0.1:1/zqx">]>',
    "one of the type itself": b'<!DOCTYPE x [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a; <!ENTITY it "zqx">]>',
}


def declared(entities: bytes) -> Callable[[bytes], bytes]:
    """Puts a declaration into a part, and what it declares where a word stood."""

    def change(content: bytes) -> bytes:
        head, _, rest = content.partition(b"?>")
        return head + b"?>" + entities + rest.replace(b"standing", b"&it;")

    return change


def try_word(entities: bytes) -> None:
    document = docx.Document()
    document.add_paragraph("standing here")
    with pytest.raises(DatasetError) as refusal:
        read(sample_word, changed(saved(document), "word/document.xml", declared(entities)))
    assert refusal.value.reason is SkipReason.UNREADABLE


def try_web(entities: bytes) -> None:
    said = str(texts(read(sample_web, entities + b"<p>text &it; and more</p>")))
    assert "text" in said
    assert "zqx" not in said
    assert "root:" not in said


def try_workbook(entities: bytes) -> None:
    book, written = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "standing"
    book.save(written)
    assert sheet_parts(written) is not None
    changed_book = io.BytesIO(changed(written.getvalue(), "xl/workbook.xml", plainly(declared(entities))))
    assert zipfile.is_zipfile(changed_book)
    assert sheet_parts(changed_book) is None


def plainly(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """For parts without a declaration of XML before them."""
    return lambda content: change(content if content.startswith(b"<?xml") else b"<?xml version='1.0'?>" + content)


TRIED = {
    "connectors/files/documents/office.py": try_word,
    "connectors/files/documents/story.py": try_word,
    "connectors/files/documents/web.py": try_web,
    "connectors/files/sheet_parts.py": try_workbook,
}


@pytest.mark.parametrize("kind", ENTITIES)
@pytest.mark.parametrize("module", TRIED)
def test_what_a_file_declares_is_never_put_in(module: str, kind: str) -> None:
    TRIED[module](ENTITIES[kind])


def test_everything_that_reads_xml_is_named_and_tried() -> None:
    reads = {path for path in SHIPPED if list(xml_named(path.read_text(encoding="utf-8")))}
    root = SHIPPED[0].parents[1]
    assert {path.relative_to(root).as_posix() for path in reads} == set(CAREFUL) == set(TRIED)


@pytest.mark.parametrize(
    "source",
    [
        "import xml.sax\nxml.sax.make_parser()",
        "import xml.sax\nxml.sax.parseString(x, y)",
        "from lxml import etree\netree.XMLParser()",
        "from lxml import etree\netree.fromstring(x)",
        "from lxml.etree import XML",
    ],
)
@pytest.mark.parametrize("module", CAREFUL)
def test_no_parser_that_takes_entities_passes_even_there(module: str, source: str) -> None:
    assert list(found(source, module))
