"""Registers Port Meridian through the services, as its own people would: before the first scan and after it."""

from collections.abc import Iterable, Mapping
from datetime import time
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from catalog.demo import entries, law, papers
from catalog.demo.entries import Entry, every
from catalog.demo.plans import DatasetPlan, SourcePlan, agency_plans
from catalog.model.actors import Role
from catalog.model.decisions import Verdict
from catalog.model.holdings import Agency, Column, Dataset, DatasetKind, Disclosure, Words
from catalog.services import describing, holdings, people, review, schedules, sources
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.services.schedules import Terms

#: Databases are read every night, shares after a day's work.
_DATABASES = Terms(seconds_a_day=900, megabytes_a_day=500)
_SHARES = Terms(days=("mon", "tue", "wed", "thu", "fri"), opens=time(23), closes=time(6))
#: Why something is published, as the audit log keeps it.
_WHY = "Agreed with the privacy office."


def register_sources(catalog: Catalog, folder: Path) -> None:
    """Add agencies, people, systems and the sources that ``city.build`` wrote under ``folder`` to an empty catalog."""
    with catalog.together() as joined:
        _register_sources(joined, folder.resolve())


def _register_sources(catalog: Catalog, folder: Path) -> None:
    actor = local_administrator()
    for entry in every("agency"):
        sources.add_agency(actor, catalog, TypeAdapter(Agency).validate_python(_without(entry, "unit")))
    for entry in every("person"):
        people.add_person(actor, catalog, entry["id"], entry["name"], Role(entry["role"]), entry.get("agency_id"))
    for plan in _sources():
        system = sources.add_system(actor, catalog, plan.agency_id, plan.system, plan.description, plan.owner_unit)
        path = str(folder / plan.path)
        more = {"fixed_width": papers.FIXED_WIDTH} if plan is papers.SOURCE else {}
        source = sources.add_source(actor, catalog, system.id, plan.name, plan.kind, {"path": path, **more})
        schedules.put(actor, catalog, source.id, _SHARES if plan.kind == "files" else _DATABASES)


def register_records(catalog: Catalog) -> None:
    """Add descriptions and the law's records, once the first listing has made the datasets known.

    A dataset that the listing knows by no name, because the name tells who somebody is, is left out.
    """
    known = datasets(catalog)
    with catalog.together() as joined:
        _describe(joined, known)
        law.keep(joined, {name: dataset.id for name, (_, dataset) in known.items()})


def decide_some(catalog: Catalog) -> int:
    """Make the officers' first decisions, each where the scan suggested that type; returns how many."""
    with catalog.together() as joined:
        return _decide_some(joined)


def _decide_some(catalog: Catalog) -> int:
    known = datasets(catalog)
    made = 0
    for entry in every("decision"):
        officer = entries.officer(entry["agency"])
        names = [entry["dataset"]] if "dataset" in entry else entry["datasets"]
        for name in {known[name][1].id: name for name in names if name in known}.values():
            for view in holdings.dataset(officer, catalog, known[name][1].id).columns:
                suggested = {tag.type.code for tag in view.tags}
                for code in _judged(entry, entries.plans().get(name), view.column) & suggested:
                    verdict = Verdict(entry["verdict"])
                    review.decide(officer, catalog, view.column.id, code, verdict, entry["reason"])
                    made += 1
    return made


def _judged(entry: Entry, plan: DatasetPlan | None, column: Column) -> frozenset[str]:
    """What an entry says of a column: the type written for it, or which of ``types`` the officer sees it holds."""
    if plan is None or "columns" in entry:
        return frozenset({entry["columns"][column.name]} if column.name in entry["columns"] else ())
    truly = {code.rstrip("?") for one in plan.columns if one.name == column.name for code in one.holds}
    return frozenset(truly.intersection(entry["types"]))


def _describe(catalog: Catalog, known: Mapping[str, tuple[str, Dataset]]) -> None:
    written = {entry["dataset"]: _without(entry, "dataset") for entry in every("description")}
    planned = {
        plan.name: {
            "title": plan.title,
            "text": plan.text,
            "retention": plan.retention,
            "subjects": plan.subjects,
            "disclosure": plan.disclosure,
        }
        for plan in entries.plans().values()
        if plan.title
    }
    described = set()
    for name, words in (written | planned).items():
        if name in known and known[name][1].id not in described:
            agency_id, dataset = known[name]
            described.add(dataset.id)
            contact = entries.agency(agency_id)["contact"]
            title = words["title"]
            if dataset.kind is DatasetKind.FILES:
                title = title.rpartition(", ")[0]  # without what only one of them is called
            said = Words(title, words["text"], contact, words["retention"], tuple(words["subjects"]))
            officer = entries.officer(agency_id)
            describing.describe(officer, catalog, dataset.id, said)
            describing.publish(officer, catalog, dataset.id, Disclosure(words["disclosure"]), _WHY)


def _sources() -> Iterable[SourcePlan]:
    yield from (TypeAdapter(SourcePlan).validate_python(_without(entry, "datasets")) for entry in every("source"))
    for agency in agency_plans():
        yield from agency.sources
    yield papers.SOURCE


def datasets(catalog: Catalog) -> dict[str, tuple[str, Dataset]]:
    """Every dataset by name, with the agency that holds it; alike files, which are one dataset, by each one's name."""
    actor = local_administrator()
    found = {}
    for plan in _sources():
        source = sources.source_named(actor, catalog, plan.name)
        for dataset in describing.datasets(actor, catalog, source.id):
            for name in _names(plan, dataset):
                found[name] = (plan.agency_id, dataset)
    return found


def _names(source: SourcePlan, dataset: Dataset) -> Iterable[str]:
    if dataset.kind is not DatasetKind.FILES:
        return [dataset.name]
    planned = [plan.name for plan in entries.plans().values() if plan.source == source.name]
    return [name for name in planned if fnmatchcase(name, dataset.name)] or [dataset.name]


def _without(entry: Entry, key: str) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != key}
