"""Writes planned datasets as an agency keeps them: one SQLite file a database, one file or sheet a share's dataset."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from catalog.demo.plans import BrokenPlan, DatasetPlan, Fault, SourcePlan
from catalog.demo.tables import Cell, Table, write_sqlite, write_text, write_workbook

Made = tuple[DatasetPlan, Table]

_BROKEN = {
    Fault.EMPTY: b"",
    Fault.TORN: b"PK\x03\x04" + b"torn in the middle of a copy" * 20,
    Fault.LOCKED: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64) + "EncryptedPackage".encode("utf-16-le") + bytes(64),
}


def write_source(folder: Path, source: SourcePlan, made: Sequence[Made]) -> None:
    """Write all datasets of a source under ``folder``."""
    path = folder / source.path
    if source.kind == "sqlite":
        views = {plan.name: plan.view for plan, _ in made if plan.view}
        write_sqlite(path, [table for plan, table in made if not plan.view], views)
        return
    path.mkdir(parents=True, exist_ok=True)
    for name, parts in groupby(made, key=lambda one: one[0].name.partition("#")[0]):
        _write_file(path / name, list(parts))


def write_broken(folder: Path, source: SourcePlan, broken: BrokenPlan) -> None:
    """Write a file that nobody can read; the locked one has a password, and whoever is not root may not open it."""
    path = folder / source.path / broken.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_BROKEN[broken.fault])
    if broken.fault is Fault.LOCKED:
        path.chmod(0)


def _write_file(path: Path, parts: Sequence[Made]) -> None:
    plan, table = parts[0]
    path.parent.mkdir(parents=True, exist_ok=True)
    match path.suffix:
        case ".xlsx":
            write_workbook(path, [_sheet(each, rows) for each, rows in parts], [each.above for each, _ in parts])
        case ".json":
            records = list(_records(table))
            held: object = {"exported": "2026-07-31", plan.wrap: records} if plan.wrap else records
            path.write_text(json.dumps(held, indent=1, ensure_ascii=False), encoding="utf-8")
        case ".jsonl":
            lines = (json.dumps(record, ensure_ascii=False) for record in _records(table))
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        case ".parquet":
            parquet.write_table(pa.Table.from_pylist(list(_records(table))), path)
        case _:
            write_text(path, table, delimiter=plan.delimiter, header=plan.header, encoding=plan.encoding)


def _sheet(plan: DatasetPlan, table: Table) -> Table:
    return Table(plan.name.partition("#")[2], table.columns, table.rows)


def _records(table: Table) -> Iterable[Mapping[str, Any]]:
    """Rows as objects: a dot in a column's name nests, ``[]`` at its end makes a list of one."""
    for row in table.rows:
        record: dict[str, Any] = {}
        for name, value in zip(table.columns, row, strict=True):
            _put(record, name.split("."), value)
        yield record


def _put(record: dict[str, Any], path: list[str], value: Cell) -> None:
    *outer, last = path
    for name in outer:
        record = record.setdefault(name, {})
    if last.endswith("[]"):
        record[last.removesuffix("[]")] = [] if value is None else [value]
    else:
        record[last] = value
