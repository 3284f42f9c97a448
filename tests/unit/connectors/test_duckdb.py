"""DuckDB files in every state."""

import json
import random
import string
import struct
import threading
import time
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from catalog.errors import SkipReason, SourceError
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import Load, SamplePlan
from connectors.sql import duckdb_queries, duckdb_rows, duckdb_session
from connectors.sql.duckdb import DuckdbConnector
from connectors.sql.duckdb_session import Session
from tests.support.bounds import here
from tests.support.duckdb_files import made, quoted, writer

CANARY = "canary-4711-value"
PLAN = SamplePlan(rows=50, seed=1, ends=0)
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS m FROM n"
TRILLION = 10**12


def connector(path: Path) -> DuckdbConnector:
    return DuckdbConnector({"path": str(path)}, resolve=str, bounds=here(1))


def listed(path: Path) -> dict[str, DatasetRef]:
    return {ref.name: ref for ref in connector(path).listing() if isinstance(ref, DatasetRef)}


def ref(name: str, schema: str = "main", kind: DatasetKind = DatasetKind.TABLE) -> DatasetRef:
    return DatasetRef(json.dumps([schema, name]), f"{schema}.{name}", kind)


def sample(path: Path, name: str, plan: SamplePlan = PLAN) -> Sample:
    return connector(path).sample(ref(name), plan)


def failure(path: Path, name: str = "t", plan: SamplePlan = PLAN) -> SourceError:
    with pytest.raises(SourceError) as caught:  # noqa: PT012 - either may say it first
        listed(path)
        sample(path, name, plan)
    assert CANARY not in f"{caught.value!s} {caught.value!r} {caught.value.__cause__!r}"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


def numbers(found: Sample, place: int = 0) -> list[int]:
    return [int(value or 0) for value in found.values(place)]


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    return made(
        tmp_path / "wide.duckdb",
        """
        CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, photo BLOB, amount DOUBLE, code VARCHAR UNIQUE,
            born DATE, kind ENUM ('a', 'b'), upper_name VARCHAR AS (upper(name)));
        INSERT INTO t (id, name, photo, amount, code, born, kind) VALUES
            (1, 'Ada', '\\x00\\xff', 2125551234.0, 'A', DATE '1990-12-31', 'a'), (2, 'Bob', NULL, 0.5, 'B', NULL, NULL);
        COMMENT ON TABLE t IS 'people';
        COMMENT ON COLUMN t.name IS 'as they write it';
        CREATE VIEW v AS SELECT name, id AS "n m" FROM t;
        CREATE SCHEMA other;
        CREATE TABLE other.t AS SELECT 7 AS seven;
        CREATE TEMP TABLE passing (a INT);
        CREATE TABLE gone (a INT);
        CREATE VIEW broken AS SELECT a FROM gone;
        DROP TABLE gone;
        """,
    )


def test_lists_tables_and_views_of_all_schemas_and_none_of_the_engines_own(wide: Path) -> None:
    found = listed(wide)
    assert {name: ref.kind for name, ref in found.items()} == {
        "main.t": DatasetKind.TABLE,
        "main.v": DatasetKind.VIEW,
        "main.broken": DatasetKind.VIEW,
        "other.t": DatasetKind.TABLE,
    }
    assert (found["main.t"].comment, found["main.v"].comment) == ("people", "")
    assert (found["main.t"].row_estimate, found["main.v"].row_estimate) == (2, None)
    assert found["other.t"].key == '"other"."t"'


def test_says_what_columns_are_declared_as(wide: Path) -> None:
    columns = sample(wide, "t").columns
    declared = ["INTEGER", "VARCHAR", "BLOB", "DOUBLE", "VARCHAR", "DATE", "ENUM('a', 'b')", "VARCHAR"]
    assert [column.declared_type for column in columns] == declared
    assert [column.nullable for column in columns] == [False, False, True, True, True, True, True, True]
    assert [column.in_key for column in columns] == [True, False, False, False, True, False, False, False]
    assert [column.comment for column in columns[:3]] == ["", "as they write it", ""]


def test_cells_are_texts_bytes_are_no_values_and_whole_numbers_have_no_point(wide: Path) -> None:
    rows = sample(wide, "t")
    held = [list(rows.values(place)) for place in range(8)]
    assert held == [
        ["1", "2"],
        ["Ada", "Bob"],
        [None, None],
        ["2125551234", "0.5"],
        ["A", "B"],
        ["1990-12-31", None],
        ["a", None],
        ["ADA", "BOB"],
    ]
    assert (rows.method, rows.rows_total, rows.partly) == (SampleMethod.ALL_ROWS, 2, False)


