"""MariaDB servers and accounts in every state, and servers that only look like one."""

import re
import socket
import struct
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pymysql
import pytest

from catalog.errors import SkipReason
from catalog.model.holdings import DatasetRef
from catalog.ports import SamplePlan
from connectors.reaching import Pinned
from connectors.sql import mariadb_session
from connectors.sql.calling_off import Question
from connectors.sql.mariadb import MariadbConnector
from connectors.sql.mariadb_session import Session
from tests.support.bounds import here
from tests.support.mariadb import OWNER, Place
from tests.support.mariadb_reading import CANARY, PASSWORD, PLAN, connector, failing, listed, resolve


def passed(place: Place, **more: str) -> Sequence[tuple[str, bool]]:
    with closing(connector(place, **more)) as opened:
        return [(check.name, check.passed) for check in opened.check()]


def readable(place: Place) -> None:
    place.run("CREATE TABLE t (a INT)", f"GRANT SELECT ON {place.database}.* TO READER")


def guarded(place: Place) -> None:
    readable(place)
    place.run(f"ALTER USER READER IDENTIFIED BY '{PASSWORD}'")


def test_check_names_every_step(mariadb_place: Place) -> None:
    readable(mariadb_place)
    steps = ["name", "port", "TLS", "login", "permission", "write"]
    assert passed(mariadb_place) == [(step, True) for step in steps]


def test_check_ends_at_the_step_that_fails(mariadb_place: Place) -> None:
    guarded(mariadb_place)
    authority = mariadb_place.server.authority
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = str(unused.getsockname()[1])
        assert passed(mariadb_place, port=closed) == [("name", True), ("port", False)]
    assert passed(mariadb_place, host="nowhere.invalid") == [("name", False)]
    for wrong in (
        {"sslmode": "verify-full"},
        {"sslmode": "verify-ca"},
        {"sslmode": "verify-full", "sslrootcert": authority, "host": "localhost"},
    ):
        assert passed(mariadb_place, **wrong)[-1] == ("TLS", False)
    assert passed(mariadb_place, password="env:WRONG")[-1] == ("login", False)
    assert passed(mariadb_place, user="nobody_known")[-1] == ("login", False)
    assert passed(mariadb_place, password="env:UNSET") == [("login", False)]
    mariadb_place.run("REVOKE ALL PRIVILEGES, GRANT OPTION FROM READER")
    assert passed(mariadb_place, password="env:RIGHT")[3:] == [
        ("login", True),
        ("permission", False),
        ("write", True),
    ]
    assert passed(mariadb_place, user=OWNER)[-1] == ("write", False)


@pytest.mark.parametrize(
    ("sslmode", "host", "encrypted"),
    [
        ("disable", "127.0.0.1", False),
        ("prefer", "127.0.0.1", True),
        ("require", "127.0.0.1", True),
        ("verify-ca", "localhost", True),
        ("verify-full", "127.0.0.1", True),
    ],
)
def test_a_password_opens_and_tls_is_as_asked(mariadb_place: Place, sslmode: str, host: str, encrypted: bool) -> None:
    guarded(mariadb_place)
    more = {"sslrootcert": mariadb_place.server.authority} if sslmode.startswith("verify") else {}
    with closing(connector(mariadb_place, host=host, password="env:RIGHT", sslmode=sslmode, **more)) as opened:
        assert len(list(opened.listing())) == 1
        assert opened._opened is not None
        assert opened._opened.is_encrypted is encrypted
        assert ("not encrypted" in opened.check()[2].message) is not encrypted
        assert PASSWORD not in repr(vars(opened))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"password": "env:WRONG"}, SkipReason.LOGIN_REFUSED),
        ({"user": "nobody_known"}, SkipReason.LOGIN_REFUSED),
        ({"host": "nowhere.invalid"}, SkipReason.UNREACHABLE),
        ({"sslmode": "verify-full"}, SkipReason.UNREACHABLE),
        ({"password": "env:UNSET"}, SkipReason.BAD_SETTINGS),
        ({"sslmode": "verify-full", "sslrootcert": "/nowhere.pem"}, SkipReason.BAD_SETTINGS),
        ({"schemas": "nowhere"}, SkipReason.BAD_SETTINGS),
        ({"user": OWNER}, SkipReason.CAN_WRITE),
    ],
)
def test_why_there_is_no_listing(mariadb_place: Place, options: dict[str, str], reason: SkipReason) -> None:
    with failing() as errors:
        listed(mariadb_place, **options)
    assert errors[0].reason is reason


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "a,b"},
        {"host": "/tmp"},
        {"port": "0"},
        {"sslmode": "no"},
        {"allow_write": "maybe"},
        {"sslrootcert": "ca.pem", "sslmode": "prefer"},
        {"host": "a..b"},
        {"host": "127.1"},
        {"sslrootcert": "ca.pem", "sslmode": "require"},
    ],
)
def test_options_that_reach_no_driver(wrong: dict[str, str]) -> None:
    with failing() as errors:
        MariadbConnector({"host": "h", "user": "u", **wrong}, resolve=resolve, bounds=here(1))
    assert errors[0].reason is SkipReason.BAD_SETTINGS


