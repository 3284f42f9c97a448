"""How MariaDB is asked: what ends, by whom it is ended, what is seen of its load and of the account's rights."""

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import pymysql
import pytest

from catalog.errors import SkipReason, SourceError
from catalog.model.coverage import SampleMethod
from catalog.model.holdings import DatasetRef
from catalog.ports import SamplePlan
from connectors.grant_scripts import script
from connectors.sql.mariadb import MariadbConnector
from connectors.sql.mariadb_load import load
from connectors.sql.mariadb_session import Session
from connectors.sql.mariadb_view import digest
from tests.support.bounds import here
from tests.support.mariadb import OWNER, Place
from tests.support.mariadb_reading import connector, failing, listed

ENDLESS = {
    "sleeping": "SELECT SLEEP(60) AS a",
    "recursive": "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n JOIN seq_1_to_999)"
    " SELECT MAX(i) AS a FROM n",
    "crossing": "SELECT COUNT(*) AS a FROM seq_1_to_99999999 x JOIN seq_1_to_99999999 y ON x.seq + y.seq = -1",
    "sorting": "SELECT x.seq AS a FROM seq_1_to_999999 x JOIN seq_1_to_999999 y ORDER BY MD5(x.seq * y.seq)",
    "routine": "SELECT endless() AS a",
    "catalogue": "SELECT COUNT(*) AS a FROM information_schema.COLUMNS x, information_schema.COLUMNS y,"
    " information_schema.COLUMNS z, information_schema.COLUMNS w",
}
OTHERS = "SELECT id, command, info FROM information_schema.PROCESSLIST WHERE id <> CONNECTION_ID()"
ROUTINE = "CREATE FUNCTION endless() RETURNS INT BEGIN SET SESSION max_statement_time = 0; DO SLEEP(8); RETURN 1; END"


def view_of(place: Place, select: str) -> DatasetRef:
    place.run(ROUTINE, f"CREATE VIEW v AS {select}", f"GRANT SELECT ON {place.database}.* TO READER")
    return listed(place)["v"]


def at_work(place: Place) -> Sequence[str]:
    """What the server is doing: within a routine it is for the routine's owner."""
    return [str(info) for _, command, info in place.run(OTHERS) if command == "Query"]


def wait_until_asked(place: Place) -> None:
    until = time.monotonic() + 5
    while not any("SLEEP" in text or "`v`" in text for text in at_work(place)):
        assert time.monotonic() < until
        time.sleep(0.02)


def wait_until_ended(place: Place, seconds: float) -> None:
    until = time.monotonic() + seconds
    while at_work(place):
        assert time.monotonic() < until, "it goes on at the server"
        time.sleep(0.02)


def end_all(place: Place) -> None:
    for number, *_ in place.run(OTHERS):
        with contextlib.suppress(pymysql.Error):
            place.run(f"KILL {number}")


@pytest.mark.parametrize("select", ENDLESS.values(), ids=ENDLESS)
def test_the_server_ends_what_takes_longer_than_planned(mariadb_place: Place, select: str) -> None:
    ref = view_of(mariadb_place, select)
    with closing(connector(mariadb_place)) as opened:
        begun = time.monotonic()
        with failing() as errors:
            opened.sample(ref, SamplePlan(rows=10, seed=1, seconds=0.5))
        wait_until_ended(mariadb_place, begun + 2.5 - time.monotonic())
        assert errors[0].reason is SkipReason.TIMED_OUT


def test_each_step_leaves_time_for_the_next_and_all_take_no_longer_than_planned(mariadb_place: Place) -> None:
    # To walk through it takes five seconds, to read its first rows a third of one.
    ref = view_of(mariadb_place, "SELECT SLEEP(0.05) AS a FROM seq_1_to_100")
    with closing(connector(mariadb_place)) as opened:
        begun = time.monotonic()
        rows = opened.sample(ref, SamplePlan(rows=5, seed=1, seconds=2))
        assert (rows.method, rows.row_count) == (SampleMethod.FIRST_ROWS, 5)
        assert time.monotonic() - begun < 2
        with failing() as errors:
            opened.sample(ref, SamplePlan(rows=50, seed=1, seconds=0.4))
        assert errors[0].reason is SkipReason.TIMED_OUT


