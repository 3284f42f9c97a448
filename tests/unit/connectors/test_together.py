"""Samples of many alike files, written here, read by the usual readers."""

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BufferedReader

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Inner, Sample
from catalog.ports import FoundFile, SamplePlan
from connectors.files import together
from connectors.files.delimited import sample_delimited
from connectors.files.json_records import sample_json
from connectors.files.parquet import sample_parquet
from connectors.files.together import Reading, sample_together

CANARY = "canary-4711"
PLAN = SamplePlan(rows=1000, seed=3)
Reader = Callable[[BufferedReader, str, SamplePlan, str], Sample]


def reading(
    contents: Mapping[str, bytes],
    reader: Reader = sample_delimited,
    plan: SamplePlan = PLAN,
    opened: list[str] | None = None,
) -> Reading:
    @contextmanager
    def open_one(path: str) -> Iterator[BufferedReader]:
        if opened is not None:
            opened.append(path)
        if not contents[path]:
            raise FileNotFoundError
        yield BufferedReader(io.BytesIO(contents[path]))

    return Reading(open_one, reader, plan, "Some files", lambda file: file.size > 1_000_000)


def of(
    contents: Mapping[str, bytes],
    reader: Reader = sample_delimited,
    plan: SamplePlan = PLAN,
    opened: list[str] | None = None,
) -> Sample:
    files = [FoundFile(path, len(content) or 1, "m", None) for path, content in contents.items()]
    return sample_together(files, reading(contents, reader, plan, opened))


def table(*rows: Sequence[object]) -> bytes:
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()


def names(sample: Sample) -> list[str]:
    return [column.name for column in sample.columns]


def rows_of(sample: Sample) -> list[tuple[str | None, ...]]:
    return list(zip(*(sample.values(place) for place in range(len(sample.columns))), strict=True))


def inner(sample: Sample) -> dict[str, Sample]:
    return {each.label: each.sample for each in sample.inner}


def test_files_with_one_header_are_one_table() -> None:
    found = of({f"c_{n}.csv": table(("id", "name"), (n, f"name {n}")) for n in range(5)})
    assert names(found) == ["id", "name"]
    assert sorted(rows_of(found)) == [(str(n), f"name {n}") for n in range(5)]
    assert (found.method, found.rows_total, found.header_is_first_row) == (SampleMethod.ALL_ROWS, 5, True)
    assert not found.partly


def test_columns_that_came_later_are_added() -> None:
    found = of(
        {
            "c_1.csv": table(("id", "name", "dob"), (1, "a", "1950")),
            "c_2.csv": table(("id", "name", "dob", "ssn"), (2, "b", "1951", "x")),
            "c_3.csv": table(("ID", "dob", "ssn", "name"), (3, "1952", "y", "c")),
        }
    )
    assert names(found) == ["id", "name", "dob", "ssn"]
    assert set(rows_of(found)) == {("1", "a", "1950", None), ("2", "b", "1951", "x"), ("3", "c", "1952", "y")}


def test_first_rows_that_no_other_file_has_are_data() -> None:
    found = of({f"c_{n}.csv": table((n, f"{CANARY} {n}"), (n + 50, "other")) for n in range(3)})
    assert names(found) == ["column 1", "column 2"]
    assert all(column.name_is_made_up for column in found.columns)
    assert not found.header_is_first_row
    assert {f"{CANARY} {n}" for n in range(3)} <= set(found.values(1))
    assert (found.row_count, found.rows_total) == (6, 6)


def test_what_all_rows_share_is_no_header() -> None:
    """First rows are alike in most of their cells, and so are the rows below."""
    found = of(
        {f"c_{n}.csv": table(("HRA", "NY", "open", f"{CANARY} {n}"), ("HRA", "NY", "open", "x")) for n in range(3)}
    )
    assert all(column.name_is_made_up for column in found.columns)


def test_rows_alone_in_their_files_are_no_headers() -> None:
    found = of({f"c_{n}.csv": table(("HRA", "NY", "open", f"{CANARY} {n}")) for n in range(3)})
    assert all(column.name_is_made_up for column in found.columns)
    assert found.row_count == 3


def test_rows_alone_in_their_files_show_no_header_in_another() -> None:
    alone = {f"c_{n}.csv": table(("HRA", "NY", "open", f"{CANARY} {n}")) for n in range(2)}
    found = of({**alone, "c_2.csv": table(("HRA", "NY", "open", CANARY), ("DHS", "NJ", "shut", "x"))})
    assert all(column.name_is_made_up for column in found.columns)
    assert found.row_count == 4


