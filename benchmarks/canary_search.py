"""Looks for canaries in anything that was left behind, in clear and in disguise."""

import base64
import hashlib
import html
import io
import json
import random
import re
import sqlite3
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

import numpy as np

from benchmarks.canary_words import Canary

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.uint64]]

_WINDOW = 8
"""Bytes of a needle looked up at once; none is shorter."""
_LEAST_BITS = 18
_PIECE = 1 << 24
_MIX = np.uint64(0x9E3779B97F4A7C15)
_HEX_RUN = re.compile(rb"[0-9a-f]{24,}")
_NOT_WORD = re.compile(rb"[^a-z0-9]+")


@dataclass(frozen=True)
class Hit:
    """Where a canary was found again, and in which form; never which."""

    where: str
    kind: str
    place: str
    form: str


class Net:
    """All canaries in all their disguises, ready to be looked for in many places."""

    def __init__(self, canaries: Sequence[Canary]) -> None:
        disguises: dict[bytes, tuple[Canary, str]] = {}
        squeezed: dict[bytes, tuple[Canary, str]] = {}
        for canary in canaries:
            for needle in canary.needles:
                disguises |= {each: (canary, form) for form, each in _disguises(needle) if len(each) >= _WINDOW}
                letters = _NOT_WORD.sub(b"", needle.lower().encode())
                if not letters.isdigit() and len(letters) >= _WINDOW:
                    squeezed |= {letters: (canary, "run together"), letters[::-1]: (canary, "reversed")}
        self._exact = _Table({needle: told for needle, told in disguises.items() if told[1] == "base64"})
        self._folded = _Table({needle: told for needle, told in disguises.items() if told[1] != "base64"})
        self._squeezed = _Table(squeezed)

    def hits(self, where: str, content: bytes) -> Iterator[Hit]:
        """Every canary in ``content``, once per form."""
        folded = content.lower()
        found = {
            *self._exact.found(content),
            *self._folded.found(folded),
            *self._squeezed.found(_NOT_WORD.sub(b"", folded)),
        }
        for canary, form in sorted(found, key=lambda one: (one[0].place, one[1])):
            yield Hit(where, canary.kind, canary.place, form)


class _Table:
    """Needles by their first eight bytes, behind a bitmap that most bytes do not pass."""

    def __init__(self, needles: dict[bytes, tuple[Canary, str]]) -> None:
        self._by_start: dict[bytes, list[tuple[bytes, tuple[Canary, str]]]] = defaultdict(list)
        for needle, told in needles.items():
            self._by_start[needle[:_WINDOW]].append((needle, told))
        self._longest = max(map(len, needles), default=0)
        self._bits = max(_LEAST_BITS, (64 * len(self._by_start)).bit_length())
        self._marked = np.zeros(1 << self._bits, dtype=bool)
        self._marked[self._places(np.frombuffer(b"".join(self._by_start), dtype="<u8"))] = True

    def found(self, content: bytes) -> Iterator[tuple[Canary, str]]:
        for begin in range(0, len(content), _PIECE):
            yield from self._in_piece(content[begin : begin + _PIECE + self._longest + _WINDOW])

    def _in_piece(self, piece: bytes) -> Iterator[tuple[Canary, str]]:
        for shift in range(min(_WINDOW, max(len(piece) - _WINDOW + 1, 0))):
            usable = (len(piece) - shift) // _WINDOW * _WINDOW
            windows = np.frombuffer(piece[shift : shift + usable], dtype="<u8")
            for number in np.flatnonzero(self._marked[self._places(windows)]):
                yield from self._at(piece, shift + int(number) * _WINDOW)

    def _places(self, windows: Numbers) -> Numbers:
        return (windows * _MIX) >> np.uint64(64 - self._bits)

    def _at(self, piece: bytes, at: int) -> Iterator[tuple[Canary, str]]:
        for needle, told in self._by_start.get(piece[at : at + _WINDOW], ()):
            is_number = needle.isdigit() and told[1] in {"clear", "reversed"}
            if piece.startswith(needle, at) and not (is_number and _is_part_of_more(piece, at, len(needle))):
                yield told


