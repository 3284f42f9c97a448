"""PostgreSQL servers and accounts in every state."""

import re
import socket
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from catalog.errors import SettingsError, SkipReason, SourceError
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan, Unlisted
from connectors.sql import postgres_session
from connectors.sql.postgres import PostgresConnector
from tests.support.bounds import here
from tests.support.postgres import GUARDED, GUARDED_PASSWORD, libpq
from tests.support.sources import postgres_options

CANARY = "canary-4711-value"
PLAN = SamplePlan(rows=50, seed=1)
READ_ALL = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;"


def resolve(reference: str) -> str:
    words = {"env:RIGHT": GUARDED_PASSWORD, "env:WRONG": "not-the-word"}
    if reference not in words:
        raise SettingsError(f"Secret {reference}", "it is not set", "Set it.")
    return words[reference]


def run(url: str, script: str) -> None:
    with psycopg.connect(libpq(url), autocommit=True) as connection:
        connection.execute(script)


def connector(url: str, **more: str) -> PostgresConnector:
    return PostgresConnector({**postgres_options(url), **more}, resolve=resolve, bounds=here(1))


def listed(url: str, **more: str) -> dict[str, DatasetRef]:
    with closing(connector(url, **more)) as opened:
        return {ref.name: ref for ref in opened.listing() if isinstance(ref, DatasetRef)}


def sample(url: str, name: str, plan: SamplePlan = PLAN) -> Sample:
    ref = listed(url)[name]
    with closing(connector(url)) as opened:
        return opened.sample(ref, plan)


@contextmanager
def failing() -> Iterator[list[SourceError]]:
    errors: list[SourceError] = []
    with pytest.raises(SourceError) as caught:
        yield errors
    errors.append(caught.value)
    assert CANARY not in f"{caught.value!s} {caught.value!r} {caught.value.__cause__!r}"
    assert GUARDED_PASSWORD not in str(caught.value)


def passed(url: str, **more: str) -> Sequence[tuple[str, bool]]:
    with closing(connector(url, **more)) as opened:
        return [(check.name, check.passed) for check in opened.check()]


def test_check_names_every_step(postgres_url: str) -> None:
    run(postgres_url, f"CREATE TABLE t (a int); {READ_ALL}")
    steps = ["name", "port", "TLS", "login", "permission", "write"]
    assert passed(postgres_url) == [(step, True) for step in steps]


def test_check_ends_at_the_step_that_fails(postgres_url: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = str(unused.getsockname()[1])
        assert passed(postgres_url, port=closed) == [("name", True), ("port", False)]
    assert passed(postgres_url, host="nowhere.invalid") == [("name", False)]
    assert passed(postgres_url, sslmode="require")[-1] == ("TLS", False)
    assert passed(postgres_url, user=GUARDED, password="env:WRONG")[-1] == ("login", False)
    assert passed(postgres_url, user=GUARDED, password="env:RIGHT")[3:] == [
        ("login", True),
        ("permission", False),
        ("write", True),
    ]
    assert passed(postgres_url, user="owner")[-1] == ("write", False)


def test_something_else_on_the_port_is_no_server(postgres_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(5)
        port = str(other.getsockname()[1])
        opened = connector(postgres_url, port=port)

        def answer() -> None:
            for _ in range(2):
                peer, _address = other.accept()
                with peer:
                    peer.sendall(b"HTTP/1.1 400")

        thread = threading.Thread(target=answer)
        thread.start()
        checks = opened.check()
        thread.join()
    assert (checks[-1].name, checks[-1].passed) == ("TLS", False)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"user": GUARDED, "password": "env:WRONG"}, SkipReason.LOGIN_REFUSED),
        ({"user": GUARDED}, SkipReason.LOGIN_REFUSED),
        ({"user": "nobody_known"}, SkipReason.LOGIN_REFUSED),
        ({"database": "nowhere"}, SkipReason.LOGIN_REFUSED),
        ({"database": "postgres host=example.invalid"}, SkipReason.LOGIN_REFUSED),
        ({"user": "reader options=-cdefault_transaction_read_only=off"}, SkipReason.LOGIN_REFUSED),
        ({"host": "nowhere.invalid"}, SkipReason.UNREACHABLE),
        ({"sslmode": "verify-full"}, SkipReason.UNREACHABLE),
        ({"user": GUARDED, "password": "env:UNSET"}, SkipReason.BAD_SETTINGS),
        ({"schemas": "public,nowhere"}, SkipReason.BAD_SETTINGS),
        ({"user": "owner"}, SkipReason.CAN_WRITE),
    ],
)
def test_why_there_is_no_listing(postgres_url: str, options: dict[str, str], reason: SkipReason) -> None:
    with failing() as errors:
        listed(postgres_url, **options)
    assert errors[0].reason is reason