@pytest.mark.parametrize(
    "grants",
    [
        ["GRANT INSERT ON {db}.t TO READER"],
        ["GRANT UPDATE (a) ON {db}.t TO READER"],
        ["GRANT CREATE ON {db}.* TO READER"],
        ["GRANT FILE ON *.* TO READER"],
        ["GRANT SELECT ON {db}.* TO READER WITH GRANT OPTION"],
        ["GRANT DELETE ON {db}.* TO {role}", "GRANT {role} TO READER", "SET DEFAULT ROLE {role} FOR READER"],
    ],
)
def test_an_account_that_may_write_is_refused_unless_allowed(mariadb_place: Place, grants: list[str]) -> None:
    readable(mariadb_place)
    role = mariadb_place.reader.replace("reader", "role")
    mariadb_place.run(f"CREATE ROLE {role}")
    try:
        mariadb_place.run(*(grant.format(db=mariadb_place.database, role=role) for grant in grants))
        refused_unless_allowed(mariadb_place)
    finally:
        mariadb_place.run(f"DROP ROLE {role}")


def test_what_everybody_may_write_counts_too(mariadb_place: Place) -> None:
    readable(mariadb_place)
    mariadb_place.run(f"GRANT TRIGGER ON {mariadb_place.database}.* TO PUBLIC")
    try:
        refused_unless_allowed(mariadb_place)
    finally:
        mariadb_place.run(f"REVOKE ALL PRIVILEGES ON {mariadb_place.database}.* FROM PUBLIC")


def refused_unless_allowed(place: Place) -> None:
    with failing() as errors:
        listed(place)
    assert errors[0].reason is SkipReason.CAN_WRITE
    assert passed(place)[-1] == ("write", False)
    assert set(listed(place, allow_write="yes")) == {"t"}
    assert passed(place, allow_write="yes")[-1] == ("write", True)


def test_what_no_list_of_grants_shows_is_seen_at_the_columns(
    mariadb_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    readable(mariadb_place)
    mariadb_place.run(f"GRANT INSERT ON {mariadb_place.database}.t TO READER")
    monkeypatch.setattr("connectors.sql.mariadb.beyond_reading", lambda _: [])
    refused_unless_allowed(mariadb_place)


def test_a_locked_table_is_given_up(mariadb_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(mariadb_session._SESSION, "lock_wait_timeout", "0")
    readable(mariadb_place)
    ref = listed(mariadb_place)["t"]
    with closing(mariadb_place.server.connect()) as other, closing(connector(mariadb_place)) as opened:
        with other.cursor() as cursor:
            cursor.execute(f"LOCK TABLES {mariadb_place.database}.t WRITE")
            with failing() as errors:
                opened.sample(ref, PLAN)
            cursor.execute("UNLOCK TABLES")
        assert errors[0].reason is SkipReason.TIMED_OUT
        assert opened.sample(ref, PLAN).row_count == 0


def test_a_lost_connection_is_said_and_made_anew(mariadb_place: Place) -> None:
    readable(mariadb_place)
    with closing(connector(mariadb_place)) as opened:
        ref = next(iter(opened.listing()))
        assert isinstance(ref, DatasetRef)
        assert opened._opened is not None
        ((number,),) = opened._opened.execute("SELECT CONNECTION_ID()")
        mariadb_place.run(f"KILL {number}")
        with failing() as errors:
            opened.sample(ref, PLAN)
        assert errors[0].reason is SkipReason.UNREACHABLE
        assert opened.sample(ref, PLAN).row_count == 0


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (pymysql.OperationalError(1927, CANARY), SkipReason.UNREACHABLE),
        (pymysql.InterfaceError(0, CANARY), SkipReason.UNREACHABLE),
        (IndexError(CANARY), SkipReason.UNREADABLE),
        (struct.error(CANARY), SkipReason.UNREADABLE),
        (AttributeError(CANARY), SkipReason.UNREADABLE),
    ],
)
def test_a_conversation_that_went_wrong_is_not_gone_on_with(
    mariadb_place: Place, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: SkipReason
) -> None:
    readable(mariadb_place)

    def broken(*_: object) -> None:
        raise error

    with closing(connector(mariadb_place)) as opened:
        ref = next(iter(opened.listing()))
        assert isinstance(ref, DatasetRef)
        with monkeypatch.context() as patched, failing() as errors:
            patched.setattr(Session, "execute", broken)
            opened.sample(ref, PLAN)
        assert errors[0].reason is reason
        assert opened._opened is None
        assert opened.sample(ref, PLAN).row_count == 0


