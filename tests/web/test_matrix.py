"""Every route × every role, the expectations written by hand. A route that is not listed fails."""

from collections.abc import Callable

import pytest
from flask import Flask

from catalog.model.recogniser_sets import digest_of
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import City
from tests.support.recognisers import text_of
from web.pages.recognizers import EXAMPLE
from web.routing import policy

PEOPLE = (None, "cpo", "officer-dss", "officer-doh", "researcher", "operator")

#: endpoint → (address, statuses in the order of PEOPLE); ids are of Social Services, whose client list is published.
GETS: dict[str, tuple[str, tuple[int, ...]]] = {
    "home.index": ("/", (303, 200, 200, 200, 200, 200)),
    "home.health": ("/health", (200, 200, 200, 200, 200, 200)),
    "agencies.index": ("/agencies", (303, 200, 200, 200, 200, 403)),
    "agencies.show": ("/agencies/DSS", (303, 200, 200, 404, 200, 403)),
    "datasets.show": ("/datasets/{visits}", (303, 200, 200, 404, 404, 403)),
    "identifier_types.index": ("/types", (303, 200, 200, 200, 200, 403)),
    "identifier_types.show": ("/types/SSN", (303, 200, 200, 200, 200, 403)),
    "search.index": ("/search?q=client", (303, 200, 200, 200, 200, 403)),
    "changes.index": ("/changes", (303, 200, 200, 200, 403, 403)),
    "orphans.index": ("/orphans", (303, 200, 200, 200, 403, 403)),
    "flows.index": ("/flows", (303, 200, 200, 200, 403, 403)),
    "flows.show": ("/flows/{intake}", (303, 200, 200, 404, 403, 403)),
    "events.index": ("/events", (303, 200, 200, 200, 403, 403)),
    "declared.index": ("/declared", (303, 200, 200, 200, 403, 403)),
    "programmes.index": ("/programmes", (303, 200, 200, 200, 200, 403)),
    "programmes.show": ("/programmes/STREET-OUTREACH", (303, 200, 200, 200, 200, 403)),
    "protocols.index": ("/protocols", (303, 200, 200, 200, 200, 403)),
    "protocols.show": ("/protocols/{lapsed_protocol}", (303, 200, 200, 404, 200, 403)),
    "protocols.gaps": ("/protocols/gaps", (303, 200, 200, 200, 403, 403)),
    "scans.index": ("/scans", (303, 200, 200, 200, 403, 200)),
    "scans.run": ("/runs/{done_run}", (303, 200, 200, 404, 403, 200)),
    "scans.progress": ("/runs/{done_run}/progress", (303, 200, 200, 404, 403, 200)),
    "sources.show": ("/sources/{source}", (303, 200, 200, 404, 403, 200)),
    "recognizers.index": ("/recognizers", (303, 200, 403, 403, 403, 200)),
    "recognizers.new": ("/recognizers/new", (303, 200, 403, 403, 403, 200)),
    "recognizers.show": ("/recognizers/{draft}", (303, 200, 403, 403, 403, 200)),
    "notices.index": ("/notices", (303, 200, 200, 200, 403, 200)),
    "metrics.index": ("/metrics", (404, 404, 404, 404, 404, 404)),
    "help.index": ("/help", (200, 200, 200, 200, 200, 200)),
    "help.detection": ("/help/detection", (200, 200, 200, 200, 200, 200)),
    "help.accessibility": ("/accessibility", (200, 200, 200, 200, 200, 200)),
    "sign_in.show": ("/sign-in", (200, 200, 200, 200, 200, 200)),
}
POSTS: dict[str, tuple[str, dict[str, str], tuple[int, ...]]] = {
    "datasets.decide": (
        "/datasets/{clients}/columns/{column}/SSN",
        {"verdict": "confirmed", "reason": "", "seen": "full:high"},
        (403, 303, 303, 404, 403, 403),
    ),
    "orphans.rest": ("/orphans/datasets/{clients}/rest", {}, (403, 409, 409, 404, 403, 403)),  # it is not gone
    "orphans.settle": ("/orphans/{column}", {"to": "rest"}, (403, 409, 409, 404, 403, 403)),  # it is not gone
    "scans.scan": ("/sources/{source}/scan", {}, (403, 403, 403, 403, 403, 303)),
    "scans.cancel": ("/sources/{source}/cancel", {}, (403, 403, 403, 403, 403, 303)),
    "sources.pause": ("/sources/{source}/pause", {}, (403, 403, 403, 403, 403, 303)),
    "sources.resume": ("/sources/{source}/resume", {}, (403, 403, 403, 403, 403, 303)),
    "sources.test": ("/sources/{source}/test", {}, (403, 403, 403, 403, 403, 303)),
    "sources.set_schedule": (
        "/sources/{source}/schedule",
        {"day": "mon", "opens": "22:00", "closes": "06:00"},
        (403, 403, 403, 403, 403, 303),
    ),
    "sources.hold": ("/sources/{source}/hold", {"reason": "they move house"}, (403, 403, 403, 403, 403, 404)),
    "sources.release": ("/sources/{source}/release", {}, (403, 403, 403, 403, 403, 404)),
    "sources.unschedule": ("/sources/{source}/unschedule", {}, (403, 403, 403, 403, 403, 404)),
    "sources.confirm_gone": ("/sources/{source}/gone", {"reason": "closed"}, (403, 403, 403, 403, 403, 409)),
    "recognizers.add": ("/recognizers/new", {"name": "Health", "text": EXAMPLE}, (403, 303, 403, 403, 403, 303)),
    "recognizers.change": (
        "/recognizers/{draft}/text",
        {"text": EXAMPLE, "seen": digest_of(text_of("outreach file number", "shelter number"))},
        (403, 303, 403, 403, 403, 303),
    ),
    "recognizers.ask_trial": ("/recognizers/{draft}/trial", {"which": "all"}, (403, 303, 403, 403, 403, 303)),
    "recognizers.use": ("/recognizers/{draft}/use", {}, (403, 303, 403, 403, 403, 303)),
    "recognizers.retire": ("/recognizers/{used}/retire", {}, (403, 303, 403, 403, 403, 303)),
    "recognizers.revise": ("/recognizers/{used}/revise", {}, (403, 303, 403, 403, 403, 303)),
    "recognizers.discard": ("/recognizers/{draft}/discard", {}, (403, 303, 403, 403, 403, 303)),
    "demo.enter": ("/sign-in", {"person": "researcher"}, (303, 303, 303, 303, 303, 303)),
    "auth.leave": ("/sign-out", {}, (303, 303, 303, 303, 303, 303)),
}