def test_what_no_limit_of_the_servers_ends_is_left(mariadb_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    # As one function at work on one long text is, that is not looked at before it is done.
    ref = view_of(mariadb_place, ENDLESS["sleeping"])
    answer = Session._answer

    def unlimited(session: Session, query: str, arguments: Sequence[str] = ()) -> object:
        return answer(session, query.replace("max_statement_time = 0", "max_statement_time = 20"), arguments)

    monkeypatch.setattr("connectors.sql.mariadb_session._SILENCE_SECONDS", 0.1)
    with closing(connector(mariadb_place)) as opened:
        with monkeypatch.context() as patched, failing() as errors:
            patched.setattr(Session, "_answer", unlimited)
            begun = time.monotonic()
            opened.sample(ref, SamplePlan(rows=10, seed=1, seconds=0.3))
        assert time.monotonic() - begun < 1.5
        assert errors[0].reason is SkipReason.TIMED_OUT
        assert opened.load().active
    end_all(mariadb_place)


@contextmanager
def sampling(opened: MariadbConnector, ref: DatasetRef) -> Iterator[list[SourceError]]:
    """Sample in another thread meanwhile."""
    errors: list[SourceError] = []

    def ask() -> None:
        try:
            opened.sample(ref, SamplePlan(rows=10, seed=1, seconds=14))
        except SourceError as error:
            errors.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    yield errors
    thread.join(5)
    assert not thread.is_alive()


def canceled(place: Place, opened: MariadbConnector, ref: DatasetRef) -> list[SourceError]:
    """Cancel a sample; at most two seconds later there is an answer and the server does nothing more."""
    with sampling(opened, ref) as errors:
        wait_until_asked(place)
        begun = time.monotonic()
        opened.cancel()
        assert time.monotonic() - begun < 2
    assert time.monotonic() - begun < 2.5
    return errors


@pytest.mark.parametrize("sslmode", ["prefer", "disable"])
def test_another_thread_may_cancel_and_the_next_question_is_answered(mariadb_place: Place, sslmode: str) -> None:
    ref = view_of(mariadb_place, ENDLESS["sleeping"])
    with closing(connector(mariadb_place, sslmode=sslmode)) as opened:
        errors = canceled(mariadb_place, opened, ref)
        assert [error.reason for error in errors] == [SkipReason.TIMED_OUT]
        assert "called off" in str(errors[0])
        wait_until_ended(mariadb_place, 1)
        mariadb_place.run("CREATE OR REPLACE VIEW v AS SELECT 1 AS a")
        assert opened.sample(ref, SamplePlan(rows=10, seed=1)).row_count == 1


def test_what_cancels_is_a_word_about_our_own_session_only(mariadb_place: Place) -> None:
    ref = view_of(mariadb_place, ENDLESS["sleeping"])
    with closing(connector(mariadb_place)) as opened:
        number = opened._session().number
        mariadb_place.run("SET GLOBAL general_log = ON")
        try:
            canceled(mariadb_place, opened, ref)
        finally:
            log = mariadb_place.run(
                "SET GLOBAL general_log = OFF",
                "SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log WHERE command_type = 'Query'"
                f" AND user_host LIKE '%{mariadb_place.reader}%' AND argument NOT RLIKE '^(SELECT|SET|SHOW)[[:>:]]'",
            )
    assert {said for (said,) in log} == {f"KILL QUERY {number}"}


@pytest.mark.parametrize("sslmode", ["prefer", "disable"])
def test_where_the_server_refuses_to_end_it_the_asking_thread_is_freed(mariadb_place: Place, sslmode: str) -> None:
    ref = view_of(mariadb_place, "SELECT endless() AS a")
    with closing(connector(mariadb_place, sslmode=sslmode)) as opened:
        opened.load()
        errors = canceled(mariadb_place, opened, ref)
        assert [error.reason for error in errors] == [SkipReason.TIMED_OUT]
    # It is the server's limit that would end it there.
    end_all(mariadb_place)


def test_cancel_never_raises_and_never_waits_long(mariadb_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = view_of(mariadb_place, ENDLESS["sleeping"])
    with closing(connector(mariadb_place)) as opened:
        opened.cancel()
        assert opened.load().active is not None

        def slow(**_: object) -> None:
            time.sleep(3)

        opened.load()
        with sampling(opened, ref) as errors:
            wait_until_asked(mariadb_place)
            with monkeypatch.context() as patched:
                patched.setattr(pymysql, "connect", slow)
                begun = time.monotonic()
                opened.cancel()
                assert time.monotonic() - begun < 2
        assert [error.reason for error in errors] == [SkipReason.TIMED_OUT]
    opened.cancel()
    end_all(mariadb_place)


def test_what_is_called_off_while_logging_in_is_said_to_be_so(
    mariadb_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    view_of(mariadb_place, "SELECT 1 AS a")
    connect = pymysql.connect
    with closing(connector(mariadb_place)) as opened:

        def canceled_meanwhile(**parameters: object) -> object:
            opened.cancel()
            return connect(**parameters)  # type: ignore[call-overload] # as they were given

        with monkeypatch.context() as patched, failing() as errors:
            patched.setattr(pymysql, "connect", canceled_meanwhile)
            opened.load()
        assert (errors[0].reason, "called off" in str(errors[0])) == (SkipReason.TIMED_OUT, True)
        assert all(check.passed for check in opened.check())
        assert opened.load().active is not None


def test_a_listing_may_be_called_off(mariadb_place: Place) -> None:
    view_of(mariadb_place, "SELECT 1 AS a")
    with closing(connector(mariadb_place)) as opened, closing(mariadb_place.server.connect()) as other:
        with other.cursor() as cursor:
            opened.load()
            opened._question.call_off()
            with pytest.raises(pymysql.OperationalError):
                opened._session().execute("SELECT 1")
            cursor.execute("SELECT 1")
        assert len(list(opened.listing())) == 1


def test_the_load_is_what_others_do(mariadb_place: Place) -> None:
    view_of(mariadb_place, "SELECT 1 AS a")
    with closing(connector(mariadb_place)) as opened, closing(mariadb_place.server.connect()) as other:
        before = opened.load()
        assert before.lag is None
        with contextlib.suppress(pymysql.Error):
            other._execute_command(3, "SELECT SLEEP(2)")
            time.sleep(0.1)
            assert (opened.load().active or 0) >= 1


class Replica:
    """A session with a server that follows others."""

    def __init__(self, *rows: dict[str, str | None]) -> None:
        self.replica_status = "SHOW REPLICA STATUS"
        self.rows = rows

    def execute(self, _: str) -> list[list[str]]:
        return [["Threads_running", "5"]]

    def named(self, query: str) -> Sequence[dict[str, str | None]]:
        assert query == self.replica_status
        return self.rows


@pytest.mark.parametrize(
    ("rows", "lag"),
    [
        ([], None),
        ([{"Seconds_Behind_Master": "3"}, {"Seconds_Behind_Master": "70"}], 70.0),
        ([{"Seconds_Behind_Source": "0"}], 0.0),
        ([{"Seconds_Behind_Source": None}], None),
    ],
)
def test_a_replicas_lag_is_the_longest(rows: list[dict[str, str | None]], lag: float | None) -> None:
    found = load(Replica(*rows))  # type: ignore[arg-type] # as much of a session as is used
    assert (found.active, found.lag) == (4, lag)


def seen(place: Place) -> str:
    with closing(connector(place)) as opened:
        assert sum(1 for _ in opened.listing()) >= 0
        return opened.view()


def test_the_view_moves_with_rights_and_with_nothing_else(mariadb_place: Place) -> None:
    database = mariadb_place.database
    mariadb_place.run("CREATE TABLE t (a INT)", "CREATE TABLE u (a INT)", f"GRANT SELECT ON {database}.t TO READER")
    mariadb_place.run(f"GRANT SELECT ON {database}.u TO READER")
    whole = seen(mariadb_place)
    mariadb_place.run("INSERT INTO t VALUES (1)", "CREATE TABLE w (a INT)", "DROP TABLE w")
    mariadb_place.run("ALTER USER READER WITH MAX_USER_CONNECTIONS 5", "SET PASSWORD FOR READER = PASSWORD('x')")
    mariadb_place.run("SET PASSWORD FOR READER = ''")
    assert seen(mariadb_place) == whole
    mariadb_place.run(f"REVOKE SELECT ON {database}.u FROM READER")
    less = seen(mariadb_place)
    mariadb_place.run(f"GRANT SELECT ON {database}.u TO READER")
    assert (less != whole, seen(mariadb_place)) == (True, whole)


def test_the_view_moves_when_a_right_was_lost_during_the_listing_only(mariadb_place: Place) -> None:
    mariadb_place.run("CREATE TABLE t (a INT)", f"GRANT SELECT ON {mariadb_place.database}.* TO READER")
    whole = seen(mariadb_place)
    with closing(connector(mariadb_place)) as opened:
        mariadb_place.run("REVOKE ALL PRIVILEGES, GRANT OPTION FROM READER")
        list(opened.listing())
        mariadb_place.run(f"GRANT SELECT ON {mariadb_place.database}.* TO READER")
        assert opened.view() != whole


def test_a_digest_of_grants_has_neither_password_nor_order() -> None:
    bare = "GRANT SELECT ON `a``b IDENTIFIED BY c`.* TO `r`@`%`"
    with_more = f"{bare} IDENTIFIED BY PASSWORD '*0' REQUIRE SSL WITH MAX_USER_CONNECTIONS 3"
    other = "GRANT USAGE ON *.* TO `r`@`%`"
    assert digest(["r@%"], [bare, other]) == digest(["r@%"], [other, with_more])
    assert digest(["r@%"], [bare]) != digest(["s@%"], [bare])
    assert digest(["r@%"], [bare]) != digest(["r@%"], [bare.replace("BY c", "BY d")])


def test_the_shipped_grants_are_enough_and_not_too_much(mariadb_place: Place) -> None:
    mariadb_place.run("CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1)", "CREATE VIEW v AS SELECT * FROM t")
    user = mariadb_place.reader.replace("reader", "city")
    filled = script("mariadb", user=user, schema=mariadb_place.database, database="")
    plain = "\n".join(line for line in filled.splitlines() if not line.startswith("--"))
    try:
        mariadb_place.server.run(*filter(str.strip, plain.split(";")))
        options = {**mariadb_place.options(user), "password": "env:RIGHT"}
        with closing(MariadbConnector(options, resolve=lambda _: "a-password-of-your-own", bounds=here(1))) as opened:
            assert [(check.name, check.passed) for check in opened.check() if not check.passed] == []
            refs = [ref for ref in opened.listing() if isinstance(ref, DatasetRef)]
            assert [opened.sample(ref, SamplePlan(rows=10, seed=1)).row_count for ref in refs] == [1, 1]
            assert opened.load().active is not None
    finally:
        mariadb_place.server.run(f"DROP USER IF EXISTS {user}")


def test_the_owner_stays_refused(mariadb_place: Place) -> None:
    with failing() as errors:
        listed(mariadb_place, user=OWNER)
    assert errors[0].reason is SkipReason.CAN_WRITE
