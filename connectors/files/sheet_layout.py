"""Where on a sheet its tables are: below titles, above notes, one under the other or side by side.

Told from which cells are filled, and which of them hold words: no more of a sheet is held than that. Nothing is left
out: what belongs to no table is among the notes.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

MOST_TABLES = 50
_LEADING_ROWS = 25
_MOST_NOTES_BELOW = 20
_LONGEST_NOTE = 10
"""In rows of one cell; more are a list."""
_LOOKED_AT = 200
_FIRST_AFTER_GAP = 3
_MOST_SIDE_BY_SIDE = 64
_DEADLINE_EVERY = 1000


@dataclass(slots=True)
class Block:
    """A rectangle of a sheet; rows and columns count from 0, the last ones are in it.

    Parameters:
        filled: how many of its cells hold something.
        widest: the most in one row.
    """

    top: int
    bottom: int
    left: int
    right: int
    filled: int
    widest: int

    @property
    def columns(self) -> int:
        """A mask of its columns."""
        return (1 << self.right + 1) - (1 << self.left)


@dataclass(slots=True)
class Outline:
    """Which cells of a sheet are filled, row by row, and which of the leading ones after each gap hold only words.

    Parameters:
        looks: by row, a number that is the same for rows that say the same, of the first ones after each gap.
        cut: whether time ended before the sheet.
    """

    filled: list[int] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    looks: dict[int, int] = field(default_factory=dict)
    cut: bool = False

    @classmethod
    def of(cls, rows: Iterable[Sequence[object]], seconds: float) -> "Outline":
        """Look at every cell once, for so many seconds at most."""
        found = cls()
        deadline = time.monotonic() + seconds
        since_gap = 0
        for number, row in enumerate(rows):
            filled = _mask(map(is_filled, row))
            since_gap = since_gap + 1 if filled else 0
            found.filled.append(filled)
            found.words.append(_mask(map(_is_words, row)) if 0 < since_gap <= _LOOKED_AT else 0)
            if 0 < since_gap <= _FIRST_AFTER_GAP:
                found.looks[number] = hash(tuple(row))
            if number % _DEADLINE_EVERY == 0 and time.monotonic() > deadline:
                found.cut = True
                break
        return found

    def rows_of(self, block: Block) -> Iterator[tuple[int, int]]:
        """The rows of a block that hold something, each with the mask of its cells."""
        columns = block.columns
        for row in range(block.top, block.bottom + 1):
            if mask := self.filled[row] & columns:
                yield row, mask


@dataclass(frozen=True, slots=True)
class Layout:
    """The tables of a sheet, each beginning with its header, and the rows and parts of rows that are in none."""

    tables: list[Block]
    notes: list[Block]


def is_filled(cell: object) -> bool:
    """Whether a cell holds anything that can be seen."""
    return cell != "" and not (isinstance(cell, str) and cell.isspace())


def laid_out(outline: Outline) -> Layout:
    """Where the tables of a sheet are; the largest comes first."""
    tables: list[Block] = []
    notes: list[Block] = []
    for block in _blocks(outline):
        above = next((table for table in reversed(tables) if table.columns & block.columns), None)
        if block.widest < 2 and block.bottom - block.top < _LONGEST_NOTE:
            notes.append(block)
        elif above is not None and _goes_on(outline, above, block):
            _append(above, block)
        else:
            tables.append(block)
    if not tables and notes:
        return Layout([_around(notes)], [])
    for table in tables:
        notes += _trimmed(outline, table)
    tables.sort(key=lambda table: -table.filled)
    return Layout(tables, sorted(notes, key=lambda note: (note.top, note.left)))


def _mask(bits: Iterable[bool]) -> int:
    return int("0" + "".join("1" if bit else "0" for bit in bits)[::-1], 2)


def _is_words(cell: object) -> bool:
    """Whether it may name a column, such as "Type 1 departments"."""
    if not isinstance(cell, str):
        return False
    letters = sum(map(str.isalpha, cell))
    return letters > 0 and 3 * sum(map(str.isdigit, cell)) <= letters


def _blocks(outline: Outline) -> Iterator[Block]:
    """Rectangles parted by empty rows, and by empty columns where what stands on both sides does not end together."""
    top = 0
    for row, mask in enumerate((*outline.filled, 0)):
        if mask:
            continue
        if row > top:
            yield from _side_by_side(outline, top, row - 1)
        top = row + 1


def _side_by_side(outline: Outline, top: int, bottom: int) -> Iterator[Block]:
    columns = 0
    for row in range(top, bottom + 1):
        columns |= outline.filled[row]
    runs = list(islice(_runs(columns), _MOST_SIDE_BY_SIDE + 1))
    if len(runs) > _MOST_SIDE_BY_SIDE:
        runs = [(runs[0][0], columns.bit_length() - 1)]
    parts = [_block(outline, top, bottom, left, right) for left, right in runs]
    joined = parts[:1]
    for part in parts[1:]:
        last = joined[-1]
        rows = max(last.bottom, part.bottom) - top + 1
        if abs(last.bottom - part.bottom) <= max(1, rows // 10) or min(last.widest, part.widest) < 2:
            joined[-1] = _block(outline, top, bottom, last.left, part.right)
        else:
            joined.append(part)
    yield from joined


def _runs(mask: int) -> Iterator[tuple[int, int]]:
    """The first and last places of neighbouring bits."""
    left = 0
    while mask:
        gap = (mask & -mask).bit_length() - 1
        left, mask = left + gap, mask >> gap
        length = (~mask & (mask + 1)).bit_length() - 1
        yield left, left + length - 1
        left, mask = left + length, mask >> length


def _block(outline: Outline, top: int, bottom: int, left: int, right: int) -> Block:
    block = Block(top, bottom, left, right, 0, 0)
    counts = {row: mask.bit_count() for row, mask in outline.rows_of(block)}
    block.top, block.bottom = min(counts), max(counts)
    block.filled, block.widest = sum(counts.values()), max(counts.values())
    return block


def _append(above: Block, block: Block) -> None:
    above.bottom = block.bottom
    above.left, above.right = min(above.left, block.left), max(above.right, block.right)
    above.filled += block.filled
    above.widest = max(above.widest, block.widest)


def _goes_on(outline: Outline, above: Block, block: Block) -> bool:
    """Whether a block below a table, and a gap, is more of it: nearly within its columns, with no header of its own."""
    shared = (block.columns & above.columns).bit_count()
    if 5 * shared < 4 * block.columns.bit_count():
        return False
    rows = list(outline.rows_of(block))
    header = _first_of_several(rows)
    row, mask = rows[header]
    said_above = {outline.looks.get(other) for other in range(above.top, above.bottom + 1)[:_LEADING_ROWS]} - {None}
    if outline.looks.get(row) in said_above:
        return True
    if outline.words[row] & mask != mask or len(rows) < header + 2:
        return True
    return not header and not mask & _of_numbers(outline, above)


def _of_numbers(outline: Outline, table: Block) -> int:
    """The columns of a table that hold something else than words in most rows."""
    rows = [(row, mask) for row, mask in outline.rows_of(table) if row < table.top + _LOOKED_AT]
    columns = 0
    for place in range(table.left, table.right + 1):
        bit = 1 << place
        filled = sum(1 for _, mask in rows if mask & bit)
        words = sum(1 for row, mask in rows if mask & outline.words[row] & bit)
        columns |= bit if 2 * words < filled else 0
    return columns


def _around(blocks: Sequence[Block]) -> Block:
    return Block(
        min(block.top for block in blocks),
        max(block.bottom for block in blocks),
        min(block.left for block in blocks),
        max(block.right for block in blocks),
        sum(block.filled for block in blocks),
        1,
    )


def _trimmed(outline: Outline, table: Block) -> list[Block]:
    """Let a table begin with its header and end with its last row; give what stood above and below."""
    if table.widest < 2:
        return []
    rows = list(outline.rows_of(table))
    header = rows[_header(outline, rows[:_LEADING_ROWS])][0]
    lone = 0
    while lone < _MOST_NOTES_BELOW and rows[-1 - lone][1].bit_count() < 2 and rows[-1 - lone][0] > header:
        lone += 1
    last = rows[-1 - lone][0]
    notes = [
        _block(outline, top, bottom, table.left, table.right)
        for top, bottom in ((table.top, header - 1), (last + 1, table.bottom))
        if top <= bottom
    ]
    table.top, table.bottom = header, last
    return notes


def _header(outline: Outline, rows: Sequence[tuple[int, int]]) -> int:
    """Which of the leading rows is the header: the first of several cells, unless it is none of words only, or narrow,
    and one soon after it is made of words and wide.
    """
    widest = max(mask.bit_count() for _, mask in rows)
    first = _first_of_several(rows)
    for place in range(first, min(first + 6, len(rows))):
        row, mask = rows[place]
        if 2 * mask.bit_count() > widest and outline.words[row] & mask == mask:
            return place
    return first


def _first_of_several(rows: Sequence[tuple[int, int]]) -> int:
    return next((place for place, (_, mask) in enumerate(rows) if mask.bit_count() > 1), 0)
