"""What all tests share: deterministic Hypothesis, and a PostgreSQL of our own."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

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
