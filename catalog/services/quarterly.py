"""The quarterly report to the Speaker (§23-1202(c)(4), (d)): what is due, what it would tell, issuing and reading it.

What is issued is kept as it was issued and never changed: a correction is a further issue, which says what it tells
otherwise. Issuing records with each event that it counts that it is in the report, where its own steps allow that;
what is told late without changing what was told, or was not settled then, is recorded so later, without a new issue.
"""

from collections.abc import Sequence
from dataclasses import replace

from catalog.errors import Conflict, NotAllowed, RequestError
from catalog.model.actors import Actor
from catalog.model.frozen_reports import QuarterlyReport
from catalog.model.quarterly import LEAST_FLOOR, Kept, content, quarter_of
from catalog.model.quarterly_content import CorrectionReason, Quarter, QuarterlyContent
from catalog.model.quarterly_views import (
    IssueLine,
    PreviewPage,
    QuarterLine,
    QuarterlyList,
    QuarterlyPage,
    QuarterState,
    Step,
)
from catalog.services import access, audit, quarterly_contents, quarterly_events
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import law
from catalog.store.engine import Connection


def quarters(actor: Actor, catalog: Catalog) -> QuarterlyList:
    """The quarters since the first in which the CPO was told of anything, and how far the report of each is."""
    access.require(actor, Action.READ_CITY_REPORTS)
    with catalog.reading() as connection:
        return QuarterlyList(_lines(connection, catalog), access.may(actor, Action.KEEP_CYCLES))


def due(actor: Actor, catalog: Catalog) -> tuple[QuarterLine, ...]:
    """The quarters that wait for the privacy office: over and not reported, told otherwise by the records now, or with
    events that can be recorded as in what was issued; for others, none.
    """
    if not access.may(actor, Action.KEEP_CYCLES):
        return ()
    waiting = {QuarterState.DUE, QuarterState.DIFFERS, QuarterState.TO_RECORD}
    with catalog.reading() as connection:
        return tuple(line for line in _lines(connection, catalog) if line.state in waiting)


def read(actor: Actor, catalog: Catalog, quarter: Quarter, number: int | None = None) -> QuarterlyPage:
    """The report of a quarter as it was issued.

    Parameters:
        number: which issue; the latest where none is named.

    Raises:
        NotFound: when there is none.
    """
    access.require(actor, Action.READ_CITY_REPORTS)
    with catalog.reading() as connection:
        issued = _issued(connection, quarter)
        found = next((one for one in reversed(issued) if number in (None, one.number)), None)
        if found is None:
            raise access.nothing_here("This report")
        kept, is_office = quarterly_events.kept(connection, catalog), access.may(actor, Action.KEEP_CYCLES)
        page = QuarterlyPage(
            content=quarterly_contents.decode(found.content),
            issue=_line(found),
            issues=tuple(map(_line, issued)),
            is_whole=quarterly_contents.digest(found.content) == found.content_hash,
            differs=_differs(kept, catalog, quarter, issued),
            may_issue=is_office,
            not_included=quarterly_events.not_included(connection, catalog, kept, quarter) if is_office else (),
        )
    if page.not_included:
        audit.read(actor, catalog, f"page:quarterly:{quarter.key}")
    return page


def include(actor: Actor, catalog: Catalog, quarter: Quarter) -> int:
    """Record with the events of a quarter that they are in its report as it was issued, where their steps allow that
    now: those that waited for something when it was issued, and those told late that change nothing it tells.

    Returns:
        how many events that is.

    Raises:
        NotFound: when no report of the quarter was issued.
        Conflict: when the records tell otherwise than the report, so that it has to be corrected; or no event can be.
    """
    access.require(actor, Action.KEEP_CYCLES)
    with catalog.together() as joined:
        with joined.changing(actor, "include_in_quarterly", f"quarterly_report:{quarter.key}") as change:
            change.alone()
            kept, issued = quarterly_events.kept(change.connection, joined), _issued(change.connection, quarter)
            if not issued:
                raise access.nothing_here("This report")
            if _differs(kept, joined, quarter, issued):
                raise Conflict(_thing(quarter), "the records tell otherwise now", "Issue a correction.")
            taken = _to_record(change.connection, joined, kept, quarter)
            if not taken:
                raise Conflict(_thing(quarter), "no event can be recorded as in it now", "Look at what each waits for.")
            change.says(f"number={issued[-1].number} events={taken}")
        quarterly_events.include(actor, joined, kept, quarter)
    return taken


