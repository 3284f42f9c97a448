"""Avro files: nested values, packed blocks, and files made to do harm."""

import datetime as dt
import decimal
import io
import json
import random
import uuid
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import fastavro
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files import avro_blocks
from connectors.files.share import ShareConnector
from tests.support.bounds import here

CANARY = "canary-4711-value"
PLAN = SamplePlan(rows=100, seed=1)
SYNC = bytes(range(16))
PAIR = {"type": "record", "name": "Pair", "fields": [{"name": "n", "type": "long"}, {"name": "t", "type": "string"}]}


def number(value: int) -> bytes:
    """As Avro writes whole numbers."""
    value = (value << 1) ^ (value >> 63)
    written = b""
    while value > 0x7F:
        written += bytes([value & 0x7F | 0x80])
        value >>= 7
    return written + bytes([value])


def text(value: bytes) -> bytes:
    return number(len(value)) + value


def container(schema: Any, blocks: Iterable[tuple[int, bytes]], codec: bytes = b"null") -> bytes:
    """A file of these blocks, each with the count of its records."""
    described = schema if isinstance(schema, bytes) else json.dumps(schema).encode()
    head = b"Obj\x01" + number(2) + text(b"avro.schema") + text(described) + text(b"avro.codec") + text(codec) + b"\0"
    return head + SYNC + b"".join(number(count) + text(block) + SYNC for count, block in blocks)


def pairs(count: int, first: int = 0) -> bytes:
    return b"".join(number(each) + text(f"row {each}".encode()) for each in range(first, first + count))


def written(schema: Any, records: Sequence[Mapping[str, Any]], codec: str = "null", interval: int = 16_000) -> bytes:
    stream = io.BytesIO()
    fastavro.writer(stream, schema, records, codec=codec, sync_interval=interval)
    return stream.getvalue()


def sample(folder: Path, content: bytes, plan: SamplePlan = PLAN) -> Sample:
    (folder / "t.avro").write_bytes(content)
    with closing(ShareConnector({"path": str(folder)}, resolve=str, bounds=here(64))) as share:
        (ref,) = share.listing()
        assert isinstance(ref, DatasetRef)
        return share.sample(ref, plan)


def refused(folder: Path, content: bytes) -> SkipReason:
    with pytest.raises(DatasetError) as caught:
        sample(folder, content)
    assert CANARY not in f"{caught.value!s} {caught.value!r} {caught.value.__cause__!r}"
    return caught.value.reason


def columns_of(found: Sample) -> dict[str, Sequence[str | None]]:
    return {column.name: found.values(place) for place, column in enumerate(found.columns)}


def record(*fields: tuple[str, Any], name: str = "R") -> dict[str, Any]:
    return {"type": "record", "name": name, "fields": [{"name": each, "type": kind} for each, kind in fields]}


def test_values_that_nest_become_paths(tmp_path: Path) -> None:
    place = record(("zip", "string"), name="Place")
    schema = record(
        ("id", "int"),
        ("home", place),
        ("work", ["null", "Place"]),
        ("phones", {"type": "array", "items": "string"}),
        ("kin", {"type": "array", "items": record(("name", "string"), name="Kin")}),
        ("tags", {"type": "map", "values": "int"}),
        ("visits", {"type": "map", "values": record(("on", "string"), name="Visit")}),
    )
    rows = [
        {
            "id": 1,
            "home": {"zip": "10001"},
            "work": {"zip": "10002"},
            "phones": ["a", "b"],
            "kin": [{"name": "Ada"}],
            "tags": {"870-12-3456": 3},
            "visits": {"clinic": {"on": "Monday"}},
        },
        {"id": 2, "home": {"zip": "10003"}, "work": None, "phones": [], "kin": [], "tags": {}, "visits": {}},
    ]
    found = sample(tmp_path, written(schema, rows))
    assert columns_of(found) == {
        "id": ["1", "2"],
        "home.zip": ["10001", "10003"],
        "work.zip": ["10002", None],
        "phones[]": ["a", "b", None],
        "kin[].name": ["Ada", None],
        "tags.*": ["870-12-3456", None],
        "tags.*.value": ["3", None],
        "visits.*": ["clinic", None],
        "visits.*.on": ["Monday", None],
    }
    assert (found.row_count, found.rows_total, found.partly) == (2, 2, False)
    assert "870-12-3456" not in [column.name for column in found.columns]


