"""E-mail, single or as a box of messages: a message a row, with the files attached to it beside.

A column may have several values a row: every address is a value of its own, and so is every paragraph.
"""

import io
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime

from catalog.errors import DatasetError
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files.delimited import Binary
from connectors.files.documents import mime, web
from connectors.files.documents.passages import LINE_BROKE, Gathering, paragraphs, pieces, tidied
from connectors.rows import SAMPLE_CHARACTERS, choose

ENDINGS = (".eml",)
BOX_ENDINGS = (".mbox", ".mbx")
COLUMNS = ("from", "to", "cc", "date", "subject", "text", "attachments")

Reader = Callable[[io.BufferedReader, str, SamplePlan, str], Sample]
ReaderOf = Callable[[str], Reader | None]
"""What reads a file of this name; None where nothing does."""

_LARGEST = 48_000_000
_MOST_LETTERS = 200
_MOST_LINES = 20_000
_LONGEST_LINE = 65_536
_LINES_A_LOOK = 10_000
_HEADERS = ("from", "to", "date", "subject", "message-id", "received")
_PICTURES = ("image/", "audio/", "video/")
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_NEXT_MESSAGE = re.compile(rb"From [^\r\n]*\d\d:\d\d")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def sample_mail(
    stream: Binary, name: str, plan: SamplePlan, thing: str, *, reader_of: ReaderOf | None = None
) -> Sample:  # noqa: ARG001 - formats of files are read alike
    """Read a message, those it passes on, and the files attached to them.

    Parameters:
        reader_of: what reads an attached file.

    Raises:
        DatasetError: when it is none.
    """
    into = Gathering(plan, thing)
    box = _Box(into, reader_of)
    content = _read(stream, _LARGEST + 1, into)
    if len(content) > _LARGEST:
        into.caveats.add(Caveat.CUT)
    box.take(0, content.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))
    return box.sample(total=1)


def sample_mbox(
    stream: Binary, name: str, plan: SamplePlan, thing: str, *, reader_of: ReaderOf | None = None
) -> Sample:  # noqa: ARG001 - formats of files are read alike
    """Read a seeded choice of the messages of a box, and the files attached to them.

    Parameters:
        reader_of: what reads an attached file.

    Raises:
        DatasetError: when there is no message in it.
    """
    into = Gathering(plan, thing)
    box = _Box(into, reader_of)
    try:
        chosen, total = choose(_messages(stream, into), plan.rows, plan.seed)
        # In an order of chance, so that what time leaves unread is not always the newest.
        random.Random(plan.seed).shuffle(chosen)  # noqa: S311 - repeatable choice, not a secret
        for start, end in chosen:
            if not into.goes_on(end - start):
                break
            stream.seek(start)
            box.take(start, _QUOTED.sub(rb"\1", stream.read(min(end - start, _LARGEST)).partition(b"\n")[2]))
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

    def __init__(self, into: Gathering, reader_of: ReaderOf | None) -> None:
        self._into = into
        self._reader_of = reader_of
        self._letters: list[_Letter] = []
        self._attached = 0
        self._left = SAMPLE_CHARACTERS

    def take(self, place: int, content: bytes) -> None:
        """Take a message, and those it passes on."""
        waiting = [content]
        for number in range(_MOST_LETTERS):
            if not waiting:
                return
            waiting.extend(self._take((place, number), waiting.pop(0)))
        self._into.caveats.add(Caveat.CUT)

    def sample(self, total: int) -> Sample:
        """The sample of ``total`` messages.

        Raises:
            DatasetError: when there is none.
        """
        if not self._letters:
            raise self._into.unreadable()
        letters = [letter.values for letter in sorted(self._letters, key=lambda letter: letter.place)]
        columns: list[Sequence[str | None]] = [
            [value for letter in letters for value in letter.get(name) or [None]] for name in COLUMNS
        ]
        caveats = frozenset(self._into.caveats)
        is_whole = total and not caveats & {Caveat.CUT, Caveat.TORN}
        is_all = len(letters) >= total
        return Sample(
            [ColumnSchema(name, place, key=name) for place, name in enumerate(COLUMNS)],
            columns,
            method=(SampleMethod.ALL_ROWS if is_whole else SampleMethod.FIRST_ROWS)
            if is_all
            else SampleMethod.RANDOM_ROWS,
            rows_total=max(total, len(letters)) if is_whole else None,
            rows=len(letters),
            caveats=caveats,
            inner=self._into.inner,
        )

    def _take(self, place: tuple[int, int], content: bytes) -> Iterator[bytes]:
        """Take one message, and give back those it passes on."""
        head = mime.opened(content, 0)
        if not any(name in head.headers for name in _HEADERS):
            return
        letter = _Letter(
            place,
            {
                "from": head.addresses("from") or head.addresses("sender"),
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
            if part.kind == "message/rfc822":
                yield part.content()
            elif part.kind.startswith("text/") and not part.is_attached:
                text.extend(self._passages(part))
            elif part.kind not in _SIGNATURES:
                self._attach(part, letter)
        # What is said as text and as a web page is said once.
        letter.values["text"] = list(dict.fromkeys(text))
        self._bound(letter)

    def _passages(self, part: mime.Part) -> Iterator[str]:
        text = part.text()
        is_page = part.kind == "text/html"
        for passage in web.passages_of(text, self._into) if is_page else paragraphs(text.splitlines()[:_MOST_LINES]):
            yield from pieces(tidied(passage), self._into.plan.cell_chars)

    def _attach(self, part: mime.Part, letter: _Letter) -> None:
        name = part.file_name
        if name:
            letter.values["attachments"].append(name)
        reader = self._reader_of(name) if self._reader_of and name else None
        is_decoration = part.kind.startswith(_PICTURES) and not part.is_attached
        if reader is not None and self._into.goes_on():
            self._read(reader, name, part.content())
        elif not is_decoration:
            self._into.caveats.add(Caveat.INNER)

    def _read(self, reader: Reader, name: str, content: bytes) -> None:
        """Look into an attached file, not into what may be attached to it in turn."""
        self._attached += 1
        label = f"attachment {self._attached}"
        plan = replace(self._into.plan, seconds=self._into.plan.seconds * self._into.time_left)
        try:
            with io.BufferedReader(io.BytesIO(content)) as stream:  # type: ignore[arg-type] # bytes in memory read as raw ones do
                sample = reader(stream, name, plan, self._into.thing)
        except DatasetError:
            self._into.caveats.add(Caveat.INNER)
            return
        self._into.caveats |= sample.caveats
        inner, sample.inner = sample.inner, ()
        if sample.row_count:
            self._into.keep(label, sample)
        for each in inner:
            self._into.keep(f"{label}, {each.label}", each.sample)

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


def _date(text: str) -> str:
    """A date as ISO 8601, or as it is written where it is none."""
    try:
        return parsedate_to_datetime(text).isoformat(sep=" ")
    except (ValueError, TypeError, IndexError, OverflowError):
        return text
