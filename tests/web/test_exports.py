"""Exports: inert in every spreadsheet, exact after taking the prefix off, and said who took them."""

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from catalog.model.audit import AuditFilter
from catalog.services import audit, flows, protocols, published, recognisers, reconciling
from catalog.sheets import cells, writing
from catalog.sheets.cells import Cell, as_csv, as_json
from tests.support.browsing import HouseClient, application, enter
from tests.support.builders import CPO
from tests.support.city import City
from web import exports
from web.exports import Counted, Listing
from web.pages import recognizers, search

texts = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(["=1", "'", "''=", " =1", "\u3000@x", "-"])
AT = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_of(*rows: tuple[Cell, ...]) -> str:
    return "".join(as_csv([f"h{place}" for place in range(len(rows[0]) if rows else 1)], rows)).removeprefix("\ufeff")


def workbook_of(rows: list[tuple[Cell, ...]], about: list[tuple[str, str]] | None = None) -> bytes:
    headings = [f"h{place}" for place in range(len(rows[0]) if rows else 1)]
    return b"".join(writing.pieces(writing.Properties("x", "cpo", AT), about or [], headings, rows))


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def below_the_headings(data: bytes, sheet: str = "List") -> list[list[Any]]:
    return [[cell.value for cell in row] for row in opened(data)[sheet].iter_rows(min_row=2)]


@given(st.lists(st.tuples(texts, st.integers()), max_size=5))
def test_a_text_is_never_a_formula_and_always_restorable(rows: list[tuple[str, int]]) -> None:
    read = list(csv.reader(io.StringIO(csv_of(*rows), newline="")))[1:]
    assert [(name.removeprefix("'"), int(count)) for name, count in read] == rows
    begun = [unicodedata.normalize("NFKC", name).lstrip(' \u00a0\u3000\ufeff\u200b"')[:1] for name, _ in read]
    assert not set(begun) & set("=+-@\t\r\n\0")


def test_every_sign_that_means_the_same_is_known() -> None:
    meant = [chr(code) for code in range(0x110000) if unicodedata.normalize("NFKC", chr(code))[:1] in set("=+-@−")]
    signs = [sign for sign in meant if sign.isprintable()]
    assert len(signs) >= 17
    assert [sign for sign in signs if cells.inert(f"{sign}1") == f"{sign}1"] == []


@pytest.mark.parametrize("lead", [" ", "\u00a0", "\u3000", "\ufeff", "\u200b", "\u202e", '"', "'", "“", "\v", "\u2028"])
def test_nothing_before_a_sign_hides_it(lead: str) -> None:
    assert cells.inert(f"{lead}=1") == f"'{lead}=1"


@pytest.mark.parametrize("name", ["client_ssn", "a-1", "x=y", " plain", "§23-1201", "1-2", "müller", ""])
def test_other_names_stay_as_they_are(name: str) -> None:
    assert cells.inert(name) == name


@given(st.lists(st.tuples(texts), max_size=5))
def test_json_holds_names_exactly(rows: list[tuple[str]]) -> None:
    found = json.loads("".join(as_json({"schema": 1}, ("name",), rows)))
    assert [row["name"] for row in found["rows"]] == [name for (name,) in rows]
    assert found["count"] == len(rows)


def test_every_text_is_quoted_so_that_a_semicolon_splits_nothing() -> None:
    assert '"a;=1"' in csv_of(("a;=1",))
    assert csv_of((True, None)).endswith('"yes",""\r\n')


def test_a_long_list_is_made_row_by_row() -> None:
    drawn = []

    def rows() -> Iterator[tuple[Cell, ...]]:
        for number in range(5000):
            drawn.append(number)
            yield (f"name {number}",)

    next(iter(as_csv(("name",), rows())))
    assert len(drawn) <= 500
    drawn.clear()
    next(iter(as_json({}, ("name",), rows())))
    assert not drawn
    properties = writing.Properties("x", "cpo", AT)
    next(iter(writing.pieces(properties, [], ("name",), ((f"{number:x}" * 50,) for (number,) in _numbers(drawn)))))
    assert len(drawn) < 100_000


def _numbers(drawn: list[int]) -> Iterator[tuple[int]]:
    for number in range(10**9, 10**9 + 100_000):
        drawn.append(number)
        yield (number * 7919,)


@given(st.lists(st.tuples(texts, st.integers(-(10**12), 10**12)), min_size=1, max_size=5))
def test_a_workbook_holds_texts_as_texts(rows: list[tuple[str, int]]) -> None:
    sheet = opened(workbook_of(list(rows)))["List"]
    for (name, count), (text, number) in zip(rows, sheet.iter_rows(min_row=2), strict=True):
        unfit = re.sub("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", writing._sign, name)
        assert (text.value or "").replace("_x005F_", "_") == unfit
        assert number.value == count
        if name:
            assert (text.data_type, text.quotePrefix) == ("s", True)


def test_a_workbook_says_what_it_could_not_hold() -> None:
    long = "é" * 40_000 + "😀"
    data = workbook_of([("a\0b\x1b", long), ("_x0041_", "\r\n\t ")])
    (first, cut), (like_an_escape, blanks) = below_the_headings(data)
    assert first == "a␀b␛"
    assert len(cut) == 32_767
    assert cut.endswith("é…")
    assert like_an_escape == "_x005F_x0041_"  # as the format writes it; this reader shows it as it is written
    assert blanks == "\r\n\t "
    notes = [told for word, told in below_the_headings(data, "About") if word == "Note"]
    assert [note.split()[:2] for note in notes] == [["In", "1"], ["1", "cells"], ["The", "list"]]
    assert below_the_headings(workbook_of([("a",)]), "About") == []


