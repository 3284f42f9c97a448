"""What may be recorded in the register of the law, by whom, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import CatalogError, Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor, Grant, Role
from catalog.model.agreements import (
    ActivityDeclaredSystem,
    Agreement,
    AgreementParty,
    Contract,
    DeclaredSystem,
    OnwardDisclosure,
    ServiceClass,
    Unscannable,
)
from catalog.model.cycles import Cycle, CycleState
from catalog.model.designations import Designation, DesignationState, Signature
from catalog.model.events import ExigentEvent, ExigentState, Violation, ViolationState
from catalog.model.holdings import Source, Words
from catalog.model.parties import Party, PartyKind
from catalog.model.programmes import Programme, ProgrammeMember
from catalog.model.register import Activity, Classification, Ground, Protocol, ProtocolType, Verb
from catalog.services import approvals, audit, cycles, describing, law_records, recording, register, reporting, rules
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.store import law, outbox
from tests.support.builders import CPO, OPERATOR, RESEARCHER, listed, officer

DSO, DCH = officer("dso"), officer("dch")
DAY = date(2026, 3, 1)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
SIGNED_AT = datetime(2026, 3, 1, 15, tzinfo=UTC)


def a_protocol(kind: ProtocolType = ProtocolType.APO_ROUTINE_DESIGNATION, agency: str | None = "dso") -> Protocol:
    return Protocol(0, kind, f"Paper {kind}", "Privacy officer", agency, "1", "", DAY, None, None)


def an_activity(agency: str = "dso", verb: Verb = Verb.DISCLOSURE, party: Party | None = None) -> Activity:
    return Activity(
        id=0,
        agency_id=agency,
        verb=verb,
        title="Sending a list",
        purpose="Help people.",
        classification=Classification.ROUTINE_AGENCY,
        ground=Ground.FURTHERS_PURPOSE,
        unit="Unit",
        party_id=party.id if party else None,
        subject_categories=("client",),
        programme_id=None,
        started_on=DAY,
        ended_on=None,
    )


def a_party(catalog: Catalog, agency: str | None = None, kind: PartyKind = PartyKind.CITY_AGENCY) -> Party:
    return law_records.add_party(CPO, catalog, Party(0, f"Party {agency or kind}", kind, agency))


def a_designation(activity: Activity, **words: object) -> Designation:
    kept = Designation(0, activity.id, activity.classification, DesignationState.ACTIVE, "3rd", "", DAY, AFTER, None)
    return replace(kept, **words)  # type: ignore[arg-type]  # fields by name


def signed(*agencies: str | None, on: date = DAY) -> list[Signature]:
    return [Signature(0, 0, one, f"Somebody of {one}", "Privacy officer", "It helps.", on) for one in agencies]


def an_event() -> ExigentEvent:
    state = ExigentState.OCCURRED
    return ExigentEvent(0, "dso", None, Verb.DISCLOSURE, "Cold", "Why", None, ("NAME",), "3", state, DAY, AFTER)


def a_violation() -> Violation:
    state = ViolationState.REPORTED
    return Violation(0, "dso", None, "List", "", "", None, ("NAME",), "3", False, state, DAY, DAY, DAY, AFTER)


def refused(error: type[CatalogError], words: str, work: Callable[[], object]) -> None:
    with pytest.raises(error, match=words) as caught:
        work()
    assert type(caught.value) is error
    assert caught.value.next_step.endswith(".")


DATES = st.lists(st.none() | st.dates(date(2018, 1, 1), date(2030, 1, 1)), max_size=5)


@given(DATES)
def test_dates_are_in_order_when_no_later_one_is_earlier(days: list[date | None]) -> None:
    given_days = [day for day in days if day is not None]
    named = [(f"day {place}", day) for place, day in enumerate(days)]
    if given_days == sorted(given_days):
        rules.in_order("Thing", *named)
    else:
        with pytest.raises(RequestError, match="is before"):
            rules.in_order("Thing", *named)


WORDS = st.text(max_size=12)
CODES = st.lists(st.sampled_from(["SSN", "NAME", "DOB", "PHONE"]), max_size=6)


def test_an_officer_records_what_is_of_their_agency_alone(catalog: Catalog) -> None:
    assert register.add_protocol(DSO, catalog, a_protocol()).id
    refused(NotFound, "nothing here", lambda: register.add_protocol(DSO, catalog, a_protocol(agency="dch")))
    refused(NotAllowed, "may not", lambda: register.add_protocol(DSO, catalog, a_protocol(agency=None)))
    refused(NotAllowed, "may not", lambda: register.add_protocol(OPERATOR, catalog, a_protocol(agency=None)))
    refused(NotAllowed, "may not", lambda: register.add_protocol(RESEARCHER, catalog, a_protocol()))
    assert register.add_protocol(CPO, catalog, a_protocol(agency=None)).id
    assert register.add_protocol(local_administrator(), catalog, a_protocol(agency=None)).id
    refused(NotAllowed, "may not", lambda: law_records.add_party(DSO, catalog, Party(0, "X", PartyKind.VENDOR, None)))


def test_protocols_with_dates_out_of_order_are_refused(catalog: Catalog) -> None:
    for words in ({"review_due_on": BEFORE}, {"expires_on": BEFORE}):
        late = replace(a_protocol(), **words)
        refused(
            RequestError, "before the day it takes effect", lambda late=late: register.add_protocol(DSO, catalog, late)
        )


def test_an_agreement_is_of_a_protocol_that_is_one_and_binds_two(catalog: Catalog) -> None:
    ours, theirs = a_party(catalog, "dso"), a_party(catalog, "dch")
    no_agreement = register.add_protocol(DSO, catalog, a_protocol())
    paper = register.add_protocol(DSO, catalog, a_protocol(ProtocolType.DATA_SHARING_AGREEMENT))
    terms = Agreement(paper.id, "Only this.", OnwardDisclosure.NONE, "Locked.", "Shredded.")

    def add(kept: Agreement, *parties: int) -> Agreement:
        return register.add_agreement(DSO, catalog, kept, parties)

    refused(
        RequestError, "is no agreement", lambda: add(replace(terms, protocol_id=no_agreement.id), ours.id, theirs.id)
    )
    refused(RequestError, "two parties", lambda: add(terms, ours.id, ours.id))
    refused(NotFound, "Party 999", lambda: add(terms, ours.id, 999))
    refused(NotFound, "nothing here", lambda: add(replace(terms, protocol_id=999), ours.id, theirs.id))
    refused(NotFound, "nothing here", lambda: register.add_agreement(DCH, catalog, terms, [ours.id, theirs.id]))
    assert add(terms, ours.id, theirs.id) == terms
    refused(RequestError, "recorded already", lambda: add(terms, ours.id, theirs.id))
    with catalog.reading() as connection:
        assert law.every(connection, Agreement) == [terms]
        assert law.every(connection, AgreementParty) == [
            AgreementParty(paper.id, party) for party in sorted((ours.id, theirs.id))
        ]


def test_an_activity_is_about_things_that_are_there(catalog: Catalog) -> None:
    def add(kept: Activity, **joined: list[object]) -> Activity:
        return register.add_activity(DSO, catalog, kept, **joined)  # type: ignore[arg-type]  # joined by name

    plain = an_activity()
    refused(NotFound, "nothing here", lambda: add(replace(plain, agency_id="dch")))
    refused(RequestError, "Identifier type NOPE", lambda: add(plain, type_codes=["NAME", "NOPE"]))
    refused(NotFound, "Party 999", lambda: add(replace(plain, party_id=999)))
    refused(NotFound, "Program 999", lambda: add(replace(plain, programme_id=999)))
    refused(NotFound, "Protocol 999", lambda: add(plain, protocol_ids=[999]))
    refused(NotFound, "dataset", lambda: add(plain, dataset_ids=[999]))
    refused(RequestError, "before the day it began", lambda: add(replace(plain, ended_on=BEFORE)))
    assert add(plain, type_codes=["NAME"]).id


def test_an_activity_is_one_the_law_knows(catalog: Catalog) -> None:
    ours, firm = a_party(catalog, "dso"), a_party(catalog, kind=PartyKind.VENDOR)

    def add(kept: Activity) -> Activity:
        return register.add_activity(DSO, catalog, kept)

    refused(RequestError, "agency itself", lambda: add(an_activity(party=ours)))
    consent = replace(an_activity(), ground=Ground.INDIVIDUAL_AUTHORIZATION)
    refused(RequestError, "disclosures alone", lambda: add(replace(consent, verb=Verb.COLLECTION)))
    assert add(consent).id
    found = replace(an_activity(party=firm), classification=Classification.CPO_BEST_INTEREST)
    refused(RequestError, "city agencies alone", lambda: add(found))
    refused(RequestError, "city agencies alone", lambda: add(replace(found, party_id=None)))
    assert add(replace(found, verb=Verb.COLLECTION)).id
    assert add(replace(found, party_id=a_party(catalog, "dch").id)).id


def test_a_mirror_is_a_collection_of_a_disclosure_to_this_agency(catalog: Catalog) -> None:
    ours, theirs = a_party(catalog, "dso"), a_party(catalog, "dch")
    sent = register.add_activity(DSO, catalog, an_activity(party=theirs))
    kept = register.add_activity(DSO, catalog, an_activity(verb=Verb.COLLECTION, party=theirs))
    elsewhere = register.add_activity(DSO, catalog, an_activity())

    def mirror(of: int, verb: Verb = Verb.COLLECTION, agency: str = "dch") -> Activity:
        made = replace(an_activity(agency, verb, ours if agency == "dch" else theirs), mirror_of_id=of)
        return register.add_activity(officer(agency), catalog, made)

    for wrong in (kept.id, elsewhere.id, 999):
        refused(NotFound, "disclosed nothing", lambda wrong=wrong: mirror(wrong))
    refused(NotFound, "disclosed nothing", lambda: mirror(sent.id, agency="dso"))
    refused(RequestError, "only a collection", lambda: mirror(sent.id, Verb.DISCLOSURE))
    assert mirror(sent.id).mirror_of_id == sent.id


def test_a_party_is_recorded_once(catalog: Catalog) -> None:
    a_party(catalog, "dso")
    vendor = Party(0, "Party dso", PartyKind.VENDOR, None)
    refused(Conflict, "recorded already", lambda: law_records.add_party(CPO, catalog, vendor))
    again = Party(0, "Other name", PartyKind.CITY_AGENCY, "dso")
    refused(Conflict, "as Party dso", lambda: law_records.add_party(CPO, catalog, again))
    unknown = Party(0, "Nobody", PartyKind.CITY_AGENCY, "zzz")
    refused(NotFound, "Agency zzz", lambda: law_records.add_party(CPO, catalog, unknown))
    for name in ("One", "Two"):
        assert law_records.add_party(CPO, catalog, Party(0, name, PartyKind.VENDOR, None)).id


def test_a_programme_has_a_code_of_its_own_and_members_once(catalog: Catalog) -> None:
    aim = Programme(0, "AIM", "An aim", "", ("Other name",), "dso", DAY, None)
    kept = law_records.add_programme(DSO, catalog, aim)
    refused(Conflict, "this code is taken", lambda: law_records.add_programme(DSO, catalog, aim))
    refused(NotFound, "nothing here", lambda: law_records.add_programme(DCH, catalog, replace(aim, code="B")))
    refused(NotFound, "Agency zzz", lambda: law_records.add_programme(CPO, catalog, replace(aim, lead_agency_id="zzz")))
    ended = replace(aim, code="C", ended_on=BEFORE)
    refused(RequestError, "before the day it began", lambda: law_records.add_programme(DSO, catalog, ended))
    member = ProgrammeMember(kept.id, a_party(catalog, "dch").id, "Helps")
    refused(NotFound, "nothing here", lambda: law_records.add_member(DCH, catalog, member))
    refused(NotFound, "nothing here", lambda: law_records.add_member(DSO, catalog, replace(member, programme_id=999)))
    refused(NotFound, "Party 999", lambda: law_records.add_member(DSO, catalog, replace(member, party_id=999)))
    law_records.add_member(DSO, catalog, member)
    refused(Conflict, "a member already", lambda: law_records.add_member(DSO, catalog, member))


def test_a_contract_has_a_rider_that_is_one_and_a_number_of_its_own(catalog: Catalog) -> None:
    firm = a_party(catalog, kind=PartyKind.CONTRACTOR)
    rider = register.add_protocol(DSO, catalog, a_protocol(ProtocolType.CONTRACT_RIDER))
    other = register.add_protocol(DSO, catalog, a_protocol())
    kept = Contract(0, "dso", firm.id, "23-1", "Outreach", ServiceClass.HUMAN_SERVICES, rider.id, DAY, AFTER)

    def add(contract: Contract) -> Contract:
        return law_records.add_contract(DSO, catalog, contract)

    refused(NotFound, "nothing here", lambda: add(replace(kept, agency_id="dch")))
    refused(RequestError, "before the day it begins", lambda: add(replace(kept, ends_on=BEFORE)))
    refused(RequestError, "no contract rider", lambda: add(replace(kept, rider_id=other.id)))
    refused(RequestError, "agency itself", lambda: add(replace(kept, party_id=a_party(catalog, "dso").id)))
    refused(NotFound, "Party 999", lambda: add(replace(kept, party_id=999)))
    assert add(kept).id
    refused(Conflict, "of this number", lambda: add(kept))
    theirs = replace(kept, agency_id="dch", rider_id=None)
    assert law_records.add_contract(DCH, catalog, theirs).id


def test_a_declared_system_is_tied_to_contracts_and_activities_of_its_agency(catalog: Catalog) -> None:
    firm = a_party(catalog, kind=PartyKind.CONTRACTOR)
    terms = Contract(0, "dch", firm.id, "1", "T", ServiceClass.OTHER, None, DAY, None)
    foreign = law_records.add_contract(DCH, catalog, terms)
    theirs = register.add_activity(DCH, catalog, an_activity("dch"))
    ours = register.add_activity(DSO, catalog, an_activity())
    paper = DeclaredSystem(0, "dso", "Files", "", "Unit", Unscannable.PAPER, None, ("NAME",), ("client",), "", DAY)

    def declare(system: DeclaredSystem, *activities: int) -> DeclaredSystem:
        return law_records.declare_system(DSO, catalog, system, activities)

    refused(NotFound, "nothing here", lambda: declare(replace(paper, agency_id="dch")))
    refused(RequestError, "Identifier type NOPE", lambda: declare(replace(paper, type_codes=("NOPE",))))
    refused(NotFound, "no such contract", lambda: declare(replace(paper, contract_id=foreign.id)))
    refused(NotFound, "no such activity", lambda: declare(paper, theirs.id))
    kept = declare(paper, ours.id, ours.id)
    with catalog.reading() as connection:
        assert law.every(connection, ActivityDeclaredSystem) == [ActivityDeclaredSystem(ours.id, kept.id)]


def test_a_dataset_is_described_by_its_own_agency(catalog: Catalog, source: Source) -> None:
    run = recording.begin(OPERATOR, catalog, source.id, seed=1)
    (dataset_id,) = recording.record_listing(OPERATOR, catalog, run, [listed("clients")], []).values()
    words = Words("Clients")
    refused(NotAllowed, "may not", lambda: describing.describe(RESEARCHER, catalog, dataset_id, words))
    nothing = "This dataset: there is no such dataset"
    refused(NotFound, nothing, lambda: describing.describe(DCH, catalog, dataset_id, words))
    refused(NotFound, nothing, lambda: describing.describe(DSO, catalog, 999, words))
    catalog.note(lambda connection: outbox.clear(connection, [one.id for one in outbox.waiting(connection)]))
    describing.describe(DSO, catalog, dataset_id, words)
    register.add_activity(DSO, catalog, an_activity(), dataset_ids=[dataset_id])
    with catalog.reading() as connection:
        told = [(entry.kind, entry.thing_id) for entry in outbox.waiting(connection)]
    assert told.count(("dataset", str(dataset_id))) == 2
    assert [one.id for one in describing.datasets(DSO, catalog, source.id)] == [dataset_id]
    assert describing.datasets(DCH, catalog, source.id) == ()
    refused(NotAllowed, "may not", lambda: describing.datasets(OPERATOR, catalog, source.id))


def test_an_approval_is_of_the_activity_as_recorded_and_signed_by_its_agency(catalog: Catalog) -> None:
    activity = register.add_activity(DSO, catalog, an_activity(party=a_party(catalog, "dch")), type_codes=["NAME"])
    plan = a_designation(activity)

    def designate(kept: Designation, *agencies: str | None, on: date = DAY) -> Designation:
        return approvals.record(DSO, catalog, kept, signed(*agencies, on=on))

    for role, agency in ((Role.RESEARCHER, None), (Role.DEPUTY, "dso"), (Role.AUDITOR, None)):
        other = Actor("other", "Other", frozenset({Grant(role, agency)}))
        refused(NotAllowed, "may not designate", lambda other=other: approvals.record(other, catalog, plan))
    refused(NotFound, "no such activity", lambda: approvals.record(DCH, catalog, plan, signed("dso")))
    refused(NotFound, "no such activity", lambda: designate(replace(plan, activity_id=999), "dso"))
    refused(RequestError, "recorded, not approved", lambda: designate(a_designation(activity, classification=EXIGENT)))
    refused(RequestError, "another class", lambda: designate(a_designation(activity, classification=CASE), "dso"))
    refused(RequestError, "has its day", lambda: designate(replace(plan, approved_on=None), "dso"))
    refused(RequestError, "was given", lambda: designate(replace(plan, state=DesignationState.SUBMITTED), "dso"))
    refused(NotAllowed, "signature", lambda: designate(plan, "dch"))
    refused(RequestError, "before the day of approval", lambda: designate(replace(plan, review_due_on=BEFORE), "dso"))
    refused(RequestError, "before the day of approval", lambda: designate(replace(plan, expires_on=BEFORE), "dso"))
    refused(RequestError, "before the signature", lambda: designate(plan, "dso", on=AFTER))
    refused(NotFound, "Agency zzz", lambda: approvals.record(CPO, catalog, plan, signed("dso", "zzz")))
    kept = designate(plan, "dso")

    with catalog.reading() as connection:
        (signature,) = law.where(connection, Signature, designation_id=kept.id)
    assert (signature.content_hash, signature.person_id) == (kept.content_hash, None)
    refused(Conflict, "in force already", lambda: designate(plan, "dso"))
    assert designate(replace(plan, state=DesignationState.EXPIRED), "dso").id


EXIGENT, CASE = Classification.EXIGENT, Classification.CASE_BY_CASE


@pytest.mark.parametrize(
    ("classification", "party", "signers", "cause"),
    [
        (Classification.ROUTINE_INTERAGENCY, "dch", ("dso",), "other agency"),
        (Classification.ROUTINE_INTERAGENCY, "dch", ("dch",), "own privacy officer"),
        (Classification.ROUTINE_INTERAGENCY, "dch", ("dso", None), "other agency"),
        (Classification.ROUTINE_INTERAGENCY, None, ("dso",), "other agency"),
        (Classification.ROUTINE_INTERAGENCY, "dch", ("dso", "dch"), ""),
        (Classification.ROUTINE_INTERAGENCY, None, ("dso", "dch"), ""),
        (Classification.CPO_BEST_INTEREST, "dch", ("dso",), "Chief Privacy Officer"),
        (Classification.CPO_BEST_INTEREST, "dch", (None,), ""),
        (Classification.CASE_BY_CASE, "dch", ("dso",), ""),
    ],
)
def test_every_class_asks_for_its_own_signatures(
    catalog: Catalog, classification: Classification, party: str | None, signers: tuple[str | None, ...], cause: str
) -> None:
    other = a_party(catalog, party) if party else a_party(catalog)
    made = replace(an_activity(party=other), classification=classification)
    if classification is Classification.CPO_BEST_INTEREST:
        made = replace(made, ground=Ground.CPO_FINDING)
    activity = register.add_activity(DSO, catalog, made)
    plan = a_designation(activity, single_use=classification is CASE)
    if set(signers) - {"dso"}:
        refused(NotAllowed, "signature", lambda: approvals.record(DSO, catalog, plan, signed(*signers)))
    if cause:
        refused(RequestError, cause, lambda: approvals.record(CPO, catalog, plan, signed(*signers)))
    else:
        kept = approvals.record(CPO, catalog, plan, signed(*signers))
        with catalog.reading() as connection:
            assert {one.designation_id for one in law.every(connection, Signature)} == {kept.id}


def test_events_are_of_the_agency_and_in_order(catalog: Catalog) -> None:
    theirs = register.add_activity(DCH, catalog, an_activity("dch"))
    event, violation = an_event(), a_violation()

    def tell(kept: ExigentEvent) -> ExigentEvent:
        return reporting.add_exigent_event(DSO, catalog, kept)

    def own_up(kept: Violation) -> Violation:
        return reporting.add_violation(DSO, catalog, kept)

    for add, kept in ((tell, event), (own_up, violation)):
        assert add(kept).id  # type: ignore[arg-type]  # each with its own
        for error, words, wrong in (
            (NotFound, "nothing here", {"agency_id": "dch"}),
            (NotFound, "no such activity", {"activity_id": theirs.id}),
            (NotFound, "Party 999", {"party_id": 999}),
            (RequestError, "Identifier type NOPE", {"type_codes": ("NOPE",)}),
            (RequestError, "before the day", {"cpo_notified_on": BEFORE}),
        ):
            refused(error, words, lambda add=add, kept=kept, wrong=wrong: add(replace(kept, **wrong)))
    refused(RequestError, "before the day", lambda: own_up(replace(violation, individuals_notified_on=BEFORE)))
    refused(RequestError, "before the day", lambda: own_up(replace(violation, reported_on=BEFORE)))


def test_nothing_is_recorded_of_an_agency_that_is_not_there(catalog: Catalog) -> None:
    firm = a_party(catalog, kind=PartyKind.CONTRACTOR)
    terms = Contract(0, "zzz", firm.id, "1", "T", ServiceClass.OTHER, None, DAY, None)
    files = DeclaredSystem(0, "zzz", "Files", "", "", Unscannable.PAPER, None, (), (), "", DAY)
    cycle = Cycle(0, "zzz", BEFORE, DAY, AFTER, CycleState.CLOSED, "Head", SIGNED_AT, AFTER, "")
    for work in (
        lambda: law_records.add_contract(CPO, catalog, terms),
        lambda: law_records.declare_system(CPO, catalog, files),
        lambda: cycles.add_past(CPO, catalog, cycle, (), {}),
        lambda: reporting.add_exigent_event(CPO, catalog, replace(an_event(), agency_id="zzz")),
        lambda: reporting.add_violation(CPO, catalog, replace(a_violation(), agency_id="zzz")),
    ):
        refused(NotFound, "Agency zzz", work)


def test_every_record_leaves_an_audit_entry_and_a_word_for_search(catalog: Catalog) -> None:
    before = audit.verify(CPO, catalog).entries
    party, other = a_party(catalog, "dso"), a_party(catalog, "dch")
    aim = law_records.add_programme(DSO, catalog, Programme(0, "AIM", "An aim", "", (), "dso", None, None))
    law_records.add_member(DSO, catalog, ProgrammeMember(aim.id, other.id, "Helps"))
    paper = register.add_protocol(DSO, catalog, a_protocol(ProtocolType.DATA_SHARING_AGREEMENT))
    register.add_agreement(DSO, catalog, Agreement(paper.id, "", OnwardDisclosure.NONE, "", ""), [party.id, other.id])
    activity = register.add_activity(DSO, catalog, an_activity(party=other))
    approvals.record(DSO, catalog, a_designation(activity), signed("dso"))
    terms = Contract(0, "dso", other.id, "1", "T", ServiceClass.OTHER, None, DAY, None)
    contract = law_records.add_contract(DSO, catalog, terms)
    paper_files = DeclaredSystem(0, "dso", "Files", "", "", Unscannable.PAPER, None, (), (), "", DAY)
    system = law_records.declare_system(DSO, catalog, paper_files)
    event = reporting.add_exigent_event(DSO, catalog, an_event())
    violation = reporting.add_violation(DSO, catalog, a_violation())
    past = Cycle(0, "dso", BEFORE, DAY, AFTER, CycleState.CLOSED, "Head", SIGNED_AT, AFTER, "")
    cycle = cycles.add_past(DSO, catalog, past, (), {})
    assert audit.verify(CPO, catalog).entries == before + 13
    with catalog.reading() as connection:
        told = [(entry.kind, entry.thing_id) for entry in outbox.waiting(connection)]
    kept = {
        "party": party.id,
        "contract": contract.id,
        "declared_system": system.id,
        "exigent_event": event.id,
        "violation": violation.id,
        "cycle": cycle.id,
    }
    assert {(kind, str(key)) for kind, key in kept.items()} <= set(told)
    # Told twice: when it was recorded, and when a member, terms or an approval joined it.
    for kind, key in {"programme": aim.id, "protocol": paper.id, "activity": activity.id}.items():
        assert told.count((kind, str(key))) == 2


def test_what_is_changed_together_happens_together_or_not_at_all(catalog: Catalog) -> None:
    before = audit.verify(CPO, catalog).entries

    def half(fails: bool) -> None:
        with catalog.together() as joined:
            a_party(joined, "dso")
            with joined.reading() as connection:
                assert len(law.every(connection, Party)) == 1
            law_records.add_party(DSO if fails else CPO, joined, Party(0, "X", PartyKind.VENDOR, None))

    refused(NotAllowed, "may not", lambda: half(fails=True))
    with catalog.reading() as connection:
        assert law.every(connection, Party) == []
    assert audit.verify(CPO, catalog).entries == before
    half(fails=False)
    assert audit.verify(CPO, catalog).entries == before + 2
    assert audit.verify(CPO, catalog).broken_at is None
