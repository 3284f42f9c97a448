"""Parquet, sound and hostile."""

import datetime as dt
import decimal
import io
import itertools
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import SampleMethod
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files import columns
from connectors.files import parquet as reading
from connectors.files.share import ShareConnector
from tests.support.bounds import here

CANARY = "canary-4711-value"
PLAN = SamplePlan(rows=100, seed=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("share")


def written(table: Any, **how: Any) -> bytes:
    """A Parquet file of a table, or of these columns."""
    stream = io.BytesIO()
    pq.write_table(pa.table(table) if isinstance(table, dict) else table, stream, **how)
    return stream.getvalue()


def sample(folder: Path, content: bytes, name: str = "t.parquet", plan: SamplePlan = PLAN) -> Sample:
    (folder / name).write_bytes(content)
    with closing(ShareConnector({"path": str(folder)}, resolve=str, bounds=here(64))) as opened:
        return opened.sample(DatasetRef(name, name, DatasetKind.FILE), plan)


def held(found: Sample) -> dict[str, list[str | None]]:
    return {column.name: list(found.values(column.position)) for column in found.columns}


def reason(folder: Path, content: bytes) -> SkipReason:
    with pytest.raises(DatasetError) as caught:
        sample(folder, content)
    assert CANARY not in f"{caught.value!s} {caught.value!r} {caught.value.__cause__!r}"
    return caught.value.reason


MOMENT = dt.datetime(2020, 1, 31, 9, 5, tzinfo=dt.UTC)
TYPES = [
    (pa.array([1, None], pa.int64()), ["1", None], "int"),
    (pa.array([219099999.0, 0.5]), ["219099999", "0.5"], "double"),
    (pa.array([1.5, None], pa.float16()), ["1.5", None], "halffloat"),
    (pa.array([True, None]), ["true", None], "bool"),
    (pa.array(["x", ""]), ["x", None], "string"),
    (pa.array(["x", "y"], pa.large_string()), ["x", "y"], "string"),
    (pa.array(["x", None], pa.string_view()), ["x", None], "string"),
    (pa.array(["x", None]).dictionary_encode(), ["x", None], "string"),
    (pa.array([decimal.Decimal("1.50"), None], pa.decimal128(10, 2)), ["1.50", None], "decimal(10, 2)"),
    (pa.array([decimal.Decimal("9" * 70), None], pa.decimal256(76, 0)), ["9" * 70, None], "decimal(76, 0)"),
    (pa.array([dt.date(2020, 1, 31), None]), ["2020-01-31", None], "date"),
    (pa.array([2_900_000, None], pa.date32()), ["9909-12-07", None], "date"),
    (pa.array([dt.time(9, 5), None]), ["09:05:00.000000", None], "time"),
    (pa.array([1, None], pa.timestamp("ns")), ["1970-01-01 00:00:00.000000001", None], "timestamp"),
    (pa.array([MOMENT, None], pa.timestamp("s", tz="Nowhere/At all")), ["2020-01-31 09:05:00.000", None], "timestamp"),
    (pa.array([90, None], pa.duration("s")), ["90", None], "duration"),
    (pa.array([b"text", b"\x00\xff"]), ["text", "00ff"], "binary"),
    (pa.array([b"caf\xe9", "Köln".encode()]), ["café", "Köln"], "binary"),
    (pa.array([b"x" * 16, None], pa.binary(16)), ["x" * 16, None], "fixed_size_binary"),
    (pa.array([bytes(range(16)), None], pa.uuid()), [bytes(range(16)).hex(), None], "fixed_size_binary"),
    (pa.nulls(2), [None, None], "null"),
]


@pytest.mark.parametrize(("array", "texts", "declared"), TYPES, ids=[str(array.type) for array, *_ in TYPES])
def test_every_type_reads_as_people_write_it(folder: Path, array: Any, texts: list[str | None], declared: str) -> None:
    found = sample(folder, written({"c": array}))
    assert (held(found), found.columns[0].declared_type) == ({"c": texts}, declared)


def test_text_that_is_no_text_is_read_all_the_same(folder: Path) -> None:
    buffers = pa.array([b"caf\xe9"]).buffers()
    found = sample(folder, written({"c": pa.Array.from_buffers(pa.string(), 1, buffers)}))
    assert held(found) == {"c": ["café"]}


def test_nested_columns_are_paths_and_every_value_is_seen(folder: Path) -> None:
    person = pa.struct([("name", pa.string()), ("tags", pa.list_(pa.string()))])
    table = {
        "id": [1, 2, 3],
        "home": [{"street": "a", "geo": {"zip": "1"}}, None, {"street": None, "geo": None}],
        "phones": pa.array([["4", "5"], [], None]),
        "pair": pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int64(), 2)),
        "people": pa.array([[{"name": "x", "tags": ["6", "7"]}, {"name": "y"}], None, [None]], pa.list_(person)),
        "codes": pa.array([["k"], None, ["k"]], pa.list_(pa.dictionary(pa.int32(), pa.string()))),
        "grid": pa.array([[[1], [2, 3]], [], [None]]),
    }
    found = sample(folder, written(table))
    assert held(found) == {
        "id": ["1", "2", "3"],
        "home.geo.zip": ["1", None, None],
        "home.street": ["a", None, None],
        "phones[]": ["4", "5", None, None],
        "pair[]": ["1", "2", None, "3", "4"],
        "people[].name": ["x", "y", None, None],
        "people[].tags[]": ["6", "7", None, None],
        "codes[]": ["k", None, "k"],
        "grid[][]": ["1", "2", "3", None, None],
    }
    assert (found.row_count, found.rows_total, found.partly) == (3, 3, False)
    assert not found.header_is_first_row