def test_numbers_that_first_rows_share_are_no_header() -> None:
    found = of({f"c_{n}.csv": table((1, 2020, f"{CANARY} {n}"), (2, 2021, "x")) for n in range(3)})
    assert all(column.name_is_made_up for column in found.columns)


def test_rows_without_names_are_not_put_under_the_names_of_others() -> None:
    found = of({"a.csv": table((5, 6), (7, 8)), **{f"c_{n}.csv": table(("id", "name"), (n, "x")) for n in range(3)}})
    assert sorted(rows_of(found)) == [("0", "x"), ("1", "x"), ("2", "x")]
    assert inner(found)["files of other columns 1"].row_count == 1


def test_an_export_without_rows_shares_the_header_of_others() -> None:
    contents = {f"c_{n}.csv": table(("id", "name"), *([(n, "x")] if n else [])) for n in range(4)}
    found = of(contents)
    assert (names(found), found.row_count) == (["id", "name"], 3)
    assert list(inner(found)) == ["files"]


def test_equal_first_rows_may_still_be_data_and_are_left_to_the_judge() -> None:
    found = of({f"dump_{n}.csv": table(("Ada", "1950", "Queens"), ("Bob", f"195{n}", "Bronx")) for n in range(3)})
    assert found.header_is_first_row


def test_files_of_other_columns_are_a_table_of_their_own() -> None:
    same = {f"c_{n}.csv": table(("id", "name"), (n, "x")) for n in range(3)}
    other = {f"d_{n}.csv": table(("plate", "make", "id"), ("p", "m", n)) for n in range(2)}
    bare = {"e_9.csv": table(("1", "2", "3", "4"), ("5", "6", "7", "8"))}
    found = of({**same, **other, **bare})
    assert names(found) == ["id", "name"]
    assert {label: sample.row_count for label, sample in inner(found).items()} == {
        "files of other columns 1": 2,
        "files of other columns 2": 1,
        "files": 6,
    }
    assert names(inner(found)["files of other columns 1"]) == ["plate", "make", "id"]
    assert inner(found)["files of other columns 2"].header_is_first_row
    assert Caveat.SOME_FILES not in found.caveats


def test_names_of_all_files_are_looked_at_as_words() -> None:
    contents = {f"cases/Ada_Lovelace_078-05-11{n:02}.csv": table(("id", "name"), (n, "x")) for n in range(90)}
    found = of(contents)
    told = inner(found)["files"]
    assert [column.name_is_made_up for column in told.columns] == [True]
    assert "Ada Lovelace 078-05-1189" in told.values(0)
    assert told.row_count == 90
    assert (told.method, told.rows_total) == (SampleMethod.ALL_ROWS, 90)


def test_parts_of_paths_that_differ_are_told_with_the_names() -> None:
    found = of({f"t/who=Ada {n}/part.csv": table(("id", "name"), (n, "x")) for n in range(3)})
    assert list(inner(found)["files"].values(0)) == ["who=Ada 0 part", "who=Ada 1 part", "who=Ada 2 part"]


def test_of_many_files_some_are_opened_the_ends_and_the_largest_among_them() -> None:
    contents = {f"c_{n:04}.csv": table(("id", "name"), *((n, "x") for _ in range(200))) for n in range(1000)}
    contents["c_0500.csv"] = table(("id", "name"), *((500, "x") for _ in range(300)))
    opened: list[str] = []
    found = of(contents, opened=opened)
    assert len(opened) == together.FILES
    assert {"c_0000.csv", "c_0500.csv", "c_0999.csv"} <= set(opened)
    assert found.row_count <= PLAN.rows
    assert (found.method, found.draws, found.rows_total) == (SampleMethod.PLACES, together.FILES - 3, None)
    again: list[str] = []
    assert rows_of(of(contents, opened=again)) == rows_of(found)
    assert again == opened
    others: list[str] = []
    of(contents, plan=SamplePlan(rows=1000, seed=4), opened=others)
    assert others != opened


def test_deeper_looks_open_more_files() -> None:
    contents = {f"c_{n:04}.csv": table(("id", "name"), *((n, "x") for _ in range(200))) for n in range(300)}
    opened: list[str] = []
    of(contents, plan=SamplePlan(rows=10_000, seed=1), opened=opened)
    assert len(opened) == together.MOST_FILES


