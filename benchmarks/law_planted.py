"""The demo city after its first scan: every line against what is planted, each of which is undone and done again."""

import subprocess
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import planted, three_ways
from benchmarks.demo import SCAN, environment
from benchmarks.proof import Proof
from catalog.demo import city, register
from catalog.model.actors import Actor, Grant, Role
from catalog.model.designations import Designation, DesignationEvent, DesignationState, Signature
from catalog.model.difference_views import DifferenceLine
from catalog.model.differences import Match
from catalog.model.parties import Party
from catalog.model.register import Activity, Classification, Verb
from catalog.model.revisions import RecordKind
from catalog.services import approvals, history, reconciling, setup
from catalog.services import register as records
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from catalog.store import law
from catalog.store import register as stored

#: What is planted are differences between paper and data; where nobody can look, nothing differs.
_QUIET = frozenset({Match.AGREED, Match.MAY_BE_MISSED, Match.NOT_SCANNABLE, Match.STALE})
_FOUND = frozenset({Match.UNDECLARED, Match.DECLARED_ELSEWHERE})
#: As what a planted thing of each kind is listed.
_AS: Mapping[str, frozenset[Match]] = {
    "undeclared": _FOUND,
    "not_found": frozenset({Match.NOT_FOUND}),
    "may_be_missed": frozenset({Match.MAY_BE_MISSED}),
    "not_mirrored": frozenset({Match.MIRROR_MISMATCH}),
    "types_differ": frozenset({Match.MIRROR_MISMATCH}),
    "expired": frozenset({Match.PROTOCOL_EXPIRED}),
    "waiting": frozenset({Match.NO_PROTOCOL}),
}
_MANY = 100_000
_LATER = date(2099, 1, 1)
_WHY = "For the proof"
Lines = Mapping[str, DifferenceLine]


@dataclass(frozen=True)
class Plant:
    """One thing planted: the lines it makes, and how its cause is undone and done again; nobody undoes an approval that
    waits here.
    """

    kind: str
    place: str
    keys: frozenset[str]
    types: frozenset[str] = frozenset()
    undo: Callable[[], object] | None = None
    redo: Callable[[], object] | None = None


def proofs() -> Iterator[Proof]:
    """Scan the city, hold its lines against what is planted, then mend each in turn and break it again."""
    with tempfile.TemporaryDirectory(prefix="planted-proof-") as name:
        folder = Path(name)
        city.build(folder / "sources")
        catalog = setup.init(Settings(data_dir=folder / "catalog"))
        register.register_sources(catalog, folder / "sources")
        _scan(folder)
        register.register_records(catalog)
        yield from of_city(catalog, folder)
        catalog.close()


def of_city(catalog: Catalog, folder: Path) -> Iterator[Proof]:
    """The same of a city that is there."""
    truth = tomllib.loads((three_ways.HERE / "city" / "planted.toml").read_text(encoding="utf-8"))
    plants = [plant for entry in truth["planted"] if (plant := _plant(catalog, entry))]
    yield from _compared(_lines(catalog), plants)
    yield from _in_turn(catalog, plants)
    yield from _at_the_source(catalog, folder, truth, plants)


def _compared(found: Lines, plants: Sequence[Plant]) -> Iterator[Proof]:
    wanted = {key for plant in plants for key in plant.keys}
    listed = {key for plant in plants for key in plant.keys if key in found and found[key].match in _AS[plant.kind]}
    missed = Counter(plant.kind for plant in plants for key in plant.keys if key not in listed)
    seen = f"{len(listed)} of {len(wanted)} lines of {len(plants)} planted"
    figure = f"{seen}; missed: {_told(missed)}"
    yield Proof("planted differences that are listed", figure, "all", not missed, city.SEED)
    false = Counter(
        f"{line.match.value} {_standing(line)}".strip()
        for key, line in found.items()
        if key not in wanted and line.match not in _QUIET
    )
    quiet = Counter(line.match.value for line in found.values() if line.match in _QUIET)
    figure = f"{sum(false.values())} ({_told(false)}); beside them {_told(quiet)}"
    yield Proof("differences listed that are not planted", figure, "told, not promised", kept=True, seed=city.SEED)


