"""Numbers larger than there can be, wherever an address or a form takes one: nothing is there, and nothing breaks."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import City
from web.routing import number

TOO_LARGE = [str(2**31), "9" * 23, "9" * 5000]


@pytest.mark.parametrize("digits", TOO_LARGE, ids=["one-too-many", "23-digits", "5000-digits"])
def test_every_address_with_a_number_takes_any(
    app: Flask, visit: Callable[[str | None], HouseClient], digits: str
) -> None:
    addresses = {
        (re.sub(r"<int:[^>]+>", digits, rule.rule).replace("<type_code>", "SSN"), method)
        for rule in app.url_map.iter_rules()
        if "<int:" in rule.rule
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    assert len(addresses) > 20
    client = visit("cpo")
    answers = {one: client.open(one[0], method=one[1], headers=SAME_ORIGIN).status_code for one in addresses}
    # 405: the same address is also that of a page, and werkzeug looks at the method before the number.
    assert {one: status for one, status in answers.items() if status not in {404, 405}} == {}


def test_the_largest_number_is_an_address_like_others(visit: Callable[[str | None], HouseClient], city: City) -> None:
    assert visit("operator").get(f"/sources/{city.source}").status_code == 200
    assert visit("operator").get(f"/sources/{2**31 - 1}").status_code == 404


@pytest.mark.parametrize("digits", TOO_LARGE, ids=["one-too-many", "23-digits", "5000-digits"])
def test_every_form_with_a_number_takes_any(own_city: City, digits: str) -> None:
    client = enter(application(own_city.catalog), "operator")
    answer = client.post(f"/sources/{own_city.source}/gone", data={"seen": digits}, headers=SAME_ORIGIN)
    assert answer.status_code == 409
    client = enter(application(own_city.catalog), "cpo")
    assert client.get(f"/orphans?dataset={digits}").status_code == 200
    answer = client.post("/orphans/1", data={"to": digits}, headers=SAME_ORIGIN)
    assert answer.status_code == 400
    answer = client.post("/recognizers/1/trial", data={"source": digits}, headers=SAME_ORIGIN)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("text", "found"),
    [("0", 0), ("17", 17), ("2147483647", 2**31 - 1), ("2147483648", None), ("", None), ("-1", None), ("٣", None)],
)
def test_what_is_a_number(text: str, found: int | None) -> None:
    assert number(text) == found
