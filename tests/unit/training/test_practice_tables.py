"""The practice queue says of its items what the tables' author said of the columns, and nothing else."""

from pathlib import Path

import duckdb
import pytest

from catalog.model.review import ActKind
from catalog.model.review_views import PracticeItem
from catalog.taxonomy import loader, practice
from training import practice_tables
from training.practice_tables import Labelled, planned, skipped, write

TABLES = planned()
LABELLED = {(table.name, column.plan.name): column for table in TABLES for column in table.columns}
ITEMS = list(practice.load().values())


def test_each_column_is_written_down_once_with_types_that_there_are() -> None:
    assert len(LABELLED) == sum(len(table.columns) for table in TABLES)
    assert {code for column in LABELLED.values() for code in column.holds} <= set(loader.load().types)


def test_what_is_right_is_what_the_author_said() -> None:
    for item in ITEMS:
        assert set(item.answers) == right(item, LABELLED[item.table, item.column]), f"{item.table}.{item.column}"


def right(item: PracticeItem, column: Labelled) -> set[tuple[ActKind, str | None]]:
    """Any type that the column truly holds is right, the one suggested or another."""
    true: set[tuple[ActKind, str | None]] = {
        (ActKind.CONFIRM, None) if code == item.type.code else (ActKind.CHANGE_TYPE, code) for code in column.holds
    }
    if item.type.code in column.holds:
        return true
    return {(ActKind.REJECT, None), *(true or {(ActKind.NOT_IDENTIFYING, None)})}


def test_nothing_is_asked_that_may_be_judged_either_way() -> None:
    asked = {f"{item.table}.{item.column} {item.type.code}" for item in ITEMS}
    assert not asked & skipped()
    assert all(LABELLED[item.table, item.column].judgeable for item in ITEMS)


def test_the_tables_are_written_with_their_types_and_comments_and_no_value_is_in_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(practice_tables, "_PEOPLE", 20)
    monkeypatch.setattr(practice_tables, "_ROWS", 20)
    path, tables = tmp_path / "practice.duckdb", TABLES[:1]
    write(path, tables, seed=11)
    with duckdb.connect(str(path), read_only=True) as database:
        told = database.execute("SELECT column_name, comment FROM duckdb_columns() WHERE internal = false").fetchall()
        (row,) = database.execute(f'SELECT * FROM "{tables[0].name}" LIMIT 1').fetchall()
    assert {name: comment or "" for name, comment in told} == {c.plan.name: c.comment for c in tables[0].columns}
    kept = "".join(path.read_text(encoding="utf-8") for path in practice.FOLDER.glob("*.toml"))
    assert not [value for value in map(str, row) if len(value) > 6 and value in kept]
