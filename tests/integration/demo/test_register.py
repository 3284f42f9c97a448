"""Port Meridian is registered through the services: sources first, records and decisions after a look."""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from catalog.demo import entries, inventory
from catalog.demo.plans import agency_plans
from catalog.demo.register import decide_some, register_records, register_sources
from catalog.errors import SkipReason
from catalog.model.actors import Role
from catalog.model.agreements import Contract, DeclaredSystem
from catalog.model.cycles import Cycle, CycleState, CycleType
from catalog.model.decisions import Standing
from catalog.model.designations import Designation, DesignationState, Signature
from catalog.model.events import ExigentEvent, Violation
from catalog.model.holdings import Source
from catalog.model.parties import Party, PartyKind
from catalog.model.reconciliation import Approval, Doubt
from catalog.model.register import Classification, Verb
from catalog.model.report_answers import Origin
from catalog.model.report_views import ReportNow
from catalog.model.runs import RunState
from catalog.model.views import ActivityView, DatasetPage
from catalog.services import (
    access,
    approval_pages,
    audit,
    describing,
    holdings,
    indexing,
    people,
    reconciliation,
    recording,
    records,
    report_signing,
    report_states,
    search,
    sources,
)
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.store import holdings as stored
from catalog.store import law
from tests.support.builders import CPO, a_catalog, a_column, a_finding, a_result, listed

ADMIN = local_administrator()
PROOFS = Path(__file__).parents[3] / "benchmarks" / "city"
NUMBERED: list[dict[str, Any]] = tomllib.loads((PROOFS / "flows.toml").read_text(encoding="utf-8"))["flow"]
PLANTED: list[dict[str, Any]] = tomllib.loads((PROOFS / "planted.toml").read_text(encoding="utf-8"))["planted"]

#: Where approvals stand that wait for somebody.
WAITING = {
    DesignationState.SUBMITTED,
    DesignationState.PENDING_COUNTERPART,
    DesignationState.PENDING_REVIEW,
    DesignationState.REFERRED_TO_CPO,
}
#: Files nobody can read, with the share they are on.
BROKEN = {"hr/roster_backup.xlsx": "dch-share", "feeds/referrals_2026-07.csv": "osr-share"}


def truth() -> dict[str, tuple[str, list[tuple[str, list[str]]]]]:
    """Every dataset with its source, its columns and what these truly hold."""
    first = tomllib.loads((PROOFS / "existing.toml").read_text(encoding="utf-8"))
    found = {
        name: (entry["name"], list(first[name].items()))
        for entry in entries.every("source")
        for name in entry["datasets"]
    }
    for plan in entries.plans().values():
        found[plan.name] = (plan.source, [(column.name, list(column.holds)) for column in plan.columns])
    return found


TRUTH = truth()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """The city after a scan that found exactly what is there."""
    folder = tmp_path_factory.mktemp("demo")
    made = a_catalog(folder)
    register_sources(made, folder / "sources")
    with made.together() as joined:
        for source in sources.all_sources(ADMIN, joined):
            pretend_to_scan(joined, source)
    register_records(made)
    yield made
    made.close()


@pytest.fixture(scope="module")
def views(city: Catalog) -> Mapping[tuple[str, str], ActivityView]:
    """Every activity by its agency and reference."""
    with city.reading() as connection:
        every = records.everything(connection, city).views()
    return {(view.agency.id, view.activity.reference): view for view in every}


@pytest.fixture(scope="module")
def decided(city: Catalog) -> int:
    return decide_some(city)


def pretend_to_scan(made: Catalog, source: Source) -> None:
    held = {name: columns for name, (of, columns) in TRUTH.items() if of == source.name}
    broken = [(listed(name), SkipReason.UNREADABLE) for name, of in BROKEN.items() if of == source.name]
    run = recording.begin(ADMIN, made, source.id, 1)
    due = recording.record_listing(ADMIN, made, run, [listed(name) for name in held], broken)
    for name, columns in held.items():
        found = [
            a_column(column, [a_finding(code) for code in sorted({code.rstrip("?") for code in codes})], position=place)
            for place, (column, codes) in enumerate(columns)
        ]
        recording.record_result(ADMIN, made, run, due[name], "v1", a_result(found))
    recording.finish(ADMIN, made, run, RunState.DONE)