def test_the_keys_of_maps_are_data(folder: Path) -> None:
    paid = pa.map_(pa.string(), pa.int64())
    people = pa.map_(pa.string(), pa.struct([("name", pa.string())]))
    rows = {
        "paid": pa.array([[("870-12-3456", 1), ("871-12-3457", None)], None], paid),
        "people": pa.array([None, [("872-12-3458", {"name": "x"})]], people),
    }
    assert held(sample(folder, written(rows))) == {
        "paid.*": ["870-12-3456", "871-12-3457", None],
        "paid.*.value": ["1", None],
        "people.*": [None, "872-12-3458"],
        "people.*.name": [None, "x"],
    }


def test_what_a_file_says_about_itself_is_not_kept(folder: Path) -> None:
    field = pa.field("c", pa.string(), metadata={"comment": CANARY})
    table = pa.table({"c": ["x"]}, schema=pa.schema([field], metadata={"pandas": CANARY, "owner": CANARY}))
    (column,) = sample(folder, written(table)).columns
    assert (column.comment, column.declared_type, column.key) == ("", "string", "c")


NUMBERS = [f"{number}" for number in range(20_000)]


@pytest.mark.parametrize("group", [1, 7, 1000, 20_000])
def test_rows_come_from_all_over_the_file_by_seed(folder: Path, group: int) -> None:
    count = 500 if group == 1 else 20_000
    content = written({"n": NUMBERS[:count], "t": [f"row {n}" for n in NUMBERS[:count]]}, row_group_size=group)
    some, again, other = (sample(folder, content, plan=SamplePlan(rows=200, seed=seed)) for seed in (3, 3, 4))
    assert held(some) == held(again) != held(other)
    numbers = [int(cell or 0) for cell in some.values(0)]
    assert len(set(numbers)) == 200
    assert min(numbers) < count / 3 < 2 * count / 3 < max(numbers)
    assert list(some.values(1)) == [f"row {number}" for number in numbers]
    assert (some.method, some.row_count, some.rows_total) == (SampleMethod.RANDOM_ROWS, 200, count)
    assert not some.partly


def test_a_small_file_is_read_whole_and_in_order(folder: Path) -> None:
    found = sample(folder, written({"n": NUMBERS[:500]}, row_group_size=30), plan=SamplePlan(rows=500, seed=1))
    assert (list(found.values(0)), found.method) == (NUMBERS[:500], SampleMethod.ALL_ROWS)


