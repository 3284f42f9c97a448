"""The history of the register: it replays to what is there, is shown to who may see it, and brings states back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.agreements import Agreement, Contract, DeclaredSystem, OnwardDisclosure, ServiceClass, Unscannable
from catalog.model.flow_templates import FlowTemplate
from catalog.model.holdings import Source
from catalog.model.parties import PartyKind
from catalog.model.purposes import Purpose
from catalog.model.register import Activity, Classification, CollectionMethod, Ground, ProtocolType, Verb
from catalog.model.revision_words import LABELS
from catalog.model.revisions import HistoryPage, RecordKind
from catalog.services import (
    contents,
    flow_templates,
    histories,
    history,
    law_records,
    people,
    purposes,
    register,
    sources,
)
from catalog.services.catalog import Catalog
from catalog.services.history_access import RECORDS
from catalog.store import law, revisions
from catalog.store import register as stored
from tests.integration.services.test_recording import a_run
from tests.integration.services.test_register import a_violation
from tests.support.builders import CPO, OPERATOR, RESEARCHER, a_catalog, a_programme, a_result, an_agency
from tests.support.registers import (
    AUDITOR,
    DAY,
    DCH,
    DEPUTY,
    DSO,
    HEAD,
    STAFF,
    STEWARD,
    Small,
    a_paper,
    disclosure,
    latest,
    refused,
    retire,
    small,
)

ACTIVITY = RecordKind.ACTIVITY


@pytest.fixture
def law_of(catalog: Catalog) -> Small:
    return small(catalog)


def changed(page: HistoryPage) -> list[tuple[str, str, str]]:
    """What the latest revision changed."""
    return [(one.name, one.before, one.after) for one in page.revisions[0].changes]


def edit(actor: Actor, catalog: Catalog, activity: Activity, **joined: Any) -> None:
    with catalog.reading() as connection:
        now = stored.joined_of(connection, activity.id)
    links = {"type_codes": now.type_codes, "dataset_ids": now.dataset_ids, "protocol_ids": now.protocol_ids}
    seen = latest(catalog, ACTIVITY, activity.id)
    register.revise_activity(actor, catalog, activity, **(links | {"reason": "Why", "expected": seen} | joined))


def test_what_changed_is_told_in_words(catalog: Catalog, law_of: Small, source: Source) -> None:
    dataset_id = a_run(catalog, source, {"clients": a_result()})["clients"]
    purpose = purposes.add(DSO, catalog, Purpose(0, "dso", "Care", "Let people see a doctor"))
    after = replace(
        law_of.sent,
        ground=Ground.REQUIRED_BY_LAW,
        ended_on=date(2026, 12, 31),
        divisions=("Intake", "Night desk"),
        method=CollectionMethod.IMPORT,
        purpose_id=purpose.id,
    )
    edit(DSO, catalog, after, type_codes=["DOB", "SSN"], dataset_ids=[dataset_id], protocol_ids=[law_of.agreement.id])
    page = histories.of(DSO, catalog, ACTIVITY, after.id)
    assert changed(page) == [
        ("Ground", "Furthers the purpose or mission of the agency", "Required by law or treaty"),
        ("Types of information", "Date of birth; Name", "Date of birth; Social Security number"),
        ("Datasets", "", "clients"),
        ("Protocols", "Routine 4; Sharing", "Sharing"),
        ("Divisions", "", "Intake; Night desk"),
        ("How it comes in", "", "A file or a feed"),
        ("Purpose taken from", "", "Care"),
        ("Ended on", "", "Dec 31, 2026"),
    ]
    assert (page.title, page.latest, page.restorable) == ("Referring people", 2, True)
    assert page.agency is not None
    assert page.agency.name == "Department of Shelter"
    line = page.revisions[0].revision
    assert (line.person, line.reason, line.number) == ("Officer of dso", "Why", 2)
    retire(catalog, dataset_id)
    gone = histories.of(DSO, catalog, ACTIVITY, after.id)
    assert ("Datasets", "", "a dataset that is gone") in changed(gone)


def test_the_other_end_of_a_flow_sees_its_history_as_it_sees_the_flow(
    catalog: Catalog, law_of: Small, source: Source
) -> None:
    dataset_id = a_run(catalog, source, {"marigold": a_result()})["marigold"]
    sent = replace(law_of.sent, title="Sending on")
    edit(DSO, catalog, sent, dataset_ids=[dataset_id])
    edit(DSO, catalog, sent, dataset_ids=[], reason="The marigold was no part of it")
    theirs, ours = (histories.of(actor, catalog, ACTIVITY, sent.id) for actor in (DCH, DSO))
    assert [len(page.revisions) for page in (ours, theirs)] == [3, 2]
    assert changed(theirs) == [("Title", "Referring people", "Sending on")]
    assert "marigold" not in repr([line.changes for line in theirs.revisions])
    assert {line.revision.reason for line in theirs.revisions} == {""}
    assert (ours.restorable, theirs.restorable) == (True, False)
    assert {(one.revision.person, one.revision.person_id) for one in theirs.revisions} == {("", "")}
    assert "datasets" not in repr([line.revision.content for line in theirs.revisions])
    edit(DSO, catalog, replace(sent, party_id=law_of.vendor.id))
    refused(NotFound, "nothing here", lambda: histories.of(DCH, catalog, ACTIVITY, sent.id))
    edit(DSO, catalog, replace(sent, unit="Desk"))
    again = histories.of(DCH, catalog, ACTIVITY, sent.id)
    assert "Quick Print" not in repr([line.changes for line in again.revisions]), "that flow was none of theirs"


def test_who_is_bound_by_a_paper_is_not_told_why_its_keeper_changed_it(catalog: Catalog, law_of: Small) -> None:
    paper = law_of.agreement
    register.revise_protocol(DSO, catalog, replace(paper, document="Shelf 9"), reason="We moved the desk", expected=1)
    theirs, ours = (histories.of(actor, catalog, RecordKind.PROTOCOL, paper.id) for actor in (DCH, DSO))
    assert [len(theirs.revisions), len(ours.revisions)] == [2, 2]
    assert [(one.revision.reason, one.revision.person) for one in theirs.revisions] == [("", "")] * 2
    assert (ours.revisions[0].revision.reason, ours.revisions[0].revision.person) == ("We moved the desk", DSO.name)


def test_a_thing_that_is_called_otherwise_now_changed_nothing_that_names_it(catalog: Catalog, law_of: Small) -> None:
    law_records.revise_party(CPO, catalog, replace(law_of.dch, name="Department of Clinics"), expected=1)
    edit(DSO, catalog, law_of.sent)
    assert latest(catalog, ACTIVITY, law_of.sent.id) == 1
    edit(DSO, catalog, replace(law_of.sent, unit="Desk"))
    assert changed(histories.of(DSO, catalog, ACTIVITY, law_of.sent.id)) == [("Unit", "", "Desk")]


def test_who_sees_the_record_sees_its_history(catalog: Catalog, law_of: Small) -> None:
    sees: dict[tuple[RecordKind, int], set[Actor]] = {}
    dso, both, everybody = {DSO, DEPUTY, STEWARD, HEAD}, {DSO, DEPUTY, STEWARD, HEAD, DCH}, set()
    office = {CPO, STAFF, AUDITOR}
    everybody = both | office
    aim = law_records.add_programme(DSO, catalog, a_programme("AIM", "dso"))
    paper = a_paper(catalog, "Alone")
    city = a_paper(catalog, "Policy", ProtocolType.CPO_POLICY, None)
    contract = law_records.add_contract(DSO, catalog, a_contract(law_of))
    system = law_records.declare_system(DSO, catalog, a_system(), [law_of.sent.id])
    own = purposes.add(DSO, catalog, Purpose(0, "dso", "Own", "Words"))
    shared = purposes.add(CPO, catalog, Purpose(0, None, "Shared", "Words"))
    template = flow_templates.add(DSO, catalog, a_template("T1", "dso"))
    of_city = flow_templates.add(CPO, catalog, a_template("T2", None))
    sees[ACTIVITY, law_of.sent.id] = everybody
    sees[RecordKind.PROTOCOL, paper.id] = dso | office
    sees[RecordKind.PROTOCOL, law_of.designation.id] = everybody
    sees[RecordKind.PROTOCOL, city.id] = everybody
    sees[RecordKind.PARTY, law_of.vendor.id] = everybody
    sees[RecordKind.PROGRAMME, aim.id] = dso | office
    sees[RecordKind.CONTRACT, contract.id] = dso | office
    sees[RecordKind.DECLARED_SYSTEM, system.id] = dso | office
    sees[RecordKind.PURPOSE, own.id] = dso | office
    sees[RecordKind.PURPOSE, shared.id] = everybody
    sees[RecordKind.TEMPLATE, template.id] = dso | office
    sees[RecordKind.TEMPLATE, of_city.id] = everybody
    for (kind, key), those in sees.items():
        for actor in everybody - those:
            refused(
                NotFound,
                "nothing here",
                lambda actor=actor, kind=kind, key=key: histories.of(actor, catalog, kind, key),
            )
        for actor in those:
            assert histories.of(actor, catalog, kind, key).revisions, (kind, actor)
        refused(NotAllowed, "may not", lambda kind=kind, key=key: histories.of(RESEARCHER, catalog, kind, key))
        refused(NotFound, "nothing here", lambda kind=kind: histories.of(CPO, catalog, kind, 999))


def a_contract(law_of: Small) -> Contract:
    return Contract(0, "dso", law_of.vendor.id, "24-1", "Printing", ServiceClass.OTHER, None, DAY, None)


def a_system() -> DeclaredSystem:
    return DeclaredSystem(0, "dso", "Files", "", "", Unscannable.PAPER, None, ("NAME",), (), "", DAY)


def a_template(code: str, agency_id: str | None, **rest: Any) -> FlowTemplate:
    plain = FlowTemplate(
        0, agency_id, code, "Slips", "Refer", Verb.DISCLOSURE, Classification.ROUTINE_AGENCY, Ground.FURTHERS_PURPOSE,
        None, None, ("NAME",), ("client",), "daily", "", "",
    )  # fmt: skip
    return replace(plain, **rest)


def test_every_kind_says_again_what_it_said_before(catalog: Catalog, law_of: Small) -> None:
    """One edit of each kind, and back: content and links are those of the first revision."""
    paper = law_of.agreement
    terms = Agreement(paper.id, "This", OnwardDisclosure.NONE, "Locked", "Shredded")
    aim = law_records.add_programme(DSO, catalog, a_programme("AIM", "dso"))
    law_records.revise_programme(DSO, catalog, aim, {law_of.dch.id: "Helps"}, expected=1)
    contract = law_records.add_contract(DSO, catalog, a_contract(law_of))
    system = law_records.declare_system(DSO, catalog, a_system(), [law_of.sent.id])
    own = purposes.add(DSO, catalog, Purpose(0, "dso", "Own", "Words"))
    template = flow_templates.add(DSO, catalog, a_template("T1", "dso"), [law_of.designation.id])
    register.revise_protocol(DSO, catalog, paper, agreement=terms, party_ids=[law_of.dso.id, law_of.dch.id], expected=1)
    firm = replace(law_of.vendor, name="Printer", kind=PartyKind.CONTRACTOR)
    edits = [
        (RecordKind.PROTOCOL, paper.id, 2, lambda: register.revise_protocol(
            DSO, catalog, replace(paper, edition="9"), agreement=replace(terms, security="None"),
            party_ids=[law_of.dso.id, law_of.vendor.id], expected=2,
        )),
        (RecordKind.PARTY, firm.id, 1, lambda: law_records.revise_party(CPO, catalog, firm, expected=1)),
        (RecordKind.PROGRAMME, aim.id, 2, lambda: law_records.revise_programme(
            DSO, catalog, replace(aim, title="Else", known_as=("X",)), {law_of.vendor.id: "Prints"}, expected=2
        )),
        (RecordKind.CONTRACT, contract.id, 1, lambda: law_records.revise_contract(
            DSO, catalog, replace(contract, number="24-2", ends_on=date(2030, 1, 1)), expected=1
        )),
        (RecordKind.DECLARED_SYSTEM, system.id, 1, lambda: law_records.revise_system(
            DSO, catalog, replace(system, name="Folders", type_codes=("SSN",)), [], expected=1
        )),
        (RecordKind.PURPOSE, own.id, 1, lambda: purposes.revise(
            DSO, catalog, replace(own, text="Others"), expected=1
        )),
        (RecordKind.TEMPLATE, template.id, 1, lambda: flow_templates.revise(
            DSO, catalog, replace(template, purpose="Else", type_codes=()), [], expected=1
        )),
    ]  # fmt: skip
    for kind, key, number, work in edits:
        before = _said(catalog, kind, key, number)
        work()
        assert _said(catalog, kind, key, number + 1) != before
        refused(
            Conflict,
            "changed since",
            lambda kind=kind, key=key, number=number: histories.restore(
                CPO, catalog, kind, key, number, "Back", number
            ),
        )
        histories.restore(CPO, catalog, kind, key, number, "Back", number + 1)
        last = histories.of(CPO, catalog, kind, key).revisions[0].revision
        assert (last.number, last.reason, last.person) == (number + 2, "Back", "Casey Poole")
        again = _said(catalog, kind, key, number + 2)
        assert again | {"version": 0} == before | {"version": 0}, kind
        with catalog.reading() as connection:
            record = law.one(connection, RECORDS[kind], key)
            assert record is not None
            assert contents.digest(contents.whole(connection, record)) == last.content_hash, kind


def _said(catalog: Catalog, kind: RecordKind, key: int, number: int) -> dict[str, Any]:
    with catalog.reading() as connection:
        (found,) = [one for one in revisions.of(connection, kind, key) if one.number == number]
    return history.said(found)


def test_who_may_not_edit_brings_nothing_back(catalog: Catalog, law_of: Small) -> None:
    sent = law_of.sent
    edit(DSO, catalog, replace(sent, title="Else"))

    def back(actor: Actor, number: int = 1, expected: int = 2) -> None:
        histories.restore(actor, catalog, ACTIVITY, sent.id, number, "Back", expected)

    refused(NotAllowed, "may not keep register", lambda: back(STEWARD))
    refused(NotAllowed, "may not", lambda: back(OPERATOR))
    refused(NotFound, "no such activity of yours", lambda: back(DCH))
    refused(NotFound, "nothing here", lambda: back(DSO, 7))
    refused(Conflict, "changed since", lambda: back(DSO, 1, 1))
    back(DSO)
    assert latest(catalog, ACTIVITY, sent.id) == 3


def test_what_cannot_be_said_any_more_is_not_brought_back(catalog: Catalog, law_of: Small, source: Source) -> None:
    dataset_id = a_run(catalog, source, {"clients": a_result()})["clients"]
    edit(DSO, catalog, law_of.sent, dataset_ids=[dataset_id])
    edit(DSO, catalog, law_of.sent, dataset_ids=[])
    retire(catalog, dataset_id)
    refused(NotFound, "no such dataset", lambda: histories.restore(DSO, catalog, ACTIVITY, law_of.sent.id, 2, "", 3))


def test_what_is_brought_back_is_all_there_is(catalog: Catalog, law_of: Small, source: Source) -> None:
    dataset_id = a_run(catalog, source, {"clients": a_result()})["clients"]
    edit(DSO, catalog, law_of.sent, dataset_ids=[dataset_id])
    retire(catalog, dataset_id)
    histories.restore(DSO, catalog, ACTIVITY, law_of.sent.id, 1, "", 2)
    with catalog.reading() as connection:
        assert stored.joined_of(connection, law_of.sent.id).dataset_ids == ()
    paper = law_of.agreement
    terms = Agreement(paper.id, "This", OnwardDisclosure.NONE, "Locked", "Shredded")
    register.add_agreement(DSO, catalog, terms, [law_of.dso.id, law_of.dch.id])
    refused(
        RequestError,
        "terms were recorded since",
        lambda: histories.restore(DSO, catalog, RecordKind.PROTOCOL, paper.id, 1, "", 2),
    )


def test_what_happened_is_never_brought_back(catalog: Catalog) -> None:
    event = a_violation()
    with catalog.changing(CPO, "add_violation", "test") as change:
        kept = law.add(change.connection, event)
        history.keep(change, CPO, RecordKind.VIOLATION, kept.id, "dso", contents.content_of(change.connection, kept))
    page = histories.of(DSO, catalog, RecordKind.VIOLATION, kept.id)
    assert not page.restorable
    assert ("State", "", "Reported") in changed(page)
    refused(
        RequestError,
        "never brought back",
        lambda: histories.restore(DSO, catalog, RecordKind.VIOLATION, kept.id, 1, "", 1),
    )
    refused(NotFound, "nothing here", lambda: histories.of(STEWARD, catalog, RecordKind.VIOLATION, kept.id))
    refused(NotFound, "nothing here", lambda: histories.of(DCH, catalog, RecordKind.VIOLATION, kept.id))


def test_every_field_of_every_record_has_a_name_people_read() -> None:
    named = {field for kind in RECORDS.values() for field in kind.__dataclass_fields__} - {"id", "decided_by"}
    assert named <= LABELS.keys() | {"protocol_id"}


# Any sequence of edits: the history replays to what is there.

WORDS = st.sampled_from(["", "One", "Two", "Three"])
EDITS = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["A", "B"]),
        "unit": WORDS,
        "retention": WORDS,
        "divisions": st.lists(WORDS.filter(bool), max_size=2).map(tuple),
        "ended_on": st.none() | st.dates(date(2026, 3, 1), date(2026, 3, 3)),
        "method": st.none() | st.sampled_from(CollectionMethod),
        "party": st.sampled_from(["dch", "vendor"]),
        "types": st.lists(st.sampled_from(["NAME", "SSN", "DOB"]), unique=True),
        "papers": st.lists(st.sampled_from([0, 1]), unique=True),
    },
)
STEPS = st.lists(EDITS | st.integers(1, 6), max_size=5)


@pytest.fixture(scope="module")
def kept_open(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Catalog, Small]]:
    folder: Path = tmp_path_factory.mktemp("histories")
    made = a_catalog(folder)
    for agency_id in ("dso", "dch"):
        sources.add_agency(OPERATOR, made, an_agency(agency_id, agency_id.upper()))
    people.add_person(OPERATOR, made, "cpo", "Casey Poole", next(iter(CPO.roles)))
    yield made, small(made)
    made.close()


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_sequence_of_edits_replays_to_what_is_there(kept_open: tuple[Catalog, Small], steps: list[Any]) -> None:
    catalog, law_of = kept_open
    activity = register.add_activity(DSO, catalog, disclosure(party_id=law_of.dch.id), type_codes=["NAME"])
    states = [_state(catalog, activity.id)]
    for step in steps:
        if isinstance(step, int):
            _back(catalog, activity.id, step, states)
        else:
            _step(catalog, law_of, activity.id, step)
        now = _state(catalog, activity.id)
        states += [now] if now != states[-1] else []
    with catalog.reading() as connection:
        kept = revisions.of(connection, ACTIVITY, activity.id)
    replayed = [contents.read(Activity, activity.id, history.said(one)) for one in kept]
    assert [one.number for one in kept] == list(range(1, len(kept) + 1))
    assert [(one, tuple(sorted(history.said(each)["types"]))) for one, each in zip(replayed, kept, strict=True)] == [
        (one, types) for one, types, _ in states
    ]


def _state(catalog: Catalog, activity_id: int) -> tuple[Activity, tuple[str, ...], tuple[int, ...]]:
    with catalog.reading() as connection:
        activity = law.one(connection, Activity, activity_id)
        joined = stored.joined_of(connection, activity_id)
    assert activity is not None
    return activity, joined.type_codes, joined.protocol_ids


def _step(catalog: Catalog, law_of: Small, activity_id: int, step: dict[str, Any]) -> None:
    words = dict(step)
    papers = words.pop("papers", None)
    types = words.pop("types", None)
    if "party" in words:
        words["party_id"] = getattr(law_of, words.pop("party")).id
    now = _state(catalog, activity_id)[0]
    known = [law_of.designation.id, law_of.agreement.id]
    links: dict[str, Any] = {} if types is None else {"type_codes": types}
    links |= {} if papers is None else {"protocol_ids": [known[place] for place in papers]}
    edit(DSO, catalog, replace(now, **words), **links)


def _back(catalog: Catalog, activity_id: int, number: int, states: list[Any]) -> None:
    seen = latest(catalog, ACTIVITY, activity_id)
    if number > seen:
        refused(
            NotFound,
            "nothing here",
            lambda: histories.restore(DSO, catalog, ACTIVITY, activity_id, number, "Back", seen),
        )
        return
    histories.restore(DSO, catalog, ACTIVITY, activity_id, number, "Back", seen)
    assert _state(catalog, activity_id) == states[number - 1]
