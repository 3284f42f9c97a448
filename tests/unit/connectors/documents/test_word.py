"""Documents of Word."""

import io
import zipfile

import docx
import pytest

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat
from connectors.files.documents import passages
from connectors.files.documents.word import sample_word
from tests.support.documents import changed, memo, read, saved, tables, texts, with_body
from tests.support.workbooks import OLD_OFFICE


def test_text_lists_headers_footers_and_comments_are_passages() -> None:
    sample = read(sample_word, memo())

    assert texts(sample) == [
        "Memo on heating",
        "The client called on Monday.",
        "first item",
        "Office of Housing",
        "Page of the office",
        "Call back",
    ]
    assert sample.rows_total == 6


def test_tables_and_what_the_document_says_of_itself_are_kept_beside() -> None:
    assert tables(read(sample_word, memo())) == {
        "document properties": [("author",), ("Nora Keane",)],
        "table 1": [("Client", "Born"), ("Ana Ruiz", "1980-02-01"), ("Bo Li", "1991-03-04")],
        "authors of comments": [("author",), ("Omar Haddad",)],
    }


def test_a_table_within_a_cell_is_a_table_of_its_own() -> None:
    document = docx.Document()
    outer = document.add_table(2, 2)
    for place, text in enumerate(("a", "b", "c", "d")):
        outer.cell(place // 2, place % 2).text = text
    inner = outer.cell(1, 0).add_table(2, 2)
    for place, text in enumerate(("e", "f", "g", "h")):
        inner.cell(place // 2, place % 2).text = text

    found = tables(read(sample_word, saved(document)))

    assert found["table 1"] == [("e", "f"), ("g", "h")]
    assert found["table 2"] == [("a", "b"), ("c", "d")]


def test_merged_cells_say_the_same_at_each_of_their_places() -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for row in range(3):
        for place in range(3):
            table.cell(row, place).text = f"{row}{place}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "tall"

    found = tables(read(sample_word, saved(document)))["table 1"]

    assert found == [("wide", "wide", "02"), ("10", "11", "tall"), ("20", "21", "tall")]


RUN = "<w:r><w:t>{}</w:t></w:r>"
BOX = "<w:p><w:r><w:t>in a box</w:t></w:r></w:p>"
TWICE = (
    f"<mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>{BOX}</w:txbxContent></wps:txbx></mc:Choice>"
    f"<mc:Fallback>{BOX}</mc:Fallback></mc:AlternateContent>"
)
TRACKED = (
    "<w:ins w:author='Omar'><w:r><w:t>Li</w:t></w:r></w:ins>"
    "<w:del w:author='Omar'><w:r><w:delText>Ana Ruiz</w:delText></w:r></w:del>"
)


@pytest.mark.parametrize(
    ("body", "passages_of_it"),
    [
        ("<w:p><w:r><w:t>An</w:t></w:r><w:r><w:t>a Ruiz</w:t><w:tab/><w:t>4B</w:t></w:r></w:p>", ["Ana Ruiz 4B"]),
        ("<w:p><w:r><w:t>078</w:t><w:noBreakHyphen/><w:t>05</w:t></w:r></w:p>", ["078-05"]),
        (f"<w:p>{RUN.format('Bo ')}{TRACKED}</w:p>", ["Bo Li", "Ana Ruiz"]),
        (f"<w:sdt><w:sdtContent><w:p>{RUN.format('in a control')}</w:p></w:sdtContent></w:sdt>", ["in a control"]),
        (f"<w:p><w:r>{TWICE}</w:r>{RUN.format('around it')}</w:p>", ["in a box", "around it"]),
        ("<w:p><w:r><w:instrText>PAGE</w:instrText><w:t>7</w:t></w:r></w:p>", ["7"]),
    ],
)
def test_text_is_read_wherever_it_stands(body: str, passages_of_it: list[str]) -> None:
    assert texts(read(sample_word, with_body(body))) == passages_of_it


def test_who_tracked_changes_is_told() -> None:
    body = "<w:p><w:ins w:author='Omar Haddad'><w:r><w:t>more</w:t></w:r></w:ins></w:p>"

    assert tables(read(sample_word, with_body(body)))["authors of comments"] == [("author",), ("Omar Haddad",)]


@pytest.mark.parametrize("kind", ["footnotes", "endnotes"])
def test_notes_are_read(kind: str) -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    note = f"<w:{kind} {space}><w:footnote><w:p><w:r><w:t>in a note</w:t></w:r></w:p></w:footnote></w:{kind}>"
    start = b"<Override"
    told = f'<Override PartName="/word/{kind}.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    told += f'wordprocessingml.{kind}+xml"/><Override'
    content = changed(memo(), "[Content_Types].xml", lambda types: types.replace(start, told.encode(), 1))
    written = io.BytesIO(content)
    with zipfile.ZipFile(written, "a") as archive:
        archive.writestr(f"word/{kind}.xml", note)

    assert "in a note" in texts(read(sample_word, written.getvalue()))


def test_what_is_embedded_is_said_not_to_be_read() -> None:
    written = io.BytesIO(memo())
    with zipfile.ZipFile(written, "a") as archive:
        archive.writestr("word/embeddings/Microsoft_Excel_Sheet1.xlsx", b"PK")

    assert read(sample_word, written.getvalue()).caveats == {Caveat.INNER}


def test_a_document_of_nothing_but_pictures_is_a_picture() -> None:
    written = io.BytesIO(with_body("<w:p><w:r><w:drawing/></w:r></w:p>"))
    with zipfile.ZipFile(written, "a") as archive:
        archive.writestr("word/media/image1.jpeg", b"\xff\xd8")

    with pytest.raises(DatasetError) as refusal:
        read(sample_word, written.getvalue())

    assert refusal.value.reason is SkipReason.NO_TEXT


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("member", ["word/document.xml", "[Content_Types].xml", "docProps/core.xml"])
def test_a_document_with_entities_is_refused(member: str) -> None:
    def planted(content: bytes) -> bytes:
        declaration, _, rest = content.partition(b"?>")
        return declaration + b"?>" + ENTITIES + rest.replace(b"Monday", b"&b;&f;")

    with pytest.raises(DatasetError) as refusal:
        read(sample_word, changed(memo(), member, planted))

    assert refusal.value.reason is SkipReason.UNREADABLE
    assert "ntit" not in str(refusal.value)


def test_what_would_unpack_to_very_much_is_read_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passages, "MOST_CHARACTERS", 1_000_000)
    bomb = with_body("<w:p><w:r><w:t>again and again</w:t></w:r></w:p>" * 300_000)

    sample = read(sample_word, bomb)

    assert len(bomb) < 100_000
    assert sample.caveats >= {Caveat.CUT}
    assert sample.rows_total is None


@pytest.mark.parametrize("tag", ["w:tbl", "w:p", "x"])
def test_what_is_nested_too_deep_is_refused(tag: str) -> None:
    with pytest.raises(DatasetError) as refusal:
        read(sample_word, with_body(f"<{tag}>" * 100_000 + f"</{tag}>" * 100_000))

    assert refusal.value.reason is SkipReason.TOO_LARGE


def test_a_document_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    sample = read(sample_word, changed(memo(), "word/document.xml", lambda xml: xml[: xml.index(b"first item")]))

    assert "The client called on Monday." in texts(sample)
    assert sample.caveats == {Caveat.TORN}
    assert sample.rows_total is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (OLD_OFFICE + b"\0" * 600, SkipReason.UNREADABLE),
        (OLD_OFFICE + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le"), SkipReason.PASSWORD_PROTECTED),
        (b"", SkipReason.UNREADABLE),
        (b"PK\x03\x04 no archive", SkipReason.UNREADABLE),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(content: bytes, reason: SkipReason) -> None:
    with pytest.raises(DatasetError) as refusal:
        read(sample_word, content)

    assert refusal.value.reason is reason


def test_a_document_without_text_still_says_who_wrote_it() -> None:
    sample = read(sample_word, with_body(""))

    assert sample.row_count == 0
    assert [each.label for each in sample.inner] == ["document properties"]