def _is_part_of_more(piece: bytes, at: int, length: int) -> bool:
    """Whether digits stand inside a longer number or inside a hash, where any number turns up by chance."""
    around = piece[max(at - 1, 0) : at] + piece[at + length : at + length + 1]
    if any(48 <= byte <= 57 for byte in around):
        return True
    begin = max(at - 128, 0)
    runs = _HEX_RUN.finditer(piece[begin : at + length + 128])
    return any(run.start() <= at - begin < run.end() for run in runs)


def _disguises(needle: str) -> Iterator[tuple[str, bytes]]:
    """The needle in every form it might be kept in; all but base64 in small letters."""
    forms = {needle, needle.lower(), needle.upper()}
    digits = re.sub(r"\D", "", needle)
    if len(digits) >= 9 and not re.search(r"[A-Za-z]", needle):
        forms.add(digits)
        cuts = re.findall(r"\d+", needle)
        forms |= {separator.join(cuts) for separator in "- ._/"}
    for form in forms:
        raw = form.encode()
        for offset in range(3):
            yield "base64", base64.b64encode(b"\0" * offset + raw)[4 if offset else 0 :].rstrip(b"=")[:-2]
        for name in ("md5", "sha1", "sha256"):
            yield name, hashlib.new(name, raw).hexdigest().encode()
        lowered = form.lower()
        yield "reversed", lowered[::-1].encode()
        yield "hex", raw.hex().encode()
        yield "UTF-16", lowered.encode("utf-16-le")
        yield "UTF-16", lowered.encode("utf-16-be")
        yield "URL", quote(lowered, safe="").lower().encode()
        yield "URL", quote_plus(lowered).lower().encode()
        yield "HTML", html.escape(lowered).encode()
        yield "JSON", json.dumps(lowered)[1:-1].encode()
        yield "clear", lowered.encode()  # last, so that what the disguises leave as it is counts as clear


def files_below(folder: Path, label: str) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, its own name included."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        yield f"{label}: a file's name", name.encode()
        if path.is_file():
            yield f"{label}: {name}", path.read_bytes()
            yield from _unpacked(path.read_bytes(), f"{label}: {name}")


def _unpacked(content: bytes, label: str) -> Iterator[tuple[str, bytes]]:
    """The parts of a workbook, which keeps them packed; an answer has its head before them."""
    begin = content.find(b"PK\x03\x04")
    if begin >= 0 and b"xl/workbook.xml" in content:
        with zipfile.ZipFile(io.BytesIO(content[begin:])) as parts:
            yield from ((f"{label}: {name}", parts.read(name)) for name in parts.namelist())


def dump_of(database: Path) -> tuple[str, bytes]:
    """A SQLite file as the statements that make it again."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return "dump", "\n".join(connection.iterdump()).encode()


_ALONE = re.compile(rb"(?<![0-9a-f.])[0-9]{6}(?![0-9a-f])")


def pieces_found(canaries: Sequence[Canary], places: Iterable[tuple[str, bytes]], seed: int) -> tuple[int, list[int]]:
    """How many pieces of six digits of numbers stand alone somewhere; and how many of numbers that were not planted.

    Any six digits turn up by chance, as times and sizes do. So the planted ones are held against ten other sets of as
    many, made by adding the same number to each.
    """
    texts = (re.sub(r"\D", "", canary.text) for canary in canaries if canary.kind in {"ssn", "phone", "card"})
    planted = {int(text[at : at + 6]) for text in texts for at in range(len(text) - 5)}
    alone = {int(piece) for _, content in places for piece in _ALONE.findall(content.lower())}
    shifts = random.Random(seed).sample(range(1, 10**6), 10)
    return len(planted & alone), [len({(one + by) % 10**6 for one in planted} & alone) for by in shifts]


def rows_of(database: Path) -> Iterator[tuple[str, bytes]]:
    """Every table of a SQLite file as text, a cell a line: in the file itself, numbers and cells run together."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        cells = (cell for row in connection.execute(f'SELECT * FROM "{table}"') for cell in row)
        yield f"table {table}", "\n".join(map(_as_text, cells)).encode()
    connection.close()


def _as_text(cell: object) -> str:
    return cell.decode("latin-1") if isinstance(cell, bytes) else str(cell)


def all_hits(net: Net, places: Iterable[tuple[str, bytes]]) -> list[Hit]:
    """Search every place."""
    return [hit for where, content in places for hit in net.hits(where, content)]
