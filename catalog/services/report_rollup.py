"""What the submitted reports of a round say together, for the committee and the city (§§23-1204, 23-1205(b)).

Only by what was signed: what an agency has not submitted counts for nothing, and is said to be missing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from catalog.model.actors import Actor
from catalog.model.cycle_machine import SIGNED, is_late
from catalog.model.cycles import Cycle
from catalog.model.holdings import Agency
from catalog.model.parties import PARTY_TEXT, PartyKind
from catalog.model.report_content import ReportContent, SaidItem
from catalog.model.report_drafts_types import COLLECTED, DISCLOSED, RETAINED, YES
from catalog.model.report_form import Element
from catalog.model.report_sayings import is_own
from catalog.model.report_views import AgencyTicks, Rollup, RollupAgency, RollupCount, RollupType
from catalog.services import report_contents, report_pages
from catalog.services.catalog import Catalog
from catalog.store import register
from catalog.store import report_pages as store
from catalog.store.engine import Connection

_LACKING = f"{Element.AGREEMENTS.value}/lacking:"
_CLASSIFICATION = "Classification"


@dataclass(frozen=True, slots=True)
class _Report:
    """An agency's submitted report."""

    agency: Agency
    content: ReportContent

    def of(self, element: Element) -> tuple[SaidItem, ...]:
        """What it says of an element."""
        return tuple(one for one in self.content.items if one.element is element)

    @property
    def lacking(self) -> int:
        """How many disclosures lack an agreement."""
        return sum(one.key.startswith(_LACKING) for one in self.of(Element.AGREEMENTS))

    @property
    def withheld(self) -> int:
        """How many of its items the public is not told."""
        return sum(bool(one.withheld) for one in self.content.items)


def rollup(actor: Actor, catalog: Catalog, period_to: date) -> Rollup:
    """What the submitted reports of a round say together.

    Raises:
        NotAllowed: when the actor does not read the reports of the city.
        NotFound: when no cycle ends on this day.
    """
    with catalog.reading() as connection:
        cycles, line = report_pages.round_of(connection, catalog, actor, period_to)
        agencies = {one.id: one for one in register.all_agencies(connection)}
        by_name = sorted(cycles, key=lambda one: agencies[one.agency_id].name.casefold())
        reports = _reports(connection, by_name, agencies)
    today = catalog.day()
    return Rollup(
        line=line,
        types=_types(reports.values()),
        agencies=tuple(
            _agency(one, agencies[one.agency_id], reports.get(one.id), late=is_late(one, today)) for one in by_name
        ),
        classifications=_counted(
            (report.agency.id, words)
            for report in reports.values()
            for item in report.of(Element.CLASSIFIED)
            if (words := dict(item.fields).get(_CLASSIFICATION, ""))
        ),
        recipients=_counted(
            (report.agency.id, _kind(item)) for report in reports.values() for item in report.of(Element.ENTITIES)
        ),
        lacking=sum(one.lacking for one in reports.values()),
        withheld=sum(one.withheld for one in reports.values()),
        missing=len(cycles) - len(reports),
        others=tuple(
            (report.agency.id, item.text)
            for report in reports.values()
            for item in report.of(Element.TYPES)
            if is_own(item.key)
        ),
    )


def _reports(connection: Connection, cycles: Sequence[Cycle], agencies: Mapping[str, Agency]) -> Mapping[int, _Report]:
    """The submitted reports by cycle, each as it was signed last."""
    submitted = {one.id: agencies[one.agency_id] for one in cycles if one.state in SIGNED}
    frozen = store.last_frozen(connection, set(submitted))
    return {
        key: _Report(agency, report_contents.decode(frozen[key].content))
        for key, agency in submitted.items()
        if key in frozen
    }


def _types(reports: Iterable[_Report]) -> tuple[RollupType, ...]:
    """Each type that any of the reports speaks of, in the order in which they first do."""
    labels: dict[str, SaidItem] = {}
    ticks: dict[str, list[AgencyTicks]] = {}
    for report in reports:
        for item in report.of(Element.TYPES):
            if not is_own(item.key):
                labels.setdefault(item.key, item)
                ticks.setdefault(item.key, []).append(_ticks(report, item))
    return tuple(
        RollupType(
            key=key,
            label=item.label,
            group=item.group,
            collected=sum(one.collected for one in ticks[key]),
            retained=sum(one.retained for one in ticks[key]),
            disclosed=sum(one.disclosed for one in ticks[key]),
            agencies=tuple(ticks[key]),
        )
        for key, item in labels.items()
    )


def _ticks(report: _Report, item: SaidItem) -> AgencyTicks:
    cells = dict(item.fields)
    collected, retained, disclosed = (cells.get(name) == YES for name in (COLLECTED, RETAINED, DISCLOSED))
    return AgencyTicks(report.agency.id, collected, retained, disclosed, bool(item.withheld))


def _agency(cycle: Cycle, agency: Agency, report: _Report | None, *, late: bool) -> RollupAgency:
    if report is None:
        return RollupAgency(cycle, agency, False, late, 0, 0, 0, 0)
    ticked = (one for one in report.of(Element.TYPES) if is_own(one.key) or YES in dict(one.fields).values())
    return RollupAgency(
        cycle=cycle,
        agency=agency,
        submitted=True,
        late=late,
        types=sum(1 for _ in ticked),
        activities=len(report.of(Element.CLASSIFIED)),
        lacking=report.lacking,
        withheld=report.withheld,
    )


def _counted(told: Iterable[tuple[str, str]]) -> tuple[RollupCount, ...]:
    """How often each thing is told, and by how many agencies, most agencies first."""
    counts: dict[str, int] = {}
    agencies: dict[str, set[str]] = {}
    for agency_id, words in told:
        counts[words] = counts.get(words, 0) + 1
        agencies.setdefault(words, set()).add(agency_id)
    found = [RollupCount(words, count, len(agencies[words])) for words, count in counts.items()]
    return tuple(sorted(found, key=lambda one: (-one.agencies, -one.count, one.label)))


def _kind(item: SaidItem) -> str:
    """The kind of party that a line is about, in the words of this catalog; an officer's own line in theirs."""
    name = item.key.partition("/")[2]
    return PARTY_TEXT[PartyKind(name)] if name in set(PartyKind) else item.text or item.label
