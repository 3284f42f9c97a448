"""``classify``: judges files and folders without any catalog or set-up, read by the same confined child as a scan."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from json import dumps
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from catalog.cli import needs, say
from catalog.errors import SKIP_TEXT, SkipReason, SourceError
from catalog.model.coverage import CAVEAT_TEXT
from catalog.model.evidence import Finding, sentence
from catalog.model.holdings import DatasetKind
from catalog.model.identifiers import Grade
from catalog.model.runs import ColumnResult, DatasetResult
from catalog.services.access import Action
from catalog.settings import Settings
from catalog.taxonomy.loader import Taxonomy, load
from scanners import written
from scanners.combine import FOUND
from scanners.grading import grade
from scanners.processes import Template
from scanners.supervisor import Listed, Supervisor

_SEED = 1
_SCHEMA = 1
#: Kinds of datasets of which a file may hold several, with what stands between the file's name and theirs.
_IN_FILE = frozenset({DatasetKind.SHEET, DatasetKind.TABLE, DatasetKind.VIEW})
_SHEET = "#"
_WORDS = ((0.9, "very sure"), (0.75, "sure"), (FOUND, "likely"), (0.0, "weak"))
_COLORS = {Grade.DIRECT: "bold red", Grade.QUASI: "yellow", Grade.NONE: "dim"}
_GRADES = {Grade.DIRECT: "identifies", Grade.QUASI: "in combination", Grade.NONE: "nothing found"}


@dataclass(frozen=True, slots=True)
class Judged:
    """One table or document that was looked at; ``table`` names one of several in a file."""

    path: str
    table: str | None
    result: DatasetResult


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not looked at, and why; ``what`` says what it is, where its name does not."""

    path: str
    reason: str
    what: str = ""


