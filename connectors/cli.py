"""``source``: the sources of the catalog, whether they can be reached, and what their accounts need."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from catalog import keys, plugins
from catalog.cli import answer, needs, opened, say
from catalog.errors import RequestError, SourceError
from catalog.model.holdings import Agency
from catalog.services import sources
from catalog.services.access import Action, local_administrator
from connectors import grant_scripts
from connectors.checks import checks_of, limited, refuse_wrong_settings

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
settings_option = click.option(
    "-o", "--option", "options", multiple=True, metavar="KEY=VALUE", help="One setting; may be repeated."
)
reason_option = click.option(
    "--reason",
    default="",
    help="Why an account that may write is used: with allow_write=yes. Kept for good: name nobody.",
)

_AUTHORITIES = frozenset({"ca", "sslrootcert"})
"""Settings that are files of this machine, wherever the source is."""
_OF_THE_SYSTEM = "system"
"""What PostgreSQL takes for the authorities of the system, and not for a file."""


@click.group()
def source() -> None:
    """Add, change, list and test the sources to be scanned."""


@needs(Action.MANAGE_SOURCES)
@source.command()
@click.argument("name")
@click.option("--kind", required=True, help=f"Kind of the source: {', '.join(plugins.names('connectors'))}.")
@click.option("--agency", required=True, help="Short name of the agency that holds it.")
@click.option("--agency-name", default="", help="Full name of the agency; adds it when it is new.")
@click.option("--system", "system_name", default="", help="System it belongs to; the source's own name by default.")
@settings_option
@reason_option
def add(
    name: str, *, kind: str, agency: str, agency_name: str, system_name: str, options: Sequence[str], reason: str
) -> None:
    """Add the source NAME. Nothing is read before it is scanned.

    \b
    privacy-catalog source add parks-share --kind files --agency DPR -o path=/srv/parks
    privacy-catalog source add permits --kind postgres --agency DOB -o host=db1 -o database=permits
        -o user=catalog_reader -o password=env:PERMITS_PASSWORD -o sslmode=verify-full
    privacy-catalog source add exports --kind sftp --agency DOB -o host=files1 -o user=catalog-reader
        -o path=/srv/exports -o key=file:exports-key -o 'host_key=ssh-ed25519 AAAA...'
    """  # noqa: D301 - click's mark for text that is not wrapped
    catalog, actor = opened(), local_administrator()
    given = _settings_for(kind, options)
    refuse_wrong_settings(kind, given, catalog.settings.bounds)
    if agency_name and agency not in {known.id for known in sources.agencies(actor, catalog)}:
        sources.add_agency(actor, catalog, _agency(agency, agency_name))
    system = sources.add_system(actor, catalog, agency, system_name or name)
    sources.add_source(actor, catalog, system.id, name, kind, given, reason)
    say(f"Source {name} is added.")
    say(f"Next: privacy-catalog source test {shlex.quote(name)}")


@needs(Action.MANAGE_SOURCES)
@source.command()
@click.argument("name")
@settings_option
@reason_option
def change(name: str, *, options: Sequence[str], reason: str) -> None:
    """Change settings of the source NAME; KEY= takes one away.

    \b
    privacy-catalog source change permits -o host=db2 -o password=file:/etc/privacy-catalog/permits -o port=
    """  # noqa: D301 - click's mark for text that is not wrapped
    catalog, actor = opened(), local_administrator()
    if not options:
        raise RequestError("The change", "no setting is given", "Give at least one: -o KEY=VALUE.")
    known = sources.source_named(actor, catalog, name)
    given = _settings_for(known.kind, options)
    refuse_wrong_settings(known.kind, sources.with_changes(known.options, given), catalog.settings.bounds)
    sources.change_source(actor, catalog, name, given, reason)
    say(f"Source {name} is changed: {', '.join(sorted(given))}.")
    say(f"Next: privacy-catalog source test {shlex.quote(name)}")


@needs(Action.MANAGE_SOURCES)
@source.command()
@click.option("--kind", required=True, help=f"Kind of the source: {', '.join(grant_scripts.kinds())}.")
@click.option("--user", required=True, help="Name of the account to be made; for azure, of the storage account.")
@click.option("--schema", default="", help="Schema, or database of a server that knows no schemas, it may read.")
@click.option("--database", default="", help="Database it may connect to.")
@click.option("--place", default="", help="Folder, bucket, container or share it may read.")
def grants(kind: str, user: str, schema: str, database: str, place: str) -> None:
    """Print what to run on a server so that an account may read and nothing else. Nothing is run.

    \b
    privacy-catalog source grants --kind postgres --user catalog_reader --schema public --database permits
    privacy-catalog source grants --kind sftp --user catalog-reader --place /srv/exports
    """  # noqa: D301 - click's mark for text that is not wrapped
    click.echo(grant_scripts.script(kind, user=user, schema=schema, database=database, place=place), nl=False)


@needs(Action.MANAGE_SOURCES)
@source.command("list")
@as_json
def list_sources(*, as_json: bool) -> None:
    """List the sources."""
    found = sources.all_sources(local_administrator(), opened())
    answer(
        [{"name": each.name, "kind": each.kind, "added": each.created_at.date().isoformat()} for each in found],
        as_json=as_json,
        title="Sources",
        empty="There is no source yet. Add one with: privacy-catalog source add --help",
    )


@needs(Action.MANAGE_SOURCES)
@source.command()
@click.argument("name")
@as_json
def test(name: str, *, as_json: bool) -> None:
    """Test the source NAME step by step: can it be reached, may it be read, and only read."""
    catalog = opened()
    found = sources.source_named(local_administrator(), catalog, name)
    with limited(catalog.settings.child_memory_mb, catalog.settings.child_seconds):
        checks = checks_of(found.kind, found.options, resolve=keys.resolve, bounds=catalog.settings.bounds)
    rows = [{"step": check.name, "ok": check.passed, "says": check.message} for check in checks]
    answer(rows, as_json=as_json, title=f"Source {name}", empty="")
    if not all(check.passed for check in checks):
        sys.exit(SourceError.exit_code)


def settings_of(options: Sequence[str]) -> Mapping[str, str]:
    """The settings given as KEY=VALUE.

    Raises:
        RequestError: for one without a key. Its text is not repeated: it may be a password in the wrong place.
    """
    pairs = [option.partition("=") for option in options]
    if any(not key or not separator for key, separator, _ in pairs):
        raise RequestError("An option of the source", "it is not KEY=VALUE", "Write, for example: -o path=/srv/parks")
    return {key: value for key, _, value in pairs}


def _settings_for(kind: str, options: Sequence[str]) -> Mapping[str, str]:
    """The settings given for a source of this kind; a path of this machine as it is seen from everywhere."""
    # The path of a place elsewhere is the server's.
    here = _AUTHORITIES if kind in plugins.names("places") else {"path", *_AUTHORITIES}
    return {key: _absolute(value) if key in here else value for key, value in settings_of(options).items()}


def _absolute(path: str) -> str:
    """The same path for a scanning process that runs in another folder."""
    return path if path in {"", _OF_THE_SYSTEM} else str(Path(path).absolute())


def _agency(short: str, name: str) -> Agency:
    return Agency(short, short, name, aliases=(), kind="agency", mission="", is_city_agency=True, contact="")
