"""``recognizer``: a city's own recognisers on the command line: check a file, try it, put it in use."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars

from catalog.cli import answer, needs, opened, say
from catalog.errors import NotFound, RequestError
from catalog.model.holdings import Source
from catalog.model.recogniser_sets import RecogniserSet, SetState, TrialOutcome
from catalog.model.recognition import Recogniser
from catalog.services import holdings, recognisers, sources
from catalog.services.access import Action, local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from scanners import trials
from scanners.added import checked, from_file
from scanners.combine import FOUND
from scanners.patterns import own
from scanners.processes import Template

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
_source_option = click.option(
    "--source", "names", multiple=True, help="Try it on this source only; may be given more than once."
)


@click.group()
def recognizer() -> None:
    """Look after recognizers of your own: what identifiers of your city look like, as YAML with examples."""


@needs(Action.MANAGE_RECOGNISERS)
@recognizer.command("list")
@as_json
def list_recognizers(*, as_json: bool) -> None:
    """List what is looked for in texts: ours, and those that files of yours in use add."""
    files = [checked(text) for text in recognisers.in_use_texts(opened())]
    switched = {name: on for file in files for name, on in file.switched.items()}
    rows = [_row(each, "built in", on=switched.get(each.name, each.enabled)) for each in own()]
    rows += [_row(each, "yours", on=each.enabled) for file in files for each in file.recognisers]
    answer(rows, as_json=as_json, title="Recognizers", empty="There are none.")


def _row(each: Recogniser, whose: str, *, on: bool) -> dict[str, object]:
    return {
        "name": each.name,
        "finds": each.type_code or "what identifies nobody",
        "whose": whose,
        "on": "yes" if on else "no" if each.verified else "no: its form is not verified",
    }


@needs(Action.RUN_SCANS)
@recognizer.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=_FILE)
def check(files: Sequence[Path]) -> None:
    """Check files of recognizers: their form, their expressions and whether their examples hold."""
    for path in files:
        found = checked(from_file(path))
        say(f"{path}: {len(found.recognisers):,} recognizers, {len(found.switched):,} of ours switched; all is well.")


@needs(Action.RUN_SCANS)
@recognizer.command("try")
@click.argument("file", type=_FILE)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path, exists=True))
@_source_option
@as_json
def try_file(file: Path, paths: Sequence[Path], names: Sequence[str], *, as_json: bool) -> None:
    """Say which columns would be suggested otherwise if FILE were in use: in files, or in sources of the catalog.

    Nothing is changed, and nothing is kept.
    """
    text = from_file(file)
    with Template(for_many=not paths) as template:
        if paths:
            rows = list(_on_paths(paths, text, template))
        else:
            catalog = opened()
            texts = [*recognisers.in_use_texts(catalog), text]
            with _watching(quiet=as_json) as watch:
                chosen = _chosen(catalog, names)
                outcome = trials.on_sources(local_administrator(), catalog, chosen, texts, template, watch)
            rows = _flips(catalog, outcome)
    answer(rows, as_json=as_json, title="What would change", empty="Nothing would change.")


@needs(Action.MANAGE_RECOGNISERS)
@recognizer.command()
@click.argument("name")
@click.argument("file", type=_FILE)
@_source_option
@click.option("--use", "at_once", is_flag=True, help="Put it in use when it has been tried to the end.")
@as_json
def add(name: str, file: Path, names: Sequence[str], *, at_once: bool, as_json: bool) -> None:
    """Keep FILE as a draft called NAME, try it, and say which columns would be suggested otherwise."""
    actor, catalog, text = local_administrator(), opened(), from_file(file)
    draft = _draft(catalog, name, text)
    trial = recognisers.ask_trial(actor, catalog, draft.id, [source.id for source in _chosen(catalog, names)])
    with Template() as template, _watching(quiet=as_json) as watch:
        outcome = trials.carry_out(actor, catalog, trial, template, watch)
    if outcome.problem:
        raise RequestError(f"Recognizers {name}", outcome.problem.rstrip("."), "The draft is kept.")
    answer(_flips(catalog, outcome), as_json=as_json, title="What changes", empty="Nothing changes.")
    if at_once:
        recognisers.use(actor, catalog, draft.id)
    if not as_json:
        say(_NEXT[at_once].format(name=name))


_NEXT = {
    True: "{name} is in use: the next scan looks at everything again.",
    False: "{name} is a draft. Next: privacy-catalog recognizer use '{name}'",
}


@needs(Action.MANAGE_RECOGNISERS)
@recognizer.command()
@click.argument("name")
def use(name: str) -> None:
    """Put the draft called NAME in use; it must have been tried."""
    catalog = opened()
    recognisers.use(local_administrator(), catalog, _one(catalog, name, SetState.DRAFT).id)
    say(_NEXT[True].format(name=name))


@needs(Action.MANAGE_RECOGNISERS)
@recognizer.command()
@click.argument("name")
def retire(name: str) -> None:
    """Take the recognizers called NAME out of use."""
    catalog = opened()
    recognisers.retire(local_administrator(), catalog, _one(catalog, name, SetState.IN_USE).id)
    say(f"{name} is no longer in use: the next scan looks at everything again.")


def _draft(catalog: Catalog, name: str, text: str) -> RecogniserSet:
    """A new draft, or the one of this name with another text."""
    actor = local_administrator()
    try:
        kept = _one(catalog, name, SetState.DRAFT)
    except NotFound:
        return recognisers.add(actor, catalog, name, text)
    return recognisers.change(actor, catalog, kept.id, text, kept.digest)


def _one(catalog: Catalog, name: str, state: SetState) -> RecogniserSet:
    for one in recognisers.sets(local_administrator(), catalog):
        if one.name == name and one.state is state:
            return one
    raise NotFound(f"Recognizers {name}", f"there are none that are {state.value.replace('_', ' ')}", "See the page.")


def _chosen(catalog: Catalog, names: Sequence[str]) -> Sequence[Source]:
    actor = local_administrator()
    return [sources.source_named(actor, catalog, name) for name in names] or sources.all_sources(actor, catalog)


def _on_paths(paths: Sequence[Path], text: str, template: Template) -> Iterator[dict[str, object]]:
    for path in paths:
        for table, change in trials.on_path(path, Settings.load(), [text], template):
            yield _told(table, change.column, change.type_code, change.before, change.after)


def _flips(catalog: Catalog, outcome: TrialOutcome) -> list[dict[str, object]]:
    names = {
        number: holdings.dataset(local_administrator(), catalog, number).line.dataset.name
        for number in {flip.dataset_id for flip in outcome.flips}
    }
    return [
        _told(names[flip.dataset_id], flip.column_name, flip.type_code, flip.before, flip.after)
        for flip in outcome.flips
    ]


def _told(table: str, column: str, type_code: str, before: float, after: float) -> dict[str, object]:
    would = "newly suggested" if after >= FOUND else "no longer suggested"
    return {"table": table, "column": column, "type": type_code, "would be": would, "from": before, "to": after}


@contextmanager
def _watching(*, quiet: bool) -> Iterator[Callable[[Source, int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, console=Console(stderr=True), disable=quiet) as bars:
        tasks = {}

        def watch(source: Source, done: int, of: int) -> None:
            if source.id not in tasks:
                tasks[source.id] = bars.add_task(source.name, total=of)
            bars.update(tasks[source.id], completed=done)

        yield watch
