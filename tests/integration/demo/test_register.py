"""Port Meridian is registered through the services: sources first, records and decisions after a look."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import catalog.demo
from catalog import plugins
from catalog.demo.city import build
from catalog.demo.register import decide_some, register_records, register_sources
from catalog.errors import SkipReason
from catalog.model.coverage import Look, SampleMethod
from catalog.model.decisions import Standing
from catalog.model.holdings import Band, DatasetRef, Source
from catalog.model.runs import ColumnResult, DatasetResult, ListedDataset, RunState, SafeName
from catalog.model.views import DatasetPage
from catalog.ports import Connector, SamplePlan, Unlisted
from catalog.services import holdings, people, recording, register, sources
from catalog.services.catalog import Catalog, local_administrator
from tests.support.builders import a_catalog, a_finding

ADMIN = local_administrator()
DECISIONS = tomllib.loads((Path(catalog.demo.__file__).parent / "register.toml").read_text(encoding="utf-8"))[
    "decisions"
]
DECIDED = {(entry["dataset"], column): code for entry in DECISIONS for column, code in entry["columns"].items()}

#: What the pretended scan suggests beside the right answers: things nobody declared.
UNDECLARED = {("CASE_NOTE", "NOTE_TXT"): "SSN", ("hr/staff_roster.xlsx#Roster", "Acct"): "FIN_ACCOUNT"}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    folder = tmp_path_factory.mktemp("demo")
    build(folder / "sources")
    made = a_catalog(folder)
    register_sources(made, folder / "sources")
    for source in sources.all_sources(ADMIN, made):
        pretend_to_scan(made, source)
    register_records(made)
    yield made
    made.close()


@pytest.fixture(scope="module")
def decided(city: Catalog) -> int:
    return decide_some(city)


def pretend_to_scan(made: Catalog, source: Source) -> None:
    """List and read names with the real connector; findings are the ones written above."""
    connector = plugins.load("connectors", source.kind)(source.options, resolve=str, file_mb=512)
    listed: list[tuple[DatasetRef, ListedDataset]] = []
    unlisted: list[tuple[ListedDataset, SkipReason]] = []
    for one in connector.listing():
        if isinstance(one, Unlisted):
            unlisted.append((as_listed(one.ref), one.reason))
        else:
            listed.append((one, as_listed(one)))
    run = recording.begin(ADMIN, made, source.id, 1)
    due = recording.record_listing(ADMIN, made, run, [safe for _, safe in listed], unlisted)
    for ref, safe in listed:
        recording.record_result(ADMIN, made, run.id, due[safe.name.key], "v1", judged(connector, ref))
    recording.finish(ADMIN, made, run.id, RunState.DONE)
    connector.close()


def as_listed(ref: DatasetRef) -> ListedDataset:
    return ListedDataset(SafeName(ref.name, ref.name, False), ref.kind, "", None, "v1")


def judged(connector: Connector, ref: DatasetRef) -> DatasetResult:
    with connector.sample(ref, SamplePlan(rows=3, seed=1)) as sample:
        columns = [
            ColumnResult(
                name=SafeName(column.name, column.name, False),
                position=column.position,
                declared_type=column.declared_type,
                comment="",
                nullable=None,
                in_key=False,
                values_looked_at=3,
                empty=Band.NONE,
                distinct=Band.ALL,
                shapes=(),
                findings=tuple(a_finding(code) for code in codes(ref.name, column.name)),
            )
            for column in sample.columns
        ]
    return DatasetResult(Look.SCANNED, None, 3, None, SampleMethod.FIRST_ROWS, 1, "pretended", tuple(columns))


def codes(dataset: str, column: str) -> list[str]:
    return [known[dataset, column] for known in (DECIDED, UNDECLARED) if (dataset, column) in known]


def pages(made: Catalog) -> dict[str, DatasetPage]:
    found = [one for s in sources.all_sources(ADMIN, made) for one in register.datasets(ADMIN, made, s.id)]
    return {one.name: holdings.dataset(ADMIN, made, one.id) for one in found}


def test_three_agencies_six_sources_six_people(city: Catalog) -> None:
    assert {agency.acronym for agency in sources.agencies(ADMIN, city)} == {"DSO", "DCH", "OSR"}
    assert len(sources.all_sources(ADMIN, city)) == 6
    assert len(people.offered(city)) == 6


def test_twenty_datasets_are_listed_and_two_could_not_be_looked_at(city: Catalog) -> None:
    seen = pages(city)
    refused = {name for name, page in seen.items() if page.line.look is Look.COULD_NOT_LOOK}
    assert refused == {"hr/roster_backup.xlsx", "feeds/referrals_2026-07.csv"}
    assert len(seen) == 22
    assert sum(len(page.columns) for page in seen.values()) == 300


def test_about_half_is_published_and_some_have_no_activity(city: Catalog) -> None:
    seen = pages(city)
    assert sum(page.line.published for page in seen.values()) == 9
    without = {name for name, page in seen.items() if not page.activities and page.line.look is Look.SCANNED}
    assert {"CLNT_ATTR", "exports/bednight_feed.csv", "AGT_LOGIN", "towing/abandoned_vehicles.csv"} < without


def test_what_is_declared_and_what_is_found_differ_on_purpose(city: Catalog) -> None:
    seen = pages(city)
    assert "SSN" in {kind.code for kind in seen["CASE_NOTE"].undeclared}
    roster = seen["hr/staff_roster.xlsx#Roster"]
    assert "FIN_ACCOUNT" in {kind.code for kind in roster.undeclared}
    assert "BIO_FINGERPRINT" in {kind.code for kind in roster.not_found}


def test_activities_stand_on_protocols_save_one(city: Catalog) -> None:
    views = {view.activity.title: view for page in pages(city).values() for view in page.activities}
    assert len(views) == 14
    assert {title for title, view in views.items() if not view.authorities} == {
        "Finding patients at risk in the January cold emergency",
        "Paying and scheduling clinic staff",
    }
    outreach = [view for view in views.values() if view.activity.programme == "STREET-OUTREACH"]
    assert {view.agency.acronym for view in outreach} == {"DSO", "DCH", "OSR"}
    now = city.clock.now().date()
    care = views["Coordinating care with the clinics"]
    assert [p.title for p in care.authorities if p.expires_on and p.expires_on < now] == [
        "Case approval: care coordination pilot"
    ]


def test_decisions_are_made_where_the_scan_suggested_them(city: Catalog, decided: int) -> None:
    assert decided == len(DECIDED) == 27
    standings = {
        (name, view.column.name, tag.type.code): tag.standing
        for name, page in pages(city).items()
        for view in page.columns
        for tag in view.tags
    }
    assert standings["PATIENT", "PT_NM", "NAME"] is Standing.CONFIRMED
    assert standings["FACILITY", "FAC_NM", "NAME"] is Standing.REJECTED
    assert standings["CASE_NOTE", "NOTE_TXT", "SSN"] is Standing.SUGGESTED
    assert sum(standing is Standing.REJECTED for standing in standings.values()) == 4


def test_officers_decide_in_their_own_name(city: Catalog, decided: int) -> None:
    assert decided
    page = pages(city)["PATIENT"]
    names = {tag.decided_by for view in page.columns for tag in view.tags if tag.decision}
    assert names == {"Carla Nwosu"}
