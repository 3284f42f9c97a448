"""The list a page shows, as a file under the same address: ``?format=csv``, ``xlsx`` or ``json``.

Each file says who took it and when; before it is given, that is written down and held against the day's quota.
"""

import errno
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import Response, request, stream_with_context
from werkzeug.exceptions import MethodNotAllowed

from catalog import logs
from catalog.errors import NotAllowed, RequestError
from catalog.model.actors import Actor
from catalog.services import audit
from catalog.sheets import writing
from catalog.sheets.cells import Cell, Row, as_csv, as_json
from web.context import actor, catalog

__all__ = ["XLSX", "Cell", "Counted", "Listing", "answer", "asked_for", "handed", "refuse_in_passing"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9-]+")
#: What lists are narrowed down and put in order by. Anything else in an address does neither, so is not repeated.
_FILTERS = {
    "q": "Words",
    "account": "Account",
    "action": "Action",
    "activity": "Collection or disclosure",
    "agency": "Agency",
    "by": "Counted by",
    "change": "Change",
    "class": "Class",
    "classification": "Approval",
    "dataset": "Dataset",
    "days": "Days back",
    "doubt": "What does not add up",
    "force": "State",
    "from": "From",
    "gap": "Gap",
    "issuer": "Issued by",
    "kind": "Kind",
    "lacks": "Lacks",
    "late": "Late",
    "match": "Difference",
    "on": "Day",
    "party": "Other party",
    "programme": "Program",
    "published": "Published",
    "role": "Role",
    "standing": "Standing",
    "state": "State",
    "thing": "Thing",
    "tier": "Sensitivity",
    "to": "To",
    "type": "Identifier type",
    "verb": "Collection or disclosure",
    "sort": "Order",
}
_MOST_FILTERS, _LONGEST_FILTER = 50, 200


class Rows(Protocol):
    """Rows whose number is known before they are there."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Row]: ...


@dataclass(frozen=True, slots=True)
class Counted:
    """So many rows that come one after the other, each when it is wanted."""

    count: int
    rows: Iterable[Row]

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as rows under headings; ``name`` becomes the file's name."""

    name: str
    headings: tuple[str, ...]
    rows: Rows

    @property
    def plain_name(self) -> str:
        """The name as a file may have it."""
        return _NOT_IN_FILE_NAMES.sub("-", self.name)


@dataclass(frozen=True, slots=True)
class _Taken:
    """Who takes the list, when, and how it was narrowed down."""

    by: Actor
    at: datetime
    filters: tuple[tuple[str, str], ...]


def asked_for() -> bool:
    """Whether the visitor wants a file instead of the page."""
    return request.args.get("format") in _KINDS


def answer(listing: Listing) -> Response:
    """The list in the format asked for, sent as it is made.

    Raises:
        MethodNotAllowed: when only its head is asked for: nothing would be taken, and it would count.
        NotAllowed: when a page of somebody else asks for it in the visitor's name, or the visitor would have taken more
            rows in a day than one may.
        RequestError: when a workbook cannot hold so many.
    """
    refuse_in_passing()
    kind = request.args["format"]
    mimetype, write = _KINDS[kind]
    if kind == "xlsx" and len(listing.rows) >= writing.MOST_ROWS:
        raise RequestError(
            "This list", f"a workbook holds fewer than {writing.MOST_ROWS:,} rows", "Narrow it down, or take the CSV."
        )
    filters = tuple(_filters())
    taken = _Taken(actor(), catalog().clock.now(), filters)
    audit.exported(taken.by, catalog(), listing.plain_name, len(listing.rows), {key for key, _ in filters})
    return handed(write(listing, taken), mimetype, listing.plain_name, taken.by, taken.at, kind)


def handed(pieces: Iterable[str | bytes], mimetype: str, name: str, by: Actor, at: datetime, kind: str) -> Response:
    """A file sent as it is made; a CSV cannot say who took it and when, its name can."""
    response = Response(stream_with_context(_told_when_cut(pieces)), mimetype=mimetype)
    account = _NOT_IN_FILE_NAMES.sub("-", by.person_id)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{account}-{at:%Y%m%dT%H%M%SZ}.{kind}"'
    return response


def refuse_in_passing() -> None:
    """Refuse what takes nothing away or was not meant by the visitor, before it is written down and counted."""
    if request.method != "GET":
        raise MethodNotAllowed(valid_methods=["GET"])
    if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        raise NotAllowed("This file", "another site asked for it", "Open the list here and take it from there.")


def _csv(listing: Listing, _taken: _Taken) -> Iterator[str]:
    return as_csv(listing.headings, listing.rows)


def _json(listing: Listing, taken: _Taken) -> Iterator[str]:
    at = taken.at.isoformat(timespec="seconds")
    head = {"schema": 1, "list": listing.name, "as_of": at, "taken_by": taken.by.person_id}
    return as_json(head, listing.headings, listing.rows)


def _xlsx(listing: Listing, taken: _Taken) -> Iterator[bytes]:
    about = (
        ("List", listing.name),
        ("As of", f"{taken.at:%Y-%m-%d %H:%M:%S} UTC"),
        ("Taken by", f"{taken.by.name} (account {taken.by.person_id})"),
        ("Rows", str(len(listing.rows))),
        *((f"Filter: {_FILTERS[key]}", value) for key, value in taken.filters),
    )
    properties = writing.Properties(listing.name, taken.by.person_id, taken.at)
    return writing.pieces(properties, about, listing.headings, listing.rows)


_KINDS: dict[str, tuple[str, Callable[[Listing, _Taken], Iterator[str] | Iterator[bytes]]]] = {
    "csv": ("text/csv", _csv),
    "xlsx": (XLSX, _xlsx),
    "json": ("application/json", _json),
}


def _filters() -> Iterator[tuple[str, str]]:
    """What the address narrows the list down by."""
    chosen = [(key, value) for key, value in request.args.items(multi=True) if key in _FILTERS and value]
    yield from ((key, value[:_LONGEST_FILTER]) for key, value in chosen[:_MOST_FILTERS])


def _told_when_cut(pieces: Iterable[str | bytes]) -> Iterator[bytes]:
    """The pieces; a fault midway ends the answer as a broken connection does, for it is too late for a page.

    Raises:
        BrokenPipeError: after the fault is written down; it is what a server ends in silence and without our texts.
    """
    try:
        for piece in pieces:
            yield piece.encode() if isinstance(piece, str) else piece
    except Exception as error:  # noqa: BLE001  # whatever it is, its text may quote data
        logs.fault(error, logs.reference())
        raise BrokenPipeError(errno.EPIPE, "an export could not be finished") from None
