"""Nobody who holds the end of the audit chain waits for somebody who waits for it; PostgreSQL alone locks rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text

from catalog.model.sessions import Door, Session
from catalog.services.catalog import Catalog
from catalog.store import engine, exports, sessions
from catalog.store.engine import Connection
from tests.integration.services.conftest import two_agencies
from tests.support.builders import CPO


@pytest.fixture(params=["postgresql"])
def catalog(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    with two_agencies(request, tmp_path_factory.mktemp("locks")) as made:
        yield made


@contextmanager
def without_waiting(catalog: Catalog) -> Iterator[Connection]:
    """A transaction that fails where it would have to wait for another."""
    with engine.writing(catalog.engine) as connection:
        connection.execute(text("SET LOCAL lock_timeout = '100ms'"))
        yield connection


def a_session(catalog: Catalog, name: str) -> Session:
    now = catalog.clock.now()
    return Session(name * 64, name * 16, CPO.person_id, Door.DEMO, (), "", now, now, now)


def test_somebody_comes_in_while_what_they_take_away_is_counted(catalog: Catalog) -> None:
    with engine.writing(catalog.engine) as counting:
        exports.rows_since(counting, CPO.person_id, catalog.clock.now())
        with without_waiting(catalog) as coming_in:
            sessions.add(coming_in, a_session(catalog, "a"))


def test_who_comes_in_does_not_wait_for_who_ends_sessions(catalog: Catalog) -> None:
    catalog.note(lambda connection: sessions.add(connection, a_session(catalog, "a")))
    with engine.writing(catalog.engine) as ending:
        sessions.end_all(ending, CPO.person_id)
        with without_waiting(catalog) as coming_in:
            sessions.end_begun_before(coming_in, catalog.clock.now() + timedelta(days=1))
