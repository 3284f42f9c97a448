"""A small made-up city, written through the services as the product itself would: for tests of what people see."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog.errors import SkipReason
from catalog.model.actors import Actor, Grant, Role
from catalog.model.coverage import Look, SampleMethod
from catalog.model.decisions import Verdict
from catalog.model.evidence import Evidence, EvidenceKind, Finding, Form, Share
from catalog.model.holdings import Agency, Band, DatasetKind, Description, Disclosure, Magnitude, Source
from catalog.model.runs import ColumnResult, DatasetResult, IntentKind, ListedDataset, RunState, SafeName
from catalog.services import holdings, indexing, people, recording, review, scans, setup, sources
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from tests.support import law_of_the_city
from tests.support import recognisers as recognisers_of_the_city
from tests.support.blank import put_blank
from tests.support.builders import tell
from tests.support.law_of_the_city import Law

ADMIN = Actor("local", "local administrator", frozenset({Grant(Role.CPO), Grant(Role.OPERATOR)}))

#: The canary of what no officer of another agency and no researcher may see.
SECRET_COLUMN = "canary_unpublished_column"


@dataclass(frozen=True)
class City:
    """The ids tests speak of."""

    catalog: Catalog
    clients: int
    visits: int
    plain: int
    refused: int
    listed_only: int
    foreign: int
    column: int
    done_run: int
    live_run: int
    failed_run: int
    source: int
    draft: int
    used: int
    law: Law


def safe(text: str) -> SafeName:
    return SafeName(text, text, False)


def finding(code: str, strength: float, mid: float = 0.97, form: Form = Form.FULL, clue: str = "ssn") -> Finding:
    evidence = (
        Evidence(code, EvidenceKind.NAME, clue, 0.5),
        Evidence(code, EvidenceKind.VALIDATOR, "issued number", 0.6, looked_at=1000, agreed=970, by_chance=0.11),
        Evidence(code, EvidenceKind.NEIGHBOUR, "a birth date", -0.1),
    )
    return Finding(code, form, strength, Share(max(0, mid - 0.02), mid, min(1, mid + 0.02)), strength / 2, evidence)


def column(name: str, position: int, *findings: Finding, kind: str = "varchar(40)", comment: str = "") -> ColumnResult:
    return ColumnResult(
        name=safe(name),
        position=position,
        declared_type=kind,
        comment=comment,
        nullable=True,
        in_key=position == 0,
        values_looked_at=1000,
        empty=Band.FEW,
        distinct=Band.MOST,
        shapes=("999-99-9999 97%",) if findings else (),
        findings=findings,
        amount=Magnitude.FROM_10000,
    )


def result(columns: Sequence[ColumnResult], rows: int = 1000, total: int = 50_000) -> DatasetResult:
    return DatasetResult(
        Look.SCANNED, None, rows, total, SampleMethod.RANDOM_ROWS, 7, "detector 1.0 (71 types)", tuple(columns)
    )


def failed(reason: SkipReason) -> DatasetResult:
    return DatasetResult(Look.COULD_NOT_LOOK, reason, 0, None, None, 7, "detector 1.0 (71 types)", ())


def listed(
    name: str, comment: str = "", rows: int | None = 50_000, kind: DatasetKind = DatasetKind.TABLE
) -> ListedDataset:
    return ListedDataset(safe(name), kind, comment, rows, "v1")


def agency(id_: str, name: str, mission: str = "") -> Agency:
    return Agency(id_, id_, name, (), "mayoral", mission, True, f"privacy@{id_.lower()}.example")


def add_source(catalog: Catalog, agency_id: str, system: str, name: str) -> Source:
    made = sources.add_system(ADMIN, catalog, agency_id, system, "What the agency works with", "Information unit")
    return sources.add_source(ADMIN, catalog, made.id, name, "sqlite", {"path": "/nowhere.db"})


def scan(
    catalog: Catalog, source: Source, found: Sequence[tuple[ListedDataset, DatasetResult | None]]
) -> tuple[int, list[int]]:
    """One run over a source; datasets with no result stay unscanned and the run stays under way."""
    run = recording.begin(ADMIN, catalog, source.id, 7, full=True)
    due = recording.record_listing(ADMIN, catalog, run, [one for one, _ in found], [])
    ids = [due[one.name.key] for one, _ in found]
    for (one, judged), dataset_id in zip(found, ids, strict=True):
        if judged is not None:
            recording.record_result(ADMIN, catalog, run, dataset_id, one.change_key, judged)
    if all(judged is not None for _, judged in found):
        recording.finish(ADMIN, catalog, run, RunState.DONE)
    return run.id, ids


def column_ids(catalog: Catalog, dataset_id: int) -> dict[str, int]:
    return {view.column.name: view.column.id for view in holdings.dataset(ADMIN, catalog, dataset_id).columns}


def people_of(catalog: Catalog) -> None:
    people.add_person(ADMIN, catalog, "cpo", "Rosa Marin", Role.CPO)
    people.add_person(ADMIN, catalog, "officer-dss", "Ben Okafor", Role.OFFICER, "DSS")
    people.add_person(ADMIN, catalog, "officer-doh", "Mei Chan", Role.OFFICER, "DOH")
    people.add_person(ADMIN, catalog, "staff", "Lior Abrams", Role.CPO_STAFF)
    people.add_person(ADMIN, catalog, "deputy-dss", "Noor Haddad", Role.DEPUTY, "DSS")
    people.add_person(ADMIN, catalog, "steward-dss", "Ivo Petrov", Role.STEWARD, "DSS")
    people.add_person(ADMIN, catalog, "foil-dss", "Grace Lim", Role.FOIL_OFFICER, "DSS")
    people.add_person(ADMIN, catalog, "head-dss", "Carla Diaz", Role.AGENCY_HEAD, "DSS")
    people.add_person(ADMIN, catalog, "auditor", "Yusuf Demir", Role.AUDITOR)
    people.add_person(ADMIN, catalog, "researcher", "Ada Novak", Role.RESEARCHER)
    people.add_person(ADMIN, catalog, "operator", "Sam Ortiz", Role.OPERATOR)


def empty_catalog(folder: Path, **settings: object) -> Catalog:
    put_blank(folder)
    catalog = Catalog.open(Settings.load(data_dir=folder, **settings))
    setup.mark_demonstration(ADMIN, catalog)
    return catalog


def build(folder: Path) -> City:
    """A city with every state a page has to show: found, not found, refused, not scanned, failed, under way."""
    catalog = empty_catalog(folder, open_sign_in=True)
    for one in (
        agency("DSS", "Department of Social Services", "Helps people with low incomes."),
        agency("DOH", "Department of Health", "Protects the health of everybody in the city."),
        agency("PRK", "Department of Parks", "Keeps parks and playgrounds."),
        agency("TAX", "Department of Finance", "Collects taxes."),
    ):
        sources.add_agency(ADMIN, catalog, one)
    people_of(catalog)
    dss = add_source(catalog, "DSS", "Case management", "dss-cases")
    doh = add_source(catalog, "DOH", "Clinics", "doh-clinics")
    parks = add_source(catalog, "PRK", "Permits", "parks-share")
    done_run, (clients, visits, plain, refused) = scan(
        catalog,
        dss,
        [
            (listed("client_master", "One row per client"), result(_client_columns())),
            (listed("home_visits"), result(_visit_columns(), 500, 4_100_000)),
            (listed("ref_office_codes", rows=40), result([column("code", 0), column("office", 1)], 1000, 41_000)),
            (listed("sealed_cases"), failed(SkipReason.NO_PERMISSION)),
        ],
    )
    live_run, (foreign, listed_only) = scan(
        catalog,
        doh,
        [
            (listed("immunizations"), result([column(SECRET_COLUMN, 0, finding("HEALTH_ID", 0.9, clue="health id"))])),
            (listed("clinic_notes_2019.csv", kind=DatasetKind.FILE), None),
        ],
    )
    run = recording.begin(ADMIN, catalog, parks.id, 7)
    recording.finish(ADMIN, catalog, run, RunState.FAILED, SkipReason.UNREACHABLE)
    columns = column_ids(catalog, clients)
    _decide(catalog, columns)
    law = law_of_the_city.keep(catalog, clients, plain, foreign)
    _describe(catalog, clients, visits, plain)
    scans.ask(Actor("operator", "Sam Ortiz", frozenset({Grant(Role.OPERATOR)})), catalog, IntentKind.SCAN, parks.id)
    draft, used = recognisers_of_the_city.keep(catalog, clients, ADMIN)
    indexing.rebuild(ADMIN, catalog)
    return City(
        catalog=catalog,
        clients=clients,
        visits=visits,
        plain=plain,
        refused=refused,
        listed_only=listed_only,
        foreign=foreign,
        column=columns["client_ssn"],
        done_run=done_run,
        live_run=live_run,
        failed_run=run.id,
        source=dss.id,
        draft=draft,
        used=used,
        law=law,
    )


def _client_columns() -> list[ColumnResult]:
    return [
        column("client_id", 0, finding("CASE_ID", 0.62, clue="client id"), kind="integer"),
        column(
            "client_ssn",
            1,
            finding("SSN", 0.98),
            finding("PHONE", 0.31, 0.12, clue="nine digits"),
            comment="As on the card",
        ),
        column("full_name", 2, finding("NAME", 0.91, 1.0, clue="full name")),
        column("date_of_birth", 3, finding("DOB", 0.95, 1.0, clue="date of birth"), kind="date"),
        column("email_address", 4, finding("EMAIL", 0.97, 0.64, clue="email")),
        column("case_worker_notes", 5, finding("NAME", 0.55, 0.08, Form.FREE_TEXT, clue="person names"), kind="text"),
        column("office_code", 6, kind="char(4)"),
        column("created_at", 7, kind="timestamp"),
    ]


def _visit_columns() -> list[ColumnResult]:
    return [
        column("visit_id", 0, kind="integer"),
        column("home_address", 1, finding("ADDR_HOME", 0.88, clue="home address")),
        column("visit_geo", 2, finding("GPS_LOCATION", 0.71, clue="latitude")),
        column("contact_phone", 3, finding("PHONE", 0.93, clue="phone")),
    ]


def _decide(catalog: Catalog, columns: dict[str, int]) -> None:
    officer = Actor("officer-dss", "Ben Okafor", frozenset({Grant(Role.OFFICER, "DSS")}))
    review.decide(officer, catalog, columns["client_ssn"], "SSN", Verdict.CONFIRMED, "Matches the intake form")
    review.decide(officer, catalog, columns["client_ssn"], "PHONE", Verdict.REJECTED, "Nine digits, not ten")
    review.decide(officer, catalog, columns["full_name"], "NAME", Verdict.CONFIRMED, "")
    review.decide(officer, catalog, columns["date_of_birth"], "DOB", Verdict.CONFIRMED, "")


def _describe(catalog: Catalog, clients: int, visits: int, plain: int) -> None:
    tell(
        ADMIN,
        catalog,
        Description(
            clients,
            "Clients of social services",
            "Everybody who has asked for help since 2009.",
            "intake@dss.example",
            "7 years after the case is closed",
            ("adult",),
            Disclosure.FULL,
        ),
    )
    tell(ADMIN, catalog, Description(visits, "Home visits", "", "", "", (), Disclosure.HIDDEN))
    codes = Description(plain, "Office codes", "Which office is meant.", "", "", (), Disclosure.EXISTENCE)
    tell(ADMIN, catalog, codes)
