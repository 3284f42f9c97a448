"""Anchors: how far the audit chain was, in a file on other storage, one line each. Lines are only ever added."""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from catalog.errors import SettingsError, StoreError
from catalog.model.audit import Anchor

#: Bytes read from the end of the file for its last line, which is far shorter.
_TAIL = 1024


def add(path: Path, anchor: Anchor) -> None:
    """Add one line and see it on the disk; the file is made where there is none, for its owner alone.

    Raises:
        SettingsError: when it cannot be written.
    """
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        handle = os.open(path, flags, 0o600)
        try:
            line = _written(anchor)
            # What a crash left half-written is ended first, so that it spoils no line but itself.
            torn = _tail_of(handle)[-1:] not in (b"", b"\n")
            os.write(handle, b"\n" + line if torn else line)
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError:
        raise SettingsError(
            "The anchors of the audit log",
            "no line can be added to their file",
            "Check that the folder of PRIVACY_CATALOG_ANCHORS is there and this account may write in it.",
        ) from None


def newest(path: Path) -> Anchor | None:
    """The last whole line; None where there is no file yet, or nothing in it.

    Raises:
        StoreError: when the file cannot be read or understood: nobody can say then how far the log was.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            tail = _tail_of(handle)
        finally:
            os.close(handle)
    except FileNotFoundError:
        return None
    except OSError:
        raise _unreadable() from None
    whole = tail[: tail.rfind(b"\n") + 1].splitlines()
    found = next((one for line in reversed(whole) if (one := _read(line)) is not None), None)
    if found is None and whole:
        raise _unreadable()
    return found


def every(path: Path) -> Iterator[Anchor | None]:
    """All lines in order; None for one that cannot be understood.

    Raises:
        StoreError: when the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            for line in file:
                yield _read(line)
    except FileNotFoundError:
        return
    except OSError:
        raise _unreadable() from None


def _tail_of(handle: int) -> bytes:
    size = os.fstat(handle).st_size
    return os.pread(handle, _TAIL, max(0, size - _TAIL))


def _written(anchor: Anchor) -> bytes:
    line = {"at": anchor.at.isoformat(), "sequence": anchor.sequence, "mac": anchor.mac, "key": anchor.key}
    if anchor.restored:
        line["restored"] = True
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def _read(line: bytes) -> Anchor | None:
    try:
        told = json.loads(line)
        at, sequence = datetime.fromisoformat(told["at"]), int(told["sequence"])
        return Anchor(at, sequence, str(told["mac"]), str(told["key"]), told.get("restored") is True)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def lost() -> StoreError:
    """What is said where there is no anchor any more, though there were some."""
    return StoreError(
        "The anchors of the audit log",
        "their file is gone or empty, so nobody can say how far the log was, and nothing is changed",
        "Put the file back. Where it was moved on purpose, the auditor or the Chief Privacy Officer records that, on "
        "the audit page or with `privacy-catalog audit restored --reason TEXT`.",
    )


def _unreadable() -> StoreError:
    return StoreError(
        "The anchors of the audit log",
        "their file cannot be read, so nobody can say how far the log was",
        "Check the file that PRIVACY_CATALOG_ANCHORS names, and that this account may read it.",
    )
