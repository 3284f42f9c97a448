"""A run's page and what a source and its datasets say after runs: what moved, what waits, what still stands."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from catalog.errors import SkipReason
from catalog.model.runs import ColumnResult, Intent, IntentKind, PauseReason, Run, RunState
from catalog.services import recording, scans
from catalog.store import scans as stored
from catalog.store.engine import Connection
from tests.support.browsing import HouseClient, application, enter
from tests.support.city import ADMIN, City, column, failed, finding, listed, result
from tests.web.test_orphans import words
from tests.web.test_recognizers import post

Visit = Callable[[str | None], HouseClient]
DEAD = re.compile(r"waiting for the scan side to take it for (\d+) min: is privacy-catalog scan --watch running\?")


def rescan(city: City, name: str, columns: Sequence[ColumnResult] | None) -> tuple[Run, int]:
    """Look at one dataset of the cases anew, or fail to; its run ends early, so that nothing else counts as renamed."""
    run = recording.begin(ADMIN, city.catalog, city.source, 7, full=True)
    due = recording.record_listing(ADMIN, city.catalog, run, [listed(name)], [])
    found = failed(SkipReason.TIMED_OUT) if columns is None else result(columns)
    recording.record_result(ADMIN, city.catalog, run, due[name], "v2", found)
    return recording.finish(ADMIN, city.catalog, run, RunState.CANCELLED), due[name]


def row_of(page: str, name: str) -> str:
    return words(f"<main>{next(row for row in page.split('<tr') if name in row)}</main>")


def asked(city: City, kind: IntentKind, at: datetime) -> None:
    wish = Intent(0, kind, city.source, "operator", at, None, None, "")

    def store(connection: Connection) -> None:
        stored.add_intent(connection, wish)

    city.catalog.note(store)


def test_a_run_names_columns_that_came_and_went_and_does_not_say_no_change(own_city: City) -> None:
    run, _ = rescan(own_city, "ref_office_codes", [column("code", 0), column("room_<b>", 1)])
    page = enter(application(own_city.catalog), "officer-dss").get(f"/runs/{run.id}").text
    assert "Columns new: room_<b> Columns gone: office" in row_of(page, "ref_office_codes")
    assert "No change" not in page


def test_what_moved_comes_before_what_did_not(own_city: City) -> None:
    run = recording.begin(ADMIN, own_city.catalog, own_city.source, 7, full=True)
    due = recording.record_listing(
        ADMIN, own_city.catalog, run, [listed("home_visits"), listed("ref_office_codes")], []
    )
    visits = [column("visit_id", 0), column("home_address", 1, finding("ADDR_HOME", 0.88))]
    visits += [
        column("visit_geo", 2, finding("GPS_LOCATION", 0.71)),
        column("contact_phone", 3, finding("PHONE", 0.93)),
    ]
    codes = result([column("code", 0), column("room", 1)])
    recording.record_result(ADMIN, own_city.catalog, run, due["home_visits"], "v2", result(visits))
    recording.record_result(ADMIN, own_city.catalog, run, due["ref_office_codes"], "v2", codes)
    page = words(enter(application(own_city.catalog), "officer-dss").get(f"/runs/{run.id}").text)
    assert page.index("ref_office_codes") < page.index("home_visits"), "in order of names it is the last"
    assert "No change" in page


def test_a_failed_look_does_not_say_that_nothing_changed(own_city: City) -> None:
    run, _ = rescan(own_city, "ref_office_codes", None)
    page = enter(application(own_city.catalog), "officer-dss").get(f"/runs/{run.id}").text
    assert "Not known" in row_of(page, "ref_office_codes")
    assert "No change" not in page


def test_a_first_look_names_no_columns(visit: Visit, city: City) -> None:
    assert "Columns new" not in visit("cpo").get(f"/runs/{city.done_run}").text


def test_an_operator_reads_no_names_of_columns(own_city: City) -> None:
    run, _ = rescan(own_city, "ref_office_codes", [column("code", 0), column("room_<b>", 1)])
    assert "room_" not in enter(application(own_city.catalog), "operator").get(f"/runs/{run.id}").text


def test_what_was_found_before_a_failed_look_stays_none_found(own_city: City) -> None:
    _, dataset_id = rescan(own_city, "home_visits", None)
    page = enter(application(own_city.catalog), "officer-dss").get(f"/datasets/{dataset_id}").text
    assert "Could not look inside" in page
    assert re.search(r"visit_id .* None found as of \w+ \d+, \d+", row_of(page, "<code>visit_id</code>"))
    assert "Not scanned" not in page.split('<h2 id="columns"', 1)[1]


def test_a_paused_run_raises_no_alarm_about_its_listing_and_a_canceled_one_does(own_city: City) -> None:
    client = enter(application(own_city.catalog), "operator")
    run = recording.begin(ADMIN, own_city.catalog, own_city.source, 1)
    recording.pause(ADMIN, own_city.catalog, run, PauseReason.WINDOW)
    assert "The listing is not complete" not in client.get(f"/runs/{run.id}").text
    recording.finish(ADMIN, own_city.catalog, run, RunState.CANCELLED)
    assert "The listing is not complete" in client.get(f"/runs/{run.id}").text


def test_a_run_tells_only_what_was_asked_while_it_went_on(own_city: City) -> None:
    client = enter(application(own_city.catalog), "operator")
    asked(own_city, IntentKind.TEST, datetime.now(UTC) - timedelta(days=1))
    run = recording.begin(ADMIN, own_city.catalog, own_city.source, 1)
    scans.ask(ADMIN, own_city.catalog, IntentKind.PAUSE, own_city.source)
    page = words(client.get(f"/runs/{run.id}").text)
    assert re.search(r"Asked for Pause,", page)
    assert "Test," not in page
    assert "Asked for" not in words(client.get(f"/runs/{own_city.done_run}").text)


def test_done_includes_what_could_not_be_looked_at(visit: Visit, city: City) -> None:
    page = words(visit("operator").get(f"/runs/{city.done_run}").text)
    assert "4 of 4 due are done, of which 1 could not be looked at" in page


def test_a_wish_that_nobody_takes_asks_whether_the_scan_side_runs(own_city: City) -> None:
    client, where = enter(application(own_city.catalog), "operator"), f"/sources/{own_city.source}"
    run = recording.begin(ADMIN, own_city.catalog, own_city.source, 1)
    at = datetime.now(UTC) - timedelta(minutes=12, seconds=5)
    own_city.catalog.note(lambda connection: stored.change_run(connection, run.id, started_at=at))
    asked(own_city, IntentKind.PAUSE, at)
    for place in (where, "/scans", f"/runs/{run.id}"):
        told = DEAD.search(words(client.get(place).text))
        assert told is not None, place
        assert told[1] == "12"


def test_a_wish_that_may_be_taken_at_any_moment_asks_nothing(own_city: City) -> None:
    client, where = enter(application(own_city.catalog), "operator"), f"/sources/{own_city.source}"
    scans.ask(ADMIN, own_city.catalog, IntentKind.SCAN, own_city.source)
    page = words(client.get(where).text)
    assert "waiting for the scan side to take it" in page
    assert "scan --watch" not in page


@pytest.mark.parametrize("what", ["scan", "cancel"])
def test_who_asks_is_led_to_the_source(own_city: City, what: str) -> None:
    client, where = enter(application(own_city.catalog), "operator"), f"/sources/{own_city.source}"
    assert post(client, f"{where}/{what}").location == where


def test_a_source_counts_what_its_last_listing_did_not_show(own_city: City) -> None:
    client, where = enter(application(own_city.catalog), "operator"), f"/sources/{own_city.source}"
    assert "not in the last listing" not in words(client.get(where).text)
    run, _ = rescan(own_city, "client_master", [column("client_id", 0)])
    page = words(client.get(where).text)
    assert "3 of 4 datasets were not in the last listing; they count as gone after two complete listings" in page
    assert f'<a href="/runs/{run.id}">1 could not be looked at</a>' in client.get(where).text


def test_what_waits_for_a_word_is_not_counted_twice(own_city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    rescan(own_city, "client_master", [column("client_id", 0)])
    some = [SimpleNamespace(name=name) for name in "abc"]
    held = SimpleNamespace(held_back=some, too_many=some, other_view=[])
    waits = SimpleNamespace(source=SimpleNamespace(id=own_city.source), vanished=held)
    monkeypatch.setattr("catalog.services.vanished.waiting", lambda *_: (waits,))
    page = words(enter(application(own_city.catalog), "operator").get(f"/sources/{own_city.source}").text)
    assert "3 datasets no longer listed" in page
    assert "not in the last listing" not in page


def test_a_source_whose_run_failed_names_the_next_step_to_who_can_take_it(own_city: City) -> None:
    run = recording.begin(ADMIN, own_city.catalog, own_city.source, 1)
    recording.finish(ADMIN, own_city.catalog, run, RunState.FAILED, SkipReason.UNREACHABLE)
    app, where = application(own_city.catalog), f"/sources/{own_city.source}"
    assert "Test the connection to see which step fails." in words(enter(app, "operator").get(where).text)
    assert "Test the connection" not in words(enter(app, "officer-dss").get(where).text)


def test_decisions_without_a_column_are_told_before_anything_else_of_a_dataset(own_city: City) -> None:
    _, dataset_id = rescan(own_city, "client_master", [column("ssn_new", 0, finding("SSN", 0.9))])
    page = enter(application(own_city.catalog), "officer-dss").get(f"/datasets/{dataset_id}").text
    assert page.index("are without a column") < page.index("<dl")
