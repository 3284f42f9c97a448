"""A review workbook brought back: looked at first, then decided whole or not at all."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NoReturn

from catalog.errors import Conflict, NotFound
from catalog.model import review_words
from catalog.model.actors import Actor
from catalog.model.decisions import Verdict
from catalog.model.interchange import Problem
from catalog.model.review import (
    MOST_AT_ONCE,
    ActKind,
    LeftOutBecause,
    Order,
    ReviewItem,
    ReviewState,
    decided_in,
    said_in,
)
from catalog.model.review_sheets import SheetAct, SheetPlan, SheetRow
from catalog.model.review_views import LastWord, LeftOut
from catalog.services import access, review, review_items
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.review_sheet_rows import SHEET, Rows
from catalog.sheets import reading
from catalog.store import review_acts
from catalog.store import review_queue as queued

#: No file may be larger.
MOST_BYTES = reading.MOST_BYTES
_SAID = {
    ActKind.CONFIRM: Verdict.CONFIRMED,
    ActKind.REJECT: Verdict.REJECTED,
    ActKind.NOT_IDENTIFYING: Verdict.REJECTED,
    ActKind.CHANGE_TYPE: Verdict.REJECTED,
}
_STANDS = frozenset({ReviewState.CONFIRMED, ReviewState.REJECTED})
_GONE = "there is no such suggestion any more that you may decide on: take a new workbook"
_PROPOSED = "what somebody proposed of it waits for a second person: see what they say"
_MOVED = "what the scan finds has changed since the workbook was taken: look at it anew"
_SPOKEN = (
    "somebody put it off, took it up again or proposed something of it after the workbook was taken: look at it anew"
)
Pair = tuple[int, str]


class _Undone(Exception):
    """What was tried is undone again; it never leaves this module."""


@dataclass
class _Checked:
    """What rows ask for, in acts, and which of them cannot be done."""

    acts: list[list[SheetRow]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    same: int = 0

    def refuse(self, rows: Iterable[SheetRow], reason: str) -> None:
        """Note why these rows cannot be done."""
        self.problems += [Problem(SHEET, row.cell, reason) for row in rows]


def plan(actor: Actor, catalog: Catalog, data: bytes) -> SheetPlan:
    """What a workbook would do, and every row that cannot be done, with its reason. Nothing is done.

    Raises:
        NotAllowed: when the actor decides nowhere.
        RequestError: when it is no workbook, or is larger than one can be.
    """
    read, checked = _read(actor, catalog, data)
    acts = []
    for rows in checked.acts:
        seen = review.preview(actor, catalog, rows[0].order, [row.pick for row in rows])
        _left_out(checked, rows, seen.left_out)
        acts.append(SheetAct(rows[0].order, _type_of(rows), seen.columns, seen.proposed))
    return _plan(acts, read, checked)


def apply(actor: Actor, catalog: Catalog, data: bytes) -> SheetPlan:
    """Decide all that the workbook asks for, or nothing when a row of it cannot be.

    A file that was taken over before does nothing again: its rows say what is decided already.

    Raises:
        NotAllowed: when the actor decides nowhere.
        RequestError: when it is no workbook, or is larger than one can be.
    """
    try:
        with catalog.together() as joined:
            read, checked = _read(actor, joined, data)
            acts = [] if checked.problems or read.problems else _decided(actor, joined, checked)
            if checked.problems or read.problems:
                _undo()
    except _Undone:
        acts = []
    return _plan(acts, read, checked)


def _read(actor: Actor, catalog: Catalog, data: bytes) -> tuple[Rows, _Checked]:
    access.require(actor, Action.DECIDE)
    read = Rows(catalog.taxonomy.types, catalog.day())
    read.take(reading.read(data))
    return read, _check(actor, catalog, read.rows)


def _plan(acts: Sequence[SheetAct], read: Rows, checked: _Checked) -> SheetPlan:
    problems = sorted([*read.problems, *checked.problems], key=lambda one: (len(one.cell), one.cell))
    return SheetPlan(tuple(acts), checked.same, read.empty, tuple(problems))


def _check(actor: Actor, catalog: Catalog, rows: Sequence[SheetRow]) -> _Checked:
    """Each row against what is so now: to be done, said already, or stale."""
    pairs = {(row.pick.column_id, row.pick.type_code) for row in rows}
    others = {(row.pick.column_id, row.order.to_code) for row in rows if row.order.to_code}
    with catalog.reading() as connection:
        found = queued.items(connection, access.scope(actor, Action.DECIDE), pairs)
        items = {(item.column_id, item.type_code): item for item in found}
        words = review_items.last_words(connection, {pair for pair in pairs if pair in items} | others)
        waits = review_acts.open_proposals(connection, {column_id for column_id, _ in items})
    said = {pair: last.verdict for pair, last in words.items() if pair not in items or items[pair].state in _STANDS}
    said |= {(one.column_id, one.type_code): one.verdict for one in waits}
    checked, fresh = _Checked(), []
    for row in rows:
        item = items.get((row.pick.column_id, row.pick.type_code))
        if item is None:
            checked.refuse([row], _GONE)
        elif item.version == row.pick.version:
            fresh.append(row)
        elif _says_so_already(row, item, said):
            checked.same += 1
        else:
            checked.refuse([row], _stale(item, row.pick.version or "", words.get((item.column_id, item.type_code))))
    checked.acts = list(_acts(fresh))
    return checked


def _says_so_already(row: SheetRow, item: ReviewItem, said: Mapping[Pair, Verdict]) -> bool:
    """Whether what a row asks for is so, or proposed already; ``said`` tells what stands, or waits, of which."""
    order = row.order
    if order.kind is ActKind.DEFER:
        return item.state is ReviewState.DEFERRED and item.until == order.until
    if said.get((item.column_id, item.type_code)) is not _SAID[order.kind]:
        return False
    return order.to_code is None or said.get((item.column_id, order.to_code)) is Verdict.CONFIRMED


def _acts(rows: Iterable[SheetRow]) -> Iterator[list[SheetRow]]:
    """Rows alike, as many columns together as one act takes."""
    alike: dict[tuple[Order, str], list[SheetRow]] = {}
    for row in rows:
        several = row.order.kind is ActKind.NOT_IDENTIFYING
        alike.setdefault((row.order, "" if several else row.pick.type_code), []).append(row)
    for group in alike.values():
        by_column: dict[int, list[SheetRow]] = {}
        for row in group:
            by_column.setdefault(row.pick.column_id, []).append(row)
        columns = list(by_column.values())
        for begin in range(0, len(columns), MOST_AT_ONCE):
            yield list(chain.from_iterable(columns[begin : begin + MOST_AT_ONCE]))


def _decided(actor: Actor, catalog: Catalog, checked: _Checked) -> list[SheetAct]:
    acts = []
    for rows in checked.acts:
        try:
            done = review.act(actor, catalog, rows[0].order, [row.pick for row in rows], token=_token(rows))
        except (Conflict, NotFound) as error:
            checked.refuse(rows, error.cause)
            continue
        if done.repeated:  # somebody sent the same file at the same moment
            checked.same += len(rows)
            continue
        _left_out(checked, rows, done.left_out)
        acts.append(SheetAct(rows[0].order, _type_of(rows), done.done + done.proposed, done.proposed))
    return acts


def _left_out(checked: _Checked, rows: Sequence[SheetRow], left_out: Iterable[LeftOut]) -> None:
    by_pair = {(row.pick.column_id, row.pick.type_code): row for row in rows}
    by_column = {row.pick.column_id: row for row in rows}
    for one in left_out:
        row = by_pair.get((one.column_id, one.type_code)) or by_column[one.column_id]
        if one.because is LeftOutBecause.NOTHING_TO_DO:
            checked.same += 1
        else:
            checked.refuse([row], _why(one))


def _why(left: LeftOut) -> str:
    """Why a row cannot be done."""
    match left.because:
        case LeftOutBecause.GONE:
            return _GONE
        case LeftOutBecause.PROPOSED:
            return _PROPOSED
        case LeftOutBecause.DECIDED_MEANWHILE:
            return _told(left.last) or _SPOKEN
        case LeftOutBecause.OTHER_TYPE_DECIDED:
            who = left.last.person if left.last else "somebody"
            return (
                f"{who} decided on {left.type_code} in this column: see all its types in the catalog, and decide there"
            )
        case _:
            return _MOVED


def _stale(item: ReviewItem, seen: str, last: LastWord | None) -> str:
    """What moved since a version: people's words count before evidence."""
    if decided_in(item.version) != decided_in(seen):
        return _told(last) or _SPOKEN
    if said_in(item.version) == said_in(seen):
        return _MOVED
    return _PROPOSED if item.state is ReviewState.PROPOSED else _SPOKEN


def _told(last: LastWord | None) -> str:
    """Who decided what since; empty where nobody did, or took it back."""
    if last is None or last.verdict is Verdict.WITHDRAWN:
        return ""
    said = f"{last.person} {review_words.SAID[last.verdict]} on {last.at:%Y-%m-%d at %H:%M} UTC"
    return f"{said}, after the workbook was taken"


def _type_of(rows: Sequence[SheetRow]) -> str | None:
    codes = {row.pick.type_code for row in rows}
    return codes.pop() if len(codes) == 1 else None


def _token(rows: Sequence[SheetRow]) -> str:
    """What the same rows of the same file have again, so that two who send it at once are one."""
    told = [repr(rows[0].order), *(f"{row.pick.column_id} {row.pick.type_code} {row.pick.version}" for row in rows)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _undo() -> NoReturn:
    raise _Undone
