"""The reconciliation: the table of differences between the law's records and the data, kept in step with both.

A change of either side brings its lines up to date in its own transaction (:func:`touch`); :func:`run` does so for
everything, for what only the passing of days moves. People's words on a line are kept apart: see
:mod:`catalog.services.resolutions`.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

from catalog.model import differences_rules
from catalog.model.actors import Actor
from catalog.model.difference_views import Reconciled
from catalog.model.differences_rules import Facts
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import audit, differences, register
from catalog.store.engine import Connection

_NOTHING = Reconciled(0, 0, 0, 0, 0.0)


def run(actor: Actor, catalog: Catalog) -> Reconciled:
    """Reconcile everything, agency by agency: each waits for nobody longer than one takes.

    It writes no entry in the audit log: nothing is decided here, and all of it follows from what is on record.
    """
    access.require(actor, Action.RUN_SCANS)
    began = monotonic()
    with catalog.reading() as connection:
        agency_ids = [agency.id for agency in register.all_agencies(connection)]
    found = _NOTHING
    for agency_id in agency_ids:
        found = _sum(found, _of_agency(catalog, agency_id))
    return replace(found, seconds=monotonic() - began)


def touch(
    change: Change,
    catalog: Catalog,
    *,
    dataset_ids: Collection[int] = (),
    activity_ids: Collection[int] = (),
    protocol_ids: Collection[int] = (),
    party_ids: Collection[int] = (),
) -> None:
    """Bring the lines up to date that a change may have moved, after it has written what it writes.

    Afterwards the table is what :func:`run` would make of it. An activity can be what declares a type for all data of
    its agency, and the other side of a flow: all of its agency's lines are looked at again.
    """
    connection = change.connection
    if not (dataset_ids or activity_ids or protocol_ids or party_ids):
        return
    audit.alone(connection)
    of_datasets, of_activities = set(dataset_ids), set(activity_ids)
    if protocol_ids or party_ids:
        of_activities.update(differences.activities_under(connection, protocol_ids, party_ids))
    if of_activities:
        agency_ids = differences.agencies_of(connection, of_activities)
        of_activities.update(differences.activities_between(connection, agency_ids))
        of_datasets.update(differences.datasets_in(connection, agency_ids))
    of_activities.update(differences.activities_on(connection, of_datasets))
    _renew(connection, catalog, change.at, of_datasets, of_activities)


def _of_agency(catalog: Catalog, agency_id: str) -> Reconciled:
    done = _NOTHING

    def write(connection: Connection) -> None:
        nonlocal done
        audit.alone(connection)
        own = set(differences.datasets_in(connection, [agency_id]))
        done = _renew(connection, catalog, catalog.clock.now(), own, differences.activities_in(connection, agency_id))

    catalog.note(write)
    return done


def _renew(
    connection: Connection,
    catalog: Catalog,
    at: datetime,
    dataset_ids: Collection[int],
    activity_ids: Collection[int],
) -> Reconciled:
    """Work out the lines of these datasets and activities, and write those that differ from what is kept."""
    facts = _facts(connection, catalog, at, dataset_ids, activity_ids)
    found = {one.key: one for one in differences_rules.differences(facts, dataset_ids, activity_ids, at)}
    kept = differences.kept(connection, dataset_ids, activity_ids)
    new = [one for key, one in found.items() if key not in kept]
    moved = []
    for key, old in kept.items():
        if key in found:
            same = found[key].facts == old.facts
            now = replace(found[key], id=old.id, since=old.since if same else at)
            if now != old:
                moved.append(now)
    gone = [old.id for key, old in kept.items() if key not in found]
    differences.write(connection, new, moved, gone)
    return Reconciled(len(found), len(new), len(gone), len(moved), 0.0)


def _facts(
    connection: Connection,
    catalog: Catalog,
    at: datetime,
    dataset_ids: Collection[int],
    activity_ids: Collection[int],
) -> Facts:
    on_them = differences.activities_on(connection, dataset_ids)
    activities = differences.activity_facts(connection, {*activity_ids, *on_them})
    behind = {
        key for activity_id in activity_ids if activity_id in activities for key in activities[activity_id].datasets
    }
    datasets = differences.dataset_facts(connection, {*dataset_ids, *behind})
    flows = {one.activity.mirror_of_id or key for key, one in activities.items()}
    mirrors = differences.mirrors_of(connection, flows)
    sides = {*mirrors, *(key for keys in mirrors.values() for key in keys)}
    return Facts(
        today=at.date(),
        stale_after=timedelta(days=catalog.settings.stale_days),
        tiers={code: kind.tier for code, kind in catalog.taxonomy.types.items()},
        datasets=datasets,
        activities=activities,
        types=differences.types_of(connection, {*activities, *sides}),
        mirrors=mirrors,
        declared=differences.declared_in(connection, {one.agency_id for one in datasets.values()}),
    )


def _sum(one: Reconciled, other: Reconciled) -> Reconciled:
    return Reconciled(
        differences=one.differences + other.differences,
        new=one.new + other.new,
        gone=one.gone + other.gone,
        moved=one.moved + other.moved,
        seconds=0.0,
    )
