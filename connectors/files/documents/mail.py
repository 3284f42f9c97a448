"""E-mail, single or as a box of messages: a message a row, with the files attached to it beside.

A column may have several values a row: every address is a value of its own, and so is every paragraph.
"""

import gzip
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime

from catalog.errors import DatasetError
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files.delimited import Binary
from connectors.files.documents import mime, web
from connectors.files.documents.attachments import samples_of
from connectors.files.documents.passages import LINE_BROKE, Gathering, paragraphs, pieces, tidied
from connectors.rows import SAMPLE_CHARACTERS, choose

ENDINGS = (".eml",)
BOX_ENDINGS = (".mbox", ".mbx")
COLUMNS = ("from", "to", "cc", "date", "subject", "text", "attachments")

_LARGEST = 48_000_000
_MOST_LETTERS = 200
_LONGEST_TEXT = 4_000_000
_LONGEST_LINE = 65_536
_LINES_A_LOOK = 10_000
_HEADERS = ("from", "to", "date", "subject", "message-id", "received")
_SAID = frozenset({"subject", "text", "attachments"})
_PICTURES = ("image/", "audio/", "video/")
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_NEXT_MESSAGE = re.compile(rb"From [^\r\n]*\d\d:\d\d")
_NO_VALUE: Sequence[str | None] = (None,)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def sample_mail(
    stream: Binary,
    name: str,  # noqa: ARG001 - formats of files are read alike
    plan: SamplePlan,
    thing: str,
) -> Sample:
    """Read a message, those it passes on, and the files attached to them.

    Raises:
        DatasetError: when it is none.
    """
    into = Gathering(plan, thing)
    box = _Box(into)
    content = _read(stream, _LARGEST + 1, into)
    if len(content) > _LARGEST:
        into.caveats.add(Caveat.CUT)
    box.take(0, content.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))
    return box.sample(total=1)


def sample_mbox(
    stream: Binary,
    name: str,  # noqa: ARG001 - formats of files are read alike
    plan: SamplePlan,
    thing: str,
) -> Sample:
    """Read a seeded choice of the messages of a box, and the files attached to them.

    Raises:
        DatasetError: when there is no message in it.
    """
    into = Gathering(plan, thing)
    box = _Box(into)
    try:
        chosen, total = choose(_messages(stream, into), plan.rows, plan.seed)
        if not isinstance(stream, gzip.GzipFile):  # in which going back is reading all again
            # In an order of chance, so that what time leaves unread is not always the newest.
            random.Random(plan.seed).shuffle(chosen)  # noqa: S311 - repeatable choice, not a secret
        for start, end in chosen:
            if not into.goes_on(end - start):
                break
            stream.seek(start)
            line, _, letter = stream.read(min(end - start, _LARGEST)).partition(b"\n")
            box.take(start, _QUOTED.sub(rb"\1", letter), envelope=line)
    except LINE_BROKE:
        raise
    except (OSError, EOFError):
        into.caveats.add(Caveat.TORN)
        total = 0
    return box.sample(total)


@dataclass(slots=True)
class _Letter:
    """A message, by column."""

    place: tuple[int, int]
    values: dict[str, list[str]] = field(repr=False)


