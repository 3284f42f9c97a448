"""``privacy-catalog quarterly``: the quarterly report to the Speaker: what is due, what it would tell, issuing it."""

import json
from pathlib import Path

import click

from catalog import workbook_files
from catalog.cli import answer, needs, opened, say
from catalog.errors import RequestError
from catalog.model.frozen_reports import Format
from catalog.model.quarterly import told_total
from catalog.model.quarterly_content import CorrectionReason, Quarter, QuarterlyContent
from catalog.model.quarterly_words import note, part_title, rows
from catalog.services import quarterly as reports
from catalog.services import quarterly_contents, quarterly_files
from catalog.services.access import Action, local_administrator

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
_quarter = click.argument("quarter", metavar="QUARTER")
_number = click.option("--number", type=click.IntRange(1), help="Which issue; else the latest.")
_named = click.option("--name-agencies", "named", is_flag=True, help="Name agencies in place of their kinds.")


_REASONS = [one.value for one in CorrectionReason]


@click.group()
def quarterly() -> None:
    """The quarterly report to the Speaker on violations and exigent events. QUARTER is such as 2026-q3."""


@needs(Action.READ_CITY_REPORTS)
@quarterly.command("list")
@as_json
def list_quarters(*, as_json: bool) -> None:
    """List the quarters, and how far the report of each is."""
    page = reports.quarters(local_administrator(), opened())
    told = [
        {
            "quarter": line.quarter.key,
            "state": line.state.value,
            "issues": len(line.issues),
            "issued": f"{line.issues[-1].at:%Y-%m-%d}" if line.issues else "",
        }
        for line in page.lines
    ]
    answer(told, as_json=as_json, title="Quarterly reports to the Speaker", empty="There is none.")


@needs(Action.READ_CITY_REPORTS)
@quarterly.command("show")
@_quarter
@_number
@click.option("--preview", is_flag=True, help="What would be issued now.")
@_named
@as_json
def show(quarter: str, number: int | None, *, preview: bool, named: bool, as_json: bool) -> None:
    """Show the report of QUARTER as it was issued, or as it would be."""
    actor, catalog, of = local_administrator(), opened(), _of(quarter)
    if preview:
        content = reports.preview(actor, catalog, of, agencies_named=named).content
    else:
        content = reports.read(actor, catalog, of, number).content
    if as_json:
        say(quarterly_contents.encode(content))
    else:
        _tell(content)


@needs(Action.KEEP_CYCLES)
@quarterly.command("issue")
@_quarter
@_named
@click.option("--correct", "why", type=click.Choice(_REASONS), help="Issue a correction, and why.")
@as_json
def issue(quarter: str, why: str | None, *, named: bool, as_json: bool) -> None:
    """Issue the report of QUARTER, or a correction of it. It cannot be taken back."""
    actor, catalog, of = local_administrator(), opened(), _of(quarter)
    reason = CorrectionReason(why) if why else None
    seen = reports.preview(actor, catalog, of, agencies_named=named, reason=reason)
    issued = reports.issue(actor, catalog, of, content_hash=seen.content_hash, agencies_named=named, reason=reason)
    told = {"quarter": of.key, "issue": issued.number, "sha256": issued.content_hash}
    say(json.dumps(told) if as_json else f"Issue {issued.number} of the report of {of.months} is issued.")


@needs(Action.KEEP_CYCLES)
@quarterly.command("include")
@_quarter
@as_json
def include(quarter: str, *, as_json: bool) -> None:
    """Record with the events of QUARTER that can be that they are in its report as it was issued."""
    of = _of(quarter)
    taken = reports.include(local_administrator(), opened(), of)
    said = f"{taken:,} event{'s are' if taken > 1 else ' is'} recorded as in the report of {of.months}."
    say(json.dumps({"quarter": of.key, "events": taken}) if as_json else said)


@needs(Action.READ_CITY_REPORTS)
@quarterly.command("export")
@_quarter
@click.option(
    "--format", "kind", type=click.Choice([one.value for one in Format]), default="pdf", show_default=True, help="As."
)
@_number
@click.option(
    "-o", "--output", "path", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Where to."
)
@as_json
def export(quarter: str, kind: str, number: int | None, path: Path, *, as_json: bool) -> None:
    """Write the report of QUARTER as it was issued to FILE, which must not be there yet. Taking it is recorded."""
    actor, catalog, of = local_administrator(), opened(), _of(quarter)
    if path.exists():
        raise RequestError(f"File {path}", "it is there already", "Choose another file.")
    file = quarterly_files.take(actor, catalog, of, Format(kind), number)
    workbook_files.write(path, [file.data])
    told = {"file": str(path), "sha256": file.digest}
    say(json.dumps(told) if as_json else f"The report is in {path}. SHA-256: {file.digest}")


def _of(key: str) -> Quarter:
    found = Quarter.named(key)
    if found is None:
        raise RequestError(f"The quarter {key}", "it is none", "Write it like this: 2026-q3.")
    return found


def _tell(content: QuarterlyContent) -> None:
    for name, part in content.parts:
        say(f"{part_title(name)}: {told_total(part, content.floor)}")
        for one in part.counts:
            lines = [{"category": label, "events": number} for label, number in rows(one)]
            answer(lines, as_json=False, title=one.by.value.replace("_", " "), empty=note(one, content.floor))