def test_a_view_has_the_columns_it_has_now(wide: Path) -> None:
    rows = sample(wide, "v")
    assert [column.name for column in rows.columns] == ["name", "n m"]
    assert list(rows.values(1)) == ["1", "2"]


def test_two_columns_of_one_name_are_two_columns(tmp_path: Path) -> None:
    path = made(tmp_path / "k.duckdb", "CREATE VIEW t AS SELECT 1 AS a, 2 AS a")
    rows = sample(path, "t")
    assert [list(rows.values(place)) for place in range(2)] == [["1"], ["2"]]


def test_what_nests_is_spread_over_paths(tmp_path: Path) -> None:
    path = made(
        tmp_path / "k.duckdb",
        """
        CREATE TABLE t (who STRUCT("full name" VARCHAR, born DATE), phones VARCHAR[], seen MAP(VARCHAR, INT), j JSON,
            u UNION(n INT, s VARCHAR), pair INT[2]);
        INSERT INTO t VALUES ({'full name': 'Ada Byron', 'born': DATE '1990-12-31'}, ['1', '2'], MAP {'x': 1},
            '{"mail": {"home": "a@example.org"}}', union_value(s := 'text'), [3, 4]);
        """,
    )
    rows = sample(path, "t")
    held = {column.name: list(rows.values(place)) for place, column in enumerate(rows.columns)}
    assert held["who.full name"] == ["Ada Byron"]
    assert held["who.born"] == ["1990-12-31"]
    assert held["phones[]"] == ["1", "2"]
    assert held["j.mail.home"] == ["a@example.org"]
    assert held["u.s"] == ["text"]
    assert held["pair[]"] == ["3", "4"]
    assert rows.row_count == 1