class _Box:
    """The messages taken so far."""

    def __init__(self, into: Gathering) -> None:
        self._into = into
        self._letters: list[_Letter] = []
        self._attached = 0
        self._left = SAMPLE_CHARACTERS

    def take(self, place: int, content: bytes, envelope: bytes = b"") -> None:
        """Take a message, and those it passes on.

        Parameters:
            envelope: the line above it in a box, which tells that it is a message, whatever its headers are.
        """
        waiting = [content]
        for number in range(_MOST_LETTERS):
            if not waiting:
                return
            waiting.extend(self._take((place, number), waiting.pop(0), b"" if number else envelope))
        self._into.caveats.add(Caveat.CUT)

    def sample(self, total: int) -> Sample:
        """The sample of ``total`` messages.

        Raises:
            DatasetError: when there is none.
        """
        if not self._letters:
            raise self._into.unreadable()
        letters = [letter.values for letter in sorted(self._letters, key=lambda letter: letter.place)]
        columns = [[value for letter in letters for value in letter[name] or _NO_VALUE] for name in COLUMNS]
        is_whole = total and self._into.is_whole
        is_all = len(letters) >= total
        return Sample(
            [ColumnSchema(name, place, key=name, holds_passages=name in _SAID) for place, name in enumerate(COLUMNS)],
            columns,
            method=(SampleMethod.ALL_ROWS if is_whole else SampleMethod.FIRST_ROWS)
            if is_all
            else SampleMethod.RANDOM_ROWS,
            rows_total=max(total, len(letters)) if is_whole else None,
            rows=len(letters),
            caveats=frozenset(self._into.caveats),
            inner=self._into.inner,
        )

    def _take(self, place: tuple[int, int], content: bytes, envelope: bytes) -> Iterator[bytes]:
        """Take one message, and give back those it passes on."""
        head = mime.opened(content, 0)
        if not envelope and not any(name in head.headers for name in _HEADERS):
            return
        letter = _Letter(
            place,
            {
                "from": head.addresses("from") or head.addresses("sender") or _sender(envelope),
                "to": head.addresses("to"),
                "cc": head.addresses("cc") + head.addresses("bcc"),
                "date": [_date(value) for value in head.header("date")[:1]],
                "subject": head.header("subject")[:1],
                "text": [],
                "attachments": [],
            },
        )
        self._letters.append(letter)
        text: list[str] = []
        for part in mime.parts(content):
            name = part.file_name
            letter.values["attachments"].extend([name] if name else [])
            if part.kind == "message/rfc822" or name.lower().endswith(ENDINGS):
                yield part.content()
            elif part.is_too_deep:
                self._into.caveats.add(Caveat.INNER)
            elif part.kind.startswith(("text/", "multipart/")) and not part.is_attached:
                text.extend(self._passages(part))
            elif part.kind not in _SIGNATURES:
                self._attach(part, name)
        # What is said as text and as a web page is said once.
        letter.values["text"] = list(dict.fromkeys(text))
        self._bound(letter)

    def _passages(self, part: mime.Part) -> Iterator[str]:
        text = part.text()
        if not part.is_certain:
            self._into.caveats.add(Caveat.ENCODING)
        if len(text) > _LONGEST_TEXT:
            self._into.caveats.add(Caveat.CUT)
            text = text[:_LONGEST_TEXT]
        is_page = part.kind == "text/html"
        for passage in web.passages_of(text, self._into) if is_page else paragraphs(text.splitlines()):
            yield from pieces(tidied(passage), self._into.plan.cell_chars)

    def _attach(self, part: mime.Part, name: str) -> None:
        """Look into an attached file; what cannot be looked into is told, but for pictures within the text."""
        if part.kind.startswith(_PICTURES) and not part.is_attached:
            return
        self._attached += 1
        plan = replace(self._into.plan, seconds=self._into.plan.seconds * self._into.time_left)
        if not self._into.has_room or not self._into.goes_on():
            self._into.caveats.add(Caveat.CUT)
            return
        try:
            for rest, sample in samples_of(part.content(), name, plan, self._into.thing):
                self._into.caveats |= sample.caveats
                self._into.keep(f"attachment {self._attached}{rest}", sample)
        except DatasetError:
            self._into.caveats.add(Caveat.INNER)

    def _bound(self, letter: _Letter) -> None:
        """Keep to what a cell and a sample may hold."""
        most = self._into.plan.cell_chars
        letter.values = {
            name: [value[:most] for value in map(tidied, values) if value] for name, values in letter.values.items()
        }
        self._left -= sum(len(value) for values in letter.values.values() for value in values)
        if self._left < 0:
            self._letters.pop()
            self._into.caveats.add(Caveat.CUT)


def _read(stream: Binary, size: int, into: Gathering) -> bytes:
    try:
        return stream.read(size)
    except LINE_BROKE:
        raise
    except (OSError, EOFError):
        raise into.unreadable() from None


def _messages(stream: Binary, into: Gathering) -> Iterator[tuple[int, int]]:
    """Where each message of a box begins and ends: it begins with a line of its own after an empty one."""
    start, at = -1, 0
    is_after_blank = True
    lines = 0
    while line := stream.readline(_LONGEST_LINE):
        if is_after_blank and _NEXT_MESSAGE.match(line):
            if start >= 0:
                yield start, at
            start = at
        is_after_blank = not line.strip()
        at += len(line)
        lines += 1
        if lines % _LINES_A_LOOK == 0 and not into.goes_on():
            break
    if start >= 0:
        yield start, at


def _sender(envelope: bytes) -> list[str]:
    """Who sent a message, by the line above it in a box."""
    return [word.decode("ascii", "replace") for word in envelope.split()[1:2]]


def _date(text: str) -> str:
    """A date as ISO 8601, or as it is written where it is none."""
    try:
        return parsedate_to_datetime(text).isoformat(sep=" ")
    except (ValueError, TypeError, IndexError, OverflowError):
        return text
