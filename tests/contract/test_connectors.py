"""What every connector keeps to, whatever it reads."""

import hashlib
import random
import re
import time
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.coverage import SampleMethod
from catalog.model.holdings import DatasetRef
from catalog.model.sample import Sample
from catalog.ports import Connector, SamplePlan, Unlisted
from tests.support.duckdb_files import duckdb_source
from tests.support.duckdb_files import made as changed
from tests.support.mariadb import Place
from tests.support.postgres import libpq
from tests.support.sources import BuiltSource, Table, files_source, mariadb_source, postgres_source, sqlite_source

KINDS = ("sqlite", "duckdb", "postgres", "mariadb", "files")

SMALL = Table(
    ("client_id", "Full name", "remarks"),
    (
        ("1", "Ada Byron", "moved to Köln, then left"),
        ("2", "José O'Neil", None),
        ("3", '田中 "Hana"', "two\nlines"),
        ("4", None, "100%"),
    ),
)
LARGE = Table(("n", "text"), [(str(number), f"row {number}") for number in range(3000)])

NAUGHTY = (
    "100%",
    "%s",
    "%(name)s",
    "{0}",
    'say "hi"',
    "it's",
    "`tick`",
    "[bracket]",
    "dotted.name",
    "a;b,c|d",
    "line\nbreak",
    "tab\there",
    " lead and trail ",
    "back\\slash",
    "a/b",
    "$1",
    ":colon",
    "?",
    "-- comment",
    "'; DROP TABLE canary; --",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "=1+1",
    "select",
    "ünïcödé",
    "عربى",
    "e\u0301 combining",
    "\U0001f600 smile",
    "\u202eright to left",
    "x" * 63,
)


GONE = {
    "sqlite": "nobody",
    "duckdb": '["nowhere", "nobody"]',
    "postgres": "4000000",
    "mariadb": '["nowhere", "nobody"]',
    "files": "nobody.csv",
}
"""A locator of each kind that leads nowhere."""


class Made:
    """Builds sources of one kind."""

    def __init__(self, kind: str, folder: Path, request: pytest.FixtureRequest) -> None:
        self.kind = kind
        self._folder = folder
        self._request = request

    def source(self, **tables: Table) -> BuiltSource:
        return self.source_of(tables)

    def source_of(self, tables: Mapping[str, Table]) -> BuiltSource:
        if self.kind == "postgres":
            return postgres_source(self._request.getfixturevalue("postgres_url"), tables)
        if self.kind == "mariadb":
            return mariadb_source(self._request.getfixturevalue("mariadb_place"), tables)
        makers = {"sqlite": sqlite_source, "duckdb": duckdb_source, "files": files_source}
        return makers[self.kind](self._folder, tables)


