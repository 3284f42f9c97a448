"""SQLite databases that lie in a share: read where they lie or in memory, never locked and never written to."""

import io
import random
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan, Unlisted
from connectors.files import sqlite_file
from connectors.files.share import ShareConnector
from connectors.places.local import LocalPlace
from tests.support.bounds import here

CANARY = "canary-4711-value"
PLAN = SamplePlan(rows=50, seed=1)
SCRIPT = """
CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, born TEXT, note JSON);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
  INSERT INTO people SELECT i, 'name ' || i, '1980-01-01', '{"a": ' || i || '}' FROM n;
CREATE VIEW names AS SELECT name FROM people;
CREATE TABLE "odd #1" (x);
INSERT INTO "odd #1" VALUES ('y');
"""


def made(path: Path, script: str = SCRIPT) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path


@contextmanager
def share(folder: Path, file_mb: int = 64) -> Iterator[ShareConnector]:
    with closing(ShareConnector({"path": str(folder)}, resolve=str, bounds=here(file_mb))) as opened:
        yield opened


def items(folder: Path, file_mb: int = 64) -> dict[str, DatasetRef | Unlisted]:
    with share(folder, file_mb) as opened:
        return {item.ref.name if isinstance(item, Unlisted) else item.name: item for item in opened.listing()}


def sample(folder: Path, name: str) -> Sample:
    ref = items(folder)[name]
    assert isinstance(ref, DatasetRef)
    with share(folder) as opened:
        return opened.sample(ref, PLAN)


def reason(folder: Path, name: str) -> SkipReason:
    item = items(folder)[name]
    if isinstance(item, Unlisted):
        return item.reason
    with share(folder) as opened, pytest.raises(DatasetError) as caught:
        opened.sample(item, PLAN)
    assert CANARY not in f"{caught.value!s} {caught.value!r} {caught.value.__cause__!r}"
    return caught.value.reason


@pytest.mark.parametrize("name", ["x.db", "x.sqlite", "x.sqlite3", "x.db3"])
def test_every_table_and_view_is_a_dataset(tmp_path: Path, name: str) -> None:
    made(tmp_path / name)
    found = items(tmp_path)
    assert {each: ref.kind for each, ref in found.items() if isinstance(ref, DatasetRef)} == {
        f"{name}#people": DatasetKind.TABLE,
        f"{name}#names": DatasetKind.VIEW,
        f"{name}#odd #1": DatasetKind.TABLE,
    }
    people = found[f"{name}#people"]
    assert isinstance(people, DatasetRef)
    assert people.row_estimate == 5000
    assert sample(tmp_path, f"{name}#odd #1").values(0) == ["y"]


