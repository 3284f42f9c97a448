"""What Port Meridian's people have on paper, read from ``records/*.toml`` and the agencies' own files."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter

from catalog.demo.plans import DatasetPlan, agency_plans
from catalog.model.actors import Actor, Grant, Role
from catalog.model.register import Classification, Ground, Verb

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

D = TypeVar("D", bound="DataclassInstance")

_HERE = Path(__file__).parent
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """One collection or disclosure; ``mirror_of`` is the disclosure by another agency that this is the other side of,
    as its agency and reference. ``protocols`` are keys, ``party`` a name, ``datasets`` names, ``template`` a code.
    """

    agency: str
    ref: str
    verb: Verb
    title: str
    purpose: str
    classification: Classification
    ground: Ground | None
    unit: str
    party: str
    subjects: tuple[str, ...]
    types: tuple[str, ...]
    datasets: tuple[str, ...]
    protocols: tuple[str, ...]
    started_on: date
    ended_on: date | None = None
    programme: str = ""
    frequency: str = ""
    volume: str = ""
    retention: str = ""
    mirror_of: tuple[str, str] | None = None
    template: str = ""


@cache
def every(kind: str) -> tuple[Entry, ...]:
    """All entries of a kind, such as ``protocol``; what an agency's own file says carries its ``agency``."""
    central = [entry for path in sorted((_HERE / "records").glob("*.toml")) for entry in _read(path).get(kind, ())]
    if kind in {"protocol", "activity"}:
        own = [
            {"agency": path.stem, **entry}
            for path in sorted((_HERE / "agencies").glob("*.toml"))
            for entry in _read(path).get(kind, ())
        ]
        return (*central, *own)
    return tuple(central)


@cache
def plans() -> Mapping[str, DatasetPlan]:
    """The agencies' planned datasets, by name."""
    return {plan.name: plan for agency in agency_plans() for plan in agency.datasets}


@cache
def activities() -> tuple[ActivityEntry, ...]:
    """Every activity: as written, once for each of ``agencies``, and each disclosure's other side.

    Raises:
        ValueError: naming the activity whose datasets or types are not there.
    """
    written = [
        {**entry, "agency": agency}
        for entry in every("activity")
        for agency in entry.get("agencies", [entry["agency"]])
    ]
    return tuple(made for entry in written for made in _with_mirror(entry))


def _with_mirror(entry: Entry) -> Iterator[ActivityEntry]:
    activity = _activity(entry)
    yield activity
    mirror, other = entry.get("mirror", {}), agency_of_party(activity.party)
    if activity.verb is Verb.DISCLOSURE and other is not None and mirror is not False:
        yield _mirror(activity, other, mirror)


def _mirror(activity: ActivityEntry, other: str, own: Entry) -> ActivityEntry:
    """The collection on the other side; ``own`` is what that agency writes otherwise."""
    discloser = agency(activity.agency)
    acronym = discloser["acronym"]
    from_individuals = activity.ground is Ground.INDIVIDUAL_AUTHORIZATION
    mirrored = replace(
        activity,
        agency=other,
        ref=activity.ref if activity.ref.startswith(acronym) else f"{activity.ref}-{acronym}",
        verb=Verb.COLLECTION,
        title=f"From {acronym}: {activity.title[:1].lower()}{activity.title[1:]}",
        ground=Ground.FURTHERS_PURPOSE if from_individuals else activity.ground,
        unit=agency(other)["unit"],
        party=discloser["name"],
        datasets=(),
        retention="",
        mirror_of=(activity.agency, activity.ref),
        template="",
    )
    return _changed(mirrored, own)


def _changed(activity: ActivityEntry, own: Entry) -> ActivityEntry:
    words: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in own.items()}
    if "classification" in words:
        words["classification"] = Classification(words["classification"])
    if "datasets" in words:
        words["datasets"] = _datasets(f"{activity.agency}, {activity.ref}", activity.agency, words["datasets"])
    return replace(activity, **words)


