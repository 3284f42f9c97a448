"""Sound files made bad by chance: what a broken copy, a broken disk or somebody who fuzzes does to them."""

import io
import random
import zipfile
from collections.abc import Callable

Change = Callable[[random.Random, bytearray], bytes]

_GREATEST = (b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", bytes(4))
_MOST_MEMBERS = 200


def _truncated(chance: random.Random, content: bytearray) -> bytes:
    return bytes(content[: chance.randrange(len(content))])


def _flipped(chance: random.Random, content: bytearray) -> bytes:
    for _ in range(chance.choice((1, 4, 32))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(content)


def _filled(chance: random.Random, content: bytearray) -> bytes:
    start, size = _run(chance, content)
    content[start : start + size] = bytes([chance.choice((0, 0x20, 0xFF))]) * size
    return bytes(content)


def _doubled(chance: random.Random, content: bytearray) -> bytes:
    start, size = _run(chance, content)
    content[start:start] = content[start : start + size] * chance.choice((1, 3, 50))
    return bytes(content)


def _cut_out(chance: random.Random, content: bytearray) -> bytes:
    start, size = _run(chance, content)
    del content[start : start + size]
    return bytes(content)


def _great_number(chance: random.Random, content: bytearray) -> bytes:
    for _ in range(chance.choice((1, 2, 5))):
        start = chance.randrange(max(len(content) - 4, 1))
        content[start : start + 4] = chance.choice(_GREATEST)
    return bytes(content)


def _strange_start(chance: random.Random, content: bytearray) -> bytes:
    starts = (
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"SQLite format 3\0",
        b"\xff\xfe",
        b"PAR1",
        b"Obj\x01",
        b"<?xml",
    )
    return chance.choice(starts) + bytes(content)


def _inside(chance: random.Random, content: bytearray) -> bytes:
    """Change what is packed in it, so that the change reaches whoever reads the inner text."""
    if not content.startswith(b"PK") or not _is_sound(content):
        return _flipped(chance, content)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()[:_MOST_MEMBERS]
        bad = set(chance.sample(names, min(len(names), chance.choice((1, 2, 5)))))
        for name in names:
            member = bytearray(old.read(name))
            if name in bad and member:
                member = bytearray(chance.choice(_PLAIN)(chance, member))
            new.writestr(name, bytes(member))
    return stream.getvalue()


def _is_sound(content: bytearray) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
            return archive.testzip() is None
    except Exception:  # noqa: BLE001 - whatever an earlier change made of it
        return False


def _run(chance: random.Random, content: bytearray) -> tuple[int, int]:
    size = chance.randrange(1, max(len(content) // 4, 2))
    return chance.randrange(max(len(content) - size, 1)), size


_PLAIN: tuple[Change, ...] = (_truncated, _flipped, _filled, _doubled, _cut_out, _great_number)
_ALL: tuple[Change, ...] = (*_PLAIN, _strange_start, _inside, _inside)


def mutated(chance: random.Random, content: bytes) -> bytes:
    """A bad file made of a sound one."""
    for _ in range(chance.choice((1, 1, 2))):
        if content:
            content = chance.choice(_ALL)(chance, bytearray(content))
    return content
