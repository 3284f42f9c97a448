"""A catalog of two agencies on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from catalog.model.actors import Role
from catalog.model.holdings import Source
from catalog.services import people, sources
from catalog.services.catalog import Catalog
from tests.support.approval_case import Case
from tests.support.approval_world import Base, a_base, a_history
from tests.support.builders import OPERATOR, a_catalog, an_agency

DATABASES = ["sqlite", "postgresql"]


@pytest.fixture(params=DATABASES)
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    with two_agencies(request, tmp_path) as made:
        yield made


@contextmanager
def two_agencies(request: pytest.FixtureRequest, folder: Path) -> Iterator[Catalog]:
    """The catalog on the database that is the request's parameter."""
    cluster = request.getfixturevalue("postgres_cluster") if request.param == "postgresql" else ""
    made = a_catalog(folder, cluster=cluster)
    for agency_id, name in (("dso", "Department of Shelter"), ("dch", "Department of Health")):
        sources.add_agency(OPERATOR, made, an_agency(agency_id, name))
        people.add_person(OPERATOR, made, f"apo-{agency_id}", f"Officer of {agency_id}", Role.OFFICER, agency_id)
    people.add_person(OPERATOR, made, "cpo", "Casey Poole", Role.CPO)
    people.add_person(OPERATOR, made, "ops", "Olu Peters", Role.OPERATOR)
    yield made
    made.close()


@pytest.fixture
def source(catalog: Catalog) -> Source:
    return add_source(catalog, "dso", "shelter-db")


def add_source(catalog: Catalog, agency_id: str, name: str) -> Source:
    system = sources.add_system(OPERATOR, catalog, agency_id, f"System of {name}")
    return sources.add_source(OPERATOR, catalog, system.id, name, "sqlite", {"path": f"/srv/{name}.db"})


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    """Three agencies with flows between them, and people in every office."""
    made = a_base(tmp_path_factory.mktemp("approvals"))
    yield made
    made.catalog.close()


@pytest.fixture
def case(base: Base) -> Iterator[Case]:
    """Of which nothing stays after the test."""
    with a_history(base) as world:
        yield Case(base, world.catalog)
