"""``privacy-catalog register``: the law's records, their workbook, and how paper and data compare."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from catalog import workbook_files
from catalog.cli import answer, needs, opened, say
from catalog.errors import NotFound, RequestError
from catalog.model.approval_views import WAITS_TEXT, Waits
from catalog.model.designations import DESIGNATION_TEXT
from catalog.model.differences import MATCH_TEXT, STATE_TEXT, Match
from catalog.model.interchange import ImportPlan
from catalog.model.membership import MembershipStanding
from catalog.model.revisions import RecordKind
from catalog.services import (
    approval_pages,
    designation_watch,
    histories,
    interchange,
    memberships,
    reconciling,
    roles,
)
from catalog.services.access import Action, local_administrator

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
_limit = click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="Rows at most.")
_SHEETS = {name.lower(): name for name in interchange.NAMES}
_kind = click.argument("kind", type=click.Choice(list(_SHEETS)), metavar="KIND")
_file = click.argument("path", type=click.Path(path_type=Path), metavar="FILE.xlsx")
_HISTORIES = {kind.value: kind for kind in RecordKind}


@click.group()
def register() -> None:
    """Look into the law's register, take it away and bring it back as a workbook, and compare it with the data."""


@needs(Action.READ_FLOWS)
@register.command("list")
@_kind
@as_json
def list_records(kind: str, *, as_json: bool) -> None:
    """List the records of KIND: activities, protocols, parties and so on, as the workbook has them."""
    rows = interchange.records(local_administrator(), opened(), _SHEETS[kind])
    # A table has room for what tells records apart; a program wants it all.
    shown = rows if as_json else [dict(list(row.items())[:6]) for row in rows]
    answer(shown, as_json=as_json, title=f"{len(rows):,} {kind}", empty="Nothing of this kind is recorded yet.")


@needs(Action.READ_FLOWS)
@register.command("show")
@_kind
@click.argument("record_id", metavar="ID")
@as_json
def show_record(kind: str, record_id: str, *, as_json: bool) -> None:
    """Show all that is recorded of the one record of KIND with the number ID (of agencies: the id)."""
    for row in interchange.records(local_administrator(), opened(), _SHEETS[kind]):
        if next(iter(row.values())) == record_id:
            told = [{"field": name, "says": text} for name, text in row.items()]
            say(json.dumps(row, ensure_ascii=False, indent=2)) if as_json else answer(
                told, as_json=False, title="", empty=""
            )
            return
    raise NotFound(f"Number {record_id}", f"there is none of {kind} with it", f"See: register list {kind}")


@needs(Action.READ_FLOWS)
@register.command("history")
@click.argument("kind", type=click.Choice(list(_HISTORIES)), metavar="KIND")
@click.argument("record_id", type=int, metavar="ID")
@as_json
def history(kind: str, record_id: int, *, as_json: bool) -> None:
    """Show how the record ID of KIND (activity, protocol, party and so on) changed: when, who, why, and what."""
    page = histories.of(local_administrator(), opened(), _HISTORIES[kind], record_id)
    rows = [
        {
            "revision": line.revision.number,
            "at": line.revision.at.isoformat(timespec="minutes"),
            "by": line.revision.person,
            "reason": line.revision.reason,
            "changes": [f"{one.name}: {one.before or 'nothing'} → {one.after or 'nothing'}" for one in line.changes],
        }
        for line in page.revisions
    ]
    answer(rows, as_json=as_json, title=page.title, empty="It was recorded before histories were kept.")


@needs(Action.READ_FLOWS)
@register.command("export")
@_file
def export_workbook(path: Path) -> None:
    """Write the whole register to FILE.xlsx, which must not be there yet."""
    workbook = interchange.export(local_administrator(), opened())
    # Its owner's alone: it tells what agencies do before anybody decided to publish it.
    workbook_files.write(path, interchange.packed(workbook))
    rows = sum(len(sheet.rows) for sheet in workbook.sheets[1:])
    say(f"{rows:,} records of {len(workbook.sheets) - 1} kinds are in {path}.")


@needs(Action.KEEP_REGISTER)
@register.command("import")
@_file
@click.option("--check", "checking", is_flag=True, help="Only say what would happen.")
@click.option("--reason", default="", help="Why; the history of each record keeps it: name nobody.")
@as_json
def import_workbook(path: Path, reason: str, *, checking: bool, as_json: bool) -> None:
    """Take over the rows of FILE.xlsx, all of them or none. Start from an export; its first sheet explains it.

    Rows that say what is recorded change nothing, and what is not in the file stays as it is.
    """
    actor, catalog = local_administrator(), opened()
    sheets = interchange.read(workbook_files.content(path, interchange.MOST_BYTES))
    plan = interchange.plan(actor, catalog, sheets) if checking else interchange.apply(actor, catalog, sheets, reason)
    _tell(plan, done=not checking and not plan.problems, as_json=as_json)
    if plan.problems:
        many = len(plan.problems)
        raise RequestError(f"File {path}", f"{many:,} problems are in it, and nothing was changed", "Mend its cells.")