@pytest.mark.parametrize(
    "wrong",
    [{"host": "a,b"}, {"host": "/tmp"}, {"port": "0"}, {"port": "x"}, {"sslmode": "no"}, {"allow_write": "maybe"}],
)
def test_options_that_reach_no_driver(postgres_url: str, wrong: dict[str, str]) -> None:
    with failing() as errors:
        connector(postgres_url, **wrong)
    assert errors[0].reason is SkipReason.BAD_SETTINGS


def test_a_password_opens(postgres_url: str) -> None:
    run(postgres_url, f"CREATE TABLE t (a int); GRANT SELECT ON t TO {GUARDED}")
    assert set(listed(postgres_url, user=GUARDED, password="env:RIGHT")) == {"public.t"}
    assert GUARDED_PASSWORD not in repr(vars(connector(postgres_url, user=GUARDED, password="env:RIGHT")))


@pytest.mark.parametrize(
    "grant",
    [
        "GRANT INSERT ON t TO reader",
        "GRANT UPDATE (a) ON t TO reader",
        "GRANT TRUNCATE ON t TO reader",
        "GRANT DELETE ON t TO PUBLIC",
        "GRANT CREATE ON SCHEMA public TO reader",
    ],
)
def test_an_account_that_may_write_is_refused_unless_allowed(postgres_url: str, grant: str) -> None:
    run(postgres_url, f"CREATE TABLE t (a int); {READ_ALL} {grant}")
    with failing() as errors:
        listed(postgres_url)
    assert errors[0].reason is SkipReason.CAN_WRITE
    assert set(listed(postgres_url, allow_write="yes")) == {"public.t"}


def test_every_kind_of_relation_is_listed_and_sampled(postgres_url: str) -> None:
    run(
        postgres_url,
        f"""
        CREATE TABLE t (id int PRIMARY KEY, code text UNIQUE, note text NOT NULL);
        COMMENT ON TABLE t IS 'about t'; COMMENT ON COLUMN t.note IS 'about note';
        INSERT INTO t SELECT i, 'c' || i, 'n' || i FROM generate_series(1, 500) i;
        CREATE VIEW v AS SELECT * FROM t;
        CREATE MATERIALIZED VIEW m AS SELECT * FROM t;
        CREATE MATERIALIZED VIEW unfilled AS SELECT * FROM t WITH NO DATA;
        CREATE TABLE p (a int) PARTITION BY RANGE (a);
        CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (1000);
        INSERT INTO p SELECT generate_series(1, 900);
        ANALYZE; {READ_ALL}
        """,
    )
    found = listed(postgres_url)
    assert {name: ref.kind for name, ref in found.items() if ref.kind is not DatasetKind.TABLE} == {
        "public.v": DatasetKind.VIEW,
        "public.m": DatasetKind.MATERIALIZED_VIEW,
        "public.unfilled": DatasetKind.MATERIALIZED_VIEW,
    }
    assert {name: ref.row_estimate for name, ref in found.items()} == {
        "public.t": 500,
        "public.v": None,
        "public.m": 500,
        "public.unfilled": found["public.unfilled"].row_estimate,
        "public.p": 900,
    }
    assert found["public.t"].comment == "about t"
    assert found["public.t"].key.startswith("oid:")
    columns = sample(postgres_url, "public.t").columns
    assert [(column.key, column.in_key, column.nullable, column.comment) for column in columns] == [
        ("attnum:1", True, False, ""),
        ("attnum:2", True, True, ""),
        ("attnum:3", False, False, "about note"),
    ]
    methods = {name: sample(postgres_url, f"public.{name}").method for name in "tvmp"}
    assert methods == {
        "t": SampleMethod.RANDOM_ROWS,
        "v": SampleMethod.RANDOM_ROWS,
        "m": SampleMethod.RANDOM_ROWS,
        "p": SampleMethod.RANDOM_ROWS,
    }
    with failing() as errors:
        sample(postgres_url, "public.unfilled")
    assert errors[0].reason is SkipReason.UNREADABLE