def pages(made: Catalog, names: Sequence[str]) -> dict[str, DatasetPage]:
    found = [one for s in sources.all_sources(ADMIN, made) for one in describing.datasets(ADMIN, made, s.id)]
    return {one.name: holdings.dataset(ADMIN, made, one.id) for one in found if one.name in names}


def every(made: Catalog, kind: type[Any]) -> list[Any]:
    with made.reading() as connection:
        return law.every(connection, kind)


def planted(kind: str) -> list[dict[str, Any]]:
    return [entry for entry in PLANTED if entry["kind"] == kind]


def test_twelve_agencies_each_with_an_officer_and_somebody_in_every_role(city: Catalog) -> None:
    agencies = {agency.acronym for agency in sources.agencies(ADMIN, city)}
    assert agencies == {"DSO", "DCH", "OSR", "DHB", "CFS", "DHP", "MHC", "PMP", "DFR", "OPM", "DPR", "OPE"}
    offered = people.offered(city)
    assert {agency.acronym for _, _, agency in offered if agency} == agencies
    assert {agency.acronym for _, role, agency in offered if agency and role is Role.OFFICER} == agencies
    assert {role for _, role, _ in offered} == set(Role)
    planned = {source.name for agency in agency_plans() for source in agency.sources}
    assert {source.name for source in sources.all_sources(ADMIN, city)} >= planned


def test_datasets_are_described_as_their_keepers_did_and_some_by_nobody(city: Catalog) -> None:
    seen = pages(city, ["WMS_CASE", "CLNT_MSTR", "CLNT_ATTR", "CLNT_MSTR_BAK"])
    case, plan = seen["WMS_CASE"].description, entries.plans()["WMS_CASE"]
    assert case is not None
    assert (case.title, case.retention, case.contact) == (plan.title, plan.retention, "privacy@dhb.example.org")
    assert seen["CLNT_MSTR"].line.title == "Client master file"
    assert seen["CLNT_ATTR"].description is None
    assert seen["CLNT_MSTR_BAK"].description is None


@pytest.fixture(scope="module")
def undeclared(city: Catalog) -> Mapping[str, set[str]]:
    """For each dataset of an activity, what it holds and no activity declares."""
    with city.reading() as connection:
        known = records.everything(connection, city)
        seen = reconciliation.data(connection, access.scope(CPO), known)
        datasets = stored.datasets_by_id(connection, access.scope(CPO), list(seen))
        found: dict[str, set[str]] = {}
        for activity in known.activities.values():
            for key, codes in reconciliation.undeclared_of(known, seen, activity).items():
                found.setdefault(datasets[key].name, set()).update(codes)
    return found


def test_every_dataset_is_part_of_an_activity_save_a_few(city: Catalog) -> None:
    with city.reading() as connection:
        known = records.everything(connection, city)
        seen = reconciliation.data(connection, access.scope(CPO), known)
        datasets = stored.datasets_by_id(connection, access.scope(CPO), list(seen))
    orphans = {datasets[key].name for key, one in seen.items() if one.held and key not in known.by_dataset}
    assert {"CLNT_ATTR", "exports/bednight_feed.csv", "AGT_LOGIN", "towing/abandoned_vehicles.csv"} < orphans
    assert len(orphans) < 30


def test_what_is_undeclared_is_what_was_planted(undeclared: Mapping[str, set[str]]) -> None:
    """The scan that found all there is disagrees with paper in the planted places alone."""
    assert undeclared == {entry["dataset"]: set(entry["types"]) for entry in planted("undeclared")}
    assert len(undeclared) == 8
    for entry in planted("undeclared"):
        assert set(entry["types"]) <= set(dict(TRUTH[entry["dataset"]][1])[entry["column"]])
        on_it = {(one.agency, one.ref) for one in entries.activities() if entry["dataset"] in one.datasets}
        assert (entry["agency"], entry["activity"]) in on_it


DOUBTS = {"not_found": 1, "not_mirrored": 1, "types_differ": 1, "lapsed": 1, "no_approval": 4, "no_agreement": 0}
#: The kinds of what is planted that are told as another doubt.
PLANTED_AS = {"lapsed": "expired", "no_approval": "waiting"}


