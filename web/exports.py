"""The list a page shows, as CSV or JSON under the same address: ``?format=csv`` or ``?format=json``."""

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response, request

Cell = str | int | float | bool | None

_FORMULA_STARTS = frozenset("=+-@\t\r\n\0'＝＋－＠")  # the full-width forms are the point
_NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9-]+")
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as rows under headings; ``name`` becomes the file's name."""

    name: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


def asked_for() -> bool:
    """Whether the visitor wants a file instead of the page."""
    return request.args.get("format") in {"csv", "json"}


def answer(listing: Listing) -> Response:
    """The list in the format asked for."""
    kind = request.args["format"]
    body = as_csv(listing) if kind == "csv" else as_json(listing)
    response = Response(body, mimetype="text/csv" if kind == "csv" else "application/json")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{_NOT_IN_FILE_NAMES.sub("-", listing.name)}.{kind}"'
    )
    return response


def as_csv(listing: Listing) -> str:
    """RFC 4180 with every text quoted, so that no separator of any locale splits a name into a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(listing.headings)
    writer.writerows([_inert(cell) for cell in row] for row in listing.rows)
    return _BYTE_ORDER_MARK + out.getvalue()


def as_json(listing: Listing) -> str:
    """The rows as objects, with the time and the number of them; names exactly as they are."""
    rows = [dict(zip(listing.headings, row, strict=True)) for row in listing.rows]
    head = {"schema": 1, "list": listing.name, "as_of": datetime.now(UTC).isoformat(timespec="seconds")}
    return json.dumps({**head, "count": len(rows), "rows": rows}, ensure_ascii=False)


def _inert(cell: Cell) -> Cell:
    """A cell no spreadsheet computes. A leading apostrophe is doubled too, so taking one off restores any name."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if not isinstance(cell, str):
        return cell
    return f"'{cell}" if cell.lstrip(" \u00a0\u3000")[:1] in _FORMULA_STARTS and cell.strip(" ") else cell
