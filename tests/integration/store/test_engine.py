"""Connections to the catalog's database: runs that hold their locks leave enough of them for the work."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from catalog.errors import StoreError
from catalog.store import engine as engines

#: More than the pool of an engine holds.
MANY = 16


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    address = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    opened = engines.open_engine(address or f"sqlite:///{tmp_path / 'catalog.db'}")
    yield opened
    opened.dispose()


def test_many_sources_scanned_at_a_time_leave_connections_for_the_work(engine: Engine) -> None:
    with ExitStack() as runs:
        held = [runs.enter_context(engines.source_lock(engine, number)) for number in range(MANY)]
        assert held == [True] * MANY
        with engines.writing(engine) as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_a_source_is_locked_until_its_holder_lets_it_go(engine: Engine) -> None:
    with engines.source_lock(engine, 1) as mine:
        with engines.source_lock(engine, 1) as another:
            assert (mine, another) == (True, False)
        with engines.source_lock(engine, 1) as once_more:
            assert not once_more, "who did not get it let nothing go"
    with engines.source_lock(engine, 1) as free:
        assert free


def test_that_no_connection_is_free_is_an_error_of_ours(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}", pool_size=1, max_overflow=0, pool_timeout=0.01)
    with (
        engines.connected(engine),
        pytest.raises(StoreError, match="all connections to it stay in use"),
        engines.connected(engine),
    ):
        pass
    engine.dispose()
