"""An agency with one record of each kind behind its report, and every way to edit one of them, through the services.

What each edit has to change stands here by hand: nothing of it is worked out by the code under test.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from catalog.model.agreements import Agreement, Contract, DeclaredSystem, OnwardDisclosure, ServiceClass, Unscannable
from catalog.model.decisions import Verdict
from catalog.model.designations import Designation, DesignationEvent, DesignationState, Signature
from catalog.model.events import ExigentEvent, ExigentState, Violation, ViolationState
from catalog.model.measures import Measure, MeasureState
from catalog.model.parties import Party, PartyKind
from catalog.model.policy_rules import PolicyRule, RuleKind
from catalog.model.purposes import Purpose
from catalog.model.register import (
    Activity,
    Classification,
    Ground,
    Protocol,
    ProtocolType,
    RetentionBasis,
    Verb,
)
from catalog.model.requests import Request, RequestKind, RequestState
from catalog.model.revisions import RecordKind
from catalog.model.runs import RunState
from catalog.services import (
    approvals,
    history,
    law_records,
    measures,
    policy_rules,
    purposes,
    recording,
    register,
    reporting,
    requests,
    review,
    sources,
)
from catalog.services.catalog import Catalog
from catalog.store import law
from catalog.store import register as store
from tests.support import review_world
from tests.support.builders import CPO, OPERATOR, a_finding, an_activity, an_agency, listed
from tests.support.review_world import DCH, DSO, TABLES, City, scan

if TYPE_CHECKING:
    from tests.support.builders import FixedClock

FIRST, LAST = date(2026, 7, 1), date(2028, 6, 30)
FURTHERS = Ground.FURTHERS_PURPOSE


@dataclass(frozen=True)
class ReportWorld:
    """The city under it, and the numbers of the records by their name here."""

    city: City
    ids: Mapping[str, int]

    @property
    def catalog(self) -> Catalog:
        """The catalog."""
        return self.city.catalog

    def latest(self, kind: RecordKind, name: str) -> int:
        """The number of a record's latest revision."""
        with self.catalog.reading() as connection:
            return history.latest(connection, kind, self.ids[name])

    def record(self, kind: type[Any], name: str) -> Any:
        """A record as it is now."""
        with self.catalog.reading() as connection:
            return law.one(connection, kind, self.ids[name])


def a_report_world(folder: Path) -> ReportWorld:
    """Make it."""
    city = review_world.a_city(folder)
    ids: dict[str, int] = {}
    _parties(city.catalog, ids)
    _protocols(city.catalog, ids)
    _activities(city, ids)
    _others(city.catalog, ids)
    review.decide(DSO, city.catalog, city.columns["dso.clients.ssn"], "SSN", Verdict.CONFIRMED)
    return ReportWorld(city, ids)


def _parties(catalog: Catalog, ids: dict[str, int]) -> None:
    for name, title, kind, agency in (
        ("clients", "Clients", PartyKind.INDIVIDUAL, None),
        ("dso", "Department dso", PartyKind.CITY_AGENCY, "dso"),
        ("dch", "Department dch", PartyKind.CITY_AGENCY, "dch"),
        ("university", "Meridian State University", PartyKind.RESEARCHER, None),
        ("teams", "Harbor Street Teams", PartyKind.CONTRACTOR, None),
        ("stranger", "Quick Print", PartyKind.VENDOR, None),
    ):
        ids[name] = law_records.add_party(CPO, catalog, Party(0, title, kind, agency)).id


def _protocols(catalog: Catalog, ids: dict[str, int]) -> None:
    for name, kind, issuer in (
        ("routine", ProtocolType.APO_ROUTINE_DESIGNATION, "dso"),
        ("schedule", ProtocolType.RETENTION_SCHEDULE, "dso"),
        ("sharing", ProtocolType.DATA_SHARING_AGREEMENT, "dso"),
        ("guidance", ProtocolType.AGENCY_GUIDANCE, "dso"),
        ("rider", ProtocolType.CONTRACT_RIDER, "dso"),
        ("policy", ProtocolType.CPO_POLICY, None),
        ("finding", ProtocolType.CPO_BEST_INTEREST, None),
        ("foreign", ProtocolType.AGENCY_GUIDANCE, "dch"),
    ):
        plain = Protocol(0, kind, f"Paper {name}", "Issuer", issuer, "1", "", date(2025, 1, 1), None, None)
        ids[name] = register.add_protocol(CPO, catalog, plain).id
    terms = Agreement(ids["sharing"], "Care", OnwardDisclosure.NONE, "Encrypted", "After a year")
    register.add_agreement(CPO, catalog, terms, [ids["dso"], ids["dch"]])


