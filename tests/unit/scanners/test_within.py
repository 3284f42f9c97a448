"""Tables inside documents: judged each by itself, told as one dataset."""

from collections.abc import Sequence
from typing import Any

import pytest

from catalog.model.coverage import Caveat, Depth, SampleMethod
from catalog.model.holdings import ColumnSchema, Magnitude
from catalog.model.runs import ColumnResult
from catalog.model.sample import Inner, Sample
from scanners import wire, within
from scanners.judge import judge
from scanners.naming import NameGuard

GUARD = NameGuard(b"k" * 32)
PEOPLE = [("Maria Lopez", "219-09-1001"), ("James Walker", "219-09-1002"), ("Priya Sharma", "219-09-1003")]


def table(*names: str, rows: Sequence[Sequence[str]], header: bool = False, **more: Any) -> Sample:
    columns = [ColumnSchema(name, place) for place, name in enumerate(names)]
    values = [[row[place] for row in rows] for place in range(len(names))]
    return Sample(columns, values, method=SampleMethod.ALL_ROWS, header_is_first_row=header, **more)


def document(*inner: Inner, text: tuple[str, ...] = ("A memo.",), **more: Any) -> Sample:
    columns = [ColumnSchema("text", 0, name_is_made_up=True, holds_passages=True)] if text else []
    return Sample(columns, [list(text)] if text else [], method=SampleMethod.ALL_ROWS, inner=inner, **more)


def labels(read: Sample) -> list[str]:
    with within.parts_of(read) as parts:
        return [part.label for part in parts]


def test_parts_are_told_in_order_and_gone_in_the_end() -> None:
    read = document(
        Inner("table 1", table("name", "ssn", rows=PEOPLE)), Inner("table 2", table("sku", rows=[("P-1",)]))
    )
    with within.parts_of(read) as parts:
        assert [(part.label, len(part.sample.columns)) for part in parts] == [("", 1), ("table 1", 2), ("table 2", 1)]
        samples = [part.sample for part in parts]
    assert [sample.row_count for sample in samples] == [0, 0, 0]


def test_the_first_row_of_each_is_settled_by_itself() -> None:
    is_data = table("Maria Gonzalez", "219-09-9998", rows=PEOPLE, header=True)
    is_header = table("client", "ssn", rows=PEOPLE, header=True)
    with within.parts_of(document(Inner("table 1", is_data), Inner("table 2", is_header))) as parts:
        assert [column.name for column in parts[1].sample.columns] == ["column 1", "column 2"]
        assert parts[1].sample.values(0)[0] == "Maria Gonzalez"
        assert [column.name for column in parts[2].sample.columns] == ["client", "ssn"]
        settled = [part.sample for part in parts]
    assert [sample.row_count for sample in settled] == [0, 0, 0], "what was given back is cleared too"


def test_a_first_row_that_is_data_keeps_what_is_inside_and_why_it_is_a_part() -> None:
    inner = Inner("table 1", table("sku", rows=[("P-1",)]))
    read = table("Maria Gonzalez", "219-09-9998", rows=PEOPLE, header=True, inner=(inner,), draws=2, oldest=1, newest=1)
    read.warn(Caveat.TORN)
    with within.parts_of(read) as parts:
        whole = parts[0].sample
        assert whole.caveats == frozenset({Caveat.TORN})
        assert (whole.draws, whole.oldest, whole.newest) == (2, 1, 1)
        assert parts[1].label == "table 1"


def test_what_is_inside_an_attachment_is_reached() -> None:
    attached = document(Inner("table 1", table("ssn", rows=[("219-09-1001",)])))
    assert labels(document(Inner("attachment 1", attached))) == ["", "attachment 1", "attachment 1, table 1"]


@pytest.mark.parametrize(
    "label", ["Maria Gonzalez", "maria gonzalez", "219-09-9998", "table\n1", "", "a" * 200, "table 1: ssn", "Tabelle 1"]
)
def test_a_label_that_is_not_in_our_words_is_not_told(label: str) -> None:
    assert labels(document(Inner(label, table("sku", rows=[("P-1",)])))) == ["", "part 1"]


def test_more_columns_than_can_be_told_are_left_out_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(within, "MOST_COLUMNS", 3)
    read = document(*(Inner(f"table {n}", table("a", "b", rows=[("1", "2")])) for n in (1, 2)))
    with within.parts_of(read) as parts:
        assert [part.label for part in parts] == ["", "table 1"]
        assert within.caveats_of(parts) == (Caveat.TOO_WIDE,)
        assert parts[0].sample.partly