def test_of_files_of_one_record_more_are_opened() -> None:
    contents = {f"r_{n:04}.json": json.dumps({"id": n, "name": f"name {n}"}).encode() for n in range(1000)}
    found = of(contents, sample_json)
    assert found.row_count == together.MOST_SMALL_FILES
    assert set(names(found)) == {"id", "name"}


def test_rows_of_files_that_were_only_sampled_are_worth_as_many_draws_as_the_least_looked_at() -> None:
    contents = {
        "c_1.csv": table(("id", "name"), *((n, "x") for n in range(100))),
        "c_2.csv": table(("id", "name"), *((n, "x") for n in range(1000))),
        "c_3.csv": table(("id", "name"), *((n, "x") for n in range(100))),
    }
    found = of(contents, plan=SamplePlan(rows=300, seed=1))
    assert (found.method, found.rows_total, found.row_count) == (SampleMethod.RANDOM_ROWS, 1200, 300)
    assert found.draws == 120


def test_files_that_cannot_be_read_are_said() -> None:
    contents = {f"c_{n}.csv": table(("id", "name"), (n, "x")) for n in range(3)}
    found = of({**contents, "c_3.csv": b"\x01\x02\x03" * 500})
    assert (found.row_count, found.caveats) == (3, frozenset({Caveat.SOME_FILES}))
    assert (found.method, found.rows_total) == (SampleMethod.PLACES, None)


def test_files_that_are_gone_or_empty_are_not_missed() -> None:
    contents = {f"c_{n}.csv": table(("id", "name"), (n, "x")) for n in range(3)}
    found = of({**contents, "c_3.csv": b"", "c_4.csv": b"\n"})
    assert (found.row_count, found.partly) == (3, False)


def test_the_commonest_reason_is_said_when_none_can_be_read() -> None:
    contents = {f"c_{n}.csv": CANARY.encode() + b"\x01\x02\x03" * 500 for n in range(3)}
    with pytest.raises(DatasetError) as caught:
        of({**contents, "c_4.csv": b""})
    assert caught.value.reason is SkipReason.UNREADABLE
    assert CANARY not in f"{caught.value!s} {caught.value!r} {caught.value.__cause__!r}"


def test_files_over_the_limit_are_not_opened() -> None:
    opened: list[str] = []
    contents = {f"c_{n}.csv": b"a,b\n" + b"1,2\n" * 300_000 for n in range(3)}
    with pytest.raises(DatasetError) as caught:
        of(contents, opened=opened)
    assert (caught.value.reason, opened) == (SkipReason.TOO_LARGE, [])


def test_a_place_that_is_out_of_reach_ends_it() -> None:
    """What was read before says nothing of the others."""

    def away(stream: BufferedReader, name: str, plan: SamplePlan, thing: str) -> Sample:
        if name == "c_1.csv":
            raise ConnectionResetError
        return sample_delimited(stream, name, plan, thing)

    with pytest.raises(DatasetError) as caught:
        of({f"c_{n}.csv": b"a,b\n1,2\n" for n in range(3)}, away)
    assert caught.value.reason is SkipReason.UNREACHABLE


def test_no_more_is_held_than_a_sample_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "SAMPLE_CHARACTERS", 100)
    opened: list[str] = []
    found = of({f"c_{n}.csv": table(("id", "name"), (n, "x" * 60)) for n in range(9)}, opened=opened)
    assert len(opened) == 2
    assert (found.method, found.rows_total) == (SampleMethod.PLACES, None)


def test_caveats_of_files_of_other_columns_are_those_of_all() -> None:
    def read(stream: BufferedReader, name: str, *_: object) -> Sample:
        sample = form("plate", "make") if name == "d_3.pdf" else document(stream.read().decode())
        sample.warn(*([Caveat.TORN] if name == "d_3.pdf" else []))
        return sample

    assert of({f"d_{n}.pdf": str(n).encode() for n in range(4)}, read).caveats == {Caveat.TORN}


def test_memory_that_ends_is_for_whoever_asked() -> None:
    def full(*_: object) -> Sample:
        raise MemoryError

    with pytest.raises(MemoryError):
        of({f"c_{n}.csv": b"a,b\n1,2\n" for n in range(3)}, full)


def test_parquet_files_are_joined_by_the_names_they_declare() -> None:
    def packed(**columns: list[object]) -> bytes:
        sink = io.BytesIO()
        pq.write_table(pa.table(columns), sink)
        return sink.getvalue()

    found = of(
        {
            "p/a-1.parquet": packed(id=[1, 2], name=["a", "b"], phones=[["1", "2"], ["3"]]),
            "p/a-2.parquet": packed(id=[3], name=["c"], phones=[[]]),
            "p/a-3.parquet": packed(id=[4], name=["d"]),
        },
        sample_parquet,
    )
    assert names(found) == ["id", "name", "phones[]"]
    assert (found.row_count, sorted(filter(None, found.values(2)))) == (4, ["1", "2", "3"])


