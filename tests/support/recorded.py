"""A driver's connection that answers from a record: each statement it knows, in full, and no other."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

Answer = Sequence[Sequence[Any]] | Exception | Callable[[], Sequence[Sequence[Any]]]


def plain(statement: str) -> str:
    """A statement with single blanks."""
    return re.sub(r"\s+", " ", statement).strip()


class Unexpected(AssertionError):
    """A statement that nobody recorded an answer for."""


class RecordedCursor:
    """Answers with rows, or raises."""

    def __init__(self, connection: "Recorded") -> None:
        self._connection = connection
        self._rows: list[Sequence[Any]] = []
        self.hstmt = self
        self.prefetchrows = 0
        self.arraysize = 0
        self.cancelled = 0

    def execute(self, statement: str, *arguments: object, **_: object) -> "RecordedCursor":
        given = arguments[0] if len(arguments) == 1 and isinstance(arguments[0], Mapping) else arguments
        self._connection.asked.append((plain(statement), given))
        answer = self._connection.answer(plain(statement))
        if callable(answer):
            answer = answer()
        if isinstance(answer, Exception):
            raise answer
        self._rows = list(answer)
        return self

    def fetchmany(self, size: int) -> list[Sequence[Any]]:
        found, self._rows = self._rows[:size], self._rows[size:]
        return found

    def fetchall(self) -> list[Sequence[Any]]:
        return self.fetchmany(len(self._rows))

    @property
    def description(self) -> object:
        return None if self._connection.statements[-1].startswith("SET ") else [("c0", str)]

    def close(self) -> None:
        self._connection.closed_cursors += 1

    def _cancel(self) -> None:
        self._connection.cancel()


class Recorded:
    """A connection with answers by statement; those of a list are given one after the other, the last one for good."""

    def __init__(self, answers: Mapping[str, Answer | list[Answer]]) -> None:
        self.answers = {plain(statement): answer for statement, answer in answers.items()}
        self.asked: list[tuple[str, object]] = []
        self.timeout = 0
        self.call_timeout = 0
        self.autocommit = False
        self.closed_cursors = 0
        self.is_closed = False
        self.on_cancel: Callable[[], None] = lambda: None
        self.cancelled = 0

    @property
    def statements(self) -> list[str]:
        return [statement for statement, _ in self.asked]

    def answer(self, statement: str) -> Answer:
        if statement not in self.answers:
            raise Unexpected(statement)
        found = self.answers[statement]
        if isinstance(found, list) and found and (isinstance(found[0], (list, Exception)) or callable(found[0])):
            return found.pop(0) if len(found) > 1 else found[0]  # type: ignore[return-value] # the list is of answers
        return found  # type: ignore[return-value] # the list is one of rows

    def cursor(self) -> RecordedCursor:
        return RecordedCursor(self)

    def cancel(self) -> None:
        self.cancelled += 1
        self.on_cancel()

    def rollback(self) -> None:
        self.asked.append(("rollback", ()))

    def close(self) -> None:
        self.is_closed = True


def statements(path: Path) -> dict[str, str]:
    """Named statements of a file: ``-- name: …`` and what follows."""
    parts = path.read_text(encoding="utf-8").split("\n-- name: ")[1:]
    return {name.strip(): plain(text) for name, _, text in (part.partition("\n") for part in parts)}