@pytest.mark.parametrize(("number", "kept"), [(10**20, str(10**20)), (float("nan"), "nan"), (0.25, 0.25), (-3, -3)])
def test_a_number_too_long_for_a_spreadsheet_is_kept_as_text(number: float, kept: object) -> None:
    assert below_the_headings(workbook_of([(number,)])) == [[kept]]


def test_a_workbook_can_be_read_on_paper_and_on_screen() -> None:
    book = opened(workbook_of([("a" * 90, True, None)]))
    sheet = book["List"]
    assert sheet.freeze_panes == "A2"
    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [60, 10, 10]
    assert sheet["A1"].font.bold
    assert (sheet["B2"].value, sheet["C2"].value) == ("yes", None)
    assert (book.properties.creator, book.properties.created) == ("cpo", AT.replace(tzinfo=None))


def test_no_file_of_a_workbook_says_more_than_it_should() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook_of([("a",)]))) as archive:
        assert archive.testzip() is None
        assert not [name for name in archive.namelist() if "externalLink" in name or "vba" in name]


def test_all_three_say_who_took_them_and_when(city: City, visit: Callable[[str | None], HouseClient]) -> None:
    client = visit("officer-dss")
    where = "/search?agency=DSS&q=client&smith=x&page=3&format="
    told = json.loads(client.get(where + "json").data)
    assert told["taken_by"] == "officer-dss"
    name = client.get(where + "csv").headers["Content-Disposition"]
    assert re.fullmatch(r'attachment; filename="search-officer-dss-\d{8}T\d{6}Z\.csv"', name)
    answer = client.get(where + "xlsx")
    assert answer.mimetype == XLSX
    rows = below_the_headings(answer.data)
    about = dict(below_the_headings(answer.data, "About"))
    assert len(rows) == told["count"] > 0
    assert about.pop("As of").endswith(" UTC")
    assert about == {
        "List": "search",
        "Taken by": "Ben Okafor (account officer-dss)",
        "Rows": str(told["count"]),
        "Filter: Agency": "DSS",
        "Filter: Words": "client",
    }


@pytest.mark.parametrize("kind", ["xlsx", "json"])
def test_who_has_taken_enough_gets_a_page_and_no_file(kind: str, own_city: City) -> None:
    catalog = own_city.catalog
    settings = catalog.settings.model_copy(update={"export_rows_a_day": 1})
    answer = enter(application(replace(catalog, settings=settings)), "cpo").get(f"/types?format={kind}")
    assert (answer.status_code, answer.mimetype) == (403, "text/html")
    assert "Content-Disposition" not in answer.headers


@pytest.mark.parametrize(
    ("method", "site", "status"),
    [("HEAD", "same-origin", 405), ("GET", "cross-site", 403), ("GET", "same-site", 403), ("GET", "none", 200)],
)
def test_only_a_file_that_is_taken_on_purpose_is_given_and_counted(
    method: str, site: str, status: int, own_city: City
) -> None:
    def taken() -> int:
        return len(audit.entries(CPO, own_city.catalog, AuditFilter(action="export"), 1000))

    client, before = enter(application(own_city.catalog), "cpo"), taken()
    assert client.open("/types?format=csv", method=method, headers={"Sec-Fetch-Site": site}).status_code == status
    assert taken() - before == (status == 200)


def test_every_filter_there_is_can_be_told() -> None:
    facets = {
        *search.FACETS,
        *recognisers.FACETS,
        *flows.FACETS,
        *protocols.FACETS,
        *published.FACETS,
        *reconciling.FACETS,
    }
    assert facets <= set(exports._FILTERS)
    read = re.compile(r'(?:args\.get|(?<!form\.)one_of|_midnight)\("(\w+)"')
    pages = [path.read_text(encoding="utf-8") for path in Path(search.__file__).parent.glob("*.py")]
    # Where to go after signing in; which page of the audit log; what a step before did; which kind of file; what of
    # review is shown in full; which version of a signed report, and whether it is checked; which line of a task is
    # open: no list is filtered by these.
    read_elsewhere = {"next", "below", "done", "undo", "format", "key", "code", "show", "at", "turn"}
    read_elsewhere |= {"number", "version", "check", "open", "item"}
    assert {key for text in pages for key in read.findall(text)} - read_elsewhere <= set(exports._FILTERS)


def test_a_list_too_long_for_a_workbook_is_refused_in_words(
    app: Flask, visit: Callable[[str | None], HouseClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MOST_ROWS", 2)
    answer = visit("cpo").get("/types?format=xlsx")
    assert answer.status_code == 400
    assert "take the CSV" in answer.text
    assert visit("cpo").get("/types?format=csv").status_code == 200


def test_a_fault_midway_breaks_the_file_off_and_tells_nobody_why(
    visit: Callable[[str | None], HouseClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows() -> Iterator[tuple[Cell, ...]]:
        yield from ((f"name {number}",) for number in range(1000))
        raise RuntimeError("123-45-6789")

    monkeypatch.setattr(recognizers.recognisers, "lines", lambda *_: ())
    monkeypatch.setattr(recognizers, "Listing", lambda *_: Listing("x", ("name",), Counted(1001, rows())))
    with capture_logs() as logs, pytest.raises(BrokenPipeError) as broken:
        visit("cpo").get("/recognizers?format=csv")
    assert broken.value.__cause__ is None
    assert broken.value.__suppress_context__
    (fault,) = [line for line in logs if line["event"] == "An unexpected fault"]
    assert "123-45-6789" not in str({**fault, "error": type(fault["error"]).__name__})
