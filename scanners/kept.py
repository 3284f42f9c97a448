"""Compiled screens, kept for the next process: making one takes over a second, taking it up again a millisecond.

They hold expressions and nothing else. What is kept is taken up only from a folder of this account that nobody else may
write; Hyperscan checks what it is given and refuses what is torn, or made for another machine or release.
"""

import hashlib
import os
import resource
import tempfile
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import hyperscan

from catalog.settings import cache_dir

_OTHERS_MAY_WRITE = 0o022


def kept(wanted: bytes, make: Callable[[], hyperscan.Database]) -> hyperscan.Database:
    """The compiled screen for what is wanted: taken up, or made and kept where that is possible.

    Parameters:
        wanted: all that makes one screen differ from another.
        make: compiles it.
    """
    path = cache_dir() / f"screen-{hashlib.sha256(version('hyperscan').encode() + wanted).hexdigest()[:32]}"
    found = _taken_up(path)
    if found is not None:
        return found
    made = make()
    _keep(path, hyperscan.dumpb(made))
    return made


def _taken_up(path: Path) -> hyperscan.Database | None:
    try:
        folder = path.parent.stat()
        if folder.st_uid != os.getuid() or folder.st_mode & _OTHERS_MAY_WRITE:
            return None
        database = hyperscan.loadb(path.read_bytes(), hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
    except (OSError, hyperscan.error):
        return None
    return database


def _keep(path: Path, compiled: bytes) -> None:
    """Write it in one piece; a process that may not write, as a scan child, goes on without."""
    if resource.getrlimit(resource.RLIMIT_FSIZE)[0] == 0:
        return
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(compiled)
        Path(name).replace(path)
