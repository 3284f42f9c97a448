"""JSON read piece by piece with the standard library's parser; see docs/decisions/0010-json-and-parquet.md.

A value is parsed whole where it fits into the window. An array or object that does not, or that is torn, is entered,
and its members are read one by one: of a large one so many are kept as a sample has rows, chosen by seed.
"""

import codecs
import gzip
import io
import json
import random
import re
import time
import zlib
from typing import Generic, TypeVar, Union

from catalog.errors import DatasetError, SkipReason
from catalog.ports import SamplePlan
from connectors.files.columns import too_deep
from connectors.files.delimited import Binary
from connectors.files.encodings import AS_WINDOWS, guess
from connectors.files.excerpts import Excerpts

MOST_CHARACTERS = 640_000_000
"""So much of one file is read, when time allows."""
KEPT_CHARACTERS = 16_000_000
"""Objects of Python take up to twenty times the room of their text."""
WINDOW = 4_000_000
EXCERPTED = 64_000_000
"""Of a larger file of lines, parts are read; the records of one large array can only be read in their order."""

_LONGEST_TEXT = 64_000_000
_CHUNK = 1_000_000
_HEAD_BYTES = 65_536
_MOST_ENTERED = 6
_BLANKS = re.compile(r"[ \t\r\n\f\v\ufeff\x1e]*")
_SIGNS = frozenset('[]{}",:')
_NOTES = {"//": "\n", "/*": "*/"}
"""What JSON does not know and some write into it all the same: how it begins and ends."""
_ENDINGS_OF_LINES = (".jsonl", ".ndjson")

Json = Union[str, bool, None, list["Json"], "Object"]


class Object(tuple[tuple[str, Json], ...]):  # noqa: SLOT001 - with slots, a large one could not say how large it is
    """The pairs of an object, in order; a key may stand there twice."""


class Nothing:
    """What stands where no value could be read."""


class Chosen(list[Json]):
    """Some elements of a large array. ``seen`` is how many there were, ``first`` the first of them."""

    def __init__(self, items: list[Json], seen: int, first: Json) -> None:
        super().__init__(items)
        self.seen = seen
        self.first = first


class ChosenObject(Object):
    """Some pairs of a large object; ``seen`` is how many there were."""

    seen: int


DECODER = json.JSONDecoder(
    # Numbers stay text: no number of digits is too many, and they read as they were written.
    object_pairs_hook=Object,
    parse_int=str,
    parse_float=str,
    parse_constant=str,
    strict=False,
)
"""Reads one value whole."""


