import io
import zipfile
from datetime import UTC, datetime
from itertools import pairwise

import docx
from docx.document import Document as Word
from docx.oxml.ns import qn

from catalog import documents
from catalog.documents.of_report import of_report
from catalog.model.frozen_reports import Format
from tests.support.said_reports import SIGNED, report


def word() -> Word:
    return docx.Document(io.BytesIO(documents.render(report(), SIGNED, Format.DOCX, public=False)))


def test_headings_are_headings_and_leave_no_level_out() -> None:
    names = [(p.style.name, p.text) for p in word().paragraphs if p.style is not None]
    levels = [int(str(name).split()[1]) for name, _ in names if str(name).startswith("Heading")]
    assert names[0] == ("Heading 1", "Shelter Services: agency report on identifying information")
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    document = of_report(report(), SIGNED, public=False)
    assert [text for name, text in names if name == "Heading 2"] == [each.heading for each in document.sections]


def test_the_first_row_of_every_table_is_its_heading_on_every_page() -> None:
    tables = word().tables
    assert len(tables) == 6
    for table in tables:
        headers = [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table.rows]
        assert headers == [True, *[False] * (len(table.rows) - 1)]
        look = table._tbl.tblPr.find(qn("w:tblLook"))
        assert (look.get(qn("w:firstRow")), look.get(qn("w:firstColumn"))) == ("1", "1")
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
    assert [cell.text for cell in tables[0].rows[0].cells] == [
        *("What", "Collected", "Retained"),
        *("Disclosed", "Datasets", "Notes"),
    ]
    assert tables[0].rows[1].cells[0].text == "Name"


def test_texts_come_back_with_their_lines() -> None:
    said = [p.text for p in word().paragraphs]
    assert "People who apply for shelter are asked for it.\nWithout that no bed can be given." in said


def test_it_says_what_it_is_and_nothing_of_when_or_where_it_was_made() -> None:
    data = documents.render(report(), SIGNED, Format.DOCX, public=False)
    said = docx.Document(io.BytesIO(data)).core_properties
    assert said.title == "Shelter Services: agency report on identifying information"
    assert (said.author, said.last_modified_by, said.language) == ("Shelter Services", "Shelter Services", "en-US")
    assert said.created == said.modified == datetime(2026, 7, 28, tzinfo=UTC)
    assert (said.comments, said.revision) == ("", 1)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None
        assert b'w:val="en-US"' in archive.read("word/styles.xml")
