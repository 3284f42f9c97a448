"""The reconciliation's table, and the facts its lines rest on: each read of all it is asked for in a few queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
    text,
    union,
    update,
)

from catalog.model.actors import Scope
from catalog.model.agreements import ActivityDeclaredSystem
from catalog.model.coverage import Look, missed_at_most
from catalog.model.decisions import Standing
from catalog.model.designations import Designation, covers
from catalog.model.differences import Difference, Resolution
from catalog.model.differences_rules import ActivityFacts, DatasetFacts, Hold
from catalog.model.holdings import Magnitude
from catalog.model.parties import Party
from catalog.model.reconciliation import ROUTINE, declares
from catalog.model.register import Activity, ActivityProtocol, Protocol
from catalog.store import bulk, memberships, rows
from catalog.store.difference_schema import differences, resolutions
from catalog.store.flows import draws
from catalog.store.holdings import dataset_ids_ever
from catalog.store.law_schema import (
    activities,
    activity_datasets,
    activity_declared_systems,
    activity_protocols,
    activity_types,
    designations,
    parties,
    protocols,
)
from catalog.store.schema import columns, coverage, datasets, findings, sources, standings, summaries, systems

K = TypeVar("K")
V = TypeVar("V")
#: What being in a dataset tells is in none of its columns, and a person's word.
_MEMBER = Hold(columns=0, confirmed=False, strength=1.0, member=True)


@dataclass(frozen=True, slots=True)
class Kept:
    """A line on record, as far as it says whether the line has moved: its key, its digest and its numbers are all that
    a line is worked out of.
    """

    id: int
    facts: str
    columns: int
    bound: float | None
    rank: float


def dataset_facts(connection: Connection, ids: Collection[int]) -> dict[int, DatasetFacts]:
    """What is known of those of these datasets that are there."""
    statement = (
        select(
            datasets.c.id,
            systems.c.agency_id,
            coverage.c.look,
            coverage.c.scanned_at,
            coverage.c.method,
            coverage.c.rows_looked_at,
            coverage.c.draws,
            summaries.c.people,
        )
        .join(sources, sources.c.id == datasets.c.source_id)
        .join(systems, systems.c.id == sources.c.system_id)
        .outerjoin(coverage, coverage.c.dataset_id == datasets.c.id)
        .outerjoin(summaries, summaries.c.dataset_id == datasets.c.id)
        .where(rows.among(datasets.c.id, ids), datasets.c.retired_at.is_(None))
    )
    holds, clues = held(connection, ids)
    return {
        key: DatasetFacts(
            id=key,
            agency_id=agency_id,
            look=look or Look.NOT_SCANNED,
            scanned_on=scanned_at.date() if scanned_at else None,
            bound=missed_at_most(method, looked_at, draws) if look else None,
            people=people or Magnitude.NOT_KNOWN,
            held=holds.get(key, {}),
            clues=clues.get(key, frozenset()),
        )
        for key, agency_id, look, scanned_at, method, looked_at, draws, people in connection.execute(statement)
    }


def held(
    connection: Connection, dataset_ids: Collection[int]
) -> tuple[dict[int, dict[str, Hold]], dict[int, frozenset[str]]]:
    """The types each of these datasets holds, and those for which something in it speaks too weakly to suggest them."""
    counts = standings.c.counts
    found_too = and_(findings.c.column_id == standings.c.column_id, findings.c.type_code == standings.c.type_code)
    statement = (
        select(
            columns.c.dataset_id,
            standings.c.type_code,
            func.sum(case((counts, 1), else_=0)),
            func.max(case((standings.c.standing == Standing.CONFIRMED, 1), else_=0)),
            func.coalesce(func.max(case((counts, findings.c.strength))), 0.0),
        )
        .join(standings, standings.c.column_id == columns.c.id)
        .outerjoin(findings, found_too)
        .where(rows.among(columns.c.dataset_id, dataset_ids), columns.c.retired_at.is_(None))
        .where(or_(counts, standings.c.standing == Standing.SUGGESTED))
        .group_by(columns.c.dataset_id, standings.c.type_code)
    )
    found: dict[int, dict[str, Hold]] = {}
    weak: dict[int, set[str]] = {}
    for dataset_id, code, count, sure, strength in connection.execute(statement):
        if count:
            found.setdefault(dataset_id, {})[code] = Hold(int(count), bool(sure), float(strength))
        else:
            weak.setdefault(dataset_id, set()).add(code)
    for dataset_id, codes in memberships.confirmed(connection, dataset_ids).items():
        for code in codes:
            hold = found.setdefault(dataset_id, {}).get(code, _MEMBER)
            found[dataset_id][code] = replace(hold, member=True)
    return found, {key: frozenset(codes) for key, codes in weak.items()}


def activity_facts(connection: Connection, ids: Collection[int]) -> dict[int, ActivityFacts]:
    """What is known of those of these activities that are not withdrawn."""
    found = rows.find(
        connection, activities, Activity, rows.among(activities.c.id, ids), activities.c.withdrawn_on.is_(None)
    )
    ids = [one.id for one in found]
    of = {one.party_id for one in found if one.party_id}
    known = {one.id: one for one in rows.find(connection, parties, Party, rows.among(parties.c.id, of))}
    papers = _papers(connection, ids)
    signed = _signed(connection, {*ids, *(one.mirror_of_id for one in found if one.mirror_of_id)})
    drawn = draws().where(rows.among(activity_datasets.c.activity_id, ids))
    behind = _grouped(connection, drawn.where(datasets.c.retired_at.is_(None)))
    gone = _grouped(connection, drawn.where(datasets.c.retired_at.is_not(None)))
    unseen = _with_systems(connection, ids)
    return {
        one.id: ActivityFacts(
            activity=one,
            party=known[one.party_id] if one.party_id else None,
            protocols=tuple(papers.get(one.id, ())),
            designations=(
                *signed.get(one.id, ()),
                *(each for each in signed.get(one.mirror_of_id or 0, ()) if covers(each, one.classification)),
            ),
            datasets=tuple(behind.get(one.id, ())),
            systems=one.id in unseen,
            gone=one.id in gone,
        )
        for one in found
    }


def _signed(connection: Connection, activity_ids: Collection[int]) -> dict[int, list[Designation]]:
    signed: dict[int, list[Designation]] = {}
    chosen = rows.among(designations.c.activity_id, activity_ids)
    for each in rows.find(connection, designations, Designation, chosen):
        signed.setdefault(each.activity_id, []).append(each)
    return signed


def types_of(connection: Connection, activity_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The types each of these activities declares."""
    chosen = rows.among(activity_types.c.activity_id, activity_ids)
    found = _grouped(connection, select(activity_types.c.activity_id, activity_types.c.type_code).where(chosen))
    return {key: tuple(codes) for key, codes in found.items()}


