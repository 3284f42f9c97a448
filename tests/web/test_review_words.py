"""The pages around the queue of review: own acts, what waits for a second person, questions, what is put off, second
readings, and how good it all is; and the ways to them from home, a dataset and a type.
"""

import csv
import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, text

from catalog.model.actors import Actor, Grant, Role
from catalog.model.decisions import Standing
from catalog.model.quality import EDGES, Tally, reliability
from catalog.model.review import ActKind, Order, Pick, Why
from catalog.services import holdings, review
from catalog.services.catalog import Catalog
from catalog.store.review_schema import second_readings
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import ADMIN, City, column_ids
from tests.web.conftest import copied
from web import calibration_chart

CPO = Actor("cpo", "Rosa Marin", frozenset({Grant(Role.CPO)}))
OFFICER = Actor("officer-dss", "Ben Okafor", frozenset({Grant(Role.OFFICER, "DSS")}))


@dataclass(frozen=True)
class World:
    """A city where something lies on each of the pages."""

    city: City
    app: Flask
    clients: dict[str, int]
    visits: dict[str, int]
    entered: dict[str, HouseClient] = field(default_factory=dict)

    @property
    def catalog(self) -> Catalog:
        return self.city.catalog

    def enter(self, person: str) -> HouseClient:
        """Sign in, once per person."""
        return self.entered.setdefault(person, self.entered.get(person) or enter(self.app, person))


@pytest.fixture(scope="module")
def prepared(city_folder: tuple[Path, City], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, City]]:
    """The city with acts of two people in it, in which two people have to agree and every decision is read twice."""
    below = tmp_path_factory.mktemp("reviewed")
    with copied(city_folder, below) as city:
        strict = city.catalog.settings.model_copy(update={"four_eyes": True, "second_reading_percent": 100})
        city.catalog.close()
        catalog = Catalog.open(strict)
        clients, visits = column_ids(catalog, city.clients), column_ids(catalog, city.visits)
        # Which of the city's own decisions are read twice, is drawn at random.
        catalog.note(forget_what_is_read_twice)
        rejecting = Order(ActKind.REJECT, why=Why.WRONG_TYPE, reason="Account <numbers>")
        review.act(CPO, catalog, rejecting, [Pick(clients["client_ssn"], "SSN", None)])
        day = catalog.clock.now().date() + timedelta(days=9)
        review.act(OFFICER, catalog, Order(ActKind.DEFER, until=day), [Pick(clients["email_address"], "EMAIL", None)])
        handed = Order(ActKind.DEFER, to_person_id="cpo")
        review.act(OFFICER, catalog, handed, [Pick(clients["client_id"], "CASE_ID", None)])
        question = Order(ActKind.ASK, reason="Is this where they <live>?", to_person_id="steward-dss")
        review.act(OFFICER, catalog, question, [Pick(visits["home_address"], "ADDR_HOME", None)])
        review.act(OFFICER, catalog, Order(ActKind.CONFIRM), [Pick(visits["contact_phone"], "PHONE", None)])
        catalog.close()
        yield below, replace(city, catalog=catalog)


def forget_what_is_read_twice(connection: Connection) -> None:
    connection.execute(text("DROP TRIGGER second_readings_no_delete"))
    connection.execute(delete(second_readings))


def opened(prepared: tuple[Path, City], below: Path) -> Iterator[World]:
    with copied((prepared[0] / "copy", prepared[1]), below) as city:
        clients, visits = column_ids(city.catalog, city.clients), column_ids(city.catalog, city.visits)
        yield World(city, application(city.catalog), clients, visits)


