import re
from datetime import date
from itertools import pairwise

import pytest

from catalog import documents
from catalog.documents import pdf
from catalog.documents.document import Document, Paragraph, Section
from catalog.documents.of_report import of_report
from catalog.model.frozen_reports import Format
from catalog.model.report_form import Element
from tests.support.pdf_reading import Read, read
from tests.support.said_reports import SIGNED, item, report


@pytest.fixture(scope="module")
def found() -> Read:
    return read(documents.render(report(), SIGNED, Format.PDF, public=False))


def of_text(text: str) -> Read:
    return read(
        documents.render(report((item(Element.ACCESS, "x", "Label", text=text),)), SIGNED, Format.PDF, public=False)
    )


def test_it_says_that_it_is_accessible_and_what_it_is(found: Read) -> None:
    assert found.catalog["MarkInfo"]["Marked"] is True
    assert found.catalog["Lang"] == b"en-US"
    assert found.catalog["ViewerPreferences"]["DisplayDocTitle"] is True
    assert found.information["Title"] == "Shelter Services: agency report on identifying information"
    assert "<pdfuaid:part>1</pdfuaid:part>" in found.metadata
    assert "Outlines" in found.catalog


def test_its_dates_are_of_the_report(found: Read) -> None:
    assert (found.information["CreationDate"], found.information["ModDate"]) == ("D:20260728000000Z",) * 2


def test_headings_are_those_of_the_document_and_leave_no_level_out(found: Read) -> None:
    document = of_report(report(), SIGNED, public=False)
    levels = [level for level, _ in found.headings]
    assert found.headings[0] == (1, document.title)
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert [text for level, text in found.headings if level == 2] == [each.heading for each in document.sections]


def test_every_table_has_headings_and_a_caption(found: Read) -> None:
    assert len(found.tables) == 6
    for part in found.root.all("Table"):
        assert next(each.text for each in part.all("Caption"))
        assert {str(each.attributes["Scope"]) for each in part.all("TH")} == {"Column"}
    for first, *rest in found.tables:
        assert {kind for kind, _ in first} == {"TH"}
        assert {kind for row in rest for kind, _ in row} == {"TD"}
    assert [text for _, text in found.tables[0][0]][:3] == ["What", "Collected", "Retained"]


def test_nothing_stands_outside_the_structure_and_fonts_are_inside(found: Read) -> None:
    assert found.untagged == ()
    assert found.unembedded == ()
    assert found.fonts > 0


def test_it_reads_in_the_order_of_the_content(found: Read) -> None:
    places = [
        found.text.index(each)
        for each in (
            "About this report",
            "Contact information",
            "Declared, not found",
            "Social Security number",
            "Without that no bed can be given.",
            "It is the law.",
            "Intake protocol",
            "In writing, to us.",
            "More work, better kept records.",
            "Form renewed in 2025.",
            "Inspector general",
            "Commissioner",
        )
    ]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "text",
    [
        '#panic("x") #import "a.typ" $x$ *b* _i_ `c` <l> @r \\ // /* */ = H\n- l\n+ n\n/ t: d',
        '"); #eval("1") #read("/etc/passwd") #sys.inputs',
        "{{ x }} {% y %} ${z}",
        'it\'s "so" -- and --- … ~ https://example.org',
    ],
)
def test_markup_of_typst_is_text(text: str) -> None:
    assert text.replace("\n", "") in of_text(text).text


def test_a_character_without_a_font_is_given_as_its_number_and_that_is_said() -> None:
    lacking = of_text("A 中😀 b")
    assert "A [U+4E2D][U+1F600] b" in lacking.text
    assert lacking.headings[-1] == (2, "Characters in this file")
    assert "Characters in this file" not in of_text("plain é я").text


def test_characters_that_do_not_go_together_do_not_stop_it() -> None:
    together = "ʘ\u0347\u0489\u05d0\u0300\u20dd"
    assert "Label" in of_text(together).text


def test_long_words_stay_on_the_page_and_whole() -> None:
    long = "x" * 600
    assert long in of_text(long).text
    wide = item(Element.CLASSIFIED, "a", long, fields=(("Verb", long), ("Types", "y" * 40)))
    data = documents.render(report((wide,)), SIGNED, Format.PDF, public=False)
    assert [text for _, text in read(data).tables[0][1]] == [long, long, "y" * 40]


def test_every_character_that_is_said_to_be_there_is_there_in_bold_too() -> None:
    lines = re.findall(r"^[0-9A-F-]+$", pdf._characters(), re.MULTILINE)
    ends = [(line.split("-")[0], line.split("-")[-1]) for line in lines]
    there = [chr(n) for first, last in ends for n in range(int(first, 16), int(last, 16) + 1)]
    assert len(there) > 4000
    sections = tuple(Section(f"a{each}", (Paragraph(each),)) for each in there)
    document = Document("All characters", "", "en-US", date(2026, 7, 31), "", "", sections)
    assert pdf._with_numbers(document, pdf._lacking()) == document
    assert pdf._set(document)
