"""The figures and sentences of the queue of review under its filters: they are of what the filters leave, no more."""

import html
import re
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, true

from catalog.model.actors import Actor, Grant, Role
from catalog.model.review import ActKind, Order, Pick
from catalog.services import review
from catalog.store import rows
from catalog.store.review_schema import review_groups, review_items, review_totals
from tests.support.browsing import HouseClient, application, enter
from tests.support.city import City, column_ids
from tests.support.page_forms import to
from tests.web.test_review import words

DERIVED = (review_items, review_groups, review_totals)
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


def test_a_catalog_whose_queue_was_not_made_yet_says_so(own_city: City) -> None:

    def empty(connection: Connection) -> None:
        for table in DERIVED:
            rows.remove(connection, table, true())

    own_city.catalog.note(empty)
    text = words(enter(application(own_city.catalog), "officer-dss").get("/review").text)
    assert "The queue has not been made yet" in text
    assert "Nothing waits" not in text


def test_every_way_of_what_was_handed_to_somebody_leads_on(own_city: City) -> None:
    ids = column_ids(own_city.catalog, own_city.clients)
    officer = Actor("officer-dss", "Ben Okafor", frozenset({Grant(Role.OFFICER, "DSS")}))
    to_deputy = Order(ActKind.DEFER, to_person_id="deputy-dss")
    picks = [Pick(ids["email_address"], "EMAIL", None), Pick(ids["client_id"], "CASE_ID", None)]
    review.act(officer, own_city.catalog, to_deputy, picks)
    deputy = enter(application(own_city.catalog), "deputy-dss")
    whole = deputy.get("/review").text
    assert ">2 handed to me</a>" in whole
    assert 'href="/review?state=handed"' in whole
    text = deputy.get("/review?state=handed").text
    assert "2 groups that match" in words(text)
    ways = {html.unescape(way) for way in re.findall(r'href="(/review[^"#]*)"', text)}
    assert len([way for way in ways if way.startswith("/review/groups/")]) >= 2
    answers = {way: deputy.get(way).status_code for way in ways}
    assert set(answers.values()) == {200}, answers
    confirmed = to(text, "/review/act", kind="confirm").send(deputy)
    assert confirmed.status_code == 303
    assert "1 group that matches" in words(deputy.get(confirmed.location).text)
    again = to(deputy.get(confirmed.location).text, "/review/act", kind="reject").send(deputy, why="other")
    assert again.status_code == 400, "what is missing is said beside the group, which is still shown"
    assert to(again.text, "/review/act", kind="confirm").send(deputy).status_code == 303
    assert "Nothing that matches waits." in words(deputy.get("/review?state=handed").text)
