"""What documents of every format become: passages of text as rows, and the tables among them beside.

Readers of formats are generators of passages; what they meet besides text they hand to a :class:`Gathering`.
"""

import random
import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Inner, Sample
from catalog.ports import SamplePlan
from connectors.files.table import MOST_COLUMNS, sample_of
from connectors.rows import SAMPLE_CHARACTERS, Window, choose, columns_of

MOST_TABLES = 50
MOST_SPANNED = 200_000
MOST_CHARACTERS = 64_000_000
"""So much of one document is read, as far as time allows."""

LINE_BROKE = (ConnectionError, TimeoutError, FileNotFoundError, PermissionError)
"""What says nothing of a document, but of the place it is read from: passed on."""

_FIRST_ROWS = 25
_FEW_ROWS = 3
_UNUSABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_SET_AS_ONE = re.compile("[\ufb00-\ufb06]")
"""Letters that typesetting makes one sign of, such as those of the "ffi" in Griffith."""
_MAY_BE_PARTED = "\u00ad"
"""Stands unseen where a word may be parted at the end of a line."""
_BLANKS = re.compile(r"[^\S\n]+")
_NEWLINES = re.compile(r" ?(?:\n ?)+")
_BULLET = re.compile(r"\s*(?:[-*\u2022\u2023\u25aa\u25cf\u25e6\u2043>|]|\(?\w{1,3}[.)]\s)")
_FULL_LINE = 0.7
_SHORTEST_FULL = 40
_LONGEST_WRAPPED = 200


class Rows:
    """The rows of one table passing by: the first ones and some of the others are kept, all with equal chances."""

    def __init__(self, plan: SamplePlan) -> None:
        self._chance = random.Random(plan.seed)  # noqa: S311 - repeatable choice, not a secret
        self._most = plan.rows
        self._first: list[Sequence[str]] = []
        self._kept: list[tuple[int, Sequence[str]]] = []
        self._cell_chars = plan.cell_chars
        self._widest = self._longest = 0
        self.seen = 0

    def add(self, cells: Sequence[str]) -> None:
        """Let a row pass."""
        row = [tidied(cell) for cell in cells[: MOST_COLUMNS + 1]]
        filled = sum(1 for cell in row if cell)
        if not filled:
            return
        self.seen += 1
        self._widest = max(self._widest, filled)
        self._longest = max(self._longest, *map(len, row))
        if len(self._first) < _FIRST_ROWS:
            self._first.append(row)
        elif len(self._kept) < self._most:
            self._kept.append((self.seen, row))
        elif (place := self._chance.randrange(self.seen - _FIRST_ROWS)) < self._most:
            self._kept[place] = (self.seen, row)

    @property
    def are_layout(self) -> bool:
        """Whether they only place text on a page: one row, a frame around a few paragraphs, cells as long as pages."""
        if self.seen != len(self.kept):
            return False
        return self.seen < 2 or (self._widest < 2 and self.seen <= _FEW_ROWS) or self._longest > self._cell_chars

    @property
    def kept(self) -> list[Sequence[str]]:
        """The rows kept, in their order."""
        return [*self._first, *(row for _, row in sorted(self._kept))]


