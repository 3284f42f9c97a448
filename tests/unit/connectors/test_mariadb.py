"""MariaDB's tables of every kind: what is listed of them, and what a sample holds."""

import functools
import time
from contextlib import closing

import pytest

from catalog.errors import SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.ports import SamplePlan, Unlisted
from connectors.rows import Window
from connectors.sql import mariadb_catalogue as catalogue
from connectors.sql import mariadb_queries as queries
from tests.support import mariadb
from tests.support.mariadb import Place, Server
from tests.support.mariadb_reading import CANARY, PLAN, connector, failing, listed, sample

READ_ALL = "GRANT SELECT ON {}.* TO READER"


def make(place: Place, *statements: str) -> None:
    place.run(*statements, READ_ALL.format(place.database))


def test_every_kind_of_relation_is_listed(mariadb_place: Place) -> None:
    make(
        mariadb_place,
        "CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT, hidden INT INVISIBLE,"
        " note TEXT NOT NULL COMMENT 'about note', UNIQUE (a, b), KEY (hidden)) COMMENT 'about t'",
        "INSERT INTO t (id, a, b, hidden, note) SELECT seq, seq, 1, 1, 'x' FROM seq_1_to_500",
        "CREATE VIEW v AS SELECT * FROM t",
        "CREATE TABLE gone (a INT)",
        "CREATE VIEW broken AS SELECT * FROM gone",
        "DROP TABLE gone",
        "CREATE TABLE p (a INT) PARTITION BY RANGE (a)"
        " (PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN MAXVALUE)",
        "INSERT INTO p VALUES (1), (20)",
        "CREATE TABLE versioned (a INT) WITH SYSTEM VERSIONING",
        "CREATE SEQUENCE numbers",
        "ANALYZE TABLE t, p",
    )
    found = listed(mariadb_place)
    assert {name: (ref.kind, ref.row_estimate, ref.comment) for name, ref in found.items()} == {
        "t": (DatasetKind.TABLE, 500, "about t"),
        "v": (DatasetKind.VIEW, None, ""),
        "broken": (DatasetKind.VIEW, None, ""),
        "p": (DatasetKind.TABLE, 2, ""),
        "versioned": (DatasetKind.TABLE, 0, ""),
    }
    columns = sample(mariadb_place, "t").columns
    assert [(column.key, column.position, column.in_key, column.nullable, column.comment) for column in columns] == [
        ("id", 0, True, False, ""),
        ("a", 1, True, True, ""),
        ("b", 2, True, True, ""),
        ("hidden", 3, False, True, ""),
        ("note", 4, False, False, "about note"),
    ]
    assert [column.declared_type for column in columns][:1] == ["int(11)"]
    methods = {name: sample(mariadb_place, name).method for name in ("t", "v", "p", "versioned")}
    assert methods == {
        "t": SampleMethod.RANDOM_ROWS,
        "v": SampleMethod.RANDOM_ROWS,
        "p": SampleMethod.ALL_ROWS,
        "versioned": SampleMethod.ALL_ROWS,
    }
    with failing() as errors:
        sample(mariadb_place, "broken")
    assert errors[0].reason is SkipReason.UNREADABLE


def test_names_that_differ_only_in_case_dots_or_accents_are_told_apart(mariadb_place: Place) -> None:
    names = ("t", "T", "é", "e", "x.y", "x")
    make(mariadb_place, *(f"CREATE TABLE `{name}` (`c{place}` INT)" for place, name in enumerate(names)))
    found = listed(mariadb_place)
    assert set(found) == set(names)
    assert len({ref.key for ref in found.values()}) == len(names)
    for place, name in enumerate(names):
        assert [column.name for column in sample(mariadb_place, name).columns] == [f"c{place}"]


def test_the_signal_moves_with_rows_and_columns_and_is_none_where_it_cannot_tell(mariadb_place: Place) -> None:
    make(
        mariadb_place,
        "CREATE TABLE t (a INT) ENGINE=MyISAM",
        "CREATE TABLE forgotten (a INT) ENGINE=MEMORY",
        "CREATE VIEW v AS SELECT * FROM t",
    )
    signals = []
    for change in ("SELECT 1", "SELECT 1", "INSERT INTO t VALUES (1)", "ALTER TABLE t CHANGE a b INT"):
        time.sleep(1.1 if "INSERT" in change else 0)  # the server's times are of a second
        mariadb_place.run(change)
        found = listed(mariadb_place)
        signals.append(found["t"].change_signal)
    assert signals[0] == signals[1]
    assert len(set(signals)) == 3
    assert found["forgotten"].change_signal == found["v"].change_signal == ""


def test_a_change_of_this_very_second_leaves_no_signal(mariadb_server: Server) -> None:
    with mariadb.place(mariadb_server, mariadb.FRESH) as place:
        make(place, "CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1)")
        assert listed(place)["t"].change_signal == ""


