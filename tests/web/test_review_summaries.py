"""What is wrong is said first of all, with a way to each field: to that of the form that was sent, of several."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from catalog.model.actors import Actor, Grant, Role
from catalog.model.review import ActKind, Order, Pick, Why
from catalog.services import review
from catalog.services.catalog import Catalog
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import City, column_ids
from tests.web.conftest import copied

CPO = Actor("cpo", "Rosa Marin", frozenset({Grant(Role.CPO)}))
OFFICER = Actor("officer-dss", "Ben Okafor", frozenset({Grant(Role.OFFICER, "DSS")}))


@pytest.fixture(scope="module")
def asked(city_folder: tuple[Path, City], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """The city with two proposals for the officer, and two questions to the steward."""
    with copied(city_folder, tmp_path_factory.mktemp("asked")) as city:
        strict = city.catalog.settings.model_copy(update={"four_eyes": True})
        city.catalog.close()
        catalog = Catalog.open(strict)
        clients, visits = column_ids(catalog, city.clients), column_ids(catalog, city.visits)
        rejecting = Order(ActKind.REJECT, why=Why.WRONG_TYPE, reason="A number of ours")
        review.act(CPO, catalog, rejecting, [Pick(clients["client_ssn"], "SSN", None)])
        for column_id, code in ((visits["home_address"], "ADDR_HOME"), (clients["email_address"], "EMAIL")):
            question = Order(ActKind.ASK, reason="Whose is it?", to_person_id="steward-dss")
            review.act(OFFICER, catalog, question, [Pick(column_id, code, None)])
        yield catalog
        catalog.close()


@pytest.fixture(scope="module")
def app(asked: Catalog) -> Flask:
    return application(asked)


def acts(client: HouseClient, page: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="act-(\d+)"', client.get(page).text)]


def refused(client: HouseClient, address: str, **data: str) -> tuple[str, list[str]]:
    """The page that says what is wrong, and where the ways of its summary lead."""
    answer = client.post(address, data=data, headers=SAME_ORIGIN)
    assert answer.status_code == 400
    summary = answer.text.split("usa-alert--error", 1)[1].split("</ul>", 1)[0]
    return answer.text, re.findall(r'href="#([^"]+)"', summary)


def test_what_is_wrong_with_an_answer_leads_to_its_field(app: Flask) -> None:
    steward = enter(app, "steward-dss")
    questions = acts(steward, "/review/asked")
    assert len(questions) == 2
    for act_id in questions:
        text, ways = refused(steward, f"/review/asked/{act_id}", words=" ")
        assert ways == [f"words-{act_id}"]
        assert text.count(f' id="words-{act_id}"') == 1


@pytest.mark.parametrize(("word", "field"), [("refuse", "reason"), ("", "word")])
def test_what_is_wrong_with_a_word_on_a_proposal_leads_to_its_field(word: str, field: str, app: Flask) -> None:
    officer = enter(app, "officer-dss")
    (act_id,) = acts(officer, "/review/proposals")
    text, ways = refused(officer, f"/review/proposals/{act_id}", word=word, reason="")
    assert ways == [f"{field}-{act_id}"]
    assert text.count(f' id="{field}-{act_id}"') == 1
    assert {"reason": "Your reason", "word": "Approve or refuse"}[field] in text.split("usa-alert--error")[1]


def test_what_is_wrong_with_a_form_that_is_not_there_leads_nowhere(app: Flask) -> None:
    for person, address in (
        ("officer-dss", "/review/asked/{}"),
        ("steward-dss", "/review/asked/9999"),
        ("cpo", "/review/proposals/{}"),
        ("cpo", "/review/proposals/9999"),
    ):
        client = enter(app, person)
        page, _, last = address.rpartition("/")
        text, ways = refused(client, f"{page}/{acts(client, page)[0] if last == '{}' else last}", word="refuse")
        assert ways == []
        assert "Fill this in." in text
