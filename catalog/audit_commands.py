"""``audit``: walk the log of who did what, note outside the database how far it is, record a restore."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from catalog.cli import needs, opened, say
from catalog.errors import StoreError
from catalog.services import audit as auditing
from catalog.services.access import Action, local_administrator
from catalog.services.audit import AuditReport

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")


@click.group()
def audit() -> None:
    """Look after the audit log."""


@needs(Action.READ_AUDIT)
@audit.command("verify")
@click.option("--from", "first", default=1, type=click.IntRange(min=1), help="Begin at this entry.")
@click.option("--to", "last", type=click.IntRange(min=1), help="End at this entry.")
@click.option(
    "--anchors", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="Another file of anchors."
)
@as_json
def verify(first: int, last: int | None, anchors: Path | None, *, as_json: bool) -> None:
    """Walk the audit log and say whether every entry fits, and every anchor; then set an anchor."""
    actor, catalog = local_administrator(), opened()
    report = auditing.verify(actor, catalog, first=first, last=last, anchored=anchors)
    if as_json:
        say(json.dumps(asdict(report)))
    else:
        _tell(report)
    if report.broken_at is not None or report.anchors_lost:
        sys.exit(StoreError.exit_code)
    if report.is_whole and report.recorded and anchors is None:
        auditing.anchor(actor, catalog)


@needs(Action.ADMINISTER)
@audit.command("anchor")
@as_json
def anchor(*, as_json: bool) -> None:
    """Add a line to the file of anchors: how far the audit log is now."""
    made = auditing.anchor(local_administrator(), opened())
    if as_json:
        say(json.dumps(None if made is None else asdict(made), default=str))
    elif made is None:
        say("No anchor was set: PRIVACY_CATALOG_ANCHORS names no file for them.")
    else:
        say(f"Anchored at entry {made.sequence:,}.")


@needs(Action.RECORD_RESTORE)
@audit.command("restored")
@click.option(
    "--reason",
    required=True,
    help="What was restored or moved, and why; kept for good: name nobody.",
)
def restored(reason: str) -> None:
    """Record that the catalog was restored from a backup, or its anchors moved, so that it may be changed again."""
    said = auditing.restored(local_administrator(), opened(), reason)
    if said.mac:
        say(f"Recorded: the last anchor that agrees is of entry {said.agreed:,}; {said.gap}.")
    else:
        say("Recorded: the anchors are gone. A new file of them was begun.")


def _tell(report: AuditReport) -> None:
    say(report.finding)
    if report.break_count > 1:
        more = (
            f", and {report.break_count - len(report.breaks):,} more" if report.break_count > len(report.breaks) else ""
        )
        say(f"All that do not fit: {', '.join(f'{each:,}' for each in report.breaks)}{more}.")
    for restore in report.restores:
        gone = f"a restore: {restore.gap}"
        lost = "that the anchors were lost or moved: none says how far the log was until then"
        say(f"Entry {restore.sequence:,} records {gone if restore.mac else lost}.")
    say(_anchors(report))
    if report.is_whole and not report.recorded:
        say("This check could not be written down: the database account may only read.")


def _anchors(report: AuditReport) -> str:
    if report.anchors_lost:
        return "The anchors are gone: put their file back, or see privacy-catalog audit restored --help."
    if not (report.anchors_agreed or report.anchors_disagreed or report.anchors_unreadable):
        return "There are no anchors: entries cut off at the end would not show."
    told = f"Anchors: {report.anchors_agreed:,} agree, {report.anchors_disagreed:,} do not"
    lines = ", ".join(f"{at:,}" for at in report.unreadable_lines)
    unread = f", {report.anchors_unreadable:,} cannot be read (line {lines})" if lines else ""
    if report.anchors_disagreed:
        return f"{told}{unread}: the log was restored or cut; see privacy-catalog audit restored --help."
    newer = f"; {report.unanchored:,} entries are newer than the last" if report.unanchored is not None else ""
    return f"{told}{unread}{newer}."
