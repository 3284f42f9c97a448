"""Reports that were signed before they were kept here: entered by hand, and frozen as what the next one carries."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from catalog.errors import RequestError
from catalog.model.actors import Actor
from catalog.model.cycle_machine import SIGNED
from catalog.model.cycles import Cycle, CycleEvent, CycleType, Signed
from catalog.model.frozen_reports import FrozenReport
from catalog.model.holdings import Agency
from catalog.model.identifiers import IdentifierType
from catalog.model.report_answers import Origin
from catalog.model.report_content import SCHEMA
from catalog.model.report_drafts_types import COLLECTED, DISCLOSED, NO, RETAINED, YES
from catalog.model.report_form import Element
from catalog.model.report_said import ReportContent, SaidItem
from catalog.model.report_sayings import element_of
from catalog.services import cycle_steps, report_contents, rules
from catalog.services.catalog import Catalog, Change
from catalog.services.cycle_steps import report_of
from catalog.store import law, register
from catalog.taxonomy import report_form

#: What is said of the form of a report that was not made here.
_FORM = "entered by hand"


def require_submitted(catalog: Catalog, cycle: Cycle, texts: Mapping[str, str]) -> None:
    """Refuse a report that was not signed and submitted, with days that are not in order or to come, or with a text
    that is of no element.

    Raises:
        RequestError: naming what is wrong.
    """
    thing = report_of(cycle)
    signed_on = catalog.day(cycle.signed_at) if cycle.signed_at else None
    rules.in_order(thing, ("its first day", cycle.period_from), ("its last day", cycle.period_to))
    rules.in_order(thing, ("the day it was signed", signed_on), ("the day it was submitted", cycle.submitted_on))
    if cycle.state not in SIGNED or signed_on is None or not cycle.signed_by or cycle.submitted_on is None:
        raise RequestError(thing, "an earlier report says who signed it and when", "Name both, and the day.")
    if cycle.submitted_on > catalog.day():
        cause = f"the day it was submitted ({cycle.submitted_on}) is still to come"
        raise RequestError(thing, cause, "Give the day on which it was.")
    lost = next((key for key in texts if element_of(key) is None), None)
    if lost is not None:
        raise RequestError(thing, "one of its texts is of no element of the report", "Begin its key with the element.")


def keep(
    change: Change,
    actor: Actor,
    catalog: Catalog,
    cycle: Cycle,
    types: Sequence[CycleType],
    texts: Mapping[str, str],
    labels: Mapping[str, str],
) -> Cycle:
    """Store an earlier report: its cycle, types, what it says, and that it was signed."""
    agency = register.agency(change.connection, cycle.agency_id)
    said = (*_ticks(catalog, types), *_texts(texts, labels))
    content = report_contents.encode(_content(cycle, agency, said))
    digest = report_contents.digest(content)
    stored = law.add(change.connection, replace(cycle, content_hash=digest))
    law.add_all(change.connection, [replace(one, cycle_id=stored.id) for one in types])
    frozen = FrozenReport(0, stored.id, 1, content, digest, actor.person_id, actor.name, change.at)
    law.add(change.connection, frozen)
    on = catalog.day(cycle.signed_at)
    signed = Signed(cycle.signed_by, "", digest, on=on, number=1)
    cycle_steps.write(change, actor, stored, None, CycleEvent.SIGNED_BY_HEAD, words=_FORM, signed=signed)
    change.names(f"cycle:{stored.id}")
    change.says(f"{cycle.state.value} number=1 hash={digest}")
    return stored


def _content(cycle: Cycle, agency: Agency | None, items: tuple[SaidItem, ...]) -> ReportContent:
    name, acronym = (agency.name, agency.acronym) if agency else (cycle.agency_id, cycle.agency_id)
    header = (("Agency", name), ("Reporting period", f"{cycle.period_from} to {cycle.period_to}"))
    return ReportContent(
        SCHEMA, _FORM, cycle.agency_id, name, acronym, cycle.period_from, cycle.period_to, cycle.due_on, None, header,
        items, (),
    )  # fmt: skip


def _ticks(catalog: Catalog, types: Sequence[CycleType]) -> list[SaidItem]:
    ticked = {one.type_code: one for one in types}
    return [_tick(kind, ticked[code]) for code, kind in catalog.taxonomy.types.items() if code in ticked]


def _tick(kind: IdentifierType, tick: CycleType) -> SaidItem:
    told = ((COLLECTED, tick.collected), (RETAINED, tick.retained), (DISCLOSED, tick.disclosed))
    fields = tuple((name, YES if ticked else NO) for name, ticked in told)
    group = report_form.load().groups[kind.report_group]
    return _item(f"{Element.TYPES.value}/{kind.code}", Element.TYPES, group, kind.label, fields, "")


def _texts(texts: Mapping[str, str], labels: Mapping[str, str]) -> list[SaidItem]:
    known = [(element, key) for key in texts if (element := element_of(key))]
    order, called = list(Element), report_form.load().items
    return [
        _item(key, element, "", labels.get(key) or called.get(key, ""), (), texts[key].strip())
        for element, key in sorted(known, key=lambda one: order.index(one[0]))
    ]


def _item(
    key: str, element: Element, group: str, label: str, fields: tuple[tuple[str, str], ...], text: str
) -> SaidItem:
    return SaidItem(key, element, group, label, fields, text, Origin.WRITTEN.value, (), "", "", "", ())
