"""The law's records as one state, read in a fixed number of queries and cut to what the actor may see."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

from catalog.model.actors import Actor
from catalog.model.agreements import Agreement, DeclaredSystem
from catalog.model.designations import Designation, covers
from catalog.model.holdings import Agency
from catalog.model.identifiers import IdentifierType
from catalog.model.parties import Party
from catalog.model.policy_rules import PolicyRule
from catalog.model.programmes import Programme, ProgrammeMember
from catalog.model.reconciliation import approval, asking_agreement, declares
from catalog.model.register import Activity, Protocol, ProtocolClass, Verb
from catalog.model.views import ActivityView
from catalog.services import access
from catalog.services.catalog import Catalog
from catalog.store import flows, law, near, register
from catalog.store.engine import Connection

#: A longer row of digits is no number people count by.
_DIGITS = 12
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class Records:
    """Agencies, parties, programmes, protocols and activities, and what joins them.

    ``types``, ``datasets``, ``papers``, ``designations`` and ``systems`` (declared-only ones) are by activity, as are
    ``mirrors``, the collections that are the other side of a disclosure; ``members`` by programme; ``agreements`` and
    ``bound`` (the parties an agreement binds) by protocol; ``collected`` are the datasets of some collection. What is
    by activity is of all of them, seen or not. ``policies`` are the rules that the privacy office keeps; ``silent`` the
    activities, seen or not, whose types cover nothing that is found today; looks from before ``fresh_since`` are old.
    """

    kinds: Mapping[str, IdentifierType]
    today: date
    agencies: Mapping[str, Agency]
    parties: Mapping[int, Party]
    programmes: Mapping[int, Programme]
    members: Mapping[int, tuple[ProgrammeMember, ...]]
    protocols: Mapping[int, Protocol]
    agreements: Mapping[int, Agreement]
    bound: Mapping[int, tuple[int, ...]]
    activities: Mapping[int, Activity]
    types: Mapping[int, tuple[str, ...]]
    datasets: Mapping[int, tuple[int, ...]]
    papers: Mapping[int, tuple[Protocol, ...]]
    designations: Mapping[int, tuple[Designation, ...]]
    systems: Mapping[int, tuple[int, ...]]
    declared: Mapping[int, DeclaredSystem]
    mirrors: Mapping[int, tuple[int, ...]]
    collected: frozenset[int]
    policies: tuple[PolicyRule, ...]
    silent: frozenset[int]
    fresh_since: date

    def asking_agreement(self, activity: Activity) -> tuple[PolicyRule, ...]:
        """The rules of the policies that ask for an agreement though this activity is routine."""
        party = self.parties[activity.party_id] if activity.party_id else None
        return asking_agreement(self.policies, activity, party, self.types.get(activity.id, ()), self.today)

    def approvals_of(self, activity: Activity) -> tuple[Designation, ...]:
        """Its own approvals, and those of the disclosure whose other side it is that cover both sides."""
        joint = self.designations.get(activity.mirror_of_id, ()) if activity.mirror_of_id else ()
        covering = (one for one in joint if covers(one, activity.classification))
        return (*self.designations.get(activity.id, ()), *covering)

    def view(self, activity_id: int) -> ActivityView:
        """An activity with what it is joined with."""
        activity = self.activities[activity_id]
        papers = self.papers.get(activity_id, ())
        return ActivityView(
            activity=activity,
            agency=self.agencies[activity.agency_id],
            party=self.parties[activity.party_id] if activity.party_id else None,
            programme=self.programmes[activity.programme_id] if activity.programme_id else None,
            authorities=tuple(p for p in papers if p.type.protocol_class is ProtocolClass.AUTHORITY),
            handling=tuple(p for p in papers if p.type.protocol_class is ProtocolClass.HANDLING),
            designations=self.designations.get(activity_id, ()),
            approval=approval(activity.classification, papers, self.approvals_of(activity), self.today),
            types=tuple(self.kinds[code] for code in self.types.get(activity_id, ())),
        )

    def views(self, chosen: Callable[[Activity], bool] = lambda _: True) -> tuple[ActivityView, ...]:
        """The activities that are chosen, in the order of their agencies' own numbers."""
        return tuple(self.view(a.id) for a in sorted(filter(chosen, self.activities.values()), key=reference_order))

    def of_dataset(self, dataset_id: int) -> tuple[ActivityView, ...]:
        """The activities on a dataset."""
        ids = self.by_dataset.get(dataset_id, frozenset())
        return tuple(self.view(i) for i in sorted(ids, key=lambda i: reference_order(self.activities[i])))

    @cached_property
    def said_of(self) -> Mapping[int, tuple[tuple[str, ...], ...]]:
        """For each dataset, the types declared by each activity on it, seen or not: what is declared is declared."""
        said = {key: () if key in self.silent else self.types.get(key, ()) for key in self.datasets}
        pairs = ((i, said[key]) for key, ids in self.datasets.items() for i in ids)
        return _grouped(pairs)

    @cached_property
    def under(self) -> Mapping[int, tuple[int, ...]]:
        """The activities seen under each protocol."""
        return _grouped((paper.id, key) for key in self.activities for paper in self.papers.get(key, ()))

    @cached_property
    def by_dataset(self) -> Mapping[int, frozenset[int]]:
        """The activities seen on each dataset."""
        found: dict[int, set[int]] = {}
        for activity_id in self.activities:
            for dataset_id in self.datasets.get(activity_id, ()):
                found.setdefault(dataset_id, set()).add(activity_id)
        return {dataset_id: frozenset(ids) for dataset_id, ids in found.items()}


def reference_order(activity: Activity) -> tuple[str, tuple[tuple[int, str], ...], int]:
    """The order people number by: S2 before S10, those without a number last within their agency."""
    parts = tuple((int(part), "") if _is_number(part) else (0, part) for part in _parts(activity.reference))
    return ("" if activity.reference else "\uffff", parts, activity.id)


