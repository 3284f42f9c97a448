"""Likely copies: files that repeat known tables. The machine points them out, a person may say that one is none."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from catalog.errors import Conflict, RequestError
from catalog.model import copies as model
from catalog.model.actors import Actor
from catalog.model.copies import CopyDecision, CopyStanding, CopyVerdict, LikelyCopy, Likeness, Mark, Uses
from catalog.model.copy_views import CopiesPage, CopyLine, Place
from catalog.model.holdings import Column, DatasetKind
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.filtering import page_of
from catalog.store import copies as store
from catalog.store import holdings, register
from catalog.store.copies import Kept
from catalog.store.engine import Connection

#: Datasets compared in one transaction, where all are.
_AT_A_TIME = 200
#: Pairs shown on the page of a dataset.
_SHOWN = 5
Parts = Mapping[str, Sequence[tuple[Column, str]]]


def compare(connection: Connection, dataset_ids: Collection[int], at: datetime) -> None:
    """Find anew what these datasets are likely copies of, and which files are likely copies of them: inside the change
    in which their columns, or what was found in them, move. No decision is touched.
    """
    kept = store.of(connection, dataset_ids)
    for dataset_id in dataset_ids:
        if dataset_id in kept:
            _compare(connection, kept[dataset_id], at)
        else:
            store.forget(connection, dataset_id)


def look_around(actor: Actor, catalog: Catalog) -> None:
    """Compare every dataset that was looked at before there were comparisons, or has come back since."""
    access.require(actor, Action.RUN_SCANS)
    with catalog.reading() as connection:
        ids = store.not_compared(connection)
    for start in range(0, len(ids), _AT_A_TIME):
        some = ids[start : start + _AT_A_TIME]
        catalog.note(partial(compare, dataset_ids=some, at=catalog.clock.now()))


def pointed_out(
    actor: Actor,
    catalog: Catalog,
    *,
    agency_id: str | None = None,
    kind: DatasetKind | None = None,
    standing: CopyStanding | None = None,
    page: int = 1,
    per_page: int = 50,
) -> CopiesPage:
    """What is pointed out where this actor sees both the file and the table; with ``standing``, what stands so."""
    access.require(actor, Action.READ_EVIDENCE)
    with catalog.reading() as connection:
        every = _lines(connection, actor, store.seen(connection, access.scope(actor, Action.READ_EVIDENCE)))

    def wanted(line: CopyLine) -> bool:
        fits = line.standing.waits if standing is None else line.standing is standing
        return fits and agency_id in {None, line.file.agency.id} and kind in {None, line.file.dataset.kind}

    fitting = [line for line in every if wanted(line)]
    some, number, pages = page_of(fitting, max(page, 1), per_page)
    waiting = [line for line in every if line.standing.waits]
    return CopiesPage(
        lines=tuple(some),
        total=len(fitting),
        page=number,
        pages=pages,
        by_standing=dict(Counter(line.standing for line in every)),
        by_agency=dict(Counter(line.file.agency for line in waiting)),
        by_kind=dict(Counter(line.file.dataset.kind for line in waiting)),
    )


def of_dataset(actor: Actor, catalog: Catalog, dataset_id: int) -> tuple[CopyLine, ...]:
    """What a dataset is likely a copy of, or its likely copies, as far as the actor sees both: the most alike first."""
    access.require(actor, Action.READ_EVIDENCE)
    with catalog.reading() as connection:
        found = store.seen(connection, access.scope(actor, Action.READ_EVIDENCE), dataset_id)
        lines = _lines(connection, actor, found)
    return tuple(sorted(lines, key=lambda line: not line.standing.waits)[:_SHOWN])


def decide(
    actor: Actor,
    catalog: Catalog,
    dataset_id: int,
    of_dataset_id: int,
    verdict: CopyVerdict,
    reason: str,
    seen: str,
) -> CopyDecision:
    """Say that a file is no copy of a table, or take that back. It holds until the columns of either move.

    Parameters:
        seen: the digest of the pair the person looked at.

    Raises:
        Conflict: when their columns have moved since.
        NotFound: when there is no such pair that the actor may decide on.
        RequestError: when no reason is given.
    """
    access.require(actor, Action.DECIDE)
    with catalog.reading() as connection:
        found = _decidable(connection, actor, dataset_id, of_dataset_id)
        agency_id = register.agency_of_dataset(connection, dataset_id)
    if found is None or agency_id is None:
        raise access.nothing_here()
    if not reason.strip():
        raise RequestError("This likely copy", "no reason is given", "Say why you decide so.")
    thing, detail = f"dataset:{dataset_id}", f"{verdict.value} of dataset:{of_dataset_id}"
    with catalog.changing(actor, "decide_copy", thing, detail, agency_id=agency_id) as change:
        change.alone()
        now = store.pair(change.connection, dataset_id, of_dataset_id)
        if now is None or now.digest != seen:
            cause = "the columns of one of them have changed meanwhile"
            raise Conflict("This likely copy", cause, "Look at both again and decide.")
        earlier = store.decisions_of(change.connection, [dataset_id]).get((dataset_id, of_dataset_id), ())
        _, before = model.standing(now, earlier)
        decision = store.add_decision(
            change.connection,
            CopyDecision(0, dataset_id, of_dataset_id, verdict, reason.strip(), seen, actor.person_id, change.at),
        )
        change.compare(before, decision)
    return decision


def _decidable(connection: Connection, actor: Actor, dataset_id: int, of_dataset_id: int) -> LikelyCopy | None:
    """The pair, where the actor answers for the file and sees the table."""
    agency_id = register.agency_of_dataset(connection, dataset_id)
    if agency_id is None or not access.may(actor, Action.DECIDE, agency_id):
        return None
    pairs = store.seen(connection, access.scope(actor, Action.READ_EVIDENCE), dataset_id)
    return next((one for one in pairs if (one.dataset_id, one.of_dataset_id) == (dataset_id, of_dataset_id)), None)


def _compare(connection: Connection, dataset: Kept, at: datetime) -> None:
    own = model.parts(dataset.kind, store.columns_of(connection, [dataset.id]).get(dataset.id, []))
    store.put_keys(connection, dataset, model.keys_of(own))
    uses = store.uses(connection, dataset.id)
    known = store.known(connection, dataset.id)
    asked = [*known, *store.candidates(connection, dataset, uses.by_key, known)]
    others = store.of(connection, asked)
    held = store.columns_of(connection, list(others))
    tables = {key: model.parts(other.kind, held.get(key, [])) for key, other in others.items()}
    marks = _marks(connection, [own, *tables.values()])
    found = []
    for key, other in tables.items():
        file, table = (own, other) if dataset.is_file else (other, own)
        best = _best(file, table, uses, marks)
        if best is not None:
            pair = (dataset.id, key) if dataset.is_file else (key, dataset.id)
            found.append(_copy(pair, best, at))
    store.put(connection, dataset, asked, found)


def _marks(connection: Connection, every: Sequence[Parts]) -> Mapping[int, Mark]:
    return store.marks(connection, [one for parts in every for part in parts.values() for one in part])


def _best(file: Parts, table: Parts, uses: Uses, marks: Mapping[int, Mark]) -> Likeness | None:
    """The part of the file that is most like the table."""
    whole = [marks[column.id] for part in table.values() for column, _ in part]
    found = [
        model.likeness([marks[column.id] for column, _ in part], whole, uses, label, len(part))
        for label, part in file.items()
    ]
    return max((one for one in found if one), key=lambda one: one.score, default=None)


def _copy(pair: tuple[int, int], one: Likeness, at: datetime) -> LikelyCopy:
    return LikelyCopy(
        *pair,
        one.part,
        one.common,
        one.columns,
        one.of_columns,
        one.agreeing,
        one.comparable,
        one.in_order,
        one.score,
        one.digest,
        at,
    )


def _lines(connection: Connection, actor: Actor, found: Sequence[LikelyCopy]) -> list[CopyLine]:
    ids = sorted({key for one in found for key in (one.dataset_id, one.of_dataset_id)})
    places = {place.dataset.id: place for place in _places(connection, actor, ids)}
    decisions = store.decisions_of(connection, [one.dataset_id for one in found])
    lines = []
    for one in found:
        standing, decision = model.standing(one, decisions.get((one.dataset_id, one.of_dataset_id), ()))
        file = places[one.dataset_id]
        may_decide = access.may(actor, Action.DECIDE, file.agency.id)
        lines.append(CopyLine(one, file, places[one.of_dataset_id], standing, decision, may_decide))
    return lines


def _places(connection: Connection, actor: Actor, ids: Sequence[int]) -> Iterator[Place]:
    agencies = {one.id: one for one in register.all_agencies(connection)}
    systems = {one.id: one for one in register.all_systems(connection)}
    sources = {one.id: one for one in register.all_sources(connection)}
    said = register.descriptions_by_id(connection, ids)
    for dataset in holdings.datasets_by_id(connection, access.scope(actor, Action.READ_EVIDENCE), ids).values():
        source = sources[dataset.source_id]
        title = said[dataset.id].title if dataset.id in said else ""
        yield Place(dataset, title, source, agencies[systems[source.system_id].agency_id])
