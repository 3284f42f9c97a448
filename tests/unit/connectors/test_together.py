"""Samples of many alike files: which are opened, how many, and what is said of those that are not."""

import io
import json
from io import BufferedReader

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files import together
from connectors.files.delimited import sample_delimited
from connectors.files.json_records import sample_json
from connectors.files.parquet import sample_parquet
from tests.support.alike import CANARY, PLAN, document, form, inner, names, of, rows_of, table


def test_files_with_one_header_are_one_table() -> None:
    found = of({f"c_{n}.csv": table(("id", "name"), (n, f"name {n}")) for n in range(5)})
    assert names(found) == ["id", "name"]
    assert sorted(rows_of(found)) == [(str(n), f"name {n}") for n in range(5)]
    assert (found.method, found.rows_total, found.header_is_first_row) == (SampleMethod.ALL_ROWS, 5, True)
    assert not found.partly


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


def test_files_never_opened_are_said_where_those_opened_are_of_several_tables() -> None:
    contents = {
        f"t/{n:02}.json": b"\n".join(json.dumps({f"a{n}": row, f"b{n}": row}).encode() for row in range(200))
        for n in range(40)
    }
    assert of(contents, sample_json).caveats == {Caveat.SOME_FILES}
    few = dict(list(contents.items())[:9])
    assert not of(few, sample_json).partly
    alike = {f"t/{n:02}.json": b"\n".join([b'{"a": 1, "b": 2}'] * 200) for n in range(40)}
    assert not of(alike, sample_json).partly


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
