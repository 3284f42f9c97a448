"""The figures and sentences of the queue of review under its filters: they are of what the filters leave, no more."""

import re
from collections.abc import Callable

import pytest

from tests.support.browsing import HouseClient
from tests.web.test_review import words

Visit = Callable[[str | None], HouseClient]


@pytest.mark.parametrize(
    ("filters", "cards"),
    [("", "3 3 0"), ("type=EMAIL", "1 0 0"), ("type=EMAIL&band=medium", "1 0 0"), ("q=zzz", "0 0 0")],
)
def test_a_card_counts_what_its_way_leads_to_under_the_other_filters(filters: str, cards: str, visit: Visit) -> None:
    shown = visit("officer-dss").get(f"/review?{filters}").text.split('<ul class="bands">')[1].split("</ul>")[0]
    assert re.findall(r"<strong>([\d,]+)</strong>", shown) == cards.split()


def test_groups_that_match_are_told_in_whole_words(visit: Visit) -> None:
    client = visit("officer-dss")
    assert "1 group that matches, most" in words(client.get("/review?type=EMAIL").text)
    assert "3 groups that match, most" in words(client.get("/review?band=high").text)
    assert "6 groups, most" in words(client.get("/review").text)


def test_what_changed_and_what_is_disputed_can_be_found_where_there_is_none_too(visit: Visit) -> None:
    text = visit("officer-dss").get("/review?type=EMAIL").text
    assert "0 changed since decided 0 where two people disagree" in words(text)
    assert 'href="/review?type=EMAIL&amp;state=reopened"' in text
    assert 'href="/review?type=EMAIL&amp;state=disputed"' in text


def test_where_nothing_waits_an_agency_is_named_to_who_may_know_of_it(visit: Visit) -> None:
    officer, cpo = visit("officer-dss"), visit("cpo")
    assert "Nothing waits in Department of Finance." in words(cpo.get("/review?agency=TAX").text)
    assert "Nothing that matches waits." in words(cpo.get("/review?agency=TAX&q=zzz").text)
    assert "Nothing that matches waits." in words(cpo.get("/review?agency=NONE").text)
    foreign, unknown = (words(officer.get(f"/review?agency={one}").text) for one in ("DOH", "NONE"))
    assert "Nothing that matches waits." in foreign
    assert foreign.replace("DOH", "NONE") == unknown
