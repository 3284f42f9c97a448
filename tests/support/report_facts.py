"""Facts of a report made by hand: records with one version each, of which nothing is known but what is given."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any

from catalog.model.holdings import Agency
from catalog.model.identifiers import IdentifierType
from catalog.model.law_views import FlowLine
from catalog.model.parties import Party, PartyKind
from catalog.model.reconciliation import Approval
from catalog.model.register import (
    Activity,
    Classification,
    Ground,
    Protocol,
    ProtocolType,
    Verb,
)
from catalog.model.report_drafts import items
from catalog.model.report_facts import ActivityFact, Facts
from catalog.model.report_items import Item, SourceKind
from catalog.model.views import ActivityView
from catalog.taxonomy import loader

AGENCY = Agency("dso", "DSO", "Department of Shelter", (), "department", "Shelter people.", True, "")
KINDS = loader.load().types
CLINIC = Party(1, "Department of Health", PartyKind.CITY_AGENCY, "dch")
UNIVERSITY = Party(2, "Meridian State University", PartyKind.RESEARCHER, None)
ASKING = Party(3, "Jane Roe", PartyKind.FOIL_REQUESTER, None)
INTAKE = Activity(
    1, "dso", Verb.COLLECTION, "Intake", "Find a bed", Classification.ROUTINE_AGENCY, Ground.FURTHERS_PURPOSE, "", None,
    (), None, None, None, "D-1",
)  # fmt: skip
STUDY = replace(
    INTAKE, id=2, verb=Verb.DISCLOSURE, title="Study", reference="D-2", classification=Classification.CASE_BY_CASE
)
PAPER = Protocol(1, ProtocolType.STATUTE_OR_TREATY, "Shelter act", "City", None, "1", "", date(2020, 1, 1), None, None)


def kept(code: str) -> IdentifierType:
    return KINDS[code]


def facts(**rest: Any) -> Facts:
    """An agency of which nothing is known but what is given; every record has one version."""
    versions: dict[tuple[SourceKind, str], str] = defaultdict(lambda: "v1")
    plain = Facts(AGENCY, date(2026, 7, 1), date(2028, 6, 30), date(2027, 1, 1), versions=versions)
    return replace(plain, **rest)


def flow(activity: Activity, party: Party | None = None, *papers: Protocol, **rest: Any) -> ActivityFact:
    approval = rest.pop("approval", Approval.IN_FORCE)
    types = tuple(KINDS[code] for code in rest.pop("types", ("NAME",)))
    datasets = rest.pop("datasets", ())
    permits = tuple(one for one in papers if one.type.protocol_class == "authority")
    binds = tuple(one for one in papers if one not in permits)
    given = tuple((one, ()) for one in rest.pop("designations", ()))
    view = ActivityView(activity, AGENCY, party, None, permits, binds, tuple(one for one, _ in given), approval, types)
    return ActivityFact(FlowLine(view, (), (), datasets), "v1", given, **rest)


def item(known: Facts, key: str) -> Item:
    (found,) = (one for one in items(known) if one.key == key)
    return found


def cells(known: Facts, key: str) -> dict[str, str]:
    return dict(item(known, key).fields)