def _activity(entry: Entry) -> ActivityEntry:
    place = f"{entry['agency']}, {entry['ref']}"
    datasets = _datasets(place, entry["agency"], entry["datasets"])
    return ActivityEntry(
        agency=entry["agency"],
        ref=entry["ref"],
        verb=Verb(entry["verb"]),
        title=entry["title"],
        purpose=entry["purpose"],
        classification=Classification(entry["classification"]),
        ground=Ground(entry["ground"]) if "ground" in entry else None,
        unit=entry.get("unit") or agency(entry["agency"])["unit"],
        party=entry["party"],
        subjects=tuple(entry["subjects"]),
        types=_types(place, entry, datasets),
        datasets=datasets,
        protocols=tuple(entry["protocols"]),
        started_on=entry["started_on"],
        ended_on=entry.get("ended_on"),
        programme=entry.get("programme", ""),
        frequency=entry.get("frequency", ""),
        volume=entry.get("volume", ""),
        retention=entry.get("retention", ""),
        template=entry.get("template", ""),
    )


def _types(place: str, entry: Entry, datasets: Iterable[str]) -> tuple[str, ...]:
    """What is declared: as written, or what the datasets truly hold, less ``omit`` and with ``extra``."""
    if "types" in entry:
        return tuple(entry["types"])
    unknown = [name for name in datasets if name not in plans()]
    if unknown:
        raise ValueError(f"{place}: its types have to be written, there is no plan of {unknown[0]}")
    held = {code for name in datasets for code in plans()[name].holds}
    return tuple(sorted(held - set(entry.get("omit", ())) | set(entry.get("extra", ()))))


def _datasets(place: str, agency: str, patterns: Iterable[str]) -> tuple[str, ...]:
    names = _names(agency)
    found = []
    for pattern in patterns:
        fits = [name for name, source in names if pattern in {name, f"source:{source}"} or fnmatchcase(name, pattern)]
        if not fits:
            raise ValueError(f"{place}: no dataset fits {pattern}")
        found += fits
    return tuple(dict.fromkeys(found))


@cache
def _names(agency: str) -> tuple[tuple[str, str], ...]:
    """An agency's datasets with their sources."""
    written = [
        (name, entry["name"]) for entry in every("source") if entry["agency_id"] == agency for name in entry["datasets"]
    ]
    planned = [(plan.name, plan.source) for one in agency_plans() if one.agency_id == agency for plan in one.datasets]
    return (*written, *planned)


def officer(agency_id: str) -> Actor:
    """An agency's privacy officer."""
    its = (entry for entry in every("person") if entry.get("agency_id") == agency_id)
    return _actor(entry for entry in its if entry["role"] == Role.OFFICER)


def person(person_id: str) -> Actor:
    """Somebody with an account."""
    return _actor(entry for entry in every("person") if entry["id"] == person_id)


def chief() -> Actor:
    """The Chief Privacy Officer."""
    return _actor(entry for entry in every("person") if entry["role"] == Role.CPO)


def _actor(people: Iterable[Entry]) -> Actor:
    entry = next(iter(people))
    return Actor(entry["id"], entry["name"], frozenset({Grant(Role(entry["role"]), entry.get("agency_id"))}))


def made(kind: type[D], entry: Entry, **known: object) -> D:
    """A record of the words an entry has for it; what it has none for is left out, or nothing where it must be said."""
    said = {**entry, "id": 0, "content_hash": "", **known}
    left_out = {one.name: None for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING}
    words = {**left_out, **{one.name: said[one.name] for one in fields(kind) if one.name in said}}
    return TypeAdapter(kind).validate_python(words)


@cache
def agency_of_party(party: str) -> str | None:
    """The id of the agency a party is, None where it is none."""
    return next((str(entry["id"]) for entry in every("agency") if entry["name"] == party), None)


def agency(agency_id: str) -> Entry:
    """What is on paper about an agency."""
    return next(entry for entry in every("agency") if entry["id"] == agency_id)


def report_texts(agency_id: str) -> Mapping[str, str]:
    """What an agency said in its last report, by key of item; its own words go before those of all."""
    found: dict[str, str] = {}
    for entry in sorted(every("report_text"), key=lambda one: "agencies" in one):
        if agency_id in entry.get("agencies", [agency_id]):
            found[entry["key"]] = entry["text"].format(agency=agency(agency_id)["name"])
    return found


@cache
def _read(path: Path) -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
