"""Whatever people wrote: every format is made, says it back, and nothing of it is markup."""

import csv
import io
import json
import unicodedata
import zipfile
from datetime import date

import docx
import html5lib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import documents
from catalog.documents.document import Document, Section, Table, shown
from catalog.model.frozen_reports import Format
from catalog.model.report_form import Element
from catalog.model.report_items import SourceKind
from catalog.model.report_said import ReportContent, SaidChange, SaidSource
from tests.support.pdf_reading import read
from tests.support.said_reports import SIGNED, item, large, report

MARKUP = st.sampled_from(
    [
        "#let x = 1",
        '$#read("x")$',
        "<script>alert(1)</script>",
        "&lt;b&gt;",
        "]]>",
        "<w:p/>",
        "{% raw %}",
        "=1+1",
        "\u202e",
        "\ud83d",
        "\x00\x0b",
        "中文",
        "👩‍👩‍👧",
        "e\u0301\u0302",
        "-" * 400,
        "a\n\n\nb",
        "\r",
        "\u2028",
    ]
)
TEXTS = st.lists(st.one_of(MARKUP, st.text(max_size=30)), max_size=5).map("".join)
TYPESET = {Format.PDF, Format.DOCX}
#: What stands on paper from left to right, letter by letter.
IN_ORDER = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "M", "Z"], exclude_characters="").filter(
        lambda letter: unicodedata.bidirectional(letter) in {"L", "EN", "ON", "ES", "ET", "CS"}
    ),
    min_size=1,
    max_size=60,
)


def of(label: str, text: str) -> ReportContent:
    entry = item(Element.ACCESS, "text", label, text=text, explained=label, marks=(label,), group=text)
    line = item(Element.CLASSIFIED, "line", label, fields=(("Verb", text), (label, label)))
    return report((entry, line), agency=label)


def bare(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, TEXTS)
def test_every_format_is_made_of_whatever_people_wrote(label: str, text: str) -> None:
    for each in Format:
        assert documents.render(of(label, text), SIGNED, each, public=False)


@settings(max_examples=30, deadline=None)
@given(TEXTS.filter(lambda text: bool(text.strip())))
def test_html_and_word_say_back_what_was_said(text: str) -> None:
    content = report((item(Element.CLASSIFIED, "x", "Label", fields=(("Verb", text),)),))
    page = html5lib.parse(documents.render(content, SIGNED, Format.HTML, public=False), transport_encoding="utf-8")
    cells = ["".join(cell.itertext()) for cell in page.iter("{http://www.w3.org/1999/xhtml}td")]
    assert shown(text) in cells
    word = docx.Document(io.BytesIO(documents.render(content, SIGNED, Format.DOCX, public=False)))
    assert word.tables[0].rows[1].cells[1].text == shown(text)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_json_and_csv_say_back_exactly_what_was_said(text: str) -> None:
    text = text.encode(errors="replace").decode()  # half a character is no text of CSV
    content = report((item(Element.ACCESS, "x", "Label", text=text),))
    told = json.loads(documents.render(content, SIGNED, Format.JSON, public=False))
    assert told["report"]["items"][0]["text"] == text
    sheet = documents.render(content, SIGNED, Format.CSV, public=False).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(sheet, newline=""))
    assert row["text"] in {text, f"'{text}"}
    assert not row["text"].lstrip().startswith(("=", "+", "-", "@"))


@settings(max_examples=30, deadline=None)
@given(IN_ORDER)
def test_pdf_says_back_what_was_said(text: str) -> None:
    table = Table("Caption", ("What", "Verb"), (("Label", text),))
    document = Document("Title", "", "en-US", date(2026, 7, 31), "", "", (Section("Part", (table,)),))
    said = read(documents.render_document(document, Format.PDF)).tables[0][1][1][1]
    numbered = "".join(each if each in said else f"[U+{ord(each):04X}]" for each in text)
    assert unicodedata.normalize("NFKC", bare(said)) == unicodedata.normalize("NFKC", bare(numbered))


@pytest.mark.parametrize(("each", "count"), [(each, 2_000 if each in TYPESET else 10_000) for each in Format])
def test_thousands_of_items_are_made(each: Format, count: int) -> None:
    assert len(documents.render(large(count), SIGNED, each, public=False)) > 50_000


CANARY = "Kestrelmoor"


@pytest.mark.parametrize("each", list(Format))
def test_nothing_of_a_withheld_item_is_in_any_public_file(each: Format) -> None:
    data = documents.render(withholding(), SIGNED, each, public=True)
    assert CANARY not in everything(data, each)
    assert CANARY in everything(documents.render(withholding(), SIGNED, each, public=False), each)


def withholding() -> ReportContent:
    held = item(
        Element.CLASSIFIED,
        f"activity:{CANARY}",
        f"{CANARY} watch",
        fields=(("Verb", CANARY), ("Types", f"Name of {CANARY}")),
        text=CANARY,
        marks=(CANARY,),
        explained=CANARY,
        withheld="public_safety",
        withheld_words=CANARY,
        sources=(SaidSource(SourceKind.ACTIVITY, CANARY, CANARY),),
    )
    moved = SaidChange(held.key, held.element, CANARY, "changed", CANARY, CANARY, CANARY, withheld=True)
    return report((*report().items, held), (*report().changes, moved))


def everything(data: bytes, each: Format) -> str:
    """All texts in a file, those nobody is shown among them."""
    if each is Format.PDF:
        found = read(data)
        return " ".join((found.text, found.metadata, repr(found.information), repr(found.catalog), repr(data)))
    if each is Format.DOCX:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return " ".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return data.decode()