@needs(Action.RUN_SCANS)
@register.command("reconcile")
@as_json
def reconcile(*, as_json: bool) -> None:
    """Compare paper and data everywhere anew. Edits and scans do so for what they move; this is for each night."""
    done = reconciling.run(local_administrator(), opened())
    row = {"differences": done.differences, "new": done.new, "gone": done.gone, "moved": done.moved}
    answer([row | {"seconds": round(done.seconds, 1)}], as_json=as_json, title="Reconciled", empty="")


@needs(Action.READ_EVIDENCE)
@register.command("differences")
@click.option("--agency", help="Of one agency, by id or short name.")
@click.option("--match", type=click.Choice([one.value for one in Match]), help="Only those that compare so.")
@_limit
@as_json
def list_differences(agency: str | None, match: str | None, limit: int, *, as_json: bool) -> None:
    """List where paper and data differ, gravest first."""
    actor, catalog = local_administrator(), opened()
    chosen: dict[str, Sequence[str]] = {"match": [match]} if match else {}
    if agency:
        chosen["agency"] = [str(roles.agency_named(actor, catalog, agency))]
    page = reconciling.find(actor, catalog, chosen, per_page=limit)
    rows = [
        {
            "number": line.difference.id,
            "agency": line.agency.id,
            "match": MATCH_TEXT[line.match],
            "type": line.type.label if line.type else "",
            "dataset": line.dataset.dataset.name if line.dataset else "",
            "activity": line.activity.activity.title if line.activity else "",
            "found": "confirmed" if line.difference.is_confirmed else "suggested" if line.difference.columns else "",
            "state": STATE_TEXT[line.state] if line.state else "",
            "rank": round(line.difference.rank, 2),
        }
        for line in page.lines
    ]
    not_looked = f"{page.not_looked:,} of {page.datasets:,} datasets were not looked at"
    answer(rows, as_json=as_json, title=f"{page.total:,} lines; {not_looked}", empty=f"Nothing differs. {not_looked}.")


@needs(Action.READ_FLOWS)
@register.command("approvals")
@click.option("--waiting", is_flag=True, help="Only those that wait for somebody, or are to be looked at again.")
@as_json
def list_approvals(*, waiting: bool, as_json: bool) -> None:
    """List approvals, with what each waits for."""
    waits = [one.value for one in Waits if one not in {Waits.NOTHING, Waits.ENDS_SOON}]
    actor, catalog, rows, number, pages = local_administrator(), opened(), [], 1, 1
    while number <= pages:
        page = approval_pages.queue(actor, catalog, {"waits": waits} if waiting else None, page=number)
        rows += [
            {
                "number": line.designation.id,
                "agency": line.view.agency.id,
                "activity": line.view.activity.title,
                "state": DESIGNATION_TEXT[line.designation.state],
                "waits": line.waits_for or WAITS_TEXT[line.waits],
                "days": line.days,
            }
            for line in page.lines
        ]
        number, pages = number + 1, page.pages
    answer(rows, as_json=as_json, title=f"{len(rows):,} approvals", empty="No approval waits." if waiting else "None.")


@needs(Action.RUN_SCANS)
@register.command("watch")
@as_json
def watch(*, as_json: bool) -> None:
    """Let approvals expire, or be up for review, whose day has come. For each night."""
    moved = designation_watch.look_around(local_administrator(), opened())
    answer([{"moved": moved}], as_json=as_json, title="Approvals whose day has come", empty="")


@needs(Action.READ_EVIDENCE)
@register.command("memberships")
@click.option("--standing", type=click.Choice([one.value for one in MembershipStanding]), help="Only what stands so.")
@_limit
@as_json
def list_memberships(standing: str | None, limit: int, *, as_json: bool) -> None:
    """List what being in a dataset may tell of a person; without --standing what waits for somebody to decide."""
    wanted = MembershipStanding(standing) if standing else None
    page = memberships.pending(local_administrator(), opened(), standing=wanted, per_page=limit)
    rows = [
        {
            "agency": line.agency.id,
            "dataset": line.dataset.name,
            "type": line.type.label,
            "standing": line.standing.value,
            "clues": list(line.clues),
        }
        for line in page.lines
    ]
    answer(rows, as_json=as_json, title=f"{page.total:,} lines", empty="Nothing waits for anybody.")


def _tell(plan: ImportPlan, *, done: bool, as_json: bool) -> None:
    if as_json:
        told = {
            "done": done,
            "adds": [{"sheet": one.sheet, "row": one.row, "thing": one.thing} for one in plan.adds],
            "changes": [
                {"sheet": one.sheet, "row": one.row, "thing": one.thing, "columns": list(one.columns)}
                for one in plan.changes
            ],
            "same": plan.same,
            "problems": [{"place": one.place, "reason": one.reason} for one in plan.problems],
        }
        say(json.dumps(told, ensure_ascii=False, indent=2))
        return
    counts = f"{len(plan.adds):,} added, {len(plan.changes):,} changed, {plan.same:,} as they were"
    say(f"Taken over: {counts}." if done else f"It would be: {counts}.")
    for problem in plan.problems:
        say(f"{problem.place}: {problem.reason}")