@pytest.fixture(params=KINDS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    return Made(request.param, tmp_path, request)


def listed(connector: Connector) -> dict[str, DatasetRef]:
    """Everything listed, by the name of the table it was made from."""
    found = {}
    for ref in connector.listing():
        assert isinstance(ref, DatasetRef)
        found[re.sub(r"^(public|main|test_[0-9a-f]{12})\.", "", ref.name).removesuffix(".csv")] = ref
    return found


def rows_of(sample: Sample) -> list[tuple[str | None, ...]]:
    return list(zip(*(sample.values(place) for place in range(len(sample.columns))), strict=True))


def test_lists_what_there_is(made: Made) -> None:
    with closing(made.source(people=SMALL, numbers=LARGE).open()) as connector:
        found = listed(connector)
    assert set(found) == {"people", "numbers"}
    assert len({ref.key for ref in found.values()}) == 2
    assert all(ref.key and ref.locator and ref.change_signal for ref in found.values())


def test_a_small_table_is_read_whole_and_as_it_is(made: Made) -> None:
    with closing(made.source(people=SMALL).open()) as connector:
        sample = connector.sample(listed(connector)["people"], SamplePlan(rows=100, seed=1))
    assert [column.name for column in sample.columns] == list(SMALL.columns)
    assert [column.position for column in sample.columns] == [0, 1, 2]
    assert rows_of(sample) == [tuple(row) for row in SMALL.rows]
    assert (sample.method, sample.rows_total, sample.partly) == (SampleMethod.ALL_ROWS, 4, False)


def test_one_seed_chooses_the_same_rows_and_another_one_others(made: Made) -> None:
    source = made.source(numbers=LARGE)
    samples = []
    for seed in (7, 7, 8):
        with closing(source.open()) as connector:
            samples.append(rows_of(connector.sample(listed(connector)["numbers"], SamplePlan(rows=200, seed=seed))))
    assert samples[0] == samples[1]
    assert samples[0] != samples[2]


def test_a_large_table_is_sampled_all_over_and_within_bounds(made: Made) -> None:
    with closing(made.source(numbers=LARGE).open()) as connector:
        sample = connector.sample(listed(connector)["numbers"], SamplePlan(rows=200, seed=3))
    rows = rows_of(sample)
    assert sample.method is SampleMethod.RANDOM_ROWS
    assert len(rows) == len(set(rows)) == 200 + sample.oldest + sample.newest
    assert all(text == f"row {number}" for number, text in rows)
    assert any(int(number or 0) < 1000 for number, _ in rows)
    assert any(int(number or 0) >= 2000 for number, _ in rows)


def test_exactly_as_many_rows_as_wanted_are_all_rows(made: Made) -> None:
    with closing(made.source(numbers=LARGE).open()) as connector:
        sample = connector.sample(listed(connector)["numbers"], SamplePlan(rows=3000, seed=3))
    assert (sample.method, sample.row_count) == (SampleMethod.ALL_ROWS, 3000)


def test_long_cells_are_cut(made: Made) -> None:
    with closing(made.source(notes=Table(("note", "n"), [("ä" * 50_000, "1")])).open()) as connector:
        sample = connector.sample(listed(connector)["notes"], SamplePlan(rows=10, seed=1, cell_chars=10))
    assert rows_of(sample) == [("ä" * 10, "1")]


def test_a_table_without_rows_has_columns(made: Made) -> None:
    with closing(made.source(empty=Table(("a", "b"), ())).open()) as connector:
        sample = connector.sample(listed(connector)["empty"], SamplePlan(rows=10, seed=1))
    assert ([column.name for column in sample.columns], sample.row_count) == (["a", "b"], 0)


def test_naughty_column_names_come_back_as_they_are(made: Made) -> None:
    names = [name for name in (*NAUGHTY, *random_names(60)) if can_be_named(made.kind, name)]
    table = Table(names, [tuple(f"value {place}" for place in range(len(names)))])
    with closing(made.source(canary=SMALL, naughty=table).open()) as connector:
        found = listed(connector)
        sample = connector.sample(found["naughty"], SamplePlan(rows=10, seed=1))
        canary = connector.sample(found["canary"], SamplePlan(rows=10, seed=1))
    assert [column.name for column in sample.columns] == list(names)
    assert rows_of(sample) == [tuple(row) for row in table.rows]
    assert canary.row_count == 4


def test_naughty_table_names_come_back_as_they_are(made: Made) -> None:
    names = [name for name in (*NAUGHTY, *random_names(20)) if can_be_named(made.kind, name)]
    names = [name for name in names if made.kind != "files" or "/" not in name]
    # Of columns of their own: files of the same ones would be one dataset.
    tables = {
        name: Table([f"{column}_{number}" for column in SMALL.columns], SMALL.rows) for number, name in enumerate(names)
    }
    with closing(made.source_of(tables).open()) as connector:
        found = listed(connector)
        counts = {name: connector.sample(ref, SamplePlan(rows=10, seed=1)).row_count for name, ref in found.items()}
    assert counts == dict.fromkeys(names, 4)


def test_no_name_shows_in_what_is_logged_of_a_reference(made: Made) -> None:
    with closing(made.source(people=SMALL).open()) as connector:
        found = listed(connector)["people"]
        sample = connector.sample(found, SamplePlan(rows=10, seed=1))
    assert "people" not in repr(found)
    assert not any(name in repr(sample.columns) for name in SMALL.columns)


def test_a_dataset_that_is_gone_has_vanished(made: Made) -> None:
    with closing(made.source(people=SMALL).open()) as connector:
        ref = listed(connector)["people"]
        gone = DatasetRef(GONE[made.kind], "", ref.kind)
        with pytest.raises(DatasetError) as caught:
            connector.sample(gone, SamplePlan(rows=10, seed=1))
    assert caught.value.reason is SkipReason.VANISHED


def test_to_cancel_when_nothing_is_asked_does_nothing(made: Made) -> None:
    source = made.source(people=SMALL)
    views = []
    for _ in range(2):
        with closing(source.open()) as connector:
            connector.cancel()
            ref = listed(connector)["people"]
            connector.cancel()
            assert connector.sample(ref, SamplePlan(rows=10, seed=1)).row_count == 4
            views.append(connector.view())
            assert (connector.load().active or 0) >= 0
        connector.cancel()
    assert views[0] == views[1]


def test_a_change_moves_the_change_signal(made: Made, request: pytest.FixtureRequest) -> None:
    source = made.source(people=SMALL)
    before = signals(source)
    assert signals(source) == before
    time.sleep(1.1 if made.kind == "mariadb" else 0)  # its times are of a second
    add_a_row(source, request)
    assert signals(source) != before


def test_reading_changes_nothing(made: Made, request: pytest.FixtureRequest) -> None:
    source = made.source(people=SMALL, numbers=LARGE)
    before = state(source, request)
    with closing(source.open()) as connector:
        for ref in listed(connector).values():
            connector.sample(ref, SamplePlan(rows=100, seed=1))
        connector.check()
    assert state(source, request) == before


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO {}.people VALUES ('9', 'Nobody', NULL)",
        "UPDATE {}.people SET remarks = NULL",
        "DELETE FROM {}.people",
        "DROP TABLE {}.people",
        "CREATE TABLE {}.mine (a int)",
        "ALTER TABLE {}.people ADD COLUMN mine int",
    ],
)
@pytest.mark.parametrize("made", ["sqlite", "postgres", "mariadb"], indirect=True)
def test_the_connectors_own_connection_cannot_write(made: Made, statement: str, request: pytest.FixtureRequest) -> None:
    source = made.source(people=SMALL)
    schema = {"sqlite": "main", "postgres": "public"}.get(made.kind, "")
    if made.kind != "sqlite":
        # Even where the account may write, the session may not.
        source = BuiltSource(made.kind, {**source.options, "user": "owner", "allow_write": "yes"})
    if made.kind == "mariadb":
        schema = request.getfixturevalue("mariadb_place").database
        source = BuiltSource(made.kind, {**source.options, "schemas": schema})
    before = state(source, request)
    with closing(source.open()) as connector:
        listed(connector)
        with pytest.raises(Exception, match=r"(?i)read.?only|not authorized|prohibited"):
            connector._opened.execute(statement.format(schema))  # type: ignore[attr-defined] # the proof is about the inside
    assert state(source, request) == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "wrong",
    [
        {"unknown": "x"},
        {"path": "", "host": ""},
        {"path": "a\0b", "host": "a\0b"},
        {"path": "x" * 5000, "host": "h" * 5000},
    ],
    ids=["unknown", "missing", "control", "long"],
)
def test_wrong_options_are_refused_with_a_next_step(kind: str, wrong: dict[str, str]) -> None:
    right = {
        "sqlite": {"path": "x.db"},
        "duckdb": {"path": "x.duckdb"},
        "files": {"path": "x"},
        "postgres": {"host": "h", "database": "d", "user": "u"},
        "mariadb": {"host": "h", "user": "u"},
    }[kind]
    chosen = {key: value for key, value in wrong.items() if key in right or key == "unknown"}
    with pytest.raises(SourceError) as caught:
        BuiltSource(kind, {**right, **chosen}).open()
    assert caught.value.reason is SkipReason.BAD_SETTINGS
    assert caught.value.next_step.endswith(".")
    assert "x" * 100 not in str(caught.value)