def test_what_may_not_be_read_is_listed_with_the_reason(mariadb_place: Place) -> None:
    mariadb_place.run(
        "CREATE TABLE open (a INT)",
        "CREATE TABLE closed (a INT)",
        "CREATE TABLE unseen (a INT)",
        f"GRANT SELECT ON {mariadb_place.database}.open TO READER",
        f"GRANT SHOW VIEW ON {mariadb_place.database}.closed TO READER",
    )
    with closing(connector(mariadb_place)) as opened:
        items = list(opened.listing())
    assert [(item.ref.name, item.reason) for item in items if isinstance(item, Unlisted)] == [
        (f"{mariadb_place.database}.closed", SkipReason.NO_PERMISSION)
    ]
    assert [item.name for item in items if isinstance(item, DatasetRef)] == [f"{mariadb_place.database}.open"]


def test_what_the_server_cannot_open_is_tried_and_said(mariadb_place: Place) -> None:
    make(mariadb_place, "CREATE TABLE damaged (a INT) ENGINE=MyISAM", "FLUSH TABLES")
    frame = mariadb_place.server.folder / "data" / mariadb_place.database / "damaged.frm"
    whole = frame.read_bytes()
    frame.write_bytes(b"junk")
    try:
        found = listed(mariadb_place)
        with failing() as errors, closing(connector(mariadb_place)) as opened:
            opened.sample(found["damaged"], PLAN)
    finally:
        frame.write_bytes(whole)
    assert (found["damaged"].comment, errors[0].reason) == ("", SkipReason.UNREADABLE)


def test_only_the_schemas_asked_for_are_listed(mariadb_server: Server, mariadb_place: Place) -> None:
    make(mariadb_place, "CREATE TABLE t (a INT)")
    with mariadb.place(mariadb_server) as other:
        other.run("CREATE TABLE t (a INT)", f"GRANT SELECT ON {other.database}.* TO {mariadb_place.reader}")
        names = {f"{place.database}.t" for place in (other, mariadb_place)}
        for schemas, expected in (("", names), (other.database, {f"{other.database}.t"})):
            with closing(connector(mariadb_place, schemas=schemas)) as opened:
                assert {getattr(ref, "name", "") for ref in opened.listing()} == expected


def test_columns_that_may_not_be_read_make_the_sample_partial(mariadb_place: Place) -> None:
    mariadb_place.run(
        "CREATE TABLE t (a TEXT, b TEXT, c TEXT)",
        "INSERT INTO t VALUES ('1', '2', '3')",
        f"GRANT SELECT (a, c), REFERENCES (b) ON {mariadb_place.database}.t TO READER",
    )
    rows = sample(mariadb_place, "t", allow_write="yes")
    assert [column.name for column in rows.columns] == ["a", "b", "c"]
    assert [list(rows.values(place)) for place in range(3)] == [["1"], [None], ["3"]]
    assert rows.caveats == {Caveat.UNREAD_COLUMNS}
    mariadb_place.run(
        "REVOKE ALL PRIVILEGES, GRANT OPTION FROM READER",
        f"GRANT SELECT (b) ON {mariadb_place.database}.t TO READER",
    )
    rows = sample(mariadb_place, "t")
    assert ([column.name for column in rows.columns], rows.columns[0].position) == (["b"], 0)
    assert rows.caveats == {Caveat.UNREAD_COLUMNS}


def test_every_type_becomes_text_and_bytes_become_nothing(mariadb_place: Place) -> None:
    columns = {
        "BLOB": ("'x'", None),
        "VARBINARY(9)": ("'x'", None),
        "POINT": ("POINT(1, 2)", None),
        "BIT(8)": ("b'101'", "5"),
        "DATE": ("'0000-00-00'", "0000-00-00"),
        "DATETIME": ("'2020-00-31 10:00:00'", "2020-00-31 10:00:00"),
        "TIME": ("'-100:00:01'", "-100:00:01"),
        "YEAR": ("'0000'", "0000"),
        "INT(5) ZEROFILL": ("501", "00501"),
        "DOUBLE": ("2125551234", "2125551234"),
        "DECIMAL(9,2)": ("1.5", "1.50"),
        "BIGINT UNSIGNED": ("18446744073709551615", "18446744073709551615"),
        "ENUM('good', 'ba\"d')": ("'ba\"d'", 'ba"d'),
        "SET('a', 'b')": ("'a,b'", "a,b"),
        "UUID": ("'123e4567-e89b-12d3-a456-426614174000'", "123e4567-e89b-12d3-a456-426614174000"),
        "INET6": ("'2001:db8::1'", "2001:db8::1"),
        "TEXT CHARACTER SET latin1": ("'José'", "José"),
        "TEXT CHARACTER SET utf16": ("'田中'", "田中"),
        "TEXT CHARACTER SET cp1251 COLLATE cp1251_bin": ("'Жук'", "Жук"),
        "TEXT CHARACTER SET utf8mb4": ("'\U0001f600'", "\U0001f600"),
    }
    declared = ", ".join(f"c{place} {kind}" for place, kind in enumerate(columns))
    make(
        mariadb_place,
        "SET SESSION sql_mode = ''",
        f"CREATE TABLE t ({declared})",
        f"INSERT INTO t VALUES ({', '.join(value for value, _ in columns.values())})",
    )
    rows = sample(mariadb_place, "t")
    assert [rows.values(place)[0] for place in range(len(columns))] == [text for _, text in columns.values()]


