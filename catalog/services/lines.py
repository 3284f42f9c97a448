"""Datasets as lines of a list, built for many at once in a fixed number of queries."""

from collections.abc import Collection, Iterable, Sequence

from catalog.model.actors import Scope
from catalog.model.coverage import Look
from catalog.model.decisions import Standing
from catalog.model.holdings import Disclosure, Magnitude
from catalog.model.identifiers import Tier
from catalog.model.sensitivity import Held, Sensitivity, sensitivity
from catalog.model.views import DatasetLine, TypeStanding
from catalog.services.catalog import Catalog
from catalog.store import holdings, judgements, memberships, register
from catalog.store.engine import Connection


def dataset_lines(
    connection: Connection, catalog: Catalog, scope: Scope, ids: Sequence[int]
) -> tuple[DatasetLine, ...]:
    """Lines for these datasets, in this order; those outside the scope are left out."""
    datasets = holdings.datasets_by_id(connection, scope, ids)
    agencies = {agency.id: agency for agency in register.all_agencies(connection)}
    systems = {system.id: system for system in register.all_systems(connection)}
    sources = {source.id: source for source in register.all_sources(connection)}
    coverage = holdings.coverage_by_id(connection, ids)
    summaries = holdings.summaries_by_id(connection, ids)
    held = holdings.held_types(connection, scope, ids)
    counts = holdings.column_counts(connection, scope, ids)
    activities = register.activity_counts(connection, ids)
    descriptions = register.descriptions_by_id(connection, ids)
    found = []
    for dataset_id in ids:
        if dataset_id not in datasets:
            continue
        dataset = datasets[dataset_id]
        source = sources[dataset.source_id]
        system = systems[source.system_id]
        description = descriptions.get(dataset_id)
        types = _standings(catalog, held.get(dataset_id, ()))
        look = coverage.get(dataset_id)
        total, identifying = counts.get(dataset_id, (0, 0))
        summary = summaries.get(dataset_id)
        found.append(
            DatasetLine(
                dataset=dataset,
                title=description.title if description else "",
                agency=agencies[system.agency_id],
                system=system,
                source=source,
                look=look.look if look else Look.NOT_SCANNED,
                scanned_at=look.scanned_at if look else None,
                types=types,
                columns_total=total,
                columns_identifying=identifying,
                activities=activities.get(dataset_id, 0),
                tier=summary.tier if summary else Tier.UNKNOWN,
                people=summary.people if summary else Magnitude.NOT_KNOWN,
                disclosure=description.disclosure if description else Disclosure.HIDDEN,
            )
        )
    return tuple(found)


def held(connection: Connection, catalog: Catalog, dataset_id: int) -> list[Held]:
    """The types in effect in a dataset, with the form each is held in, and those that being in it tells."""
    found = judgements.held_in(connection, [dataset_id]).get(dataset_id, ())
    told = memberships.confirmed(connection, [dataset_id]).get(dataset_id, ())
    return judgements.of_types(found, catalog.taxonomy.types, told)


def judged(line: DatasetLine, types: Iterable[Held], subjects: Collection[str]) -> Sensitivity:
    """What beyond its single types speaks for a dataset's tier."""
    return sensitivity(types, subjects, was_scanned=line.scanned_at is not None, people=line.people)


def _standings(catalog: Catalog, held: Iterable[holdings.HeldType]) -> tuple[TypeStanding, ...]:
    standings = [
        TypeStanding(
            catalog.taxonomy.types[one.type_code],
            Standing.CONFIRMED if one.confirmed else Standing.SUGGESTED,
            one.columns,
        )
        for one in held
    ]
    return tuple(sorted(standings, key=lambda s: (-s.type.tier, -s.columns, s.type.label)))
