"""The keys of the review queue: shown on their buttons, switched off and changed by each person for themselves."""

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.support.browsing import HouseClient, application, enter
from tests.support.city import City
from tests.support.page_forms import to
from tests.web.conftest import copied
from tests.web.test_review import words

Visit = Callable[[str | None], HouseClient]


@pytest.fixture(scope="module")
def own_app(city_folder: tuple[Path, City], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with copied(city_folder, tmp_path_factory.mktemp("keys")) as city:
        yield application(city.catalog)


@pytest.fixture(scope="module")
def officer(own_app: Flask) -> HouseClient:
    return enter(own_app, "officer-dss")


@pytest.fixture(scope="module")
def deputy(own_app: Flask) -> HouseClient:
    return enter(own_app, "deputy-dss")


def test_they_are_on_and_shown_on_the_buttons(visit: Visit) -> None:
    text = visit("officer-dss").get("/review").text
    keys = html.unescape(re.findall(r'data-keys="([^"]*)"', text)[0])
    assert '"a": "confirm"' in keys
    assert 'aria-keyshortcuts="a"' in text


def test_a_changed_key_takes_the_place_of_the_usual_one(officer: HouseClient, deputy: HouseClient) -> None:
    form = to(officer.get("/review/keys").text, "/review/keys")
    assert form.send(officer, confirm="Y", help="/").status_code == 303
    text = officer.get("/review").text
    assert '"y": "confirm"' in html.unescape(text)
    assert '"a": ' not in html.unescape(text)
    other = deputy.get("/review").text
    assert '"a": "confirm"' in html.unescape(other), "they are theirs alone"
    to(officer.get("/review/keys").text, "/review/keys").send(officer, "Back to the usual keys")
    assert '"a": "confirm"' in html.unescape(officer.get("/review").text)


def test_they_can_be_switched_off(officer: HouseClient) -> None:
    to(officer.get("/review/keys").text, "/review/keys").send(officer, on=[])
    text = officer.get("/review").text
    to(officer.get("/review/keys").text, "/review/keys").send(officer, on="yes")
    assert 'data-keys="{}"' in text
    assert "<kbd" not in text
    assert "aria-keyshortcuts" not in text


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("", "it is not one character that can be typed"),
        (" ", "it is not one character that can be typed"),
        ("\t", "it is not one character that can be typed"),
        ("ab", "it is not one character that can be typed"),
        ("ß", "it is not one character that can be typed"),
        ("r", "it would both confirm and say not this type"),
        ("R", "it would both confirm and say not this type"),
    ],
)
def test_a_key_is_one_character_and_no_other_commands(key: str, fault: str, visit: Visit) -> None:
    client = visit("officer-dss")
    answer = to(client.get("/review/keys").text, "/review/keys").send(client, confirm=key)
    assert answer.status_code == 400
    assert fault in words(answer.text)
    assert '"a": "confirm"' in html.unescape(client.get("/review").text)
