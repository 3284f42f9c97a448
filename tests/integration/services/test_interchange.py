"""The register by spreadsheet: out and in again without a change, every bad row told, all of it or nothing."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import NotAllowed, RequestError
from catalog.model.actors import Actor, Grant, Role
from catalog.model.agreements import Agreement, Contract, DeclaredSystem, OnwardDisclosure, ServiceClass, Unscannable
from catalog.model.audit import AuditFilter
from catalog.model.flow_templates import FlowTemplate
from catalog.model.interchange import ImportPlan, Sheet
from catalog.model.parties import Party, PartyKind
from catalog.model.programmes import Programme, ProgrammeMember
from catalog.model.purposes import Purpose
from catalog.model.register import Activity, Classification, Ground, Protocol, ProtocolType, RetentionBasis, Verb
from catalog.model.revisions import RecordKind
from catalog.search.memory_index import MemoryIndex
from catalog.services import (
    audit,
    flow_templates,
    interchange,
    law_records,
    people,
    purposes,
    recording,
    register,
    sources,
)
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from catalog.store import law, revisions
from catalog.store import register as stored
from tests.integration.services.conftest import add_source
from tests.support.bounds import EGRESS
from tests.support.builders import (
    CPO,
    OPERATOR,
    FixedClock,
    a_catalog,
    a_protocol,
    an_activity,
    an_agency,
    listed,
    officer,
)
from tests.support.registers import approve
from tests.support.sheets import added, edited, only, rows_of, taken, told, with_rows

BOTH = Actor("local", "Local administrator", frozenset({Grant(Role.CPO), Grant(Role.OPERATOR)}))
AUDITOR = Actor("aud", "Auditor", frozenset({Grant(Role.AUDITOR)}))
RESEARCHER = Actor("res", "Researcher", frozenset({Grant(Role.RESEARCHER)}))


class Law:
    """One record of each kind in two agencies, by what tests call them."""

    def __init__(self, catalog: Catalog) -> None:
        add = {"actor": CPO, "catalog": catalog}
        source = add_source(catalog, "dso", "shelter-db")
        run = recording.begin(OPERATOR, catalog, source.id, 7, full=True)
        self.datasets = recording.record_listing(OPERATOR, catalog, run, [listed("clients"), listed("beds")], [])
        self.dso = law_records.add_party(**add, party=Party(0, "Shelter", PartyKind.CITY_AGENCY, "dso"))
        self.dch = law_records.add_party(**add, party=Party(0, "Health", PartyKind.CITY_AGENCY, "dch"))
        self.teams = law_records.add_party(**add, party=Party(0, "Harbor Teams", PartyKind.CONTRACTOR, None))
        self.routine = register.add_protocol(**add, protocol=a_protocol("Routine designation", "dso"))
        self.clinics = register.add_protocol(**add, protocol=a_protocol("Designation of the clinics", "dch"))
        kind = ProtocolType.DATA_SHARING_AGREEMENT
        sharing = replace(a_protocol("Sharing", "dso"), type=kind, supersedes_id=None, document="Shelf 4")
        self.sharing = register.add_protocol(**add, protocol=sharing)
        terms = Agreement(self.sharing.id, "Care", OnwardDisclosure.WITH_APPROVAL, "Encrypted", "After a year")
        register.add_agreement(**add, agreement=terms, party_ids=[self.dso.id, self.dch.id])
        rider = replace(a_protocol("Rider", "dso"), type=ProtocolType.CONTRACT_RIDER)
        self.rider = register.add_protocol(**add, protocol=rider)
        self.programme = law_records.add_programme(
            **add, programme=Programme(0, "OUTREACH", "Outreach", "By night", ("HS",), "dso", date(2020, 1, 1), None)
        )
        law_records.add_member(**add, member=ProgrammeMember(self.programme.id, self.dch.id, "Treats people"))
        self.contract = law_records.add_contract(
            **add,
            contract=Contract(
                0, "dso", self.teams.id, "24-1", "Nights", ServiceClass.HUMAN_SERVICES, self.rider.id, date(2024, 7, 1),
                None,
            ),
        )  # fmt: skip
        self.purpose = purposes.add(**add, purpose=Purpose(0, "dso", "Eligibility", "Decide who is eligible.", "dpv:X"))
        template = FlowTemplate(
            0, None, "REFER", "Referrals", "Refer people", Verb.DISCLOSURE, Classification.ROUTINE_INTERAGENCY,
            Ground.FURTHERS_PURPOSE, self.dch.id, self.programme.id, ("NAME", "DOB"), ("adult",), "daily", "", "",
        )  # fmt: skip
        self.template = flow_templates.add(**add, template=template, protocol_ids=[self.sharing.id])
        intake = an_activity(
            "dso", "Intake", reference="S1", party_id=self.teams.id, purpose="Shelter people", unit="Intake unit",
            subject_categories=("adult", "child"), programme_id=self.programme.id, started_on=date(2020, 1, 2),
            volume="100 to 1,000 people", retention="7 years", retention_basis=RetentionBasis.REQUIRED_BY_LAW,
            purpose_id=self.purpose.id, divisions=("Intake", "Night"), employees=("Caseworkers",),
        )  # fmt: skip
        self.intake = self._activity(catalog, intake, ["SSN", "NAME"], list(self.datasets.values())[:1], self.routine)
        referral = an_activity(
            "dso", "Referral", verb=Verb.DISCLOSURE, classification=Classification.ROUTINE_INTERAGENCY,
            party_id=self.dch.id, template_id=self.template.id,
        )  # fmt: skip
        self.referral = self._activity(catalog, referral, ["NAME"], [], self.sharing)
        received = an_activity("dch", "Received", party_id=self.dso.id, mirror_of_id=self.referral.id)
        self.received = self._activity(catalog, received, ["NAME"], [], self.clinics)
        self.clinic = self._activity(catalog, an_activity("dch", "Clinic"), ["HEALTH_INFO"], [], self.clinics)
        system = DeclaredSystem(
            0, "dso", "Paper files", "Folders", "Intake unit", Unscannable.PAPER, self.contract.id, ("NAME",),
            ("adult",), "10 years", date(2026, 1, 5),
        )  # fmt: skip
        self.system = law_records.declare_system(**add, system=system, activity_ids=[self.intake.id])

    @staticmethod
    def _activity(
        catalog: Catalog, activity: Activity, types: list[str], datasets: list[int], protocol: Protocol
    ) -> Activity:
        return register.add_activity(
            CPO, catalog, activity, type_codes=types, dataset_ids=datasets, protocol_ids=[protocol.id]
        )


@pytest.fixture
def known(catalog: Catalog) -> Law:
    return Law(catalog)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Law]:
    """The folder of a catalog with one of each, to be copied."""
    folder = tmp_path_factory.mktemp("law")
    catalog = a_catalog(folder)
    people_of(catalog)
    for agency_id in ("dso", "dch"):
        sources.add_agency(OPERATOR, catalog, an_agency(agency_id))
    known = Law(catalog)
    catalog.close()
    return folder / "data", known


@pytest.fixture
def one(made: tuple[Path, Law], tmp_path: Path) -> Iterator[tuple[Catalog, Law]]:
    """The same on SQLite alone, for what does not depend on the database."""
    folder, known = made
    shutil.copytree(folder, tmp_path / "one")
    settings_ = Settings(data_dir=tmp_path / "one", open_sign_in=True, egress=EGRESS)
    catalog = Catalog.open(settings_, clock=FixedClock(), index=MemoryIndex())
    yield catalog, known
    catalog.close()


def another(folder: Path) -> Catalog:
    """A catalog of its own key: those of tests are copies of one."""
    made = a_catalog(folder)
    (made.settings.keys_dir / "audit.key").write_bytes(bytes(range(32)))
    return made


def people_of(catalog: Catalog) -> None:
    """Accounts for those who take the register away."""
    for account in ("cpo", "aud", "apo-dch"):
        people.add_person(OPERATOR, catalog, account, account, Role.AUDITOR)


def an_empty(folder: Path) -> Catalog:
    made = another(folder)
    for agency_id in ("dso", "dch"):
        sources.add_agency(OPERATOR, made, an_agency(agency_id))
    return made


def places(plan: ImportPlan) -> list[str]:
    return [problem.place for problem in plan.problems]


def entries(catalog: Catalog) -> int:
    return audit.entries(AUDITOR, catalog, AuditFilter(), 1)[0].sequence


def test_an_export_comes_in_again_without_a_change(one: tuple[Catalog, Law]) -> None:
    catalog, _ = one
    sheets = taken(CPO, catalog)
    assert {sheet.name: len(sheet.rows) for sheet in sheets[1:]} == {
        "Agencies": 2, "Parties": 3, "Purposes": 1, "Protocols": 4, "Agreements": 1, "Contracts": 1, "Programs": 1,
        "Members": 1, "Templates": 1, "Activities": 4, "Systems": 1,
    }  # fmt: skip
    before = entries(catalog)
    assert interchange.plan(CPO, catalog, sheets) == ImportPlan((), (), 20, ())
    assert interchange.apply(CPO, catalog, sheets, "Nothing to do") == ImportPlan((), (), 20, ())
    assert entries(catalog) == before


def test_a_row_says_what_its_record_says_in_peoples_words(one: tuple[Catalog, Law]) -> None:
    catalog, law_ = one
    intake = next(row for row in rows_of(taken(CPO, catalog), "Activities") if row["Reference"] == "S1")
    assert intake == {
        "Number": str(law_.intake.id), "Revision": intake["Revision"], "Agency": "dso", "Reference": "S1",
        "Collection or disclosure": "Collection", "Title": "Intake", "Purpose": "Shelter people",
        "Library purpose": "dso/Eligibility", "Classification": "Pre-approved as routine",
        "Ground": "Furthers the purpose or mission of the agency", "Unit": "Intake unit", "Party": "Harbor Teams",
        "Types": "NAME\nSSN", "About whom": "adult\nchild", "Datasets": "dso/shelter-db/clients",
        "Protocols": "dso/Routine designation/1", "Other side": "", "Program": "OUTREACH",
        "Divisions": "Intake\nNight", "Employees": "Caseworkers", "Method": "", "Frequency": "",
        "Volume": "100 to 1,000 people", "Retention": "7 years", "Retention basis": "Required by law",
        "Began": "2020-01-02", "Ended": "", "Template": "",
    }  # fmt: skip


def test_another_catalog_takes_the_whole_register_over(one: tuple[Catalog, Law], tmp_path: Path) -> None:
    catalog, _ = one
    sheets = taken(CPO, catalog)
    other = another(tmp_path / "other")
    source = an_agency("dso")
    sources.add_agency(OPERATOR, other, source)
    run = recording.begin(OPERATOR, other, add_source(other, "dso", "shelter-db").id, 7, full=True)
    recording.record_listing(OPERATOR, other, run, [listed("beds"), listed("clients")], [])
    done = interchange.apply(BOTH, other, sheets, "From the old catalog")
    assert (done.problems, len(done.adds), done.changes) == ((), 19, ())
    assert told(taken(BOTH, other)) == told(sheets)
    # Once more it changes nothing: rows are known again by what they are called.
    assert interchange.apply(BOTH, other, sheets, "Once more") == ImportPlan((), (), 20, ())
    other.close()


names = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs", "Cn")), max_size=6)
words = st.builds("{}{}{}".format, st.sampled_from(["=", "'", "@", "x", "é", "_x0041_"]), names, st.sampled_from("ab"))
texts = st.one_of(st.just(""), words, st.lists(words, max_size=3).map("\n".join), st.just("long " * 1200 + "."))
days = st.dates(date(2000, 1, 1), date(2030, 1, 1))


@st.composite
def registers(draw: st.DrawFn) -> list[Any]:
    """Records of some kinds with any texts, each naming earlier ones; numbers are places among those of its kind."""
    several = {"min_size": 1, "max_size": 3, "unique_by": str.casefold}
    parties = [Party(0, name, draw(st.sampled_from(PartyKind)), None) for name in draw(st.lists(words, **several))]
    protocols = [
        Protocol(
            0, draw(st.sampled_from(ProtocolType)), name, draw(texts), draw(st.sampled_from([None, "dso"])),
            draw(words), draw(texts), draw(days), None, None, None, draw(texts),
        )
        for name in draw(st.lists(words, **several))
    ]  # fmt: skip
    activities = [
        Activity(
            0, draw(st.sampled_from(["dso", "dch"])), draw(st.sampled_from(Verb)), title, draw(texts),
            Classification.CASE_BY_CASE, Ground.FURTHERS_PURPOSE, draw(texts),
            draw(st.none() | st.integers(0, len(parties) - 1)), tuple(draw(st.lists(words, max_size=2))), None,
            draw(st.none() | days), None, draw(st.just("") | words), draw(texts), "", draw(texts),
        )
        for title in draw(st.lists(words, **several))
    ]  # fmt: skip
    codes = st.lists(st.sampled_from(["SSN", "NAME", "DOB"]), unique=True, max_size=3)
    links = [(draw(codes), draw(st.lists(st.integers(0, len(protocols) - 1), unique=True))) for _ in activities]
    return [parties, protocols, list(zip(activities, links, strict=True))]


def record(catalog: Catalog, drawn: list[Any]) -> None:
    parties, protocols, activities = drawn
    party_ids = [law_records.add_party(CPO, catalog, party).id for party in parties]
    protocol_ids = [register.add_protocol(CPO, catalog, protocol).id for protocol in protocols]
    for activity, (codes, places_) in activities:
        made = replace(activity, party_id=None if activity.party_id is None else party_ids[activity.party_id])
        papers = [protocol_ids[place] for place in places_]
        register.add_activity(CPO, catalog, made, type_codes=codes, protocol_ids=papers)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(registers())
def test_any_register_goes_out_and_into_an_empty_catalog_as_it_was(drawn: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here, there = a_catalog(Path(folder) / "here"), another(Path(folder) / "there")
        for agency_id in ("dso", "dch"):
            sources.add_agency(OPERATOR, here, an_agency(agency_id))
        record(here, drawn)
        sheets = taken(BOTH, here)
        again = interchange.plan(BOTH, here, sheets)
        assert (again.adds, again.changes, again.problems) == ((), (), ())
        done = interchange.apply(BOTH, there, sheets, "All of it")
        assert done.problems == ()
        assert told(taken(BOTH, there)) == told(sheets)
        here.close()
        there.close()


def test_cells_that_are_changed_change_their_fields_alone(catalog: Catalog, known: Law) -> None:
    sheets = taken(CPO, catalog)
    place = [row["Reference"] for row in rows_of(sheets, "Activities")].index("S1")
    changed = edited(
        sheets, "Activities", place, Title="Intake by night", Types="ssn, dob", Ended="2026-05-01",
        Datasets="dso/shelter-db/beds", Party="health", Protocols="dso/Sharing/1\ndso/Routine designation/1",
    )  # fmt: skip
    done = interchange.apply(CPO, catalog, changed, "The list of May")
    assert (done.adds, done.problems, done.same) == ((), (), 19)
    (row,) = done.changes
    assert (row.sheet, row.row, row.thing) == ("Activities", place + 2, "dso/S1")
    assert row.columns == ("Title", "Party", "Types", "Datasets", "Protocols", "Ended")
    with catalog.reading() as connection:
        now = law.one(connection, Activity, known.intake.id)
        joined = stored.joined_of(connection, known.intake.id)
        last = revisions.latest(connection, RecordKind.ACTIVITY, known.intake.id)
    assert now == replace(known.intake, title="Intake by night", ended_on=date(2026, 5, 1), party_id=known.dch.id)
    assert (joined.type_codes, len(joined.dataset_ids), len(joined.protocol_ids)) == (("DOB", "SSN"), 1, 2)
    assert last is not None
    assert (last.number, last.reason) == (2, "Imported from a spreadsheet: The list of May")


def test_new_rows_may_name_each_other_in_any_order(one: tuple[Catalog, Law]) -> None:
    catalog, _ = one
    sheets = taken(CPO, catalog)
    sheets = added(
        sheets, "Activities", Agency="dch", Collection_or_disclosure="Collection", Title="Their side",
        Classification="Pre-approved as routine", Other_side="dso/S9", Party="Shelter", Protocols="dch/New rule",
    )  # fmt: skip
    sheets = added(
        sheets, "Activities", Agency="dso", Reference="S9", Collection_or_disclosure="disclosure", Title="Our side",
        Classification="case_by_case", Party="Health",
    )  # fmt: skip
    sheets = added(
        sheets, "Protocols", Title="New rule", Type="Agency guidance", Issuing_agency="dch", In_effect_from="2026-01-01"
    )
    sheets = added(sheets, "Members", Program="OUTREACH", Party="New party", Part="Listens")
    sheets = added(sheets, "Parties", Name="New party", Kind="Nonprofit organization")
    done = interchange.apply(CPO, catalog, sheets, "New flows")
    assert done.problems == ()
    assert [(row.sheet, row.thing) for row in done.adds] == [
        ("Parties", "New party"),
        ("Protocols", "dch/New rule"),
        ("Members", "OUTREACH/New party"),
        ("Activities", "dso/S9"),
        ("Activities", "dch/Their side"),
    ]
    after = {row["Title"]: row for row in rows_of(taken(CPO, catalog), "Activities")}
    assert after["Their side"]["Other side"] == "dso/S9"
    assert interchange.plan(CPO, catalog, sheets).same == 25


#: What is wrong with a row → sheet, its cells, the place it is told at, and words of the reason.
BAD: dict[str, tuple[str, dict[str, str], str, str]] = {
    "unknown word": ("Parties", {"Name": "X", "Kind": "Alien"}, "Parties!D5", "none of the words"),
    "missing": ("Parties", {"Name": "X"}, "Parties!D5", "Kind is missing"),
    "unknown agency": ("Parties", {"Name": "X", "Kind": "Court", "Agency": "zzz"}, "Parties!E5", "none of Agencies"),
    "taken agency": ("Parties", {"Name": "X", "Kind": "Court", "Agency": "dso"}, "Parties!A5", "recorded already"),
    "recorded": ("Parties", {"Name": "Health", "Kind": "Court", "Agency": "dch"}, "Parties!A5", "is of the same"),
    "no day": (
        "Protocols",
        {"Title": "X", "Type": "Agency guidance", "In effect from": "1.5.26"},
        "Protocols!I6",
        "is no day",
    ),
    "days out of order": (
        "Protocols",
        {"Title": "X", "Type": "Agency guidance", "In effect from": "2026-05-01", "Expires": "2026-04-01"},
        "Protocols!A6",
        "is before",
    ),
    "supersedes itself": (
        "Protocols",
        {"Title": "X", "Type": "Agency guidance", "In effect from": "2026-05-01", "Supersedes": "X"},
        "Protocols!A6",
        "name each other",
    ),
    "no agreement": (
        "Agreements",
        {"Protocol": "dso/Routine designation/1", "Parties": "Health\nShelter", "Onward disclosure": "None"},
        "Agreements!A3",
        "is no agreement",
    ),
    "one party": (
        "Agreements",
        {"Protocol": "dso/Routine designation/1", "Parties": "Health", "Onward disclosure": "None"},
        "Agreements!A3",
        "agreement",
    ),
    "unknown type": ("Activities", {"Types": "SSN, SHOE_SIZE"}, "Activities!M6", "no identifier type"),
    "unknown dataset": ("Activities", {"Datasets": "dso/shelter-db/none"}, "Activities!O6", "the datasets"),
    "another's dataset": (
        "Activities",
        {"Agency": "dch", "Datasets": "dso/shelter-db/clients"},
        "Activities!A6",
        "no such",
    ),
    "volume": ("Activities", {"Volume": "many"}, "Activities!W6", "none of the words"),
    "unknown mirror": ("Activities", {"Other side": "dso/Nothing"}, "Activities!Q6", "none of Activities"),
    "false mirror": ("Activities", {"Other side": "dso/Referral"}, "Activities!A6", "was disclosed nothing"),
    "own party": ("Activities", {"Party": "Shelter"}, "Activities!A6", "the agency itself"),
    "ground": ("Activities", {"Ground": "individual_authorization"}, "Activities!A6", "disclosures alone"),
    "unknown number": ("Activities", {"Number": "999999"}, "Activities!A6", "no record of number"),
}  # fmt: skip
ROW = {
    "Agency": "dso", "Collection or disclosure": "Collection", "Title": "New", "Classification": "Case by case",
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_bad_row_is_told_with_its_place_and_nothing_is_done(what: str, one: tuple[Catalog, Law]) -> None:
    catalog, _ = one
    name, cells, place, reason = BAD[what]
    sheets = taken(CPO, catalog)
    row = ROW | {"Classification": "Approved case by case"} | cells if name == "Activities" else cells
    sheets = with_rows(sheets, name, [*rows_of(sheets, name), row])
    sheets = added(sheets, "Parties", Name="A good one", Kind="Court")
    before = told(taken(CPO, catalog))
    count = entries(catalog)
    plan = interchange.apply(CPO, catalog, sheets, "Try it")
    assert places(plan) == [place]
    assert reason in plan.problems[0].reason
    assert interchange.plan(CPO, catalog, sheets) == plan
    assert [row.thing for row in plan.adds] == ["A good one"]
    assert entries(catalog) == count
    assert told(taken(CPO, catalog)) == before


def test_every_bad_row_is_told_at_once(one: tuple[Catalog, Law]) -> None:
    catalog, _ = one
    sheets = taken(CPO, catalog)
    sheets = added(sheets, "Parties", Name="", Kind="")  # a row of nothing is none
    sheets = added(sheets, "Parties", Name="X", Kind="Alien", Agency="zzz")
    sheets = added(sheets, "Activities", Agency="dso", Title="Uses it", Party="X", Classification="x")
    plan = interchange.plan(CPO, catalog, sheets)
    assert places(plan) == ["Parties!D6", "Parties!E6", "Activities!E6"]
    fixed = edited(sheets, "Activities", 4, Collection_or_disclosure="Collection")
    plan = interchange.plan(CPO, catalog, fixed)
    assert places(plan) == ["Parties!D6", "Parties!E6", "Activities!I6", "Activities!L6"]
    assert "or its row here has a problem" in plan.problems[3].reason


def test_headings_and_sheets_nobody_knows_are_told(one: tuple[Catalog, Law]) -> None:
    catalog, _ = one
    sheets = (
        Sheet("Parties", ("Name", "Kind", "Shoe size", "Name"), [("X", "Court", "43", "Y")]),
        Sheet("Shoes", ("Size",), [("43",)]),
    )
    assert places(interchange.plan(CPO, catalog, sheets)) == ["Shoes", "Parties!C1", "Parties!D1"]


def test_a_workbook_with_few_columns_adds_and_leaves_the_rest(one: tuple[Catalog, Law]) -> None:
    catalog, _ = one
    sheets = [Sheet("parties", ("Kind", "name"), [("Court", "The court"), ("", ""), ("City agency", "Health")])]
    done = interchange.apply(CPO, catalog, sheets, "A short list")
    assert ([row.thing for row in done.adds], done.same, done.problems) == (["The court"], 1, ())


def test_a_row_that_nobody_touched_stands_against_nothing_that_changed_since(one: tuple[Catalog, Law]) -> None:
    catalog, _ = one
    sheets = taken(CPO, catalog)
    place = [row["Reference"] for row in rows_of(sheets, "Activities")].index("S1")
    interchange.apply(CPO, catalog, edited(sheets, "Activities", place, Title="Renamed meanwhile"), "Somebody else")
    assert interchange.plan(CPO, catalog, sheets) == ImportPlan((), (), 20, ())
    others = edited(sheets, "Parties", 2, Kind="Vendor")
    assert interchange.apply(CPO, catalog, others, "Mine").same == 19
    assert rows_of(taken(CPO, catalog), "Activities")[place]["Title"] == "Renamed meanwhile"


def test_what_changed_since_is_not_written_over(one: tuple[Catalog, Law]) -> None:
    catalog, law_ = one
    sheets = taken(CPO, catalog)
    with catalog.reading() as connection:
        joined = stored.joined_of(connection, law_.intake.id)
    links = {"type_codes": joined.type_codes, "dataset_ids": joined.dataset_ids, "protocol_ids": joined.protocol_ids}
    register.revise_activity(CPO, catalog, replace(law_.intake, unit="Night unit"), **links, expected=1)
    place = [row["Reference"] for row in rows_of(sheets, "Activities")].index("S1")
    changed = edited(sheets, "Activities", place, Title="Intake by night")
    plan = interchange.apply(CPO, catalog, changed, "Too late")
    assert places(plan) == [f"Activities!B{place + 2}"]
    assert "changed since" in plan.problems[0].reason
    assert rows_of(taken(CPO, catalog), "Activities")[place]["Title"] == "Intake"
    anew = edited(taken(CPO, catalog), "Activities", place, Title="Intake by night")
    assert len(interchange.apply(CPO, catalog, anew, "In time").changes) == 1


def test_a_row_without_a_revision_writes_over_nothing(one: tuple[Catalog, Law], tmp_path: Path) -> None:
    catalog, _ = one
    plain = [Sheet("Parties", ("Name", "Kind"), [("Harbor Teams", "Court")])]
    plan = interchange.plan(CPO, catalog, plain)
    assert places(plan) == ["Parties!A2"]
    assert "recorded already" in plan.problems[0].reason
    # The numbers and revisions of another catalog are those of other records.
    other = an_empty(tmp_path / "other")
    for name in ("One", "Two", "Harbor Teams"):
        law_records.add_party(CPO, other, Party(0, name, PartyKind.COURT, None))
    foreign = only(taken(BOTH, other), "Parties")
    plan = interchange.plan(CPO, catalog, foreign)
    assert ([row.thing for row in plan.adds], places(plan)) == (["One", "Two"], ["Parties!B4"])
    other.close()


def test_what_the_workbook_leaves_out_stays(one: tuple[Catalog, Law]) -> None:
    catalog, _ = one
    before = told(taken(CPO, catalog))
    sheets = with_rows(only(taken(CPO, catalog), "Activities"), "Activities", [])
    assert interchange.apply(CPO, catalog, sheets, "Empty") == ImportPlan((), (), 0, ())
    assert told(taken(CPO, catalog)) == before


def test_records_of_one_name_are_told_apart_by_their_number(one: tuple[Catalog, Law], tmp_path: Path) -> None:
    catalog, law_ = one
    twin = register.add_protocol(CPO, catalog, replace(law_.routine, id=0, citation="Another"))
    sheets = taken(CPO, catalog)
    place = [row["Reference"] for row in rows_of(sheets, "Activities")].index("S1")
    assert rows_of(sheets, "Activities")[place]["Protocols"] == f"dso/Routine designation/1 #{law_.routine.id}"
    assert interchange.plan(CPO, catalog, sheets) == ImportPlan((), (), 21, ())
    unclear = edited(sheets, "Activities", place, Protocols="dso/Routine designation/1")
    assert "2 of Protocols are called" in interchange.plan(CPO, catalog, unclear).problems[0].reason
    moved = edited(sheets, "Activities", place, Protocols=f"dso/Routine designation/1 #{twin.id}")
    assert interchange.apply(CPO, catalog, moved, "The other one").problems == ()
    with catalog.reading() as connection:
        assert stored.joined_of(connection, law_.intake.id).protocol_ids == (twin.id,)
    other = an_empty(tmp_path / "other")
    sheets = only(with_rows(taken(CPO, catalog), "Activities", []), "Protocols")
    assert len(interchange.apply(CPO, other, sheets, "Both").adds) == 5
    other.close()


def test_a_name_that_is_too_long_is_a_problem_of_its_row(one: tuple[Catalog, Law]) -> None:
    catalog, _ = one
    sheets = added(taken(CPO, catalog), "Parties", Name="N" * 201, Kind="Vendor")
    (problem,) = interchange.plan(CPO, catalog, sheets).problems
    assert (problem.sheet, "200 are the most" in problem.reason) == ("Parties", True), problem


def test_a_class_that_is_approved_is_not_changed_by_a_cell(one: tuple[Catalog, Law]) -> None:
    catalog, known = one
    approve(catalog, known.intake)
    place = next(i for i, row in enumerate(rows_of(taken(CPO, catalog), "Activities")) if row["Title"] == "Intake")
    sheets = edited(taken(CPO, catalog), "Activities", place, Classification="exempt_police", Ground="")
    (problem,) = interchange.apply(CPO, catalog, sheets, "Sorted").problems
    assert "an approval of it holds, in the class" in problem.reason


def test_what_cannot_change_is_said_and_not_passed_over(one: tuple[Catalog, Law]) -> None:
    catalog, _ = one
    sheets = taken(CPO, catalog)
    place = [row["Reference"] for row in rows_of(sheets, "Activities")].index("S1")
    plan = interchange.plan(CPO, catalog, edited(sheets, "Activities", place, Template="REFER"))
    assert places(plan) == [f"Activities!AB{place + 2}"]
    plan = interchange.plan(CPO, catalog, edited(sheets, "Protocols", 0, Issuing_agency="dch"))
    assert places(plan) == ["Protocols!F2"]
    plan = interchange.plan(CPO, catalog, edited(sheets, "Protocols", 0, Title=""))
    assert [problem.reason for problem in plan.problems] == ["Title is missing"]


def test_two_rows_of_one_history_change_it_together(one: tuple[Catalog, Law]) -> None:
    catalog, law_ = one
    sheets = taken(CPO, catalog)
    place = [row["Title"] for row in rows_of(sheets, "Protocols")].index("Sharing")
    sheets = edited(sheets, "Protocols", place, Citation="§23-1203(3)")
    sheets = edited(sheets, "Agreements", 0, Security="Locked", Parties="Shelter\nHealth\nHarbor Teams")
    sheets = edited(edited(sheets, "Programs", 0, Title="Outreach!"), "Members", 0, Part="Leads")
    done = interchange.apply(CPO, catalog, sheets, "Both sides of it")
    assert ([row.sheet for row in done.changes], done.problems) == (
        ["Protocols", "Agreements", "Programs", "Members"], ()
    )  # fmt: skip
    with catalog.reading() as connection:
        last = revisions.latest(connection, RecordKind.PROTOCOL, law_.sharing.id)
    assert last is not None
    assert '"security":"Locked"' in last.content
    assert '"citation":"§23-1203(3)"' in last.content


def test_an_officer_takes_away_and_brings_back_their_agencys_part(one: tuple[Catalog, Law]) -> None:
    catalog, _ = one
    sheets = taken(officer("dch"), catalog)
    titles = {row["Title"]: row for row in rows_of(sheets, "Activities")}
    assert set(titles) == {"Received", "Clinic", "Referral"}  # the last is a flow to this agency
    assert [row["Agency"] for row in rows_of(sheets, "Agencies")] == ["dch"]  # nothing is said of the others
    assert rows_of(sheets, "Contracts") == rows_of(sheets, "Systems") == rows_of(sheets, "Purposes") == []
    assert "Routine designation" not in {row["Title"] for row in rows_of(sheets, "Protocols")}
    assert interchange.plan(officer("dch"), catalog, sheets).problems == ()
    place = list(titles).index("Referral")
    theirs = interchange.plan(officer("dch"), catalog, edited(sheets, "Activities", place, Title="Mine"))
    assert places(theirs) == [f"Activities!A{place + 2}"]
    own = edited(sheets, "Activities", list(titles).index("Clinic"), Title="Clinic by night")
    assert len(interchange.apply(officer("dch"), catalog, own, "Our list").changes) == 1
    party = interchange.plan(officer("dch"), catalog, added(sheets, "Parties", Name="X", Kind="Court"))
    assert places(party) == ["Parties!A5"]


@pytest.mark.parametrize("cells", [{"Protocols": "dso/Routine designation/1"}, {"Other side": "dso/S1"}])
def test_what_an_officer_may_not_know_of_is_answered_as_what_is_not_there(
    cells: dict[str, str], one: tuple[Catalog, Law]
) -> None:
    catalog, _ = one
    sheets = taken(officer("dch"), catalog)

    def answer(cells: dict[str, str]) -> str:
        row = ROW | {"Agency": "dch", "Classification": "Approved case by case"} | cells
        (problem,) = interchange.plan(
            officer("dch"), catalog, with_rows(sheets, "Activities", [*rows_of(sheets, "Activities"), row])
        ).problems
        return problem.reason.replace(*cells.values(), "…")

    assert answer(cells) == answer(dict.fromkeys(cells, "dso/Nothing at all"))
    (intake,) = [row for row in rows_of(taken(CPO, catalog), "Activities") if row["Reference"] == "S1"]
    hidden, missing = (
        interchange.plan(officer("dch"), catalog, edited(sheets, "Activities", 0, Number=number)).problems[0].reason
        for number in (intake["Number"], "987654")
    )
    assert hidden.replace(intake["Number"], "…") == missing.replace("987654", "…")


def test_datasets_of_other_agencies_are_not_in_the_workbook(one: tuple[Catalog, Law]) -> None:
    catalog, law_ = one
    with catalog.reading() as connection:
        joined = stored.joined_of(connection, law_.referral.id)
    register.revise_activity(
        CPO, catalog, law_.referral, type_codes=joined.type_codes, dataset_ids=list(law_.datasets.values()),
        protocol_ids=joined.protocol_ids, expected=1,
    )  # fmt: skip
    seen = next(row for row in rows_of(taken(CPO, catalog), "Activities") if row["Title"] == "Referral")
    cut = next(row for row in rows_of(taken(officer("dch"), catalog), "Activities") if row["Title"] == "Referral")
    assert seen["Datasets"] == "dso/shelter-db/beds\ndso/shelter-db/clients"
    assert cut["Datasets"] == ""


def test_who_may_do_what(one: tuple[Catalog, Law]) -> None:
    catalog, _ = one
    sheets = taken(AUDITOR, catalog)
    for refused in (AUDITOR, RESEARCHER, OPERATOR):
        with pytest.raises(NotAllowed):
            interchange.plan(refused, catalog, sheets)
        with pytest.raises(NotAllowed):
            interchange.apply(refused, catalog, sheets, "x")
    for refused in (RESEARCHER, OPERATOR):
        with pytest.raises(NotAllowed):
            interchange.export(refused, catalog)
    with pytest.raises(RequestError, match="no reason"):
        interchange.apply(CPO, catalog, sheets, "  ")


def test_taking_it_away_is_recorded_and_counts(one: tuple[Catalog, Law]) -> None:
    catalog, _ = one
    before = entries(catalog)
    interchange.export(CPO, catalog)
    (entry,) = audit.entries(AUDITOR, catalog, AuditFilter(action="export"), 1)
    assert (entry.person_id, entry.thing, entry.detail) == ("cpo", "list:register", "rows=20")
    assert entries(catalog) == before + 1
    few = Catalog(
        catalog.settings.model_copy(update={"export_rows_a_day": 30}), catalog.engine, catalog.search_index,
        catalog.taxonomy, catalog.clock,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        interchange.export(CPO, few)


def test_agencies_come_in_too(one: tuple[Catalog, Law]) -> None:
    catalog, _ = one
    sheets = added(taken(CPO, catalog), "Agencies", Agency="dpr", Name="Parks", City_agency="yes", Other_names="A\nB")
    sheets = edited(sheets, "Agencies", 0, Mission="Heal people.")
    theirs = added(taken(officer("dch"), catalog), "Agencies", Agency="dpr", Name="Parks", City_agency="yes")
    assert (
        len(interchange.plan(officer("dch"), catalog, theirs).problems) == 1
    )  # which agencies there are, is the city's
    done = interchange.apply(CPO, catalog, sheets, "A new agency")
    assert ([row.thing for row in done.adds], [row.columns for row in done.changes]) == (["dpr"], [("Mission",)])
    assert rows_of(taken(CPO, catalog), "Agencies")[-1]["Other names"] in {"A\nB", ""}
    stale = edited(sheets, "Agencies", 0, Mission="Heal everybody.")
    assert places(interchange.plan(CPO, catalog, stale)) == ["Agencies!A2"]


def test_a_row_that_fails_midway_leaves_nothing_for_those_after_it(
    one: tuple[Catalog, Law], monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog, _ = one
    keep = law_records.add_party

    def fails_late(actor: Actor, at: Catalog, party: Party) -> Party:
        made = keep(actor, at, party)
        if party.name == "Late":
            raise RequestError("Party Late", "it fails after it was written", "Nothing.")
        return made

    monkeypatch.setattr(law_records, "add_party", fails_late)
    sources.add_agency(OPERATOR, catalog, an_agency("dpr"))
    # An agency has one party: what is left of the first row would be in the way of the second.
    rows = [("Late", "City agency", "dpr"), ("Good", "City agency", "dpr")]
    plan = interchange.plan(CPO, catalog, [Sheet("Parties", ("Name", "Kind", "Agency"), rows)])
    assert places(plan) == ["Parties!A2"]
    assert [row.thing for row in plan.adds] == ["Good"]
