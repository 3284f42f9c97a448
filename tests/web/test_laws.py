"""Laws in the browser: as of a day, a bill, the file, and a day that is none."""

from collections.abc import Callable

from tests.support.browsing import HouseClient


def test_the_list_leads_to_each(visit: Callable[[str | None], HouseClient]) -> None:
    page = visit("cpo").get("/laws").text
    for code in ("nyc-23-1201", "nyc-10-501", "int-197-2026", "us-ferpa"):
        assert f'href="/laws/{code}"' in page
    assert "Proposed, not law" in page
    assert "recalled, not yet verified" in page


def test_a_law_before_its_time_names_nothing(visit: Callable[[str | None], HouseClient]) -> None:
    page = visit("cpo").get("/laws/nyc-10-501?on=2020-01-01").text
    assert "On Jan 1, 2020 this law named nothing: it counts from Dec 11, 2021." in page
    assert "Social Security number" in visit("cpo").get("/laws/nyc-10-501").text


def test_a_bill_says_what_would_change_and_that_nothing_did(visit: Callable[[str | None], HouseClient]) -> None:
    page = visit("cpo").get("/laws/int-197-2026").text
    assert "What would change if Int. 197-2026 passed" in page
    assert "names 3 identifier types: 0 would be covered for the first time, 3 would move" in page
    assert "No identifier type is for keystroke patterns" in page
    assert page.count("Would be in the statute itself") == 3


def test_each_is_a_file_too(visit: Callable[[str | None], HouseClient]) -> None:
    assert "int-197-2026" in visit("cpo").get("/laws/int-197-2026?format=csv").headers["Content-Disposition"]
    assert "HEIGHT" in visit("cpo").get("/laws/nyc-23-1201?format=csv").text
    assert "HEIGHT" not in visit("cpo").get("/laws/nyc-23-1201?on=2023-11-21&format=csv").text


def test_a_day_that_is_none_and_a_law_that_is_not_there(visit: Callable[[str | None], HouseClient]) -> None:
    answer = visit("cpo").get("/laws/nyc-10-501?on=yesterday")
    assert answer.status_code == 400
    assert "Write it as 2026-07-31" in answer.text
    assert visit("cpo").get("/laws/nothing").status_code == 404
