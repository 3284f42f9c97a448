"""What is remembered from table to table: shapes, names of columns and our own words, never a value of a cell."""

import gc
import pkgutil
from collections.abc import Iterator
from functools import _lru_cache_wrapper
from importlib import import_module

import scanners
from catalog.model.coverage import SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Sample
from scanners.header import settle
from scanners.judge import judge
from scanners.naming import NameGuard

VALUES = {
    "again and again": ["Quenzelda", "Blorptang Hjkldott", "Vrezhnik"] * 40,
    "notes": [f"Jane Hjkldott called from 929-555-01{n % 90 + 10} and asked for a visit." for n in range(120)],
    "joined": [f"Vrezhnik name=Jane Hjkldott{n};case={n:05}" for n in range(120)],
    "keyed": [f'{{"Quenzelda Blorptang": "929-555-01{n % 90 + 10}", "case": {n}}}' for n in range(120)],
    "person": [f"Mary Hjkldott{n}" for n in range(120)],
}
CANARIES = ("quenzelda", "hjkldott", "vrezhnik", "929-555")


def remembered() -> Iterator[str]:
    """Every text that a cache of the scanners leads to in a few steps."""
    modules = [import_module(f"scanners.{module.name}") for module in pkgutil.iter_modules(scanners.__path__)]
    reached = [each for module in modules for each in vars(module).values() if isinstance(each, _lru_cache_wrapper)]
    for _ in range(4):
        yield from (each for each in reached if isinstance(each, str))
        reached = [each for each in gc.get_referents(*reached) if isinstance(each, str | tuple | dict | frozenset)]


def test_a_name_of_a_column_is_remembered() -> None:
    look_at({"frimm": ["1"]})
    assert "frimm" in set(remembered())


def test_no_value_is_remembered() -> None:
    look_at(VALUES)
    held = "\n".join(remembered()).lower()
    assert not [canary for canary in CANARIES if canary in held]


def look_at(values: dict[str, list[str]]) -> None:
    columns = [ColumnSchema(name, position) for position, name in enumerate(values)]
    method = SampleMethod.ALL_ROWS
    with settle(Sample(columns, list(values.values()), method=method, header_is_first_row=True)) as sample:
        judge(sample, NameGuard(bytes(32)))