def document(text: str, *tables: Sample, caveat: Caveat | None = None) -> Sample:
    return Sample(
        [ColumnSchema("text", 0, name_is_made_up=True)],
        [[text]],
        method=SampleMethod.ALL_ROWS,
        rows_total=1,
        caveats=frozenset({caveat} if caveat else ()),
        inner=[Inner(f"table {number}", table) for number, table in enumerate(tables, start=1)],
    )


def form(*columns: str) -> Sample:
    return Sample(
        [ColumnSchema(name, place, key=name) for place, name in enumerate(columns)],
        [[f"{CANARY} {name}"] for name in columns],
        method=SampleMethod.ALL_ROWS,
        rows_total=1,
        header_is_first_row=True,
    )


def test_tables_inside_documents_are_joined_across_them_and_their_caveats_kept() -> None:
    def read(stream: BufferedReader, *_: object) -> Sample:
        text = stream.read().decode()
        more = [form("plate", "make")] if text == "1" else []
        return document(text, form("name", "dob"), *more, caveat=Caveat.SOME_PAGES if text == "2" else None)

    found = of({f"d_{n}.pdf": str(n).encode() for n in range(4)}, read)
    assert (names(found), sorted(filter(None, found.values(0)))) == (["text"], ["0", "1", "2", "3"])
    assert found.caveats == {Caveat.SOME_PAGES}
    assert {label: (names(sample), sample.row_count) for label, sample in inner(found).items() if label != "files"} == {
        "table 1": (["name", "dob"], 4),
        "table 2": (["plate", "make"], 1),
    }


def test_tables_of_one_form_that_name_no_columns_are_joined_and_unlike_ones_are_not() -> None:
    def read(stream: BufferedReader, *_: object) -> Sample:
        text = stream.read().decode()
        return document(text, form("Name", f"{CANARY} {text}"), form(f"only {text}", f"in {text}", f"this {text}"))

    found = of({f"d_{n}.docx": str(n).encode() for n in range(3)}, read)
    told = {label: sample for label, sample in inner(found).items() if label != "files"}
    assert [len(sample.columns) for sample in told.values()] == [2, 3, 3, 3]
    assert names(told["table 1"]) == ["column 1", "column 2"]
    assert {f"{CANARY} {n}" for n in range(3)} < set(told["table 1"].values(1))


def test_more_inner_tables_than_there_may_be_are_said() -> None:
    def read(stream: BufferedReader, *_: object) -> Sample:
        text = stream.read().decode()
        return document(text, *(form(f"a{text}{n}", f"b{text}{n}") for n in range(40)))

    found = of({f"d_{n}.pdf": str(n).encode() for n in range(3)}, read)
    assert len(found.inner) == together.MOST_INNER + 1
    assert found.inner[-1].label == "files"
    assert Caveat.CUT in found.caveats


def test_names_that_differ_only_in_case_stay_two_columns() -> None:
    found = of({f"c_{n}.csv": table(("id", "ID", "name"), (n, f"x{n}", "y")) for n in range(3)})
    assert names(found) == ["id", "ID", "name"]
    assert sorted(filter(None, found.values(1))) == ["x0", "x1", "x2"]


CELLS = st.sampled_from(["id", "name", "ssn", "HRA", "Ada", "12", "x"])
TABLES = st.lists(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=4), min_size=1, max_size=6)


@settings(max_examples=300)
@given(TABLES)
def test_no_cell_is_lost_whatever_the_files_are(tables: list[list[list[str]]]) -> None:
    contents = {f"c_{n}.csv": table(*rows) for n, rows in enumerate(tables)}
    written = sorted(cell for rows in tables for row in rows for cell in row if cell)
    found = of(contents)
    parts = [found, *(sample for label, sample in inner(found).items() if label != "files")]
    seen = {value for part in parts for place in range(len(part.columns)) for value in part.values(place) if value}
    seen |= {column.name for part in parts for column in part.columns}
    assert set(written) <= seen
    for part in parts:
        assert len({column.position for column in part.columns}) == len(part.columns)
        given = [column.name for column in part.columns if not column.name_is_made_up]
        assert part.header_is_first_row or not given