def test_bytes_that_are_no_text_are_read_all_the_same(mariadb_place: Place) -> None:
    with closing(connector(mariadb_place)) as opened:
        assert opened._session().execute("SELECT X'41FF42'") == [["A\ufffdB"]]


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        (f"SELECT shout('{CANARY}') AS a", SkipReason.UNREADABLE),
        (f"SELECT (SELECT '{CANARY}' UNION SELECT seq FROM seq_1_to_9) AS a", SkipReason.UNREADABLE),
        ("SELECT sleep(60) AS a", SkipReason.TIMED_OUT),
        ("SELECT nextval(counter) AS a", SkipReason.NO_PERMISSION),
    ],
)
def test_a_failing_view_gives_its_reason_and_no_value(mariadb_place: Place, view: str, reason: SkipReason) -> None:
    make(
        mariadb_place,
        "CREATE SEQUENCE counter",
        "CREATE FUNCTION shout(word TEXT) RETURNS TEXT"
        " BEGIN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = word; RETURN ''; END",
        f"CREATE VIEW v AS {view}",
    )
    with failing() as errors:
        sample(mariadb_place, "v", SamplePlan(rows=10, seed=1, seconds=0.3))
    assert errors[0].reason is reason


def test_an_answer_too_large_is_left_and_the_next_one_read(
    mariadb_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.sql.mariadb_session.Window", functools.partial(Window, characters=100_000))
    make(
        mariadb_place,
        "CREATE TABLE t (a TEXT)",
        "INSERT INTO t SELECT REPEAT('x', 4000) FROM seq_1_to_2000",
        "CREATE TABLE small (a INT)",
    )
    with closing(connector(mariadb_place)) as opened:
        refs = {ref.name.rpartition(".")[2]: ref for ref in opened.listing() if isinstance(ref, DatasetRef)}
        rows = opened.sample(refs["t"], SamplePlan(rows=1000, seed=1))
        assert (rows.row_count, rows.caveats) == (25, {Caveat.CUT})
        assert opened._opened is not None
        assert not opened._opened.is_open, "the rest of the answer was read"
        assert not opened.sample(refs["small"], PLAN).partly


def test_tables_read_elsewhere_give_their_first_rows() -> None:
    found = ["s", "t", "BASE TABLE", "FEDERATED", "9"]
    assert queries.relation_of(found, (), None).is_elsewhere
    assert not queries.relation_of([*found[:3], "InnoDB", "9"], (), None).is_elsewhere


class Careless:
    """A session whose server compares names without regard to case, as some do."""

    def execute(self, query: str, _: object) -> list[list[str]]:
        return {
            queries.TABLE: [["s", "T", "VIEW", "", ""], ["s", "t", "BASE TABLE", "InnoDB", "7"]],
            queries.UNIQUE_KEYS: [["s", "T", "u", "b", "", "A", "", "BTREE"]],
            queries.COLUMNS: [["s", name, name, "int", "int", "", "YES", "select", ""] for name in "Tt"],
        }[query]


def test_what_a_server_answers_of_other_tables_is_left_out() -> None:
    relation = catalogue.relation(Careless(), '["s", "t"]', "t")  # type: ignore[arg-type] # as much of a session as is used
    assert (relation.rows, relation.is_view, relation.key) == (7, False, None)
    assert [(column.schema.name, column.schema.in_key) for column in relation.columns] == [("t", False)]


def test_a_servers_own_limits_shorten_no_listing(mariadb_server: Server, mariadb_place: Place) -> None:
    make(mariadb_place, *(f"CREATE TABLE t{number} (a INT)" for number in range(3)))
    mariadb_server.run("SET GLOBAL sql_select_limit = 1", "SET GLOBAL max_join_size = 1")
    try:
        assert set(listed(mariadb_place)) == {"t0", "t1", "t2"}
    finally:
        mariadb_server.run("SET GLOBAL sql_select_limit = DEFAULT", "SET GLOBAL max_join_size = DEFAULT")