def _is_number(part: str) -> bool:
    return part.isdecimal() and len(part) <= _DIGITS


def _parts(text: str) -> Iterator[str]:
    part = ""
    for character in text:
        if part and character.isdecimal() != part[-1].isdecimal():
            yield part
            part = ""
        part += character
    if part:
        yield part


def everything(connection: Connection, catalog: Catalog) -> Records:
    """All of the law's records: for the index, and to be cut."""
    part = _Part(
        activities=register.all_activities(connection),
        protocols=register.all_protocols(connection),
        agreements=law.every(connection, Agreement),
        designations=law.every(connection, Designation),
        declared=law.every(connection, DeclaredSystem),
    )
    return _joined(connection, catalog, part)


def around(connection: Connection, catalog: Catalog, agency_ids: Collection[str]) -> Records:
    """The law's records that reports of these agencies rest on: their activities with the other sides of them, and what
    these stand on; their protocols, and those that the privacy office issued for all; their systems.
    """
    activities = near.activities_of(connection, agency_ids)
    ids = [one.id for one in activities]
    # An approval of both sides stays with the disclosure, also where that is withdrawn.
    approved = {*ids, *(one.mirror_of_id for one in activities if one.mirror_of_id)}
    protocols = near.protocols_of(connection, agency_ids, ids)
    part = _Part(
        activities=activities,
        protocols=protocols,
        agreements=law.among(connection, Agreement, protocol_id=[one.id for one in protocols]),
        designations=law.among(connection, Designation, activity_id=approved),
        declared=near.declared_systems_of(connection, agency_ids),
        among=ids,
    )
    return _joined(connection, catalog, part)


@dataclass(frozen=True)
class _Part:
    """Records that are joined with each other; ``among`` the activities whose links are read, None for all."""

    activities: Sequence[Activity]
    protocols: Sequence[Protocol]
    agreements: Sequence[Agreement]
    designations: Sequence[Designation]
    declared: Sequence[DeclaredSystem]
    among: Collection[int] | None = None


def _joined(connection: Connection, catalog: Catalog, part: _Part) -> Records:
    protocols = {protocol.id: protocol for protocol in part.protocols}
    papers = flows.protocols_of_activities(connection, part.among)
    activities = {activity.id: activity for activity in part.activities}
    datasets = flows.datasets_of_activities(connection, part.among)
    bound = None if part.among is None else protocols.keys()
    today = catalog.clock.now().date()
    return Records(
        kinds=catalog.taxonomy.types,
        today=today,
        agencies={agency.id: agency for agency in register.all_agencies(connection)},
        parties={party.id: party for party in law.every(connection, Party)},
        programmes={programme.id: programme for programme in law.every(connection, Programme)},
        members=_grouped((one.programme_id, one) for one in law.every(connection, ProgrammeMember)),
        protocols=protocols,
        agreements={terms.protocol_id: terms for terms in part.agreements},
        bound=flows.parties_of_agreements(connection, bound),
        activities=activities,
        types=flows.types_of_activities(connection, part.among),
        datasets=datasets,
        papers={key: tuple(protocols[one] for one in ids) for key, ids in papers.items()},
        designations=_grouped((one.activity_id, one) for one in part.designations),
        systems=flows.systems_of_activities(connection, part.among),
        declared={system.id: system for system in part.declared},
        mirrors=_grouped(
            (one.mirror_of_id, one.id)
            for one in activities.values()
            if one.mirror_of_id and one.mirror_of_id in activities
        ),
        collected=frozenset(
            i for key, one in activities.items() if one.verb is Verb.COLLECTION for i in datasets.get(key, ())
        ),
        policies=tuple(law.every(connection, PolicyRule)),
        silent=frozenset(key for key, one in activities.items() if not declares(one, today)),
        fresh_since=today - timedelta(days=catalog.settings.stale_days),
    )


def visible(connection: Connection, catalog: Catalog, actor: Actor) -> Records:
    """What of the law's records the actor may see."""
    return cut(everything(connection, catalog), actor)


def cut(records: Records, actor: Actor) -> Records:
    """The part of the records that the actor may see.

    An officer sees the programmes their agency leads, is a member of or has a flow in, and the protocols their agency
    or the city issued, is bound by or has a flow under.
    """

    def sees(activity: Activity) -> bool:
        party = records.parties[activity.party_id].agency_id if activity.party_id else None
        return access.concerns(actor, (activity.agency_id, party))

    activities = {key: activity for key, activity in records.activities.items() if sees(activity)}
    declared = {key: one for key, one in records.declared.items() if access.concerns(actor, (one.agency_id,))}
    in_use = {paper.id for key in activities for paper in records.papers.get(key, ())}
    led = {activity.programme_id for activity in activities.values()}
    return replace(
        records,
        activities=activities,
        declared=declared,
        programmes={
            key: one for key, one in records.programmes.items() if key in led or _sees_programme(records, actor, one)
        },
        protocols={
            key: one for key, one in records.protocols.items() if key in in_use or _sees_protocol(records, actor, one)
        },
    )


def _sees_programme(records: Records, actor: Actor, programme: Programme) -> bool:
    members = (records.parties[one.party_id].agency_id for one in records.members.get(programme.id, ()))
    return access.concerns(actor, (programme.lead_agency_id, *members))


def _sees_protocol(records: Records, actor: Actor, protocol: Protocol) -> bool:
    if protocol.issuer_agency_id is None:
        return True
    bound = (records.parties[party_id].agency_id for party_id in records.bound.get(protocol.id, ()))
    return access.concerns(actor, (protocol.issuer_agency_id, *bound))


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}