@pytest.fixture(scope="module")
def deleted_from(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine of ten rows of the first four fifths are gone; a column hides the engine's row number."""
    return made(
        tmp_path_factory.mktemp("gaps") / "k.duckdb",
        """
        CREATE TABLE t AS SELECT i AS rowid, 'row ' || i AS a FROM range(100000) n(i);
        DELETE FROM t WHERE t.rowid < 80000 AND t.rowid % 10 < 9;
        """,
    )


def test_every_row_has_the_same_chance_whatever_was_deleted(deleted_from: Path) -> None:
    drawn = [
        number
        for seed in range(4)
        for number in numbers(sample(deleted_from, "t", SamplePlan(rows=500, seed=seed, ends=0)))
    ]
    before = sum(1 for number in drawn if number < 80000)
    assert len(drawn) == 2000
    assert 480 < before < 660  # 8,000 of 28,000 rows lie there: 571 expected, give or take 20


def test_one_seed_draws_the_same_rows_and_another_one_others(deleted_from: Path) -> None:
    one, again, other = (
        sorted(numbers(sample(deleted_from, "t", SamplePlan(rows=50, seed=seed)))) for seed in (3, 3, 4)
    )
    assert one == again != other


def test_the_ends_are_added_to_what_is_drawn_and_said(deleted_from: Path) -> None:
    found = sample(deleted_from, "t", SamplePlan(rows=40, seed=1, ends=5))
    held = numbers(found)
    assert (found.method, found.draws, found.rows_total) == (SampleMethod.RANDOM_ROWS, 40, 28000)
    assert len(held) == len(set(held)) == 40 + found.oldest + found.newest
    assert held[40:] == [9, 19, 29, 39, 49, 99999, 99998, 99997, 99996, 99995]


def test_a_row_of_an_end_that_was_drawn_is_there_once(tmp_path: Path) -> None:
    path = made(tmp_path / "k.duckdb", "CREATE TABLE t AS SELECT i FROM range(60) n(i)")
    found = sample(path, "t", SamplePlan(rows=50, seed=1, ends=25))
    assert len(set(numbers(found))) == found.row_count == 50 + found.oldest + found.newest <= 60


def test_of_a_very_large_table_runs_are_drawn_that_rows_are_drawn_of(
    deleted_from: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duckdb_queries, "MOST_SUMS", 14_000)
    before = total = 0
    for seed in range(8):
        plan = SamplePlan(rows=300, seed=seed, ends=3)
        found = sample(deleted_from, "t", plan)
        held = numbers(found)[: found.row_count - found.oldest - found.newest]
        assert (found.method, found.rows_total) == (SampleMethod.RANDOM_ROWS, 28_000)
        # Of 49 runs of 2,048 row numbers about half are drawn: neighbours are no draws of their own.
        assert found.draws is not None
        assert 12 < found.draws < 38
        assert numbers(sample(deleted_from, "t", plan)) == numbers(found)
        total += len(held)
        before += sum(1 for number in held if number < 80000)
    assert 0.15 < before / total < 0.42  # 8,000 of 28,000 rows lie there


def test_a_long_view_gives_its_first_rows(tmp_path: Path) -> None:
    path = made(tmp_path / "k.duckdb", "CREATE VIEW t AS SELECT i FROM range(1000) n(i)")
    found = sample(path, "t")
    assert (found.method, found.row_count, found.rows_total) == (SampleMethod.FIRST_ROWS, 50, None)


def test_long_cells_are_cut_by_the_engine_and_long_samples_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(tmp_path / "k.duckdb", "CREATE TABLE t AS SELECT repeat('ä', 5000) AS a FROM range(40) n(i)")
    found = sample(path, "t", SamplePlan(rows=50, seed=1, cell_chars=10))
    assert set(found.values(0)) == {"ä" * 10}
    monkeypatch.setattr(duckdb_rows, "SAMPLE_CHARACTERS", 20_000)
    found = sample(path, "t")
    assert (found.caveats, found.row_count) == ({Caveat.CUT}, 4)


def test_a_thousand_names_come_back_as_they_are(tmp_path: Path) -> None:
    names = list(hostile_names(1000))
    path = tmp_path / "k.duckdb"
    with closing(duckdb.connect(str(path))) as connection:
        for name in names[:20]:
            connection.execute(f"CREATE TABLE {quoted(name)} (a INT)")
        connection.execute(f"CREATE TABLE t ({', '.join(f'{quoted(name)} INT' for name in names)})")
        connection.execute(f"INSERT INTO t VALUES ({', '.join(map(str, range(1000)))})")
    found = listed(path)
    assert {name.removeprefix("main.") for name in found} == {"t", *names[:20]}
    assert all(connector(path).sample(each, PLAN).row_count in {0, 1} for each in found.values())
    rows = sample(path, "t")
    assert [column.name for column in rows.columns] == names
    assert [rows.values(place)[0] for place in range(1000)] == [str(place) for place in range(1000)]


def hostile_names(count: int) -> Iterator[str]:
    chance = random.Random(5)
    letters = string.printable + "äÖ田ع\u0301\u202e\U0001f600\"\"''``[];%$?:\\"
    seen = {"t"}
    while len(seen) <= count:
        name = "".join(chance.choices(letters, k=chance.randrange(1, 30)))
        if unicodedata.normalize("NFC", name).casefold() not in seen:
            seen.add(unicodedata.normalize("NFC", name).casefold())
            yield name


def test_a_table_of_many_columns_is_read_in_parts_that_fit_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duckdb_queries, "_WIDEST", 3)
    columns = ", ".join(f"i * {place} AS c{place}" for place in range(1, 9))
    path = made(tmp_path / "k.duckdb", f"CREATE TABLE t AS SELECT {columns} FROM range(1000) n(i)")
    found = sample(path, "t", SamplePlan(rows=50, seed=1, ends=2))
    assert found.row_count == 50 + found.oldest + found.newest
    one = numbers(found)
    assert [numbers(found, place) for place in range(8)] == [[place * i for i in one] for place in range(1, 9)]
    whole = sample(path, "t", SamplePlan(rows=1000, seed=1))
    assert numbers(whole, 7) == [8 * i for i in numbers(whole)] == [8 * i for i in range(1000)]


def test_a_change_moves_the_signal_of_all_tables_and_nothing_else_does(wide: Path) -> None:
    before = {ref.change_signal for ref in listed(wide).values()}
    assert len(before) == 1
    assert {ref.change_signal for ref in listed(wide).values()} == before
    made(wide, "UPDATE other.t SET seven = 8")
    assert {ref.change_signal for ref in listed(wide).values()} != before


def test_what_is_still_in_the_log_is_read_and_moves_the_signal(tmp_path: Path) -> None:
    path = made(tmp_path / "k.duckdb", "CREATE TABLE t (a INT)")
    before = listed(path)["main.t"].change_signal
    with writer(path, "INSERT INTO t VALUES (1)"):
        pass
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert set(files) == {"k.duckdb", "k.duckdb.wal"}
    assert listed(path)["main.t"].change_signal != before
    assert sample(path, "t").row_count == 1
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == files


def test_a_file_that_another_program_writes_is_said_to_be_in_use(tmp_path: Path) -> None:
    path = made(tmp_path / "k.duckdb", "CREATE TABLE t (a INT)")
    with writer(path):
        error = failure(path)
    assert error.reason is SkipReason.TIMED_OUT
    assert "open for writing" in str(error)
    assert listed(path)


