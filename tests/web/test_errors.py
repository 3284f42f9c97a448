"""What people see when something goes wrong: plain words and a reference, never a trace, a path or a value."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from structlog.testing import capture_logs

from catalog.errors import CatalogError, Conflict, CutShort, SettingsError, StoreError
from catalog.model import published
from catalog.services import holdings
from catalog.services.access import Action
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import City
from web import routing
from web.app import create_app

CANARY = "123-45-6789 in /srv/secret.db SELECT"


def without_chance(answer_text: str) -> str:
    """A page less what differs by chance: the nonce and the reference number."""
    return re.sub(r"nonce=\"[^\"]*\"|<code>[0-9A-F]{8}</code>", "", answer_text)


def test_foreign_and_missing_things_look_the_same(city: City, visit: Callable[[str | None], HouseClient]) -> None:
    officer = visit("officer-dss")
    pairs = [
        (f"/datasets/{city.foreign}", "/datasets/99999"),
        (f"/runs/{city.live_run}", "/runs/99999"),
        (f"/runs/{city.live_run}/progress", "/runs/99999/progress"),
        ("/agencies/DOH", "/agencies/NOPE"),
        (f"/datasets/{city.foreign}?format=csv", "/datasets/99999?format=csv"),
    ]
    for foreign, missing in pairs:
        one, other = officer.get(foreign), officer.get(missing)
        assert (one.status_code, other.status_code) == (404, 404)
        assert without_chance(one.text) == without_chance(other.text)
    decide = [
        officer.post(f"/datasets/{dataset}/columns/1/SSN", data={"verdict": "confirmed"}, headers=SAME_ORIGIN)
        for dataset in (city.foreign, 99999)
    ]
    assert without_chance(decide[0].text) == without_chance(decide[1].text)


def test_what_is_not_published_is_missing_to_a_researcher(
    city: City, visit: Callable[[str | None], HouseClient]
) -> None:
    key, researcher = city.catalog.names_key, visit("researcher")
    hidden, none = (
        researcher.get(f"/published/datasets/{published.address(key, number)}") for number in (city.visits, 99999)
    )
    assert (hidden.status_code, none.status_code) == (404, 404)
    assert without_chance(hidden.text) == without_chance(none.text)
    one, other = researcher.get("/published/agencies/TAX"), researcher.get("/published/agencies/NONE")
    assert (one.status_code, other.status_code) == (404, 404)
    assert without_chance(one.text) == without_chance(other.text)


@pytest.mark.parametrize("path", ["/nothing", "/static/none.css", "/datasets/abc", "/agencies/", "/../etc/passwd"])
def test_an_unknown_address_is_a_page_of_ours(path: str, visit: Callable[[str | None], HouseClient]) -> None:
    answer = visit("cpo").get(path)
    assert answer.status_code == 404
    assert "Page not found" in answer.text


def test_a_fault_of_ours_shows_a_reference_and_nothing_else(own_city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    client = enter(application(own_city.catalog), "cpo")

    def broken(*_: object) -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr(holdings, "heat_map", broken)
    with capture_logs() as written:
        answer = client.get("/agencies")
    assert answer.status_code == 500
    reference = re.search(r"<code>([0-9A-F]{8})</code>", answer.text)
    assert reference is not None
    for word in (CANARY, "ValueError", "Traceback", "/srv", "test_errors"):
        assert word not in answer.text
    (line,) = written
    assert line["reference"] == reference.group(1)
    assert isinstance(line["error"], ValueError)
    assert CANARY not in line["at"]


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (Conflict("This list", "it moved", "Look again."), 409, "Look again."),
        (CutShort(), 503, "was restored or cut"),
        (StoreError("The file /srv/secret.db", "it is damaged (DatabaseError)", "Run /srv/mend."), 503, "in a minute"),
        (SettingsError("Key /srv/secret.key", "it cannot be read", "Mend /srv/secret.key."), 500, "on our side"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_our_own_errors_say_what_to_do_to_whoever_can(
    own_city: City, monkeypatch: pytest.MonkeyPatch, error: CatalogError, status: int, said: str
) -> None:
    client = enter(application(own_city.catalog), "cpo")

    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(holdings, "home", broken)
    answer = client.get("/")
    assert answer.status_code == status
    assert said in answer.text
    assert "/srv" not in answer.text
    assert "DatabaseError" not in answer.text


def test_even_where_no_page_can_be_made_there_is_one_with_the_reference(
    own_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = enter(application(own_city.catalog), "cpo")

    def broken(*_: object) -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr("web.errors.render_template", broken)
    answer = client.get("/datasets/99999")
    assert answer.status_code == 404
    assert re.search(r"Reference number: <code>[0-9A-F]{8}</code>", answer.text)
    assert "srv" not in answer.text


def test_a_fragments_error_is_a_fragment(visit: Callable[[str | None], HouseClient]) -> None:
    answer = visit("cpo").get("/runs/99999/progress", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer.text.startswith('<p role="alert">')


def test_an_ended_session_answers_a_fragment_with_words_not_with_a_whole_page(app: Flask) -> None:
    answer = enter(app, None).get("/runs/1/progress", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert "your session has ended" in answer.text


def test_a_body_too_large_is_refused(visit: Callable[[str | None], HouseClient]) -> None:
    answer = visit(None).post("/sign-in", data={"person": "x" * 100_000}, headers=SAME_ORIGIN)
    assert answer.status_code == 413


def test_a_decision_that_is_neither_yes_nor_no_is_refused(
    city: City, visit: Callable[[str | None], HouseClient]
) -> None:
    where = f"/datasets/{city.clients}/columns/{city.column}/SSN"
    answer = visit("cpo").post(where, data={"verdict": "perhaps"}, headers=SAME_ORIGIN)
    assert answer.status_code == 400


def test_a_column_of_another_dataset_is_not_decided(city: City, visit: Callable[[str | None], HouseClient]) -> None:
    where = f"/datasets/{city.visits}/columns/{city.column}/SSN"
    assert visit("cpo").post(where, data={"verdict": "confirmed"}, headers=SAME_ORIGIN).status_code == 404


def test_a_route_without_an_action_does_not_start(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    real = routing.refuse_open_doors

    def with_an_open_door(app: Flask) -> None:
        app.add_url_rule("/open", "open", lambda: "anybody")
        real(app)

    monkeypatch.setattr(routing, "refuse_open_doors", with_an_open_door)
    with pytest.raises(SettingsError, match="/open"):
        create_app(city.catalog)


def test_an_action_is_part_of_declaring_a_route() -> None:
    routes = routing.Routes("part")
    routes.get("/somewhere", Action.READ_HOME)(lambda: "")
    with pytest.raises(TypeError):
        routes.get("/somewhere")  # type: ignore[call-arg]  # the mistake under test
