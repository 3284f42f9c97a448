"""Rows as CSV and JSON, piece by piece, so that a long list takes no more memory than a short one."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

Cell = str | int | float | bool | None
Row = Sequence[Cell]

_ROWS_AT_A_TIME = 500
_BYTE_ORDER_MARK = "\ufeff"
#: What a spreadsheet takes for the beginning of a formula, in every form that means the same (Unicode's NFKC).
_SIGNS = "=+\\-@−＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋﬩⩵⩶"
#: What some reader passes over on its way to it: blanks, quotes, and what nobody sees.
_PASSED_OVER = (
    "\\s\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\"'`´‘’‚‛“”„‟«»‹›＂＇"
)
_RISKY = re.compile(f"['\u0000-\u001f]|[{_PASSED_OVER}]*[{_SIGNS}]")


def as_csv(headings: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """RFC 4180 with every text quoted, so that no separator of any locale splits a name into a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    out.write(_BYTE_ORDER_MARK)
    writer.writerow(headings)
    for some in _batches(rows):
        writer.writerows([inert(cell) for cell in row] for row in some)
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def as_json(head: Mapping[str, object], headings: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """The head, the rows as objects with names exactly as they are, and at last how many there were."""
    count = 0
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": ['
    for some in _batches(rows):
        shown = (json.dumps(dict(zip(headings, row, strict=True)), ensure_ascii=False) for row in some)
        yield (", " if count else "") + ", ".join(shown)
        count += len(some)
    yield f'], "count": {count}}}'


def inert(cell: Cell) -> Cell:
    """A cell no spreadsheet computes. A leading apostrophe is doubled too, so taking one off restores any name."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if not isinstance(cell, str):
        return cell
    return f"'{cell}" if _RISKY.match(cell) else cell


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while some := list(islice(left, _ROWS_AT_A_TIME)):
        yield some
