"""The commands that need nothing but the catalog itself."""

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from catalog import plugins
from catalog.cli import answer, needs, opened, say
from catalog.errors import CatalogError, NotFound, SettingsError
from catalog.model.coverage import Coverage, Depth
from catalog.model.holdings import Magnitude
from catalog.model.views import ColumnView, DatasetPage
from catalog.services import audit as auditing
from catalog.services import holdings, indexing, notices, search, setup
from catalog.services.access import Action, local_administrator
from catalog.settings import Settings

_NO_SERVERS = "no server may be read, only files: PRIVACY_CATALOG_EGRESS is empty"

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")


@needs(Action.ADMINISTER)
@click.command()
@click.option("--template", help="Load a template of agencies, such as nyc.")
def init(template: str | None) -> None:
    """Make a catalog in the data folder, or bring an existing one up to date."""
    settings = Settings.load()
    setup.init(settings, template)
    say(f"The catalog is ready in {settings.data_dir}.")
    say("Next: privacy-catalog source add --help")


@needs(Action.ADMINISTER)
@click.command()
@as_json
def doctor(*, as_json: bool) -> None:
    """Check the installation and say what to mend."""
    checks = [{"check": name, "ok": ok, "says": text} for name, ok, text in _checks()]
    answer(checks, as_json=as_json, title="Checks", empty="")
    if not all(check["ok"] for check in checks):
        sys.exit(SettingsError.exit_code)


def _checks() -> Iterator[tuple[str, bool, str]]:
    yield "python", sys.version_info >= (3, 11), sys.version.split()[0]
    foreign = plugins.foreign_owners()
    yield "import names", not foreign, "ours alone" if not foreign else f"also claimed by {', '.join(foreign)}"
    for group in ("connectors", "commands"):
        for name in plugins.names(group):
            yield _plugin_check(group, name)
    settings = Settings.load()
    folder = _existing(settings.data_dir)
    if folder == settings.data_dir.absolute():
        private = not folder.stat().st_mode & 0o077
        yield "data folder", private, "its owner's alone" if private else f"open to other accounts: chmod 700 {folder}"
    yield "egress", True, f"servers may be read at: {settings.egress}" if settings.egress else _NO_SERVERS
    free = shutil.disk_usage(folder).free
    yield "disk", free > 500_000_000, f"{free // 1_000_000:,} MB free"
    try:
        catalog = opened()
        yield _last_check(auditing.standing(local_administrator(), catalog))
        report = auditing.verify(local_administrator(), catalog)
        yield "catalog", True, catalog.engine.dialect.name
        yield "audit log", report.broken_at is None, report.finding
        yield _anchors_check(auditing.standing(local_administrator(), catalog), report.unreadable_lines)
        yield _notices_check(notices.reach_somebody(local_administrator(), catalog), catalog.settings)
        catalog.search_index.search("anything", 1)
        yield "search index", True, "answers"
    except CatalogError as error:
        yield "catalog", False, str(error)


def _last_check(log: auditing.Standing) -> tuple[str, bool, str]:
    """Whether the audit log was checked lately, before this command checks it too."""
    if log.check is None:
        return "audit check", True, "this one is the first"
    mended = " too long ago: see to privacy-catalog-verify.timer" if log.is_unchecked else ""
    return "audit check", not log.is_unchecked, f"the last was of {log.check.at:%Y-%m-%d %H:%M} UTC{mended}"


def _anchors_check(log: auditing.Standing, unreadable: Sequence[int]) -> tuple[str, bool, str]:
    if not log.has_anchors:
        return "anchors", True, "none are set: entries cut off the end of the audit log would not show"
    if log.is_unreadable:
        return "anchors", False, "their file cannot be read, so nothing is changed in the catalog"
    if log.is_lost:
        return "anchors", False, "their file is gone, so nothing is changed: see privacy-catalog audit restored --help"
    if log.cut_short:
        return "anchors", False, "the audit log is not what was anchored: see privacy-catalog audit restored --help"
    if log.anchor is None:
        return "anchors", True, "the file is empty: run privacy-catalog audit anchor"
    spoiled = f"; nobody understands line {', '.join(map(str, unreadable))} of their file" if unreadable else ""
    return "anchors", True, f"the last is of {log.anchor.at:%Y-%m-%d %H:%M} UTC{spoiled}"


def _notices_check(are_read: bool, settings: Settings) -> tuple[str, bool, str]:
    if are_read:
        return "notices", True, "reach somebody"
    if settings.smtp_host:
        return "notices", False, "no operator has an address, whoever is one through a group: people add … --email"
    return "notices", True, "stand on pages alone: neither a mail server nor a webhook is set"


def _plugin_check(group: str, name: str) -> tuple[str, bool, str]:
    try:
        plugins.load(group, name)
    except CatalogError as error:
        return f"{group}: {name}", True, str(error)
    return f"{group}: {name}", True, "available"