class Pile:
    """Tables of the same columns, under the label of the first."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.samples: list[Sample] = []

    def together(self) -> Inner:
        """All of them as one."""
        first, *others = self.samples
        if not others:
            return Inner(self.label, first)
        totals = [sample.rows_total for sample in self.samples]
        is_all = all(sample.method is SampleMethod.ALL_ROWS for sample in self.samples)
        values = [
            [value for sample in self.samples for value in sample.values(place)] for place in range(len(first.columns))
        ]
        sample = Sample(
            first.columns,
            values,
            method=SampleMethod.ALL_ROWS if is_all else SampleMethod.RANDOM_ROWS,
            rows_total=None if None in totals else sum(total or 0 for total in totals),
            rows=sum(sample.row_count for sample in self.samples),
            caveats=frozenset().union(*(sample.caveats for sample in self.samples)),
            # Or data: a table without a header may be repeated, as in every answer to an e-mail.
            header_is_first_row=first.header_is_first_row,
        )
        return Inner(self.label, sample)


class Gathering:
    """What one look at a document gathers, within the bounds of size and time.

    Parameters:
        plan: how much to keep; ``seconds`` is how long reading may take.
        thing: what errors call the document.
    """

    def __init__(self, plan: SamplePlan, thing: str) -> None:
        self.plan = plan
        self.thing = thing
        self.caveats: set[Caveat] = set()
        self.places: int | None = None
        """Of a long document, how many places all over it are read; None where all of it is."""
        self._began = time.monotonic()
        self._left = MOST_CHARACTERS
        self._held = SAMPLE_CHARACTERS
        self._piles: dict[tuple[str, ...], Pile] = {}
        self._tables = 0
        self._is_cut = False
        self._places_left = MOST_SPANNED

    def goes_on(self, characters: int = 0) -> bool:
        """Whether more may be read after so many characters; that it was cut is noted where not."""
        self._left -= characters
        if self._left >= 0 and self.time_left > 0:
            return True
        self.cut()
        return False

    def may_span(self) -> bool:
        """Whether a cell may stand at another place it spans: few may claim more places than there is time for."""
        self._places_left -= 1
        if self._places_left < 0:
            self.caveats.add(Caveat.CUT)
        return self._places_left >= 0

    def cut(self) -> None:
        """Note that there is more than was met."""
        self.caveats.add(Caveat.CUT)
        self._is_cut = True

    @property
    def is_whole(self) -> bool:
        """Whether all of the document has passed: what is damaged or cut may hold more than was met."""
        return not self._is_cut and Caveat.TORN not in self.caveats

    @property
    def has_room(self) -> bool:
        """Whether another table would be kept."""
        return len(self._piles) < MOST_TABLES

    @property
    def time_left(self) -> float:
        """The share of the time that is left: 1 at the beginning, 0 or less when it is over."""
        return 1 - (time.monotonic() - self._began) / self.plan.seconds

    def table(self, rows: Rows) -> Iterator[str]:
        """Keep a table; what only looks like one is given back as passages."""
        if rows.are_layout:
            yield from (cell for row in rows.kept for cell in dict.fromkeys(row) if cell)
            return
        self._tables += 1
        sample = sample_of(rows.kept, self.plan, self.thing)
        if rows.seen > len(rows.kept):
            sample.rows_total, sample.method = rows.seen - 1, SampleMethod.RANDOM_ROWS
        self.keep(f"table {self._tables}", sample)

    def record(self, label: str, fields: Iterable[tuple[str, str]]) -> None:
        """Keep named values, such as those of a form, as a table of one row."""
        filled = [(tidied(name), tidied(value)) for name, value in fields]
        filled = [(name or "field", value) for name, value in filled if value][:MOST_COLUMNS]
        if filled:
            names, values = zip(*filled, strict=True)
            sample = sample_of([names, values], self.plan, self.thing)
            sample.header_is_first_row = False
            self._keep(label, sample, (label,))

    def listed(self, label: str, name: str, values: Iterable[str]) -> None:
        """Keep values of one kind, such as the authors of comments, as a table of one column."""
        rows = [[value] for value in map(tidied, values) if value]
        if rows:
            sample = sample_of([[name], *rows], self.plan, self.thing)
            sample.header_is_first_row = False
            self._keep(label, sample, (label,))

    def keep(self, label: str, sample: Sample) -> None:
        """Keep a table under a label in our words, as far as so many and so much are kept.

        Tables of the same columns, as one report has for each of its clients, are one.
        """
        self._keep(label, sample, tuple(column.name for column in sample.columns))

    def _keep(self, label: str, sample: Sample, key: tuple[str, ...]) -> None:
        size = sum(len(value) for place in range(len(sample.columns)) for value in sample.values(place) if value)
        if size > self._held or (key not in self._piles and not self.has_room):
            self.caveats.add(Caveat.CUT)
            return
        self._held -= size
        self._piles.setdefault(key, Pile(label)).samples.append(sample)

    def sample(self, passages: Iterable[str]) -> Sample:
        """The sample of the document, once its passages have passed.

        Raises:
            DatasetError: when there is no text in it.
        """
        kept, seen = choose(self._pieces(passages), self.plan.rows, self.plan.seed)
        window = Window([piece] for piece in kept)
        rows = list(window)
        if not rows and not self._piles:
            raise self.unreadable() if self.caveats else self.empty()
        if window.cut:
            self.cut()
        every = SampleMethod.ALL_ROWS if self.is_whole else SampleMethod.FIRST_ROWS
        method = every if seen <= len(rows) else SampleMethod.RANDOM_ROWS
        return Sample(
            [ColumnSchema("text", 0, key="text", name_is_made_up=True, holds_passages=True)],
            columns_of(rows, 1),
            method=method if self.places is None else SampleMethod.PLACES,
            rows_total=seen if self.is_whole and self.places is None else None,
            draws=None if self.places is None else min(self.places, len(rows)),
            caveats=frozenset(self.caveats),
            inner=self.inner,
        )

    @property
    def inner(self) -> Sequence[Inner]:
        """The tables kept so far."""
        return tuple(pile.together() for pile in self._piles.values())

    def or_pictures(self, passages: Iterable[str], has_pictures: Callable[[], bool]) -> Iterator[str]:
        """The passages, where there is one or a table from now on; else what is there may be pictures.

        Raises:
            DatasetError: when it is.
        """
        before = len(self._piles)
        is_silent = True
        for passage in passages:
            is_silent = is_silent and not tidied(passage)
            yield passage
        damage = self.caveats - {Caveat.SOME_PAGES}
        if is_silent and len(self._piles) == before and not damage and has_pictures():
            raise self.pictures()

    def empty(self) -> DatasetError:
        """The error of a document that is sound and says nothing."""
        return DatasetError(self.thing, "there is no text in it", "Nothing is to be done.", reason=SkipReason.EMPTY)

    def unreadable(self) -> DatasetError:
        """The error of what is damaged."""
        return DatasetError(
            self.thing,
            "its content is damaged or not what its name says",
            "Ask its owner for an intact copy.",
            reason=SkipReason.UNREADABLE,
        )

    def pictures(self) -> DatasetError:
        """The error of a document that is a picture of text."""
        return DatasetError(
            self.thing,
            "its pages are pictures without text",
            "Ask its owner for the document it was made from, or look at it by hand.",
            reason=SkipReason.NO_TEXT,
        )

    def protected(self) -> DatasetError:
        """The error of a document with a password."""
        return DatasetError(
            self.thing,
            "it is protected by a password",
            "Ask its owner for a copy without one.",
            reason=SkipReason.PASSWORD_PROTECTED,
        )

    def _pieces(self, passages: Iterable[str]) -> Iterator[str]:
        for passage in passages:
            yield from pieces(tidied(passage), self.plan.cell_chars)


def refuse_what_is_no_text(head: str, into: Gathering) -> None:
    """Refuse what begins with signs no text has.

    Raises:
        DatasetError: when more than one in fifty is such a sign.
    """
    if 50 * len(_UNUSABLE.findall(head)) > len(head):
        raise into.unreadable()


def tidied(text: str) -> str:
    """Text as it was typed, without what no text may hold, each run of blanks one blank, each of line ends one."""
    text = text.replace(_MAY_BE_PARTED, "")
    text = _SET_AS_ONE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return _NEWLINES.sub("\n", _BLANKS.sub(" ", _UNUSABLE.sub("", text.replace("\r", "\n")))).strip()


def pieces(text: str, longest: int) -> Iterator[str]:
    """A passage in pieces of at most ``longest`` characters, cut at blanks where there are any."""
    start = 0
    while len(text) - start > longest:
        blank = max(text.rfind(sign, start + longest * 3 // 4, start + longest) for sign in " \n")
        end = blank if blank > start else start + longest
        yield text[start:end].strip()
        start = end
    if last := text[start:].strip():
        yield last


def paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Lines joined to the paragraphs they were broken from: a name or number may lie across the end of a line.

    A paragraph ends at an empty line, before a bullet, and with a line that was not full.
    """
    block: list[str] = []
    for line in lines:
        if line.strip():
            block.append(line.strip())
        if block and (not line.strip() or len(block) >= 500):
            yield from _joined(block)
            block = []
    yield from _joined(block)


def _joined(lines: Sequence[str]) -> Iterator[str]:
    wrapped = [len(line) for line in lines if len(line) <= _LONGEST_WRAPPED]
    full = max(_SHORTEST_FULL, _FULL_LINE * max(wrapped, default=0))
    text, goes_on = "", False
    for line in lines:
        if text and (not goes_on or _BULLET.match(line)):
            yield text
            text = ""
        text = _glued(text, line)
        goes_on = full <= len(line) <= _LONGEST_WRAPPED
    if text:
        yield text


def _glued(text: str, line: str) -> str:
    """Two lines as one; a hyphen within a word or number goes or stays as it would have been without the break."""
    if not text.endswith("-") or text.endswith((" -", "--")):
        return f"{text} {line}" if text else line
    is_word = text[-2:-1].isalpha() and line[:1].islower()
    return f"{text[:-1]}{line}" if is_word else f"{text}{line}"