def preview(
    actor: Actor,
    catalog: Catalog,
    quarter: Quarter,
    *,
    agencies_named: bool = False,
    reason: CorrectionReason | None = None,
) -> PreviewPage:
    """What would be issued now, of which events, and why others are not in it.

    Parameters:
        agencies_named: whether the CPO chooses to name agencies; a correction names them where the first issue did.
        reason: why it is corrected, where it was issued before.

    Raises:
        NotAllowed: when somebody else than the CPO would name agencies.
        NotFound: when the quarter has not begun.
    """
    _require(actor, agencies_named=agencies_named)
    if quarter.first > catalog.day():
        raise access.nothing_here("This report")
    audit.read(actor, catalog, f"page:quarterly:{quarter.key}")
    with catalog.reading() as connection:
        kept, issued = quarterly_events.kept(connection, catalog), _issued(connection, quarter)
        made = _content(kept, catalog, quarter, issued, agencies_named=agencies_named, reason=reason)
        near = quarterly_events.considered(connection, catalog, kept, quarter)
        return PreviewPage(
            content=made,
            content_hash=_seen(made),
            counted=tuple(one for one in near if one.step),
            left_out=tuple(one for one in near if not one.step),
            issues=tuple(map(_line, issued)),
            refusal=_refusal(catalog, quarter, made),
            may_name=access.is_chief(actor),
        )


def issue(
    actor: Actor,
    catalog: Catalog,
    quarter: Quarter,
    *,
    content_hash: str,
    agencies_named: bool = False,
    reason: CorrectionReason | None = None,
) -> QuarterlyReport:
    """Issue the report of a quarter, or a correction of it, and record with the events in it that they are; all of it
    or nothing.

    Parameters:
        content_hash: the preview's, of the report as it was shown.
        agencies_named: whether the CPO chooses to name agencies; a correction names them where the first issue did.
        reason: why it is corrected; not given for a first issue, and needed for every further one.

    Raises:
        Conflict: when it was issued already and no reason is given, would tell nothing new, or tells something else
            than the preview showed.
        NotAllowed: when somebody else than the CPO would name agencies.
        RequestError: when the quarter is not over, or a first issue gives a reason to correct.
    """
    _require(actor, agencies_named=agencies_named)
    with catalog.together() as joined:
        with joined.changing(actor, "issue_quarterly_report", f"quarterly_report:{quarter.key}") as change:
            change.alone()
            kept, issued = quarterly_events.kept(change.connection, joined), _issued(change.connection, quarter)
            _require_reason(quarter, issued, reason)
            made = _content(kept, joined, quarter, issued, agencies_named=agencies_named, reason=reason)
            if refusal := _refusal(joined, quarter, made):
                raise Conflict(_thing(quarter), refusal, "Look at it again.")
            stored = _keep(change, actor, made, content_hash)
        quarterly_events.include(actor, joined, kept, quarter)
    return stored


def _require(actor: Actor, *, agencies_named: bool) -> None:
    """The privacy office issues it; that agencies are named is the CPO's own choice, and the report says so."""
    access.require(actor, Action.KEEP_CYCLES)
    if agencies_named and not access.is_chief(actor):
        raise NotAllowed("Naming agencies", "the Chief Privacy Officer chooses it", "Ask them to issue this report.")


def _keep(change: Change, actor: Actor, made: QuarterlyContent, content_hash: str) -> QuarterlyReport:
    if _seen(made) != content_hash:
        raise Conflict(_thing(made.of), "it tells something else now than you were shown", "Look at it again.")
    text = quarterly_contents.encode(made)
    digest = quarterly_contents.digest(text)
    report = QuarterlyReport(
        0, made.year, made.quarter, made.number, text, digest, actor.person_id, actor.name, change.at
    )
    stored = law.add(change.connection, report)
    change.says(f"number={made.number} hash={digest}")
    change.compare(None, stored)
    return stored


