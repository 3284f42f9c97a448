"""SQL Server at the boundary of its driver: what is asked word for word, and what is made of recorded answers.

No server took part: the answers have the shape that the documentation of the catalogue views gives them.
"""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mssql_python
import pytest
from mssql_python import ddbc_bindings
from mssql_python.connection_string_parser import _ConnectionStringParser
from mssql_python.exceptions import sqlstate_to_exception

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import Load, SamplePlan, Unlisted
from connectors.sql import sqlserver_session
from connectors.sql.sqlserver import SqlserverConnector
from connectors.sql.sqlserver_queries import beyond_reading
from tests.support.bounds import here
from tests.support.recorded import Answer, Recorded, Unexpected, statements

CANARY = "canary-4711-value"
ASKED = statements(Path(__file__).parents[2] / "support" / "sqlserver_statements.sql")
PLAN = SamplePlan(rows=100, seed=7, ends=5)
OPTIONS = {"host": "127.0.0.1", "database": "city", "user": "reader"}

READER = [("the server", "CONNECT SQL"), ("the server", "VIEW ANY DATABASE"), ("the database", "CONNECT")]
LISTED = [
    (11, "dbo", "pe]ople; --", "table", "who they are", 50000, 1),
    (12, "dbo", "sum", "view", None, None, 1),
    (13, "hr", "kept", "materialized_view", None, 7, 1),
    (14, "hr", "closed", "table", None, 3, 0),
]
# column_id, name, type, max_length, precision, scale, comment, nullable, in_key, permitted, hidden
COLUMNS = [
    (1, "id", "int", 4, 10, 0, None, False, 1, 1, 0),
    (2, "na]me", "varchar", 40, 0, 0, "as they write it", True, 0, 1, 0),
    (4, "score", "float", 8, 53, 0, None, True, 0, 1, 0),
    (5, "born", "datetime2", 8, 27, 7, None, True, 0, 1, 0),
    (6, "pay", "money", 8, 19, 4, None, True, 0, 1, 0),
    (7, "photo", "varbinary", -1, 0, 0, None, True, 0, 1, 0),
    (8, "extra", "json", -1, 0, 0, None, True, 0, 1, 0),
    (9, "any", "sql_variant", 8016, 0, 0, None, True, 0, 1, 0),
]


def row(number: int) -> tuple[str | None, ...]:
    return (str(number), f"Name {number}", "2", "1990-12-31", "3.5000", None, f'{{"mail": "m{number}"}}', None)


def recorded(**changed: Answer | list[Answer]) -> Recorded:
    answers: dict[str, Any] = {
        "session": [],
        "number": [(0,)],
        "relations": LISTED,
        "signals": [(11, "2026-01-01T00:00:00:x:50000")],
        "rights": READER,
        "writable": [(0,)],
        "account": [("reader", "city")],
        "roles": [("reader",), ("public",)],
        "grants": [("SCHEMA", 1, 0, "SELECT", "G")],
        "may see active": [(1,)],
        "active": [(3,)],
        "relation": [("dbo", "pe]ople; --", 1, 50000, 1000)],
        "columns": COLUMNS,
        "primary key": [(1,)],
        "first rows": [row(number) for number in range(101)],
        "every row": [row(number) for number in range(300)],
        "pages": [row(number) for number in range(1000, 1150)],
        "oldest": [row(number) for number in range(5)],
        "newest": [row(number) for number in range(49999, 49994, -1)],
    } | {name.replace("_", " "): answer for name, answer in changed.items()}
    return Recorded({ASKED[name]: answer for name, answer in answers.items()})


