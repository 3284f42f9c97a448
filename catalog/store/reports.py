"""What is asked of inventory cycles beyond finding records by their fields."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, exists, func, select

from catalog.model.audit import AuditEvent
from catalog.model.cycles import Cycle
from catalog.model.frozen_reports import FrozenReport
from catalog.model.report_entries import Entry, EntryKind
from catalog.store import rows
from catalog.store.law_schema import cycles
from catalog.store.report_schema import frozen_reports, report_entries
from catalog.store.schema import audit_events


def in_period(connection: Connection, agency_ids: Collection[str], first: date, last: date) -> list[Cycle]:
    """The cycles of these agencies whose period has a day in this one."""
    own = cycles.c.agency_id.in_(agency_ids)
    return rows.find(connection, cycles, Cycle, own, cycles.c.period_from <= last, cycles.c.period_to >= first)


def added(connection: Connection, cycle_id: int) -> int:
    """How many items of the officer's own were ever added in a cycle."""
    of_cycle = (report_entries.c.cycle_id == cycle_id) & (report_entries.c.kind == EntryKind.ADDED)
    return connection.execute(select(func.count()).where(of_cycle)).scalar_one()


def added_last(connection: Connection, cycle_id: int, prefix: str, text: str, person_id: str) -> Entry | None:
    """What somebody added with these words to an element, whose keys begin so, and nothing was said of since."""
    of_cycle = (report_entries.c.cycle_id == cycle_id) & (report_entries.c.kind == EntryKind.ADDED)
    own = of_cycle & (report_entries.c.person_id == person_id)
    same = report_entries.c.item_key.startswith(prefix, autoescape=True) & (report_entries.c.text == text)
    later = report_entries.alias()
    said = (later.c.cycle_id == cycle_id) & (later.c.item_key == report_entries.c.item_key)
    since = exists(select(later.c.id).where(said, later.c.id > report_entries.c.id))
    found = rows.find(connection, report_entries, Entry, own, same, ~since)
    return found[-1] if found else None


def frozen(connection: Connection, cycle_id: int, number: int | None = None) -> FrozenReport | None:
    """What was signed in a cycle, the ``number``-th time or (None) last."""
    statement = select(frozen_reports).where(frozen_reports.c.cycle_id == cycle_id)
    if number is not None:
        statement = statement.where(frozen_reports.c.number == number)
    row = connection.execute(statement.order_by(frozen_reports.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else rows.from_row(FrozenReport, row)


def logged(connection: Connection, thing: str, actions: Collection[str], said: str) -> list[AuditEvent]:
    """The entries of the audit log of these actions on a thing whose detail says this, in order."""
    where = (audit_events.c.thing == thing, audit_events.c.action.in_(actions), audit_events.c.detail.contains(said))
    statement = select(audit_events).where(*where).order_by(audit_events.c.sequence)
    return [rows.from_row(AuditEvent, row) for row in connection.execute(statement)]