def test_rows_are_those_of_the_document_or_else_of_its_largest_table() -> None:
    for text, rows in ((("one", "two"), 2), ((), 7)):
        inner = (Inner(f"table {count}", table("a", rows=[("1",)] * count)) for count in (3, 7))
        with within.parts_of(document(*inner, text=text)) as parts:
            assert within.rows_of(parts) == rows


def test_caveats_of_all_parts_are_told_once_and_sorted() -> None:
    one, other = (table("a", rows=[("1",)]) for _ in range(2))
    one.warn(Caveat.TORN, Caveat.CUT)
    other.warn(Caveat.CUT)
    with within.parts_of(document(Inner("table 1", one), Inner("table 2", other))) as parts:
        assert within.caveats_of(parts) == (Caveat.CUT, Caveat.TORN)


def test_columns_of_tables_inside_are_told_apart_and_keep_their_identity() -> None:
    column = ColumnSchema("ssn", 0)
    own, first, second = (within.name_of(GUARD, label, column) for label in ("", "table 1", "table 2"))
    assert [name.text for name in (own, first, second)] == ["ssn", "table 1: ssn", "table 2: ssn"]
    assert len({own.key, first.key, second.key}) == 3
    assert first == within.name_of(GUARD, "table 1", column)
    named_alike = within.name_of(GUARD, "", ColumnSchema("table 1: ssn", 0))
    assert named_alike.key != first.key
    assert all(wire.load(type(name), wire.dump(name)) == name for name in (own, first, second))


@pytest.mark.parametrize("name", ["Maria Gonzalez", "219-09-9998", "gonzalez@example.org", "DOB 1970-01-02 Smith"])
def test_a_label_does_not_hide_that_a_name_is_somebodys(name: str) -> None:
    told = [within.name_of(GUARD, label, ColumnSchema(name, 0)) for label in ("table 1", "table 2")]
    assert all(each.withheld and each.text.startswith("name withheld (") for each in told)
    assert told[0].key != told[1].key
    assert name not in repr(told)
    assert all(wire.load(type(each), wire.dump(each)) == each for each in told)


def test_a_label_makes_nobodys_name_somebodys() -> None:
    told = within.name_of(GUARD, "table 2", ColumnSchema("main street", 0))
    assert (told.text, told.withheld) == ("table 2: main street", False)


def test_who_wrote_a_document_is_not_how_many_people_it_is_about() -> None:
    people = table("ssn", rows=[(f"219-09-10{n}",) for n in range(10, 40)])
    author = table("author", rows=[("Nora Keane",)])
    read = document(Inner("document properties", author), Inner("table 1", people), text=("A memo.",) * 20)
    with within.parts_of(read) as parts:
        told = [within.amount_of(parts, part, judge(part.sample, GUARD)[0]) for part in parts]
    assert told == [Magnitude.FEWER_THAN_5, Magnitude.NOT_KNOWN, Magnitude.FROM_5]
    files = table("name", rows=[("Nora Keane",)])
    with within.parts_of(table("sku", rows=[("P-1",)] * 9, inner=(Inner("files", files),))) as parts:
        assert within.amount_of(parts, parts[1], judge(files, GUARD)[0]) is Magnitude.FEWER_THAN_5


def test_a_long_name_is_cut_as_any_other() -> None:
    told = within.name_of(GUARD, "attachment 1, table 1", ColumnSchema("a very long word " * 30, 0))
    assert wire.load(type(told), wire.dump(told)) == told


def columns_of(parts: Sequence[within.Part]) -> list[ColumnResult]:
    return [result for part in parts for result in judge(part.sample, GUARD)]


def test_any_part_is_reason_enough_for_a_deeper_look() -> None:
    notes = [(f"The caller said that she would come to the office on the {n}th.",) for n in range(40)]
    drawn = table("notes", rows=notes)
    drawn.method = SampleMethod.RANDOM_ROWS
    for inner, why in ((drawn, Depth.FREE_TEXT), (table("notes", rows=notes), None)):
        with within.parts_of(document(Inner("table 1", inner))) as parts:
            found = within.reason_to_go_on(parts, columns_of(parts))
            assert (found is None) == (why is None)