@pytest.fixture
def port() -> Iterator[int]:
    """A port that answers, behind which there is nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


class Fake:
    """Connectors whose driver answers from a record."""

    def __init__(self, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self._port = port
        self._monkeypatch = monkeypatch
        self.given: list[tuple[str, dict[str, object]]] = []

    def connector(self, record: Recorded | Exception, **options: str) -> SqlserverConnector:
        def connect(parameters: str, **more: object) -> Recorded:
            self.given.append((parameters, more))
            if isinstance(record, Exception):
                raise record
            return record

        self._monkeypatch.setattr(mssql_python, "connect", connect)
        return SqlserverConnector({**OPTIONS, "port": str(self._port), **options}, resolve=str, bounds=here(1))


@pytest.fixture
def fake(port: int, monkeypatch: pytest.MonkeyPatch) -> Fake:
    return Fake(port, monkeypatch)


def ref(kind: DatasetKind = DatasetKind.TABLE) -> DatasetRef:
    return DatasetRef("11", "dbo.people", kind, row_estimate=50000)


def error_of(state: str) -> Exception:
    error = sqlstate_to_exception(state, f"[Microsoft][SQL Server]about {CANARY}")
    assert error is not None
    return error


def cells(sample: Sample, place: int = 0) -> list[str | None]:
    return list(sample.values(place))


def test_lists_with_comments_kinds_estimates_and_signals_only_where_they_are_true(fake: Fake) -> None:
    found = list(fake.connector(recorded()).listing())
    unlisted = [(item.ref.name, item.reason) for item in found if isinstance(item, Unlisted)]
    assert unlisted == [("hr.closed", SkipReason.NO_PERMISSION)]
    refs = [item for item in found if isinstance(item, DatasetRef)]
    assert [(item.locator, item.key, item.name) for item in refs] == [
        ("11", "object_id:11", "dbo.pe]ople; --"),
        ("12", "object_id:12", "dbo.sum"),
        ("13", "object_id:13", "hr.kept"),
    ]
    assert [item.kind for item in refs] == [DatasetKind.TABLE, DatasetKind.VIEW, DatasetKind.MATERIALIZED_VIEW]
    assert [item.comment for item in refs] == ["who they are", "", ""]
    assert [item.row_estimate for item in refs] == [50000, None, None]
    assert [bool(item.change_signal) for item in refs] == [True, False, False]


def test_where_the_signals_may_not_be_seen_every_table_is_due(fake: Fake) -> None:
    found = fake.connector(recorded(signals=error_of("42000"))).listing()
    assert not any(item.change_signal for item in found if isinstance(item, DatasetRef))


def test_schemas_are_named_by_arguments_and_a_missing_one_is_told(fake: Fake) -> None:
    record = recorded(schema=[[(5,)], [(6,)]], relations_of_two_schemas=LISTED)
    list(fake.connector(record, schemas="dbo, it's").listing())
    assert (ASKED["relations of two schemas"], ("dbo", "it's")) in record.asked
    with pytest.raises(SourceError) as caught:
        list(fake.connector(recorded(schema=[(None,)]), schemas="absent").listing())
    assert caught.value.reason is SkipReason.BAD_SETTINGS


def test_a_large_table_is_drawn_by_pages_and_its_ends_are_added(fake: Fake) -> None:
    record = recorded()
    found = fake.connector(record).sample(ref(), PLAN)
    assert (found.method, found.rows_total) == (SampleMethod.PLACES, 50000)
    # 150 rows, every 66th of those on pages of 50 rows: more pages than rows, so each row is a draw.
    assert (found.draws, found.oldest, found.newest, found.row_count) == (100, 5, 5, 110)
    assert [column.name for column in found.columns][:2] == ["id", "na]me"]
    assert found.columns[6].name == "extra.mail"
    assert cells(found)[100:] == ["0", "1", "2", "3", "4", "49999", "49998", "49997", "49996", "49995"]


def test_neighbours_of_one_page_are_one_draw(fake: Fake) -> None:
    wide = recorded(relation=[("dbo", "pe]ople; --", 1, 20000, 1000)])
    asked = ASKED["pages"].replace("place % 66 = 7", "place % 26 = 7")
    wide.answers[asked] = [row(number) for number in range(1000)]
    found = fake.connector(wide).sample(ref(), SamplePlan(rows=100, seed=7, ends=0))
    assert found.draws == 100
    few = recorded(relation=[("dbo", "pe]ople; --", 1, 100000, 10)])
    few.answers[ASKED["pages"].replace("20.000000", "100.000000").replace("% 66 = 7", "% 666 = 7")] = [
        row(number) for number in range(150)
    ]
    # All ten pages hold alike rows, for all one knows.
    assert fake.connector(few).sample(ref(), SamplePlan(rows=100, seed=7, ends=0)).draws == 10


def test_a_small_table_is_read_whole_or_drawn_from_row_by_row(fake: Fake) -> None:
    small = recorded(relation=[("dbo", "pe]ople; --", 1, 60, 1)], first_rows=[row(number) for number in range(60)])
    found = fake.connector(small).sample(ref(), PLAN)
    assert (found.method, found.rows_total, found.draws) == (SampleMethod.ALL_ROWS, 60, None)
    middling = recorded(relation=[("dbo", "pe]ople; --", 1, 300, 5)])
    found = fake.connector(middling).sample(ref(), PLAN)
    assert (found.method, found.rows_total, found.draws) == (SampleMethod.RANDOM_ROWS, 300, 100)
    assert len(set(cells(found))) == found.row_count == 100 + found.oldest + found.newest


@pytest.mark.parametrize("problem", ["view", "not drawable", "empty draw"])
def test_what_cannot_be_drawn_from_gives_its_first_rows(fake: Fake, problem: str) -> None:
    record = {
        "view": recorded(relation=[("dbo", "pe]ople; --", 0, None, None)]),
        "not drawable": recorded(pages=error_of("42000")),
        "empty draw": recorded(pages=[]),
    }[problem]
    found = fake.connector(record).sample(ref(), PLAN)
    assert (found.method, found.row_count, found.draws) == (SampleMethod.FIRST_ROWS, 100, None)


def test_a_column_that_may_not_be_read_or_is_masked_is_not_asked_for(fake: Fake) -> None:
    columns = [(*COLUMNS[0][:9], 1, 1), (*COLUMNS[1][:9], 0, 0)]
    statement = (
        "SELECT TOP (101) CONVERT(nvarchar(1), NULL) AS c0, CONVERT(nvarchar(1), NULL) AS c1 FROM [dbo].[pe]]ople; --]"
    )
    record = recorded(columns=columns, relation=[("dbo", "pe]ople; --", 0, None, None)])
    record.answers[statement] = [(None, None)]
    found = fake.connector(record).sample(ref(), PLAN)
    assert (found.caveats, found.row_count) == ({Caveat.UNREAD_COLUMNS}, 1)


def test_without_a_readable_key_there_are_no_ends(fake: Fake) -> None:
    found = fake.connector(recorded(primary_key=[(1,), (99,)])).sample(ref(), PLAN)
    assert (found.oldest, found.newest) == (0, 0)


def test_columns_are_declared_as_the_engine_writes_them(fake: Fake) -> None:
    more = [(20 + place, *rest) for place, rest in enumerate([
        ("code", "nchar", 20, 0, 0, None, False, 1, 1, 0),
        ("note", "nvarchar", -1, 0, 0, None, True, 0, 1, 0),
        ("amount", "decimal", 9, 18, 2, None, True, 0, 1, 0),
        ("place", "clr", -1, 0, 0, None, True, 0, 1, 0),
    ])]  # fmt: skip
    record = recorded(columns=more, relation=[("dbo", "pe]ople; --", 0, None, None)])
    record.answers[
        "SELECT TOP (101) LEFT(CONVERT(nvarchar(max), [code]), 4096) AS c0,"
        " LEFT(CONVERT(nvarchar(max), [note]), 4096) AS c1, LEFT(CONVERT(nvarchar(4000), [amount]), 4096) AS c2,"
        " CONVERT(nvarchar(1), NULL) AS c3 FROM [dbo].[pe]]ople; --]"
    ] = []
    found = fake.connector(record).sample(ref(), PLAN)
    assert [column.declared_type for column in found.columns] == ["nchar(10)", "nvarchar(max)", "decimal(18,2)", "clr"]
    assert [column.key for column in found.columns] == [f"column_id:{number}" for number in (20, 21, 22, 23)]
    assert (found.columns[0].nullable, found.columns[0].in_key) == (False, True)


def test_what_is_gone_has_vanished(fake: Fake) -> None:
    with pytest.raises(DatasetError) as caught:
        fake.connector(recorded(relation=[])).sample(ref(), PLAN)
    assert caught.value.reason is SkipReason.VANISHED


@pytest.mark.parametrize(
    ("state", "number", "reason"),
    [
        ("42000", 229, SkipReason.NO_PERMISSION),
        ("42000", 1222, SkipReason.TIMED_OUT),
        ("HY000", 1222, SkipReason.TIMED_OUT),
        ("40001", 0, SkipReason.TIMED_OUT),
        ("HYT00", 0, SkipReason.TIMED_OUT),
        ("42S02", 208, SkipReason.VANISHED),
        ("42S22", 0, SkipReason.VANISHED),
        ("42000", 701, SkipReason.OUT_OF_MEMORY),
        ("HY000", 824, SkipReason.UNREADABLE),
        ("42000", 978, SkipReason.BAD_SETTINGS),
        ("42000", 0, SkipReason.UNREADABLE),
        ("22018", 245, SkipReason.UNREADABLE),
        ("08S01", 0, SkipReason.UNREACHABLE),
    ],
)
def test_an_error_is_known_by_its_number_or_its_state_and_quotes_nothing(
    fake: Fake, state: str, number: int, reason: SkipReason
) -> None:
    record = recorded(columns=error_of(state), number=[(number,)])
    with pytest.raises(DatasetError) as caught:
        fake.connector(record).sample(ref(), PLAN)
    assert caught.value.reason is reason
    assert CANARY not in f"{caught.value!s} {caught.value!r}"
    assert caught.value.__suppress_context__
    assert caught.value.next_step.endswith(".")
    assert record.is_closed is (state == "08S01")


def test_after_a_lost_connection_there_is_a_new_one(fake: Fake) -> None:
    connector = fake.connector(recorded(columns=[error_of("08S01"), COLUMNS]))
    with pytest.raises(DatasetError):
        connector.sample(ref(), PLAN)
    assert connector.sample(ref(), PLAN).row_count == 110
    assert len(fake.given) == 2


def test_the_time_is_limited_at_the_server_and_locks_are_not_waited_for(fake: Fake) -> None:
    record = recorded()
    connector = fake.connector(record)
    connector.sample(ref(), SamplePlan(rows=100, seed=7, ends=5, seconds=3.2))
    assert record.timeout == 4
    assert record.statements[0] == ASKED["session"]
    assert "LOCK_TIMEOUT 2000" in ASKED["session"]
    connector.sample(ref(), SamplePlan(rows=100, seed=7, ends=5, seconds=900))
    assert record.timeout == 15


def test_nothing_but_select_and_set_is_ever_sent_and_no_dirty_read(fake: Fake) -> None:
    record = recorded()
    connector = fake.connector(record)
    list(connector.listing())
    connector.sample(ref(), PLAN)
    connector.view()
    connector.load()
    connector.check()
    assert {statement.split()[0] for statement in record.statements} == {"SELECT", "SET"}
    assert not any("NOLOCK" in statement or "UNCOMMITTED" in statement for statement in record.statements)
    assert [statement for statement in record.statements if ";" in statement.replace("[pe]]ople; --]", "")] == [
        ASKED["session"]
    ] * 2
    assert all(more["autocommit"] is True for _, more in fake.given)


def test_what_is_called_off_ends(fake: Fake) -> None:
    over, asked = threading.Event(), threading.Event()
    record = recorded()

    def endless() -> list[tuple[Any, ...]]:
        asked.set()
        assert over.wait(5)
        raise error_of("HY008")

    record.on_cancel = over.set
    record.answers[ASKED["pages"]] = endless
    connector = fake.connector(record)
    connector.cancel()
    caught: list[SourceError] = []

    def ask() -> None:
        try:
            connector.sample(ref(), PLAN)
        except SourceError as error:
            caught.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    assert asked.wait(5)
    began = time.monotonic()
    connector.cancel()
    asking.join(5)
    assert time.monotonic() - began < 2
    assert [(error.reason, error.cause) for error in caught] == [(SkipReason.TIMED_OUT, "reading was called off")]
    assert record.is_closed


def test_the_driver_can_end_a_statement_as_it_is_asked_to() -> None:
    # Not of its public face, so a new version has to be looked at.
    assert callable(ddbc_bindings.SqlHandle._cancel)


@pytest.mark.parametrize(
    "changed",
    [
        {"rights": [*READER, ("the database", "INSERT")]},
        {"rights": [*READER, ("the server", "CONTROL SERVER")]},
        {"rights": [*READER, ("a schema", "EXECUTE")]},
        {"rights": [*READER, ("the database", "A RIGHT OF 2031")]},
        {"writable": [(2,)]},
    ],
)
def test_an_account_that_can_write_is_refused_unless_a_person_says_otherwise(
    fake: Fake, changed: dict[str, list[tuple[Any, ...]]]
) -> None:
    record = recorded(**changed)
    with pytest.raises(SourceError) as caught:
        list(fake.connector(record).listing())
    assert caught.value.reason is SkipReason.CAN_WRITE
    assert record.is_closed
    assert ASKED["relations"] not in record.statements
    assert list(fake.connector(recorded(**changed), allow_write="yes").listing())


def test_reading_rights_are_no_more_than_reading() -> None:
    reading = ["CONNECT", "SELECT", "VIEW DEFINITION", "VIEW SERVER STATE", "SHOWPLAN", "UNMASK"]
    assert beyond_reading(("the database", right) for right in reading) == []


def test_check_tells_each_step(fake: Fake) -> None:
    checks = fake.connector(recorded()).check()
    assert [(check.name, check.passed) for check in checks] == [
        (name, True) for name in ("name", "port", "TLS", "login", "permission", "write")
    ]
    assert "3 of the 4" in checks[4].message
    checks = fake.connector(recorded(writable=[(2,)])).check()
    assert [check.name for check in checks if not check.passed] == ["write"]
    checks = fake.connector(recorded(relations=[])).check()
    assert [check.name for check in checks if not check.passed] == ["permission"]


@pytest.mark.parametrize(
    ("state", "step", "reason"),
    [
        ("28000", "login", SkipReason.LOGIN_REFUSED),
        ("42000", "login", SkipReason.LOGIN_REFUSED),
        ("08001", "TLS", SkipReason.UNREACHABLE),
    ],
)
def test_a_refused_login_is_told_by_its_step(fake: Fake, state: str, step: str, reason: SkipReason) -> None:
    checks = fake.connector(error_of(state)).check()
    assert ([check.name for check in checks if not check.passed], checks[-1].name) == ([step], step)
    with pytest.raises(SourceError) as caught:
        list(fake.connector(error_of(state)).listing())
    assert caught.value.reason is reason
    assert CANARY not in str(caught.value)


def test_the_view_moves_with_the_account_and_its_rights_only(fake: Fake) -> None:
    def view(**changed: Any) -> str:
        return fake.connector(recorded(**changed)).view()

    assert view() == view(roles=[("public",), ("reader",)]) == view(relations=[], active=[(9,)])
    assert len({view(), view(account=[("other", "city")]), view(roles=[("reader",)]), view(grants=[])}) == 4


def test_load_is_told_where_it_may_be_seen(fake: Fake) -> None:
    assert fake.connector(recorded()).load() == Load(active=3)
    assert fake.connector(recorded(may_see_active=[(0,)])).load() == Load()


def test_a_statement_of_nobodys_record_fails_a_test(fake: Fake) -> None:
    record = recorded()
    del record.answers[ASKED["writable"]]
    with pytest.raises(Unexpected):
        list(fake.connector(record).listing())


HOSTILE = (
    "a;Encrypt=no",
    "a};Encrypt=no;{",
    "}}",
    "{",
    "{a}",
    "a;b=c;Server=evil",
    " blanks ",
    "=",
    "ünï'\"",
    "PWD={x}",
)


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_becomes_another_key_of_the_connection_string(fake: Fake, value: str) -> None:
    connector = fake.connector(recorded(), user=value, database=value, password=value, sslhostname=value)
    list(connector.listing())
    told = _ConnectionStringParser(validate_keywords=True)._parse(fake.given[0][0])
    assert told == {
        "server": f"tcp:127.0.0.1,{told['server'].rpartition(',')[2]}",
        **dict.fromkeys(("database", "uid", "pwd", "hostnameincertificate"), value),
        "encrypt": "yes",
        "trustservercertificate": "no",
        "applicationintent": "ReadOnly",
        "connectretrycount": "0",
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "a;Encrypt=no"},
        {"host": "a,1"},
        {"sslmode": "disable"},
        {"sslservercert": "x.pem"},
        {"application_intent": "x"},
        {"trusted_connection": "yes"},
        {"driver": "x"},
        {"port": "0"},
        {"user": ""},
    ],
)
def test_wrong_options_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(SourceError) as caught:
        SqlserverConnector({**OPTIONS, **wrong}, resolve=str, bounds=here(1))
    assert caught.value.reason is SkipReason.BAD_SETTINGS


def test_the_password_is_asked_for_only_when_it_is_needed_and_never_shown(fake: Fake) -> None:
    connector = fake.connector(error_of("28000"), password="env:SECRET")
    options = {**OPTIONS, "password": "env:SECRET"}
    connector._address = sqlserver_session.Address.of(options, lambda _: CANARY, here().egress)
    assert CANARY not in repr(connector._address)
    assert f"PWD={{{CANARY}}}" in connector._address.parameters(connector._address.way.pinned())


def test_a_closed_port_is_unreachable_for_the_real_driver() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    connector = SqlserverConnector({**OPTIONS, "port": str(port)}, resolve=str, bounds=here(1))
    assert [(check.name, check.passed) for check in connector.check()] == [("name", True), ("port", False)]
    with pytest.raises(SourceError) as caught:
        list(connector.listing())
    assert caught.value.reason is SkipReason.UNREACHABLE


def test_the_real_driver_takes_the_connection_string(port: int) -> None:
    address = sqlserver_session.Address.of({**OPTIONS, "port": str(port)}, str, here().egress)
    try:
        mssql_python.connect(address.parameters(address.way.pinned()), timeout=1)
    except mssql_python.Error as error:
        told = str(error)
    # Either it lacks libraries of the system, or nobody at this port speaks its language: it has taken the string.
    assert "Failed to load the driver" in told or "Client unable to establish connection" in told or "imeout" in told