def test_the_file_is_let_go_after_each_answer(wide: Path) -> None:
    reading = connector(wide)
    assert list(reading.listing())
    with writer(wide):
        pass
    reading.sample(ref("t"), PLAN)
    with writer(wide):
        pass


def broken_files(folder: Path) -> Iterator[tuple[Path, SkipReason]]:
    yield folder / "missing.duckdb", SkipReason.UNREACHABLE
    yield folder / "missing" / "k.duckdb", SkipReason.UNREACHABLE
    yield folder, SkipReason.BAD_SETTINGS
    text = folder / "text.duckdb"
    text.write_text(f"{CANARY}\n" * 2000)
    yield text, SkipReason.UNREADABLE
    empty = folder / "empty.duckdb"
    empty.touch()
    yield empty, SkipReason.UNREADABLE
    whole = made(folder / "whole.duckdb", f"CREATE TABLE t AS SELECT '{CANARY}' || i AS a FROM range(50000) n(i)")
    raw = whole.read_bytes()
    torn = folder / "torn.duckdb"
    torn.write_bytes(raw[: len(raw) // 2])
    yield torn, SkipReason.UNREADABLE
    damaged = folder / "damaged.duckdb"
    damaged.write_bytes(raw[:20000] + b"\xff" * (len(raw) - 40000) + raw[-20000:])
    yield damaged, SkipReason.UNREADABLE
    for version in (30, 5000):
        other = folder / f"version{version}.duckdb"
        other.write_bytes(of_version(raw, version))
        yield other, SkipReason.UNKNOWN_FORMAT
    encrypted = folder / "encrypted.duckdb"
    with closing(duckdb.connect()) as connection:
        # The engine alone encrypts by means it calls weak; how it is done does not matter here.
        connection.execute("SET force_mbedtls_unsafe = 'true'")
        connection.execute(f"ATTACH '{encrypted}' AS e (ENCRYPTION_KEY 'a key')")
        connection.execute("CREATE TABLE e.t AS SELECT 1 AS a")
    yield encrypted, SkipReason.PASSWORD_PROTECTED


def of_version(raw: bytes, version: int) -> bytes:
    """The file with another number of its format, and the check sum of its head to go with it."""
    head = bytearray(raw[:4096])
    head[12:20] = struct.pack("<Q", version)
    check = 5381
    for (word,) in struct.iter_unpack("<Q", head[8:]):
        check ^= word * 0xBF58476D1CE4E5B9 % 2**64
    head[:8] = struct.pack("<Q", check)
    return bytes(head) + raw[4096:]


def test_a_broken_file_is_named_by_its_reason_and_quotes_nothing(tmp_path: Path) -> None:
    for path, reason in broken_files(tmp_path):
        error = failure(path)
        assert (path.name, error.reason) == (path.name, reason)
        assert not all(check.passed for check in connector(path).check()) or path.name in {
            "damaged.duckdb",
            "torn.duckdb",
        }


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        ("SELECT * FROM read_csv('{file}')", SkipReason.NO_PERMISSION),
        ("SELECT CAST(a AS INT) AS n FROM s", SkipReason.UNREADABLE),
        ("SELECT error(a) AS e FROM s", SkipReason.UNREADABLE),
        ("SELECT json(a) AS j FROM s", SkipReason.UNREADABLE),
        ("SELECT nextval('q') AS n", SkipReason.UNREADABLE),
        ("SELECT list(i) AS l FROM range(9000000) n(i)", SkipReason.OUT_OF_MEMORY),
    ],
    ids=["elsewhere", "cast", "error", "json", "writing", "memory"],
)
def test_a_view_that_fails_quotes_nothing_and_reaches_nothing(
    tmp_path: Path, view: str, reason: SkipReason, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(duckdb_session._SETTINGS, "memory_limit", "64MB")
    file = tmp_path / "other.csv"
    file.write_text(f"a,b\n{CANARY},1\n")
    made(tmp_path / "k.duckdb", f"CREATE TABLE s AS SELECT '{CANARY}' AS a; CREATE SEQUENCE q")
    path = made(tmp_path / "k.duckdb", f"CREATE VIEW t AS {view.format(file=file)}")
    assert failure(path).reason is reason


def test_a_view_never_sees_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb_session, "of_this_process", pa.table({"a": [CANARY]}), raising=False)
    path = made(
        tmp_path / "k.duckdb",
        "CREATE TABLE of_this_process (a VARCHAR); CREATE VIEW t AS SELECT * FROM of_this_process;"
        "DROP TABLE of_this_process;",
    )
    assert failure(path).reason is SkipReason.UNREADABLE
    # Each of two fences is enough, and without both of them it would see.
    monkeypatch.setitem(duckdb_session._SETTINGS, "enable_external_access", "true")
    assert failure(path).reason is SkipReason.UNREADABLE
    monkeypatch.setitem(duckdb_session._SETTINGS, "python_enable_replacements", "true")
    assert list(sample(path, "t").values(0)) == [CANARY]


