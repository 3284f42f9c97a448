"""Texts in Arrow memory, many at once: distinct ones with their counts, their bytes, their shapes."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catalog.model.sample import Column
from scanners import lexicons
from scanners.shapes import shape_of

Numbers = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Chosen = npt.NDArray[np.bool_]
Texts = Any
"""A ``pyarrow.StringArray``; pyarrow ships no types."""

_ASCII = 128
#: Bytes of columns that are looked at together.
_SMALL = 1_000_000
_KINDS = np.arange(256, dtype=np.uint8)
for _first, _last, _kind in (("0", "9", "9"), ("A", "Z", "A"), ("a", "z", "a")):
    _KINDS[ord(_first) : ord(_last) + 1] = ord(_kind)
#: Bytes at the ends of a value that may have to go: blanks, quotes, and any sign beyond ASCII, as some are blanks.
_LOOSE = np.zeros(256, dtype=bool)
_LOOSE[list(b'\t\n\v\f\r\x1c\x1d\x1e\x1f "')] = True
_LOOSE[_ASCII:] = True
_STOPS = np.zeros(256, dtype=bool)
_STOPS[list(b".!?")] = True


def texts_of(values: Column | Iterable[str | None]) -> Texts:
    """Values as one Arrow array; whatever a connector gave is converted here and nowhere else."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.Array):  # the bytes of other sorts lie otherwise and would be read as nothing
        return values if values.type == pa.string() else values.cast(pa.string())
    held = list(values) if isinstance(values, Iterable) else values.to_pylist()
    try:
        return pa.array(held, pa.string())
    except UnicodeEncodeError:  # half a character, which no encoding has
        whole = (value and value.encode("utf-8", "replace").decode("utf-8") for value in held)
        return pa.array(whole, pa.string())


def distinct(columns: Sequence[Column | Iterable[str | None]]) -> list[tuple[Texts, Numbers, int]]:
    """Of each column the distinct values without blanks around them, as they first come, their rows, and all rows."""
    counted = [_counted(texts_of(values)) for values in columns]
    doubtful: list[Numbers] = []
    for whole, bounds in _end_to_end([texts for texts, *_ in counted]):
        places = _doubtful(whole)
        doubtful += [places[(start <= places) & (places < end)] - start for start, end in bounds]
    return [
        (*_cleaned(texts, counts, places), rows)
        for (texts, counts, rows), places in zip(counted, doubtful, strict=True)
    ]


def _end_to_end(columns: Sequence[Texts]) -> Iterator[tuple[Texts, list[tuple[int, int]]]]:
    """Columns end to end, as many at a time as are small together, and where each begins and ends.

    Most of what is done with one column takes as long as with twenty.
    """
    together: list[Texts] = []
    size = 0
    for column in columns:
        size += column.nbytes
        if together and size > _SMALL:
            yield _joined(together)
            together, size = [], column.nbytes
        together.append(column)
    if together:
        yield _joined(together)


def _joined(columns: Sequence[Texts]) -> tuple[Texts, list[tuple[int, int]]]:
    ends = list(accumulate(map(len, columns)))
    return pa.concat_arrays(columns), list(zip([0, *ends[:-1]], ends, strict=True))


def _counted(every: Texts) -> tuple[Texts, Numbers, int]:
    filled = every.drop_null() if every.null_count else every
    counted = filled.value_counts()
    return counted.field(0), counted.field(1).to_numpy(), len(every)


def _cleaned(texts: Texts, counts: Numbers, places: Numbers) -> tuple[Texts, Numbers]:
    if not len(places):
        return texts, counts
    doubtful = at(texts, places)
    cleaned = dict(zip(places.tolist(), map(clean, doubtful), strict=True))
    if all(doubtful) and list(cleaned.values()) == doubtful:
        return texts, counts
    whole: dict[str, int] = {}
    for place, (text, count) in enumerate(zip(texts.to_pylist(), counts.tolist(), strict=True)):
        kept = cleaned.get(place, text)
        if kept:
            whole[kept] = whole.get(kept, 0) + count
    return pa.array(whole, pa.string()), np.fromiter(whole.values(), dtype=np.int64, count=len(whole))


def _doubtful(texts: Texts) -> Numbers:
    """The places of texts that may not be clean: loose at an end, a word for nothing, a whole number before ``.0``."""
    starts, ends, data = parts(texts)
    if not len(data):
        return np.arange(len(texts))
    lengths, first, last = ends - starts, data[np.minimum(starts, len(data) - 1)], data[np.maximum(ends - 1, 0)]
    is_whole_number = (last == ord("0")) & (data[np.maximum(ends - 2, 0)] == ord("."))
    is_loose = (lengths == 0) | _LOOSE[first] | _LOOSE[last] | is_whole_number
    firsts, lasts, longest = _words_for_nothing()
    maybe = np.flatnonzero(firsts[first] & lasts[last] & (lengths <= longest))
    words = lexicons.phrases("blank")
    is_loose[[place for place, text in zip(maybe.tolist(), at(texts, maybe), strict=True) if text.lower() in words]] = (
        True
    )
    return np.flatnonzero(is_loose)


def clean(text: str) -> str:
    """A value without blanks and quotes around it, or nothing where it says only that there is none."""
    bare = text.strip().strip('"')
    if bare.lower() in lexicons.phrases("blank"):
        return ""
    return bare[:-2] if bare.endswith(".0") and bare[:-2].isdecimal() else bare