@pytest.mark.parametrize("doubt", DOUBTS)
def test_what_else_does_not_add_up_is_what_was_planted(city: Catalog, doubt: str) -> None:
    with city.reading() as connection:
        known = records.everything(connection, city)
        seen = reconciliation.data(connection, access.scope(CPO), known)
        concerns = {
            (activity.agency_id, activity.reference): concern
            for activity in known.activities.values()
            for concern in reconciliation.concerns(known, seen, CPO, activity)
            if concern.doubt == doubt and activity.verb is not _other_verb(doubt)
        }
    # What waits for an approval has none on the other side of the flow either.
    entries_of = [
        {**entry, "agency": agency}
        for entry in planted(PLANTED_AS.get(doubt, doubt))
        for agency in (entry["agency"], *([entry["other"]] if entry["kind"] == "waiting" and "other" in entry else ()))
    ]
    assert set(concerns) == {(entry["agency"], entry["activity"]) for entry in entries_of}
    assert len(concerns) == DOUBTS[doubt]
    for entry in entries_of:
        concern = concerns[entry["agency"], entry["activity"]]
        assert concern.agency is None or concern.agency.id == entry["other"]
        told = {kind.code for kind in (*concern.types, *concern.others)}
        assert not told or told == set(entry["types"])


def test_what_scans_may_miss_is_no_doubt_and_what_was_planted_of_it_is_among_it(city: Catalog) -> None:
    with city.reading() as connection:
        known = records.everything(connection, city)
        seen = reconciliation.data(connection, access.scope(CPO), known)
        lines = reconciliation.flow_lines(known, seen, CPO, known.activities)
    missed = {
        (line.view.agency.id, line.view.activity.reference): {kind.code for kind in one.types}
        for line in lines
        for one in line.concerns
        if one.doubt is Doubt.MAY_BE_MISSED
    }
    entries_of = planted("may_be_missed")
    assert len(entries_of) == 3
    for entry in entries_of:
        assert set(entry["types"]) <= missed[entry["agency"], entry["activity"]]
    told = {one.doubt for line in lines for one in (*line.doubts, *line.suspicions)}
    assert Doubt.MAY_BE_MISSED not in told


def _other_verb(doubt: str) -> Verb | None:
    """A flow whose sides differ is told of both; it is planted once."""
    return Verb.COLLECTION if doubt in {"not_mirrored", "types_differ"} else None


def test_one_authority_has_expired_and_no_other(city: Catalog, views: Mapping[tuple[str, str], ActivityView]) -> None:
    today = city.clock.now().date()
    expired = {p.title for view in views.values() for p in view.authorities if p.expires_on and p.expires_on < today}
    assert expired == {"Case approval: care coordination pilot"}
    states = {one.state for one in every(city, Designation)}
    assert states == WAITING | {DesignationState.ACTIVE, DesignationState.REVIEW_DUE, DesignationState.EXPIRED}


def test_two_exigent_events_and_one_violation(city: Catalog, views: Mapping[tuple[str, str], ActivityView]) -> None:
    by_id = {view.activity.id: key for key, view in views.items()}
    for kind, name in ((ExigentEvent, "exigent"), (Violation, "violation")):
        told = {(*by_id[one.activity_id], frozenset(one.type_codes)) for one in every(city, kind)}
        assert told == {(e["agency"], e["activity"], frozenset(e["types"])) for e in planted(name)}
        assert all(one.cpo_notified_on for one in every(city, kind))
    assert (len(planted("exigent")), len(planted("violation"))) == (2, 1)


ROUTINE, TOGETHER, CASE = (
    Classification.ROUTINE_AGENCY,
    Classification.ROUTINE_INTERAGENCY,
    Classification.CASE_BY_CASE,
)
RIDER = "Identifying information rider for outreach contractors"
POLICY = "Citywide privacy policies and protocols"
APPLICATIONS = "Agreement with the marketplace and the public plan on applications"
SLIPS = "Standard data sharing agreement on referral slips"
COUNTS, OTHER_LAW = Classification.NOT_IDENTIFYING, Classification.OTHER_LAW
EXIGENT, POLICE = Classification.EXIGENT, Classification.EXEMPT_POLICE