class Reader:
    """The values of a file.

    ``torn`` says afterwards that what followed could not be read, ``spoiled`` that single lines were not, ``cut``
    that not all was read, ``squeezed`` that fewer were kept than asked for, ``excerpted`` that parts of it were read.
    """

    def __init__(self, stream: Binary, name: str, plan: SamplePlan, thing: str) -> None:
        self._plan = plan
        self._thing = thing
        self._deadline = time.monotonic() + plan.seconds
        self._text, self._at = "", 0
        self._left = MOST_CHARACTERS
        self.torn = self.spoiled = self.cut = self.squeezed = self.excerpted = False
        try:
            head = stream.read1(_HEAD_BYTES)
            size = 0 if isinstance(stream, gzip.GzipFile) else stream.seek(0, io.SEEK_END)
            stream.seek(0)
        except (OSError, EOFError, zlib.error):
            raise self.unreadable() from None
        found = guess(head)
        encoding, self.is_certain = found.encoding, found.certain
        self._lines = name.lower().removesuffix(".gz").endswith(_ENDINGS_OF_LINES) or _is_lines(head, encoding)
        self._stream: Binary = stream
        if self._lines and size > EXCERPTED and found.is_ascii_based:
            self._stream = io.BufferedReader(Excerpts(stream, size, plan.seed))
            self.cut = self.excerpted = True
        self._decoder = codecs.getincrementaldecoder(encoding)(AS_WINDOWS)

    def values(self) -> Chosen:
        """What the file holds: one value, or one after the other as in JSON Lines.

        Raises:
            DatasetError: when it is nested too deep.
        """
        kept = _Kept[Json](self._plan)
        while self._next_sign() and not self._is_over():
            self._keep_one(kept, level=0)
            if self.torn and self._lines:
                self.torn, self.spoiled = False, True
                self._skip_line()
        return self._chosen(kept)

    def unreadable(self) -> DatasetError:
        """The error of what is no JSON."""
        return DatasetError(
            self._thing,
            "its content is damaged or not JSON",
            "Ask its owner for an intact copy.",
            reason=SkipReason.UNREADABLE,
        )

    def _keep_one(self, kept: "_Kept[Json]", level: int) -> None:
        value, size = self._value(level)
        if not isinstance(value, Nothing):
            kept.add(value, size)

    def _value(self, level: int) -> tuple[Json | Nothing, int]:
        """The next value, and how many characters of it are kept; sets ``torn`` where it is not whole."""
        sign = self._next_sign()
        found, size = self._whole(_LONGEST_TEXT if sign == '"' else WINDOW)
        if isinstance(found, str):
            found = found[: self._plan.cell_chars]
            return found, len(found)
        if not isinstance(found, Nothing) or sign not in ("[", "{"):
            self.torn = self.torn or isinstance(found, Nothing)
            return found, size
        if level == _MOST_ENTERED:
            self.torn = True
            return found, 0
        self._at += 1
        return self._entered_array(level + 1) if sign == "[" else self._entered_object(level + 1)

    def _whole(self, window: int) -> tuple[Json | Nothing, int]:
        """The next value if it is sound and ends within the window."""
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise too_deep(self._thing) from None
            except ValueError:
                value, end = Nothing(), -1
            # A number at the end of what was read may go on.
            if 0 <= end < len(self._text) or not self._may_read_on(end, window):
                if end < 0:
                    return Nothing(), 0
                size, self._at = end - self._at, end
                return value, size

    def _may_read_on(self, end: int, window: int) -> bool:
        return (end >= 0 or len(self._text) - self._at < window) and self._more()

    def _entered_array(self, level: int) -> tuple[Chosen, int]:
        kept = _Kept[Json](self._plan)
        while self._goes_on("]"):
            self._keep_one(kept, level)
            self._pass_comma("]")
        return self._chosen(kept), kept.size

    def _entered_object(self, level: int) -> tuple[ChosenObject, int]:
        kept = _Kept[tuple[str, Json]](self._plan)
        while self._goes_on("}"):
            key, key_size = self._value(level)
            if isinstance(key, str) and self._next_sign() == ":":
                self._at += 1
                value, size = self._value(level)
                if not isinstance(value, Nothing):
                    kept.add((key, value), key_size + size)
                self._pass_comma("}")
            else:
                self.torn = True
        self.squeezed = self.squeezed or kept.squeezed
        found = ChosenObject(kept.items())
        found.seen = kept.seen
        return found, kept.size

    def _chosen(self, kept: "_Kept[Json]") -> Chosen:
        self.squeezed = self.squeezed or kept.squeezed
        return Chosen(kept.items(), kept.seen, kept.first)

    def _goes_on(self, closing: str) -> bool:
        """Whether another member follows; passes the end of the array or object where none does."""
        if self._is_over():
            return False
        sign = self._next_sign()
        self.torn = not sign
        self._at += sign == closing
        return sign not in ("", closing)

    def _pass_comma(self, closing: str) -> None:
        sign = self._next_sign()
        self._at += sign == ","
        self.torn = self.torn or sign not in (",", closing)

    def _is_over(self) -> bool:
        is_late = time.monotonic() > self._deadline
        self.cut = self.cut or is_late
        return is_late or self.torn

    def _skip_line(self) -> None:
        while (end := self._text.find("\n", self._at)) < 0:
            self._at = len(self._text)
            if not self._more():
                return
        self._at = end + 1

    def _next_sign(self) -> str:
        """The next character that is no blank, which stays where it is; nothing at the end."""
        while True:
            if self._text[self._at : self._at + 1] in _SIGNS:
                return self._text[self._at]
            self._at = _end_of_blanks(self._text, self._at)
            if self._at < len(self._text):
                if self._pass_note():
                    continue
                return self._text[self._at]
            if not self._more():
                return ""

    def _pass_note(self) -> bool:
        """Pass over a note between values, which many a file of settings holds; whether there was one."""
        if self._text[self._at] != "/":
            return False
        if self._at + 1 == len(self._text):
            self._more()
        closing = _NOTES.get(self._text[self._at : self._at + 2])
        if closing is None:
            return False
        self.spoiled = True
        while (end := self._text.find(closing, self._at + 2)) < 0 and self._more():
            pass
        self._at = len(self._text) if end < 0 else end + len(closing)
        return True

    def _more(self) -> bool:
        """Read on; at least as much as is still unread, so that a long value is not parsed too often."""
        wanted = max(_CHUNK, len(self._text) - self._at)
        pieces = [self._text[self._at :]]
        while wanted > 0 and (piece := self._piece()):
            pieces.append(piece)
            wanted -= len(piece)
        self._text, self._at = "".join(pieces), 0
        return len(pieces) > 1

    def _piece(self) -> str:
        if self._left < 0:
            self.cut = True
            return ""
        text = ""
        while not text:
            try:
                read = self._stream.read1(_CHUNK)
            except (OSError, EOFError, zlib.error):
                self.cut, read = True, b""
            text = self._decoder.decode(read, final=not read).replace("\0", "")
            if not read:
                break
        self._left -= len(text)
        return text


