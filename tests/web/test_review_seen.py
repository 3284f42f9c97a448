"""What a page of review showed: its forms decide on that, and on no word that came later or stands elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalog.model.decisions import Verdict
from catalog.services import review
from catalog.services.catalog import Catalog
from tests.support import city as cities
from tests.support.browsing import HouseClient, application, enter
from tests.support.city import ADMIN, City
from tests.support.page_forms import to
from tests.web.conftest import copied


@dataclass(frozen=True)
class Seen:
    """The city with tables of one column each, in which two types were found."""

    city: City
    datasets: Sequence[int]

    @property
    def catalog(self) -> Catalog:
        return self.city.catalog

    def column(self, number: int) -> int:
        return cities.column_ids(self.catalog, self.datasets[number])["both"]


@pytest.fixture(scope="module")
def world(city_folder: tuple[Path, City], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    with copied(city_folder, tmp_path_factory.mktemp("seen")) as city:
        source = cities.add_source(city.catalog, "DSS", "Both", "both")
        both = [cities.finding("HEIGHT", 0.9), cities.finding("OCCUPATION", 0.6)]
        tables = [(cities.listed(f"both_{at}"), cities.result([cities.column("both", 1, *both)])) for at in range(3)]
        _, ids = cities.scan(city.catalog, source, tables)
        yield Seen(city, ids)


@pytest.fixture(scope="module")
def officer(world: Seen) -> HouseClient:
    return enter(application(world.catalog), "officer-dss")


def test_a_page_of_one_column_shows_its_other_types_and_decides_on_them_too(world: Seen, officer: HouseClient) -> None:
    column = world.column(0)
    before = officer.get(f"/review/columns/{column}/HEIGHT").text
    review.decide(ADMIN, world.catalog, column, "OCCUPATION", Verdict.CONFIRMED)
    late = to(before, "/review/act", kind="not_identifying").send(officer)
    assert late.status_code == 409
    assert "of another type of this column" in late.text
    page = officer.get(f"/review/columns/{column}/HEIGHT").text
    assert "Beside it in its table" in page, "there is one column, and its other type is to be seen"
    assert to(page, "/review/act", kind="not_identifying").send(officer).status_code == 303


def test_a_form_that_is_sent_once_more_with_another_button_is_not_told_that_it_was_done(
    world: Seen, officer: HouseClient
) -> None:
    column = world.column(1)
    page = officer.get(f"/review/columns/{column}/HEIGHT").text
    later, confirm = (to(page, "/review/act", kind=kind) for kind in ("defer", "confirm"))
    confirm.fields["token"] = later.fields["token"]
    assert later.send(officer, until="2026-12-24").status_code == 303
    answer = confirm.send(officer)
    assert answer.status_code == 409
    assert "put it off" in answer.text


def test_a_form_beside_the_evidence_of_a_dataset_overrides_no_later_word(world: Seen, officer: HouseClient) -> None:
    dataset, column = world.datasets[2], world.column(2)
    where = f"/datasets/{dataset}/columns/{column}/HEIGHT"
    before = to(officer.get(f"/datasets/{dataset}").text, where)
    review.decide(ADMIN, world.catalog, column, "HEIGHT", Verdict.REJECTED)
    assert before.send(officer, verdict="confirmed").status_code == 409
    now = to(officer.get(f"/datasets/{dataset}").text, where)
    assert now.send(officer, verdict="confirmed").status_code == 303