def test_rows_come_from_all_over_a_table_and_json_becomes_paths(tmp_path: Path) -> None:
    made(tmp_path / "x.db")
    found = sample(tmp_path, "x.db#people")
    assert [column.name for column in found.columns] == ["id", "name", "born", "note.a"]
    assert (found.method, found.rows_total, found.partly) == (SampleMethod.RANDOM_ROWS, 5000, False)
    assert len({int(each or 0) // 1000 for each in found.values(0)[:50]}) > 3


def test_a_database_from_elsewhere_is_read_in_memory(tmp_path: Path) -> None:
    content = made(tmp_path / "x.db").read_bytes()
    stream = io.BufferedReader(io.BytesIO(content))
    listed = sqlite_file.tables(stream, 64, "A file")
    assert [item.name for item in listed if isinstance(item, DatasetRef)].count("people") == 1
    there = sqlite_file.sample_table(stream, "people", 64, PLAN, "A table")
    assert there.values(1) == sample(tmp_path, "x.db#people").values(1)
    with pytest.raises(DatasetError) as caught:
        sqlite_file.tables(io.BufferedReader(io.BytesIO(content + b"\0" * 1_000_000)), 1, "A file")
    assert caught.value.reason is SkipReason.TOO_LARGE


def test_a_database_that_wrote_ahead_is_read_in_memory_too(tmp_path: Path) -> None:
    path = made(tmp_path / "x.db", "PRAGMA journal_mode=WAL; CREATE TABLE t (a); INSERT INTO t VALUES (7);")
    content = path.read_bytes()
    assert sqlite_file.is_write_ahead(content)
    stream = io.BufferedReader(io.BytesIO(content))
    assert sqlite_file.sample_table(stream, "t", 64, PLAN, "A table").values(0) == ["7"]
    assert sample(tmp_path, "x.db#t").values(0) == ["7"]


def test_reading_writes_and_locks_nothing(tmp_path: Path) -> None:
    path = made(tmp_path / "x.db", "PRAGMA journal_mode=WAL; CREATE TABLE t (a); INSERT INTO t VALUES (7);")
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    tmp_path.chmod(0o500)
    try:
        sample(tmp_path, "x.db#t")
    finally:
        tmp_path.chmod(0o700)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [each.name for each in tmp_path.iterdir()] == ["x.db"]


def test_a_database_that_is_locked_for_good_is_read_all_the_same(tmp_path: Path) -> None:
    path = made(tmp_path / "x.db", "CREATE TABLE t (a); INSERT INTO t VALUES (7);")
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert sample(tmp_path, "x.db#t").values(0) == ["7"]


def test_changes_that_stand_in_a_log_beside_it_are_said_to_be_missed(tmp_path: Path) -> None:
    path = made(tmp_path / "x.db", "PRAGMA journal_mode=WAL; CREATE TABLE t (a); INSERT INTO t VALUES (7);")
    assert Caveat.SOME_FILES not in sample(tmp_path, "x.db#t").caveats
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute("INSERT INTO t VALUES (8)")
        writer.commit()
        found = sample(tmp_path, "x.db#t")
        log = items(tmp_path)["x.db-wal"]
    assert (found.values(0), found.caveats) == (["7"], frozenset({Caveat.SOME_FILES}))
    assert isinstance(log, Unlisted)
    assert log.reason is SkipReason.UNKNOWN_FORMAT


class Guarded(LocalPlace):
    """A place that refuses to open what lies beside a database."""

    error: type[OSError] = PermissionError

    def opened(self, path: str) -> AbstractContextManager[io.BufferedReader]:
        if path.endswith(("-wal", "-journal")):
            raise self.error
        return super().opened(path)


@pytest.mark.parametrize(
    ("error", "caveats"),
    [(PermissionError, {Caveat.SOME_FILES}), (ConnectionError, {Caveat.SOME_FILES}), (FileNotFoundError, set())],
)
def test_a_log_that_nobody_could_look_for_is_not_taken_for_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[OSError], caveats: set[Caveat]
) -> None:
    made(tmp_path / "x.db", "CREATE TABLE t (a); INSERT INTO t VALUES (7);")
    monkeypatch.setattr(Guarded, "error", error)
    monkeypatch.setattr("connectors.files.share.LocalPlace", Guarded)
    assert sample(tmp_path, "x.db#t").caveats == caveats


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("hex(zeroblob(900000000))", SkipReason.TOO_LARGE),
        ("group_concat(hex(zeroblob(7000000)))", SkipReason.TOO_LARGE),
    ],
)
def test_a_view_that_makes_cells_without_end_is_told_as_that(tmp_path: Path, cells: str, reason: SkipReason) -> None:
    made(
        tmp_path / "x.db", f"CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); CREATE VIEW v AS SELECT {cells} FROM t;"
    )
    with share(tmp_path) as opened:
        (view,) = [each for each in opened.listing() if isinstance(each, DatasetRef) and each.name == "x.db#v"]
        with pytest.raises(DatasetError) as caught:
            opened.sample(view, PLAN)
    assert caught.value.reason is reason


def test_the_engine_holds_no_more_than_it_may(tmp_path: Path) -> None:
    cells = ", ".join(f"hex(zeroblob(8000000)) AS c{number}" for number in range(40))
    made(tmp_path / "x.db", f"CREATE VIEW v AS SELECT {cells};")
    with share(tmp_path) as opened:
        (view,) = opened.listing()
        assert isinstance(view, DatasetRef)
        with pytest.raises(MemoryError):
            opened.sample(view, PLAN)


