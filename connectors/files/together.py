"""A sample of many alike files: some of them are opened, and their rows put together column by column.

Nothing of unlike files is mixed: files of other columns are a table of their own inside the sample, and so are the
names of the files, which may hold what no row does.
"""

import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from io import BufferedReader

from catalog.errors import SKIP_TEXT, DatasetError, SkipReason
from catalog.model.coverage import AWAY, Caveat, SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Inner, Sample
from catalog.ports import FoundFile, SamplePlan
from connectors.files.alike import ending_of
from connectors.files.joined import Part, inner_tables, tables
from connectors.places.common import failure
from connectors.rows import SAMPLE_CHARACTERS, choose

FILES = 16
"""Opened where there are so many: the first, the last, the largest and others at random."""
MOST_FILES = 64
"""Opened in deeper looks."""
MOST_SMALL_FILES = 256
"""Opened where files of a record or two do not give rows enough."""
MOST_INNER = 50

_ROWS_A_FILE = 100
_FEWEST_ROWS = 20
_SEPARATORS = re.compile(r"[_./\\]+")
#: Nothing can be said of a file that is gone or holds nothing, and nothing is missed.
_NOTHING_MISSED = frozenset({SkipReason.VANISHED, SkipReason.EMPTY})

Open = Callable[[str], AbstractContextManager[BufferedReader]]
Reader = Callable[[BufferedReader, str, SamplePlan, str], Sample]


@dataclass(frozen=True, slots=True)
class Reading:
    """How each of the files is read.

    Parameters:
        open_one: opens one, given its path.
        reader: reads one, told its path.
        plan: how much to read of all of them together.
        thing: what errors call them.
        is_too_large: whether a file is not to be opened.
    """

    open_one: Open
    reader: Reader
    plan: SamplePlan
    thing: str
    is_too_large: Callable[[FoundFile], bool]

    def sample(self, file: FoundFile, plan: SamplePlan) -> Sample:
        """Read one file.

        Raises:
            DatasetError: when that cannot be done.
        """
        if self.is_too_large(file):
            raise self.error(SkipReason.TOO_LARGE)
        try:
            with self.open_one(file.path) as stream:
                return self.reader(stream, file.path, plan, self.thing)
        except OSError as error:
            raise failure(error, self.thing) from None

    def error(self, reason: SkipReason) -> DatasetError:
        """The error of files of which none can be read."""
        return DatasetError(
            self.thing, f"of none of its files: {SKIP_TEXT[reason]}", "Look at one of them by hand.", reason=reason
        )


def sample_together(files: Sequence[FoundFile], reading: Reading) -> Sample:
    """Read a bounded, seeded sample of many alike files.

    Args:
        files: all of them.
        reading: how each is read.

    Raises:
        DatasetError: when none of them can be read, with the commonest reason, or their place is out of reach.
    """
    order = _Order.of(files, reading.plan.seed)
    looks = _Looks(reading, order)
    parts = list(looks)
    if not parts:
        commonest = looks.unread.most_common(1)
        raise reading.error(commonest[0][0] if commonest else SkipReason.EMPTY)
    missed = sum(count for reason, count in looks.unread.items() if reason not in _NOTHING_MISSED)
    sample = _put_together(parts, is_done=looks.is_done, is_all=looks.is_done and not missed)
    sample.inner = (*sample.inner, Inner("files", _names(files, reading.plan)))
    if missed:
        sample.warn(Caveat.SOME_FILES)
    return sample


@dataclass(frozen=True, slots=True)
class _Order:
    """The files that hold anything, in the order they are opened in.

    Parameters:
        chosen: those most unlike each other: first and last by name, and the largest.
        drawn: the others at random.
    """

    chosen: Sequence[FoundFile]
    drawn: Sequence[FoundFile]

    @classmethod
    def of(cls, files: Sequence[FoundFile], seed: int) -> "_Order":
        filled = sorted((file for file in files if file.size), key=lambda file: file.path)
        if not filled:
            return cls((), ())
        ends = (filled[0], filled[-1], max(filled, key=lambda file: file.size))
        chosen = {file.path: file for file in ends}
        drawn = [file for file in filled if file.path not in chosen]
        random.Random(seed).shuffle(drawn)  # noqa: S311 - repeatable choice, not a secret
        return cls(tuple(chosen.values()), drawn)


