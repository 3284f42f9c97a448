"""Signs of life: a walk through thousands of folders may find nothing to tell for minutes, and is not stuck."""

import time
from collections.abc import Callable

_BETWEEN_SECONDS = 0.5


class Beat:
    """Tells now and then that work goes on, however often it is called.

    Parameters:
        tell: tells it.
    """

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._next = time.monotonic() + _BETWEEN_SECONDS

    def __call__(self) -> None:
        """Work has gone on."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _BETWEEN_SECONDS
            self._tell()