def test_a_table_without_columns_is_empty(postgres_url: str) -> None:
    run(postgres_url, f"CREATE TABLE nothing (a int); {READ_ALL}")
    ref = listed(postgres_url)["public.nothing"]
    run(postgres_url, "ALTER TABLE nothing DROP COLUMN a")
    with failing() as errors, closing(connector(postgres_url)) as opened:
        opened.sample(ref, PLAN)
    assert errors[0].reason is SkipReason.EMPTY


def test_what_may_not_be_read_is_listed_with_the_reason(postgres_url: str) -> None:
    run(
        postgres_url,
        f"CREATE TABLE open (a int); {READ_ALL} CREATE TABLE closed (a int); CREATE SCHEMA s; "
        "CREATE TABLE s.t (a int); GRANT SELECT ON s.t TO reader",
    )
    with closing(connector(postgres_url)) as opened:
        unlisted = {item.ref.name: item.reason for item in opened.listing() if isinstance(item, Unlisted)}
    assert unlisted == {"public.closed": SkipReason.NO_PERMISSION, "s.t": SkipReason.NO_PERMISSION}


def test_only_the_schemas_asked_for_are_listed(postgres_url: str) -> None:
    run(
        postgres_url,
        "CREATE SCHEMA s; CREATE TABLE s.t (a int); CREATE TABLE t (a int); "
        "GRANT USAGE ON SCHEMA s TO reader; GRANT SELECT ON s.t, t TO reader",
    )
    assert set(listed(postgres_url, schemas="s")) == {"s.t"}
    assert set(listed(postgres_url)) == {"s.t", "public.t"}


def test_columns_that_may_not_be_read_make_the_sample_partial(postgres_url: str) -> None:
    run(
        postgres_url,
        "CREATE TABLE t (a text, b text); INSERT INTO t VALUES ('1', '2'); GRANT SELECT (a) ON t TO reader",
    )
    rows = sample(postgres_url, "public.t")
    assert (list(rows.values(0)), list(rows.values(1))) == (["1"], [None])
    assert rows.caveats == {Caveat.UNREAD_COLUMNS}


def test_rows_hidden_by_a_policy_make_the_sample_partial(postgres_url: str) -> None:
    run(
        postgres_url,
        f"""CREATE TABLE t (a text); INSERT INTO t VALUES ('1'), ('2'); ALTER TABLE t ENABLE ROW LEVEL SECURITY;
        CREATE POLICY one ON t FOR SELECT USING (a = '1'); {READ_ALL}""",
    )
    rows = sample(postgres_url, "public.t")
    assert (list(rows.values(0)), rows.caveats) == (["1"], {Caveat.UNSEEN_ROWS})


def test_every_type_becomes_text_and_bytes_become_nothing(postgres_url: str) -> None:
    run(
        postgres_url,
        f"""CREATE DOMAIN photo AS bytea; CREATE TYPE mood AS ENUM ('good');
        CREATE TABLE t (a bytea, b photo, c jsonb, d date, e numeric, f boolean, g text, h mood, i double precision);
        INSERT INTO t VALUES ('x', 'x', '17', '2020-01-31', 1.50, true, 'a "b" (\\c),\n', 'good', 2125551234);
        {READ_ALL}""",
    )
    rows = sample(postgres_url, "public.t")
    values = [rows.values(place)[0] for place in range(9)]
    assert values == [None, None, "17", "2020-01-31", "1.50", "true", 'a "b" (\\c),\n', "good", "2125551234"]


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        (f"SELECT ('{CANARY}' || g)::int AS a FROM generate_series(1, 3) g", SkipReason.UNREADABLE),
        (f"SELECT ('{{{CANARY}' || g)::jsonb AS a FROM generate_series(1, 3) g", SkipReason.UNREADABLE),
        (f"SELECT to_date('{CANARY}' || g, 'YYYY') AS a FROM generate_series(1, 3) g", SkipReason.UNREADABLE),
        ("SELECT 1 / (g - 1) AS a FROM generate_series(1, 3) g", SkipReason.UNREADABLE),
        ("SELECT pg_sleep(60)::text AS a", SkipReason.TIMED_OUT),
        ("SELECT nextval('public.counter') AS a", SkipReason.NO_PERMISSION),
    ],
)
def test_a_failing_view_gives_its_reason_and_no_value(postgres_url: str, view: str, reason: SkipReason) -> None:
    run(
        postgres_url,
        f"CREATE SEQUENCE counter; CREATE VIEW v AS {view}; {READ_ALL} GRANT USAGE ON SEQUENCE counter TO reader",
    )
    with failing() as errors:
        sample(postgres_url, "public.v", SamplePlan(rows=10, seed=1, seconds=0.3))
    assert errors[0].reason is reason
    with psycopg.connect(libpq(postgres_url)) as connection:
        running = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state = 'active' AND query LIKE '%public%' AND pid <> pg_backend_pid()"
        )
        assert running.fetchone() == (0,)


