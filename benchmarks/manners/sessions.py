"""What others see a server do: its list of sessions, looked at again and again from a connection of one's own."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

import psycopg

from benchmarks.manners.servers import Mariadb, Postgres
from tests.support.postgres import READER, libpq

MARK = re.compile(r"stuck_\w+")
"""What names of whatever is to be stuck begin with."""

Look = tuple[int, str, float, float]
"""A session, what it asks, when that began and when it was seen, both by the server's clock in seconds."""

_EVERY_SECONDS = 0.1
# What waits for a lock may ask for its table by a number.
_POSTGRES = """
    SELECT pid, asked, extract(epoch FROM query_start)::float, extract(epoch FROM clock_timestamp())::float
    FROM pg_stat_activity a, LATERAL (SELECT coalesce((
        SELECT relation::regclass::text FROM pg_locks l WHERE l.pid = a.pid AND NOT granted LIMIT 1), query) asked) b
    WHERE state = 'active' AND usename = %s AND asked LIKE '%%stuck\\_%%'
"""
# Within a function it is listed as its owner's.
_MARIADB = """
    SELECT id, info, UNIX_TIMESTAMP(SYSDATE(6)) - time_ms / 1000, UNIX_TIMESTAMP(SYSDATE(6))
    FROM information_schema.processlist
    WHERE id <> CONNECTION_ID() AND command <> 'Sleep' AND info LIKE '%stuck\\_%'
"""


@dataclass
class Span:
    """From the first statement about one thing in one session to the last time one was seen at work."""

    began: float
    last: float

    @property
    def seconds(self) -> float:
        """How long that is, by the server's clock."""
        return self.last - self.began


class Watch:
    """What the reader's sessions were seen to ask, by session and name."""

    def __init__(self, look: Callable[[], Sequence[Look]]) -> None:
        self._look = look
        self.spans: dict[tuple[int, str], Span] = {}
        self.now: frozenset[tuple[int, str]] = frozenset()
        self.looks = 0

    def look(self) -> None:
        """Look once."""
        seen = set()
        for session, query, began, at in self._look():
            for name in MARK.findall(query)[:1]:
                span = self.spans.setdefault((session, name), Span(float(began), float(at)))
                span.last = float(at)
                seen.add((session, name))
        self.now = frozenset(seen)
        self.looks += 1

    def wait(self, condition: Callable[[], bool], seconds: float) -> float:
        """Seconds until it holds, or ``seconds`` where it does not in so many."""
        began = time.monotonic()
        while not condition() and time.monotonic() - began < seconds:
            time.sleep(_EVERY_SECONDS / 4)
        return time.monotonic() - began


@contextmanager
def watching(server: Postgres | Mariadb) -> Iterator[Watch]:
    """Watch as long as this lasts, and once more at its end."""
    over = threading.Event()
    with _looker(server) as look:
        watch = Watch(look)

        def again() -> None:
            while not over.wait(_EVERY_SECONDS):
                watch.look()

        thread = threading.Thread(target=again)
        thread.start()
        try:
            yield watch
        finally:
            over.set()
            thread.join()
            watch.look()


@contextmanager
def _looker(server: Postgres | Mariadb) -> Iterator[Callable[[], Sequence[Look]]]:
    if isinstance(server, Postgres):
        with psycopg.connect(libpq(server.address), autocommit=True) as connection:
            yield lambda: connection.execute(_POSTGRES, [READER]).fetchall()
        return
    with closing(server.server.connect()) as other, other.cursor() as cursor:

        def look() -> Sequence[Look]:
            cursor.execute(_MARIADB)
            return list(cursor.fetchall())

        yield look
