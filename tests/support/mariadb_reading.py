"""Reading a throwaway MariaDB database through its connector."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from catalog.errors import SettingsError, SourceError
from catalog.model.holdings import DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.sql.mariadb import MariadbConnector
from tests.support.bounds import here
from tests.support.mariadb import Place

CANARY = "canary-4711-value"
PASSWORD = "synthetic-wörd-Ж"
PLAN = SamplePlan(rows=50, seed=1)


def resolve(reference: str) -> str:
    """The secrets of these tests."""
    words = {"env:RIGHT": PASSWORD, "env:WRONG": "not-the-word"}
    if reference not in words:
        raise SettingsError(f"Secret {reference}", "it is not set", "Set it.")
    return words[reference]


def connector(place: Place, **more: str) -> MariadbConnector:
    """A connector of the place's reader."""
    return MariadbConnector({**place.options(), **more}, resolve=resolve, bounds=here(1))


def listed(place: Place, **more: str) -> dict[str, DatasetRef]:
    """What is listed and may be read, by name without its database."""
    with closing(connector(place, **more)) as opened:
        found = [ref for ref in opened.listing() if isinstance(ref, DatasetRef)]
    return {ref.name.removeprefix(f"{place.database}."): ref for ref in found}


def sample(place: Place, name: str, plan: SamplePlan = PLAN, **more: str) -> Sample:
    """A sample of a table."""
    ref = listed(place, **more)[name]
    with closing(connector(place, **more)) as opened:
        return opened.sample(ref, plan)


@contextmanager
def failing() -> Iterator[list[SourceError]]:
    """Expect an error that holds no value and no password."""
    errors: list[SourceError] = []
    with pytest.raises(SourceError) as caught:
        yield errors
    errors.append(caught.value)
    assert CANARY not in f"{caught.value!s} {caught.value!r} {caught.value.__cause__!r}"
    assert PASSWORD not in str(caught.value)
