"""Ending from outside what a PostgreSQL server is asked, whatever state the server is in."""

import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg
import pytest

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.holdings import DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.sql import postgres
from connectors.sql.postgres import PostgresConnector
from connectors.sql.postgres_selects import PostgresColumn, Relation, Selects
from tests.support.bounds import here
from tests.support.postgres import libpq
from tests.support.sources import postgres_options

PLAN = SamplePlan(rows=5, seed=1)
STUCK = "SELECT pg_sleep(60)::text AS a"


@pytest.fixture
def url(postgres_url: str) -> str:
    """A database with a view that takes a minute and a table that takes none."""
    with psycopg.connect(libpq(postgres_url), autocommit=True) as connection:
        connection.execute(
            f"CREATE VIEW v AS {STUCK}; CREATE TABLE t (a int); GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"
        )
    return postgres_url


def connector(url: str, **more: str) -> PostgresConnector:
    return PostgresConnector({**postgres_options(url), **more}, resolve=str, bounds=here(1))


def refs(opened: PostgresConnector) -> dict[str, DatasetRef]:
    return {ref.name: ref for ref in opened.listing() if isinstance(ref, DatasetRef)}


def running(url: str) -> int:
    with psycopg.connect(libpq(url)) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'reader'"
            " AND state = 'active'"
        ).fetchone()
    return found[0] if found else 0


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


@contextmanager
def asking(opened: PostgresConnector, url: str) -> Iterator[Future[Sample]]:
    """Ask for the view in a thread and wait until the server is at it."""
    ref = refs(opened)["public.v"]
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(opened.sample, ref, PLAN)
        wait_for(lambda: running(url) == 1, 5)
        yield asked


def test_what_another_thread_asks_ends_at_the_server_and_the_session_lives_on(url: str) -> None:
    with closing(connector(url)) as opened:
        with asking(opened, url) as asked:
            started = time.monotonic()
            opened.cancel()
            assert time.monotonic() - started < 2
            with pytest.raises(DatasetError) as caught:
                asked.result(2)
        assert caught.value.reason is SkipReason.TIMED_OUT
        assert "ended before" in str(caught.value)
        assert running(url) == 0
        assert opened._opened is not None
        process = opened._opened.info.backend_pid
        assert opened.sample(refs(opened)["public.t"], PLAN).row_count == 0
        assert opened._opened.info.backend_pid == process


def test_no_further_step_is_made_of_what_was_called_off(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(connector(url)) as opened:
        ref = refs(opened)["public.t"]

        def called_off(relation: Relation, columns: list[PostgresColumn], plan: SamplePlan) -> Selects:
            opened._question.call_off()
            return Selects(relation, columns, plan)

        monkeypatch.setattr(postgres, "Selects", called_off)
        with pytest.raises(DatasetError) as caught:
            opened.sample(ref, PLAN)
    assert caught.value.reason is SkipReason.TIMED_OUT


def test_ending_nothing_is_no_error(url: str) -> None:
    opened = connector(url)
    opened.cancel()
    assert refs(opened)
    opened.cancel()
    assert opened.sample(refs(opened)["public.t"], PLAN).row_count == 0
    opened.close()
    opened.cancel()


class Wire:
    """Stands between a client and the server; once cut it lets nothing through and says nothing."""

    def __init__(self, port: int) -> None:
        self._server = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._selector = selectors.DefaultSelector()
        self._sockets = [self._listener]
        self.is_cut = self._is_over = False
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self) -> None:
        self._is_over = True
        self._thread.join()
        for each in self._sockets:
            each.close()

    def _run(self) -> None:
        self._selector.register(self._listener, selectors.EVENT_READ)
        while not self._is_over:
            for key, _ in self._selector.select(0.02):
                if self.is_cut:
                    time.sleep(0.02)
                elif key.fileobj is self._listener:
                    self._join()
                elif data := key.fileobj.recv(65536):  # type: ignore[union-attr] # a socket
                    key.data.sendall(data)
                else:
                    self._selector.unregister(key.fileobj)
                    key.data.shutdown(socket.SHUT_WR)

    def _join(self) -> None:
        client, server = self._listener.accept()[0], socket.create_connection(self._server)
        self._sockets += [client, server]
        self._selector.register(client, selectors.EVENT_READ, server)
        self._selector.register(server, selectors.EVENT_READ, client)


def test_a_server_that_says_nothing_more_is_left_within_two_seconds(url: str) -> None:
    with (
        closing(Wire(int(postgres_options(url)["port"]))) as wire,
        closing(connector(url, port=str(wire.port))) as opened,
        asking(opened, url) as asked,
    ):
        wire.is_cut = True
        started = time.monotonic()
        try:
            opened.cancel()
            assert time.monotonic() - started < 2
            with pytest.raises(SourceError) as caught:
                asked.result(1)
        finally:
            # Otherwise what was not ended is waited for.
            wire.close()
        assert caught.value.reason is SkipReason.TIMED_OUT


def test_the_server_ends_what_nobody_waits_for_any_more(url: str) -> None:
    with closing(connector(url)) as opened, asking(opened, url) as asked:
        assert opened._opened is not None
        postgres._hang_up(opened._opened)
        with pytest.raises(DatasetError):
            asked.result(2)
        wait_for(lambda: running(url) == 0, 3)


def test_a_function_that_goes_on_when_it_is_told_to_end_is_ended_all_the_same(url: str) -> None:
    with psycopg.connect(libpq(url), autocommit=True) as connection:
        connection.execute("""
            CREATE FUNCTION stubborn() RETURNS text LANGUAGE plpgsql AS $$ BEGIN
                FOR number IN 1..60 LOOP
                    BEGIN PERFORM pg_sleep(1); EXCEPTION WHEN query_canceled THEN NULL; END;
                END LOOP;
                RETURN 'a';
            END $$;
            CREATE VIEW w AS SELECT stubborn() AS a; GRANT SELECT ON w TO reader
        """)
    with closing(connector(url)) as opened:
        found = refs(opened)
        started = time.monotonic()
        with pytest.raises(DatasetError) as caught:
            opened.sample(found["public.w"], SamplePlan(rows=5, seed=1, seconds=0.5))
        assert time.monotonic() - started < 2
        assert caught.value.reason is SkipReason.TIMED_OUT
        wait_for(lambda: running(url) == 0, 2)
        assert opened.sample(found["public.t"], PLAN).row_count == 0


def test_a_server_has_longer_to_list_what_there_is_than_for_one_sample(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[float] = []
    monkeypatch.setattr(postgres, "limit", lambda _, seconds: given.append(seconds))
    with closing(connector(url)) as opened:
        found = refs(opened)
        assert set(given) == {60.0}
        given.clear()
        opened.sample(found["public.t"], SamplePlan(rows=5, seed=1, seconds=99))
        opened.view()
        assert set(given) == {15.0}