@needs(Action.RUN_SCANS)
@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option(
    "--recognizers",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Also look for what this file of recognizers describes; may be given more than once.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
def classify(paths: Sequence[Path], files: Sequence[Path], *, as_json: bool) -> None:
    """Judge files or folders: which columns hold identifying information, and why. Nothing is stored."""
    recognisers = list(map(_added, files))
    with Template(for_many=False) as template:
        outcomes = [
            outcome
            for path in paths
            for outcome in look_into(path, Settings.load(), template, as_written=as_json, recognisers=recognisers)
        ]
    judged = [outcome for outcome in outcomes if isinstance(outcome, Judged)]
    skipped = [outcome for outcome in outcomes if isinstance(outcome, Skipped)]
    taxonomy = load()
    if as_json:
        say(dumps(as_document(judged, skipped, taxonomy)))  # in ASCII: a name cannot act on a terminal
    else:
        _show(judged, skipped, taxonomy)
    if not judged:
        raise SourceError(
            "What was asked for",
            "nothing in it could be looked at",
            "Give files such as CSV or Excel, or a folder of them.",
            reason=SkipReason.UNREADABLE,
        )


def _added(file: Path) -> str:
    from scanners import added  # noqa: PLC0415 - what checks a file takes as long to load as what judges

    return added.from_file(file)


def look_into(
    path: Path,
    settings: Settings,
    template: Template,
    *,
    as_written: bool = False,
    recognisers: Sequence[str] = (),
) -> Iterator[Judged | Skipped]:
    """Judge every table below a path, in one warm child; names come tidied for people unless ``as_written``."""
    if not path.exists():
        yield Skipped(str(path), "there is no such file or folder")
        return
    key = secrets.token_bytes(32)
    child = Supervisor(
        "files",
        {"path": str(path)},
        settings=settings,
        names_key=key,
        template=template,
        names_as_written=as_written,
        recognisers=recognisers,
    )
    try:
        for one in list(child.list()):
            name = written.as_written(one.safe.name) if as_written else one.safe.name.text
            if not isinstance(one, Listed):
                yield Skipped(_shown(path, name), SKIP_TEXT[one.reason], one.safe.comment)
                continue
            yield _outcome(path, name, one.safe.kind, child.scan(one, rows=settings.sample_rows, seed=_SEED))
    except SourceError as error:
        yield Skipped(str(path), SKIP_TEXT[error.reason])
    finally:
        child.close()


def _outcome(path: Path, name: str, kind: DatasetKind, result: DatasetResult) -> Judged | Skipped:
    if result.reason is not None:
        return Skipped(_shown(path, name), SKIP_TEXT[result.reason])
    # A name such as "minutes #3.docx" is that of a file alone.
    file, _, table = name.partition(_SHEET) if kind in _IN_FILE else (name, "", "")
    return Judged(_shown(path, file), table or None, result)


def _shown(path: Path, name: str) -> str:
    if path.is_dir():
        return str(path / name)
    # What is in an archive is named after it.
    return f"{path}{name.removeprefix(path.name)}" if name.startswith(path.name) else str(path)


def as_document(judged: Sequence[Judged], skipped: Sequence[Skipped], taxonomy: Taxonomy) -> dict[str, Any]:
    """The answer as plain data, in the form of schema 1."""
    return {
        "schema": _SCHEMA,
        "tables": [
            {
                "path": one.path,
                "table": one.table,
                "rows_seen": one.result.rows_looked_at,
                "columns": [_column(column, taxonomy) for column in one.result.columns],
                **_partly(one.result),
            }
            for one in judged
        ],
        "skipped": [{"path": one.path, "reason": one.reason} for one in skipped],
    }


def _partly(result: DatasetResult) -> dict[str, Any]:
    """Why it was read only in part; nothing where it was read as a whole."""
    return {"partly": [CAVEAT_TEXT[caveat] for caveat in result.caveats]} if result.caveats else {}


def _column(column: ColumnResult, taxonomy: Taxonomy) -> dict[str, Any]:
    return {
        "name": written.as_written(column.name),
        "position": column.position,
        "grade": grade(column.findings, taxonomy).value,
        "findings": [_finding(finding) for finding in column.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    share = finding.share
    return {
        "type": finding.type_code,
        "form": finding.form.value,
        "strength": finding.strength,
        "share": [round(share.low, 4), round(share.mid, 4), round(share.high, 4)],
        "reasons": [sentence(evidence) for evidence in finding.evidence],
    }


def _show(judged: Sequence[Judged], skipped: Sequence[Skipped], taxonomy: Taxonomy) -> None:
    console = Console()
    for one in judged:
        console.print(_table(one, taxonomy) if one.result.columns else f"{escape(_plain(_title(one)))}: it is empty.")
        if one.result.caveats:
            console.print(f"Read in part: {'; '.join(CAVEAT_TEXT[caveat] for caveat in one.result.caveats)}.")
    for other in skipped:
        what = f" ({escape(_plain(other.what))})" if other.what else ""
        console.print(f"{escape(_plain(other.path))}{what}: not scanned, {other.reason}.")


def _table(one: Judged, taxonomy: Taxonomy) -> Table:
    title = f"{escape(_plain(_title(one)))} ({one.result.rows_looked_at:,} rows looked at)"
    table = Table(title=title, title_justify="left", title_style="bold")
    for heading in ("Column", "What was found", "Grade", "Strength", "Main reason"):
        table.add_column(heading, overflow="fold")
    for column in one.result.columns:
        table.add_row(*_cells(column, taxonomy))
    return table


def _title(one: Judged) -> str:
    return one.path if one.table is None else f"{one.path} – {one.table}"


def _cells(column: ColumnResult, taxonomy: Taxonomy) -> tuple[str, ...]:
    judged = grade(column.findings, taxonomy)
    shown = f"[{_COLORS[judged]}]{_GRADES[judged]}[/]"
    name = escape(_plain(column.name.text))
    if not column.findings or column.findings[0].strength < FOUND:
        return (name, "–", shown, "", "")
    best = column.findings[0]
    reason = escape(sentence(best.evidence[0]))
    return (name, _label(best, taxonomy), shown, in_words(best.strength), reason[:1].upper() + reason[1:] + ".")


def _label(finding: Finding, taxonomy: Taxonomy) -> str:
    label = escape(taxonomy.types[finding.type_code].label)
    return label if finding.form.value == "full" else f"{label} ({finding.form.value.replace('_', ' ')})"


def in_words(strength: float) -> str:
    """A strength as people say it."""
    return next(word for least, word in _WORDS if strength >= least)


def _plain(text: str) -> str:
    """A name of the source without signs that would act on a terminal."""
    return "".join(char if char.isprintable() else "?" for char in text)
