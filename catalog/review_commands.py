"""``privacy-catalog review``: what waits for a decision, deciding it by group or spreadsheet, and how good that is."""

import json
from pathlib import Path

import click

from catalog import review_order_commands, workbook_files
from catalog.cli import answer, needs, opened, say
from catalog.errors import RequestError
from catalog.model.decisions import Verdict
from catalog.model.review import ReviewState, Why
from catalog.model.review_sheets import DECISIONS, SheetAct, SheetPlan
from catalog.model.review_views import GroupPage, QualityPage, ReadingView
from catalog.services import (
    calibration,
    review_acts,
    review_pages,
    review_queue,
    review_sheet_plan,
    review_sheets,
    review_states,
    roles,
    second_readings,
)
from catalog.services.access import Action, local_administrator

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
_agency = click.option("--agency", help="Of one agency, by id or short name.")
_type = click.option("--type", "type_code", help="Of one identifier type, by its code.")
_band = click.option("--band", type=click.Choice(["high", "medium", "low"]), help="How sure the suggestion is.")
_page = click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Which page.")
_file = click.argument("path", type=click.Path(path_type=Path), metavar="FILE.xlsx")
_WAITS = [ReviewState.SUGGESTED.value, ReviewState.REOPENED.value, ReviewState.DISPUTED.value, "handed"]


@click.group()
def review() -> None:
    """Decide what scans suggest: alike columns together, each decision on record and to be undone."""


for _command in review_order_commands.COMMANDS:
    review.add_command(_command)


@needs(Action.DECIDE)
@review.command("list")
@_agency
@_type
@_band
@click.option("--state", type=click.Choice(_WAITS), help="Only what waits for this reason.")
@click.option("--words", default="", help="Words of the columns' name or of the type.")
@click.option("--order", type=click.Choice(review_queue.ORDERS), default="value", show_default=True, help="What first.")
@_page
@as_json
def list_groups(
    agency: str | None,
    type_code: str | None,
    band: str | None,
    state: str | None,
    words: str,
    order: str,
    page: int,
    *,
    as_json: bool,
) -> None:
    """List the groups of alike columns that wait for a decision, what is worth most first."""
    actor, catalog = local_administrator(), opened()
    chosen = _chosen(agency=roles.agency_named(actor, catalog, agency), type=type_code, band=band, state=state, q=words)
    found = review_queue.queue(actor, catalog, chosen, order=order, page=page)
    rows = [
        {
            "group": line.key,
            "name": line.name,
            "type": line.type.code,
            "columns": line.columns,
            "agencies": line.agencies,
            "likely": round(line.likely, 2),
            "band": line.band,
            "reopened": line.reopened,
            "disputed": line.disputed,
            "confirmed_before": line.confirmed,
            "rejected_before": line.rejected,
        }
        for line in found.lines
    ]
    title = f"{found.total:,} groups, page {found.page} of {found.pages}"
    answer(rows, as_json=as_json, title=title, empty="Nothing waits for a decision.")


@needs(Action.DECIDE)
@review.command("show")
@click.argument("group", metavar="GROUP")
@_agency
@_page
@as_json
def show_group(group: str, agency: str | None, page: int, *, as_json: bool) -> None:
    """Show the columns of the GROUP that wait, what speaks for them, and what people decided of alike ones."""
    actor, catalog = local_administrator(), opened()
    agency_id = roles.agency_named(actor, catalog, agency)
    found = review_pages.group(actor, catalog, group, page=page, agency_id=agency_id)
    rows = [
        {
            "column": item.column.id,
            "name": item.column.name,
            "dataset": item.dataset.name,
            "agency": item.agency.acronym,
            "strength": item.tag.strength,
            "state": item.state.value,
            "unusual": item.unusual,
        }
        for item in found.items
    ]
    if as_json:
        say(json.dumps(_told(found) | {"columns": rows}, ensure_ascii=False, indent=2))
        return
    say(found.sentence)
    for name, word in _told(found).items():
        if name != "sentence" and word:
            say(f"{name.replace('_', ' ')}: {word}")
    answer(rows, as_json=False, title=f"{found.line.columns:,} columns wait", empty="Nothing waits in it.")


@needs(Action.DECIDE)
@review.command("mine")
@_page
@as_json
def mine(page: int, *, as_json: bool) -> None:
    """List what was decided from this command line, the latest first, each with its number for `undo`."""
    found = review_acts.mine(local_administrator(), opened(), page)
    rows = [
        {
            "number": line.act.id,
            "at": line.act.at.isoformat(timespec="minutes"),
            "did": line.act.kind.value,
            "type": line.type.code if line.type else "",
            "to": line.to.code if line.to else "",
            "name": line.name,
            "columns": line.act.columns,
            "can_undo": line.can_undo,
            "undone": line.undone,
        }
        for line in found.lines
    ]
    answer(rows, as_json=as_json, title=f"{found.total:,} decisions", empty="Nothing yet.")


@needs(Action.DECIDE)
@review.command("second")
@click.argument("number", type=int, required=False, metavar="[NUMBER]")
@click.option("--verdict", type=click.Choice([Verdict.CONFIRMED.value, Verdict.REJECTED.value]), help="What you say.")
@click.option("--why", type=click.Choice([one.value for one in Why]), help="Why it is not this type.")
@click.option("--reason", default="", help="In words; kept for good: name nobody.")
@as_json
def second(number: int | None, verdict: str | None, why: str | None, reason: str, *, as_json: bool) -> None:
    """Show a decision to be read a second time, without the first one's word; with its NUMBER say what it is."""
    actor, catalog = local_administrator(), opened()
    if number is not None:
        if verdict is None:
            raise RequestError(f"Second reading {number}", "it says nothing of it", "Add --verdict.")
        second_readings.read(actor, catalog, number, Verdict(verdict), Why(why) if why else None, reason)
        say("Thank you. Whether you two agree is counted in: review quality")
        return
    view = second_readings.next_one(actor, catalog)
    title = f"{view.left:,} to be read" if view else ""
    answer([_to_read(view)] if view else [], as_json=as_json, title=title, empty="Nothing waits for a second reader.")