def _existing(folder: Path) -> Path:
    folder = folder.absolute()
    return folder if folder.exists() else _existing(folder.parent)


@click.group()
def db() -> None:
    """Look after the catalog's database."""


@needs(Action.ADMINISTER)
@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database up to this version's tables."""
    say(f"The database is at revision {setup.upgrade(Settings.load())}.")


@click.group()
def index() -> None:
    """Look after the search index."""


@needs(Action.ADMINISTER)
@index.command("rebuild")
def index_rebuild() -> None:
    """Make the search index anew from the database."""
    say(f"{indexing.rebuild(local_administrator(), opened()):,} documents indexed.")


@needs(Action.READ_HOLDINGS)
@click.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="Datasets shown at most.")
@as_json
def search_command(query: Sequence[str], limit: int, *, as_json: bool) -> None:
    """Find datasets by words, column names or filters such as type:SSN agency:dso -state:confirmed."""
    page = search.find(local_administrator(), opened(), " ".join(query), per_page=limit)
    rows = [
        {
            "id": line.dataset.id,
            "agency": line.agency.acronym or line.agency.id,
            "source": line.source.name,
            "dataset": line.dataset.name,
            "sensitivity": line.tier.label,
            "people": line.people.label,
            "holds": [standing.type.label for standing in line.types],
            "matched": list(line.matched_columns),
        }
        for line in page.datasets
    ]
    answer(rows, as_json=as_json, title=f"{page.total:,} datasets", empty="Nothing called that. Try fewer words.")


@needs(Action.READ_EVIDENCE)
@click.command()
@click.argument("address", metavar="DATASET[/COLUMN]")
@as_json
def explain(address: str, *, as_json: bool) -> None:
    """Say why each column of a dataset was tagged. DATASET is its number, its name or AGENCY/SOURCE/NAME."""
    page, columns = _addressed(address)
    if as_json:
        say(json.dumps([_explained(column) for column in columns], ensure_ascii=False, indent=2))
        return
    say(f"{page.line.agency.name} / {page.line.source.name} / {page.line.dataset.name}")
    say(f"People: {page.line.people.label}")
    say(_depth(page.coverage))
    for column in columns:
        say(f"\n{column.column.name}" + ("" if column.tags else ": nothing found"))
        for tag in column.tags:
            sure = (
                "" if tag.strength is None else f" {tag.strength:.2f} (without the column name: {tag.without_name:.2f})"
            )
            say(f"  {tag.type.label}: {tag.standing.value}{sure}")
            for reason in (*tag.reasons, *tag.against):
                say(f"    - {reason}")


def _depth(coverage: Coverage | None) -> str:
    """How much was looked at, and what "nothing found" is worth."""
    if coverage is None or coverage.method is None:
        return "Looked at: nothing, so that nothing found means nothing"
    ends = f", {coverage.oldest} oldest and {coverage.newest} newest" if coverage.oldest or coverage.newest else ""
    how = f"{coverage.method.value.replace('_', ' ')}{ends}, seed {coverage.seed}"
    deeper = f", deeper for {coverage.depth.value.replace('_', ' ')}" if coverage.depth is not Depth.USUAL else ""
    looked_at = f"Looked at: {coverage.rows_looked_at:,} rows ({how}{deeper})"
    most = coverage.missed_at_most
    if most is None:
        return f"{looked_at}; what was not found there may be in others"
    if not most:
        return looked_at
    return f"{looked_at}; a number looked for in every value and not found is in fewer than {most:.1%} of rows"


def _addressed(address: str) -> tuple[DatasetPage, Sequence[ColumnView]]:
    """A dataset by its address, or one column of it: the last part after a slash where the whole fits nothing."""
    actor, catalog = local_administrator(), opened()
    try:
        return _page(holdings.find_dataset(actor, catalog, address).id)
    except NotFound:
        place, slash, name = address.rpartition("/")
        if not slash:
            raise
        page, columns = _page(holdings.find_dataset(actor, catalog, place).id)
        chosen = [column for column in columns if column.column.name == name]
        if not chosen:
            raise NotFound(f"Column {name}", f"{place} has no such column", "Leave it out to see all.") from None
        return page, chosen


def _page(dataset_id: int) -> tuple[DatasetPage, Sequence[ColumnView]]:
    page = holdings.dataset(local_administrator(), opened(), dataset_id)
    return page, page.columns


def _explained(view: ColumnView) -> dict[str, object]:
    return {
        "column": view.column.name,
        "position": view.column.position,
        "different_values": view.profile.amount.label if view.profile else Magnitude.NOT_KNOWN.label,
        "tags": [
            {
                "type": tag.type.code,
                "standing": tag.standing.value,
                "strength": tag.strength,
                "without_name": tag.without_name,
                "share": [tag.share.low, tag.share.mid, tag.share.high] if tag.share else None,
                "reasons": list(tag.reasons),
                "against": list(tag.against),
            }
            for tag in view.tags
        ],
    }