def address(template: str, city: City) -> str:
    ids = {name: getattr(city, name) for name in ("clients", "visits", "column", "source", "done_run", "draft", "used")}
    return template.format(**ids, intake=city.law.intake, lapsed_protocol=city.law.lapsed_protocol)


def test_every_route_is_listed_here(app: Flask) -> None:
    methods = {(r.endpoint, m) for r in app.url_map.iter_rules() for m in r.methods or () if m in {"GET", "POST"}}
    listed = {(endpoint, "GET") for endpoint in GETS} | {(endpoint, "POST") for endpoint in POSTS}
    assert methods - {("static", "GET")} == listed


def test_every_route_declares_an_action(app: Flask) -> None:
    assert set(policy(app)) == set(GETS) | set(POSTS)


@pytest.mark.parametrize("endpoint", GETS)
@pytest.mark.parametrize("place", range(len(PEOPLE)), ids=[person or "nobody" for person in PEOPLE])
def test_reading(endpoint: str, place: int, city: City, visit: Callable[[str | None], HouseClient]) -> None:
    template, statuses = GETS[endpoint]
    assert visit(PEOPLE[place]).get(address(template, city)).status_code == statuses[place]


@pytest.mark.parametrize("endpoint", POSTS)
@pytest.mark.parametrize("place", range(len(PEOPLE)), ids=[person or "nobody" for person in PEOPLE])
def test_changing(endpoint: str, place: int, own_city: City) -> None:
    template, data, statuses = POSTS[endpoint]
    client = enter(application(own_city.catalog), PEOPLE[place])
    answer = client.post(address(template, own_city), data=data, headers=SAME_ORIGIN)
    assert answer.status_code == statuses[place]


@pytest.mark.parametrize("endpoint", POSTS)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)
def test_a_change_asked_from_elsewhere_is_refused(
    endpoint: str, headers: dict[str, str], city: City, visit: Callable[[str | None], HouseClient]
) -> None:
    template, data, _ = POSTS[endpoint]
    answer = visit("operator").post(address(template, city), data=data, headers=headers)
    assert answer.status_code == 403
    assert "did not come from a page of this application" in answer.text


def test_an_origin_of_our_own_is_enough_for_browsers_without_fetch_metadata(own_city: City) -> None:
    client = enter(application(own_city.catalog), "operator")
    answer = client.post(f"/sources/{own_city.source}/scan", headers={"Origin": "http://localhost"})
    assert answer.status_code == 303


@pytest.mark.parametrize("endpoint", GETS)
def test_reading_changes_nothing(endpoint: str, city: City, visit: Callable[[str | None], HouseClient]) -> None:
    client, where = visit("cpo"), address(GETS[endpoint][0], city)

    def body() -> str:
        answer = client.get(where)
        nonce = answer.headers["Content-Security-Policy"].split("nonce-")[1].split("'")[0]
        return answer.text.replace(nonce, "")

    assert body() == body()


@pytest.mark.parametrize("endpoint", GETS)
def test_other_methods_are_refused(endpoint: str, city: City, visit: Callable[[str | None], HouseClient]) -> None:
    where = address(GETS[endpoint][0], city)
    assert visit("cpo").delete(where, headers=SAME_ORIGIN).status_code == 405