def _activities(city: City, ids: dict[str, int]) -> None:
    def add(name: str, activity: Activity, types: str, papers: str, *datasets: str) -> None:
        ids[name] = register.add_activity(
            CPO,
            city.catalog,
            activity,
            type_codes=types.split(),
            dataset_ids=[city.datasets[one] for one in datasets],
            protocol_ids=[ids[one] for one in papers.split()],
        ).id

    intake = an_activity("dso", "Intake", reference="1", party_id=ids["clients"], purpose="Find a bed.")
    intake = replace(intake, retention="7 years", retention_basis=RetentionBasis.REQUIRED_BY_LAW)
    add("intake", intake, "SSN EMAIL", "routine schedule", "dso.clients")
    given = replace(intake, verb=Verb.DISCLOSURE, purpose="Let people see a doctor", retention="", retention_basis=None)
    share = replace(given, title="Referrals", reference="2", party_id=ids["dch"], divisions=("Client Services",))
    joint = Classification.ROUTINE_INTERAGENCY
    add("share", replace(share, classification=joint, employees=("Caseworkers",)), "SSN", "sharing", "dso.clients")
    study = replace(given, title="Study", reference="3", party_id=ids["university"], divisions=("Research",))
    add("study", replace(study, classification=Classification.CASE_BY_CASE), "EMAIL", "", "dso.stays")
    feed = an_activity("dso", "Feed of births", reference="4", party_id=ids["dch"], purpose="Know ages.")
    best, ground = Classification.CPO_BEST_INTEREST, Ground.CPO_FINDING
    add("feed", replace(feed, classification=best, ground=ground), "DOB", "finding")
    board = replace(given, title="Dashboard", reference="5", classification=Classification.NOT_IDENTIFYING)
    add("board", replace(board, ground=None, party_id=None), "", "")
    add("foreign_intake", an_activity("dch", "Clinic"), "EMAIL", "foreign", "dch.patients")


def _others(catalog: Catalog, ids: dict[str, int]) -> None:
    approved = Designation(
        0, ids["share"], Classification.ROUTINE_INTERAGENCY, DesignationState.ACTIVE, "3rd", "", date(2026, 8, 1),
        date(2027, 8, 1), None,
    )  # fmt: skip
    signed = [
        Signature(0, 0, one, f"Officer {one}", "Privacy officer", "It helps.", date(2026, 8, 1))
        for one in ("dso", "dch")
    ]
    ids["approval"] = approvals.record(CPO, catalog, approved, signed).id
    contract = Contract(
        0, "dso", ids["teams"], "24-1", "Outreach", ServiceClass.HUMAN_SERVICES, ids["rider"], date(2026, 1, 1), None
    )
    ids["contract"] = law_records.add_contract(CPO, catalog, contract).id
    files = DeclaredSystem(
        0, "dso", "Paper files", "Folders", "Intake", Unscannable.CONTRACTOR_HELD, ids["contract"], ("FAMILY",), (), "",
        date(2026, 8, 1),
    )  # fmt: skip
    ids["files"] = law_records.declare_system(CPO, catalog, files, [ids["intake"]]).id
    asked = Request(
        0, "dso", RequestKind.REQUEST, ids["university"], "Emails", "A study", ("EMAIL",), date(2026, 9, 1),
        RequestState.RECEIVED, None, None, "", None,
    )  # fmt: skip
    ids["request"] = requests.add(CPO, catalog, asked).id
    event = ExigentEvent(
        0, "dso", ids["share"], Verb.DISCLOSURE, "Cold night", "Life was at risk", ids["dch"], ("SSN",), "under 5",
        ExigentState.CPO_NOTIFIED, date(2026, 10, 1), date(2026, 10, 2),
    )  # fmt: skip
    ids["event"] = reporting.add_exigent_event(CPO, catalog, event).id
    ids["doubtful"] = reporting.add_exigent_event(CPO, catalog, replace(event, title="Doubtful night")).id
    letters = Violation(
        0, "dso", None, "Letters", "A mistake", "", ids["stranger"], ("SSN",), "100 to 1,000", False,
        ViolationState.REPORTED, date(2026, 8, 3), date(2026, 8, 4), None, None,
    )  # fmt: skip
    ids["violation"] = reporting.add_violation(CPO, catalog, letters).id
    less = Measure(
        0, "dso", "Last four digits", "Keep four digits.", MeasureState.CONSIDERED, ids["share"], "Nine", "Four", None
    )
    ids["about_share"] = measures.add(CPO, catalog, less).id
    ids["about_nothing"] = measures.add(CPO, catalog, replace(less, title="Shorter", activity_id=None)).id
    ids["purpose"] = purposes.add(CPO, catalog, Purpose(0, "dso", "Beds", "Find a bed.")).id
    rule = PolicyRule(
        0, RuleKind.ROUTINE_NEEDS_AGREEMENT, "Health", "", "Policies, 4.1", Verb.DISCLOSURE, ("foil_requester",),
        ("HEALTH_INFO",), None, date(2025, 1, 1), None,
    )  # fmt: skip
    ids["rule"] = policy_rules.add(CPO, catalog, rule).id


