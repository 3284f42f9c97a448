"""What all runners of peers share: reading the tables, timing, telling. Runs in a peer's environment, so it needs
nothing but the standard library.
"""

import argparse
import csv
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_SEED = 1


@dataclass(frozen=True)
class Table:
    """One table: its columns' names, and the first values of each that hold something."""

    file: str
    names: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Tool:
    """A peer made ready: for each column of a table the words for what it found, best first."""

    judge: Callable[[Table], Sequence[Sequence[str]]]
    model: str = ""


def serve(ready: Callable[[argparse.Namespace], Tool]) -> None:
    """Make the tool ready, judge all tables within the time, and write what it said."""
    given = _given()
    tool = ready(given)
    start = time.time() - given.began
    tables = read(given.tables, given.values)
    told = judged(tool, tables, given.seconds)
    given.out.write_text(json.dumps({**told, "start_seconds": start, "model": tool.model}), encoding="utf-8")


def judged(tool: Tool, tables: Sequence[Table], seconds: float) -> dict[str, object]:
    """Judge one table after the other until the processor's time is up.

    A table a tool fails on counts as judged to hold nothing.
    """
    columns: list[dict[str, object]] = []
    began, cpu = time.monotonic(), time.process_time()
    cells, failed, done = 0, 0, 0
    for table in tables:
        if time.process_time() - cpu > seconds:
            break
        try:
            words: Sequence[Sequence[str]] = tool.judge(table)
        except Exception:  # noqa: BLE001  # whatever a peer fails with, the other tables are still judged
            words, failed = [()] * len(table.names), failed + 1
        columns += [_column(table, name, found) for name, found in zip(table.names, words, strict=True)]
        cells += sum(map(len, table.values))
        done += 1
    return {
        "columns": columns,
        "cells": cells,
        "judging_seconds": time.monotonic() - began,
        "judging_cpu_seconds": time.process_time() - cpu,
        "failed": failed,
        "left": len(tables) - done,
    }


def read(folder: Path, most: int) -> list[Table]:
    """All tables, in an order that depends on nothing but a seed, so that those left out are no special ones."""
    paths = sorted(folder.glob("*.csv"))
    random.Random(_SEED).shuffle(paths)
    return [_table(path, most) for path in paths]


def _table(path: Path, most: int) -> Table:
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as lines:
        names, *rows = csv.reader(lines)
    values = (_first([row[place] for row in rows if place < len(row)], most) for place in range(len(names)))
    return Table(path.name, tuple(names), tuple(values))


def _first(cells: Sequence[str], most: int) -> tuple[str, ...]:
    return tuple([cell for cell in cells if cell.strip()][:most])


def _column(table: Table, name: str, words: Sequence[str]) -> dict[str, object]:
    return {"file": table.file, "column": name, "words": list(words)}


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("tables", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--values", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--began", type=float, required=True)
    parser.add_argument("--way", default="")
    parser.add_argument("--blank", action="store_true", help="without a language model")
    return parser.parse_args()