@lru_cache(maxsize=1)
def _words_for_nothing() -> tuple[Chosen, Chosen, int]:
    """With which bytes the words begin and end that say there is no value, and how long they are at most."""
    words = lexicons.phrases("blank")
    firsts, lasts = (np.zeros(256, dtype=bool) for _ in range(2))
    for word in words:
        for case in (word, word.upper()):
            firsts[ord(case[0])] = lasts[ord(case[-1])] = True
    return firsts, lasts, max(map(len, words))


def parts(texts: Texts) -> tuple[Places, Places, Bytes]:
    """Where each text starts and ends, and the bytes of all."""
    _, offsets, data = texts.buffers()
    places = np.frombuffer(offsets, np.int32, len(texts) + 1, 4 * texts.offset)
    held = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    return places[:-1], places[1:], held[: places[-1]]


def shapes(columns: Sequence[Texts], longest: int) -> list[tuple[Places, list[str]]]:
    """Of each column the number of each text's shape, and the distinct shapes.

    The number is -1 for texts of more than ``longest`` signs.
    """
    found: list[tuple[Places, list[str]]] = []
    for whole, bounds in _end_to_end(columns):
        numbers, outlines = _shapes(whole, longest)
        found += (
            [_own(numbers[start:end], outlines) for start, end in bounds] if len(bounds) > 1 else [(numbers, outlines)]
        )
    return found


def _own(numbers: Places, outlines: Sequence[str]) -> tuple[Places, list[str]]:
    """The numbers of one column's shapes among its own."""
    # The last place is for the number -1.
    is_held = np.zeros(len(outlines) + 1, dtype=bool)
    is_held[numbers] = True
    kept = np.flatnonzero(is_held[:-1])
    own = np.full(len(outlines) + 1, -1, dtype=np.int32)
    own[kept] = np.arange(len(kept))
    return own[numbers], [outlines[number] for number in kept.tolist()]


def _shapes(texts: Texts, longest: int) -> tuple[Places, list[str]]:
    starts, ends, _ = parts(texts)
    is_short = ends - starts <= longest
    foreign = _foreign(texts)
    if len(foreign):
        is_short[foreign] = [len(text) <= longest for text in at(texts, foreign)]
    if is_short.all():
        return _drawn(texts, foreign)
    numbers = np.full(len(texts), -1, dtype=np.int32)
    short = texts.filter(is_short)
    numbers[is_short], outlines = _drawn(short, _foreign(short))
    return numbers, outlines


def _drawn(texts: Texts, foreign: Numbers) -> tuple[Places, list[str]]:
    _, _, data = parts(texts)
    drawn = pa.StringArray.from_buffers(len(texts), texts.buffers()[1], pa.py_buffer(_KINDS[data]))
    encoded = (_with_foreign(texts, foreign, drawn) if len(foreign) else drawn).dictionary_encode()
    return encoded.indices.to_numpy(), encoded.dictionary.to_pylist()


def are_ascii(texts: Texts) -> bool:
    """Whether no text holds a sign beyond ASCII."""
    _, _, data = parts(texts)
    return not len(data) or bool(data.max() < _ASCII)


def _foreign(texts: Texts) -> Numbers:
    """The places of texts that hold letters beyond ASCII."""
    starts, ends, data = parts(texts)
    if are_ascii(texts):
        return np.empty(0, dtype=np.int64)
    before = np.concatenate(([0], np.cumsum(data >= _ASCII)))
    return np.flatnonzero(before[ends] > before[starts])


def _with_foreign(texts: Texts, places: Numbers, drawn: Texts) -> Texts:
    """The same shapes, but those of the texts at ``places`` drawn sign by sign."""
    shapes: list[str] = drawn.to_pylist()
    for place, text in zip(places.tolist(), at(texts, places), strict=True):
        shapes[place] = shape_of(text)
    return pa.array(shapes, pa.string())


def ending_sentences(texts: Texts) -> int:
    """How many texts, none of them empty, end with a full stop or its like."""
    _, ends, data = parts(texts)
    return int(_STOPS[data[ends - 1]].sum()) if len(texts) else 0


def at(texts: Texts, places: Numbers) -> list[str]:
    """Some texts as Python's own."""
    found: list[str] = taken(texts, places).to_pylist()
    return found


def taken(texts: Texts, places: Numbers) -> Texts:
    """Some texts, in Arrow memory."""
    return texts.take(pa.array(places))


def decimals(texts: Texts) -> npt.NDArray[np.float64]:
    """Texts that write decimal numbers as such."""
    numbers: npt.NDArray[np.float64] = texts.cast(pa.float64()).to_numpy()
    return numbers


def by_digits(texts: Texts) -> Iterator[tuple[Numbers, Bytes]]:
    """The texts by how many digits they have: their places, and a matrix of their digits, a row each."""
    starts, ends, data = parts(texts)
    is_digit = (data >= ord("0")) & (data <= ord("9"))
    widths = ends - starts
    if len(widths) and (widths == widths[0]).all():
        signs, where = data.reshape(len(texts), -1), is_digit.reshape(len(texts), -1)
        if (where == where[0]).all():
            if where[0].any():
                yield np.arange(len(texts)), np.asfortranarray(signs[:, where[0]]) - ord("0")
            return
    before = np.concatenate(([0], np.cumsum(is_digit)))
    counts = before[ends] - before[starts]
    found = data[is_digit] - ord("0")
    for count in np.flatnonzero(np.bincount(counts)[1:]) + 1:
        places = np.flatnonzero(counts == count)
        yield places, found[before[starts[places]] + np.arange(count)[:, None]].T
