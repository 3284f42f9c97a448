"""Noting that a file or folder was read, by whatever name it was reached: the kernel tells it of the thing itself."""

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

_READ = 0x00000001
_NO_WAITING = os.O_NONBLOCK
_EVENT = struct.Struct("iIII")


class Watched:
    """Counts how often any of these was read."""

    def __init__(self, things: Iterable[Path]) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._handle = libc.inotify_init1(_NO_WAITING)
        self._things: dict[int, Path] = {}
        for thing in things:
            number = libc.inotify_add_watch(self._handle, os.fsencode(thing), _READ)
            if number < 0:
                raise OSError(ctypes.get_errno(), "it cannot be watched")
            self._things[number] = thing

    def reads(self) -> list[Path]:
        """What was read since the last question."""
        found: list[Path] = []
        while data := self._told():
            place = 0
            while place < len(data):
                number, _, _, length = _EVENT.unpack_from(data, place)
                found.append(self._things[number])
                place += _EVENT.size + length
        return found

    def _told(self) -> bytes:
        try:
            return os.read(self._handle, 65536)
        except BlockingIOError:
            return b""