def test_a_broken_view_is_unreadable_and_what_is_gone_has_vanished(wide: Path) -> None:
    assert failure(wide, "broken").reason is SkipReason.UNREADABLE
    assert failure(wide, "nobody").reason is SkipReason.VANISHED


def test_an_endless_view_ends_at_the_deadline(tmp_path: Path) -> None:
    path = made(tmp_path / "k.duckdb", f"CREATE VIEW t AS {ENDLESS}")
    began = time.monotonic()
    assert failure(path, plan=SamplePlan(rows=1, seed=1, seconds=0.2)).reason is SkipReason.TIMED_OUT
    assert time.monotonic() - began < 2


def test_what_is_called_off_ends_and_what_is_not_asked_is_not(tmp_path: Path) -> None:
    path = made(tmp_path / "k.duckdb", f"CREATE VIEW t AS {ENDLESS}; CREATE TABLE u AS SELECT 1 AS a")
    reading = connector(path)
    reading.cancel()
    caught: list[SourceError] = []

    def ask() -> None:
        try:
            reading.sample(ref("t"), SamplePlan(rows=1, seed=1, seconds=60))
        except SourceError as error:
            caught.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.3)
    began = time.monotonic()
    reading.cancel()
    asking.join(5)
    assert time.monotonic() - began < 2
    assert [error.reason for error in caught] == [SkipReason.TIMED_OUT]
    assert reading.sample(ref("u"), PLAN).row_count == 1


def test_being_called_off_between_two_statements_is_not_forgotten(wide: Path) -> None:
    session = Session(wide, 60)
    session.open()
    with closing(session):
        session.end()
        time.sleep(0.2)
        with pytest.raises(duckdb.InterruptException):
            session.execute(ENDLESS)
        assert session.is_over


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("INSERT INTO t (id, name) VALUES (9, 'Nobody')", "read-only"),
        ("DELETE FROM t", "read-only"),
        ("DROP TABLE t", "read-only"),
        ("CREATE TABLE mine (a INT)", "read-only"),
        ("ALTER TABLE t ADD COLUMN mine INT", "read-only"),
        ("CREATE SCHEMA mine", "read-only"),
        ("ATTACH ':memory:' AS other", "read-only"),
        ("COPY t TO '{file}'", "disabled"),
        ("EXPORT DATABASE '{file}'", "disabled"),
        ("SELECT * FROM read_text('/etc/hostname')", "disabled"),
        ("SELECT * FROM glob('/*')", "disabled"),
        ("INSTALL httpfs", "disabled"),
        ("SET enable_external_access = true", "locked"),
        ("SET memory_limit = '9GB'", "locked"),
        ("RESET temp_directory", "locked"),
        ("SET python_enable_replacements = true", "locked"),
    ],
)
def test_no_way_out_of_reading(wide: Path, tmp_path: Path, statement: str, error: str) -> None:
    before = wide.read_bytes()
    session = Session(wide, 60)
    session.open()
    with closing(session), pytest.raises(duckdb.Error, match=error):
        session.execute(statement.format(file=tmp_path / "out"))
    assert wide.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["wide.duckdb"]


def test_values_are_never_spilled_to_disk(wide: Path) -> None:
    session = Session(wide, 60)
    session.open()
    with closing(session):
        settings = dict(session.execute("SELECT name, value FROM duckdb_settings()"))
    assert (settings["temp_directory"], settings["max_temp_directory_size"]) == ("", "0 bytes")
    assert (settings["threads"], settings["autoload_known_extensions"]) == ("1", "false")


def test_check_passes_on_a_good_file_and_says_nothing_of_load(wide: Path) -> None:
    reading = connector(wide)
    checks = reading.check()
    assert [(check.name, check.passed) for check in checks] == [("file", True), ("database", True)]
    assert "4 tables and views" in checks[1].message
    assert (reading.load(), reading.view()) == (Load(), "")


def test_a_fault_of_the_engine_is_ours_without_its_words(wide: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(duckdb_session.Session, "execute", broken)
    assert failure(wide).reason is SkipReason.UNREADABLE