def test_what_is_stored_and_no_text_may_be_long(tmp_path: Path) -> None:
    made(tmp_path / "x.db", "CREATE TABLE t (a, b); INSERT INTO t VALUES ('x', zeroblob(20000000));")
    assert sample(tmp_path, "x.db#t").values(0) == ["x"]


def test_a_file_put_in_its_place_meanwhile_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path / "x.db", "CREATE TABLE t (a);")
    secret = made(tmp_path / "secret", f"CREATE TABLE secret (a); INSERT INTO secret VALUES ('{CANARY}');")
    connect = sqlite3.connect

    def late(*arguments: object, **more: object) -> sqlite3.Connection:
        # What the engine was told to open, it opens by the path it finds behind it: that of another file by now.
        return connect(f"file:{secret}?mode=ro&immutable=1", uri=True, isolation_level=None)

    monkeypatch.setattr(sqlite_file.sqlite3, "connect", late)
    with path.open("rb") as stream, pytest.raises(DatasetError) as caught:
        sqlite_file.tables(stream, 64, "A file")
    assert caught.value.reason is SkipReason.UNSAFE_PATH


def test_what_a_database_could_do_besides_being_read_is_refused(tmp_path: Path) -> None:
    other = made(tmp_path / "other.db", "CREATE TABLE t (a);")
    made(
        tmp_path / "x.db",
        f"""
        CREATE TABLE t (a);
        CREATE VIEW loads AS SELECT load_extension('{tmp_path}/lib.so') AS a;
        CREATE VIEW reads AS SELECT * FROM pragma_database_list;
        CREATE VIEW endless AS
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS a FROM n;
        """,
    )
    assert reason(tmp_path, "x.db#loads") in (SkipReason.NO_PERMISSION, SkipReason.UNREADABLE)
    ref = items(tmp_path)["x.db#endless"]
    assert isinstance(ref, DatasetRef)
    with share(tmp_path) as opened, pytest.raises(DatasetError) as caught:
        opened.sample(ref, SamplePlan(rows=5, seed=1, seconds=0.3))
    assert caught.value.reason is SkipReason.TIMED_OUT
    assert other.exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"SQLite format 3\0", SkipReason.UNREADABLE),
        (b"SQLite format 3\0" + b"\0" * 5000, SkipReason.UNREADABLE),
        (b"SQLite format 3\0" + CANARY.encode() * 500, SkipReason.UNREADABLE),
        (random.Random(1).randbytes(8192), SkipReason.PASSWORD_PROTECTED),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, SkipReason.NO_TEXT),
    ],
)
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes, why: SkipReason) -> None:
    (tmp_path / "x.db").write_bytes(content)
    assert reason(tmp_path, "x.db") is why


def test_a_table_that_is_gone_has_vanished(tmp_path: Path) -> None:
    path = made(tmp_path / "x.db", "CREATE TABLE t (a);")
    ref = items(tmp_path)["x.db#t"]
    path.unlink()
    made(path, "CREATE TABLE other (a);")
    assert isinstance(ref, DatasetRef)
    with share(tmp_path) as opened, pytest.raises(DatasetError) as caught:
        opened.sample(ref, PLAN)
    assert caught.value.reason is SkipReason.VANISHED


def test_a_name_longer_than_anything_honest_ends_no_listing(tmp_path: Path) -> None:
    made(tmp_path / "x.db", f'CREATE TABLE "{"n" * 50_000}" (a); CREATE TABLE t (a);')
    found = items(tmp_path)
    assert [item.reason for item in found.values() if isinstance(item, Unlisted)] == [SkipReason.UNREADABLE]
    assert isinstance(found["x.db#t"], DatasetRef)


@given(st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_changed_in_a_database_it_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "good"
    if not path.exists():
        made(
            path,
            f"CREATE TABLE t (a TEXT, b); INSERT INTO t VALUES ('{CANARY}', 1), ('x', 2); CREATE INDEX i ON t (a);",
        )
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "x.db").write_bytes(content)
    with share(tmp_path) as opened:
        for item in list(opened.listing()):
            if isinstance(item, DatasetRef) and item.kind is DatasetKind.TABLE:
                try:
                    opened.sample(item, PLAN)
                except DatasetError as error:
                    assert CANARY not in str(error)  # noqa: PT017 - it may be raised or not
