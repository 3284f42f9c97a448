"""SQLite files in every state."""

import random
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from catalog.errors import SkipReason, SourceError
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan, Unlisted
from connectors.sql import sqlite_tables
from connectors.sql.sqlite import SqliteConnector
from tests.support.bounds import here

CANARY = "canary-4711-value"
PLAN = SamplePlan(rows=50, seed=1)


def made(path: Path, script: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path


def connector(path: Path) -> SqliteConnector:
    return SqliteConnector({"path": str(path)}, resolve=str, bounds=here(1))


def listed(path: Path) -> dict[str, DatasetRef]:
    with closing(connector(path)) as opened:
        return {ref.name: ref for ref in opened.listing() if isinstance(ref, DatasetRef)}


def sample(path: Path, name: str, plan: SamplePlan = PLAN) -> Sample:
    with closing(connector(path)) as opened:
        return opened.sample(DatasetRef(name, name, DatasetKind.TABLE), plan)


def failure(path: Path, name: str = "t", plan: SamplePlan = PLAN) -> SourceError:
    with pytest.raises(SourceError) as caught:  # noqa: PT012 - either may say it first
        listed(path)
        sample(path, name, plan)
    assert CANARY not in f"{caught.value!s} {caught.value!r} {caught.value.__cause__!r}"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


def junk(size: int) -> bytes:
    return random.Random(5).randbytes(size)


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    return made(
        tmp_path / "wide.db",
        """
        CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, photo BLOB, amount REAL, code TEXT UNIQUE);
        INSERT INTO t VALUES (1, 'Ada', x'00ff', 2125551234.0, 'A'), (2, 'Bob', NULL, 0.5, 'B');
        CREATE VIEW v AS SELECT name FROM t;
        CREATE VIEW broken AS SELECT absent FROM nowhere;
        CREATE TABLE sequence (id INTEGER PRIMARY KEY AUTOINCREMENT);
        """,
    )


def test_lists_tables_and_views_and_none_of_the_engines_own(wide: Path) -> None:
    kinds = {name: ref.kind for name, ref in listed(wide).items()}
    assert kinds == {
        "t": DatasetKind.TABLE,
        "sequence": DatasetKind.TABLE,
        "v": DatasetKind.VIEW,
        "broken": DatasetKind.VIEW,
    }


def test_says_what_columns_are_declared_as(wide: Path) -> None:
    columns = sample(wide, "t").columns
    assert [column.declared_type for column in columns] == ["INTEGER", "VARCHAR(20)", "BLOB", "REAL", "TEXT"]
    assert [column.nullable for column in columns] == [True, False, True, True, True]
    assert [column.in_key for column in columns] == [True, False, False, False, False]


def test_bytes_are_no_values_and_whole_numbers_have_no_point(wide: Path) -> None:
    rows = sample(wide, "t")
    assert list(rows.values(2)) == [None, None]
    assert list(rows.values(3)) == ["2125551234", "0.5"]


def test_the_row_estimate_is_a_count_and_never_somebodys_number(tmp_path: Path) -> None:
    path = made(
        tmp_path / "k.db", "CREATE TABLE t (ssn INTEGER PRIMARY KEY); INSERT INTO t VALUES (219099999), (219099998);"
    )
    assert listed(path)["t"].row_estimate == 2


@pytest.mark.parametrize("limit", ["_COUNT_SECONDS", "_COUNTS_SECONDS"])
def test_a_listing_counts_no_longer_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    path = made(
        tmp_path / "large.db",
        """
        CREATE TABLE a (i); CREATE TABLE b (i); CREATE TABLE few (i); INSERT INTO few VALUES (1), (2);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO a SELECT i FROM n;
        INSERT INTO b SELECT i FROM a;
        """,
    )
    assert {name: ref.row_estimate for name, ref in listed(path).items()} == {"a": 20_000, "b": 20_000, "few": 2}
    monkeypatch.setattr(sqlite_tables, limit, 0.0)
    assert {name: ref.row_estimate for name, ref in listed(path).items()} == {"a": None, "b": None, "few": 2}


def test_a_column_called_rowid_does_not_mislead(tmp_path: Path) -> None:
    path = made(
        tmp_path / "k.db",
        """
        CREATE TABLE t (rowid TEXT);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
        INSERT INTO t SELECT 'same' FROM n;
        """,
    )
    rows = sample(path, "t")
    assert list(rows.values(0)) == ["same"] * (50 + rows.oldest + rows.newest)


def test_full_text_tables_are_read_and_their_insides_are_not_listed(tmp_path: Path) -> None:
    path = made(tmp_path / "k.db", "CREATE VIRTUAL TABLE words USING fts5(body); INSERT INTO words VALUES ('hello');")
    assert set(listed(path)) == {"words"}
    assert list(sample(path, "words").values(0)) == ["hello"]


def test_a_table_of_an_unknown_module_is_listed_with_the_reason(tmp_path: Path) -> None:
    path = made(
        tmp_path / "k.db",
        """
        CREATE TABLE t (a);
        PRAGMA writable_schema = ON;
        INSERT INTO sqlite_master VALUES ('table', 'odd', 'odd', 0, 'CREATE VIRTUAL TABLE odd USING nothing_known(a)');
        """,
    )
    with closing(connector(path)) as opened:
        unlisted = [(item.ref.name, item.reason) for item in opened.listing() if isinstance(item, Unlisted)]
    assert unlisted == [("odd", SkipReason.UNKNOWN_FORMAT)]


def test_reading_a_write_ahead_database_makes_no_file_beside_it(tmp_path: Path) -> None:
    path = made(tmp_path / "k.db", "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1);")
    assert sample(path, "t").row_count == 1
    assert [file.name for file in tmp_path.iterdir()] == ["k.db"]


def test_what_is_still_in_the_write_ahead_log_is_read_and_moves_the_signal(tmp_path: Path) -> None:
    path = made(tmp_path / "k.db", "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1);")
    before = listed(path)["t"].change_signal
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("INSERT INTO t VALUES (2)")
        writer.commit()
        assert sample(path, "t").row_count == 2
        assert listed(path)["t"].change_signal != before


def broken_files(folder: Path) -> Iterator[tuple[Path, SkipReason]]:
    yield folder / "missing.db", SkipReason.UNREACHABLE
    yield folder / "missing" / "k.db", SkipReason.UNREACHABLE
    yield folder, SkipReason.BAD_SETTINGS
    text = folder / "text.db"
    text.write_text(f"{CANARY}\n" * 2000)
    yield text, SkipReason.UNREADABLE
    encrypted = folder / "encrypted.db"
    encrypted.write_bytes(junk(8192))
    yield encrypted, SkipReason.PASSWORD_PROTECTED
    torn = made(folder / "torn.db", f"CREATE TABLE t (a); INSERT INTO t SELECT '{CANARY}' || randomblob(3000);")
    torn.write_bytes(torn.read_bytes()[:4096] + CANARY.encode() * 200)
    yield torn, SkipReason.UNREADABLE


def test_a_broken_file_is_named_by_its_reason_and_quotes_nothing(tmp_path: Path) -> None:
    for path, reason in broken_files(tmp_path):
        error = failure(path)
        assert (path.name, error.reason) == (path.name, reason)
        assert not all(check.passed for check in connector(path).check()) or reason is SkipReason.UNREADABLE


def test_a_locked_file_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.sql.sqlite_session._LOCK_SECONDS", 0.05)
    path = made(tmp_path / "k.db", "CREATE TABLE t (a);")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert failure(path).reason is SkipReason.TIMED_OUT


def test_an_endless_view_ends_at_the_deadline(tmp_path: Path) -> None:
    path = made(
        tmp_path / "k.db",
        "CREATE VIEW t AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS m FROM n;",
    )
    assert failure(path, plan=SamplePlan(rows=1, seed=1, seconds=0.1)).reason is SkipReason.TIMED_OUT


def test_a_broken_view_is_unreadable(wide: Path) -> None:
    assert failure(wide, "broken").reason is SkipReason.UNREADABLE


def test_text_that_is_no_text_is_read_and_not_quoted(tmp_path: Path) -> None:
    path = made(tmp_path / "k.db", f"CREATE TABLE t (a); INSERT INTO t VALUES (CAST(x'ff' || '{CANARY}' AS TEXT));")
    assert list(sample(path, "t").values(0)) == [f"\ufffd{CANARY}"]


def test_a_failing_function_in_a_view_quotes_nothing(tmp_path: Path) -> None:
    path = made(
        tmp_path / "k.db",
        f"CREATE TABLE s (a); INSERT INTO s VALUES ('{CANARY}'); CREATE VIEW t AS SELECT json(a) AS j FROM s;",
    )
    assert failure(path).reason is SkipReason.UNREADABLE


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH ':memory:' AS other",
        "SELECT load_extension('x')",
        "PRAGMA query_only = OFF",
        "PRAGMA writable_schema = ON",
    ],
)
def test_no_way_out_of_reading(wide: Path, statement: str) -> None:
    with closing(connector(wide)) as opened:
        list(opened.listing())
        assert opened._opened is not None
        with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
            opened._opened.execute(statement)


def test_check_passes_on_a_good_file(wide: Path) -> None:
    with closing(connector(wide)) as opened:
        checks = opened.check()
    assert [(check.name, check.passed) for check in checks] == [("file", True), ("database", True)]
    assert "4 tables and views" in checks[1].message


def test_a_device_is_no_database(tmp_path: Path) -> None:
    device = Path("/dev/null")
    assert stat.S_ISCHR(device.stat().st_mode)
    assert failure(device).reason is SkipReason.NOT_ALLOWED