def _in_turn(catalog: Catalog, plants: Sequence[Plant]) -> Iterator[Proof]:
    """Undo each on paper and do it again: its lines go and come back, and with them only what the same words mend: a
    type that is declared is so of all data of the activity.
    """
    before, amiss, done = _matches(catalog), [], 0
    for plant in plants:
        if plant.undo is None or plant.redo is None:
            continue
        done += 1
        plant.undo()
        undone = _matches(catalog)
        also = {key.rpartition(":")[2] for key in before.keys() - undone.keys() - plant.keys}
        if plant.keys & undone.keys() or undone.keys() - before.keys() or also - plant.types:
            amiss.append(f"{plant.place} undone")
        plant.redo()
        if _matches(catalog) != before:
            amiss.append(f"{plant.place} done again")
    figure = f"{done} undone and done again; amiss: {', '.join(amiss) or 'none'}"
    yield Proof("planted differences that vanish on paper and come back", figure, "each, alone", not amiss, city.SEED)


def _at_the_source(
    catalog: Catalog, folder: Path, truth: Mapping[str, Any], plants: Sequence[Plant]
) -> Iterator[Proof]:
    """Take out of the sources what nobody declared, scan again, put it back, scan again."""
    found = planted.undeclared(truth)
    keys = {key for plant in plants if plant.kind == "undeclared" for key in plant.keys}
    for one in found:
        planted.mend(folder / "sources", one)
    _scan(folder)
    left = keys & _matches(catalog).keys()
    city.build(folder / "sources")
    _scan(folder, "--full")
    back = keys & _matches(catalog).keys()
    figure = f"{len(left)} of {len(keys)} left, {len(back)} back"
    promise = "undeclared lines left after they were taken out and scanned again, and back after they were put back"
    yield Proof(promise, figure, "none left, all back", not left and back == keys, city.SEED)


def _plant(catalog: Catalog, entry: Mapping[str, Any]) -> Plant | None:
    """What an entry of the truth makes; None where it makes no difference of paper and data."""
    makers: Mapping[str, Callable[[Catalog, Mapping[str, Any]], Plant]] = {
        "undeclared": _undeclared,
        "not_found": _not_found,
        "may_be_missed": _not_found,
        "not_mirrored": _not_mirrored,
        "types_differ": _types_differ,
        "expired": _expired,
        "waiting": _waiting,
    }
    return makers[entry["kind"]](catalog, entry) if entry["kind"] in makers else None


def _undeclared(catalog: Catalog, entry: Mapping[str, Any]) -> Plant:
    """Declared, or not, by the activity it would be part of."""
    activity = _activity(catalog, entry["agency"], entry["activity"])
    dataset = next(
        line.dataset.dataset.id
        for line in _lines(catalog, agency=entry["agency"]).values()
        if line.dataset and line.dataset.dataset.name == entry["dataset"]
    )
    keys = frozenset(f"d:{dataset}:{code}" for code in entry["types"])
    return Plant(
        entry["kind"],
        _place(entry),
        keys,
        frozenset(entry["types"]),
        *_with_types(catalog, activity, entry["types"], add=True),
    )


def _not_found(catalog: Catalog, entry: Mapping[str, Any]) -> Plant:
    activity = _activity(catalog, entry["agency"], entry["activity"])
    keys = frozenset(f"a:{activity.id}:{code}" for code in entry["types"])
    return Plant(
        entry["kind"],
        _place(entry),
        keys,
        frozenset(entry["types"]),
        *_with_types(catalog, activity, entry["types"], add=False),
    )


def _not_mirrored(catalog: Catalog, entry: Mapping[str, Any]) -> Plant:
    """Recorded, and withdrawn, by the agency at the other end."""
    activity = _activity(catalog, entry["agency"], entry["activity"])
    with catalog.reading() as connection:
        party = next(one.id for one in law.every(connection, Party) if one.agency_id == entry["agency"])
        codes = stored.joined_of(connection, activity.id).type_codes
        papers = stored.joined_of(connection, activity.id).protocol_ids
    made: list[int] = []

    def undo() -> None:
        side = replace(
            activity,
            id=0,
            agency_id=entry["other"],
            verb=Verb.COLLECTION,
            party_id=party,
            mirror_of_id=activity.id,
            reference="",
            classification=Classification.OTHER_LAW,
            programme_id=None,
            template_id=None,
            purpose_id=None,
        )
        new = records.add_activity(local_administrator(), catalog, side, type_codes=codes, protocol_ids=papers)
        made.append(new.id)

    def redo() -> None:
        records.withdraw_activity(local_administrator(), catalog, made.pop(), _WHY)

    keys = frozenset({f"a:{activity.id}:mirror", f"a:{activity.id}:unanswered"})
    return Plant(entry["kind"], _place(entry), keys, frozenset(), undo, redo)