#: Reference, whose it is, from or to whom, its class, a paper beside its authority, its class on the other side.
FLOWS: list[tuple[str, str, str, Classification, str | None, Classification | None]] = [
    ("S1", "osr", "Callers", ROUTINE, POLICY, None),
    ("S2", "osr", "DSO", TOGETHER, "Street outreach data sharing agreement", TOGETHER),
    ("S3", "osr", "PMP", TOGETHER, "Encampment referrals data sharing agreement", TOGETHER),
    ("S4", "opm", "People seen on the street", ROUTINE, None, None),
    ("S5", "dso", "Clients, through outreach contractors", ROUTINE, RIDER, None),
    ("S6", "dso", "MHC", CASE, "Care coordination data sharing agreement", OTHER_LAW),
    ("S7", "dso", "DHB", TOGETHER, "Street outreach data sharing agreement", TOGETHER),
    ("S8", "mhc", "DSO", EXIGENT, None, EXIGENT),
    ("S9", "dso", "PMP", POLICE, None, POLICE),
    ("S10", "dso", "Meridian State University", CASE, "Research agreement with Meridian State University", None),
    ("S11", "opm", "The public", COUNTS, POLICY, None),
    ("C1", "mhc", "Patients", OTHER_LAW, "Notice of privacy practices", None),
    ("C2", "mhc", "OPE", OTHER_LAW, "Uninsured outreach data sharing agreement", ROUTINE),
    ("C3", "ope", "Residents", ROUTINE, POLICY, None),
    ("C4", "ope", "State Health Marketplace", CASE, APPLICATIONS, None),
    ("C4-PLAN", "ope", "Meridian Public Health Plan", CASE, APPLICATIONS, None),
    ("C5", "dhb", "OPE", TOGETHER, "Losing coverage data sharing agreement", TOGETHER),
    *(("C6", one, "OPE", TOGETHER, SLIPS, TOGETHER) for one in ("dso", "dch", "osr", "dhb", "cfs", "dhp", "dpr")),
    *(("C7", one, "OPE", COUNTS, POLICY, COUNTS) for one in ("dhb", "dch", "mhc")),
    ("C8", "ope", "Halfmoon Mailing", ROUTINE, "Identifying information rider for the mailing contractor", None),
]


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: f"{flow[0]}-{flow[1]}")
def test_every_flow_of_the_two_programs(flow: tuple[Any, ...], views: Mapping[tuple[str, str], ActivityView]) -> None:
    ref, agency, party, classification, paper, other_side = flow
    view = views[agency, ref]
    assert view.programme is not None
    assert view.programme.code == ("STREET-OUTREACH" if ref.startswith("S") else "COVERAGE")
    assert view.activity.classification is classification
    assert view.party is not None
    assert party in {view.party.name, (view.party.agency_id or "").upper()}
    assert paper is None or paper in {protocol.title for protocol in view.handling}
    mirrors = [one for one in views.values() if one.activity.mirror_of_id == view.activity.id]
    assert [one.activity.classification for one in mirrors] == ([other_side] if other_side else [])
    for one in mirrors:
        assert (one.agency.id, one.activity.verb) == (view.party.agency_id, Verb.COLLECTION)
        assert one.party is not None
        assert one.party.agency_id == agency
        assert one.types == view.types
    identity = {kind.code for kind in view.types}
    assert bool(identity) == (classification is not Classification.NOT_IDENTIFYING)


def test_every_program_record_is_one_of_these(views: Mapping[tuple[str, str], ActivityView]) -> None:
    told = {(ref, agency) for ref, agency, *_ in FLOWS}
    extra = {("DSO-2", "dso"), ("DCH-6", "dch")}
    in_programs = {
        (view.activity.reference, view.agency.id)
        for view in views.values()
        if view.programme and view.activity.mirror_of_id is None
    }
    assert in_programs == told | extra


def test_every_disclosure_to_an_agency_has_another_side_save_the_planted(
    views: Mapping[tuple[str, str], ActivityView],
) -> None:
    mirrored = {view.activity.mirror_of_id for view in views.values()}
    alone = {
        key
        for key, view in views.items()
        if view.activity.verb is Verb.DISCLOSURE and view.party and view.party.agency_id
        if view.activity.id not in mirrored
    }
    assert alone == {(entry["agency"], entry["activity"]) for entry in planted("not_mirrored")}


