"""What agencies hold, who collects it and under which protocol: the answers behind the pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from catalog.errors import NotFound
from catalog.model.actors import Actor, Scope
from catalog.model.holdings import Agency, Dataset
from catalog.model.identifiers import IdentifierType, Tier
from catalog.model.law_views import AgencyPage
from catalog.model.reconciliation import Concern, Doubt
from catalog.model.views import (
    AgencyRow,
    Counts,
    DatasetLine,
    DatasetPage,
    HeatMap,
    HomePage,
    SourceLine,
    TypeLine,
    TypePage,
)
from catalog.services import (
    access,
    agency_records,
    audit,
    columns,
    events,
    laws,
    lines,
    reconciliation,
    records,
    scans,
)
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import holdings, orphans, people, register
from catalog.store.engine import Connection
from catalog.store.holdings import TypeCount
from catalog.taxonomy import detection

#: Datasets listed on an agency's or a type's page; the rest is one search away.
LISTED = 100
_COLUMN_NAMES = 20
_RECENT_RUNS = 8
_UNDECLARED = 10


def home(actor: Actor, catalog: Catalog) -> HomePage:
    """What needs this actor, what changed, and whether the picture can be trusted."""
    access.require(actor, Action.READ_HOME)
    scope = access.scope(actor)
    sees_runs = access.may(actor, Action.READ_RUNS)
    with catalog.reading() as connection:
        heat = _heat_map(connection, catalog, scope)
        counts = holdings.look_counts(connection, access.scope_of_counts(actor))
        columns_known = holdings.columns_known(connection, scope)
        by_standing = holdings.columns_by_standing(connection, scope)
        sources = scans.source_lines(connection, actor) if sees_runs else ()
        recent = scans.run_lines(connection, actor, _RECENT_RUNS) if sees_runs else ()
        without = sum(holdings.without_activity(connection, scope).values())
        sees_holdings = access.may(actor, Action.READ_HOLDINGS)
        undeclared = _undeclared(connection, catalog, scope) if sees_holdings else ()
        reopened = holdings.reopened(connection, scope) if sees_holdings else 0
        gone = orphans.count(connection, scope) if access.may(actor, Action.DECIDE) else 0
    return HomePage(
        looks=scans.looks((count.look, count.count) for count in counts),
        columns=Counts(*by_standing),
        columns_known=columns_known,
        reopened=reopened,
        heat=heat,
        failed_sources=tuple(
            sorted(
                (one for one in sources if one.looks.could_not_look or _failed(one)), key=lambda one: not _failed(one)
            )
        ),
        recent_runs=recent,
        without_activity=without,
        undeclared=undeclared,
        columns_gone=gone,
    )


def heat_map(actor: Actor, catalog: Catalog) -> HeatMap:
    """Agencies by identifier types."""
    access.require(actor, Action.READ_HOLDINGS)
    with catalog.reading() as connection:
        return _heat_map(connection, catalog, access.scope(actor))


def agency(actor: Actor, catalog: Catalog, agency_id: str) -> AgencyPage:
    """What one agency holds and how complete the picture is.

    Raises:
        NotFound: when there is no such agency that the actor may see.
    """
    access.require(actor, Action.READ_HOLDINGS, agency_id)
    page = _agency_page(actor, catalog, agency_id)
    if page.events.exigent or page.events.violations:
        audit.read(actor, catalog, f"events:{agency_id}", agency_id)
    return page


def _agency_page(actor: Actor, catalog: Catalog, agency_id: str) -> AgencyPage:
    scope = access.scope(actor)
    with catalog.reading() as connection:
        found = register.agency(connection, agency_id)
        if found is None:
            raise access.nothing_here()
        row = _agency_row(found, holdings.type_counts(connection, scope), holdings.look_counts(connection, scope))
        ids = holdings.ids_in_agency(connection, scope, agency_id, LISTED)
        sources = scans.source_lines(connection, actor) if access.may(actor, Action.READ_RUNS) else ()
        known = records.visible(connection, catalog, actor)
        own, others = agency_records.own(known, agency_id), agency_records.reaching(known, agency_id)
        seen = reconciliation.data_of(connection, actor, known, [*own, *others])
        return AgencyPage(
            agency=found,
            row=row,
            types=tuple((kind, row.cells[code]) for code, kind in catalog.taxonomy.types.items() if code in row.cells),
            datasets=lines.dataset_lines(connection, catalog, scope, ids),
            sources=tuple(line for line in sources if line.agency.id == agency_id),
            officers=tuple(p.name for p in people.officers(connection, agency_id, catalog.clock.now())),
            without_activity=holdings.without_activity(connection, scope).get(agency_id, 0),
            flows=reconciliation.flow_lines(known, seen, actor, own),
            incoming=reconciliation.flow_lines(known, seen, actor, others),
            programmes=agency_records.programmes(known, agency_id),
            declared=agency_records.declared(connection, known, agency_id),
            contracts=agency_records.contracts(connection, known, actor, agency_id),
            report=agency_records.report(connection, known, actor, row),
            events=events.told(connection, known, actor, agency_id),
        )


def dataset(actor: Actor, catalog: Catalog, dataset_id: int) -> DatasetPage:
    """What personal data is in one dataset, who collects it, under what rule, and how sure we are. That somebody reads
    of restricted data is recorded before they do.

    Raises:
        NotFound: when there is no such dataset that the actor may see.
    """
    access.require(actor, Action.READ_HOLDINGS)
    page = _dataset_page(actor, catalog, dataset_id)
    if page.line.tier is Tier.RESTRICTED:
        audit.read(actor, catalog, f"dataset:{dataset_id}", page.line.agency.id)
    return page


def _dataset_page(actor: Actor, catalog: Catalog, dataset_id: int) -> DatasetPage:
    scope = access.scope(actor)
    with catalog.reading() as connection:
        shown = lines.dataset_lines(connection, catalog, scope, [dataset_id])
        if not shown:
            raise access.nothing_here("This dataset")
        line = shown[0]
        known = records.visible(connection, catalog, actor)
        views = known.of_dataset(dataset_id)
        seen = reconciliation.data_of(connection, actor, known, [view.activity.id for view in views])
        concerns = {view.activity.id: reconciliation.concerns(known, seen, actor, view.activity) for view in views}
        description = register.descriptions_by_id(connection, [dataset_id]).get(dataset_id)
        subjects = description.subject_categories if description else ()
        held = lines.held(connection, catalog, dataset_id)
        judged = lines.judged(line, held, subjects)
        return DatasetPage(
            line=line,
            description=description,
            coverage=holdings.coverage_by_id(connection, [dataset_id]).get(dataset_id),
            columns=columns.column_views(connection, catalog, dataset_id),
            activities=views,
            concerns=concerns,
            sensitivity_reasons=judged.reasons,
            breach_notifiable=judged.breach_notifiable,
            laws=laws.under(catalog, held),
            without_column=orphans.decisions_without_column(connection, scope, dataset_id),
        )


def types(actor: Actor, catalog: Catalog) -> tuple[TypeLine, ...]:
    """Every identifier type, with how much of it this actor sees."""
    access.require(actor, Action.READ_HOLDINGS)
    with catalog.reading() as connection:
        counts = holdings.type_counts(connection, access.scope(actor))
    return tuple(
        TypeLine(
            type=kind,
            counts=_counts(c for c in counts if c.type_code == code),
            agencies=sum(c.type_code == code for c in counts),
            datasets=sum(c.datasets for c in counts if c.type_code == code),
        )
        for code, kind in catalog.taxonomy.types.items()
    )


def type_page(actor: Actor, catalog: Catalog, code: str) -> TypePage:
    """Where in the city one kind of identifying information is.

    Raises:
        NotFound: when there is no such type.
    """
    access.require(actor, Action.READ_HOLDINGS)
    kind = catalog.taxonomy.types.get(code)
    if kind is None:
        raise NotFound("This identifier type", "there is no such type", "See them all under Identifier types.")
    scope = access.scope(actor)
    with catalog.reading() as connection:
        counts = [c for c in holdings.type_counts(connection, scope) if c.type_code == code]
        agencies = {a.id: a for a in register.all_agencies(connection)}
        ids = holdings.ids_with_type(connection, scope, code, LISTED)
        known = records.visible(connection, catalog, actor)
        activities = known.views(lambda activity: code in known.types.get(activity.id, ()))
        return TypePage(
            type=kind,
            detection=detection.load().of(code),
            label=columns.label(catalog, kind),
            by_agency=tuple((agencies[c.agency_id], _counts([c])) for c in counts),
            datasets=lines.dataset_lines(connection, catalog, scope, ids),
            activities=activities[:LISTED],
            activities_total=len(activities),
            column_names=tuple(holdings.column_names_with_type(connection, scope, code, _COLUMN_NAMES)),
            counts=_counts(counts),
        )


def find_dataset(actor: Actor, catalog: Catalog, address: str) -> Dataset:
    """The dataset an address of the form AGENCY/SOURCE/DATASET, its id, or its name alone speaks of.

    Raises:
        NotFound: when none or more than one fits.
    """
    access.require(actor, Action.READ_HOLDINGS)
    with catalog.reading() as connection:
        fits = holdings.datasets_named(connection, access.scope(actor), address)
    if len(fits) != 1:
        cause = "no dataset fits" if not fits else f"{len(fits)} datasets fit"
        raise NotFound(f"Dataset {address}", cause, "Write AGENCY/SOURCE/DATASET or its number; `search` finds both.")
    return fits[0]


def _heat_map(connection: Connection, catalog: Catalog, scope: Scope) -> HeatMap:
    counts, looked = holdings.type_counts(connection, scope), holdings.look_counts(connection, scope)
    seen = [a for a in register.all_agencies(connection) if scope.holds(a.id)]
    rows = tuple(_agency_row(agency, counts, looked) for agency in sorted(seen, key=lambda a: a.name))
    totals = {code: _counts(c for c in counts if c.type_code == code).total for code in catalog.taxonomy.types}
    held = sorted((code for code in totals if totals[code]), key=lambda code: -totals[code])
    return HeatMap(
        types=tuple(catalog.taxonomy.types[code] for code in held),
        rows=rows,
        finding=_heat_finding(rows, [catalog.taxonomy.types[code] for code in held]),
    )


def _heat_finding(rows: Sequence[AgencyRow], types: Sequence[IdentifierType]) -> str:
    """The heat map in one sentence: who holds most of the most frequent kind."""
    if not types:
        return "No identifying information has been found yet."
    kind = types[0]
    counts = sorted(
        ((row.cells[kind.code].total, row.agency.name) for row in rows if kind.code in row.cells), reverse=True
    )
    total = sum(count for count, _ in counts)
    most, name = counts[0]
    where = ""
    if len(rows) > 1 and (len(counts) == 1 or most > counts[1][0]):
        where = f", {'all' if most == total else f'{most / total:.0%}'} of them at {name}"
    return f"Found most often: {kind.label}, in {total:,} column{'s' if total != 1 else ''}{where}."


def _agency_row(agency: Agency, counts: Iterable[TypeCount], looked: Iterable[holdings.LookCount]) -> AgencyRow:
    return AgencyRow(
        agency=agency,
        cells={c.type_code: _counts([c]) for c in counts if c.agency_id == agency.id},
        looks=scans.looks((c.look, c.count) for c in looked if c.agency_id == agency.id),
    )


def _undeclared(connection: Connection, catalog: Catalog, scope: Scope) -> tuple[DatasetLine, ...]:
    """The datasets that hold types no activity on them declares, with those types alone; the gravest first."""
    missing: dict[int, set[str]] = {}
    for dataset_id, code in holdings.undeclared_pairs(connection, scope):
        missing.setdefault(dataset_id, set()).add(code)
    tiers = {i: max(catalog.taxonomy.types[code].tier for code in codes) for i, codes in missing.items()}
    ids = sorted(tiers, key=lambda dataset_id: (-tiers[dataset_id], dataset_id))[:_UNDECLARED]
    return tuple(
        replace(line, types=tuple(held for held in line.types if held.type.code in missing[line.dataset.id]))
        for line in lines.dataset_lines(connection, catalog, scope, ids)
    )


def _concerning(concerns: Mapping[int, Iterable[Concern]], doubt: Doubt) -> tuple[IdentifierType, ...]:
    """The types of which this is said by any activity."""
    found = {
        kind.code: kind for every in concerns.values() for one in every if one.doubt is doubt for kind in one.types
    }
    return tuple(found.values())


def _counts(counts: Iterable[TypeCount]) -> Counts:
    return _sum_counts(Counts(c.confirmed, c.suggested) for c in counts)


def _sum_counts(counts: Iterable[Counts]) -> Counts:
    listed = list(counts)
    return Counts(sum(c.confirmed for c in listed), sum(c.suggested for c in listed))


def _failed(line: SourceLine) -> bool:
    return line.last_run is not None and line.last_run.reason is not None