def _types_differ(catalog: Catalog, entry: Mapping[str, Any]) -> Plant:
    """Given up, or recorded again, by the side that alone records it."""
    activity = _activity(catalog, entry["agency"], entry["activity"])
    with catalog.reading() as connection:
        (side,) = [one for one in law.every(connection, Activity) if one.mirror_of_id == activity.id]
        here = set(stored.joined_of(connection, activity.id).type_codes)
    keys = frozenset({f"a:{activity.id}:mirror", f"a:{side.id}:mirror"})
    says = activity if here & set(entry["types"]) else side
    return Plant(
        entry["kind"],
        _place(entry),
        keys,
        frozenset(entry["types"]),
        *_with_types(catalog, says, entry["types"], add=False),
    )


def _expired(catalog: Catalog, entry: Mapping[str, Any]) -> Plant:
    """Approved anew, on a paper without an end, and that approval revoked again."""
    activity = _activity(catalog, entry["agency"], entry["activity"])
    given: list[Designation] = []

    def undo() -> None:
        today = catalog.clock.now().date()
        edition, state = "For the proof", DesignationState.ACTIVE
        paper = Designation(0, activity.id, activity.classification, state, edition, "", today, None, _LATER)
        signed = Signature(0, 0, activity.agency_id, "A privacy officer", "Privacy officer", _WHY, today)
        given.append(approvals.record(local_administrator(), catalog, paper, [signed]))

    def redo() -> None:
        last = given.pop()
        officer = Actor("local", "the officer", frozenset({Grant(Role.OFFICER, activity.agency_id)}))
        revoke = DesignationEvent.REVOKE
        approvals.move(officer, catalog, last.id, revoke, reason=_WHY, seen=last.content_hash)

    return Plant(entry["kind"], _place(entry), frozenset({f"a:{activity.id}:approval"}), frozenset(), undo, redo)


def _waiting(catalog: Catalog, entry: Mapping[str, Any]) -> Plant:
    """Not approved yet, and so is what the other agency records of the same flow, where one is named."""
    activity = _activity(catalog, entry["agency"], entry["activity"])
    with catalog.reading() as connection:
        sides = [one.id for one in law.every(connection, Activity) if one.mirror_of_id == activity.id]
    waiting = [activity.id, *(sides if "other" in entry else ())]
    return Plant(entry["kind"], _place(entry), frozenset(f"a:{one}:approval" for one in waiting))


def _with_types(
    catalog: Catalog, activity: Activity, codes: Sequence[str], *, add: bool
) -> tuple[Callable[[], object], Callable[[], object]]:
    """Declare some types in an activity and give them up again, or the other way round."""

    def put(more: bool) -> None:
        with catalog.reading() as connection:
            joined = stored.joined_of(connection, activity.id)
            expected = history.latest(connection, RecordKind.ACTIVITY, activity.id)
        now = {*joined.type_codes, *codes} if more else set(joined.type_codes) - set(codes)
        records.revise_activity(
            local_administrator(),
            catalog,
            activity,
            type_codes=sorted(now),
            dataset_ids=joined.dataset_ids,
            protocol_ids=joined.protocol_ids,
            reason=_WHY,
            expected=expected,
        )

    return lambda: put(add), lambda: put(not add)


def _activity(catalog: Catalog, agency_id: str, reference: str) -> Activity:
    with catalog.reading() as connection:
        return next(
            one
            for one in law.every(connection, Activity)
            if one.withdrawn_on is None and (one.agency_id, one.reference) == (agency_id, reference)
        )


def _lines(catalog: Catalog, **chosen: str) -> Lines:
    """Every line, those where paper and data agree too."""
    wanted = {"match": [match.value for match in Match], **{key: [value] for key, value in chosen.items()}}
    page = reconciling.find(local_administrator(), catalog, wanted, per_page=_MANY)
    return {line.difference.key: line for line in page.lines}


def _matches(catalog: Catalog) -> Mapping[str, Match]:
    """What differs, and what is declared and may be missed: both come and go with what is declared."""
    quiet = _QUIET - {Match.MAY_BE_MISSED}
    return {key: line.match for key, line in _lines(catalog).items() if line.match not in quiet}


def _standing(line: DifferenceLine) -> str:
    if line.difference.dataset_id is None:
        return ""
    return "confirmed" if line.difference.is_confirmed else "suggested"


def _place(entry: Mapping[str, Any]) -> str:
    return f"{entry['kind']} {entry['agency']} {entry['activity']}"


def _told(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{many} {name}" for name, many in sorted(counted.items())) or "none"


def _scan(folder: Path, *options: str) -> None:
    subprocess.run([*SCAN, *options], env=environment(folder), stdout=subprocess.DEVNULL, check=True)
