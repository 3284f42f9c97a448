"""The root command. Sub-commands come from entry points, loaded when used; one without a policy does not start."""

import json
import resource
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.console import Console
from rich.table import Table

from catalog import __version__, logs, plugins
from catalog.errors import CatalogError, SettingsError
from catalog.services import access
from catalog.services.access import Action, local_administrator
from catalog.settings import Settings

if TYPE_CHECKING:
    from catalog.services.catalog import Catalog

C = TypeVar("C", bound=click.Command)
_NAME_WIDTH = 32

_EXIT_CODES = """\b
Exit codes: 0 done, 1 unexpected fault, 2 a mistake in the request, 10 settings, 11 the catalog's
database, 12 a source could not be read, 13 a detector, 14 a notice could not be handed over."""


def needs(action: Action) -> Callable[[C], C]:
    """Declare what a command does; it is refused to whoever may not."""

    def mark(command: C) -> C:
        command.action = action  # type: ignore[attr-defined]  # click has no place for this
        return command

    return mark


class _Commands(click.Group):
    """The commands plugged in under ``privacy_catalog.commands``."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(plugins.names("commands"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        if cmd_name not in plugins.names("commands"):
            return None
        command = plugins.load("commands", cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101  # an entry point that is none is our own bug
        for path, leaf in leaves(command, cmd_name):
            action = getattr(leaf, "action", None)
            if not isinstance(action, Action):
                raise SettingsError(f"Command {path}", "it declares no policy", "Add @needs(Action...) to it.")
            access.require(local_administrator(), action)
        return command


def leaves(command: click.Command, path: str) -> Iterable[tuple[str, click.Command]]:
    """Every command that does something, with its path."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    for name, child in command.commands.items():
        yield from leaves(child, f"{path} {name}")


@click.group(cls=_Commands, epilog=_EXIT_CODES)
@click.version_option(__version__, prog_name="privacy-catalog")
def cli() -> None:
    """Privacy Catalog: what identifying information each agency holds, who collects it, under which protocol."""


def opened() -> "Catalog":
    """The catalog of the settings, for a command."""
    from catalog.services.catalog import Catalog  # noqa: PLC0415 - its database takes longer to load than most commands

    return Catalog.open(Settings.load())


def say(text: str = "") -> None:
    """Write one line of a command's answer."""
    click.echo(text)


def answer(rows: Iterable[Mapping[str, Any]], *, as_json: bool, title: str, empty: str) -> None:
    """Write a list as a table, or as JSON for programs. ``empty`` says what to do when there is nothing."""
    listed = list(rows)
    if as_json:
        say(json.dumps(listed, ensure_ascii=False, indent=2, default=str))
        return
    if not listed:
        say(empty)
        return
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in listed[0]:
        table.add_column(column.replace("_", " "), overflow="fold")
    console, widths = Console(), [max(len(_plain(row[name])) for row in [*listed, {name: name}]) for name in listed[0]]
    if sum(widths) + 3 * len(widths) >= console.width:
        # Names first, and whole: rich would rather break them than the headers. A least width would cut the last off.
        table.columns[0].width = min(_NAME_WIDTH, widths[0])
    for row in listed:
        table.add_row(*(_plain(value) for value in row.values()))
    console.print(table)


def _plain(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    # Names are hostile: neither rich's markup nor a terminal's control sequences may act.
    return "".join(c if c.isprintable() else "�" for c in text).replace("[", r"\[")


def main() -> None:
    """Run the command line; every failure is one plain sentence and an exit code."""
    _leave_no_core()
    logs.begin_request()
    try:
        logs.configure(Settings.load().log_level)
        code = cli.main(standalone_mode=False)
    except CatalogError as error:
        _complain(str(error))
        code = error.exit_code
    except click.exceptions.Abort:
        _complain("Stopped.")
        code = 130
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except Exception as error:  # noqa: BLE001  # the last door: a fault of ours, told without its text, which may quote data
        reference = logs.reference()
        logs.fault(error, reference)
        _complain(f"Unexpected fault {reference}. Please report it with the log lines that carry this reference.")
        code = 1
    finally:
        logs.end_request()
    sys.exit(code if isinstance(code, int) else 0)


def _leave_no_core() -> None:
    """A crash writes no memory to disk, here or in any process begun here: it holds keys, secrets and raw names."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def _complain(text: str) -> None:
    click.echo(click.style("Error: ", fg="red", bold=True) + text, err=True)
