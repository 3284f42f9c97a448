"""Several sources at a time on one machine: each in a thread of its own, and no more datasets judged than it has room
for.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self, TypeVar

T = TypeVar("T")


class Crew:
    """Does work on several sources at a time, on each of them one thing.

    Left in the ordinary way it waits for what goes on; left by an error or a signal, it has it stop first.

    Parameters:
        size: sources at a time that are scanned by themselves, and as many again that people ask for; and datasets
            judged at a time over all of them.
    """

    def __init__(self, size: int) -> None:
        self.slots = threading.BoundedSemaphore(size)
        self.stopped = threading.Event()
        self._pool = ThreadPoolExecutor(size, thread_name_prefix="source")
        self._for_people = ThreadPoolExecutor(size, thread_name_prefix="asked")
        self._at: dict[int, Future[Any]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.stopped.set()
        for pool in (self._pool, self._for_people):
            pool.shutdown(wait=True, cancel_futures=kind is not None)

    def is_at(self, source_id: int) -> bool:
        """Whether something goes on, or waits for its turn, at this source."""
        future = self._at.get(source_id)
        return future is not None and not future.done()

    def start(self, source_id: int, work: Callable[[], T], *, asked: bool = False) -> Future[T]:
        """Do ``work`` on a source that nothing goes on at; what a person ``asked`` for does not wait for the rest."""
        future = (self._for_people if asked else self._pool).submit(work)
        self._at[source_id] = future
        return future
