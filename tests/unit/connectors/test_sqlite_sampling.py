"""Which rows of a SQLite table or view a sample holds, how they are called, and who may end it."""

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from catalog.errors import SkipReason, SourceError
from catalog.model.coverage import SampleMethod
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import Load, SamplePlan
from connectors.sql.calling_off import Question
from connectors.sql.sqlite import SqliteConnector
from connectors.sql.sqlite_session import Session, is_interrupted
from tests.support.bounds import here

ROWS = 6000
LARGE = SamplePlan(rows=200, seed=3, ends=10)
ENDLESS = "CREATE VIEW t AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS m FROM n"


@pytest.fixture
def small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of a thousand rows are treated as those of many millions are."""
    monkeypatch.setattr("connectors.sql.sqlite_rows._FEW_ROWS", 1000)


def filled(folder: Path, columns: str, values: str, more: str = "") -> Path:
    """A table whose first column numbers its rows in the order of its key from 1 on."""
    path = folder / "k.db"
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"CREATE TABLE t {columns}; {numbers} INSERT INTO t SELECT {values} FROM n; {more}")
    return path


def connector(path: Path) -> SqliteConnector:
    return SqliteConnector({"path": str(path)}, resolve=str, bounds=here(1))


def sample(path: Path, plan: SamplePlan = LARGE, name: str = "t") -> Sample:
    with closing(connector(path)) as opened:
        return opened.sample(DatasetRef(name, name, DatasetKind.TABLE), plan)


def numbers(rows: Sample) -> list[int]:
    return [int(text or 0) for text in rows.values(0)]


def assert_spread_and_with_ends(rows: Sample) -> None:
    """From all over the table, no row twice, and the ends are what they are said to be."""
    found = numbers(rows)
    drawn, ends = found[: LARGE.rows], found[LARGE.rows :]
    assert len(found) == len(set(found)) == LARGE.rows + rows.oldest + rows.newest
    assert all(sum(1 for number in drawn if low < number <= low + ROWS / 3) > 25 for low in (0, ROWS / 3, ROWS * 2 / 3))
    assert set(range(1, 11)) | set(range(ROWS - 9, ROWS + 1)) <= set(found)
    assert set(ends[: rows.oldest]) <= set(range(1, 11))
    assert set(ends[rows.oldest :]) <= set(range(ROWS - 9, ROWS + 1))


@pytest.mark.usefixtures("small_is_large")
def test_of_row_numbers_with_few_gaps_each_row_has_the_same_chance(tmp_path: Path) -> None:
    # Half of the numbers are there: all the upper ones, and of the lower ones every third.
    path = filled(tmp_path, "(a, id INTEGER PRIMARY KEY)", "i, iif(i <= 3000, 3 * i, 6000 + i)")
    first, again, other = (sample(path, SamplePlan(200, seed, ends=10)) for seed in (3, 3, 4))
    assert (first.method, first.draws) == (SampleMethod.RANDOM_ROWS, 200)
    assert_spread_and_with_ends(first)
    assert numbers(first) == numbers(again) != numbers(other)
    many = [number for seed in range(10) for number in numbers(sample(path, SamplePlan(200, seed, ends=0)))]
    assert 900 < sum(1 for number in many if number <= 3000) < 1100, "rows behind gaps were drawn more often"


@pytest.mark.parametrize(
    ("columns", "values", "more"),
    [
        ("(a, id INTEGER PRIMARY KEY)", "i, iif(i > 3000, 9000000000000 + i, i)", ""),
        ("(a INTEGER PRIMARY KEY, b) WITHOUT ROWID", "i, i", ""),
        ("(a, b TEXT, c TEXT, PRIMARY KEY (b, c)) WITHOUT ROWID", "i, printf('%03d', i / 100), printf('%06d', i)", ""),
        ('(a, `say "x` TEXT PRIMARY KEY) WITHOUT ROWID', "i, printf('%06d', i)", ""),
        ("(a INTEGER PRIMARY KEY)", "i * 1000", "UPDATE t SET a = a / 1000 WHERE a < 0"),
    ],
    ids=["two far heaps", "number", "texts", "quoted", "gaps"],
)
def test_up_to_some_rows_each_has_the_same_chance_wherever_its_key_lies(
    tmp_path: Path, columns: str, values: str, more: str
) -> None:
    path = filled(tmp_path, columns, values, more)
    first, again, other = (sample(path, SamplePlan(200, seed, ends=10)) for seed in (3, 3, 4))
    assert (first.method, first.draws) == (SampleMethod.RANDOM_ROWS, 200)
    if "1000" not in values:
        assert_spread_and_with_ends(first)
    assert numbers(first) == numbers(again) != numbers(other)


@pytest.mark.usefixtures("small_is_large")
@pytest.mark.parametrize(
    ("columns", "values"),
    [
        ("(a, id INTEGER PRIMARY KEY)", "i, 1800 * i - 900000"),
        ("(a, id INTEGER PRIMARY KEY)", "i, iif(i > 5980, 9000000000000 + i, 50 * i)"),
        ("(a, id INTEGER, b, PRIMARY KEY (id, b)) WITHOUT ROWID", "i, 20 * i, i"),
    ],
    ids=["gaps", "strays", "without rowid"],
)
def test_of_many_rows_with_gaps_runs_come_from_places(tmp_path: Path, columns: str, values: str) -> None:
    path = filled(tmp_path, columns, values)
    first, again, other = (sample(path, SamplePlan(200, seed, ends=10)) for seed in (3, 3, 4))
    assert first.method is SampleMethod.PLACES
    assert first.draws is not None
    assert 45 <= first.draws <= 100
    assert_spread_and_with_ends(first)
    assert numbers(first) == numbers(again) != numbers(other)


@pytest.mark.usefixtures("small_is_large")
@pytest.mark.parametrize(
    ("columns", "values", "newest"),
    [
        ("(a, id INTEGER PRIMARY KEY)", "i, iif(i > 3000, 9000000000000 + i, i)", 10),
        ("(a, b TEXT PRIMARY KEY) WITHOUT ROWID", "i, printf('%06d', i)", 10),
        ("(rowid, _rowid_, oid)", "i, i, i", 0),
    ],
)
def test_of_many_rows_without_a_way_the_first_are_read_and_said_to_be(
    tmp_path: Path, columns: str, values: str, newest: int
) -> None:
    rows = sample(filled(tmp_path, columns, values))
    assert (rows.method, rows.draws, rows.oldest, rows.newest) == (SampleMethod.FIRST_ROWS, None, 0, newest)
    assert numbers(rows)[:200] == list(range(1, 201))


def test_what_has_no_key_is_walked_through(tmp_path: Path) -> None:
    path = filled(
        tmp_path, "(rowid, _rowid_, oid)", "i, i, i", "CREATE VIEW v AS SELECT rowid AS a FROM t WHERE rowid > 50"
    )
    for name in ("t", "v"):
        first, again, other = (sample(path, SamplePlan(200, seed), name) for seed in (3, 3, 4))
        assert (first.method, first.draws, first.row_count) == (SampleMethod.RANDOM_ROWS, 200, 200)
        assert max(numbers(first)) > 4500
        assert numbers(first) == numbers(again) != numbers(other)


def test_a_view_that_is_slow_to_the_end_gives_its_first_rows(tmp_path: Path) -> None:
    slow = "CREATE VIEW v AS SELECT t.rowid AS a, (SELECT max(u.a * t.a) FROM t AS u) AS b FROM t"
    rows = sample(filled(tmp_path, "(a)", "i", slow), SamplePlan(rows=20, seed=1, seconds=1), "v")
    assert (rows.method, rows.row_count) == (SampleMethod.FIRST_ROWS, 20)


@pytest.mark.usefixtures("small_is_large")
def test_what_a_sample_costs_does_not_grow_with_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.sql.sqlite_session._STEPS", 100)
    steps = []
    for rows in (ROWS, 20 * ROWS):
        monkeypatch.setattr("tests.unit.connectors.test_sqlite_sampling.ROWS", rows)
        (tmp_path / str(rows)).mkdir()
        path = filled(tmp_path / str(rows), "(a, id INTEGER PRIMARY KEY)", "i, 1800 * i")
        with closing(connector(path)) as opened:
            seen: list[int] = []

            def count(_: Session, seen: list[int] = seen) -> bool:
                seen.append(1)
                return False

            monkeypatch.setattr(Session, "_is_over", count)
            assert opened.sample(DatasetRef("t", "t", DatasetKind.TABLE), LARGE).method is SampleMethod.PLACES
            steps.append(len(seen))
    assert steps[1] < 1.2 * steps[0]


def test_json_becomes_its_paths(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    long = '{"filler": "' + "x" * 9000 + '", "last": "e"}'
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a, j JSON, loose TEXT, plain TEXT, n JSON)")
        connection.execute("INSERT INTO t VALUES (1, ?, ?, '{', '12')", ('{"k": "ü", "m": {"e": "1"}}', '[{"x": "y"}]'))
        connection.execute("INSERT INTO t VALUES (2, ?, NULL, 'no', NULL)", (long,))
        connection.commit()
    rows = sample(path)
    names = [column.name for column in rows.columns]
    assert names == ["a", "j.k", "j.m.e", "j.filler", "j.last", "loose[].x", "plain", "n"]
    assert rows.row_count == 2
    assert [list(rows.values(names.index(name))) for name in ("j.last", "plain", "n")] == [
        [None, "e"],
        ["{", "no"],
        ["12", None],
    ]


def test_another_thread_may_cancel_and_the_next_question_is_answered(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"{ENDLESS}; CREATE TABLE u (a); INSERT INTO u VALUES (1);")
    errors: list[SourceError] = []
    with closing(connector(path)) as opened:
        opened.cancel()

        def cancel() -> None:
            time.sleep(0.2)
            opened.cancel()

        helper = threading.Thread(target=cancel)
        helper.start()
        begun = time.monotonic()
        with pytest.raises(SourceError) as caught:
            opened.sample(DatasetRef("t", "t", DatasetKind.VIEW), SamplePlan(rows=1, seed=1, seconds=30))
        errors.append(caught.value)
        assert time.monotonic() - begun < 2
        helper.join(3)
        assert not helper.is_alive()
        assert opened.sample(DatasetRef("u", "u", DatasetKind.TABLE), LARGE).row_count == 1
    opened.cancel()
    assert errors[0].reason is SkipReason.TIMED_OUT
    assert "called off" in str(errors[0])


def test_a_step_that_was_called_off_before_it_began_is_not_made(tmp_path: Path) -> None:
    path = filled(tmp_path, "(a)", "i")
    question = Question()
    with closing(Session(path, question)) as session, question.asked():
        assert question.call_off()
        with pytest.raises(sqlite3.Error) as caught:
            session.execute("SELECT 1")
    assert is_interrupted(caught.value)


def test_a_file_has_no_view_and_no_load_of_its_own(tmp_path: Path) -> None:
    with closing(connector(filled(tmp_path, "(a)", "i"))) as opened:
        assert len(list(opened.listing())) == 1
        assert (opened.view(), opened.load()) == ("", Load())
