"""Every column of the city's first 20 datasets is labelled with what it holds, as the answer key says too."""

import csv
import sqlite3
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

import catalog.demo
from catalog.demo import health, requests, shelter
from catalog.demo.city import SEED
from catalog.demo.people import residents
from catalog.taxonomy.loader import load

DEMO = Path(catalog.demo.__file__).parent
LABELS: dict[str, dict[str, list[str]]] = tomllib.loads(
    (DEMO.parents[1] / "benchmarks" / "city" / "existing.toml").read_text(encoding="utf-8")
)
CASES = tomllib.loads((DEMO.parents[1] / "benchmarks" / "city" / "hard_cases.toml").read_text(encoding="utf-8"))["case"]


def of_database(path: Path) -> Iterator[tuple[str, list[str]]]:
    with closing(sqlite3.connect(path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master").fetchall():
            found = connection.execute(f'SELECT * FROM "{name}"')
            yield name, [column[0] for column in found.description]


def of_workbook(name: str, path: Path) -> Iterator[tuple[str, list[str]]]:
    book = load_workbook(path)
    yield from ((f"{name}#{sheet.title}", [str(cell) for cell in next(sheet.values)]) for sheet in book)


def of_text(name: str, path: Path) -> tuple[str, list[str]]:
    delimiter = {"registry_extract.tsv": "\t", "abandoned_vehicles.csv": ";"}.get(path.name, ",")
    with path.open(newline="", encoding="cp1252") as file:
        first = next(csv.reader(file, delimiter=delimiter))
    headerless = name == "exports/bednight_feed.csv"
    return name, [f"column {place}" for place, _ in enumerate(first, start=1)] if headerless else first


def datasets(folder: Path) -> Iterator[tuple[str, list[str]]]:
    for path in folder.glob("*/*.db"):
        yield from of_database(path)
    for path in folder.glob("*/share/*/*"):
        name = path.relative_to(path.parents[1]).as_posix()
        if name in {"hr/roster_backup.xlsx", "feeds/referrals_2026-07.csv"}:
            continue
        if path.suffix == ".xlsx":
            yield from of_workbook(name, path)
        else:
            yield of_text(name, path)


@pytest.fixture(scope="module")
def columns(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    folder = tmp_path_factory.mktemp("first")
    for agency in (shelter, health, requests):
        agency.write(folder, SEED, residents(SEED, 1660))
    return dict(datasets(folder))


def test_every_column_has_a_label(columns: Mapping[str, list[str]]) -> None:
    assert {name: list(labels) for name, labels in LABELS.items()} == columns
    assert sum(map(len, LABELS.values())) == 300


def test_labels_are_known_types() -> None:
    said = {code.removesuffix("?") for labels in LABELS.values() for codes in labels.values() for code in codes}
    assert said <= load().types.keys()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['dataset']}-{case['column']}")
def test_labels_agree_with_the_answers(case: Mapping[str, str]) -> None:
    labels = LABELS[case["dataset"]]
    for codes in labels.values() if case["column"] == "*" else [labels[case["column"]]]:
        assert set(case["types"]) <= set(codes)
        assert bool(case["types"]) == bool(codes)
