"""What the law's records of the made-up city say: one of each kind, and one of each thing that does not add up."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from catalog.model.actors import Actor, Grant, Role
from catalog.model.agreements import (
    Agreement,
    Contract,
    DeclaredSystem,
    OnwardDisclosure,
    ServiceClass,
    Unscannable,
)
from catalog.model.cycles import Cycle, CycleState, CycleType
from catalog.model.designations import Designation, DesignationState, Signature
from catalog.model.events import ExigentEvent, ExigentState, Violation, ViolationState
from catalog.model.flow_templates import FlowTemplate
from catalog.model.measures import Measure, MeasureState
from catalog.model.parties import Party, PartyKind
from catalog.model.policy_rules import PolicyRule, RuleKind
from catalog.model.programmes import Programme, ProgrammeMember
from catalog.model.purposes import Purpose
from catalog.model.quarterly_content import Quarter
from catalog.model.register import Activity, Classification, Protocol, ProtocolType, Verb
from catalog.model.requests import Request, RequestKind, RequestState
from catalog.services import (
    approvals,
    cycles,
    division_tasks,
    flow_templates,
    law_records,
    measures,
    policy_rules,
    purposes,
    quarterly,
    register,
    reporting,
    requests,
)
from catalog.services.catalog import Catalog
from tests.support.builders import an_activity

ADMIN = Actor("local", "local administrator", frozenset({Grant(Role.CPO), Grant(Role.OPERATOR)}))
_OFFICER = Actor("officer-dss", "Ben Okafor", frozenset({Grant(Role.OFFICER, "DSS")}))


@dataclass(frozen=True)
class Law:
    """What tests speak of: flows by what is wrong with them, two protocols, the report that is under way and what
    somebody without an account is asked for it, the programme's code.
    """

    intake: int
    referral: int
    received: int
    unanswered: int
    study: int
    vendor: int
    dashboard: int
    health: int
    designation: int
    lapsed_protocol: int
    cycle: int
    division: int
    programme: str = "STREET-OUTREACH"


def _protocol(catalog: Catalog, kind: ProtocolType, title: str, issuer: str | None, **rest: date | None) -> Protocol:
    plain = Protocol(0, kind, title, "Privacy officer", issuer, "2", "§23-1202(b)", date(2024, 5, 1), None, None)
    return register.add_protocol(ADMIN, catalog, replace(plain, **rest))  # type: ignore[arg-type]  # dates


def _add(catalog: Catalog, activity: Activity, types: str, datasets: list[int], protocols: list[Protocol]) -> int:
    ids = [protocol.id for protocol in protocols]
    return register.add_activity(
        ADMIN, catalog, activity, type_codes=types.split(), dataset_ids=datasets, protocol_ids=ids
    ).id


def _quarterly(catalog: Catalog) -> None:
    """The report to the Speaker of a quarter in which the CPO was told of nothing."""
    quarter = Quarter(2025, 4)
    shown = quarterly.preview(ADMIN, catalog, quarter)
    quarterly.issue(ADMIN, catalog, quarter, content_hash=shown.content_hash)


def _rule(catalog: Catalog) -> None:
    """A rule of the policies that nothing here comes under."""
    rule = PolicyRule(
        0, RuleKind.ROUTINE_NEEDS_AGREEMENT, "Health information on requests for records", "", "Policies 2025, 4.1",
        Verb.DISCLOSURE, ("foil_requester",), ("HEALTH_INFO",), None, date(2025, 1, 1), None,
    )  # fmt: skip
    policy_rules.add(ADMIN, catalog, rule)


def _libraries(catalog: Catalog, university: int) -> None:
    """A purpose, a template, a request and a measure of Social Services."""
    purposes.add(ADMIN, catalog, Purpose(0, "DSS", "Eligibility", "Decide who is eligible for help"))
    slips = FlowTemplate(
        0, "DSS", "RESEARCH-SLIPS", "Research slips", "Let others study what works", Verb.DISCLOSURE,
        Classification.CASE_BY_CASE, None, university, None, ("DOB",), (), "yearly", "", "",
    )  # fmt: skip
    flow_templates.add(ADMIN, catalog, slips)
    asked = Request(
        0, "DSS", RequestKind.REQUEST, university, "Birth dates for a study", "They study who comes back", ("DOB",),
        date(2026, 7, 1), RequestState.RECEIVED, None, None, "", None,
    )  # fmt: skip
    requests.add(ADMIN, catalog, asked)
    considered = Measure(
        0, "DSS", "Ask for the year alone", "Birth dates become birth years.", MeasureState.CONSIDERED, None,
        "Day, month and year", "The year", None,
    )  # fmt: skip
    measures.add(ADMIN, catalog, considered)


def keep(catalog: Catalog, clients: int, plain: int, foreign: int) -> Law:
    """Record it all; ``clients`` and ``plain`` are datasets of Social Services, ``foreign`` of Health."""

    def party(name: str, kind: PartyKind, agency_id: str | None = None) -> int:
        return law_records.add_party(ADMIN, catalog, Party(0, name, kind, agency_id)).id

    dss = party("Department of Social Services", PartyKind.CITY_AGENCY, "DSS")
    doh = party("Department of Health", PartyKind.CITY_AGENCY, "DOH")
    parks = party("Department of Parks", PartyKind.CITY_AGENCY, "PRK")
    applicants = party("Applicants", PartyKind.INDIVIDUAL)
    teams = party("Harbor Street Teams", PartyKind.CONTRACTOR)
    university = party("Meridian State University", PartyKind.RESEARCHER)
    printer = party("Quick Print", PartyKind.VENDOR)
    public = party("Everybody", PartyKind.PUBLIC)
    outreach = law_records.add_programme(
        ADMIN,
        catalog,
        Programme(
            0,
            "STREET-OUTREACH",
            "Street outreach",
            "Finds people who sleep outside; modelled on HOME-STAT.",
            ("HOME-STAT", "HOMESTAT"),
            "DSS",
            date(2019, 4, 1),
            None,
        ),
    )
    for member, part in ((dss, "Leads"), (doh, "Treats people"), (teams, "Outreach by night")):
        law_records.add_member(ADMIN, catalog, ProgrammeMember(outreach.id, member, part))
    routine = _protocol(
        catalog,
        ProtocolType.APO_ROUTINE_DESIGNATION,
        "Routine designation 4: eligibility",
        "DSS",
        review_due_on=date(2026, 5, 1),
    )
    policy = register.add_protocol(
        ADMIN,
        catalog,
        Protocol(
            0,
            ProtocolType.CPO_POLICY,
            "Citywide handling policy",
            "Chief Privacy Officer",
            None,
            "2025",
            "",
            date(2025, 1, 1),
            None,
            None,
        ),
    )
    both = _protocol(catalog, ProtocolType.INTERAGENCY_ROUTINE_AGREEMENT, "Outreach: agreement of both officers", "DSS")
    sharing = _protocol(
        catalog,
        ProtocolType.DATA_SHARING_AGREEMENT,
        "Outreach data sharing agreement",
        "DSS",
        expires_on=date(2099, 6, 30),
    )
    old = _protocol(
        catalog, ProtocolType.APO_CASE_APPROVAL, "Case approval: study of intake", "DSS", expires_on=date(2025, 4, 30)
    )
    internal = _protocol(catalog, ProtocolType.APO_ROUTINE_DESIGNATION, "Routine designation of the clinics", "DOH")
    rider = _protocol(catalog, ProtocolType.CONTRACT_RIDER, "Identifying information rider", "DSS")
    terms = Agreement(
        sharing.id,
        "Care for people who sleep outside",
        OnwardDisclosure.WITH_APPROVAL,
        "Encrypted in transit",
        "After a year",
    )
    register.add_agreement(ADMIN, catalog, terms, [dss, doh])
    intake = _add(
        catalog,
        replace(
            an_activity("DSS", "Intake interviews"),
            purpose="Decide who is eligible for help",
            unit="Intake unit",
            party_id=applicants,
            subject_categories=("adult",),
            programme_id=outreach.id,
            started_on=date(2020, 1, 1),
            reference="S1",
            frequency="daily",
            volume="1,000 to 10,000 people",
            retention="7 years",
        ),
        "SSN NAME DOB GENDER_IDENTITY",
        [clients],
        [routine, policy],
    )
    to_health = replace(
        an_activity("DSS", "Referring people to the clinics"),
        verb=Verb.DISCLOSURE,
        purpose="Let people see a doctor",
        classification=Classification.ROUTINE_INTERAGENCY,
        party_id=doh,
        programme_id=outreach.id,
        reference="S2",
    )
    referral = _add(catalog, to_health, "NAME DOB", [clients], [both, sharing])
    received = _add(
        catalog,
        replace(
            an_activity("DOH", "Receiving people from the shelters"),
            party_id=dss,
            mirror_of_id=referral,
            programme_id=outreach.id,
            reference="S2-DOH",
        ),
        "NAME DOB HEALTH_INFO",
        [foreign],
        [internal],
    )
    unanswered = _add(
        catalog,
        replace(to_health, title="Naming campers", party_id=parks, reference="S10", programme_id=None),
        "NAME",
        [clients],
        [both],
    )
    study = _add(
        catalog,
        replace(
            to_health,
            title="Study of intake",
            classification=Classification.CASE_BY_CASE,
            party_id=university,
            programme_id=None,
            reference="D3",
        ),
        "DOB",
        [clients],
        [old],
    )
    vendor = _add(
        catalog,
        replace(
            to_health,
            title="Printing letters",
            classification=Classification.UNCLASSIFIED,
            ground=None,
            party_id=printer,
            programme_id=None,
            reference="",
        ),
        "NAME ADDR_HOME",
        [],
        [],
    )
    dashboard = _add(
        catalog,
        replace(
            to_health,
            title="Monthly dashboard",
            classification=Classification.NOT_IDENTIFYING,
            ground=None,
            party_id=public,
            reference="S11",
        ),
        "",
        [plain],
        [],
    )
    health = _add(
        catalog, replace(an_activity("DOH", "Canary of the clinics"), party_id=applicants), "HEALTH_ID", [], [internal]
    )
    signatures = (
        Signature(0, 0, "DSS", "Ben Okafor", "Privacy officer", "It gets people to a doctor.", date(2024, 5, 1)),
        Signature(0, 0, "DOH", "Mei Chan", "Privacy officer", "It brings us who needs us.", date(2024, 5, 1)),
    )
    approvals.record(
        ADMIN,
        catalog,
        Designation(
            0, referral, Classification.ROUTINE_INTERAGENCY, DesignationState.ACTIVE, "3rd edition", "",
            date(2024, 5, 2), date(2026, 5, 1), None,
        ),
        signatures,
    )  # fmt: skip
    contract = law_records.add_contract(
        ADMIN,
        catalog,
        Contract(
            0,
            "DSS",
            teams,
            "24-117",
            "Outreach by night",
            ServiceClass.HUMAN_SERVICES,
            rider.id,
            date(2024, 7, 1),
            None,
        ),
    )
    law_records.declare_system(
        ADMIN,
        catalog,
        DeclaredSystem(
            0, "DSS", "Paper intake files", "Folders in the intake office", "Intake unit", Unscannable.CONTRACTOR_HELD,
            contract.id, ("NAME", "FAMILY"), ("adult",), "10 years", date(2026, 1, 5),
        ),
        [vendor],
    )  # fmt: skip
    reporting.add_exigent_event(
        ADMIN,
        catalog,
        ExigentEvent(
            0, "DSS", referral, Verb.DISCLOSURE, "Telling a hospital of a person in the cold", "Life was at risk.", doh,
            ("NAME", "HEALTH_INFO"), "under 5", ExigentState.CPO_NOTIFIED, date(2026, 2, 3), date(2026, 2, 4),
        ),
    )  # fmt: skip
    reporting.add_violation(
        ADMIN,
        catalog,
        Violation(
            0, "DSS", None, "Letters to the wrong printer", "A list was attached by mistake", "The list was deleted",
            printer, ("NAME", "ADDR_HOME"), "100 to 1,000", False, ViolationState.REPORTED, date(2026, 8, 3),
            date(2026, 8, 4), None, None,
        ),
    )  # fmt: skip
    cycles.add_past(
        ADMIN,
        catalog,
        Cycle(
            0, "DSS", date(2024, 7, 1), date(2026, 6, 30), date(2026, 7, 31), CycleState.SUBMITTED, "Ben Okafor",
            datetime(2026, 7, 30, 12, 0, tzinfo=UTC), date(2026, 7, 30), "",
        ),
        [CycleType(0, code, True, True, code == "NAME") for code in ("SSN", "NAME", "DOB", "RELIGION", "FAMILY")],
        {},
    )  # fmt: skip
    _libraries(catalog, university)
    _rule(catalog)
    _quarterly(catalog)
    now, _ = cycles.open_round(
        ADMIN,
        catalog,
        period_from=date(2026, 7, 1),
        period_to=date(2028, 6, 30),
        due_on=date(2028, 7, 31),
        agency_ids=["DSS", "DOH"],
    )
    asked = division_tasks.ask(
        _OFFICER, catalog, now.id, division="", tasks=("purposes", "impact"), person_id=None, contact="J. Ortiz, Beds",
        note="", due_on=date(2028, 3, 31),
    )  # fmt: skip
    return Law(
        intake, referral, received, unanswered, study, vendor, dashboard, health, routine.id, old.id, now.id, asked.id
    )
