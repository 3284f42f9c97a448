"""The practice queue in the browser, as one without scripts sends it."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from catalog.model.keyboard import WORDS, Command
from catalog.model.review import ActKind, PracticeAnswer
from catalog.model.review_views import PracticeItem
from catalog.services import practice
from catalog.services.catalog import Catalog
from catalog.store import practice as stored
from catalog.store.schema import audit_events, decisions
from catalog.taxonomy import practice as taxonomy
from tests.support.browsing import HouseClient, application, enter
from tests.support.city import ADMIN, City
from tests.support.page_forms import to
from tests.web.conftest import copied

ADDRESS = "/review/practice"


@pytest.fixture(scope="module")
def practising(city_folder: tuple[Path, City], tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city in which people practise; each test has its own person."""
    with copied(city_folder, tmp_path_factory.mktemp("practising")) as made:
        yield made


@pytest.fixture(scope="module")
def web(practising: City) -> Flask:
    return application(practising.catalog)


def read(client: HouseClient, address: str = ADDRESS) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))


def shown(text: str) -> PracticeItem:
    """The item that a page asks about."""
    found = re.search(r'name="item" value="([0-9a-f]+)"', text)
    assert found
    return taxonomy.load()[found[1]]


def send(client: HouseClient, text: str, kind: ActKind, code: str | None = None) -> str:
    """Answer what a page asks; the page after it."""
    answer = to(text, ADDRESS, kind=kind.value).send(client, **({"to_code": code} if code else {}))
    assert answer.status_code == 303
    return read(client, answer.location)


def wrong(item: PracticeItem) -> ActKind:
    kinds = {kind for kind, _ in item.answers}
    return next(kind for kind in (ActKind.CONFIRM, ActKind.NOT_IDENTIFYING) if kind not in kinds)


def test_an_item_shows_what_the_queue_shows_of_a_suggestion_and_not_what_is_right(web: Flask) -> None:
    text = read(enter(web, "deputy-dss"))
    item = shown(text)
    for told in (item.column, item.table, item.type.label, item.declared_type, *item.reasons, *item.shapes):
        assert told in text
    for name, declared, _ in item.neighbours:
        assert name in text
        assert declared in text
    assert item.because not in text
    assert all(f'data-command="{kind}"' in text for kind in ("confirm", "reject", "change_type", "not_identifying"))


def test_after_an_answer_it_says_whether_it_was_right_and_why_and_shows_the_next(web: Flask) -> None:
    client = enter(web, "officer-dss")
    text = read(client)
    first = shown(text)
    text = send(client, text, *first.answers[0])
    assert "Right." in text
    assert first.because in text
    second = shown(text)
    assert second != first
    text = send(client, text, wrong(second))
    assert "Not right." in text
    assert second.because in text
    assert shown(text) not in (first, second)
    result = read(client, f"{ADDRESS}/result")
    assert "1 of 2 right, 198 to go" in result
    missed = result.partition("What was missed")[2]
    assert second.because in missed
    assert first.because not in missed


def test_what_is_wrong_with_an_answer_is_said_beside_the_item_as_it_was(web: Flask) -> None:
    client = enter(web, "staff")
    text = read(client)
    item = shown(text)
    refused = to(text, ADDRESS, kind="change_type").send(client, to_code="NONE")
    assert refused.status_code == 400
    assert "it does not say which type it is" in refused.get_data(as_text=True)
    assert shown(refused.get_data(as_text=True)) == item
    assert to(text, ADDRESS, kind="confirm").send(client, kind="defer").status_code == 400
    assert to(text, ADDRESS, kind="confirm").send(client, kind="burn").status_code == 400
    assert to(text, ADDRESS, kind="confirm").send(client, item="none").status_code == 404
    assert "1 of 200" in read(client)


def test_a_turn_can_be_begun_anew_and_the_time_is_taken_without_a_script(web: Flask) -> None:
    client = enter(web, "cpo")
    text = read(client)
    form = to(text, ADDRESS, kind="confirm")
    began = int(form.fields["shown"][0])
    form.send(client, shown=str(began - 5_000))
    assert re.search(r"took 5\.\d seconds or less", read(client, f"{ADDRESS}/result"))
    form = to(read(client), ADDRESS, kind="confirm")
    form.send(client, shown="yesterday")
    again = to(read(client, f"{ADDRESS}/result"), f"{ADDRESS}/again").send(client)
    assert again.status_code == 303
    assert "1 of 200" in read(client, again.location)
    assert "3 of 200" in read(client)  # until something is answered in the new turn
    send(client, read(client, again.location), ActKind.CONFIRM)
    assert "2 of 200" in read(client)


def test_with_the_result_it_says_what_the_last_answer_was(web: Flask, practising: City) -> None:
    client, person = enter(web, "officer-doh"), "officer-doh"
    every = practice.order(person, 1, taxonomy.load().values())
    with practising.catalog.changing(ADMIN, "read", "practice", "for a test") as change:
        for item in every[:-1]:
            stored.keep(change.connection, _right(person, item))
    text = read(client)
    last = shown(text)
    assert last == every[-1]
    text = send(client, text, wrong(last))
    assert "199 of 200 right" in text
    assert "Not right." in text.partition("Right answers by band")[0]
    assert last.because in text.partition("Right answers by band")[0]


def _right(person: str, item: PracticeItem) -> PracticeAnswer:
    kind, code = item.answers[0]
    return PracticeAnswer(0, person, 1, item.id, kind, code, True, 1, datetime(2026, 11, 22, tzinfo=UTC))


def test_the_help_lists_the_keys_that_do_something_here(web: Flask) -> None:
    listed = read(enter(web, "deputy-dss")).partition('class="keys-list"')[2].partition("</ul>")[0]
    for command in ("confirm", "reject", "change_type", "not_identifying", "help"):
        assert WORDS[Command(command)].capitalize() in listed
    assert WORDS[Command.UNDO].capitalize() not in listed


def test_practice_decides_nothing_and_is_in_no_log(web: Flask, practising: City) -> None:
    catalog = practising.catalog
    client = enter(web, "officer-dss")
    with catalog.reading() as connection:
        before = connection.execute(select(func.count()).select_from(decisions)).scalar_one()
    logged = _logged(catalog)
    send(client, read(client), ActKind.CONFIRM)
    with catalog.reading() as connection:
        assert connection.execute(select(func.count()).select_from(decisions)).scalar_one() == before
    assert _logged(catalog) == logged


def _logged(catalog: Catalog) -> int:
    with catalog.reading() as connection:
        return connection.execute(select(func.count()).select_from(audit_events)).scalar_one()


def test_the_page_uses_the_keys_of_the_queue_as_each_person_has_them(web: Flask) -> None:
    client = enter(web, "deputy-dss")
    assert 'aria-keyshortcuts="a"' in read(client)
    form = to(read(client, "/review/keys"), "/review/keys")
    form.send(client, on="yes", confirm="y")
    text = read(client)
    assert 'aria-keyshortcuts="y"' in text
    assert 'aria-keyshortcuts="a"' not in text