@pytest.fixture(scope="module")
def world(prepared: tuple[Path, City], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One that no test changes."""
    yield from opened(prepared, tmp_path_factory.mktemp("seen"))


@pytest.fixture
def own(prepared: tuple[Path, City], tmp_path: Path) -> Iterator[World]:
    """One that this test may change."""
    yield from opened(prepared, tmp_path)


def words(page: str) -> str:
    shown = page.split("<main", 1)[1].split(">", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", shown)))


def rows(client: HouseClient, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"{address}?format=csv").text.lstrip("\ufeff"))))


def acts(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="act-(\d+)"', page)]


def standing(world: World, name: str, code: str) -> Standing:
    view = next(
        view for view in holdings.dataset(ADMIN, world.catalog, world.city.clients).columns if view.column.name == name
    )
    return next(tag.standing for tag in view.tags if tag.type.code == code)


# My decisions


def test_everybody_sees_their_own_acts_and_nobody_elses(world: World) -> None:
    mine = words(world.enter("officer-dss").get("/review/mine").text)
    assert "Confirmed: Phone number" in mine
    assert "Put off: Email address" in mine
    assert "Is this where they <live>?" in mine
    assert "Account <numbers>" not in mine
    assert "proposed to a second person" not in mine
    assert "proposed to a second person" in words(world.enter("cpo").get("/review/mine").text)
    assert "decided nothing" in words(world.enter("officer-doh").get("/review/mine").text)
    kinds = [row["kind"] for row in rows(world.enter("officer-dss"), "/review/mine")]
    assert kinds[:4] == ["confirm", "ask", "defer", "defer"]


def test_an_act_shows_its_columns_to_who_did_it_alone(world: World) -> None:
    officer = world.enter("officer-dss")
    act_id = acts(officer.get("/review/mine").text)[0]
    shown = officer.get(f"/review/mine/{act_id}")
    assert f'href="/review/columns/{world.visits["contact_phone"]}/PHONE"' in shown.text
    assert "Ben Okafor confirmed it" in words(shown.text)
    for stranger in ("cpo", "deputy-dss", "officer-doh"):
        assert world.enter(stranger).get(f"/review/mine/{act_id}").status_code == 404


def test_an_act_is_undone_from_the_list_and_the_list_says_so(own: World) -> None:
    officer = own.enter("officer-dss")
    page = officer.get("/review/mine").text
    act_id = acts(page)[0]
    form = re.search(rf'<form action="(/review/undo/{act_id})".*?</form>', page, re.DOTALL)
    assert form is not None
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.group(0)))
    answer = officer.post(form.group(1), data=sent, headers=SAME_ORIGIN)
    assert answer.location.startswith("/review/mine?")
    after = officer.get(answer.location).text
    assert "put back as it was" in words(after)
    line = after.split(f'id="act-{act_id}"', 1)[1].split("</tr>", 1)[0]
    assert ">Undone</span>" in line


# A second person


def test_a_proposal_waits_for_somebody_else_than_who_made_it(world: World) -> None:
    officer, cpo = (world.enter(one).get("/review/proposals").text for one in ("officer-dss", "cpo"))
    assert "1 proposal waits for your word." in words(officer)
    assert "Account <numbers>" in words(officer)
    assert "It waits for somebody else." in words(cpo)
    assert "Approve" not in words(cpo)
    assert "Nothing waits for a second person." in words(world.enter("officer-doh").get("/review/proposals").text)
    (row,) = rows(world.enter("officer-dss"), "/review/proposals")
    assert (row["proposed_by"], row["kind"], row["columns"], row["own"]) == ("Rosa Marin", "reject", "1", "no")


def test_refusing_needs_a_reason_and_keeps_what_was_confirmed(own: World) -> None:
    officer = own.enter("officer-dss")
    (act_id,) = acts(officer.get("/review/proposals").text)
    silent = officer.post(f"/review/proposals/{act_id}", data={"word": "refuse"}, headers=SAME_ORIGIN)
    assert silent.status_code == 400
    assert "Fill this in." in silent.text
    told = {"word": "refuse", "reason": "They are on the card"}
    refused = officer.post(f"/review/proposals/{act_id}", data=told, headers=SAME_ORIGIN)
    assert refused.location == "/review/proposals?done=refuse"
    assert "the columns stand as they did before" in words(officer.get(refused.location).text)
    assert standing(own, "client_ssn", "SSN") is Standing.CONFIRMED
    again = officer.post(f"/review/proposals/{act_id}", data=told, headers=SAME_ORIGIN)
    assert again.status_code in {404, 409}


def test_approving_decides_and_nobody_approves_their_own(own: World) -> None:
    (act_id,) = acts(own.enter("cpo").get("/review/proposals").text)
    told = {"word": "approve", "reason": ""}
    alone = own.enter("cpo").post(f"/review/proposals/{act_id}", data=told, headers=SAME_ORIGIN)
    assert alone.status_code in {403, 409}
    assert standing(own, "client_ssn", "SSN") is Standing.CONFIRMED
    approved = own.enter("officer-dss").post(f"/review/proposals/{act_id}", data=told, headers=SAME_ORIGIN)
    assert approved.location == "/review/proposals?done=approve"
    assert standing(own, "client_ssn", "SSN") is Standing.REJECTED


def test_who_proposed_it_can_withdraw_it(own: World) -> None:
    cpo = own.enter("cpo")
    page = cpo.get("/review/proposals").text
    form = re.search(r'<form action="(/review/undo/\d+)".*?</form>', page, re.DOTALL)
    assert form is not None
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.group(0)))
    answer = cpo.post(form.group(1), data=sent, headers=SAME_ORIGIN)
    assert answer.location.startswith("/review/proposals?")
    after = words(cpo.get(answer.location).text)
    assert "Withdrawn" in after
    assert "Nothing waits for a second person." in after
    assert standing(own, "client_ssn", "SSN") is Standing.CONFIRMED


# Questions


def test_the_steward_answers_and_the_officer_reads_the_answer(own: World) -> None:
    steward = own.enter("steward-dss")
    page = steward.get("/review/asked").text
    assert "1 question waits for your answer." in words(page)
    assert "Ben Okafor asked you" in words(page)
    assert "Is this where they <live>?" in words(page)
    (act_id,) = acts(page)
    assert steward.post(f"/review/asked/{act_id}", data={"words": " "}, headers=SAME_ORIGIN).status_code == 400
    said = {"words": "Only where a visit <took> place"}
    answer = steward.post(f"/review/asked/{act_id}", data=said, headers=SAME_ORIGIN)
    assert answer.location == "/review/asked?done=answered"
    assert "No question waits for an answer." in words(steward.get("/review/asked").text)
    assert "“Only where a visit <took> place”" in words(own.enter("officer-dss").get("/review/asked").text)
    assert steward.post(f"/review/asked/{act_id}", data=said, headers=SAME_ORIGIN).status_code == 409


def test_nobody_answers_for_the_steward_nor_learns_of_another_agencys_questions(world: World) -> None:
    officer = world.enter("officer-dss")
    page = officer.get("/review/asked").text
    assert "1 question waits for a steward." in words(page)
    assert "Withdraw the question" in words(page)
    (act_id,) = acts(page)
    where, said = f"/review/asked/{act_id}", {"words": "I say so"}
    assert officer.post(where, data=said, headers=SAME_ORIGIN).status_code == 403
    stranger = world.enter("officer-doh")
    assert "No question waits for an answer." in words(stranger.get("/review/asked").text)
    assert stranger.post(where, data=said, headers=SAME_ORIGIN).status_code == 404
    assert rows(stranger, "/review/asked") == []
    (row,) = rows(officer, "/review/asked")
    assert (row["asked"], row["answer"]) == ("Ivo Petrov", "")


# Put off


def test_what_is_put_off_says_until_when_or_for_whom(world: World) -> None:
    page = world.enter("officer-dss").get("/review/later").text
    assert "2 columns are put off until a day or handed to somebody." in words(page)
    assert "for Rosa Marin" in words(page)
    day = world.catalog.clock.now().date() + timedelta(days=9)
    assert f"until {day:%b} {day.day}, {day.year}" in words(page)
    assert f'href="/review/columns/{world.clients["client_id"]}/CASE_ID"' in page
    assert {row["column"] for row in rows(world.enter("officer-dss"), "/review/later")} == {
        "client_id",
        "email_address",
    }
    assert "Nothing is put off" in words(world.enter("officer-doh").get("/review/later").text)


# Second readings


def second(client: HouseClient) -> tuple[int, str]:
    page = client.get("/review/second").text
    found = re.search(r'action="/review/second/(\d+)"', page)
    assert found is not None
    return int(found.group(1)), page


def test_a_second_reading_tells_nothing_of_the_first_word(world: World) -> None:
    number, page = second(world.enter("cpo"))
    assert "1 left for you." in words(page)
    assert "contact_phone" in words(page)
    for told in ("Ben Okafor", "confirmed", "not this type,"):
        assert told not in words(page)
    assert "Nothing waits for a second reading" in words(world.enter("officer-dss").get("/review/second").text)
    stranger = world.enter("officer-doh")
    assert "Nothing waits for a second reading" in words(stranger.get("/review/second").text)
    for person in ("officer-doh", "officer-dss"):
        sent = world.enter(person).post(f"/review/second/{number}", data={"verdict": "confirmed"}, headers=SAME_ORIGIN)
        assert sent.status_code == 404


@pytest.mark.parametrize("verdict", ["confirmed", "rejected"])
def test_after_answering_only_thanks_are_said_whatever_the_first_word_was(own: World, verdict: str) -> None:
    cpo = own.enter("cpo")
    number, _ = second(cpo)
    sent = {"verdict": verdict, "why": "test_data" if verdict == "rejected" else ""}
    answer = cpo.post(f"/review/second/{number}", data=sent, headers=SAME_ORIGIN)
    assert answer.location == "/review/second?done=read"
    said = words(cpo.get(answer.location).text)
    assert said.split("Nothing waits", 1)[0].strip() == "Second readings Thank you."
    assert cpo.post(f"/review/second/{number}", data=sent, headers=SAME_ORIGIN).status_code in {303, 404, 409}


@pytest.mark.parametrize("sent", [{}, {"verdict": "withdrawn"}, {"verdict": "rejected"}, {"verdict": "x"}])
def test_what_is_no_answer_is_told_beside_the_form(world: World, sent: dict[str, str]) -> None:
    cpo = world.enter("cpo")
    number, _ = second(cpo)
    answer = cpo.post(f"/review/second/{number}", data=sent, headers=SAME_ORIGIN)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    other = {"verdict": "rejected", "why": "other"}
    wanting = cpo.post(f"/review/second/{number}", data=other, headers=SAME_ORIGIN)
    assert wanting.status_code == 400
    assert "Fill this in." in wanting.text
    assert '<option value="other" selected>' in wanting.text, "what was chosen is still chosen"


# How good it is


def test_too_few_decisions_never_read_as_a_share(world: World) -> None:
    for person in ("cpo", "officer-dss", "auditor", "steward-dss"):
        page = words(world.enter(person).get("/review/quality").text)
        assert "Too few to say" in page
        assert "0%" not in page.replace("100%", "")
    assert all(row["low"] == row["high"] == "" for row in rows(world.enter("cpo"), "/review/quality"))


def test_quality_is_of_what_one_sees_and_narrows_down(world: World) -> None:
    officer, cpo = world.enter("officer-dss"), world.enter("cpo")
    assert "Phone number" in words(officer.get("/review/quality?agency=DSS&type=PHONE").text)
    assert officer.get("/review/quality?agency=DOH").status_code == 404
    assert officer.get("/review/quality?type=NONE").status_code == 404
    by_type = [row["type"] for row in rows(cpo, "/review/quality") if row["measure"] == "confirmed by type"]
    assert "PHONE" in by_type
    foreign = rows(world.enter("officer-doh"), "/review/quality")
    assert not [row for row in foreign if row["decided"] not in {"", "0"}]


@settings(max_examples=40)
@given(st.lists(st.integers(0, 200).flatmap(lambda many: st.tuples(st.just(many), st.integers(0, many))), max_size=10))
def test_a_bar_has_a_height_only_where_something_can_be_said(counts: list[tuple[int, int]]) -> None:
    bins = [
        reliability(Tally(decided, confirmed, decided, decided), low, high)
        for (decided, confirmed), low, high in zip(counts, EDGES, EDGES[1:], strict=False)
    ]
    bars = calibration_chart.draw(bins)
    assert (len(bars) == len(bins)) == any(one.low is not None for one in bins) or not bins
    floor = calibration_chart.TOP + calibration_chart.HEIGHT
    for bar in bars:
        assert (bar.share is None) == (bar.bin.low is None)
        if bar.share is not None:
            assert calibration_chart.TOP <= bar.y_high <= bar.y <= bar.y_low <= floor
            assert bar.share == bar.bin.confirmed / bar.bin.decided


# The ways there


def test_home_says_what_waits_in_review_to_who_can_do_something_about_it(world: World) -> None:
    cpo, steward = (words(world.enter(one).get("/").text) for one in ("cpo", "steward-dss"))
    for told in ("handed to you", "waiting for a second person", "second reading for you", "for your decision, in"):
        assert told in cpo
    assert "question about the data that you were asked" in steward
    assert "for your decision, in" not in steward
    for person in ("auditor", "foil-dss", "head-dss", "operator"):
        assert "Review" not in words(world.enter(person).get("/").text)


def test_a_dataset_says_what_is_up_with_its_suggestions_and_leads_to_all_that_can_be_decided(world: World) -> None:
    address = f"/datasets/{world.city.clients}"
    officer = world.enter("officer-dss").get(address).text
    assert "Waits for a second person" in words(officer)
    assert "Put off until" in words(officer)
    assert f'href="/review/columns/{world.clients["full_name"]}/NAME"' in officer
    for reader in ("auditor", "steward-dss"):
        page = world.enter(reader).get(address).text
        assert "Waits for a second person" not in words(page)
        assert "/review/columns/" not in page


def test_a_type_says_how_many_columns_wait_to_who_decides(world: World) -> None:
    assert "1 column waits for your decision" in words(world.enter("officer-dss").get("/types/NAME").text)
    assert "for your decision" not in words(world.enter("auditor").get("/types/NAME").text)


def test_who_decides_nothing_gets_to_none_of_these_pages(world: World) -> None:
    for page in ("mine", "proposals", "later", "second"):
        assert {world.enter(one).get(f"/review/{page}").status_code for one in ("steward-dss", "auditor")} == {403}