def test_values_read_as_people_type_them(tmp_path: Path) -> None:
    kinds: dict[str, tuple[Any, Any, str | None, str]] = {
        "yes": ("boolean", True, "true", "boolean"),
        "whole": ("double", 5.0, "5", "double"),
        "part": ("float", 0.5, "0.5", "float"),
        "day": ({"type": "int", "logicalType": "date"}, dt.date(1980, 2, 3), "1980-02-03", "date"),
        "at": (
            {"type": "long", "logicalType": "timestamp-millis"},
            dt.datetime(2020, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
            "2020-01-02 03:04:05",
            "timestamp",
        ),
        "then": (
            {"type": "long", "logicalType": "local-timestamp-micros"},
            dt.datetime(2020, 1, 2, 3, 4, 5),  # noqa: DTZ001 - it has no zone
            "2020-01-02 03:04:05",
            "timestamp",
        ),
        "time": ({"type": "int", "logicalType": "time-millis"}, dt.time(3, 4), "03:04:00", "time"),
        "pay": (
            {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2},
            decimal.Decimal("12.50"),
            "12.50",
            "decimal(9, 2)",
        ),
        "key": (
            {"type": "string", "logicalType": "uuid"},
            uuid.UUID(int=5),
            "00000000-0000-0000-0000-000000000005",
            "uuid",
        ),
        "kind": ({"type": "enum", "name": "E", "symbols": ["OPEN", "SHUT"]}, "SHUT", "SHUT", "enum"),
        "raw": ("bytes", "José".encode(), "José", "bytes"),
        "hash": ({"type": "fixed", "name": "F", "size": 3}, b"\0\x01\xff", "0001ff", "fixed"),
        "none": ("null", None, None, "null"),
        "either": (["null", "int", "string"], "seven", "seven", "int"),
    }
    schema = record(*((name, kind) for name, (kind, *_) in kinds.items()))
    found = sample(tmp_path, written(schema, [{name: value for name, (_, value, *_) in kinds.items()}]))
    assert columns_of(found) == {name: [shown] for name, (_, _, shown, _) in kinds.items()}
    assert [column.declared_type for column in found.columns] == [declared for *_, declared in kinds.values()]


@pytest.mark.parametrize("codec", ["null", "deflate", "bzip2", "xz"])
def test_rows_come_from_all_over_a_file_by_seed(tmp_path: Path, codec: str) -> None:
    content = written(PAIR, [{"n": each, "t": f"row {each}"} for each in range(20_000)], codec, 2000)
    plan = SamplePlan(rows=200, seed=3)
    some, again, other = (sample(tmp_path, content, SamplePlan(rows=200, seed=seed)) for seed in (3, 3, 4))
    assert columns_of(some) == columns_of(again) != columns_of(other)
    numbers = [int(each or 0) for each in some.values(0)]
    assert len(set(numbers)) == plan.rows
    assert min(numbers) < 3000 < 17_000 < max(numbers)
    assert some.values(1) == [f"row {each}" for each in numbers]
    assert (some.method, some.rows_total, some.partly) == (SampleMethod.RANDOM_ROWS, 20_000, False)


def test_codecs_of_the_specification_are_unpacked(tmp_path: Path) -> None:
    raw = pairs(5)
    snappy = pa.compress(raw, codec="snappy", asbytes=True) + zlib.crc32(raw).to_bytes(4, "big")
    packed = {b"snappy": snappy, b"zstandard": pa.compress(raw, codec="zstd", asbytes=True)}
    for codec, block in packed.items():
        assert sample(tmp_path, container(PAIR, [(5, block)], codec)).values(0) == ["0", "1", "2", "3", "4"]
    assert refused(tmp_path, container(PAIR, [(5, raw)], b"lz4")) is SkipReason.UNKNOWN_FORMAT


@pytest.mark.parametrize("codec", ["deflate", "bzip2", "xz", "snappy", "zstandard"])
def test_a_block_that_unpacks_to_too_much_is_refused(tmp_path: Path, codec: str) -> None:
    raw = text(b"a" * 40_000_000)
    schema = record(("t", "string"))
    if codec in ("snappy", "zstandard"):
        name = "zstd" if codec == "zstandard" else codec
        block = pa.compress(raw, codec=name, asbytes=True) + b"\0\0\0\0"[: 4 * (codec == "snappy")]
        content = container(schema, [(1, block)], codec.encode())
    else:
        content = written(schema, [{"t": "a" * 40_000_000}], codec)
    assert len(content) < avro_blocks.MOST_BLOCK_BYTES
    assert refused(tmp_path, content) is SkipReason.TOO_LARGE


def test_a_file_cut_anywhere_gives_what_is_whole_and_says_so(tmp_path: Path) -> None:
    content = container(PAIR, [(10, pairs(10, 10 * block)) for block in range(20)])
    whole = len(content)
    for length in range(200, whole, 97):
        try:
            found = sample(tmp_path, content[:length], SamplePlan(rows=500, seed=1))
        except DatasetError as error:
            assert error.reason is SkipReason.UNREADABLE  # noqa: PT017 - of the first block nothing may be left
        else:
            is_between = found.row_count % 10 == 0 and Caveat.TORN not in found.caveats
            assert is_between or (Caveat.TORN in found.caveats and found.rows_total is None)
            assert found.values(0) == [str(each) for each in range(found.row_count)]


def test_a_damaged_block_spoils_only_itself(tmp_path: Path) -> None:
    good = pairs(10)
    found = sample(tmp_path, container(PAIR, [(10, good), (10, b"\xff" * 60), (10, pairs(10, 20))]))
    assert Caveat.TORN in found.caveats
    assert {"0", "9", "20", "29"} <= set(found.values(0))


@pytest.mark.parametrize(
    "schema",
    [
        record(("next", ["null", "R"])),
        record(("children", {"type": "array", "items": "R"})),
        record(("one", record(("two", {"type": "map", "values": "R"}), name="S"))),
    ],
)
def test_a_type_that_holds_itself_is_refused(tmp_path: Path, schema: Any) -> None:
    assert refused(tmp_path, container(schema, [(1, b"\x02" * 1_000_000)])) is SkipReason.TOO_LARGE


def test_a_schema_that_means_billions_of_places_is_refused(tmp_path: Path) -> None:
    """Each type holds ten of the next: nothing but nothings, so no byte is needed for all of them."""
    kind: Any = "null"
    for level in range(12):
        fields: list[tuple[str, Any]] = [("f0", kind)]
        inner = kind["name"] if isinstance(kind, dict) else kind
        kind = record(*fields, *((f"f{each}", inner) for each in range(1, 10)), name=f"L{level}")
    assert refused(tmp_path, container(kind, [(1, b"")])) is SkipReason.TOO_LARGE


@pytest.mark.parametrize("kind", ["null", record(name="Empty"), {"type": "fixed", "name": "F", "size": 0}])
def test_a_list_of_nothings_is_refused(tmp_path: Path, kind: Any) -> None:
    schema = record(("many", {"type": "array", "items": kind}))
    assert refused(tmp_path, container(schema, [(1, number(2**60) + b"\0")])) is SkipReason.TOO_LARGE


def test_records_of_nothing_are_no_rows(tmp_path: Path) -> None:
    assert refused(tmp_path, container(record(("n", "null")), [(2**60, b"")])) is SkipReason.EMPTY


@pytest.mark.parametrize("count", [2**60, 10**9, -5])
def test_a_count_that_cannot_be_is_damage(tmp_path: Path, count: int) -> None:
    content = container(PAIR, [(5, pairs(5)), (count, pairs(5))])
    found = sample(tmp_path, content)
    assert (found.row_count, found.rows_total) == (5, None)
    assert Caveat.TORN in found.caveats


def test_a_length_in_the_header_that_cannot_be_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, b"Obj\x01" + number(1) + number(2**66) + b"avro.schema") is SkipReason.UNREADABLE


