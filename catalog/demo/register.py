"""Registers Port Meridian through the services, as its own people would: before the first scan and after it."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from catalog.model.actors import Actor, Role
from catalog.model.decisions import Verdict
from catalog.model.holdings import Agency, Dataset, Description
from catalog.model.register import Activity, Protocol
from catalog.services import holdings, people, register, review, sources
from catalog.services.catalog import Catalog, local_administrator

_ACTIVITY = {"id": 0, "counterpart_agency_id": None, "programme": "", "ended_on": None}
_PROTOCOL = {"id": 0, "issuer_agency_id": None, "review_due_on": None, "expires_on": None}


def register_sources(catalog: Catalog, folder: Path) -> None:
    """Add agencies, people, systems and the sources that ``city.build`` wrote under ``folder`` to an empty catalog."""
    actor, city = local_administrator(), _city()
    for entry in city["agencies"]:
        sources.add_agency(actor, catalog, TypeAdapter(Agency).validate_python(entry))
    for entry in city["people"]:
        people.add_person(actor, catalog, entry["id"], entry["name"], Role(entry["role"]), entry.get("agency_id"))
    for entry in city["sources"]:
        words = (entry["system"], entry["description"], entry["owner_unit"])
        system = sources.add_system(actor, catalog, entry["agency_id"], *words)
        path = str(folder.resolve() / entry["path"])
        sources.add_source(actor, catalog, system.id, entry["name"], entry["kind"], {"path": path})


def register_records(catalog: Catalog) -> None:
    """Add descriptions, protocols and activities, once the first listing has made the datasets known."""
    city, known = _city(), _datasets(catalog)
    for entry in city["descriptions"]:
        agency_id, dataset = known[entry["dataset"]]
        words = {"dataset_id": dataset.id, "contact": _contact(agency_id), **entry}
        register.describe(_officer(agency_id), catalog, TypeAdapter(Description).validate_python(words))
    protocols = {entry["key"]: _add_protocol(catalog, entry) for entry in city["protocols"]}
    for entry in city["activities"]:
        register.add_activity(
            _officer(entry["agency_id"]),
            catalog,
            TypeAdapter(Activity).validate_python({**_ACTIVITY, **entry}),
            type_codes=entry["types"],
            dataset_ids=[known[name][1].id for name in entry["datasets"]],
            protocol_ids=[protocols[key] for key in entry["protocols"]],
        )


def decide_some(catalog: Catalog) -> int:
    """Make the officers' first decisions, each where the scan suggested that type; returns how many."""
    known = _datasets(catalog)
    made = 0
    for entry in _city()["decisions"]:
        officer = _officer(entry["agency_id"])
        page = holdings.dataset(officer, catalog, known[entry["dataset"]][1].id)
        for view in page.columns:
            code = entry["columns"].get(view.column.name)
            if code in {tag.type.code for tag in view.tags}:
                verdict = Verdict(entry["verdict"])
                review.decide(officer, catalog, view.column.id, code, verdict, entry["reason"])
                made += 1
    return made


def _add_protocol(catalog: Catalog, entry: Mapping[str, Any]) -> int:
    protocol = TypeAdapter(Protocol).validate_python({**_PROTOCOL, **entry})
    return register.add_protocol(_privacy_chief(), catalog, protocol).id


def _datasets(catalog: Catalog) -> dict[str, tuple[str, Dataset]]:
    """Every dataset by name, with the agency that holds it."""
    actor = local_administrator()
    found = {}
    for entry in _city()["sources"]:
        source = sources.source_named(actor, catalog, entry["name"])
        for dataset in register.datasets(actor, catalog, source.id):
            found[dataset.name] = (entry["agency_id"], dataset)
    return found


@cache
def _city() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((Path(__file__).parent / "register.toml").read_text(encoding="utf-8"))


def _contact(agency_id: str) -> str:
    return str(next(entry["contact"] for entry in _city()["agencies"] if entry["id"] == agency_id))


def _officer(agency_id: str) -> Actor:
    return _actor(entry for entry in _city()["people"] if entry.get("agency_id") == agency_id)


def _privacy_chief() -> Actor:
    return _actor(entry for entry in _city()["people"] if entry["role"] == Role.CPO)


def _actor(entries: Iterable[Mapping[str, Any]]) -> Actor:
    entry = next(iter(entries))
    agencies = frozenset({entry["agency_id"]} if "agency_id" in entry else ())
    return Actor(entry["id"], entry["name"], frozenset({Role(entry["role"])}), agencies)
