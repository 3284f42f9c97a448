"""Tables inside a document: each is judged as a table of its own, and told with the document as one dataset."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count

from catalog.model.coverage import Caveat, Depth
from catalog.model.holdings import ColumnSchema, Magnitude
from catalog.model.runs import ColumnResult, SafeName
from catalog.model.sample import Sample
from scanners import depth, header
from scanners.declared import plain_type
from scanners.naming import NAME_CHARS, NameGuard, clean, is_identifying

MOST_COLUMNS = 20_000
"""Of a document with all its tables."""
_LABEL = re.compile(r"[a-z]+(?: [a-z]+){0,3}(?: \d{1,4})?(?:, [a-z]+(?: [a-z]+){0,3}(?: \d{1,4})?)*")
_LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class Part:
    """A table to be judged: the dataset itself, without a label, or one inside it."""

    label: str
    sample: Sample = field(repr=False)


@contextmanager
def parts_of(read: Sample) -> Iterator[Sequence[Part]]:
    """The dataset and all tables inside it, their first rows settled; their values are gone when this ends."""
    with ExitStack() as stack:
        parts: list[Part] = []
        columns = 0
        for label, sample in _all(read):
            columns += len(sample.columns)
            if columns > MOST_COLUMNS and parts:
                parts[0].sample.warn(Caveat.TOO_WIDE)
                break
            settled = stack.enter_context(header.settle(sample))
            settled.columns = tuple(
                replace(each, declared_type=plain_type(each.declared_type)) for each in settled.columns
            )
            parts.append(Part(label, settled))
        yield parts


def _all(read: Sample) -> Iterator[tuple[str, Sample]]:
    yield "", read
    numbers = count(1)
    for path, sample in _inner(read, ""):
        number = next(numbers)
        is_plain = len(path) <= _LONGEST_LABEL and _LABEL.fullmatch(path) and not is_identifying(path)
        yield path if is_plain else f"part {number}", sample


def _inner(read: Sample, outer: str) -> Iterator[tuple[str, Sample]]:
    for each in read.inner:
        path = f"{outer}, {each.label}" if outer else each.label
        yield path, each.sample
        yield from _inner(each.sample, path)


def rows_of(parts: Sequence[Part]) -> int:
    """Rows that were looked at: of the dataset itself, or of its largest table where it has none."""
    return parts[0].sample.row_count or max(part.sample.row_count for part in parts)


def caveats_of(parts: Sequence[Part]) -> tuple[Caveat, ...]:
    """Why it was read only in part, in any of its parts; sorted."""
    return tuple(sorted(frozenset[Caveat]().union(*(part.sample.caveats for part in parts))))


def name_of(guard: NameGuard, label: str, column: ColumnSchema) -> SafeName:
    """The name of a column under the identity its source gives it, which outlives a change of name.

    In a table inside a document the name is judged alone, as the label would hide that it is somebody's; its identity
    is never plain there, as a document's own column may be called the same.
    """
    alone = guard.name(column.name, column.key)
    if not label:
        return alone
    told = alone.text if alone.withheld else f"{label}: {alone.text}"
    identity = guard.name(column.name, f"{label}\0{column.key or column.name}").key
    return SafeName(told if len(told) <= NAME_CHARS else clean(told), identity, withheld=alone.withheld)


def amount_of(parts: Sequence[Part], part: Part, result: ColumnResult) -> Magnitude:
    """How many different values a column has, which may tell how many people its dataset is about.

    Who wrote a document is not all it is about: a table in it counts only where it is longer than the text around it.
    """
    whole = parts[0].sample
    is_document = any(column.holds_passages for column in whole.columns)
    is_beside = is_document and part is not parts[0] and part.sample.row_count < whole.row_count
    return Magnitude.NOT_KNOWN if is_beside else result.amount


def reason_to_go_on(parts: Sequence[Part], results: Sequence[ColumnResult]) -> Depth | None:
    """Why it is worth a deeper look, in any of its parts; see :func:`scanners.depth.reason_to_go_on`.

    Parameters:
        results: what was found in the columns of all parts, one after the other.
    """
    start = 0
    for part in parts:
        end = start + len(part.sample.columns)
        if why := depth.reason_to_go_on(part.sample, results[start:end]):
            return why
        start = end
    return None