T = TypeVar("T")


class _Kept(Generic[T]):
    """Members of a large array or object passing by: some are kept, all with equal chances, within a bound."""

    def __init__(self, plan: SamplePlan) -> None:
        self._chance = random.Random(plan.seed)  # noqa: S311 - repeatable choice, not a secret
        self._most = plan.rows
        self._held: list[tuple[int, T, int]] = []
        self.first: T | None = None
        self.seen = self.size = 0
        self.squeezed = False

    def add(self, item: T, size: int) -> None:
        """Let a member of so many characters pass."""
        self.seen += 1
        self.first = item if self.seen == 1 else self.first
        if len(self._held) < self._most:
            self._held.append((self.seen, item, size))
        elif (place := self._chance.randrange(self.seen)) < self._most:
            self.size -= self._held[place][2]
            self._held[place] = (self.seen, item, size)
        else:
            return
        self.size += size
        while self.size > KEPT_CHARACTERS and len(self._held) > 1:
            self._squeeze()

    def items(self) -> list[T]:
        """What was kept, in its order."""
        return [item for _, item, _ in sorted(self._held, key=lambda held: held[0])]

    def _squeeze(self) -> None:
        """Go on with half as many, chosen by chance, so that the rest of the file keeps its chances."""
        self.squeezed = True
        self._most = len(self._held) // 2
        self._held = self._chance.sample(self._held, self._most)
        self.size = sum(size for _, _, size in self._held)


def _is_lines(head: bytes, encoding: str) -> bool:
    """Whether the first line is a whole array or object and more lines follow."""
    text = codecs.getincrementaldecoder(encoding)(AS_WINDOWS).decode(head).replace("\0", "")
    first, _, rest = text[_end_of_blanks(text, 0) :].partition("\n")
    try:
        value = DECODER.decode(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, list | Object) and bool(rest.strip())


def _end_of_blanks(text: str, at: int) -> int:
    blanks = _BLANKS.match(text, at)
    return blanks.end() if blanks else at
