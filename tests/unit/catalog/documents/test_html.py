from itertools import pairwise
from xml.etree.ElementTree import Element as Tag

import html5lib

from catalog import documents
from catalog.model.frozen_reports import Format
from catalog.model.report_form import Element
from tests.support.said_reports import SIGNED, item, report

SPACE = "{http://www.w3.org/1999/xhtml}"


def page(**parts: object) -> Tag:
    data = documents.render(report(**parts), SIGNED, Format.HTML, public=False)  # type: ignore[arg-type]  # parts by name
    parser = html5lib.HTMLParser(strict=True)
    found: Tag = parser.parse(data, transport_encoding="utf-8")
    return found


def names(tag: Tag) -> list[str]:
    return [each.tag.removeprefix(SPACE) for each in tag.iter()]


def test_headings_leave_no_level_out_and_there_is_one_title() -> None:
    whole = page()
    levels = [int(name[1]) for name in names(whole) if name in {"h1", "h2", "h3", "h4", "h5", "h6"}]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert whole.attrib["lang"] == "en-US"
    assert whole.findtext(f".//{SPACE}title") == "Shelter Services: agency report on identifying information"


def test_every_table_has_a_caption_and_every_heading_cell_a_scope() -> None:
    whole = page()
    tables = list(whole.iter(f"{SPACE}table"))
    assert len(tables) == 6
    for table in tables:
        assert table.findtext(f"{SPACE}caption")
        assert [th.attrib["scope"] for th in table.findall(f"{SPACE}thead/{SPACE}tr/{SPACE}th")].count("col") > 1
        for row in table.findall(f"{SPACE}tbody/{SPACE}tr"):
            assert [cell.attrib.get("scope") for cell in row] == ["row", *[None] * (len(row) - 1)]


def test_it_can_be_skipped_to_the_content_and_fetches_and_runs_nothing() -> None:
    whole = page()
    skip = next(iter(whole.iter(f"{SPACE}a")))
    assert skip.attrib["href"] == "#content"
    assert whole.find(f".//{SPACE}main").attrib["id"] == "content"  # type: ignore[union-attr]  # it is there
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(names(whole))
    assert not any(key.startswith("on") or key in {"style", "src"} for each in whole.iter() for key in each.attrib)


def test_markup_in_names_is_text() -> None:
    hostile = '</title></style><script>alert(1)</script><b title="x\' onload=y">&amp;'
    whole = page(items=(item(Element.ACCESS, "text", hostile, text=hostile),), agency=hostile)
    assert "script" not in names(whole)
    assert "b" not in names(whole)
    assert hostile in [each.text for each in whole.iter(f"{SPACE}h3")]
    assert hostile in [each.text for each in whole.iter(f"{SPACE}p")]
    assert str(whole.findtext(f".//{SPACE}title")).startswith(hostile)