def _activity(name: str, **changes: Any) -> Callable[[ReportWorld], None]:
    def edit(world: ReportWorld) -> None:
        with world.catalog.reading() as connection:
            joined = store.joined_of(connection, world.ids[name])
        register.revise_activity(
            CPO,
            world.catalog,
            replace(world.record(Activity, name), **changes),
            type_codes=joined.type_codes,
            dataset_ids=joined.dataset_ids,
            protocol_ids=joined.protocol_ids,
            reason="Corrected",
            expected=world.latest(RecordKind.ACTIVITY, name),
        )

    return edit


def _types(name: str, *codes: str) -> Callable[[ReportWorld], None]:
    def edit(world: ReportWorld) -> None:
        with world.catalog.reading() as connection:
            joined = store.joined_of(connection, world.ids[name])
        register.revise_activity(
            CPO,
            world.catalog,
            world.record(Activity, name),
            type_codes=codes,
            dataset_ids=joined.dataset_ids,
            protocol_ids=joined.protocol_ids,
            reason="Corrected",
            expected=world.latest(RecordKind.ACTIVITY, name),
        )

    return edit


def _withdrawn(world: ReportWorld) -> None:
    register.withdraw_activity(CPO, world.catalog, world.ids["feed"], "It is another agency's")


def _protocol(name: str, **changes: Any) -> Callable[[ReportWorld], None]:
    def edit(world: ReportWorld) -> None:
        after = replace(world.record(Protocol, name), **changes)
        register.revise_protocol(CPO, world.catalog, after, expected=world.latest(RecordKind.PROTOCOL, name))

    return edit


def _terms(world: ReportWorld) -> None:
    after = replace(world.record(Agreement, "sharing"), destruction="After two years")
    register.revise_protocol(
        CPO,
        world.catalog,
        world.record(Protocol, "sharing"),
        agreement=after,
        party_ids=[world.ids["dso"], world.ids["dch"]],
        expected=world.latest(RecordKind.PROTOCOL, "sharing"),
    )


def _party(name: str) -> Callable[[ReportWorld], None]:
    def edit(world: ReportWorld) -> None:
        now = world.record(Party, name)
        after = replace(now, name=f"{now.name} anew")
        law_records.revise_party(CPO, world.catalog, after, expected=world.latest(RecordKind.PARTY, name))

    return edit


def _contract(world: ReportWorld) -> None:
    after = replace(world.record(Contract, "contract"), title="Outreach by night")
    law_records.revise_contract(CPO, world.catalog, after, expected=world.latest(RecordKind.CONTRACT, "contract"))


def _system(world: ReportWorld) -> None:
    after = replace(world.record(DeclaredSystem, "files"), description="Folders and cards")
    expected = world.latest(RecordKind.DECLARED_SYSTEM, "files")
    law_records.revise_system(CPO, world.catalog, after, [world.ids["intake"]], expected=expected)


def _step(world: ReportWorld) -> None:
    seen = world.record(Designation, "approval").content_hash
    approvals.move(
        CPO, world.catalog, world.ids["approval"], DesignationEvent.REVIEW, reason="The law changed", seen=seen
    )


def _request(world: ReportWorld) -> None:
    expected = world.latest(RecordKind.REQUEST, "request")
    requests.move(
        DSO, world.catalog, world.ids["request"], RequestState.WITH_OFFICER, on=date(2026, 9, 2), expected=expected
    )