def test_not_every_row_group_of_a_large_file_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROW_GROUPS", 4)
    content = written({"n": NUMBERS}, row_group_size=100)
    found = sample(folder, content, plan=SamplePlan(rows=300, seed=1))
    assert len({int(cell or 0) // 100 for cell in found.values(0)}) == 4
    assert found.row_count == 300


@pytest.mark.parametrize("limit", ["memory", "time"])
def test_reading_ends_in_time_and_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    if limit == "memory":
        monkeypatch.setattr(reading, "SAMPLE_CHARACTERS", 3000)
    else:
        ticks = itertools.count()
        monkeypatch.setattr(reading.time, "monotonic", lambda: next(ticks))
    plan = SamplePlan(rows=20_000, seed=1, seconds=10.5)
    found = sample(folder, written({"n": NUMBERS}, row_group_size=10), plan=plan)
    assert 50 < found.row_count < 500
    assert (found.method, found.rows_total, found.partly) == (SampleMethod.FIRST_ROWS, 20_000, True)


def watch_batches(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """How batches are asked for from now on."""
    asked: list[dict[str, Any]] = []
    iter_batches = pq.ParquetFile.iter_batches

    def watched(file: Any, batch_size: int, **how: Any) -> Any:
        asked.append({"batch_size": batch_size, **how})
        return iter_batches(file, batch_size, **how)

    monkeypatch.setattr(pq.ParquetFile, "iter_batches", watched)
    return asked


def test_rows_are_read_in_small_batches_on_one_thread(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = watch_batches(monkeypatch)
    for width, most in ((10, 8192), (100_000, 90), (8_000_000, 16)):
        sample(folder, written({"n": [f"{n}" + "x" * width for n in range(4)]}, use_dictionary=False, compression=None))
        assert 16 <= asked[-1]["batch_size"] <= most
    assert not any(how["use_threads"] for how in asked)


def test_columns_are_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_COLUMNS", 50)
    monkeypatch.setattr(columns, "MOST_COLUMNS", 50)
    asked = watch_batches(monkeypatch)
    found = sample(folder, written({f"c{n}": [n] for n in range(200)}))
    assert ([column.name for column in found.columns], found.partly) == ([f"c{n}" for n in range(50)], True)
    assert asked[0]["columns"] == [f"c{n}" for n in range(50)]


def test_a_file_without_rows_has_columns_and_one_without_columns_is_empty(folder: Path) -> None:
    found = sample(folder, written({"a": pa.array([], pa.string()), "b": pa.array([], pa.list_(pa.int64()))}))
    assert ([column.name for column in found.columns], found.row_count) == (["a", "b[]"], 0)
    assert reason(folder, written({})) is SkipReason.EMPTY


def test_columns_of_one_name_are_read_both(folder: Path) -> None:
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    assert held(sample(folder, written(table))) == {"a": ["1", "2"]}


SOUND = written(
    {"s": [CANARY] * 50, "l": [[1, 2]] * 50, "m": pa.array([[("k", 1)]] * 50, pa.map_(pa.string(), pa.int8()))}
)


def nested(levels: int) -> bytes:
    kind = pa.int64()
    value: Any = 1
    for _ in range(levels):
        kind, value = pa.struct([("x", kind)]), {"x": value}
    return written({"c": pa.array([value], kind)}, store_schema=False)


@pytest.mark.parametrize(
    "content",
    [
        SOUND[:-20],
        SOUND[: len(SOUND) // 2],
        SOUND[:4] + b"\xff" * 60 + SOUND[64:],
        b"PAR1",
        b"PAR1" + CANARY.encode() * 9 + b"\xff\xff\xff\x7fPAR1",
        b"\0" + CANARY.encode() * 99 + b"\1" * 99,
        nested(150),
    ],
    ids=["tail", "half", "page", "tiny", "footer", "noise", "deep"],
)
def test_damaged_files_are_refused_and_not_quoted(folder: Path, content: bytes) -> None:
    assert reason(folder, content) is SkipReason.UNREADABLE


def test_a_file_of_no_bytes_is_empty(folder: Path) -> None:
    assert reason(folder, b"") is SkipReason.EMPTY


def test_encrypted_files_are_told_apart(folder: Path) -> None:
    assert reason(folder, b"PARE" + b"\0" * 50 + b"PARE") is SkipReason.PASSWORD_PROTECTED


def test_a_panic_of_the_parser_is_an_error_of_ours(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = written({"c": ["x"]})
    for error, ending in (
        (RuntimeError(CANARY), SkipReason.UNREADABLE),
        (OSError(f"no key to Decrypt {CANARY}"), SkipReason.PASSWORD_PROTECTED),
    ):
        monkeypatch.setattr(pq.ParquetFile, "iter_batches", lambda *_, error=error, **__: (_ for _ in ()).throw(error))
        assert reason(folder, content) is ending


def test_rows_that_are_promised_and_missing_are_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = written({"c": ["x"]})
    monkeypatch.setattr(pq.ParquetFile, "iter_batches", lambda *_, **__: iter(()))
    found = sample(folder, content)
    assert (found.row_count, found.method, found.partly) == (0, SampleMethod.FIRST_ROWS, True)


THREADS = """
import os, sys
from pathlib import Path
from catalog.ports import SamplePlan
from connectors.files.parquet import sample_parquet
before = len(os.listdir("/proc/self/task"))
with Path(sys.argv[1]).open("rb") as stream:
    sample_parquet(stream, "", SamplePlan(rows=100, seed=1), "")
print(len(os.listdir("/proc/self/task")) - before)
"""


def test_reading_starts_no_thread(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(written({f"c{n}": NUMBERS for n in range(8)}, row_group_size=1000))
    told = subprocess.run([sys.executable, "-c", THREADS, str(path)], capture_output=True, text=True, check=True)
    assert told.stdout == "0\n"


def test_running_out_of_memory_is_not_taken_for_damage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        pq.ParquetFile, "iter_batches", lambda *_, **__: (_ for _ in ()).throw(pa.ArrowMemoryError("no room"))
    )
    with pytest.raises(MemoryError):
        sample(folder, written({"c": ["x"]}))


@given(st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), max_size=6), st.integers(0, 400))
def test_any_damage_ends_well(folder: Path, changes: list[tuple[int, int]], torn: int) -> None:
    content = bytearray(SOUND)
    for place, byte in changes:
        content[place] = byte
    try:
        found = sample(folder, bytes(content[: len(SOUND) - torn]))
    except DatasetError as error:
        assert error.reason in {SkipReason.UNREADABLE, SkipReason.PASSWORD_PROTECTED, SkipReason.EMPTY}  # noqa: PT017 - good ends
    except MemoryError:
        pass
    else:
        assert found.columns