def test_approvals_are_signed_over_what_was_approved(
    city: Catalog, views: Mapping[tuple[str, str], ActivityView]
) -> None:
    by_id = {view.activity.id: view for view in views.values()}
    signers: dict[int, set[str | None]] = {}
    for signature in every(city, Signature):
        signers.setdefault(signature.designation_id, set()).add(signature.agency_id)
        assert signature.signer
        assert signature.statement or signature.person_id, "a paper of before says how it furthers the mission"
    for one in every(city, Designation):
        view = by_id[one.activity_id]
        said = json.loads(one.content)
        assert (said["title"], said["purpose"]) == (view.activity.title, view.activity.purpose)
        assert said["types"] == sorted(kind.code for kind in view.types)
        over = {each.content_hash for each in every(city, Signature) if each.designation_id == one.id}
        assert over <= {one.content_hash}
        if one.state not in WAITING:
            assert view.agency.id in signers[one.id]
            assert (len(signers[one.id]) > 1) == (one.classification is TOGETHER)
    approved = {one.activity_id for one in every(city, Designation)}
    for view in views.values():
        if view.activity.mirror_of_id is None and view.approval is not Approval.NOT_NEEDED:
            assert view.activity.id in approved


@pytest.mark.parametrize("flow", NUMBERED, ids=[flow["ref"] for flow in NUMBERED])
def test_both_programs_have_every_numbered_flow_rightly_classified(
    city: Catalog, views: Mapping[tuple[str, str], ActivityView], flow: dict[str, Any]
) -> None:
    for agency_id in (flow["agency"], *flow.get("also", ())):
        view = views[agency_id, flow["ref"]]
        activity = view.activity
        assert view.programme is not None
        assert view.party is not None
        assert (view.programme.code, activity.verb, view.party.kind) == (flow["program"], flow["verb"], flow["party"])
        assert activity.classification == flow["recorded"]
        assert "ground" not in flow or activity.ground == flow["ground"]
        assert "agreement" not in flow or flow["agreement"] in {paper.type for paper in view.handling}
        others = [each for each in views.values() if each.activity.mirror_of_id == activity.id]
        assert [each.activity.classification for each in others] == ([flow["other"]] if "other" in flow else [])
        assert guided(city, activity.id, flow["yes"]) == flow["outcome"]


def guided(city: Catalog, activity_id: int, yes: Sequence[str]) -> str | None:
    """The class that the guide leads to, with yes to these questions and no to all others."""
    answers: dict[str, str] = {}
    while (page := approval_pages.guide(CPO, city, activity_id, answers)).question is not None:
        answers[page.question] = "yes" if page.question in yes else "no"
    assert page.outcome is not None
    assert set(yes) <= set(answers), "each of them is asked"
    return page.outcome.classification


def test_the_kind_of_every_party_is_recorded(city: Catalog) -> None:
    parties = {party.name: party for party in every(city, Party)}
    assert {name for name, party in parties.items() if party.kind is PartyKind.NOT_RECORDED} == set()
    assert parties["Meridian Hospitals Corporation"].kind is PartyKind.LOCAL_AUTHORITY
    assert parties["Meridian Public Health Plan"].kind is PartyKind.LOCAL_AUTHORITY
    assert parties["State Health Marketplace"].is_third_party


def test_systems_nobody_can_scan_are_declared_with_their_contracts(city: Catalog) -> None:
    systems = every(city, DeclaredSystem)
    assert 6 <= len(systems) <= 8
    assert {system.unscannable.value for system in systems} == {
        "paper",
        "vendor_hosted",
        "contractor_held",
        "closed_network",
        "images",
    }
    numbers = {contract.id: contract for contract in every(city, Contract)}
    held = [numbers[system.contract_id] for system in systems if system.contract_id]
    assert len(held) == 4
    assert all(contract.rider_id for contract in held)


def test_every_agency_signed_its_last_report_and_one_was_late(city: Catalog) -> None:
    cycles = every(city, Cycle)
    assert len({cycle.agency_id for cycle in cycles}) == len(cycles) == 12
    assert {cycle.state for cycle in cycles} == {CycleState.SUBMITTED}
    assert [c.agency_id for c in cycles if c.submitted_on and c.submitted_on > c.due_on] == ["dhp"]
    assert len({cycle.content_hash for cycle in cycles}) == 12
    reported = {(one.cycle_id, one.type_code): one for one in every(city, CycleType)}
    dso = next(cycle.id for cycle in cycles if cycle.agency_id == "dso")
    assert (reported[dso, "SSN_LAST4"].collected, reported[dso, "SSN_LAST4"].disclosed) == (True, False)
    assert (dso, "BIO_DNA") not in reported