def _event(world: ReportWorld) -> None:
    after = replace(world.record(ExigentEvent, "event"), explanation="A life was at risk")
    reporting.revise_exigent(CPO, world.catalog, after, "Clearer", world.latest(RecordKind.EXIGENT_EVENT, "event"))


def _not_exigent(world: ReportWorld) -> None:
    expected = world.latest(RecordKind.EXIGENT_EVENT, "doubtful")
    reporting.move_exigent(
        CPO,
        world.catalog,
        world.ids["doubtful"],
        ExigentState.RECLASSIFIED,
        on=date(2026, 11, 1),
        words="It could wait",
        expected=expected,
    )


def _violation(world: ReportWorld) -> None:
    after = replace(world.record(Violation, "violation"), remedy="The list was deleted")
    expected = world.latest(RecordKind.VIOLATION, "violation")
    reporting.revise_violation(CPO, world.catalog, after, "It was put right", expected)


def _measure(name: str) -> Callable[[ReportWorld], None]:
    def edit(world: ReportWorld) -> None:
        after = replace(world.record(Measure, name), text="Keep fewer digits.")
        measures.revise(CPO, world.catalog, after, reason="Clearer", expected=world.latest(RecordKind.MEASURE, name))

    return edit


def _decision(place: str, code: str) -> Callable[[ReportWorld], None]:
    def edit(world: ReportWorld) -> None:
        actor = DSO if place.startswith("dso") else DCH
        review.decide(actor, world.catalog, world.city.columns[place], code, Verdict.CONFIRMED)

    return edit


def _purpose(world: ReportWorld) -> None:
    after = replace(world.record(Purpose, "purpose"), text="Find a bed, and a way out.")
    purposes.revise(CPO, world.catalog, after, expected=world.latest(RecordKind.PURPOSE, "purpose"))


def _rule(world: ReportWorld) -> None:
    after = replace(world.record(PolicyRule, "rule"), title="Health of people")
    expected = world.latest(RecordKind.POLICY_RULE, "rule")
    policy_rules.revise(CPO, world.catalog, after, reason="Clearer", expected=expected)


def _mission(world: ReportWorld) -> None:
    sources.add_agency(OPERATOR, world.catalog, replace(an_agency("dso", "Department dso"), mission="Beds for all."))


def _scan(world: ReportWorld) -> None:
    scan(world.catalog, 1, TABLES["dso"], "v2")


def _scan_more(world: ReportWorld) -> None:
    scan(world.catalog, 1, {**TABLES["dso"], "visits": [("mail", [a_finding("EMAIL")]), ("note", [])]}, "v3")


def _list_more(world: ReportWorld) -> None:
    run = recording.begin(OPERATOR, world.catalog, 1, seed=1, full=True)
    tables = [listed(name, change_key="v1") for name in (*TABLES["dso"], "letters")]
    recording.record_listing(OPERATOR, world.catalog, run, tables, ())
    recording.finish(OPERATOR, world.catalog, run, RunState.DONE)


def _wait(world: ReportWorld) -> None:
    cast("FixedClock", world.catalog.clock).time += timedelta(days=40)


