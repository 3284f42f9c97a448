"""Small hand-made things for tests. Nothing here is made by the code under test."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from catalog.model.actors import Actor, Grant, Role
from catalog.model.coverage import Look, SampleMethod
from catalog.model.evidence import Evidence, EvidenceKind, Finding, Form, Share
from catalog.model.holdings import Agency, Band, DatasetKind, Description, Words
from catalog.model.programmes import Programme
from catalog.model.register import Activity, Classification, Ground, Protocol, ProtocolType, Verb
from catalog.model.runs import ColumnResult, DatasetResult, ListedDataset, SafeName
from catalog.search.memory_index import MemoryIndex
from catalog.services import describing, setup
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from tests.support.blank import put_blank
from tests.support.bounds import EGRESS

CPO = Actor("cpo", "Casey Poole", frozenset({Grant(Role.CPO)}))
OPERATOR = Actor("ops", "Olu Peters", frozenset({Grant(Role.OPERATOR)}))
RESEARCHER = Actor("res", "Robin Searle", frozenset({Grant(Role.RESEARCHER)}))


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


def officer(agency_id: str) -> Actor:
    return Actor(f"apo-{agency_id}", f"Officer of {agency_id}", frozenset({Grant(Role.OFFICER, agency_id)}))


def a_catalog(folder: Path, *, cluster: str = "", workers: int = 2, sample_rows: int = 1000) -> Catalog:
    """An empty catalog; in a database of its own in a PostgreSQL cluster, if one is given."""
    database_url = put_blank(folder / "data", cluster)
    settings = Settings(data_dir=folder / "data", database_url=database_url, open_sign_in=True, egress=EGRESS)
    settings = settings.model_copy(update={"workers": workers, "sample_rows": sample_rows})
    catalog = Catalog.open(settings, clock=FixedClock(), index=MemoryIndex())
    setup.mark_demonstration(OPERATOR, catalog)
    return catalog


def an_agency(agency_id: str = "dso", name: str = "Department of Shelter") -> Agency:
    return Agency(agency_id, agency_id.upper(), name, (), "department", "Shelter people.", True, "privacy@example.gov")


def an_activity(agency_id: str, title: str, **rest: Any) -> Activity:
    """A collection, routine and furthering the agency's purpose, unless ``rest`` says otherwise."""
    plain = Activity(
        0, agency_id, Verb.COLLECTION, title, "", Classification.ROUTINE_AGENCY, Ground.FURTHERS_PURPOSE, "", None,
        (), None, None, None,
    )  # fmt: skip
    return replace(plain, **rest)


def tell(actor: Actor, catalog: Catalog, said: Description) -> None:
    """Describe a dataset and publish as much of it as the description says."""
    words = Words(said.title, said.text, said.contact, said.retention, said.subject_categories)
    describing.describe(actor, catalog, said.dataset_id, words)
    describing.publish(actor, catalog, said.dataset_id, said.disclosure, "For a test")


def a_programme(code: str, lead_agency_id: str, *known_as: str) -> Programme:
    return Programme(0, code, f"Program {code}", "", known_as, lead_agency_id, None, None)


def a_protocol(title: str, agency_id: str | None) -> Protocol:
    """A routine designation in force, unless it is the city's: then its policy."""
    kind = ProtocolType.APO_ROUTINE_DESIGNATION if agency_id else ProtocolType.CPO_POLICY
    return Protocol(0, kind, title, "Privacy officer", agency_id, "1", "", date(2024, 5, 1), None, None)


def listed(name: str, *, change_key: str = "v1", key: str = "") -> ListedDataset:
    return ListedDataset(SafeName(name, key or name, False), DatasetKind.TABLE, "", 10, change_key)


def a_finding(code: str = "SSN", strength: float = 0.9, form: Form = Form.FULL) -> Finding:
    evidence = Evidence(code, EvidenceKind.NAME, "social security number", 0.9, form)
    return Finding(code, form, strength, Share(0.8, 0.9, 1.0), 0.4, (evidence,))


def a_column(name: str, findings: Iterable[Finding] = (), *, position: int = 0) -> ColumnResult:
    return ColumnResult(
        SafeName(name, name, False), position, "text", "", None, False, 10, Band.NONE, Band.MOST, (), tuple(findings)
    )


def a_result(columns: Iterable[ColumnResult] = (), look: Look = Look.SCANNED) -> DatasetResult:
    return DatasetResult(look, None, 10, 10, SampleMethod.ALL_ROWS, 1, "test-1", tuple(columns))
