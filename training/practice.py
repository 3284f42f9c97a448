"""``python -m training.practice``: make the items of the practice queue (``catalog/taxonomy/data/practice``).

Made-up tables (``practice_tables.toml``) are scanned as any source is. Two hundred of what the scanner then suggests
are kept with what the page of review shows of it, and with what is right, which the tables' author said before. No
value is kept.
"""

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog.model.decisions import band
from catalog.model.evidence import Finding
from catalog.model.runs import ColumnResult
from catalog.settings import Settings
from catalog.taxonomy.practice import FOLDER
from scanners import written
from scanners.processes import Template
from scanners.supervisor import Listed, Supervisor
from training.practice_answers import suggestion
from training.practice_file import ScannedTable, text
from training.practice_tables import Labelled, LabelledTable, planned, skipped, write

_SEED = 11
_ROWS = 10_000
#: How many of a band, right ones and wrong ones: wrong ones are as scarce in truth, but one learns from them. What
#: there are few of is chosen first, so that hardly a column is asked about twice.
_WANTED = {("medium", False): 18, ("low", True): 9, ("low", False): 41}
_WANTED |= {("medium", True): 42, ("high", True): 72, ("high", False): 18}
_MOST_OF_ONE_COLUMN = 2


@dataclass(frozen=True, slots=True)
class _Found:
    """One suggestion of the scanner, beside what is true."""

    table: str
    place: int
    truth: Labelled
    finding: Finding

    @property
    def name(self) -> str:
        """What the plans call it."""
        return f"{self.table}.{self.truth.plan.name} {self.finding.type_code}"

    @property
    def is_clear(self) -> bool:
        """Whether a person can judge it from the page alone, and it can be said why."""
        return self.truth.judgeable and self.truth.told_or_known(self.finding.type_code)

    @property
    def kind(self) -> tuple[str, bool]:
        """Its band, and whether it is right."""
        return band(self.finding.strength), self.finding.type_code in self.truth.holds


def main() -> None:
    """Make the tables, scan them, choose, and write the files anew."""
    parser = argparse.ArgumentParser(prog="python -m training.practice", description=__doc__)
    parser.add_argument("--to", type=Path, default=FOLDER, help="the folder for the files")
    asked = parser.parse_args()
    tables = planned()
    results = _scanned(tables)
    found = [one for table in tables for one in _found(table, results[table.name])]
    chosen = _chosen([one for one in found if one.is_clear and one.name not in skipped()])
    asked.to.mkdir(exist_ok=True)
    for old in asked.to.glob("*.toml"):
        old.unlink()
    for table in tables:
        kept = {(one.place, one.finding.type_code) for one in chosen if one.table == table.name}
        if kept:
            shown = _shown(table, results[table.name], kept)
            (asked.to / f"{table.name.lower()}.toml").write_text(text(shown), encoding="utf-8")
    print(f"{len(chosen)} items: {dict(Counter(one.kind for one in chosen))}")


def _scanned(tables: Sequence[LabelledTable]) -> dict[str, tuple[ColumnResult, ...]]:
    with tempfile.TemporaryDirectory() as folder, Template(for_many=False) as template:
        path = Path(folder) / "practice.duckdb"
        write(path, tables, _SEED)
        options, settings = {"path": str(path)}, Settings.load()
        with Supervisor(
            "duckdb", options, settings=settings, names_key=bytes(32), template=template, names_as_written=True
        ) as child:
            listed = [one for one in list(child.list()) if isinstance(one, Listed)]
            results = {
                written.as_written(one.safe.name).rpartition(".")[2]: child.scan(one, rows=_ROWS, seed=_SEED).columns
                for one in listed
            }
    return {name: tuple(sorted(columns, key=lambda column: column.position)) for name, columns in results.items()}


def _found(table: LabelledTable, results: Sequence[ColumnResult]) -> Iterator[_Found]:
    for place, (truth, result) in enumerate(zip(table.columns, results, strict=True)):
        for finding in result.findings:
            yield _Found(table.name, place, truth, finding)


def _chosen(found: Sequence[_Found]) -> list[_Found]:
    """Of each kind as many as wanted, of as many columns as there are (one answer gives away another) and types."""
    rng = random.Random(_SEED)  # noqa: S311 - the same items every time
    mixed = rng.sample(found, len(found))
    types: Counter[tuple[object, str]] = Counter()
    columns: Counter[tuple[str, int]] = Counter()
    chosen: list[_Found] = []
    for kind, wanted in _WANTED.items():
        left = [one for one in mixed if one.kind == kind]
        for _ in range(wanted):
            left = [one for one in left if columns[one.table, one.place] < _MOST_OF_ONE_COLUMN]
            if not left:
                raise SystemExit(f"There are too few suggestions of the kind {kind}: write more tables.")
            best = min(left, key=lambda one: (columns[one.table, one.place], types[kind, one.finding.type_code]))
            left.remove(best)
            types[kind, best.finding.type_code] += 1
            columns[best.table, best.place] += 1
            chosen.append(best)
    return chosen


def _shown(table: LabelledTable, results: Sequence[ColumnResult], kept: set[tuple[int, str]]) -> ScannedTable:
    answered = {
        (place, finding.type_code): suggestion(table.columns[place], finding)
        for place, result in enumerate(results)
        for finding in result.findings
        if (place, finding.type_code) in kept
    }
    return ScannedTable(table.name, tuple(column.comment for column in table.columns), tuple(results), answered)


if __name__ == "__main__":
    main()