_HUMAN = (
    "request_policy/city_agencies request_policy/authorities request_policy/third_parties"
    " proposal_policy/city_agencies proposal_policy/authorities proposal_policy/third_parties"
    " exigent_policy/policy access/necessary access/minimized access/text impact_policy/text"
)
#: Every edit by name, and the items it has to change: "{name}" stands for the number of that record.
EDITS: Mapping[str, tuple[Callable[[ReportWorld], None], str]] = {
    "an activity": (
        _activity("intake", purpose="Find a bed, and a way out."),
        "types/SSN types/EMAIL why_collect/activity:{intake} retention/activity:{intake} classified/activity:{intake}",
    ),
    "a disclosure": (
        _activity("share", frequency="weekly"),
        (
            "types/SSN classified/activity:{share} divisions/Client_Services agreements/protocol:{sharing}"
        " entities/city_agency minimising/measure:{about_share}"
        ),
    ),
    "a disclosure without an agreement": (
        _activity("study", title="Study of stays"),
        "types/EMAIL classified/activity:{study} divisions/Research agreements/lacking:{study} entities/researcher",
    ),
    "what the CPO approved": (
        _activity("feed", unit="Records"),
        (
            "types/DOB why_collect/activity:{feed} retention/activity:{feed} classified/activity:{feed}"
        " cpo_approved/activity:{feed}"
        ),
    ),
    "the types of an activity": (
        _types("intake", "SSN", "PHONE"),
        (
            "types/SSN types/EMAIL types/PHONE why_collect/activity:{intake} retention/activity:{intake}"
        " classified/activity:{intake}"
        ),
    ),
    "a flow of counts": (_activity("board", purpose="Tell the public"), ""),
    "the types behind counts": (_types("board", "SSN", "HEALTH_INFO"), ""),
    "what was recorded by mistake": (
        _withdrawn,
        (
            "types/DOB why_collect/activity:{feed} retention/activity:{feed} classified/activity:{feed}"
        " cpo_approved/activity:{feed}"
        ),
    ),
    "another agency's activity": (_activity("foreign_intake", purpose="Treat people"), ""),
    "the authority of a collection": (
        _protocol("routine", edition="2"), "why_collect/activity:{intake} classified/activity:{intake}",
    ),
    "a retention schedule": (_protocol("schedule", citation="H-4"), "retention/activity:{intake}"),
    "an agreement": (_protocol("sharing", document="Cabinet 3"), "agreements/protocol:{sharing}"),
    "an agreement's terms": (_terms, "agreements/protocol:{sharing}"),
    "the agency's guidance": (_protocol("guidance", edition="2"), _HUMAN),
    "the CPO's policies": (_protocol("policy", edition="2"), "impact_policy/text"),
    "the CPO's finding": (
        _protocol("finding", citation="2026-1"),
        "why_collect/activity:{feed} classified/activity:{feed} cpo_approved/activity:{feed}",
    ),
    "a rider": (_protocol("rider", edition="2"), "contractors/contract:{contract} agreements/protocol:{rider}"),
    "another agency's paper": (_protocol("foreign", edition="2"), ""),
    "from whom": (_party("clients"), "why_collect/activity:{intake} classified/activity:{intake}"),
    "the other agency's name": (
        _party("dch"),
        (
            "why_collect/activity:{feed} classified/activity:{feed} cpo_approved/activity:{feed}"
        " classified/activity:{share} entities/city_agency agreements/protocol:{sharing}"
        ),
    ),
    "to whom": (_party("university"), "classified/activity:{study} agreements/lacking:{study} entities/researcher"),
    "a contractor": (_party("teams"), "contractors/contract:{contract}"),
    "a party of nothing": (_party("stranger"), ""),
    "a contract": (_contract, "contractors/contract:{contract}"),
    "a system nobody can scan": (_system, "types/FAMILY contractors/contract:{contract}"),
    "a step of an approval": (_step, "classified/activity:{share}"),
    "a request": (_request, "entities/researcher"),
    "an exigent event": (_event, "exigent_policy/events"),
    "an event that was none": (_not_exigent, "exigent_policy/events"),
    "a violation": (_violation, ""),
    "a measure about a flow": (_measure("about_share"), "minimising/measure:{about_share}"),
    "a measure": (_measure("about_nothing"), "minimising/measure:{about_nothing}"),
    "a decision on a suggestion": (_decision("dso.clients.mail", "EMAIL"), "types/EMAIL"),
    "a decision on what is declared nowhere": (_decision("dso.clients.ssn", "PHONE"), "types/PHONE"),
    "a decision on one more dataset": (_decision("dso.stays.ssn", "SSN"), "types/SSN"),
    "another agency's decision": (_decision("dch.patients.mail", "EMAIL"), ""),
    "the purpose library": (_purpose, ""),
    "a rule nothing comes under": (_rule, ""),
    "the agency's mission": (_mission, ""),
    "a scan that finds the same": (_scan, ""),
    "a scan that suggests the same in one more dataset": (_scan_more, ""),
    # Scans are known to find dates of birth: as long as one dataset is left, nobody can say that there are none.
    "a dataset that nobody has looked at": (_list_more, "types/DOB"),
    "forty days": (_wait, ""),
}  # fmt: skip


#: What can be edited no more once it was done, or what another edit undoes.
LAST_EDITS = frozenset({"what was recorded by mistake", "a dataset that nobody has looked at"})


def changed_by(world: ReportWorld, name: str) -> frozenset[str]:
    """The keys of the items that an edit has to change."""
    keys = EDITS[name][1].format(**world.ids).split()
    return frozenset(key.replace("_Services", " Services") for key in keys)
