"""How busy a PostgreSQL server is, as far as an ordinary account can tell."""

import time
from typing import Any

import psycopg

from catalog.ports import Load

_NEVER_TOLD = 140_000

# What others do is hidden from an account without pg_read_all_stats: their sessions are seen, not whether they work.
_ACTIVE = """
    SELECT count(*) FILTER (WHERE state = 'active' AND backend_type = 'client backend'),
        count(*) FILTER (WHERE state IS NULL AND backend_type IS NULL AND datid IS NOT NULL)
    FROM pg_stat_activity WHERE pid <> pg_backend_pid()
"""
_ACTIVE_TIME = "SELECT sum(active_time) / 1000.0 FROM pg_stat_database"
# A replica that has replayed all it received is not behind, however long ago the last change was.
_LAG = """
    SELECT CASE WHEN NOT pg_is_in_recovery() THEN NULL
        WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
        ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float
"""


class Meter:
    """Asks one server how busy it is; remembers what needs two looks."""

    def __init__(self) -> None:
        self._before: tuple[float, float] | None = None

    def read(self, connection: psycopg.Connection[Any]) -> Load:
        """How busy it is now.

        Raises:
            psycopg.Error: when it does not answer.
        """
        (active, hidden), (lag,) = _row(connection, _ACTIVE), _row(connection, _LAG)
        return Load(self._estimate(connection) if hidden else active, lag)

    def _estimate(self, connection: psycopg.Connection[Any]) -> int | None:
        """Statements at work on average since the last look, by the time they took; None at the first look.

        The server counts that time when a statement is over, so this lags behind.
        """
        if connection.info.server_version < _NEVER_TOLD:
            return None
        (worked,) = _row(connection, _ACTIVE_TIME)
        now, before = (time.monotonic(), float(worked or 0)), self._before
        self._before = now
        if before is None or now[0] - before[0] < 1 or now[1] < before[1]:
            return None
        return round((now[1] - before[1]) / (now[0] - before[0]))


def _row(connection: psycopg.Connection[Any], query: Any) -> tuple[Any, ...]:
    return connection.execute(query).fetchone() or ()