class _Looks:
    """Samples of files one by one, until there are enough of them and of their rows, or time or memory is up.

    Afterwards ``unread`` says why how many could not be read, ``is_done`` whether all were looked at.
    """

    def __init__(self, reading: Reading, order: _Order) -> None:
        self._reading = reading
        self._order = order
        self.unread: Counter[SkipReason] = Counter()
        self.is_done = False

    def __iter__(self) -> Iterator[Part]:
        plan = self._reading.plan
        files = [*self._order.chosen, *self._order.drawn]
        enough = min(max(plan.rows // _ROWS_A_FILE, FILES), MOST_FILES)
        each = replace(plan, rows=max(plan.rows // max(min(len(files), enough), 1), _FEWEST_ROWS))
        chance = random.Random(plan.seed)  # noqa: S311 - repeatable choice, not a secret
        deadline = time.monotonic() + plan.seconds
        read = rows = characters = 0
        for number, file in enumerate(files):
            left = deadline - time.monotonic()
            is_enough = number >= MOST_SMALL_FILES or (read >= enough and 2 * rows >= plan.rows)
            if is_enough or (read and (left <= 0 or characters > SAMPLE_CHARACTERS)):
                return
            # The same seed would choose the same places in files of the same length.
            sample = self._one(file, replace(each, seed=chance.randrange(2**31), seconds=max(left / 4, 1.0)))
            if sample is not None:
                read, rows = read + 1, rows + sample.row_count
                characters += _characters(sample)
                yield Part(sample, number, is_drawn=number >= len(self._order.chosen))
        self.is_done = True

    def _one(self, file: FoundFile, plan: SamplePlan) -> Sample | None:
        try:
            return self._reading.sample(file, plan)
        except DatasetError as error:
            if error.reason in AWAY:
                raise
            self.unread[error.reason] += 1
            return None


def _characters(sample: Sample) -> int:
    own = sum(len(value) for place in range(len(sample.columns)) for value in sample.values(place) if value)
    return own + sum(_characters(inner.sample) for inner in sample.inner)


def _put_together(parts: Sequence[Part], *, is_done: bool, is_all: bool) -> Sample:
    """The table of most files, others and those inside files within it."""
    main, *others = tables(parts, is_all=is_all)
    inner = [Inner(f"files of other columns {number}", other) for number, other in enumerate(others, start=1)]
    inner += inner_tables(parts, is_all=is_all)
    main.warn(*(caveat for part in parts for caveat in part.sample.caveats))
    if others and not is_done:
        # Files that were never opened may be of yet other columns.
        main.warn(Caveat.SOME_FILES)
    if len(inner) > MOST_INNER:
        main.warn(Caveat.CUT)
    for other in others:
        other.inner = ()
    main.inner = tuple(inner[:MOST_INNER])
    return main


def _names(files: Sequence[FoundFile], plan: SamplePlan) -> Sample:
    """The names of the files, read or not, as a table: numbers and names of people stand in them."""
    shared = _shared_folders([file.path for file in files])
    names, seen = choose((_spoken(file.path, shared) for file in files), plan.rows, plan.seed)
    column = ColumnSchema("name", 0, key="name", name_is_made_up=True)
    is_all = seen <= plan.rows
    method = SampleMethod.ALL_ROWS if is_all else SampleMethod.RANDOM_ROWS
    return Sample([column], [[name[: plan.cell_chars] for name in names]], method=method, rows_total=seen)


def _shared_folders(paths: Sequence[str]) -> int:
    """How many characters of the paths are the folders they all lie in."""
    first, last = min(paths).split("/")[:-1], max(paths).split("/")[:-1]
    shared = 0
    for one, other in zip(first, last, strict=False):
        if one != other:
            break
        shared += len(one) + 1
    return shared


def _spoken(path: str, shared: int) -> str:
    """A name as words: its signs between words would hide them from whoever reads it."""
    name = path[shared : len(path) - len(ending_of(path.rpartition("/")[2]))]
    return _SEPARATORS.sub(" ", name).strip()