def test_decisions_are_made_where_the_scan_suggested_them(city: Catalog, decided: int) -> None:
    standings = {
        (name, view.column.name, tag.type.code): (tag.standing, tag.decided_by)
        for name, page in pages(city, ["PATIENT", "FACILITY", "CASE_NOTE", "WMS_CASE"]).items()
        for view in page.columns
        for tag in view.tags
    }
    assert decided > 100
    assert standings["PATIENT", "PT_NM", "NAME"] == (Standing.CONFIRMED, "Carla Nwosu")
    assert standings["WMS_CASE", "F07", "SSN"] == (Standing.CONFIRMED, "Farah Haddad")
    assert standings["CASE_NOTE", "NOTE_TXT", "SSN"][0] is Standing.SUGGESTED
    assert ("FACILITY", "FAC_NM", "NAME") not in standings
    heat = holdings.heat_map(ADMIN, city)
    assert [row.agency.id for row in heat.rows if not any(counts.confirmed for counts in row.cells.values())] == []
    assert [row.agency.id for row in heat.rows if not any(counts.suggested for counts in row.cells.values())] == []


def test_programs_are_found_by_the_names_people_know_them_by(city: Catalog) -> None:
    indexing.refresh(city)
    for text, code in (
        ("HOME-STAT", "STREET-OUTREACH"),
        ("Get Covered NYC", "COVERAGE"),
        ("GetCoveredNYC", "COVERAGE"),
    ):
        found = search.find(CPO, city, text)
        assert ("programme", code) in {(hit.kind, hit.id) for hit in found.others}


def test_all_of_it_is_in_the_audit_chain(city: Catalog) -> None:
    report = audit.verify(ADMIN, city)
    assert report.broken_at is None
    assert report.entries > 1000


@pytest.fixture(scope="module")
def reports(city: Catalog, decided: int) -> Mapping[str, ReportNow]:
    """The reports of the round that follows, by agency."""
    assert decided
    inventory.keep(city)
    with city.reading() as connection:
        found = [one for one in law.every(connection, Cycle) if one.period_to.year == 2028]
        return {one.agency_id: report_states.state_of(connection, city, one) for one in found}


def test_a_round_is_open_for_every_agency_and_some_are_further_on(reports: Mapping[str, ReportNow]) -> None:
    states = {agency: now.cycle.state for agency, now in reports.items()}
    assert len(states) == 12
    further = {agency: state for agency, state in states.items() if state is not CycleState.OPEN}
    assert further == {
        "dso": CycleState.IN_PROGRESS,
        "osr": CycleState.RETURNED,
        "dfr": CycleState.UNDER_COMMITTEE_REVIEW,
    }


def test_reports_begin_from_what_is_known(reports: Mapping[str, ReportNow]) -> None:
    for agency in ("dso", "dhp", "dpr"):
        answers = reports[agency].answers
        assert sum(one.prefilled for one in answers) / len(answers) >= 0.8
        assert all(one.item.sources for one in answers if one.item.text or one.item.fields)
        assert all(one.last_text for one in answers if one.item.key.startswith(("request_policy", "access", "impact")))
    needs = {agency: sum(one.needs_explaining for one in now.answers) for agency, now in reports.items()}
    assert (needs["dpr"], needs["dhp"]) == (0, 0)
    assert needs["dso"] > 0


def test_what_people_said_so_far(reports: Mapping[str, ReportNow]) -> None:
    answers = reports["dso"].answers
    assert {one.item.key for one in answers if one.withheld} == {"types/VICTIM_DV_SA"}
    (proposed,) = (one for one in answers if one.proposals)
    assert proposed.item.label == "DSO-1 Shelter intake and casework"
    assert [one.person for one in proposed.proposals] == ["Samir Joshi"]
    assert {one.item.key for one in answers if one.origin is Origin.WRITTEN} >= {"impact_policy/text"}
    assert {one.item.key for one in answers if one.said} >= {"request_policy/city_agencies", "access/necessary"}
    commented = {one.item.key: len(one.open_comments) for one in reports["osr"].answers if one.comments}
    assert commented == {"access/text": 2, "impact_law/text": 2}


def test_what_was_signed_is_what_was_signed(city: Catalog, reports: Mapping[str, ReportNow]) -> None:
    for agency in ("osr", "dfr"):
        assert report_signing.verify(ADMIN, city, reports[agency].cycle.id).holds
