"""A source's page: its nights as an operator sets them and others see them, and its run as people steer it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from catalog.model.holdings import Dataset, DatasetKind
from catalog.model.retirement import Vanished
from catalog.model.runs import IntentKind, PauseReason
from catalog.services import recording, scans, schedules, vanished
from tests.support.browsing import HouseClient, application, enter
from tests.support.city import ADMIN, City
from tests.web.test_recognizers import post, words

TERMS = {"day": ["mon", "fri"], "opens": "22:00", "closes": "05:30", "seconds": "600", "megabytes": "", "again": "0"}


def test_an_operator_sets_changes_holds_and_ends_a_schedule(own_city: City) -> None:
    client, where = enter(application(own_city.catalog), "operator"), f"/sources/{own_city.source}"
    assert "Only when somebody asks" in words(client.get(where).text)
    assert post(client, f"{where}/schedule", **TERMS).location == where
    page = words(client.get(where).text)
    assert "Monday, Friday, 22:00 to 05:30" in page
    assert "0.0 MB sent of 600 s" in page
    assert "Monday, Friday, 22:00 to 05:30" in words(client.get("/scans").text)
    post(client, f"{where}/hold", reason="They move <b>house</b>")
    assert "It is not scanned by itself: They move <b>house</b>." in words(client.get(where).text)
    post(client, f"{where}/release")
    post(client, f"{where}/unschedule")
    assert "Only when somebody asks" in words(client.get(where).text)


def test_what_makes_no_sense_is_told_beside_what_was_given_and_changes_nothing(own_city: City) -> None:
    client, where = enter(application(own_city.catalog), "operator"), f"/sources/{own_city.source}"
    for wrong, told in (
        ({"seconds": "ten"}, "it is no whole number"),
        ({"opens": "25:00"}, "it is not HH:MM"),
        ({"day": []}, "none is given"),
        ({"again": "99999999"}, "it is no whole number"),
    ):
        answer = post(client, f"{where}/schedule", **(TERMS | {"closes": "04:44"} | wrong))
        assert (answer.status_code, told in words(answer.text)) == (400, True)
        assert 'value="04:44"' in answer.text
    assert post(client, f"{where}/hold", reason=" ").status_code == 400
    assert schedules.all_of(ADMIN, own_city.catalog) == {}


def test_a_run_that_waits_says_why_and_can_be_gone_on_with(own_city: City) -> None:
    client, where = enter(application(own_city.catalog), "operator"), f"/sources/{own_city.source}"
    run = recording.begin(ADMIN, own_city.catalog, own_city.source, seed=1)
    assert "Pause the run" in client.get(where).text
    recording.pause(ADMIN, own_city.catalog, run, PauseReason.WINDOW)
    for place in (where, f"/runs/{run.id}", "/scans"):
        page = words(client.get(place).text)
        assert "its window closed; it goes on in the next one" in page
        assert "Go on" in page
    post(client, f"{where}/resume")
    assert scans.intents(ADMIN, own_city.catalog)[-1].kind is IntentKind.RESUME
    assert "waiting for the scan side to take it" in words(client.get(where).text)


def test_an_officer_sees_a_source_and_changes_nothing(visit: Callable[[str | None], HouseClient], city: City) -> None:
    page = visit("officer-dss").get(f"/sources/{city.source}").text
    assert "Scanned by itself" in page
    assert "<form" not in page.split("<main", 1)[1].split("</main>", 1)[0]


MANY = "more than is taken to be gone without a person"
OTHER = "last listed under other settings or with other rights of the account"


@pytest.mark.parametrize(
    ("too_many", "other_view", "told", "not_told"),
    [
        (["a", "b"], [], f"show them. 2 datasets at once are {MANY}", OTHER),
        ([], ["c"], f"show it. 1 dataset was {OTHER}", MANY),
        (["a", "b"], ["c"], f"1 dataset was {OTHER}", "1 dataset at once"),
    ],
)
def test_what_is_not_taken_to_be_gone_has_its_reason_told(
    city: City,
    visit: Callable[[str | None], HouseClient],
    monkeypatch: pytest.MonkeyPatch,
    too_many: Sequence[str],
    other_view: Sequence[str],
    told: str,
    not_told: str,
) -> None:
    held_back = Vanished(too_many=tuple(map(_dataset, too_many)), other_view=tuple(map(_dataset, other_view)))
    source = SimpleNamespace(id=city.source)
    monkeypatch.setattr(vanished, "waiting", lambda *_: (SimpleNamespace(source=source, vanished=held_back),))
    page = visit("operator").get(f"/sources/{city.source}").text
    assert told in words(page)
    assert not_told not in words(page)
    assert f'name="seen" value="{len(too_many) + len(other_view)}"' in page
    assert all(f"<li>{name}</li>" in page for name in (*too_many, *other_view))


def _dataset(name: str) -> Dataset:
    at = datetime(2026, 11, 22, 3, tzinfo=UTC)
    return Dataset(1, 1, name, name, False, DatasetKind.TABLE, "", None, "", at, at, None)
