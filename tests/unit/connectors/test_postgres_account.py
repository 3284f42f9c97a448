"""What an account of PostgreSQL is given, what it sees, and how busy it finds the server."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from psycopg import sql

from catalog.errors import SkipReason, SourceError
from catalog.model.holdings import DatasetRef
from catalog.ports import Load, SamplePlan
from connectors.sql import postgres_load
from connectors.sql.postgres import PostgresConnector
from connectors.sql.postgres_load import Meter
from tests.support.bounds import here
from tests.support.postgres import libpq
from tests.support.sources import postgres_options


def run(url: str, script: str) -> None:
    with psycopg.connect(libpq(url), autocommit=True) as connection:
        connection.execute(script)


@pytest.fixture
def role(postgres_url: str) -> Iterator[str]:
    """A role of this test's own: roles belong to the whole server."""
    name = f"role_{uuid.uuid4().hex[:12]}"
    run(postgres_url, f"CREATE ROLE {name} LOGIN")
    yield name
    run(postgres_url, f"DROP OWNED BY {name}; DROP ROLE {name}")


def connector(url: str, user: str, **more: str) -> PostgresConnector:
    return PostgresConnector({**postgres_options(url, user), **more}, resolve=str, bounds=here(1))


def view(url: str, user: str, **more: str) -> str:
    with closing(connector(url, user, **more)) as opened:
        return opened.view()


def signals(url: str, user: str, **more: str) -> dict[str, str]:
    with closing(connector(url, user, **more)) as opened:
        return {ref.name: ref.change_signal for ref in opened.listing() if isinstance(ref, DatasetRef)}


def test_an_account_made_by_the_script_may_read_and_only_that(postgres_url: str) -> None:
    user, schema = f'cat "{uuid.uuid4().hex[:6]}', "the 'Agency' %s"
    database = postgres_url.rsplit("/", 1)[1]
    names = {name: sql.Identifier(word) for name, word in (("user", user), ("schema", schema))}
    with psycopg.connect(libpq(postgres_url), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}; CREATE TABLE {}.before (a int)").format(*[names["schema"]] * 2))
        script = files("connectors").joinpath("grants/postgres.sql").read_text(encoding="utf-8")
        connection.execute(sql.SQL(script).format(**names, database=sql.Identifier(database)))
        connection.execute(sql.SQL("CREATE TABLE {}.later (a int)").format(names["schema"]))
    try:
        with closing(connector(postgres_url, user)) as opened:
            checks = opened.check()
            assert [(check.name, check.passed) for check in checks if not check.passed] == []
            assert checks[-1].message == "the account may only read"
            found = [ref for ref in opened.listing() if isinstance(ref, DatasetRef)]
            assert [ref.name for ref in found] == [f"{schema}.before", f"{schema}.later"]
            assert [opened.sample(ref, SamplePlan(rows=5, seed=1)).row_count for ref in found] == [0, 0]
    finally:
        quoted = '"' + user.replace('"', '""') + '"'
        run(postgres_url, f"DROP OWNED BY {quoted}; DROP ROLE {quoted}")


@pytest.mark.parametrize(
    "power", ["CREATEDB", "CREATEROLE", "SUPERUSER", "IN ROLE pg_execute_server_program", "IN ROLE pg_write_all_data"]
)
def test_a_power_beyond_reading_is_refused(postgres_url: str, power: str) -> None:
    name = f"role_{uuid.uuid4().hex[:12]}"
    run(postgres_url, f"CREATE TABLE t (a int); CREATE ROLE {name} LOGIN {power}")
    with pytest.raises(SourceError) as caught, closing(connector(postgres_url, name)) as opened:
        list(opened.listing())
    assert caught.value.reason is SkipReason.CAN_WRITE
    run(postgres_url, f"DROP ROLE {name}")


def test_the_owner_of_a_table_is_refused_whatever_rights_it_gave_up(postgres_url: str, role: str) -> None:
    run(postgres_url, f"CREATE TABLE t (a int); ALTER TABLE t OWNER TO {role}; REVOKE ALL ON t FROM {role}")
    with pytest.raises(SourceError) as caught, closing(connector(postgres_url, role)) as opened:
        list(opened.listing())
    assert caught.value.reason is SkipReason.CAN_WRITE


@pytest.mark.parametrize(
    "power",
    [
        "GRANT INSERT ON elsewhere.t TO {0}",
        "GRANT UPDATE (a) ON elsewhere.t TO {0}",
        "GRANT DELETE ON elsewhere.p1 TO {0}",
        "GRANT INSERT ON public.p1 TO {0}",
        "GRANT CREATE ON SCHEMA empty TO {0}",
    ],
)
def test_a_right_to_write_is_refused_wherever_it_is(postgres_url: str, role: str, power: str) -> None:
    run(
        postgres_url,
        f"""CREATE SCHEMA elsewhere; CREATE SCHEMA empty; CREATE TABLE elsewhere.t (a int); CREATE TABLE t (a int);
        CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2);
        CREATE TABLE elsewhere.p1 PARTITION OF p FOR VALUES FROM (2) TO (3); GRANT SELECT ON t, p TO {role}""",
    )
    assert sorted(signals(postgres_url, role, schemas="public")) == ["public.p", "public.t"]
    run(postgres_url, power.format(role))
    with pytest.raises(SourceError) as caught, closing(connector(postgres_url, role, schemas="public")) as opened:
        list(opened.listing())
    assert caught.value.reason is SkipReason.CAN_WRITE


