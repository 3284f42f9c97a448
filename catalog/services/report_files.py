"""Signed reports: reading one, and taking it away in a format (§23-1205)."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog import documents
from catalog.documents.document import Document
from catalog.documents.of_report import of_report
from catalog.errors import Conflict
from catalog.model.actors import Actor
from catalog.model.cycles import Cycle, CycleStep
from catalog.model.frozen_reports import Format, FrozenReport
from catalog.model.holdings import Agency
from catalog.model.report_content import public
from catalog.model.report_reading import FrozenLine, HistoryPage, ReportFile, between
from catalog.model.report_said import ReportContent, SaidChange, SaidSignature
from catalog.services import access, audit, cycle_steps, report_contents, report_signing
from catalog.services.catalog import Catalog
from catalog.store import law, register
from catalog.store.engine import Connection

MIMETYPES: Mapping[Format, str] = {
    Format.HTML: "text/html",
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.JSON: "application/json",
    Format.CSV: "text/csv",
}
_NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """A signed report as it reads, whole or as the public version of it.

    ``document`` is what its renditions are made from; ``numbers`` are all the times it was signed, the first first;
    ``since_number`` what it says otherwise than the time before, None where there is none before.
    """

    cycle: Cycle
    agency: Agency
    frozen: FrozenReport
    content: ReportContent
    public: bool
    document: Document
    signatures: tuple[SaidSignature, ...]
    numbers: tuple[FrozenLine, ...]
    since_number: tuple[SaidChange, ...] | None

    @property
    def is_latest(self) -> bool:
        """Whether it was not signed again since."""
        return self.frozen.number == self.numbers[-1].number

    @property
    def withheld(self) -> int:
        """How many of its items the public version says nothing of."""
        return sum(bool(item.withheld) for item in self.content.items)


def read(
    actor: Actor, catalog: Catalog, cycle_id: int, number: int | None = None, *, is_public: bool = False
) -> Reading:
    """A signed report as it reads.

    Parameters:
        number: which time it was signed; None for the last.
        is_public: the public version, in which what is withheld is not there.

    Raises:
        NotAllowed: when the actor reads no reports.
        NotFound: when there is no such report that the actor may know of, or it was not signed yet.
    """
    with catalog.reading() as connection:
        cycle, agency = _known(connection, actor, cycle_id)
        every = law.where(connection, FrozenReport, cycle_id=cycle.id)
        frozen = _chosen(every, number)
        signatures = tuple(report_signing.signatures(connection, catalog, frozen))
    whole = report_contents.decode(frozen.content)
    content = public(whole) if is_public else whole
    before = next((one for one in every if one.number == frozen.number - 1), None)
    return Reading(
        cycle=cycle,
        agency=agency,
        frozen=frozen,
        content=content,
        public=is_public,
        document=of_report(content, signatures, public=is_public),
        signatures=signatures,
        numbers=_lines(every),
        since_number=_since(before, whole, is_public=is_public) if before else None,
    )


def take(
    actor: Actor,
    catalog: Catalog,
    cycle_id: int,
    format: Format,  # noqa: A002  # what it is called everywhere
    number: int | None = None,
    *,
    is_public: bool = False,
) -> ReportFile:
    """A signed report as a file, made from its data again. That it is taken away is recorded and held against the day's
    quota first, each item as a row.

    Raises:
        NotAllowed: when the actor reads no reports, or would have taken more rows in a day than one may.
        NotFound: when there is no such report that the actor may know of, or it was not signed yet.
        SettingsError: when what makes this format is not installed.
    """
    reading = read(actor, catalog, cycle_id, number, is_public=is_public)
    data = documents.render(reading.content, reading.signatures, format, public=is_public)
    name = file_name(reading)
    audit.exported(actor, catalog, f"{name}-{format.value}", len(reading.content.items))
    return ReportFile(f"{name}.{format.value}", format, MIMETYPES[format], data, hashlib.sha256(data).hexdigest())


def offered() -> tuple[Format, ...]:
    """The formats that can be made here: Word and PDF need packages that an installation may do without."""
    return tuple(one for one in Format if not documents.missing(one))


def require_offered(wanted: Format) -> None:
    """Refuse a format that cannot be made here, in words for who reads reports.

    Raises:
        Conflict: saying what is lacking.
    """
    if wanted not in offered():
        cause = f"what makes them ({documents.missing(wanted)}) is not installed here"
        step = "Take another format, or ask who runs the catalog to install privacy-catalog[reports]."
        raise Conflict(f"Files of the format {wanted.value}", cause, step)


def history(actor: Actor, catalog: Catalog, cycle_id: int) -> HistoryPage:
    """What happened to a report, step by step.

    Raises:
        NotAllowed: when the actor reads no reports.
        NotFound: when there is no such report that the actor may know of.
    """
    with catalog.reading() as connection:
        cycle, agency = _known(connection, actor, cycle_id)
        steps = tuple(law.where(connection, CycleStep, cycle_id=cycle.id))
        return HistoryPage(cycle, agency, steps, _lines(law.where(connection, FrozenReport, cycle_id=cycle.id)))


def file_name(reading: Reading) -> str:
    """What a file of a report is called, without its ending: the agency, the years, which version of which signing."""
    content, version = reading.content, "public" if reading.public else "full"
    agency = _NOT_IN_FILE_NAMES.sub("-", content.acronym or content.agency_id)
    years = f"{content.period_from.year}-{content.period_to.year}"
    return f"agency-report-{agency}-{years}-{version}-{reading.frozen.number}"


def _known(connection: Connection, actor: Actor, cycle_id: int) -> tuple[Cycle, Agency]:
    cycle = cycle_steps.known(connection, actor, cycle_id)
    agency = register.agency(connection, cycle.agency_id)
    assert agency is not None  # noqa: S101  # what has a report is never removed
    return cycle, agency


def _chosen(every: Sequence[FrozenReport], number: int | None) -> FrozenReport:
    """The one asked for; what is not there is answered as what may not be known of."""
    found = [one for one in every if number is None or one.number == number]
    if not found:
        raise access.nothing_here("This report")
    return max(found, key=lambda one: one.number)


def _lines(every: Sequence[FrozenReport]) -> tuple[FrozenLine, ...]:
    lines = (FrozenLine(one.number, one.person, one.at, one.content_hash) for one in every)
    return tuple(sorted(lines, key=lambda line: line.number))


def _since(before: FrozenReport, after: ReportContent, *, is_public: bool) -> tuple[SaidChange, ...]:
    """What a report says otherwise than the one before it; the public version says nothing of what is withheld."""
    changes = between(report_contents.decode(before.content), after)
    return tuple(one for one in changes if not (is_public and one.withheld))
