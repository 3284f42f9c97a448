"""Oracle at the boundary of its driver: what is asked word for word, and what is made of recorded answers.

No server took part: the answers have the shape that the documentation of the data dictionary gives them.
"""

import gc
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import oracledb
import pytest
from oracledb.errors import _Error

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import Load, SamplePlan, Unlisted
from connectors.sql import oracle_session
from connectors.sql.oracle import OracleConnector
from connectors.sql.oracle_queries import beyond_reading
from connectors.sql.oracle_rows import quoted
from tests.support.bounds import here
from tests.support.recorded import Answer, Recorded, Unexpected, statements

CANARY = "canary-4711-value"
ASKED = statements(Path(__file__).parents[2] / "support" / "oracle_statements.sql")
PLAN = SamplePlan(rows=100, seed=7, ends=5)
OPTIONS = {"host": "127.0.0.1", "service": "city", "user": "READER", "sslmode": "disable"}
LOCATOR = json.dumps(["HR", "Pe'o;ple --"])

LISTED = [
    ("HR", "Pe'o;ple --", "table", 500000, "who they are"),
    ("HR", "SUM", "view", None, None),
    ("HR", "KEPT", "materialized_view", 7, None),
    ("HR", "CLOSED", "table", 3, None),
]
READABLE = [("HR", "Pe'o;ple --"), ("HR", "SUM"), ("HR", "KEPT")]
# name, type, its owner, characters, precision, scale, comment, nullable, in_key
COLUMNS = [
    ("ID", "NUMBER", None, 0, 9, 0, None, "N", 1),
    ("na:me%s'", "VARCHAR2", None, 40, None, None, "as they write it", "Y", 0),
    ("BORN", "DATE", None, 0, None, None, None, "Y", 0),
    ("SEEN", "TIMESTAMP(6) WITH TIME ZONE", None, 0, None, 6, None, "Y", 0),
    ("PHOTO", "BLOB", None, 0, None, None, None, "Y", 0),
    ("EXTRA", "JSON", None, 0, None, None, None, "Y", 0),
    ("FORM", "XMLTYPE", "SYS", 0, None, None, None, "Y", 0),
    ("OLD", "LONG", None, 0, None, None, None, "Y", 0),
    ("NOTES", "CLOB", None, 0, None, None, None, "Y", 0),
]


def row(number: int) -> tuple[str | None, ...]:
    seen = "2026-01-01 00:00:00.000000 +00:00"
    return (str(number), f"Name {number}", "1990-12-31", seen, None, f'{{"mail": "m{number}"}}', "<a/>", None, "note")


def placed(number: int, rows_a_block: int = 10) -> tuple[str | None, ...]:
    """A row behind its address: so many lie in one block."""
    return (f"AAAR3sAAEAA{number // rows_a_block:04d}{number % rows_a_block:03d}", *row(number))


def recorded(**changed: Answer | list[Answer]) -> Recorded:
    answers: dict[str, Any] = {
        "read only": [],
        "relations": LISTED,
        "readable": READABLE,
        "rights": [("CREATE SESSION",)],
        "schema rights": error_of(942),
        "writable": [(0,)],
        "account": [("READER", "CITY", "CITYPDB")],
        "roles": [("READERS",)],
        "active": [(3,)],
        "relation": [(500000, 10000, 1)],
        "columns": COLUMNS,
        "primary key": [("ID",)],
        "count": [(20001,)],
        "first rows": [row(number) for number in range(101)],
        "every row": [placed(number) for number in range(170)],
        "blocks": [placed(number) for number in range(1000, 1150)],
        "oldest": [placed(number) for number in range(5)],
        "newest": [placed(number) for number in range(9999, 9994, -1)],
    } | {name.replace("_", " "): answer for name, answer in changed.items()}
    return Recorded({ASKED[name]: answer for name, answer in answers.items()})


def error_of(number: int) -> oracledb.DatabaseError:
    return oracledb.DatabaseError(_Error(f"ORA-{number:05}: about {CANARY}", code=number))


def drivers_error(code: str) -> oracledb.DatabaseError:
    return oracledb.DatabaseError(_Error(f"{code}: about {CANARY}"))