def test_a_schema_nested_beyond_anything_honest_is_refused(tmp_path: Path) -> None:
    deep = b'{"type":"array","items":' * 5000 + b'"int"' + b"}" * 5000
    assert refused(tmp_path, container(deep, [])) is SkipReason.TOO_LARGE
    deeper = b'{"type":"array","items":' * 100 + b'"int"' + b"}" * 100
    assert refused(tmp_path, container(deeper, [])) is SkipReason.TOO_LARGE


@pytest.mark.parametrize(
    "schema",
    [
        b"",
        b"[]]",
        b'"canary-4711-value"',
        b'{"type":"record","name":"canary-4711-value","fields":7}',
        b'{"__fastavro_parsed":true,"type":"canary-4711-value"}',
        b'{"type":"canary-4711-value"}',
        b"\xff\xfe",
    ],
)
def test_a_schema_that_is_none_is_refused_and_not_quoted(tmp_path: Path, schema: bytes) -> None:
    assert refused(tmp_path, container(schema, [(1, b"\x02")])) is SkipReason.UNREADABLE


def test_what_follows_the_last_block_is_said_to_be_damage(tmp_path: Path) -> None:
    found = sample(tmp_path, container(PAIR, [(5, pairs(5))]) + CANARY.encode())
    assert found.row_count == 5
    assert Caveat.TORN in found.caveats


def test_time_ends_what_is_read(tmp_path: Path) -> None:
    found = sample(tmp_path, container(PAIR, [(10, pairs(10))] * 50), SamplePlan(rows=10_000, seed=1, seconds=0.0))
    assert (found.row_count, found.rows_total) == (0, None)
    assert Caveat.CUT in found.caveats


def test_a_file_of_more_blocks_than_are_looked_for_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(avro_blocks, "MOST_BLOCKS", 3)
    found = sample(tmp_path, container(PAIR, [(10, pairs(10))] * 5))
    assert (found.row_count, found.rows_total) == (30, None)
    assert Caveat.CUT in found.caveats
    assert found.method is SampleMethod.FIRST_ROWS


@given(st.data())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_changed_in_a_file_it_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    schema = record(
        ("n", ["null", "long"]), ("t", {"type": "array", "items": "string"}), ("m", {"type": "map", "values": "bytes"})
    )
    rows = [{"n": each, "t": [CANARY, "x"], "m": {"k": b"v"}} for each in range(30)]
    content = bytearray(written(schema, rows, random.Random(1).choice(["null", "deflate"]), 200))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        sample(tmp_path, bytes(content))
    except DatasetError as error:
        assert CANARY not in str(error)  # noqa: PT017 - it may be raised or not
