"""The audit log: walking it, anchoring it, looking into it, and recording that it was restored."""

import hmac
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from catalog.errors import Conflict, NotAllowed, RequestError, StoreError
from catalog.model.actors import Actor
from catalog.model.anchoring import Restore, compare, restore_of, restore_text
from catalog.model.audit import (
    ANCHORING,
    GENESIS,
    RESTORED,
    Anchor,
    AuditCheck,
    AuditEvent,
    AuditFilter,
    AuditHead,
    key_id,
    mac,
)
from catalog.model.exports import Export
from catalog.model.notices import Notice, NoticeKind
from catalog.services import access, notices
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import anchors, audit, exports
from catalog.store.engine import Connection

#: Reading the same page again so soon is not recorded again.
READ_AGAIN = timedelta(minutes=10)
_A_DAY = timedelta(days=1)
#: Breaks that a report names one by one; of more it gives the number.
_MOST_NAMED = 20
#: After this long without a check, people who look after the log are told.
CHECK_WITHIN = timedelta(days=2)
_LONGEST_REASON = 500
_MOST_RESTORES = 10_000


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What a walk over the chain found.

    ``broken_at`` is the first sequence that does not fit, None when all do; ``missing`` are those of ``breaks`` where
    there is no entry, ``last`` the last entry there is, ``anchored`` how far it was anchored; ``unanchored`` how many
    entries are newer than the newest anchor, None where there is none; ``restores`` the gaps that somebody has
    recorded; ``unreadable_lines`` the first lines of the anchors that nobody understands; ``anchors_lost`` that there
    were anchors once and there is none.
    """

    entries: int
    broken_at: int | None
    breaks: tuple[int, ...]
    missing: tuple[int, ...]
    break_count: int
    last: int
    anchored: int
    anchors_agreed: int
    anchors_disagreed: int
    anchors_unreadable: int
    unreadable_lines: tuple[int, ...]
    unanchored: int | None
    restores: tuple[Restore, ...]
    is_whole: bool
    recorded: bool
    anchors_lost: bool

    @property
    def finding(self) -> str:
        """What does not fit first, in words, or that all does."""
        at = self.broken_at
        if at is None:
            return f"All {self.entries:,} entries fit."
        if at not in self.missing:
            return f"Entry {at:,} does not fit: the log was changed there."
        if at <= self.last:
            return f"Entry {at:,} is missing: the log was cut there."
        anchored = f": it was anchored up to {self.anchored:,}" if self.anchored > self.last else ""
        return f"Entries after {self.last:,} are missing{anchored}."


@dataclass(frozen=True, slots=True)
class Standing:
    """How the log stands, for whoever looks after it.

    ``cut_short``: it does not agree with its newest anchor; ``is_unreadable``: nobody can read the anchors;
    ``is_lost``: there were some, and there are none.
    """

    check: AuditCheck | None
    anchor: Anchor | None
    entries: int
    cut_short: bool
    has_anchors: bool
    is_unreadable: bool
    is_lost: bool
    now: datetime

    @property
    def is_broken(self) -> bool:
        """Whether the last check found that something was changed."""
        return self.check is not None and self.check.broken_at is not None

    @property
    def is_unchecked(self) -> bool:
        """Whether nobody has checked for too long."""
        return self.check is None or self.now - self.check.at > CHECK_WITHIN


class _Walk:
    """A walk over entries in order: what does not fit is counted, and the walk goes on behind it."""

    def __init__(self, key: bytes, sequence: int, previous: str) -> None:
        self._key = key
        self.sequence, self.previous = sequence, previous
        self.entries = self.breaks = 0
        self.named: list[int] = []
        self.missing: set[int] = set()

    def over(self, events: Iterator[AuditEvent], noted: dict[int, str]) -> None:
        """Walk. ``noted`` is filled with the MACs of its numbers."""
        for event in events:
            self.entries += 1
            fits = event.sequence == self.sequence + 1 and event.previous == self.previous
            if not fits or not hmac.compare_digest(event.mac, mac(self._key, event)):
                self.note(min(event.sequence, self.sequence + 1), is_missing=event.sequence > self.sequence + 1)
            if event.sequence in noted:
                noted[event.sequence] = event.mac
            self.sequence, self.previous = event.sequence, event.mac

    def end(self, head: AuditHead) -> None:
        """Hold the last entry against the head, which says how many there are."""
        if head.sequence > self.sequence:
            self.note(self.sequence + 1, is_missing=True)
        elif (head.sequence, head.mac) != (self.sequence, self.previous):
            self.note(min(head.sequence + 1, self.sequence))

    def anchors_off(self, sequences: Collection[int]) -> None:
        """Note anchors that do not agree: those of what was cut off at the end are one break."""
        for sequence in sequences:
            if sequence <= self.sequence:
                self.note(sequence)
        if max(sequences, default=0) > self.sequence and self.sequence + 1 not in self.missing:
            self.note(self.sequence + 1, is_missing=True)

    def note(self, sequence: int, *, is_missing: bool = False) -> None:
        """Something does not fit here, or is not there at all."""
        self.breaks += 1
        if len(self.named) < _MOST_NAMED:
            self.named.append(max(sequence, 1))
            self.missing |= {sequence} if is_missing else set()


def read(actor: Actor, catalog: Catalog, thing: str, agency_id: str = "") -> None:
    """Record that somebody reads what is restricted, before they are shown it; once within :data:`READ_AGAIN`."""
    with catalog.reading() as connection:
        known = audit.was_read(connection, actor.person_id, thing, catalog.clock.now() - READ_AGAIN)
    if not known:
        with catalog.changing(actor, "read", thing, agency_id=agency_id):
            pass


def exported(actor: Actor, catalog: Catalog, name: str, rows: int, filters: Collection[str] = ()) -> None:
    """Record that somebody takes a list away as a file, before they are given it.

    Parameters:
        filters: the names of what the list was narrowed by, never what was looked for.

    Raises:
        NotAllowed: when it would be more rows than one person may take away within a day. Operators are told of it.
    """
    detail = " ".join([f"rows={rows}", *(f"by={each}" for each in sorted(filters))])
    try:
        with catalog.changing(actor, "export", f"list:{name}", detail) as change:
            taken = exports.rows_since(change.connection, actor.person_id, change.at - _A_DAY)
            if taken + rows > catalog.settings.export_rows_a_day:
                raise _too_much(catalog.settings.export_rows_a_day, taken, rows)
            exports.add(change.connection, Export(0, actor.person_id, name, rows, change.at))
    except NotAllowed:
        with catalog.changing(actor, "refuse_export", f"list:{name}", detail) as change:
            key = f"export_limit:{actor.person_id}:{change.at:%Y-%m-%d}"
            about = Notice(0, key, NoticeKind.EXPORT_LIMIT, None, None, None, None, (), None, change.at)
            notices.tell(change.connection, catalog, about)
        raise


def verify(
    actor: Actor, catalog: Catalog, *, first: int = 1, last: int | None = None, anchored: Path | None = None
) -> AuditReport:
    """Walk the chain, and compare it with what was anchored of it. What a walk over all of it found is kept.

    A tail that was cut off together with its head shows only back to the last anchor.

    Parameters:
        first, last: walk from one entry to another alone; the entry before the first is then believed.
        anchored: another file of anchors than that of the settings.

    Raises:
        RequestError: when the first comes after the last, or there are not so many entries.
    """
    access.require(actor, Action.READ_AUDIT)
    if last is not None and first > last:
        raise _no_part(f"it begins at {first:,}, after its end at {last:,}")
    every = _anchors(anchored or catalog.settings.anchors)
    lines = [one for one in every if one is None or (one.sequence >= first and (last is None or one.sequence <= last))]
    noted = {one.sequence: "" for one in lines if one}
    with catalog.reading() as connection:
        walk = _Walk(catalog.audit_key, first - 1, GENESIS if first == 1 else audit.mac_at(connection, first - 1) or "")
        with closing(audit.events(connection, first, last)) as events:
            walk.over(events, noted)
        head, restores = audit.head(connection), _restores(connection, catalog.audit_key)
        is_lost = not every and catalog.settings.anchors is not None and audit.is_anchored(connection)
    if first > 1 and not walk.entries and first > head.sequence:
        raise _no_part(f"it begins at {first:,}, and the log ends at {head.sequence:,}")
    if last is None:
        walk.end(head)
    found = compare(lines, noted, restores)
    walk.anchors_off(found.disagreed)
    newest = next((one for one in reversed(lines) if one), None)
    report = AuditReport(
        entries=walk.entries,
        broken_at=min(walk.named, default=None),
        breaks=tuple(walk.named),
        missing=tuple(sorted(walk.missing)),
        break_count=walk.breaks,
        last=walk.sequence,
        anchored=max(found.disagreed, default=0),
        anchors_agreed=found.agreed,
        anchors_disagreed=len(found.disagreed),
        anchors_unreadable=every.count(None),
        unreadable_lines=tuple(at for at, one in enumerate(every, 1) if one is None)[:_MOST_NAMED],
        unanchored=max(0, walk.sequence - newest.sequence) if newest and last is None else None,
        restores=restores,
        is_whole=first == 1 and last is None,
        recorded=False,
        anchors_lost=is_lost,
    )
    return _kept(catalog, report)


def anchor(actor: Actor, catalog: Catalog) -> Anchor | None:
    """Note outside the database how far the chain is.

    Returns:
        None where the settings name no file for it.

    Raises:
        CutShort: when the chain does not agree with the newest anchor: another one would hide that.
        StoreError: when there were anchors and they are gone: a new file would hide that.
        SettingsError: when the file cannot be written.
    """
    access.require(actor, Action.ADMINISTER)
    path = catalog.settings.anchors
    return None if path is None else _anchor(actor, catalog, path)


def restored(actor: Actor, catalog: Catalog, reason: str) -> Restore:
    """Record that the catalog was restored from a backup, or its anchors moved, so that it may be changed again.

    Raises:
        Conflict: when the log agrees with its newest anchor: there is nothing to record.
        RequestError: when no reason is given, or too long a one.
    """
    access.require(actor, Action.RECORD_RESTORE)
    reason = reason.strip()
    if not reason or len(reason) > _LONGEST_REASON:
        raise RequestError("The reason", f"it is empty or over {_LONGEST_REASON} characters", "Say what was restored.")
    path = catalog.settings.anchors
    newest = anchors.newest(path) if path else None
    with catalog.reading() as connection:
        agrees = newest is not None and audit.agrees(connection, audit.head(connection), newest)
        if path is None or agrees or (newest is None and not audit.is_anchored(connection)):
            raise Conflict("The audit log", "it agrees with its newest anchor", "There is no restore to record.")
        restore = _restore(connection, path, newest, reason)
    with catalog.changing(actor, RESTORED, "audit", restore_text(restore)):
        pass
    _anchor(actor, catalog, path, is_restored=True)
    return restore


def gap(actor: Actor, catalog: Catalog) -> Restore | None:
    """What recording a restore now would say, before somebody does; None where the log agrees with its anchors."""
    access.require(actor, Action.READ_AUDIT)
    path = catalog.settings.anchors
    newest = anchors.newest(path) if path else None
    with catalog.reading() as connection:
        if path is None or newest is None or audit.agrees(connection, audit.head(connection), newest):
            return None
        return _restore(connection, path, newest, "")


def standing(actor: Actor, catalog: Catalog) -> Standing:
    """How the log stands: the last check, the newest anchor, and whether they agree."""
    access.require(actor, Action.READ_AUDIT)
    path = catalog.settings.anchors
    # Before the chain is looked at: what is anchored meanwhile would seem to be ahead.
    try:
        newest, unreadable = anchors.newest(path) if path else None, False
    except StoreError:
        newest, unreadable = None, True
    with catalog.reading() as connection:
        check, head = audit.last_check(connection), audit.head(connection)
        cut_short = newest is not None and not audit.agrees(connection, head, newest)
        is_lost = path is not None and newest is None and not unreadable and audit.is_anchored(connection)
    return Standing(check, newest, head.sequence, cut_short, path is not None, unreadable, is_lost, catalog.clock.now())


def entries(
    actor: Actor, catalog: Catalog, asked: AuditFilter, most: int, below: int | None = None
) -> Sequence[AuditEvent]:
    """The newest entries that are asked for, newest first.

    Parameters:
        below: only entries numbered below this, for the next page.
    """
    access.require(actor, Action.READ_AUDIT)
    with catalog.reading() as connection:
        return audit.latest(connection, asked, most, below)


def _anchors(path: Path | None) -> list[Anchor | None]:
    """The anchors in the order they were set; None for a line nobody understands."""
    return list(anchors.every(path)) if path else []


def _anchor(actor: Actor, catalog: Catalog, path: Path, *, is_restored: bool = False) -> Anchor:
    newest = anchors.newest(path)
    with catalog.reading() as connection:
        head, is_known = audit.head(connection), audit.is_anchored(connection)
        if not is_restored:
            audit.check(connection, head, newest)
    made = Anchor(catalog.clock.now(), head.sequence, head.mac, key_id(catalog.audit_key), is_restored)
    anchors.add(path, made)
    if is_known:
        return made
    # After a line: had it come before, a file that cannot be written would count as lost.
    with catalog.changing(actor, ANCHORING, "audit"):
        pass
    return _anchor(actor, catalog, path)


def _restore(connection: Connection, path: Path, newest: Anchor | None, reason: str) -> Restore:
    """What a restore recorded now says; its number is that of the next entry."""
    sequence = audit.head(connection).sequence + 1
    if newest is None:
        return Restore(sequence, 0, 0, "", reason)
    agreed = [one.sequence for one in _anchors(path) if one and audit.mac_at(connection, one.sequence) == one.mac]
    return Restore(sequence, max(agreed, default=0), newest.sequence, newest.mac, reason)


def _restores(connection: Connection, key: bytes) -> tuple[Restore, ...]:
    """The restores that were recorded; a forged entry explains nothing."""
    events = audit.latest(connection, AuditFilter(action=RESTORED), _MOST_RESTORES)
    whole = [event for event in reversed(events) if hmac.compare_digest(event.mac, mac(key, event))]
    return tuple(found for event in whole if (found := restore_of(event)))


def _kept(catalog: Catalog, report: AuditReport) -> AuditReport:
    """The report, written down where it is of the whole chain or tells of a break."""
    if not report.is_whole and report.broken_at is None:
        return report
    check = AuditCheck(0, catalog.clock.now(), report.entries, report.broken_at, report.anchors_agreed)
    try:
        catalog.note(lambda connection: audit.add_check(connection, check))
    except StoreError:  # an auditor's own database account may only read
        return report
    return replace(report, recorded=True)


def _no_part(cause: str) -> RequestError:
    return RequestError("That part of the audit log", cause, "Give numbers of entries there are.")


def _too_much(most: int, taken: int, rows: int) -> NotAllowed:
    return NotAllowed(
        "This file",
        f"one person may take away {most:,} rows within a day, you have taken {taken:,} and it has {rows:,}",
        "Narrow the list down, try again tomorrow, or ask an operator.",
    )
