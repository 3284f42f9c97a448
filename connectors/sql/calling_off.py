"""A question to a database that another thread than the asking one may call off."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from catalog.errors import SourceError
from connectors.sql import words

_BETWEEN_SECONDS = 0.1


class Question:
    """What one thread asks, in one step or many, until it is over.

    Once called off it stays so until the next one begins: who asks in steps looks at :attr:`is_called_off` before each.
    """

    def __init__(self) -> None:
        self._off = threading.Event()
        self._over = threading.Event()
        self._over.set()

    @property
    def is_called_off(self) -> bool:
        """Whether somebody does not want the answer any more."""
        return self._off.is_set()

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Ask within this; one thread at a time."""
        self._off.clear()
        self._over.clear()
        try:
            yield
        finally:
            self._over.set()

    def call_off(self) -> bool:
        """Have the next step not made; whether there is something that is asked."""
        self._off.set()
        return not self._over.is_set()

    def end(self, end_step: Callable[[], object], seconds: float) -> bool:
        """End one step after the other, for ``end_step`` may come between two, until the question is over.

        Returns:
            Whether it was over within ``seconds``.
        """
        until = time.monotonic() + seconds
        while not self._over.is_set() and time.monotonic() < until:
            end_step()
            self._over.wait(_BETWEEN_SECONDS)
        return self._over.is_set()


def called_off(kind: type[SourceError], thing: str) -> SourceError:
    """The error of ``kind`` that the asking thread gets."""
    return words.said(words.CALLED_OFF, kind, thing)