def mirrors_of(connection: Connection, disclosure_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """For each of these disclosures, unless withdrawn, the collections on record that are its other side."""
    disclosed = activities.alias()
    statement = (
        select(disclosed.c.id, activities.c.id)
        .join(activities, activities.c.mirror_of_id == disclosed.c.id)
        .where(rows.among(disclosed.c.id, disclosure_ids))
        .where(disclosed.c.withdrawn_on.is_(None), activities.c.withdrawn_on.is_(None))
    )
    return {key: tuple(ids) for key, ids in _grouped(connection, statement).items()}


def declared_in(connection: Connection, agency_ids: Collection[str], on: date) -> dict[str, frozenset[str]]:
    """The types that any activity of each of these agencies declares on a day."""
    own = activities.c.agency_id.in_(agency_ids), activities.c.withdrawn_on.is_(None)
    elsewhen = or_(activities.c.started_on > on, activities.c.ended_on < on)
    silent = [one.id for one in rows.find(connection, activities, Activity, *own, elsewhen) if not declares(one, on)]
    statement = (
        select(activities.c.agency_id, activity_types.c.type_code)
        .join(activity_types, activity_types.c.activity_id == activities.c.id)
        .where(*own, not_(rows.among(activities.c.id, silent)))
        .distinct()
    )
    return {key: frozenset(codes) for key, codes in _grouped(connection, statement).items()}


def activities_on(connection: Connection, dataset_ids: Collection[int]) -> list[int]:
    """The activities on these datasets, whether these are still there or not."""
    statement = draws().where(rows.among(activity_datasets.c.dataset_id, dataset_ids))
    return sorted({activity_id for activity_id, _ in connection.execute(statement)})


def activities_under(
    connection: Connection, protocol_ids: Collection[int], party_ids: Collection[int] = ()
) -> list[int]:
    """The activities that stand on these protocols or have one of these parties at their other end."""
    under = select(activity_protocols.c.activity_id).where(rows.among(activity_protocols.c.protocol_id, protocol_ids))
    fits = or_(activities.c.id.in_(under), rows.among(activities.c.party_id, party_ids))
    return list(connection.execute(select(activities.c.id).where(fits)).scalars())


def routine(connection: Connection) -> list[int]:
    """The activities that are routine: of these the policies may ask for an agreement."""
    chosen = activities.c.classification.in_(ROUTINE), activities.c.withdrawn_on.is_(None)
    return list(connection.execute(select(activities.c.id).where(*chosen)).scalars())


def agencies_of(connection: Connection, activity_ids: Collection[int]) -> list[str]:
    """The agencies whose activities these are."""
    chosen = rows.among(activities.c.id, activity_ids)
    return list(connection.execute(select(activities.c.agency_id).where(chosen).distinct()).scalars())


def activities_between(connection: Connection, agency_ids: Collection[str]) -> list[int]:
    """Every activity ever recorded of these agencies, and every one of others that has one of them at its other end."""
    to_them = select(parties.c.id).where(parties.c.agency_id.in_(agency_ids))
    mirrored = activities.alias()
    answers = (
        select(activities.c.id)
        .join(mirrored, mirrored.c.id == activities.c.mirror_of_id)
        .where(mirrored.c.agency_id.in_(agency_ids))
    )
    own = select(activities.c.id).where(or_(activities.c.agency_id.in_(agency_ids), activities.c.party_id.in_(to_them)))
    return list(connection.execute(union(own, answers)).scalars())


def activities_in(connection: Connection, agency_id: str) -> list[int]:
    """Every activity ever recorded of an agency."""
    return list(connection.execute(select(activities.c.id).where(activities.c.agency_id == agency_id)).scalars())


def datasets_in(connection: Connection, agency_ids: Collection[str]) -> list[int]:
    """Every dataset of these agencies, and those that were."""
    scope = Scope(frozenset(agency_ids))
    return list(connection.execute(dataset_ids_ever(scope)).scalars())


def kept(connection: Connection, dataset_ids: Collection[int], activity_ids: Collection[int]) -> dict[str, Kept]:
    """The lines on record of these datasets and activities, by key."""
    of = or_(rows.among(differences.c.dataset_id, dataset_ids), rows.among(differences.c.activity_id, activity_ids))
    told = differences.c
    statement = select(told.key, told.id, told.facts, told.columns, told.bound, told.rank).where(of)
    return {row.key: Kept(row.id, row.facts, row.columns, row.bound, row.rank) for row in connection.execute(statement)}


def few_of_many(connection: Connection) -> None:
    """Let this transaction look rows up one by one: what an agency has are few of a city's rows, but PostgreSQL, which
    prices each as a turn of a disk, would read tables of a million rows from end to end for it.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL random_page_cost = 1.1"))


def many_are_new(connection: Connection) -> None:
    """Let the database count its lines anew: what it believed of so many fewer would mislead it."""
    connection.execute(text("ANALYZE differences"))


def add(connection: Connection, new: Sequence[Difference]) -> None:
    """Add lines that were not there."""
    bulk.add(connection, differences, new)


def change(connection: Connection, moved: Sequence[Difference], names: Collection[str]) -> None:
    """Bring these fields of lines on record up to date."""
    if moved:
        statement = update(differences).where(differences.c.id == bindparam("number"))
        statement = statement.values({name: bindparam(f"new_{name}") for name in names})
        told = [{"number": one.id, **{f"new_{name}": getattr(one, name) for name in names}} for one in moved]
        connection.execute(statement, told)


def remove(connection: Connection, gone: Collection[int]) -> None:
    """Take lines away that are none any more."""
    if gone:
        connection.execute(delete(differences).where(rows.among(differences.c.id, gone)))


def one(connection: Connection, difference_id: int) -> Difference | None:
    """One line."""
    return rows.find_one(connection, differences, Difference, differences.c.id == difference_id)


def add_resolution(connection: Connection, said: Resolution) -> None:
    """Add a person's word beside the earlier ones."""
    connection.execute(insert(resolutions), rows.to_row(said))


def resolutions_of(connection: Connection, those: Collection[Difference]) -> dict[str, list[Resolution]]:
    """What people said of these lines, by key, in the order they said it. What was said of a line of one agency is
    nothing that another may read, should a line of the same key become that one's.
    """
    line = select(differences.c.id).where(rows.among(differences.c.id, [one.id for one in those]), of_its_agency())
    found: dict[str, list[Resolution]] = {}
    for said in rows.find(connection, resolutions, Resolution, line.exists()):
        found.setdefault(said.key, []).append(said)
    return found


def of_its_agency() -> ColumnElement[bool]:
    """Whether a word was said of a line by its own agency."""
    return and_(resolutions.c.key == differences.c.key, resolutions.c.agency_id == differences.c.agency_id)


def _papers(connection: Connection, activity_ids: Collection[int]) -> dict[int, list[Protocol]]:
    chosen = rows.among(activity_protocols.c.activity_id, activity_ids)
    links = rows.find(connection, activity_protocols, ActivityProtocol, chosen)
    ids = {link.protocol_id for link in links}
    known = {one.id: one for one in rows.find(connection, protocols, Protocol, rows.among(protocols.c.id, ids))}
    found: dict[int, list[Protocol]] = {}
    for link in links:
        found.setdefault(link.activity_id, []).append(known[link.protocol_id])
    return found


def _with_systems(connection: Connection, activity_ids: Collection[int]) -> frozenset[int]:
    chosen = rows.among(activity_declared_systems.c.activity_id, activity_ids)
    links = rows.find(connection, activity_declared_systems, ActivityDeclaredSystem, chosen)
    return frozenset(link.activity_id for link in links)


def _grouped(connection: Connection, pairs: Select[K, V]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = {}
    for key, value in connection.execute(pairs.order_by(*pairs.selected_columns)):
        found.setdefault(key, []).append(value)
    return found
