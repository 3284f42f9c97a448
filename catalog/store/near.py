"""The law's records that those of some agencies touch: what their reports rest on, and not all of the city's."""

from collections.abc import Collection

from sqlalchemy import Connection, or_, select

from catalog.model.agreements import DeclaredSystem
from catalog.model.register import Activity, Protocol, ProtocolType
from catalog.store import rows
from catalog.store.law_schema import activities, activity_protocols, contracts, declared_systems, protocols


def activities_of(connection: Connection, agency_ids: Collection[str]) -> list[Activity]:
    """The activities of these agencies that are not withdrawn, and those that are the other side of one of them."""
    of = activities.c
    own = select(of.id, of.mirror_of_id).where(of.agency_id.in_(agency_ids), of.withdrawn_on.is_(None))
    sides = [(int(key), mirror) for key, mirror in connection.execute(own)]
    ids = {key for key, _ in sides} | {int(mirror) for _, mirror in sides if mirror}
    near = or_(rows.among(of.id, ids), rows.among(of.mirror_of_id, ids))
    return rows.find(connection, activities, Activity, near, of.withdrawn_on.is_(None))


def protocols_of(connection: Connection, agency_ids: Collection[str], activity_ids: Collection[int]) -> list[Protocol]:
    """The protocols that these activities stand on, that these agencies issued or their contracts carry, and those
    that the privacy office issued for all.
    """
    links, of = activity_protocols.c, protocols.c
    under = select(links.protocol_id).where(rows.among(links.activity_id, activity_ids))
    riders = select(contracts.c.rider_id).where(contracts.c.agency_id.in_(agency_ids))
    issued = of.issuer_agency_id.in_(agency_ids) | (of.type == ProtocolType.CPO_POLICY)
    return rows.find(connection, protocols, Protocol, or_(issued, of.id.in_(under), of.id.in_(riders)))


def declared_systems_of(connection: Connection, agency_ids: Collection[str]) -> list[DeclaredSystem]:
    """The systems that nobody can scan, of these agencies or under their contracts."""
    under = select(contracts.c.id).where(contracts.c.agency_id.in_(agency_ids))
    near = declared_systems.c.agency_id.in_(agency_ids) | declared_systems.c.contract_id.in_(under)
    return rows.find(connection, declared_systems, DeclaredSystem, near)
