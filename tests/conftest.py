"""What all tests share: deterministic Hypothesis, a PostgreSQL and a MariaDB of our own, one template of children."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from scanners.processes import Template
from tests.support import mariadb
from tests.support.mariadb import Place, Server, throwaway_mariadb
from tests.support.postgres import MissingPrograms, create_database, throwaway_postgres

settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """The address of a throwaway PostgreSQL cluster, started at first use."""
    try:
        with throwaway_postgres() as address:
            yield address
    except MissingPrograms as missing:
        # `make test` names what a machine has to leave out; otherwise, and in CI, nothing is skipped.
        if "PostgreSQL" in os.environ.get("LEFT_OUT", ""):
            pytest.skip(str(missing))
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture
def postgres_url(postgres_cluster: str) -> str:
    """The SQLAlchemy address of a fresh, empty PostgreSQL database of this test's own."""
    return create_database(postgres_cluster)


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[Server]:
    """A throwaway MariaDB server, started at first use."""
    try:
        with throwaway_mariadb() as server:
            yield server
    except mariadb.MissingPrograms as missing:
        if "MariaDB" in os.environ.get("LEFT_OUT", ""):
            pytest.skip(str(missing))
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture
def mariadb_place(mariadb_server: Server) -> Iterator[Place]:
    """A fresh, empty MariaDB database of this test's own, and a reader that may only log in."""
    with mariadb.place(mariadb_server) as made:
        yield made


@pytest.fixture(scope="session")
def template() -> Iterator[Template]:
    """A process that scan children are made from: it takes seconds to warm up, so all tests of a worker share it."""
    with Template() as shared:
        yield shared