def test_what_would_not_fit_into_a_sample_is_cut_and_the_session_lives_on(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.sql.postgres_reading.SAMPLE_CHARACTERS", 100_000)
    run(
        postgres_url,
        f"""CREATE TABLE wide (a text); INSERT INTO wide SELECT repeat('x', 4000) FROM generate_series(1, 2000);
        CREATE TABLE t (a text); INSERT INTO t VALUES ('1'); ANALYZE; {READ_ALL}""",
    )
    refs = listed(postgres_url)
    with closing(connector(postgres_url)) as opened:
        first = opened.sample(refs["public.wide"], PLAN)
        process = opened._opened.info.backend_pid if opened._opened else 0
        second = opened.sample(refs["public.t"], PLAN)
        assert opened._opened is not None
        assert opened._opened.info.backend_pid == process
    assert first.caveats == {Caveat.CUT}
    assert 10 <= first.row_count <= 24
    assert first.method is SampleMethod.RANDOM_ROWS
    assert (second.partly, list(second.values(0))) == (False, ["1"])


def test_a_locked_table_is_given_up(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(postgres_session._SESSION, "lock_timeout", "50ms")
    run(postgres_url, f"CREATE TABLE t (a int); {READ_ALL}")
    ref = listed(postgres_url)["public.t"]
    with psycopg.connect(libpq(postgres_url)) as other, closing(connector(postgres_url)) as opened:
        list(opened.listing())
        other.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        with failing() as errors:
            opened.sample(ref, PLAN)
        other.rollback()
        assert errors[0].reason is SkipReason.TIMED_OUT
        assert opened.sample(ref, PLAN).row_count == 0


def test_a_lost_connection_is_said_and_made_anew(postgres_url: str) -> None:
    run(postgres_url, f"CREATE TABLE t (a int); {READ_ALL}")
    with closing(connector(postgres_url)) as opened:
        ref = next(iter(opened.listing()))
        assert isinstance(ref, DatasetRef)
        run(
            postgres_url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'privacy-catalog' AND datname = current_database()",
        )
        with failing() as errors:
            opened.sample(ref, PLAN)
        assert errors[0].reason is SkipReason.UNREACHABLE
        assert opened.sample(ref, PLAN).row_count == 0


def test_the_session_is_bounded_and_read_only(postgres_url: str) -> None:
    with closing(connector(postgres_url)) as opened:
        opened.view()
        assert opened._opened is not None
        shown: dict[str, Any] = {
            name: opened._opened.execute(f"SHOW {name}").fetchone()
            for name in (
                "default_transaction_read_only",
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "max_parallel_workers_per_gather",
                "client_connection_check_interval",
                "application_name",
                "search_path",
            )
        }
    assert {name: value[0] for name, value in shown.items()} == {
        "default_transaction_read_only": "on",
        "statement_timeout": "15s",
        "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "30s",
        "max_parallel_workers_per_gather": "0",
        "client_connection_check_interval": "1s",
        "application_name": "privacy-catalog",
        "search_path": "pg_catalog",
    }


def test_somebodys_own_function_does_not_stand_in_for_the_engines(postgres_url: str) -> None:
    run(
        postgres_url,
        f"""CREATE TABLE t (a text); INSERT INTO t VALUES ('1'); {READ_ALL}
        CREATE FUNCTION public.left(text, integer) RETURNS text LANGUAGE sql AS $$ SELECT 'taken over' $$;
        ALTER ROLE reader IN DATABASE {postgres_url.rsplit("/", 1)[1]} SET search_path = public, pg_catalog;""",
    )
    assert list(sample(postgres_url, "public.t").values(0)) == ["1"]


def test_the_server_saw_nothing_but_reading(postgres_url: str) -> None:
    database = postgres_url.rsplit("/", 1)[1]
    run(
        postgres_url,
        f"""CREATE TABLE t (a int); INSERT INTO t SELECT generate_series(1, 500);
        CREATE MATERIALIZED VIEW m AS TABLE t;
        CREATE TABLE k (a int PRIMARY KEY, b jsonb);
        INSERT INTO k SELECT i, '{{"a": 1}}' FROM generate_series(1, 500) i;
        CREATE VIEW v AS SELECT * FROM t;
        ANALYZE; {READ_ALL} ALTER DATABASE {database} SET log_statement = 'all'""",
    )
    with closing(connector(postgres_url)) as opened:
        refs = [ref for ref in opened.listing() if isinstance(ref, DatasetRef)]
        assert all(opened.sample(ref, PLAN).row_count >= 50 for ref in refs)
        opened.view()
        opened.load()
        assert opened._opened is not None
        process = opened._opened.info.backend_pid
    with psycopg.connect(libpq(postgres_url)) as connection:
        (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    log = (Path(folder).parent / "log").read_text(encoding="utf-8")
    statements = re.findall(rf"\[{process}\] LOG:  (?:statement|execute [^:]+):\s+(\w+)", log)
    assert len(statements) >= 30
    assert set(statements) == {"SELECT", "SET"}


def signals(url: str) -> dict[str, str]:
    run(url, "SELECT pg_stat_force_next_flush()")
    return {name: ref.change_signal for name, ref in listed(url).items()}


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ("INSERT INTO t VALUES (3)", {"public.t"}),
        ("UPDATE t SET a = 4", {"public.t"}),
        ("TRUNCATE t", {"public.t"}),
        ("ALTER TABLE t ADD COLUMN b int", {"public.t"}),
        ("REFRESH MATERIALIZED VIEW m", {"public.m"}),
        ("INSERT INTO p VALUES (1)", {"public.p"}),
        ("ALTER TABLE p DETACH PARTITION p1", {"public.p"}),
        ("ALTER TABLE p RENAME COLUMN a TO b", {"public.p"}),
        ("ANALYZE", set()),
        ("COMMENT ON TABLE t IS 'about t'; VACUUM t", set()),
    ],
)
def test_the_change_signal_moves_with_what_is_held_and_nothing_else(
    postgres_url: str, change: str, moved: set[str]
) -> None:
    run(
        postgres_url,
        f"""CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2); CREATE MATERIALIZED VIEW m AS TABLE t;
        CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (9);
        CREATE VIEW v AS TABLE t; {READ_ALL}""",
    )
    before = signals(postgres_url)
    for statement in change.split("; "):
        run(postgres_url, statement)
    after = signals(postgres_url)
    assert {name for name in before if before[name] != after[name]} == moved
    assert before["public.v"] == ""
    assert all(before[f"public.{name}"] for name in "tmp")


def test_a_server_that_counts_no_changes_gives_no_signal(postgres_url: str) -> None:
    database = postgres_url.rsplit("/", 1)[1]
    run(postgres_url, f"CREATE TABLE t (a int); {READ_ALL} ALTER DATABASE {database} SET track_counts = off")
    assert signals(postgres_url) == {"public.t": ""}


def test_a_view_that_needs_too_many_temporary_files_is_too_large(postgres_url: str) -> None:
    role = f"role_{uuid.uuid4().hex[:12]}"
    run(
        postgres_url,
        f"""CREATE VIEW v AS SELECT i AS a FROM generate_series(1, 300000) i ORDER BY md5(i::text);
        CREATE ROLE {role} LOGIN; GRANT SELECT ON v TO {role};
        ALTER ROLE {role} SET work_mem = '64kB'; ALTER ROLE {role} SET temp_file_limit = '100kB'""",
    )
    with failing() as errors, closing(connector(postgres_url, user=role)) as opened:
        opened.sample(next(ref for ref in opened.listing() if isinstance(ref, DatasetRef)), PLAN)
    assert errors[0].reason is SkipReason.TOO_LARGE
    run(postgres_url, f"DROP OWNED BY {role}; DROP ROLE {role}")