@pytest.fixture
def port() -> Iterator[int]:
    """A port that takes calls and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


class Fake:
    """Connectors whose driver answers from a record."""

    def __init__(self, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self._port = port
        self._monkeypatch = monkeypatch
        self.given: list[dict[str, Any]] = []

    def connector(self, record: Recorded | Exception, **options: str) -> OracleConnector:
        def connect(**parameters: Any) -> Recorded:
            self.given.append(parameters)
            if isinstance(record, Exception):
                raise record
            return record

        self._monkeypatch.setattr(oracledb, "connect", connect)
        return OracleConnector({**OPTIONS, "port": str(self._port), **options}, resolve=str, bounds=here(1))


@pytest.fixture
def fake(port: int, monkeypatch: pytest.MonkeyPatch) -> Fake:
    return Fake(port, monkeypatch)


def ref(kind: DatasetKind = DatasetKind.TABLE) -> DatasetRef:
    return DatasetRef(LOCATOR, "HR.people", kind, row_estimate=500000)


def cells(sample: Sample, place: int = 0) -> list[str | None]:
    return list(sample.values(place))


def test_lists_with_comments_kinds_and_estimates_and_promises_no_signal(fake: Fake) -> None:
    found = list(fake.connector(recorded()).listing())
    unlisted = [(item.ref.name, item.reason) for item in found if isinstance(item, Unlisted)]
    assert unlisted == [("HR.CLOSED", SkipReason.NO_PERMISSION)]
    refs = [item for item in found if isinstance(item, DatasetRef)]
    assert (refs[0].locator, refs[0].key) == (LOCATOR, '"HR"."Pe\'o;ple --"')
    assert [item.kind for item in refs] == [DatasetKind.TABLE, DatasetKind.VIEW, DatasetKind.MATERIALIZED_VIEW]
    assert [item.comment for item in refs] == ["who they are", "", ""]
    assert [item.row_estimate for item in refs] == [500000, None, 7]
    assert {item.change_signal for item in refs} == {""}


@pytest.mark.parametrize(
    "changed",
    [
        {"rights": [("CREATE SESSION",), ("READ ANY TABLE",)]},
        {"schema_rights": [("HR", "SELECT ANY TABLE")]},
    ],
)
def test_a_right_to_all_tables_reads_them_all(fake: Fake, changed: dict[str, Any]) -> None:
    found = list(fake.connector(recorded(readable=[], **changed)).listing())
    assert len(found) == 4
    assert all(isinstance(item, DatasetRef) for item in found)


def test_schemas_are_named_by_arguments_and_a_missing_one_is_told(fake: Fake) -> None:
    record = recorded(schema=[(1,)], relations_of_two_schemas=LISTED)
    list(fake.connector(record, schemas="HR, it's").listing())
    assert (ASKED["relations of two schemas"], {"s0": "HR", "s1": "it's"}) in record.asked
    with pytest.raises(SourceError) as caught:
        list(fake.connector(recorded(schema=[(0,)]), schemas="absent").listing())
    assert caught.value.reason is SkipReason.BAD_SETTINGS


def test_a_large_table_is_drawn_by_blocks_and_its_ends_are_added(fake: Fake) -> None:
    found = fake.connector(recorded()).sample(ref(), PLAN)
    assert (found.method, found.rows_total, found.row_count) == (SampleMethod.PLACES, 500000, 110)
    # 100 of 150 rows, ten of which lie in each block: no more than fifteen draws.
    assert (found.draws, found.oldest, found.newest) == (15, 5, 5)
    assert [column.name for column in found.columns][:6] == ["ID", "na:me%s'", "BORN", "SEEN", "PHOTO", "EXTRA.mail"]
    assert cells(found)[100:] == ["0", "1", "2", "3", "4", "9999", "9998", "9997", "9996", "9995"]
    assert found.caveats == {Caveat.UNREAD_COLUMNS}, "a LONG was left out"


def test_a_small_table_is_read_whole_or_drawn_from_row_by_row(fake: Fake) -> None:
    small = recorded(count=[(60,)], first_rows=[row(number) for number in range(60)])
    found = fake.connector(small).sample(ref(), PLAN)
    assert (found.method, found.rows_total, found.draws) == (SampleMethod.ALL_ROWS, 60, None)
    middling = recorded(relation=[(None, None, 1)], count=[(300,)])
    found = fake.connector(middling).sample(ref(), PLAN)
    assert (found.method, found.rows_total, found.draws) == (SampleMethod.RANDOM_ROWS, 300, 100)
    assert len(set(cells(found))) == found.row_count == 100 + found.oldest + found.newest


def test_where_the_engine_knows_little_of_a_table_more_is_asked_for(fake: Fake) -> None:
    record = recorded(relation=[(5_000_000, 10000, 1)])
    for parts, found in ((1801, []), (7201, []), (28801, [placed(number) for number in range(60)])):
        record.answers[ASKED["blocks"].replace("< 18001", f"< {parts}")] = found
    assert fake.connector(record).sample(ref(), SamplePlan(rows=100, seed=7, ends=0)).row_count == 60


@pytest.mark.parametrize("problem", ["view", "not drawable", "empty draw"])
def test_what_cannot_be_drawn_from_gives_its_first_rows(fake: Fake, problem: str) -> None:
    record = {
        "view": recorded(relation=[(None, None, 0)]),
        "not drawable": recorded(blocks=error_of(30562)),
        "empty draw": recorded(blocks=[]),
    }[problem]
    for parts in (72001, 288001):
        record.answers[ASKED["blocks"].replace("< 18001", f"< {parts}")] = []
    found = fake.connector(record).sample(ref(), PLAN)
    assert (found.method, found.row_count, found.draws) == (SampleMethod.FIRST_ROWS, 100, None)


def test_columns_are_declared_as_the_engine_writes_them_and_types_of_somebodys_are_not_read(fake: Fake) -> None:
    columns = [
        ("A", "NUMBER", None, 0, 18, 2, None, "N", 1),
        ("B", "CHAR", None, 3, None, None, None, "Y", 0),
        ("C", "SDO_GEOMETRY", "MDSYS", 0, None, None, None, "Y", 0),
        ("D", "XMLTYPE", "HR", 0, None, None, None, "Y", 0),
    ]
    record = recorded(columns=columns, relation=[(None, None, 0)])
    asked = (
        "SELECT TO_CHAR(\"A\", 'TM9', 'NLS_NUMERIC_CHARACTERS=''.,''') AS c0, SUBSTR(\"B\", 1, 4096) AS c1,"
        ' CAST(NULL AS VARCHAR2(1)) AS c2, CAST(NULL AS VARCHAR2(1)) AS c3 FROM "HR"."Pe\'o;ple --"'
        " WHERE ROWNUM <= 101"
    )
    record.answers[asked] = [("1", "x", None, None)]
    found = fake.connector(record).sample(ref(), PLAN)
    assert [column.declared_type for column in found.columns] == ["NUMBER(18,2)", "CHAR(3)", "", ""]
    assert (found.columns[0].nullable, found.columns[0].in_key, found.columns[0].key) == (False, True, "A")


def test_no_name_breaks_out_of_its_quotes() -> None:
    assert quoted("a'b;-- :x") == '"a\'b;-- :x"'
    with pytest.raises(ValueError, match="quotation mark"):
        quoted('a" FROM dual; --')


def test_what_is_gone_has_vanished(fake: Fake) -> None:
    with pytest.raises(DatasetError) as caught:
        fake.connector(recorded(relation=[])).sample(ref(), PLAN)
    assert caught.value.reason is SkipReason.VANISHED


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (error_of(942), SkipReason.NO_PERMISSION),
        (error_of(1031), SkipReason.NO_PERMISSION),
        (error_of(1456), SkipReason.NO_PERMISSION),
        (error_of(1013), SkipReason.TIMED_OUT),
        (drivers_error("DPY-4024"), SkipReason.TIMED_OUT),
        (error_of(54), SkipReason.TIMED_OUT),
        (error_of(1555), SkipReason.TIMED_OUT),
        (error_of(904), SkipReason.VANISHED),
        (error_of(4031), SkipReason.OUT_OF_MEMORY),
        (error_of(1652), SkipReason.OUT_OF_MEMORY),
        (error_of(1578), SkipReason.UNREADABLE),
        (error_of(4063), SkipReason.UNREADABLE),
        (error_of(1722), SkipReason.UNREADABLE),
        (error_of(3113), SkipReason.UNREACHABLE),
        (drivers_error("DPY-4011"), SkipReason.UNREACHABLE),
        (OSError(CANARY), SkipReason.UNREACHABLE),
    ],
)
def test_an_error_is_known_by_its_number_and_quotes_nothing(fake: Fake, error: Exception, reason: SkipReason) -> None:
    record = recorded(columns=error)
    with pytest.raises(DatasetError) as caught:
        fake.connector(record).sample(ref(), PLAN)
    assert caught.value.reason is reason
    assert CANARY not in f"{caught.value!s} {caught.value!r}"
    assert caught.value.__suppress_context__
    assert caught.value.next_step.endswith(".")
    assert record.is_closed is (reason is SkipReason.UNREACHABLE)


def test_the_time_is_limited_and_everything_is_asked_in_transactions_that_can_only_read(fake: Fake) -> None:
    record = recorded()
    connector = fake.connector(record)
    list(connector.listing())
    connector.sample(ref(), SamplePlan(rows=100, seed=7, ends=5, seconds=3.2))
    assert record.call_timeout == 3200
    connector.sample(ref(), SamplePlan(rows=100, seed=7, ends=5, seconds=900))
    assert record.call_timeout == 15000
    connector.view()
    connector.load()
    asked = record.statements
    assert {statement.split()[0] for statement in asked} == {"SELECT", "SET", "rollback"}
    began = [place for place, statement in enumerate(asked) if statement == ASKED["read only"]]
    assert len(began) == 5
    assert all(asked[place - 1] == "rollback" for place in began)
    assert asked[-1] == "rollback"
    assert not any(statement.startswith("SELECT") and "people" in statement for statement in asked[: began[0]])


def test_what_is_called_off_ends(fake: Fake) -> None:
    over, asked = threading.Event(), threading.Event()
    record = recorded()

    def endless() -> list[tuple[Any, ...]]:
        asked.set()
        assert over.wait(5)
        raise error_of(1013)

    record.on_cancel = over.set
    record.answers[ASKED["blocks"]] = endless
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


@pytest.mark.parametrize(
    "changed",
    [
        {"rights": [("CREATE SESSION",), ("INSERT ANY TABLE",)]},
        {"rights": [("CREATE SESSION",), ("CREATE TABLE",)]},
        {"rights": [("A RIGHT OF 2031",)]},
        {"schema_rights": [("HR", "UPDATE ANY TABLE")]},
        {"writable": [(2,)]},
    ],
)
def test_an_account_that_can_write_is_refused_unless_a_person_says_otherwise(
    fake: Fake, changed: dict[str, Any]
) -> None:
    record = recorded(**changed)
    with pytest.raises(SourceError) as caught:
        list(fake.connector(record).listing())
    assert caught.value.reason is SkipReason.CAN_WRITE
    assert record.is_closed
    assert ASKED["relations"] not in record.statements
    assert list(fake.connector(recorded(**changed), allow_write="yes").listing())


def test_reading_rights_are_no_more_than_reading() -> None:
    assert beyond_reading(["CREATE SESSION", "SELECT ANY TABLE", "READ ANY TABLE", "SET CONTAINER"]) == []


def test_check_tells_each_step(fake: Fake) -> None:
    checks = fake.connector(recorded()).check()
    assert [(check.name, check.passed) for check in checks] == [
        (name, True) for name in ("name", "port", "TLS", "service", "login", "permission", "write")
    ]
    assert "3 of the 4" in checks[5].message
    assert "not encrypted" in checks[2].message
    checks = fake.connector(recorded(writable=[(2,)])).check()
    assert [check.name for check in checks if not check.passed] == ["write"]
    checks = fake.connector(recorded(readable=[])).check()
    assert [check.name for check in checks if not check.passed] == ["permission"]


def of_cause(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "step", "reason"),
    [
        (error_of(1017), "login", SkipReason.LOGIN_REFUSED),
        (error_of(28000), "login", SkipReason.LOGIN_REFUSED),
        (error_of(1045), "login", SkipReason.LOGIN_REFUSED),
        (drivers_error("DPY-3015"), "login", SkipReason.LOGIN_REFUSED),
        (drivers_error("DPY-6001"), "service", SkipReason.UNREACHABLE),
        (error_of(12514), "service", SkipReason.UNREACHABLE),
        (error_of(1033), "TLS", SkipReason.UNREACHABLE),
        (drivers_error("DPY-6005"), "TLS", SkipReason.UNREACHABLE),
        (of_cause(drivers_error("DPY-6005"), ssl.SSLError()), "TLS", SkipReason.UNREACHABLE),
        (drivers_error("DPY-3001"), "TLS", SkipReason.LOGIN_REFUSED),
    ],
)
def test_a_refused_login_is_told_by_its_step(fake: Fake, error: Exception, step: str, reason: SkipReason) -> None:
    checks = fake.connector(error).check()
    assert ([check.name for check in checks if not check.passed], checks[-1].name) == ([step], step)
    with pytest.raises(SourceError) as caught:
        list(fake.connector(error).listing())
    assert caught.value.reason is reason
    assert CANARY not in str(caught.value)


def test_the_view_moves_with_the_account_and_its_rights_only(fake: Fake) -> None:
    def view(**changed: Any) -> str:
        return fake.connector(recorded(**changed)).view()

    assert view() == view(readable=READABLE[::-1]) == view(relations=[], active=[(9,)])
    others = [view(account=[("OTHER", "CITY", "C")]), view(roles=[]), view(readable=[])]
    assert len({view(), *others}) == 4


def test_load_is_told_where_it_may_be_seen(fake: Fake) -> None:
    assert fake.connector(recorded()).load() == Load(active=3)
    assert fake.connector(recorded(active=error_of(942))).load() == Load()


def test_a_statement_of_nobodys_record_fails_a_test(fake: Fake) -> None:
    record = recorded()
    del record.answers[ASKED["writable"]]
    with pytest.raises(Unexpected):
        list(fake.connector(record).listing())


def test_the_driver_is_given_values_and_no_address(fake: Fake, port: int) -> None:
    list(fake.connector(recorded(), user="a/b@c", password="p@)(", sslmode="verify-full").listing())
    given = fake.given[0]
    context = given.pop("ssl_context")
    assert (context.verify_mode, given.pop("ssl_server_dn_match")) == (ssl.CERT_REQUIRED, True)
    assert given == {
        "host": "127.0.0.1",
        "port": port,
        "service_name": "city",
        "user": "a/b@c",
        "password": "p@)(",
        "protocol": "tcps",
        "tcp_connect_timeout": 10.0,
        "retry_count": 0,
        "stmtcachesize": 0,
        "program": "privacy-catalog",
    }


def test_the_real_driver_makes_one_address_of_them() -> None:
    given = oracle_session.Address.of({**OPTIONS, "sslmode": "verify-full"}, str, here().egress).parameters()
    del given["user"], given["password"]
    address = oracledb.ConnectParams(**given).get_connect_string()
    assert address.count("(ADDRESS=") == 1
    assert "(PROTOCOL=tcps)(HOST=127.0.0.1)(PORT=2484)" in address
    assert "(SERVICE_NAME=city)" in address
    assert "(SSL_SERVER_DN_MATCH=ON)" in address or "SSL_SERVER_DN_MATCH" not in address


@pytest.mark.parametrize(
    "wrong",
    [
        {"service": "a)(SID=b"},
        {"host": "a)(HOST=evil"},
        {"sslmode": "require"},
        {"sslrootcert": "x.pem"},
        {"dsn": "x"},
        {"port": "0"},
        {"user": ""},
    ],
)
def test_wrong_options_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(SourceError) as caught:
        OracleConnector({**OPTIONS, **wrong}, resolve=str, bounds=here(1))
    assert caught.value.reason is SkipReason.BAD_SETTINGS


def test_a_missing_certificate_is_a_wrong_setting(fake: Fake) -> None:
    connector = fake.connector(recorded(), sslmode="verify-ca", sslrootcert="/nowhere/ca.pem")
    with pytest.raises(SourceError) as caught:
        list(connector.listing())
    assert caught.value.reason is SkipReason.BAD_SETTINGS


def test_a_closed_port_is_unreachable_for_the_real_driver() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    connector = OracleConnector({**OPTIONS, "port": str(port)}, resolve=str, bounds=here(1))
    assert [(check.name, check.passed) for check in connector.check()] == [("name", True), ("port", False)]
    with pytest.raises(SourceError) as caught:
        list(connector.listing())
    assert caught.value.reason is SkipReason.UNREACHABLE


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the driver forgets its socket
def test_a_server_that_hangs_up_is_none_for_the_real_driver() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            for _ in range(2):
                server.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        options = {**OPTIONS, "port": str(server.getsockname()[1])}
        with pytest.raises(SourceError) as caught:
            list(OracleConnector(options, resolve=str, bounds=here(1)).listing())
    assert caught.value.reason is SkipReason.UNREACHABLE
    gc.collect()


def test_a_server_that_says_nothing_is_not_waited_for(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(oracledb, "connect", lambda **_: over.wait(5))
    monkeypatch.setattr(oracle_session, "_LOGIN_SECONDS", 0.1)
    with pytest.raises(SourceError) as caught:
        list(OracleConnector({**OPTIONS, "port": str(port)}, resolve=str, bounds=here(1)).listing())
    over.set()
    assert (caught.value.reason, "says nothing" in caught.value.cause) == (SkipReason.UNREACHABLE, True)