@pytest.mark.parametrize(
    ("more", "moved"),
    [
        ("GRANT SELECT (b) ON t TO {0}", {"public.t"}),
        ("GRANT SELECT ON p TO {0}", {"public.p"}),
        ("REVOKE SELECT (a) ON t FROM {0}; GRANT SELECT (b) ON t TO {0}", {"public.t"}),
        ("ALTER TABLE t ENABLE ROW LEVEL SECURITY", {"public.t"}),
        ("ALTER TABLE p ENABLE ROW LEVEL SECURITY", {"public.p"}),
        ("GRANT SELECT (b) ON t, p, whole TO reader", set()),
        ("REVOKE SELECT ON whole FROM {0}; GRANT SELECT (b) ON whole TO {0}", {"public.whole"}),
    ],
)
def test_what_the_account_is_given_or_loses_moves_the_change_signal(
    postgres_url: str, role: str, more: str, moved: set[str]
) -> None:
    run(
        postgres_url,
        f"""CREATE TABLE t (a int, b int); CREATE TABLE p (a int, b int) PARTITION BY RANGE (a);
        CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2); GRANT SELECT (a) ON t, p TO {role};
        CREATE TABLE whole (a int, b int); GRANT SELECT ON whole TO {role}""",
    )
    before = signals(postgres_url, role)
    run(postgres_url, more.format(role))
    after = signals(postgres_url, role)
    assert {name for name in before if before[name] != after[name]} == moved
    assert sorted(after) == ["public.p", "public.t", "public.whole"]


def test_the_view_moves_with_the_rights_of_the_account_and_nothing_else(postgres_url: str, role: str) -> None:
    before = view(postgres_url, role)
    run(postgres_url, f"CREATE TABLE t (a int); GRANT SELECT ON t TO {role}; ANALYZE")
    assert view(postgres_url, role) == before
    assert view(postgres_url, "reader") != before
    assert role not in before
    run(postgres_url, f"GRANT pg_read_all_data TO {role}")
    wider = view(postgres_url, role)
    assert wider != before
    run(postgres_url, f"REVOKE pg_read_all_data FROM {role}; ALTER ROLE {role} BYPASSRLS")
    assert view(postgres_url, role) not in (before, wider)
    run(postgres_url, f"ALTER ROLE {role} NOBYPASSRLS")
    assert view(postgres_url, role) == before


def test_statements_of_others_are_counted_where_they_are_seen(postgres_url: str, role: str) -> None:
    run(postgres_url, f"GRANT pg_read_all_stats TO {role}")
    with (
        psycopg.connect(libpq(postgres_url), autocommit=True) as busy,
        closing(connector(postgres_url, role)) as opened,
        ThreadPoolExecutor(1) as pool,
    ):
        idle = opened.load()
        asked = pool.submit(busy.execute, "SELECT pg_sleep(9)")
        while busy.info.transaction_status is not psycopg.pq.TransactionStatus.ACTIVE:
            assert not asked.done()
        loaded = opened.load()
        while loaded.active == idle.active and not asked.done():  # it is sent, and perhaps not yet begun
            loaded = opened.load()
        busy.cancel_safe()
        assert isinstance(asked.exception(5), psycopg.errors.QueryCanceled)
    assert (idle.lag, loaded.lag) == (None, None)
    assert idle.active is not None
    assert loaded.active == idle.active + 1


def test_what_an_account_may_not_see_is_not_called_idle(postgres_url: str, role: str) -> None:
    with psycopg.connect(libpq(postgres_url)), closing(connector(postgres_url, role)) as opened:
        assert opened.load().active is None


class Told:
    """A connection whose answers are given; ``worked`` are the seconds statements took."""

    def __init__(self, *, hidden: int = 1, worked: float = 0, lag: float | None = None, version: int = 150_000) -> None:
        self.answers = {
            postgres_load._ACTIVE: (3, hidden),
            postgres_load._LAG: (lag,),
            postgres_load._ACTIVE_TIME: (worked,),
        }
        self.info = SimpleNamespace(server_version=version)

    def execute(self, query: str) -> Any:
        return SimpleNamespace(fetchone=lambda: self.answers[query])


def loads(monkeypatch: pytest.MonkeyPatch, *looks: tuple[float, Told]) -> list[Load]:
    meter, found = Meter(), []
    for now, told in looks:
        monkeypatch.setattr(postgres_load, "time", SimpleNamespace(monotonic=lambda now=now: now))
        found.append(meter.read(told))  # type: ignore[arg-type] # all of a connection that it uses
    return found


def test_hidden_statements_are_estimated_from_the_time_they_took(monkeypatch: pytest.MonkeyPatch) -> None:
    found = loads(monkeypatch, (100, Told(worked=50)), (110, Told(worked=91)), (120, Told(worked=3)))
    assert [load.active for load in found] == [None, 4, None]


def test_an_old_server_does_not_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    found = loads(monkeypatch, (100, Told(version=130_000)), (110, Told(worked=91, version=130_000)))
    assert [load.active for load in found] == [None, None]


def test_a_replica_tells_how_far_it_is_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    assert loads(monkeypatch, (1, Told(hidden=0, lag=7.5))) == [Load(3, 7.5)]
