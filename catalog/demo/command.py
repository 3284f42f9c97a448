"""``privacy-catalog demo``: a fictional city, written, registered, scanned and served in one go."""

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import click

from catalog import plugins
from catalog.cli import needs, say
from catalog.demo import city, inventory, register, reviewing, second_night
from catalog.errors import SettingsError
from catalog.services import indexing, setup
from catalog.services.access import Action, local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings, hand_on

#: Written last, so that a demo killed half-way is made anew.
_READY = "ready"
#: What the demo may delete: a folder it made itself.
_MARK = "privacy-catalog-demo"

_NEXT = """
What to look at first:
  * sign in as the Chief Privacy Officer: what was found and nobody declared, and What changed overnight
  * open Agencies: who holds what, in one table; click a number, then a dataset, then "Why" beside a column
  * search for HOME-STAT or Get Covered NYC: programs of several agencies modeled on them
  * open Review: what scans suggest, alike columns together, one key each; Practice has made-up ones
  * open Collections and disclosures: who gives what to whom, on what paper, and what does not add up
  * sign in as an officer or as the researcher and see less

Then your own files:  privacy-catalog classify FILE.csv
and your own sources: privacy-catalog source add --help
"""


T = TypeVar("T")


@needs(Action.ADMINISTER)
@click.command()
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default="privacy-catalog-demo",
              show_default=True, help="Where the demo lives.")  # fmt: skip
@click.option("--fresh", is_flag=True, help="Throw the demo away and make it anew.")
@click.option("--build-only", is_flag=True, help="Stop before serving.")
@click.pass_context
def demo(ctx: click.Context, folder: Path, *, fresh: bool, build_only: bool) -> None:
    """Make a fictional city, scan it, and serve what was found."""
    _claim(folder, fresh=fresh)
    hand_on(Settings.load(data_dir=folder / "catalog", open_sign_in=True, demonstration=True, four_eyes=True))
    if not (folder / _READY).exists():
        _build(ctx, folder)
        (folder / _READY).touch()
    say(_NEXT)
    if not build_only:
        ctx.invoke(_command("serve"), host=None, port=None, scans=True)


def _claim(folder: Path, *, fresh: bool) -> None:
    """Make the demo's folder, or empty one that is a demo's and unfinished or no longer wanted.

    Raises:
        SettingsError: when there is something else in it.
    """
    ours = (folder / _MARK).exists()
    if folder.exists() and any(folder.iterdir()) and not ours:
        raise SettingsError(f"Folder {folder}", "it holds something that is no demo", "Choose another with --folder.")
    if ours and (fresh or not (folder / _READY).exists()):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / _MARK).touch()


def _build(ctx: click.Context, folder: Path) -> None:
    _step("Writing the sources of Port Meridian, a city that does not exist", lambda: city.build(folder / "sources"))
    catalog = _step("Making the catalog", _make)
    _step(
        "Registering its agencies, people and sources", lambda: register.register_sources(catalog, folder / "sources")
    )
    _scan(ctx, "The first night: scanning every source")
    _step("Recording what is collected and disclosed, and under which protocol", lambda: _record(catalog))
    _step("Letting a day pass in the city", lambda: second_night.pass_a_day(folder / "sources", city.SEED))
    with suppress(SystemExit):  # one share is off line that night: `scan` tells so by its exit code, as it should
        _scan(ctx, "The second night: scanning what changed")
    catalog.close()


def _scan(ctx: click.Context, title: str) -> None:
    say(title)
    ctx.invoke(_command("scan"), names=(), workers=None, due=False, full=False, watching=False, as_json=False)


def _make() -> Catalog:
    catalog = setup.init(Settings.load())
    setup.mark_demonstration(local_administrator(), catalog)
    return catalog


def _record(catalog: Catalog) -> None:
    register.register_records(catalog)
    register.decide_some(catalog)
    reviewing.review_some(catalog)
    inventory.keep(catalog)
    indexing.refresh(catalog)


def _step(title: str, work: Callable[[], T]) -> T:
    say(f"{title} ...")
    began = time.monotonic()
    done = work()
    say(f"  done in {time.monotonic() - began:.1f} s")
    return done


def _command(name: str) -> click.Command:
    command = plugins.load("commands", name)
    assert isinstance(command, click.Command)  # noqa: S101  # an entry point that is none is our own bug
    return command
