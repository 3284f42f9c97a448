"""Trials of a city's recognisers: what would change, on samples judged with and without them. Nothing is changed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes

from catalog.errors import CatalogError, Conflict, SourceError
from catalog.model.actors import Actor
from catalog.model.holdings import Source
from catalog.model.recogniser_sets import Flipped, Trial, TrialOutcome
from catalog.model.runs import DatasetResult
from catalog.services import recognisers, scans
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from scanners.added import checked
from scanners.combine import FOUND
from scanners.processes import Template
from scanners.runs import supervisor
from scanners.supervisor import Listed, Supervisor

#: The same sample each time, so that two trials differ by what is tried.
_SEED = 1


@dataclass(frozen=True, slots=True)
class Change:
    """A type that a column is suggested to hold with the recognisers that are tried and not without, or the reverse.

    ``column`` is a safe name; ``before`` and ``after`` are strengths, 0..1.
    """

    column: str
    type_code: str
    before: float
    after: float


def changes(before: DatasetResult, after: DatasetResult) -> Iterator[Change]:
    """What differs between two looks at the same sample."""
    for without, with_tried in zip(before.columns, after.columns, strict=True):
        old, new = (
            {finding.type_code: finding.strength for finding in each.findings} for each in (without, with_tried)
        )
        for code in sorted(old.keys() | new.keys()):
            strengths = old.get(code, 0.0), new.get(code, 0.0)
            if (strengths[0] >= FOUND) != (strengths[1] >= FOUND):
                yield Change(without.name.text, code, *strengths)


Watcher = Callable[[Source, int, int], None]


def carry_out(
    actor: Actor, catalog: Catalog, trial: Trial, template: Template, watch: Watcher = lambda *_: None
) -> TrialOutcome:
    """Carry out a trial that waits, and write beside it what it brought.

    Parameters:
        watch: told after each dataset: the source, how many are done and how many there are.

    Raises:
        Conflict: when it no longer waits.
    """
    recognisers.take(actor, catalog, trial)
    try:
        outcome = _carried_out(actor, catalog, trial, template, watch)
    except CatalogError as error:
        outcome = TrialOutcome(str(error), 0, 0, 0, ())
    recognisers.finish(actor, catalog, trial, outcome)
    return outcome


def _carried_out(actor: Actor, catalog: Catalog, trial: Trial, template: Template, watch: Watcher) -> TrialOutcome:
    texts = recognisers.texts_with(actor, catalog, trial.set_id)
    return on_sources(actor, catalog, recognisers.sources_of(actor, catalog, trial), texts, template, watch)


def on_sources(
    actor: Actor,
    catalog: Catalog,
    sources: Iterable[Source],
    texts: Sequence[str],
    template: Template,
    watch: Watcher = lambda *_: None,
) -> TrialOutcome:
    """What would change in the known datasets of some sources if these texts were in use.

    Raises:
        Conflict: when a run of one of the sources is going on.
        RequestError: when one of the texts cannot be used.
    """
    for text in texts:
        checked(text)
    parts = [_on_source(actor, catalog, source, texts, template, watch) for source in sources]
    return TrialOutcome(
        "",
        sum(part.datasets for part in parts),
        sum(part.not_looked_at for part in parts),
        sum(part.columns for part in parts),
        tuple(flip for part in parts for flip in part.flips),
    )


def on_path(path: Path, settings: Settings, texts: Sequence[str], template: Template) -> Iterator[tuple[str, Change]]:
    """What would change in the tables below a path, each change with the table's name.

    Raises:
        SourceError: when nothing below the path can be read.
    """
    with Supervisor(
        "files", {"path": str(path)}, settings=settings, names_key=token_bytes(32), template=template, tried=texts
    ) as child:
        for one in [each for each in child.list() if isinstance(each, Listed)]:
            for change in changes(*child.trial(one, rows=settings.sample_rows, seed=_SEED)):
                yield one.safe.name.text, change


def _on_source(
    actor: Actor, catalog: Catalog, source: Source, texts: Sequence[str], template: Template, watch: Watcher
) -> TrialOutcome:
    """The part of one source; where it cannot be reached, none of what is known of it was looked at."""
    known = scans.dataset_ids(actor, catalog, source.id)
    with scans.locked(actor, catalog, source.id) as held, supervisor(catalog, source, template, texts) as child:
        if not held:
            raise Conflict(f"Source {source.name}", "a run of it is going on", "Try again when it has ended.")
        try:
            listed = [one for one in child.list() if isinstance(one, Listed) and one.safe.name.key in known]
        except SourceError:
            return TrialOutcome("", 0, len(known), 0, ())
        flips: list[Flipped] = []
        not_looked_at = columns = 0
        for done, one in enumerate(listed, 1):
            before, after = child.trial(one, rows=catalog.settings.sample_rows, seed=_SEED)
            not_looked_at += before.reason is not None
            columns += len(before.columns)
            dataset = known[one.safe.name.key]
            flips += [
                Flipped(dataset, each.column, each.type_code, each.before, each.after)
                for each in changes(before, after)
            ]
            watch(source, done, len(listed))
    return TrialOutcome("", len(listed) - not_looked_at, not_looked_at, columns, tuple(flips))


def _flips(dataset_id: int, before: DatasetResult, after: DatasetResult) -> list[Flipped]:
    return [
        Flipped(dataset_id, each.column, each.type_code, each.before, each.after) for each in changes(before, after)
    ]
