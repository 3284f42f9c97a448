"""A quarterly report as a file: what was issued as JSON, its numbers as CSV, and as a document in three formats."""

import hashlib
from datetime import date

from catalog.documents.of_quarterly import of_quarterly
from catalog.documents.rendering import render_document
from catalog.errors import StoreError
from catalog.model.actors import Actor
from catalog.model.frozen_reports import Format
from catalog.model.quarterly import ALL_OTHERS, told_total
from catalog.model.quarterly_content import Counts, Quarter, QuarterlyContent
from catalog.model.report_reading import ReportFile
from catalog.services import audit, quarterly, quarterly_contents, report_files
from catalog.services.catalog import Catalog
from catalog.sheets import cells

_COLUMNS = ("quarter", "issue", "part", "by", "category", "events", "told")


def take(actor: Actor, catalog: Catalog, quarter: Quarter, wanted: Format, number: int | None = None) -> ReportFile:
    """The report of a quarter as it was issued, as a file; always the same bytes. That it is taken away is recorded and
    held against the day's quota first, each number as a row.

    Parameters:
        number: which issue; the latest where none is named.

    Raises:
        NotAllowed: when the actor does not read it, or would have taken more rows in a day than one may.
        NotFound: when there is none.
        SettingsError: when the extra that the format needs is not installed.
        StoreError: when what is kept is not what was issued.
    """
    page = quarterly.read(actor, catalog, quarter, number)
    if not page.is_whole:
        cause = "what is kept of it is not what was issued"
        raise StoreError(f"The report of {quarter.months}", cause, "Restore the catalog from a backup.")
    data = render(page.content, catalog.day(page.issue.at), wanted)
    name = f"report-to-the-speaker-{quarter.key}-issue-{page.issue.number}"
    audit.exported(actor, catalog, f"{name}-{wanted.value}", len(_rows(page.content)))
    digest = hashlib.sha256(data).hexdigest()
    return ReportFile(f"{name}.{wanted.value}", wanted, report_files.MIMETYPES[wanted], data, digest)


def render(content: QuarterlyContent, issued_on: date, wanted: Format) -> bytes:
    """A report as a file: what was issued as JSON, its numbers as CSV, or a document."""
    if wanted is Format.JSON:
        return quarterly_contents.encode(content).encode()
    if wanted is Format.CSV:
        return "".join(cells.as_csv(_COLUMNS, _rows(content))).encode()
    return render_document(of_quarterly(content, issued_on), wanted)


def _rows(content: QuarterlyContent) -> list[cells.Row]:
    """One row for each number that is told, and for each breakdown that is not."""
    told: list[cells.Row] = []
    for name, part in content.parts:
        head = content.of.key, content.number, name.value
        total = told_total(part, content.floor) if part.total is None else part.total
        told.append((*head, "total", "", total, "told"))
        for one in part.counts:
            told += [(*head, one.by.value, label, count, one.telling.value) for label, count in _numbers(one)]
    return told


def _numbers(counts: Counts) -> list[tuple[str, int | None]]:
    """The numbers of a breakdown by their labels; of one that is not told, one row without any."""
    lines: list[tuple[str, int | None]] = [(line.label, line.count) for line in counts.lines]
    rest = [(ALL_OTHERS, counts.rest)] if counts.rest else []
    return [*lines, *rest] or [("", None)]
