"""``privacy-catalog report``: the agencies' inventory reports: how far they are, opening a round, taking one away."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import click

from catalog import workbook_files
from catalog.cli import answer, needs, opened, say
from catalog.errors import RequestError, StoreError
from catalog.model.cycle_words import CYCLE_TEXT, TASK_STATE_TEXT
from catalog.model.frozen_reports import Format, Verification
from catalog.model.report_form import TASK_TEXT
from catalog.model.report_views import Rollup
from catalog.model.round_plans import RoundPlan
from catalog.services import (
    cycles,
    report_files,
    report_finding,
    report_pages,
    report_rollup,
    report_signing,
    roles,
    round_plans,
)
from catalog.services.access import Action, local_administrator
from catalog.services.catalog import Catalog

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
_day = click.DateTime(["%Y-%m-%d"])
_agency = click.argument("agency", metavar="AGENCY")
_period = click.option(
    "--period", type=_day, metavar="DAY", help="The last day the report is about, such as 2028-07-31; else the latest."
)
_number = click.option("--number", type=click.IntRange(1), help="Which time it was signed; else the last.")


@click.group()
def report() -> None:
    """The inventory reports that agencies make every two years (§23-1205)."""


@needs(Action.READ_CITY_REPORTS)
@report.command("status")
@_period
@as_json
def status(period: datetime | None, *, as_json: bool) -> None:
    """List the agencies of a round: how far each report is, what is lacking, and who is late."""
    actor, catalog = local_administrator(), opened()
    page = report_pages.round_page(actor, catalog, _date(period) or report_finding.latest_round(actor, catalog))
    rows = [
        {
            "agency": line.agency.id,
            "state": CYCLE_TEXT[line.cycle.state],
            "due": line.cycle.due_on.isoformat(),
            "submitted": line.cycle.submitted_on.isoformat() if line.cycle.submitted_on else "",
            "late": line.late,
            "tasks_attested": sum(one.state.value == "done" for one in line.tasks),
            "tasks": len(line.tasks),
            "lacking": sum(one.gaps for one in line.tasks),
        }
        for line in page.cycles
    ]
    told = page.line
    title = f"{told.period_from} to {told.period_to}, due {told.due_on}: {told.submitted} of {told.agencies} submitted"
    answer(rows, as_json=as_json, title=title, empty="No agency is in this round.")


@needs(Action.KEEP_CYCLES)
@report.command("open")
@click.option("--from", "first", type=_day, metavar="DAY", help="First day it is about; else the day after the last.")
@click.option("--to", "last", type=_day, metavar="DAY", help="Last day it is about; else two years on.")
@click.option("--due", type=_day, metavar="DAY", help="Day it is due; else its last day.")
@click.option("--agency", "only", multiple=True, help="Only this agency, by id or short name; may be given again.")
@click.option("--except", "left_out", multiple=True, help="All but this agency; may be given again.")
@click.option("--check", "checking", is_flag=True, help="Only say what would be opened.")
@as_json
def open_round(
    first: datetime | None,
    last: datetime | None,
    due: datetime | None,
    only: Sequence[str],
    left_out: Sequence[str],
    *,
    checking: bool,
    as_json: bool,
) -> None:
    """Open the reports of a round, for all agencies or those named: all of them are opened, or none is."""
    actor, catalog = local_administrator(), opened()
    proposed = round_plans.next_round(actor, catalog)
    begins, ends, due_on = (_date(given) or one for given, one in zip((first, last, due), proposed, strict=True))
    chosen = _chosen(catalog, only, left_out)
    plan = round_plans.plan(actor, catalog, begins, ends, chosen)
    if not checking:
        cycles.open_round(actor, catalog, period_from=begins, period_to=ends, due_on=due_on, agency_ids=chosen)
    did = "Would be opened" if checking else "Opened"
    title = f"{did}: {len(plan.lines):,} reports of {begins} to {ends}, due {due_on}; {len(plan.left_out):,} left out"
    answer(_plan_rows(plan), as_json=as_json, title=title, empty="No agency is chosen.")


@needs(Action.READ_REPORTS)
@report.command("show")
@_agency
@_period
@as_json
def show(agency: str, period: datetime | None, *, as_json: bool) -> None:
    """Show how far the report of AGENCY is, task by task, and what is lacking before it can be signed."""
    actor, catalog = local_administrator(), opened()
    cycle = report_finding.latest(actor, catalog, _named(catalog, agency), _date(period))
    page = report_pages.cycle(actor, catalog, cycle.id)
    tasks = [
        {
            "task": TASK_TEXT[line.task],
            "law": " ".join(line.cites),
            "state": TASK_STATE_TEXT[line.state],
            "filled": f"{line.filled} of {line.items}",
            "changed_since_said": line.moved,
            "lacking": line.gaps,
        }
        for line in page.line.tasks
    ]
    gaps = [{"lacking": one.text, "blocks": one.blocks} for one in page.gaps]
    if as_json:
        head = {"agency": cycle.agency_id, "period_from": cycle.period_from, "period_to": cycle.period_to}
        told = head | {"state": CYCLE_TEXT[cycle.state], "due": cycle.due_on, "late": page.line.late}
        say(json.dumps(told | {"tasks": tasks, "lacking": gaps}, ensure_ascii=False, indent=2, default=str))
        return
    title = f"{page.line.agency.name}, {cycle.period_from} to {cycle.period_to}: {CYCLE_TEXT[cycle.state]}"
    answer(tasks, as_json=False, title=title, empty="It has no tasks.")
    answer(gaps, as_json=False, title="What is lacking", empty="Nothing is lacking.")


@needs(Action.READ_REPORTS)
@report.command("export")
@_agency
@click.option(
    "--format", "kind", type=click.Choice([one.value for one in Format]), default="pdf", show_default=True, help="As."
)
@click.option("--public", "is_public", is_flag=True, help="The public version: what is withheld is not in it.")
@_period
@_number
@click.option(
    "-o", "--output", "path", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Where to."
)
def export(agency: str, kind: str, period: datetime | None, number: int | None, path: Path, *, is_public: bool) -> None:
    """Write the signed report of AGENCY to FILE, which must not be there yet. That it is taken away is recorded."""
    actor, catalog = local_administrator(), opened()
    cycle = report_finding.latest(actor, catalog, _named(catalog, agency), _date(period), is_signed=True)
    if path.exists():
        raise RequestError(f"File {path}", "it is there already", "Choose another file.")
    file = report_files.take(actor, catalog, cycle.id, Format(kind), number, is_public=is_public)
    workbook_files.write(path, [file.data])
    say(f"The {'public' if is_public else 'full'} version is in {path}. SHA-256: {file.digest}")


@needs(Action.READ_REPORTS)
@report.command("verify")
@_agency
@_period
@_number
@as_json
def verify(agency: str, period: datetime | None, number: int | None, *, as_json: bool) -> None:
    """Check that the report of AGENCY is still what was signed: its data, the audit log, its files made again."""
    actor, catalog = local_administrator(), opened()
    cycle = report_finding.latest(actor, catalog, _named(catalog, agency), _date(period), is_signed=True)
    found = report_signing.verify(actor, catalog, cycle.id, number)
    _tell(found, as_json=as_json)
    if not found.holds:
        cause = "it is not what was signed, or no whole entry of the audit log says that it is"
        raise StoreError(f"The report of {agency}", cause, "Tell the Chief Privacy Officer and the auditor.")


@needs(Action.READ_CITY_REPORTS)
@report.command("rollup")
@_period
@as_json
def rollup(period: datetime | None, *, as_json: bool) -> None:
    """Show what the city holds by the reports submitted in a round: which agencies hold each identifier type.

    Agencies that have not submitted are in none of the figures: what they hold is not known.
    """
    actor, catalog = local_administrator(), opened()
    page = report_rollup.rollup(actor, catalog, _date(period) or report_finding.latest_round(actor, catalog))
    types = [
        {
            "type": kind.key.partition("/")[2],
            "label": kind.label,
            "collected": kind.collected,
            "retained": kind.retained,
            "disclosed": kind.disclosed,
            "agencies": [one.agency_id for one in kind.agencies],
        }
        for kind in page.types
    ]
    if as_json:
        _say_rollup(page, types)
        return
    line = page.line
    title = f"{line.period_from} to {line.period_to}: {line.submitted} of {line.agencies} submitted"
    answer(types, as_json=False, title=title, empty=f"{title}. No identifier type is told of.")
    say(f"Disclosures without an agreement: {page.lacking:,}. Answers withheld from the public: {page.withheld:,}.")
    if page.missing:
        say(f"Not submitted, so not known: {', '.join(one.agency.id for one in page.agencies if not one.submitted)}.")


def _date(given: datetime | None) -> date | None:
    return given.date() if given else None


def _named(catalog: Catalog, agency: str) -> str:
    return str(roles.agency_named(local_administrator(), catalog, agency))


def _chosen(catalog: Catalog, only: Sequence[str], left_out: Sequence[str]) -> tuple[str, ...]:
    """The agencies of a round to open: those named, or all but those named."""
    named, without = (tuple(_named(catalog, one) for one in given) for given in (only, left_out))
    if named:
        return tuple(one for one in named if one not in without)
    every = [one.id for one in round_plans.agencies(local_administrator(), catalog)]
    if unknown := sorted(set(without) - set(every)):
        raise RequestError(f"Agency {unknown[0]}", "there is none with this id or short name", "Choose another.")
    return tuple(one for one in every if one not in without)


def _plan_rows(plan: RoundPlan) -> list[dict[str, str]]:
    return [
        {
            "agency": line.agency.id,
            "begins_from": f"its report up to {line.last.period_to}" if line.last else "the records alone",
            "clashes_with": f"its report up to {line.overlaps.period_to}" if line.overlaps else "",
        }
        for line in plan.lines
    ]


def _say_rollup(page: Rollup, types: Sequence[Mapping[str, object]]) -> None:
    counted = {
        name: [{"what": one.label, "count": one.count, "agencies": one.agencies} for one in counts]
        for name, counts in (("classifications", page.classifications), ("recipients", page.recipients))
    }
    told = {"schema": 1, "period_from": page.line.period_from, "period_to": page.line.period_to}
    told |= {"agencies": page.line.agencies, "submitted": page.line.submitted, "late": page.line.late}
    told |= {"not_submitted": [one.agency.id for one in page.agencies if not one.submitted], "types": types}
    told |= counted | {"agreements_lacking": page.lacking, "withheld": page.withheld}
    say(json.dumps(told, ensure_ascii=False, indent=2, default=str))


def _tell(found: Verification, *, as_json: bool) -> None:
    files = [
        {"format": one.format.value, "version": "public" if one.public else "full", "found": one.check.value}
        for one in found.renditions
    ]
    if as_json:
        told = {"holds": found.holds, "number": found.frozen.number, "content_hash": found.content_hash}
        told |= {"sealed": found.sealed, "audit_entry": found.logged, "signed": found.signed, "files": files}
        say(json.dumps(told, ensure_ascii=False, indent=2))
        return
    say("It is what was signed." if found.holds else "It is NOT what was signed.")
    say(f"SHA-256 of its data: {found.content_hash}{'' if found.sealed else ' (it was frozen under another)'}")
    entry = f"Entry {found.logged:,} of the audit log has it." if found.logged else "No whole entry of the log has it."
    say(entry + ("" if found.signed else " A signature is over something else."))
    answer(files, as_json=False, title="Its files, made again", empty="It has none.")
