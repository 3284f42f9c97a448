"""The application over a real catalog; every answer a test gets is held against the house rules."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from catalog.services.catalog import Catalog
from tests.support import city as cities
from tests.support.browsing import HouseClient, application, enter
from tests.support.city import City


@pytest.fixture(scope="session")
def city_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, City]:
    folder = tmp_path_factory.mktemp("city")
    return folder, cities.build(folder)


@pytest.fixture(scope="session")
def city(city_folder: tuple[Path, City]) -> City:
    """A city that no test changes."""
    return city_folder[1]


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
    folder, city = city_folder
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    catalog = Catalog.open(city.catalog.settings.model_copy(update={"data_dir": copy}))
    yield replace(city, catalog=catalog)
    catalog.close()