def _seen(made: QuarterlyContent) -> str:
    """A digest of all that a report tells but why it is corrected, which is said only when it is issued."""
    told = made.correction and replace(made.correction, reason=CorrectionReason.RECORDS_CORRECTED)
    return quarterly_contents.digest(quarterly_contents.encode(replace(made, correction=told)))


def _require_reason(quarter: Quarter, issued: Sequence[QuarterlyReport], reason: CorrectionReason | None) -> None:
    if issued and reason is None:
        raise Conflict(_thing(quarter), "it was issued already", "Issue a correction, and say why.")
    if reason is not None and not issued:
        raise RequestError(_thing(quarter), "it was not issued yet, so nothing is corrected", "Give no such reason.")


def _refusal(catalog: Catalog, quarter: Quarter, made: QuarterlyContent) -> str:
    """Why a report cannot be issued; empty where it can."""
    if quarter.last >= catalog.day():
        return f"the quarter is over after {quarter.last}"
    if made.correction is not None and not made.correction.differences:
        return f"it would tell nothing that issue {made.number - 1} does not"
    return ""


def _content(
    kept: Kept,
    catalog: Catalog,
    quarter: Quarter,
    issued: Sequence[QuarterlyReport],
    *,
    agencies_named: bool = False,
    reason: CorrectionReason | None = None,
) -> QuarterlyContent:
    """Agencies named in one issue and grouped in another would tell of groups what neither tells."""
    earlier = [quarterly_contents.decode(one.content) for one in issued]
    floor = max(LEAST_FLOOR, catalog.settings.fewest_people)
    named = earlier[0].agencies_named if earlier else agencies_named
    return content(kept, quarter, floor, agencies_named=named, earlier=earlier, reason=reason)


def _lines(connection: Connection, catalog: Catalog) -> tuple[QuarterLine, ...]:
    kept, running = quarterly_events.kept(connection, catalog), Quarter.of(catalog.day())
    every = law.every(connection, QuarterlyReport)
    told = [*map(quarter_of, kept.violations), *map(quarter_of, kept.exigent)]
    first = min([running, *filter(None, told), *(Quarter(one.year, one.quarter) for one in every)])
    lines = []
    while first <= running:
        issued = [one for one in every if (one.year, one.quarter) == (first.year, first.number)]
        state = _state(connection, catalog, kept, first, issued)
        lines.append(QuarterLine(first, state, tuple(map(_line, _in_order(issued)))))
        first = first.next
    return tuple(reversed(lines))


def _state(
    connection: Connection, catalog: Catalog, kept: Kept, quarter: Quarter, issued: Sequence[QuarterlyReport]
) -> QuarterState:
    if not issued:
        return QuarterState.DUE if quarter.last < catalog.day() else QuarterState.RUNNING
    if _differs(kept, catalog, quarter, _in_order(issued)):
        return QuarterState.DIFFERS
    return QuarterState.TO_RECORD if _to_record(connection, catalog, kept, quarter) else QuarterState.ISSUED


def _to_record(connection: Connection, catalog: Catalog, kept: Kept, quarter: Quarter) -> int:
    """How many events can be recorded as in what was issued."""
    found = quarterly_events.not_included(connection, catalog, kept, quarter)
    return sum(one.step is Step.TAKES for one in found)


def _differs(kept: Kept, catalog: Catalog, quarter: Quarter, issued: Sequence[QuarterlyReport]) -> bool:
    """Whether a correction would tell anything otherwise."""
    made = _content(kept, catalog, quarter, issued)
    return bool(made.correction and made.correction.differences)


def _issued(connection: Connection, quarter: Quarter) -> list[QuarterlyReport]:
    return _in_order(law.where(connection, QuarterlyReport, year=quarter.year, quarter=quarter.number))


def _in_order(issued: Sequence[QuarterlyReport]) -> list[QuarterlyReport]:
    return sorted(issued, key=lambda one: one.number)


def _line(report: QuarterlyReport) -> IssueLine:
    return IssueLine(report.number, report.content_hash, report.person, report.at)


def _thing(quarter: Quarter) -> str:
    return f"The report of {quarter.months}"
