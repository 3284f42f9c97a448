"""Every difference opens, for whoever may know of it, whatever it is about and whatever can be done about it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.model.actors import Actor, Grant, Role
from catalog.model.difference_views import DifferenceLine, Step
from catalog.services import reconciling, resolutions
from tests.support.browsing import application, enter
from tests.support.city import ADMIN, City
from tests.web.conftest import copied

PEOPLE = ("officer-dss", "deputy-dss", "cpo", "steward-dss")
#: An operator alone may start a scan, and does not see differences.
NOBODYS = {Step.LOOK}
STEWARD, OFFICER = (
    Actor(f"{role}-dss", role.value, frozenset({Grant(role, "DSS")})) for role in (Role.STEWARD, Role.OFFICER)
)


@pytest.fixture(scope="module")
def reconciled(city_folder: tuple[Path, City], tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city whose table is what a whole night makes of it; of two lines people have said something."""
    with copied(city_folder, tmp_path_factory.mktemp("reconciled")) as made:
        reconciling.run(ADMIN, made.catalog)
        asked, excepted = (one.difference for one in _every(made, match=["undeclared"])[:2])
        resolutions.ask_steward(ADMIN, made.catalog, asked.id, "steward-dss", "What is in it?", asked.facts)
        resolutions.note_exception(ADMIN, made.catalog, excepted.id, "It is copied in.", None, excepted.facts)
        yield made


def _every(city: City, **chosen: list[str]) -> tuple[DifferenceLine, ...]:
    return reconciling.find(ADMIN, city.catalog, {"agency": ["DSS"], **chosen}, per_page=1_000).lines


def test_every_difference_opens_with_every_next_step(reconciled: City) -> None:
    app = application(reconciled.catalog)
    every = [one.difference.id for one in _every(reconciled)]
    assert len(every) > 10
    for person in PEOPLE:
        client = enter(app, person)
        assert {key: client.get(f"/reconciliation/{key}").status_code for key in every} == dict.fromkeys(every, 200)


def test_what_it_opens_with_is_every_kind_of_next_step(reconciled: City) -> None:
    """The test above would say little where no line had a step of some kind for anybody."""
    offered = {
        step.step
        for actor in (OFFICER, STEWARD)
        for line in _every(reconciled)
        for step in reconciling.one(actor, reconciled.catalog, line.difference.id).steps
        if step.allowed
    }
    assert offered == set(Step) - NOBODYS - {Step.RECORD_OTHER_SIDE}