@needs(Action.READ_EVIDENCE)
@review.command("quality")
@_agency
@_type
@as_json
def quality(agency: str | None, type_code: str | None, *, as_json: bool) -> None:
    """Tell how often suggestions of each strength were confirmed, and how often two people agree."""
    actor, catalog = local_administrator(), opened()
    agency_id = roles.agency_named(actor, catalog, agency)
    page = calibration.quality(actor, catalog, agency_id=agency_id, type_code=type_code)
    bins, agreements = _bins(page), _agreements(page)
    if as_json:
        told = {"finding": page.finding, "strengths": bins, "agreement": agreements, "waiting": page.waiting}
        say(json.dumps(told, ensure_ascii=False, indent=2))
        return
    say(page.finding)
    answer(bins, as_json=False, title="By strength", empty="Nothing was decided yet.")
    answer(agreements, as_json=False, title="Second readings", empty="Nothing was read a second time yet.")


@needs(Action.DECIDE)
@review.command("export")
@_file
@_agency
@_type
@_band
def export(path: Path, agency: str | None, type_code: str | None, band: str | None) -> None:
    """Write what waits to FILE.xlsx, which must not be there yet: fill in its decisions, and `import` it."""
    actor, catalog = local_administrator(), opened()
    chosen = _chosen(agency=roles.agency_named(actor, catalog, agency), type=type_code, band=band)
    workbook = review_sheets.export(actor, catalog, chosen)
    workbook_files.write(path, review_sheets.packed(workbook))
    say(f"{len(workbook.sheets[0].rows):,} suggestions are in {path}.")


@needs(Action.DECIDE)
@review.command("import")
@_file
@click.option("--check", "checking", is_flag=True, help="Only say what would happen.")
@as_json
def import_workbook(path: Path, *, checking: bool, as_json: bool) -> None:
    """Decide what FILE.xlsx says, all of it or nothing. Rows without a decision stay as they are."""
    actor, catalog = local_administrator(), opened()
    data = workbook_files.content(path, review_sheet_plan.MOST_BYTES)
    work = review_sheet_plan.plan if checking else review_sheet_plan.apply
    plan = work(actor, catalog, data)
    _tell(plan, done=not checking and not plan.problems, as_json=as_json)
    if plan.problems:
        many = len(plan.problems)
        raise RequestError(f"File {path}", f"{many:,} problems are in it, and nothing was decided", "Mend its cells.")


@needs(Action.RUN_SCANS)
@review.command("rebuild")
@as_json
def rebuild(*, as_json: bool) -> None:
    """Derive the queue anew from findings and decisions. Scans and decisions do so for what they move."""
    amiss = review_states.rebuild(local_administrator(), opened())
    answer([{"put_right": amiss}], as_json=as_json, title="Rebuilt", empty="")


def _chosen(**values: str | None) -> dict[str, list[str]]:
    return {key: [value] for key, value in values.items() if value}


def _told(page: GroupPage) -> dict[str, object]:
    past = [f"{one.agency.acronym}: {one.confirmed:,} confirmed, {one.rejected:,} not" for one in page.past]
    return {
        "group": page.line.key,
        "name": page.line.name,
        "type": page.line.type.code,
        "sentence": page.sentence,
        "decided_before": past,
        "left_out_unless_chosen": page.unusual,
        "page": page.page,
        "pages": page.pages,
        "second_person": page.second_person,
    }


def _to_read(view: ReadingView) -> dict[str, object]:
    return {
        "number": view.id,
        "column": view.column.name,
        "dataset": view.dataset.name,
        "agency": view.agency.acronym,
        "type": view.tag.type.code,
        "strength": view.tag.strength,
        "reasons": list(view.tag.reasons),
        "against": list(view.tag.against),
    }


def _bins(page: QualityPage) -> list[dict[str, object]]:
    return [
        {
            "from": one.from_strength,
            "to": one.to_strength,
            "decided": one.decided,
            "confirmed": one.confirmed,
            "decisions": one.acts,
            "low": one.low,
            "high": one.high,
        }
        for one in page.bins
    ]


def _agreements(page: QualityPage) -> list[dict[str, object]]:
    return [
        {"type": one.type.code, "read": one.read, "agreed": one.agreed, "low": one.low, "high": one.high}
        for one in page.agreements
    ]


def _tell(plan: SheetPlan, *, done: bool, as_json: bool) -> None:
    if as_json:
        told = {
            "done": done,
            "decisions": [_act(act) for act in plan.acts],
            "same": plan.same,
            "empty": plan.empty,
            "problems": [{"place": one.place, "reason": one.reason} for one in plan.problems],
        }
        say(json.dumps(told, ensure_ascii=False, indent=2))
        return
    counts = f"{plan.columns:,} columns in {len(plan.acts):,} decisions, {plan.same:,} rows decided so already"
    say(f"Decided: {counts}." if done else f"It would be: {counts}.")
    for problem in plan.problems:
        say(f"{problem.place}: {problem.reason}")


def _act(act: SheetAct) -> dict[str, object]:
    words = {kind: word for word, kind in DECISIONS.items()}
    return {
        "decision": words[act.order.kind],
        "type": act.type_code or "",
        "columns": act.columns,
        "second_person": act.proposed,
    }
