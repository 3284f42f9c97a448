"""The figures and sentences of the queue of review under its filters: they are of what the filters leave, no more."""

from collections.abc import Callable

import pytest

from tests.support.browsing import HouseClient
from tests.web.test_review import words

Visit = Callable[[str | None], HouseClient]


@pytest.mark.parametrize(
    ("filters", "cards"),
    [
        ("", "High 3 usually right Medium 3 look twice Low 0"),
        ("type=EMAIL", "High 1 usually right Medium 0 look twice Low 0"),
        ("type=EMAIL&band=medium", "High 1 usually right Medium 0 look twice Low 0"),
        ("q=zzz", "High 0 usually right Medium 0 look twice Low 0"),
    ],
)
def test_a_card_counts_what_its_way_leads_to_under_the_other_filters(filters: str, cards: str, visit: Visit) -> None:
    assert cards in words(visit("officer-dss").get(f"/review?{filters}").text)


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
