"""Reading rows in a session with a PostgreSQL server, within the time and the memory that one sample may take."""

import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, cast

import psycopg
from psycopg import sql
from psycopg.abc import Buffer
from psycopg.adapt import Loader

from connectors.rows import SAMPLE_CHARACTERS
from connectors.sql.calling_off import Question

LONGEST_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Line:
    """A row: where it lies, empty where that is not told, and its cells as the engine writes a record."""

    place: str
    record: bytes = field(repr=False)

    @property
    def mark(self) -> str | bytes:
        """What tells it from other rows: where it lies, otherwise what it holds."""
        return self.place or self.record

    @property
    def block(self) -> str:
        """The block it lies in."""
        return self.place.rpartition(",")[0]


@dataclass(frozen=True, slots=True)
class Lines:
    """Rows read; ``cut`` says that more came than memory is for."""

    found: Sequence[Line] = field(repr=False)
    cut: bool = False


class Reading:
    """One dataset's share of a session.

    Parameters:
        connection: the session.
        seconds: time for all its statements together, at most :data:`LONGEST_SECONDS`.
        question: once it is called off, no further statement is begun.
    """

    def __init__(self, connection: psycopg.Connection[Any], seconds: float, question: Question) -> None:
        self._connection = connection
        self._seconds = min(seconds, LONGEST_SECONDS)
        self._until = time.monotonic() + self._seconds
        self._question = question
        self.characters = SAMPLE_CHARACTERS

    @property
    def server_version(self) -> int:
        """As the driver numbers it: 150004 is 15.4."""
        return self._connection.info.server_version

    def lines(self, query: sql.Composed, *, share: float = 1.0) -> Lines:
        """Read row by row, so that no more than a sample is ever held; leaving early ends the query.

        Parameters:
            share: the part of the time for all that this statement may take.

        Raises:
            psycopg.Error: of the server, or because the time is over.
        """
        self._begin(share)
        found: list[Line] = []
        left = self.characters
        cursor = self._connection.cursor()
        cursor.adapters.register_loader("text", _Raw)
        # It is a generator in fact, which ends the query when it is closed.
        rows = cast("Generator[tuple[bytes, bytes]]", cursor.stream(query))
        with cursor, closing(rows):
            for place, record in rows:
                left -= len(record)
                if left < 0:
                    return Lines(found, cut=True)
                found.append(Line(place.decode(), record))
        return Lines(found)

    def number(self, query: sql.Composed, *, share: float = 1.0) -> Any:
        """Ask for one number."""
        self._begin(share)
        row = self._connection.execute(query).fetchone()
        return row[0] if row else None

    def is_lost(self) -> bool:
        """Whether nothing else can be asked in place of what failed."""
        return self._question.is_called_off or self._connection.closed

    def _begin(self, share: float) -> None:
        left = self._until - time.monotonic()
        if left <= 0 or self._question.is_called_off:
            raise psycopg.errors.QueryCanceled
        limit(self._connection, min(left, share * self._seconds))


def limit(connection: psycopg.Connection[Any], seconds: float) -> None:
    """Have the server end what takes longer."""
    milliseconds = max(int(1000 * seconds), 1)
    connection.execute(sql.SQL("SET statement_timeout = {}").format(milliseconds))


class _Raw(Loader):
    """Text as the bytes that came."""

    def load(self, data: Buffer) -> bytes:
        return bytes(data)
