"""Testing a source step by step, for the command line and for the scan side."""

import resource
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from catalog import plugins
from catalog.errors import CatalogError, RequestError, SourceError
from catalog.ports import Bounds, Check, Connector

_MEGABYTE = 1_000_000
_SIZE = Path("/proc/self/statm")


def checks_of(
    kind: str, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds
) -> Sequence[Check]:
    """Test a source; settings that cannot be used are a failed check too, not an error.

    Raises:
        SettingsError: when there is no connector of this kind.
    """
    make = plugins.load("connectors", kind)
    try:
        connector: Connector = make(options, resolve=resolve, bounds=bounds)
    except CatalogError as error:
        return (Check("settings", passed=False, message=str(error)),)
    try:
        return (Check("settings", passed=True, message="the settings can be used"), *connector.check())
    except MemoryError:
        return (Check("limits", passed=False, message="it sends more than is taken in. Check what answers there."),)
    except TimeoutError:
        return (Check("limits", passed=False, message="it does not come to an end. Check what answers there."),)
    finally:
        connector.close()


@contextmanager
def limited(memory_mb: int, seconds: int) -> Iterator[None]:
    """Take in no more, and wait no longer, whatever a server sends; only in the main thread of a process.

    Parameters:
        memory_mb: beside what the process has already.
        seconds: after which whatever waits for the server is told that it does not answer.
    """
    limit, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = _size() + memory_mb * _MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
    before = signal.signal(signal.SIGALRM, _late)
    # Again and again: a driver may take the first for a pause.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _size() -> int:
    try:
        return int(_SIZE.read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _late(*_: object) -> NoReturn:
    raise TimeoutError


def refuse_wrong_settings(kind: str, options: Mapping[str, str], bounds: Bounds) -> None:
    """Look at the settings of a source, and whether the operator lets it be read, without going near it.

    Raises:
        SettingsError: when there is no connector of this kind.
        RequestError: when its settings cannot be used, or it is out of bounds.
    """
    try:
        plugins.load("connectors", kind)(options, resolve=str, bounds=bounds).close()
    except SourceError as error:
        raise RequestError(error.thing, error.cause, error.next_step) from None
