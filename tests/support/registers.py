"""A small register to edit: two agencies that are parties to each other, a vendor, and what tests ask of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from catalog.errors import CatalogError
from catalog.model.actors import Actor, Grant, Role
from catalog.model.designations import Designation, DesignationState
from catalog.model.parties import Party, PartyKind
from catalog.model.register import Activity, Classification, Ground, Protocol, ProtocolType, Verb
from catalog.model.revisions import RecordKind
from catalog.services import history, law_records, register
from catalog.services.catalog import Catalog
from catalog.store import law, rows
from catalog.store.schema import datasets
from tests.support.builders import CPO, an_activity, officer

DSO, DCH = officer("dso"), officer("dch")
STAFF = Actor("staff", "Sam Ostrow", frozenset({Grant(Role.CPO_STAFF)}))
DEPUTY = Actor("dep", "Dana Park", frozenset({Grant(Role.DEPUTY, "dso")}))
STEWARD = Actor("stw", "Stevie Wong", frozenset({Grant(Role.STEWARD, "dso")}))
HEAD = Actor("head", "Hari Edwin", frozenset({Grant(Role.AGENCY_HEAD, "dso")}))
AUDITOR = Actor("aud", "Audrey Thorne", frozenset({Grant(Role.AUDITOR)}))
DAY = date(2026, 3, 1)


@dataclass(frozen=True)
class Small:
    """What was recorded."""

    dso: Party
    dch: Party
    vendor: Party
    designation: Protocol
    agreement: Protocol
    sent: Activity


def small(catalog: Catalog) -> Small:
    """Shelter discloses names to Health under a routine designation."""
    dso, dch = (a_party(catalog, one, PartyKind.CITY_AGENCY, one) for one in ("dso", "dch"))
    vendor = a_party(catalog, "Quick Print", PartyKind.VENDOR)
    paper = a_paper(catalog, "Routine 4")
    both = a_paper(catalog, "Sharing", ProtocolType.DATA_SHARING_AGREEMENT)
    activity = disclosure(party_id=dch.id, reference="S2")
    sent = register.add_activity(DSO, catalog, activity, type_codes=["NAME", "DOB"], protocol_ids=[paper.id, both.id])
    return Small(dso, dch, vendor, paper, both, sent)


def a_party(catalog: Catalog, name: str, kind: PartyKind, agency_id: str | None = None) -> Party:
    return law_records.add_party(CPO, catalog, Party(0, name, kind, agency_id))


def a_paper(
    catalog: Catalog,
    title: str,
    kind: ProtocolType = ProtocolType.APO_ROUTINE_DESIGNATION,
    agency_id: str | None = "dso",
    actor: Actor = CPO,
) -> Protocol:
    return register.add_protocol(
        actor, catalog, Protocol(0, kind, title, "Privacy officer", agency_id, "1", "", DAY, None, None)
    )


def disclosure(agency_id: str = "dso", **rest: Any) -> Activity:
    plain = {"verb": Verb.DISCLOSURE, "purpose": "Let people see a doctor", "started_on": DAY}
    return an_activity(agency_id, "Referring people", **(plain | rest))


def approve(catalog: Catalog, activity: Activity, state: DesignationState = DesignationState.ACTIVE) -> Designation:
    """An approval in a state, as it stands in the table; how it got there is not what these tests are of."""
    kept = Designation(
        0, activity.id, Classification.ROUTINE_AGENCY, state, "1", "", DAY, None, None, flow=f"flow {activity.id}",
        ground=Ground.FURTHERS_PURPOSE,
    )  # fmt: skip
    with catalog.changing(CPO, "designate", "test") as change:
        return law.add(change.connection, kept)


def latest(catalog: Catalog, kind: RecordKind, record_id: int) -> int:
    with catalog.reading() as connection:
        return history.latest(connection, kind, record_id)


def of_before(catalog: Catalog, activity: Activity) -> Activity:
    """An activity as releases before histories recorded it."""
    with catalog.changing(CPO, "add_activity", "test") as change:
        return law.add(change.connection, activity)


def retire(catalog: Catalog, dataset_id: int) -> None:
    """Let a dataset be gone from its source."""
    with catalog.changing(CPO, "confirm_gone", "test") as change:
        rows.change(change.connection, datasets, datasets.c.id == dataset_id, retired_at=change.at)


def refused(error: type[CatalogError], words: str, work: Callable[[], object]) -> None:
    with pytest.raises(error, match=words) as caught:
        work()
    assert type(caught.value) is error
    assert caught.value.next_step.endswith(".")