def random_names(count: int) -> Iterator[str]:
    """Names of any printable characters, at most 63 bytes long as PostgreSQL's are."""
    chance = random.Random(11)
    made = 0
    while made < count:
        name = "".join(
            chr(chance.choice((chance.randrange(32, 127), chance.randrange(160, 0x2FFFF)))) for _ in range(9)
        )
        if all(unicodedata.category(letter)[0] != "C" for letter in name) and name.strip() and "/" not in name:
            made += 1
            yield f"{made} {name}"


def can_be_named(kind: str, name: str) -> bool:
    """MariaDB keeps no blank at the end of a name and no letter beyond the first 65 536."""
    return kind != "mariadb" or (name == name.rstrip() and max(name) <= "\uffff")


def signals(source: BuiltSource) -> dict[str, str]:
    with closing(source.open()) as connector:
        return {name: ref.change_signal for name, ref in listed(connector).items()}


def add_a_row(source: BuiltSource, request: pytest.FixtureRequest) -> None:
    if source.kind == "files":
        with (Path(source.options["path"]) / "people.csv").open("a", encoding="utf-8") as people:
            people.write("5,Eve,\n")
    elif source.kind == "sqlite":
        import sqlite3  # noqa: PLC0415 - only here is a source changed

        with closing(sqlite3.connect(source.options["path"])) as file:
            file.execute("INSERT INTO people VALUES ('5', 'Eve', NULL)")
            file.commit()
    elif source.kind == "duckdb":
        changed(Path(source.options["path"]), "INSERT INTO people VALUES ('5', 'Eve', NULL)")
    elif source.kind == "mariadb":
        request.getfixturevalue("mariadb_place").run("INSERT INTO people VALUES ('5', 'Eve', NULL)")
    else:
        with psycopg.connect(libpq(request.getfixturevalue("postgres_url")), autocommit=True) as connection:
            connection.execute("INSERT INTO people VALUES ('5', 'Eve', NULL)")
            connection.execute("SELECT pg_stat_force_next_flush()")


def state(source: BuiltSource, request: pytest.FixtureRequest) -> object:
    """All there is in a source, to the byte where it is files."""
    if source.kind == "postgres":
        with psycopg.connect(libpq(request.getfixturevalue("postgres_url"))) as connection:
            tables = connection.execute(
                "SELECT relname, relnatts FROM pg_class WHERE relkind = 'r' ORDER BY oid"
            ).fetchall()
            return tables, connection.execute("SELECT * FROM people").fetchall()
    if source.kind == "mariadb":
        place: Place = request.getfixturevalue("mariadb_place")
        return place.run("SHOW TABLE STATUS"), place.run("SHOW CREATE TABLE people"), place.run("SELECT * FROM people")
    path = Path(source.options["path"])
    files = sorted((path.parent if path.is_file() else path).rglob("*"))
    return [(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files if file.is_file()]


def test_what_cannot_be_listed_is_a_value(tmp_path: Path) -> None:
    source = files_source(tmp_path, {"people": SMALL})
    (Path(source.options["path"]) / "scan.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    found = [item for item in source.open().listing() if isinstance(item, Unlisted)]
    assert [(item.ref.name, item.reason) for item in found] == [("scan.png", SkipReason.NO_TEXT)]
