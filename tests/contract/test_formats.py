"""What every format of files keeps to, whatever it looks like inside."""

import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.model.coverage import SampleMethod
from catalog.model.holdings import DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files.share import ShareConnector
from tests.contract.test_connectors import NAUGHTY
from tests.support.bounds import here

Rows = Sequence[Sequence[str | None]]
NAMES = ("client_id", "Full name", "remarks")
SMALL: Rows = (
    ("1", "Ada Byron", "moved to Köln, then left"),
    ("2", "José O'Neil", None),
    ("3", '田中 "Hana"', "two\nlines"),
    ("4", None, "100%"),
)
LARGE: Rows = [(str(number), f"row {number}", "-") for number in range(3000)]


def as_csv(names: Sequence[str], rows: Rows) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([names, *rows])
    return text.getvalue().encode()


def as_records(names: Sequence[str], rows: Rows) -> list[dict[str, str | None]]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def as_json(names: Sequence[str], rows: Rows) -> bytes:
    return json.dumps(as_records(names, rows)).encode()


def as_lines(names: Sequence[str], rows: Rows) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in as_records(names, rows)).encode()


def as_parquet(names: Sequence[str], rows: Rows) -> bytes:
    columns = [pa.array([row[place] for row in rows], pa.string()) for place in range(len(names))]
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(columns, names=list(names)), stream, row_group_size=400)
    return stream.getvalue()


def as_avro(names: Sequence[str], rows: Rows) -> bytes:
    fields = [{"name": name, "type": ["null", "string"]} for name in names]
    stream = io.BytesIO()
    fastavro.writer(
        stream, {"type": "record", "name": "Row", "fields": fields}, as_records(names, rows), sync_interval=500
    )
    return stream.getvalue()


Write = Callable[[Sequence[str], Rows], bytes]
FORMATS: dict[str, Write] = {
    "t.csv": as_csv,
    "t.json": as_json,
    "t.jsonl": as_lines,
    "t.ndjson.gz": lambda names, rows: gzip.compress(as_lines(names, rows)),
    "t.parquet": as_parquet,
    "t.pq": as_parquet,
    "t.avro": as_avro,
    "t.csv.gz": lambda names, rows: gzip.compress(as_csv(names, rows)),
    "t.parquet.gz": lambda names, rows: gzip.compress(as_parquet(names, rows)),
    "EXTRACT.D20240101": as_csv,
}
pytestmark = pytest.mark.parametrize("name", FORMATS)


def sample(folder: Path, name: str, names: Sequence[str], rows: Rows, plan: SamplePlan) -> Sample:
    (folder / name).write_bytes(FORMATS[name](names, rows))
    with closing(ShareConnector({"path": str(folder)}, resolve=str, bounds=here(64))) as opened:
        (ref,) = opened.listing()
        assert isinstance(ref, DatasetRef)
        return opened.sample(ref, plan)


def rows_of(found: Sample) -> list[tuple[str | None, ...]]:
    return list(zip(*(found.values(place) for place in range(len(found.columns))), strict=True))


def test_a_small_table_is_read_whole_and_as_it_is(tmp_path: Path, name: str) -> None:
    found = sample(tmp_path, name, NAMES, SMALL, SamplePlan(rows=100, seed=1))
    assert [(column.name, column.position) for column in found.columns] == list(zip(NAMES, range(3), strict=True))
    assert rows_of(found) == list(SMALL)
    assert (found.method, found.row_count, found.rows_total) == (SampleMethod.ALL_ROWS, 4, 4)
    assert not found.partly


def test_a_large_table_is_sampled_all_over_by_seed(tmp_path: Path, name: str) -> None:
    some, again, other = (sample(tmp_path, name, NAMES, LARGE, SamplePlan(rows=200, seed=seed)) for seed in (3, 3, 4))
    rows = rows_of(some)
    assert rows == rows_of(again) != rows_of(other)
    assert len(rows) == len(set(rows)) == some.row_count == 200
    assert all(text == f"row {number}" for number, text, _ in rows)
    numbers = [int(number or 0) for number, *_ in rows]
    assert min(numbers) < 1000 < 2000 < max(numbers)
    assert (some.method, some.rows_total, some.partly) == (SampleMethod.RANDOM_ROWS, 3000, False)


def test_long_cells_are_cut(tmp_path: Path, name: str) -> None:
    found = sample(tmp_path, name, ("note", "n"), [("ä" * 30_000, "1")] * 6, SamplePlan(rows=9, seed=1, cell_chars=10))
    assert rows_of(found) == [("ä" * 10, "1")] * 6


def test_naughty_names_come_back_as_they_are(tmp_path: Path, name: str) -> None:
    rows = [tuple(f"value {place}" for place in range(len(NAUGHTY)))] * 6
    found = sample(tmp_path, name, NAUGHTY, rows, SamplePlan(rows=10, seed=1))
    assert [column.name for column in found.columns] == list(NAUGHTY)
    assert len({column.key for column in found.columns}) == len(NAUGHTY)
    assert rows_of(found) == rows


def test_a_change_moves_the_change_signal_and_reading_changes_nothing(tmp_path: Path, name: str) -> None:
    content = FORMATS[name](NAMES, SMALL)
    signals = []
    for bytes_written in (content, content + b" "):
        (tmp_path / name).write_bytes(bytes_written)
        with closing(ShareConnector({"path": str(tmp_path)}, resolve=str, bounds=here(64))) as opened:
            listed = list(opened.listing())
            signals.append(
                [ref.change_signal if isinstance(ref, DatasetRef) else ref.ref.change_signal for ref in listed]
            )
        assert (tmp_path / name).read_bytes() == bytes_written
    assert signals[0] != signals[1]
