"""What is never read, whoever asks for it: the catalog itself with its keys, and what only looks like files."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from catalog.errors import SkipReason, SourceError

_MOUNTS = Path("/proc/self/mountinfo")
# File systems in which the kernel tells of itself and of every process: what is read there may be a password, or act.
_KERNELS = frozenset(
    {
        *("proc", "sysfs", "devtmpfs", "devpts", "cgroup", "cgroup2", "debugfs", "tracefs", "securityfs", "configfs"),
        *("bpf", "mqueue", "pstore", "efivarfs", "fusectl", "binfmt_misc", "nsfs", "selinuxfs"),
    }
)
_DEVICES = "/dev"
_MOST_OWN = 10_000


class Forbidden:
    """Tells by what a file is, not by its path: no link, second name or mount of it makes it another.

    Parameters:
        own: folders and files of the catalog itself.
    """

    def __init__(self, own: Iterable[str]) -> None:
        self._own = tuple(own)

    def has_place(self, status: os.stat_result) -> bool:
        """Whether this is a folder or file of the catalog's own, or of the kernel's; for what lies in it too, where
        the way to it was looked at from above.
        """
        return _id(status) in self._places or status.st_dev in self._kernels

    def has_file(self, status: os.stat_result) -> bool:
        """Whether this is such a file, or has one of the catalog's own under a second name."""
        return self.has_place(status) or (status.st_nlink > 1 and _id(status) in self._files)

    def refuse(self, path: Path, label: str) -> None:
        """Say that a path leads into what is never read, whatever links are on the way.

        Raises:
            SourceError: when it does; not where there is nothing at the path.
        """
        with suppress(OSError, RuntimeError):
            found = path.resolve(strict=True)
            inside = any(_id(place.stat()) in self._places for place in found.parents)
            if inside or self.has_file(found.stat()):
                cause, advice = "it is the catalog's own, or the system's", "Choose the folder or file that is meant."
                raise SourceError(label, cause, advice, reason=SkipReason.NOT_ALLOWED)

    @cached_property
    def _places(self) -> frozenset[tuple[int, int]]:
        return frozenset(_ids(self._own))

    @cached_property
    def _kernels(self) -> frozenset[int]:
        found = set(_kernels_devices())
        with suppress(OSError):
            # Where it is a file system of its own.
            if os.stat(_DEVICES).st_dev != os.stat("/").st_dev:  # noqa: PTH116 - both are numbers only
                found.add(os.stat(_DEVICES).st_dev)  # noqa: PTH116 - a number only
        return frozenset(found)

    @cached_property
    def _files(self) -> frozenset[tuple[int, int]]:
        return frozenset(self._met())

    def _met(self) -> Iterator[tuple[int, int]]:
        left = _MOST_OWN
        for own in self._own:
            for folder, _, names in os.walk(own):
                left -= len(names)
                if left < 0:
                    return
                yield from _ids(os.path.join(folder, name) for name in names)  # noqa: PTH118 - of many


def _ids(paths: Iterable[str]) -> Iterator[tuple[int, int]]:
    for path in paths:
        with suppress(OSError):
            yield _id(os.stat(path))  # noqa: PTH116 - of many


def _id(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _kernels_devices() -> Iterator[int]:
    with suppress(OSError, ValueError, IndexError):
        for line in _MOUNTS.read_text("utf-8", "replace").splitlines():
            before, _, after = line.partition(" - ")
            if after.split()[0] in _KERNELS:
                major, minor = before.split()[2].split(":")
                yield os.makedev(int(major), int(minor))
