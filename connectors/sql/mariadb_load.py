"""How busy a MariaDB or MySQL server is."""

import pymysql

from catalog.ports import Load
from connectors.sql.mariadb_errors import number
from connectors.sql.mariadb_session import Session

_RUNNING = "SHOW GLOBAL STATUS LIKE 'Threads_running'"
_LAGS = ("Seconds_Behind_Master", "Seconds_Behind_Source")
_NOT_TOLD = frozenset({1064, 1142, 1227})
"""What a server answers that has no such statement, or does not allow it."""


def load(session: Session) -> Load:
    """Statements of others at work; a replica's lag where the account may ask for it and it is being made up."""
    running = [int(value or 1) for _, value in session.execute(_RUNNING)]
    return Load(active=max(running[0] - 1, 0) if running else None, lag=_lag(session))


def _lag(session: Session) -> float | None:
    """The longest lag behind all servers that it follows."""
    try:
        followed = session.named(session.replica_status)
    except pymysql.Error as error:
        if number(error) not in _NOT_TOLD:
            raise
        return None
    lags = [float(lag) for row in followed for name in _LAGS if (lag := row.get(name)) is not None]
    return max(lags, default=None)
