"""The application over a real catalog; every answer a test gets is held against the house rules."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from catalog.services.catalog import Catalog
from tests.support import city as cities
from tests.support.browsing import HouseClient, application, enter
from tests.support.city import City
from tests.support.submitted_reports import submit


@pytest.fixture(scope="session")
def city_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, City]:
    """A city as it was built: nobody has looked at it, which leaves entries in its audit log."""
    folder = tmp_path_factory.mktemp("city")
    built = cities.build(folder)
    built.catalog.close()
    return folder, built


@pytest.fixture(scope="session")
def city(city_folder: tuple[Path, City], tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city that no test changes."""
    with copied(city_folder, tmp_path_factory.mktemp("looked-at")) as made:
        yield made


@pytest.fixture(scope="session")
def app(city: City) -> Flask:
    return application(city.catalog)


@pytest.fixture(scope="session")
def visit(app: Flask) -> Callable[[str | None], HouseClient]:
    """Sign in, once per person."""
    clients: dict[str | None, HouseClient] = {}

    def as_(person: str | None) -> HouseClient:
        if person is None:
            return enter(app, None)
        return clients.setdefault(person, clients.get(person) or enter(app, person))

    return as_


@pytest.fixture
def own_city(city_folder: tuple[Path, City], tmp_path: Path) -> Iterator[City]:
    """A copy of the city that this test may change."""
    with copied(city_folder, tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def submitted_folder(
    city_folder: tuple[Path, City], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, City]]:
    """The city once Social Services has submitted its report."""
    with copied(city_folder, tmp_path_factory.mktemp("submitted")) as made:
        submit(made.catalog, made.law.cycle)
        folder = made.catalog.settings.data_dir
        made.catalog.close()
        yield folder, made


@pytest.fixture
def submitted(submitted_folder: tuple[Path, City], tmp_path: Path) -> Iterator[City]:
    """A copy of it that this test may change."""
    with copied(submitted_folder, tmp_path) as made:
        yield made


@contextmanager
def copied(city_folder: tuple[Path, City], below: Path) -> Iterator[City]:
    folder, city = city_folder
    copy = below / "copy"
    shutil.copytree(folder, copy)
    catalog = Catalog.open(city.catalog.settings.model_copy(update={"data_dir": copy}))
    yield replace(city, catalog=catalog)
    catalog.close()