def test_the_session_is_bounded_and_read_only(mariadb_place: Place) -> None:
    with closing(connector(mariadb_place)) as opened:
        session = opened._session()
        expected = {
            "tx_read_only": "1",
            "tx_isolation": "READ-COMMITTED",
            "autocommit": "1",
            "lock_wait_timeout": "2",
            "innodb_lock_wait_timeout": "2",
            "wait_timeout": "600",
            "sql_mode": "",
            "time_zone": "+00:00",
        }
        ((*shown,),) = session.execute(f"SELECT {', '.join(f'@@SESSION.{name}' for name in expected)}")
        session.limit(0.5)
        assert session.execute("SELECT @@SESSION.max_statement_time") == [["0.500000"]]
        session.limit(0.0)
        with pytest.raises(pymysql.OperationalError):
            session.execute("SELECT 1")
    assert dict(zip(expected, shown, strict=True)) == expected


def test_a_sample_may_take_as_long_as_is_planned_and_never_long(mariadb_place: Place) -> None:
    readable(mariadb_place)
    with closing(connector(mariadb_place)) as opened:
        ref = next(iter(opened.listing()))
        assert isinstance(ref, DatasetRef)
        for planned, limit in ((7.0, 7.0), (100.0, 15.0)):
            opened.sample(ref, SamplePlan(rows=1, seed=1, seconds=planned))
            ((told,),) = opened._session().execute("SELECT @@SESSION.max_statement_time")
            assert 0.8 * limit < float(told or 0) <= limit


def test_the_server_saw_nothing_but_reading(mariadb_place: Place) -> None:
    mariadb_place.run(
        "CREATE TABLE t (a INT)",
        "INSERT INTO t SELECT seq FROM seq_1_to_500",
        "CREATE VIEW v AS SELECT * FROM t",
        f"GRANT SELECT ON {mariadb_place.database}.* TO READER",
        "SET GLOBAL general_log = ON",
    )
    try:
        with closing(connector(mariadb_place)) as opened:
            refs = [ref for ref in opened.listing() if isinstance(ref, DatasetRef)]
            assert {opened.sample(ref, PLAN).row_count for ref in refs} == {50}
            assert opened.view()
            assert opened.load().active is not None
    finally:
        log = mariadb_place.run(
            "SET GLOBAL general_log = OFF",
            "SELECT command_type, argument FROM mysql.general_log"
            f" WHERE user_host LIKE '%{mariadb_place.reader}%' ORDER BY event_time",
        )
    # The server may not have written yet that we have left.
    assert {kind for kind, _ in log} | {"Quit"} == {"Connect", "Query", "Quit"}
    said = [argument.decode() if isinstance(argument, bytes) else argument for kind, argument in log if kind == "Query"]
    assert len(said) >= 20
    assert {text.split()[0] for text in said} == {"SELECT", "SET", "SHOW"}
    first_read = next(place for place, text in enumerate(said) if re.match("SELECT|SHOW", text))
    before = " ".join(said[:first_read])
    assert "SET SESSION TRANSACTION READ ONLY" in before
    assert "max_statement_time" in before


class Driver:
    """A connection that only remembers what it was asked."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.asked: list[str] = []

    def get_server_info(self) -> str:
        return self.version

    def cursor(self, _: Any) -> "Driver":
        return self

    def execute(self, query: str, _: Any) -> None:
        self.asked.append(query)

    def thread_id(self) -> int:
        return 7

    def fetchall(self) -> list[Any]:
        return []

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("version", "said", "unsaid"),
    [
        ("5.5.5-10.6.18-MariaDB-log", ["max_statement_time = 15.0"], ["max_execution_time", "stats_expiry"]),
        ("8.4.3", ["max_execution_time = 15000", "information_schema_stats_expiry = 0"], ["max_statement_time"]),
        ("5.7.44-log", ["max_execution_time = 15000"], ["max_statement_time", "stats_expiry"]),
    ],
)
def test_every_server_is_bounded_in_its_own_words(version: str, said: list[str], unsaid: list[str]) -> None:
    driver = Driver(version)
    Session(driver, Question(), Pinned("", "h", 3306, ()))
    asked = " ".join(driver.asked)
    assert all(words in asked for words in said)
    assert not any(words in asked for words in unsaid)
    assert "READ ONLY" in driver.asked[0]
