"""``privacy-catalog export``: the inventory in the words of other conventions."""

import json
from pathlib import Path

import click

from catalog import workbook_files
from catalog.cli import needs, opened, say
from catalog.errors import RequestError
from catalog.services import conventions
from catalog.services.access import Action, local_administrator


@click.group()
def export() -> None:
    """Take the inventory away in the words of another convention."""


@needs(Action.READ_FLOWS)
@export.command("convention")
@click.argument("name", type=click.Choice(["dcat_us", "gdpr_30", "dpv"]), metavar="NAME")
@click.option("--agency", metavar="AGENCY", help="Only of this agency.")
@click.option("--to", "path", type=click.Path(path_type=Path), help="Write it to this file, which must not be there.")
def convention(name: str, agency: str | None, path: Path | None) -> None:
    """Write the inventory as NAME: dcat_us (what is published), gdpr_30 or dpv (the register), in JSON.

    That it is taken away is recorded.
    """
    if path is not None and path.exists():
        raise RequestError(f"File {path}", "it is there already", "Choose another file.")
    taken = conventions.export(local_administrator(), opened(), name, agency)
    text = json.dumps(taken.data, ensure_ascii=False, indent=1)
    if path is None:
        say(text)
        return
    # Its owner's alone: the register is not public.
    workbook_files.write(path, [text.encode(), b"\n"])
    lacking = f" {taken.left_out:,} are not: they lack what {name} asks of each." if taken.left_out else ""
    say(f"{len(taken.lines):,} records are in {path}.{lacking}")
