"""Every route × every role, the expectations written by hand. A route that is not listed fails.

Who gets in is told by role, for people of Social Services, whose the ids are; everybody else gets 403. What the officer
of another agency gets is told where an officer of this one gets something else.
"""

import re
from collections.abc import Callable
from datetime import date
from string import Formatter

import pytest
from flask import Flask

from catalog.model import published
from catalog.services import reconciling, report_pages, review_queue
from catalog.store import people
from tests.support import (
    matrix_of_approvals,
    matrix_of_divisions,
    matrix_of_recognizers,
    matrix_of_review,
    matrix_of_shares,
    matrix_of_the_inventory,
    matrix_of_the_quarterly,
    matrix_of_the_queue,
    matrix_of_the_register,
    matrix_of_the_reports,
)
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import ADMIN, City
from tests.support.matrix import (
    ALL,
    DESCRIBERS,
    EVERYBODY,
    FOREIGN,
    INSIDERS,
    KEEPERS,
    OFFICERS,
    PEOPLE,
    READERS,
    SCANNERS,
    Change,
    Page,
)
from web.routing import policy, weighty

#: endpoint → page; ids are of Social Services, whose client list is published.
GETS: dict[str, Page] = {
    "home.index": Page("/", ALL, but={"researcher": 303}),
    "home.health": Page("/health", ALL, nobody=200),
    "agencies.index": Page("/agencies", INSIDERS),
    "agencies.show": Page("/agencies/DSS", INSIDERS, foreign=404),
    "datasets.show": Page("/datasets/{visits}", INSIDERS, foreign=404),
    "identifier_types.index": Page("/types", INSIDERS),
    "identifier_types.show": Page("/types/SSN", INSIDERS),
    "laws.index": Page("/laws", INSIDERS),
    "laws.show": Page("/laws/int-197-2026", INSIDERS),
    "search.index": Page("/search?q=client", INSIDERS),
    "changes.index": Page("/changes", INSIDERS),
    "orphans.index": Page("/orphans", OFFICERS),
    "flows.index": Page("/flows", INSIDERS),
    "flows.show": Page("/flows/{intake}", INSIDERS, foreign=404),
    "events.index": Page("/events", (*OFFICERS, "head", "auditor")),
    "declared.index": Page("/declared", INSIDERS),
    "programmes.index": Page("/programmes", INSIDERS),
    "programmes.show": Page("/programmes/STREET-OUTREACH", INSIDERS),
    "protocols.index": Page("/protocols", INSIDERS),
    "protocols.show": Page("/protocols/{lapsed_protocol}", INSIDERS, foreign=404),
    "protocols.gaps": Page("/protocols/gaps", INSIDERS),
    "register_hub.index": Page("/register", INSIDERS),
    "reconciliation.index": Page("/reconciliation", INSIDERS),
    "reconciliation.summary": Page("/reconciliation/summary", INSIDERS),
    "reconciliation.show": Page("/reconciliation/{difference}", INSIDERS, foreign=404),
    "memberships.index": Page("/memberships", INSIDERS),
    "interchange.show": Page("/register/import", OFFICERS),
    "published.index": Page("/published?q=client", READERS),
    "published.dataset": Page("/published/datasets/{published}", READERS),
    "published.agencies": Page("/published/agencies", READERS),
    "published.agency": Page("/published/agencies/DSS", READERS),
    "conventions.dcat_us": Page("/exports/dcat-us.json", READERS),
    "conventions.gdpr_30": Page("/exports/gdpr-30.csv?agency=DSS", INSIDERS, foreign=404),
    "conventions.dpv": Page("/exports/dpv.jsonld?agency=DSS", INSIDERS, foreign=404),
    "published.types": Page("/published/types", READERS),
    "published.type_": Page("/published/types/SSN", READERS),
    "publishing.description": Page("/datasets/{clients}/description", DESCRIBERS, foreign=404),
    "publishing.show": Page("/datasets/{clients}/publishing", ("cpo", "officer"), foreign=404),
    "scans.index": Page("/scans", SCANNERS),
    "scans.run": Page("/runs/{done_run}", SCANNERS, foreign=404),
    "scans.progress": Page("/runs/{done_run}/progress", SCANNERS, foreign=404),
    "sources.show": Page("/sources/{source}", SCANNERS, foreign=404),
    "notices.index": Page("/notices", SCANNERS),
    "metrics.index": Page("/metrics", ALL, status=404, nobody=404),  # nobody turned them on
    "audit.index": Page("/audit", ("cpo", "auditor", "operator")),
    "help.index": Page("/help", ALL, nobody=200),
    "help.detection": Page("/help/detection", ALL, nobody=200),
    "help.accessibility": Page("/accessibility", ALL, nobody=200),
    "account.index": Page("/account", ALL),
    "account.proved": Page("/account/proved", ALL),
    "people.index": Page("/people", KEEPERS),
    "people.show": Page("/people/researcher", KEEPERS),
    "groups.index": Page("/groups", KEEPERS),
    "sign_in.show": Page("/sign-in", ALL, nobody=200),
    # These three: there is no identity provider.
    "single_sign_on.begin": Page("/sign-in/sso", ALL, status=303),
    "single_sign_on.callback": Page("/sign-in/sso/callback", ALL, status=303),
    "single_sign_on.leave_there": Page("/sign-in/sso/out", ALL, status=303),
    **matrix_of_the_register.GETS,
    **matrix_of_approvals.GETS,
    **matrix_of_the_queue.GETS,
    **matrix_of_the_reports.GETS,
    **matrix_of_the_quarterly.GETS,
    **matrix_of_review.GETS,
    **matrix_of_shares.GETS,
    **matrix_of_recognizers.GETS,
    **matrix_of_the_inventory.GETS,
    **matrix_of_divisions.GETS,
}
POSTS: dict[str, Change] = {
    "datasets.decide": Change(
        "/datasets/{clients}/columns/{column}/SSN",
        OFFICERS,
        foreign=404,
        data={"verdict": "confirmed", "reason": "", "seen": "full:high.1.0"},
    ),
    "publishing.describe": Change("/datasets/{visits}/description", DESCRIBERS, foreign=404, data={"title": "Visits"}),
    "publishing.publish": Change(
        "/datasets/{clients}/publishing", ("cpo", "officer"), foreign=404, data={"level": "existence"}
    ),
    # These seven: nothing is filled in.
    "reconciliation.declare": Change("/reconciliation/{difference}/declare", OFFICERS, foreign=404, status=400),
    "reconciliation.link": Change("/reconciliation/{difference}/link", OFFICERS, foreign=404, status=400),
    "reconciliation.reject": Change("/reconciliation/{difference}/reject", OFFICERS, foreign=404, status=400),
    "reconciliation.ask": Change("/reconciliation/{difference}/ask", OFFICERS, foreign=404, status=400),
    "reconciliation.answer": Change("/reconciliation/{difference}/answer", DESCRIBERS, foreign=404, status=400),
    "reconciliation.note_exception": Change(
        "/reconciliation/{difference}/exception", OFFICERS, foreign=404, status=400
    ),
    "reconciliation.reopen": Change("/reconciliation/{difference}/reopen", OFFICERS, foreign=404, status=400),
    # They looked at something else.
    "memberships.decide": Change(
        "/memberships/{clients}/BENEFIT_STATUS",
        OFFICERS,
        foreign=404,
        status=409,
        data={"verdict": "confirm", "reason": "so", "seen": "x"},
    ),
    # These two: no file is sent.
    "interchange.check": Change("/register/import/check", OFFICERS, status=400),
    "interchange.take": Change("/register/import", OFFICERS, status=400),
    # These two: it is not gone.
    "orphans.rest": Change("/orphans/datasets/{clients}/rest", OFFICERS, foreign=404, status=409),
    "orphans.settle": Change("/orphans/{column}", OFFICERS, foreign=404, status=409, data={"to": "rest"}),
    "scans.scan": Change("/sources/{source}/scan", ("operator",)),
    "scans.cancel": Change("/sources/{source}/cancel", ("operator",)),
    "sources.pause": Change("/sources/{source}/pause", ("operator",)),
    "sources.resume": Change("/sources/{source}/resume", ("operator",)),
    "sources.test": Change("/sources/{source}/test", ("operator",)),
    "sources.set_schedule": Change(
        "/sources/{source}/schedule", ("operator",), data={"day": "mon", "opens": "22:00", "closes": "06:00"}
    ),
    # These four: it has no schedule, and is not gone.
    "sources.hold": Change("/sources/{source}/hold", ("operator",), status=404, data={"reason": "they move house"}),
    "sources.release": Change("/sources/{source}/release", ("operator",), status=404),
    "sources.unschedule": Change("/sources/{source}/unschedule", ("operator",), status=404),
    "sources.confirm_gone": Change("/sources/{source}/gone", ("operator",), status=409, data={"reason": "closed"}),
    "demo.enter": Change("/sign-in", ALL, nobody=303, data={"person": "researcher"}),
    # Nothing was restored.
    "audit.record_restore": Change("/audit/restored", ("cpo", "auditor"), status=409, data={"reason": "backup"}),
    "policy_reports.add": Change("/policy-reports", ALL, status=204, nobody=204),
    "local.enter": Change("/sign-in/password", ALL, status=403),  # it is switched off
    "account.end": Change("/account/sessions/none/end", ALL, status=404),
    "account.end_others": Change("/account/sessions/end", ALL),
    "people.add": Change("/people", ("cpo", "operator"), data={"account": "new", "name": "New", "role": "auditor"}),
    "people.give": Change("/people/researcher/roles", ("cpo", "operator"), data={"role": "auditor"}),
    "people.end": Change("/people/researcher/roles/{role}/end", ("cpo", "operator"), data={"reason": "left"}),
    "people.end_sessions": Change("/people/researcher/sessions/end", ("cpo", "operator")),
    "groups.give": Change("/groups", ("cpo", "operator"), data={"group": "staff", "role": "auditor"}),
    "groups.end": Change("/groups/1/end", ("cpo", "operator"), status=404, data={"reason": "left"}),  # there is none
    "auth.leave": Change("/sign-out", ALL, nobody=303),
    **matrix_of_the_register.POSTS,
    **matrix_of_divisions.POSTS,
    **matrix_of_approvals.LIGHT,
    **matrix_of_the_queue.LIGHT,
    **matrix_of_the_reports.LIGHT,
    **matrix_of_review.LIGHT,
    **matrix_of_shares.LIGHT,
    **matrix_of_recognizers.LIGHT,
    **matrix_of_recognizers.WEIGHTY,
    **matrix_of_the_inventory.LIGHT,
    **matrix_of_the_inventory.WEIGHTY,
    **matrix_of_approvals.WEIGHTY,
    **matrix_of_the_quarterly.LIGHT,
    **matrix_of_the_quarterly.WEIGHTY,
}
#: What only somebody does who has proved within minutes who they are: every change is listed here or is not weighty.
WEIGHTY = {
    "people.add",
    "people.give",
    "people.end",
    "people.end_sessions",
    "groups.give",
    "groups.end",
    "sources.confirm_gone",
    "publishing.publish",
    "audit.record_restore",
    "interchange.take",
    *matrix_of_approvals.WEIGHTY,
    *matrix_of_recognizers.WEIGHTY,
    *matrix_of_the_quarterly.WEIGHTY,
    *matrix_of_the_inventory.WEIGHTY,
}
#: Changes that are none of these, so that a new route is placed by hand.
LIGHT = {
    "account.end",
    "account.end_others",
    "auth.leave",
    "datasets.decide",
    "demo.enter",
    "interchange.check",
    "local.enter",
    "memberships.decide",
    "orphans.rest",
    "orphans.settle",
    "policy_reports.add",
    "publishing.describe",
    "reconciliation.answer",
    "reconciliation.ask",
    "reconciliation.declare",
    "reconciliation.link",
    "reconciliation.note_exception",
    "reconciliation.reject",
    "reconciliation.reopen",
    "scans.cancel",
    "scans.scan",
    "sources.hold",
    "sources.pause",
    "sources.release",
    "sources.resume",
    "sources.set_schedule",
    "sources.test",
    "sources.unschedule",
    *matrix_of_the_register.POSTS,
    *matrix_of_divisions.POSTS,
    *matrix_of_approvals.LIGHT,
    *matrix_of_the_queue.LIGHT,
    *matrix_of_the_reports.LIGHT,
    *matrix_of_review.LIGHT,
    *matrix_of_shares.LIGHT,
    *matrix_of_recognizers.LIGHT,
    *matrix_of_the_inventory.LIGHT,
    *matrix_of_the_quarterly.LIGHT,
}
#: Who is taken at their word by each change, and so changes something: a city of their own each.
CHANGERS = [(one, who) for one, change in POSTS.items() for who in EVERYBODY if change.expected(who) == 303]


def account(who: str) -> str | None:
    """The account of one of :data:`EVERYBODY`."""
    return {**PEOPLE, FOREIGN: "officer-doh"}.get(who)


def _published(city: City) -> str:
    return published.address(city.catalog.names_key, city.clients)


def _difference(city: City) -> int:
    email = {"dataset": [str(city.clients)], "type": ["EMAIL"]}
    return reconciling.find(ADMIN, city.catalog, email).lines[0].difference.id


def _waiting(city: City) -> str:
    return review_queue.queue(ADMIN, city.catalog, {"agency": ["DSS"]}).lines[0].key


def _role(city: City) -> int:
    with city.catalog.reading() as connection:
        return people.roles_of(connection, "researcher", city.catalog.clock.now())[0].id


def _signed(city: City) -> int:
    page = report_pages.round_page(ADMIN, city.catalog, date(2026, 6, 30))
    return next(line.cycle.id for line in page.cycles if line.agency.id == "DSS")


#: What has to be looked up in the city; all else of an address is an id the city or its law knows.
LOOKED_UP: dict[str, Callable[[City], int | str]] = {
    "published": _published,
    "difference": _difference,
    "waiting": _waiting,
    "role": _role,
    "signed": _signed,
}


def address(template: str, city: City) -> str:
    def known(name: str) -> int | str:
        if name in LOOKED_UP:
            return LOOKED_UP[name](city)
        found: int = getattr(city, name) if hasattr(city, name) else getattr(city.law, name)
        return found

    names = [name for _, name, _, _ in Formatter().parse(template) if name]
    return template.format(**{name: known(name) for name in names})


def test_every_route_is_listed_here(app: Flask) -> None:
    methods = {(r.endpoint, m) for r in app.url_map.iter_rules() for m in r.methods or () if m in {"GET", "POST"}}
    listed = {(endpoint, "GET") for endpoint in GETS} | {(endpoint, "POST") for endpoint in POSTS}
    assert methods - {("static", "GET")} == listed


def test_every_route_declares_an_action(app: Flask) -> None:
    assert set(policy(app)) == set(GETS) | set(POSTS)


def test_every_change_is_weighty_or_not_as_listed_here(app: Flask) -> None:
    assert weighty(app) == WEIGHTY
    assert set(POSTS) == WEIGHTY | LIGHT


@pytest.mark.parametrize("endpoint", GETS)
def test_reading(endpoint: str, city: City, visit: Callable[[str | None], HouseClient]) -> None:
    page = GETS[endpoint]
    where = address(page.address, city)
    statuses = {who: visit(account(who)).get(where).status_code for who in EVERYBODY}
    assert statuses == {who: page.expected(who) for who in EVERYBODY}


@pytest.mark.parametrize("endpoint", POSTS)
def test_being_refused(endpoint: str, city: City, visit: Callable[[str | None], HouseClient]) -> None:
    change = POSTS[endpoint]
    where = address(change.address, city)
    refused = {who: change.expected(who) for who in EVERYBODY if (endpoint, who) not in CHANGERS}
    answers = {who: visit(account(who)).post(where, data=change.data, headers=SAME_ORIGIN) for who in refused}
    assert {who: answer.status_code for who, answer in answers.items()} == refused


@pytest.mark.parametrize(("endpoint", "who"), CHANGERS)
def test_changing(endpoint: str, who: str, own_city: City) -> None:
    change = POSTS[endpoint]
    client = enter(application(own_city.catalog), account(who))
    answer = client.post(address(change.address, own_city), data=change.data, headers=SAME_ORIGIN)
    assert answer.status_code == 303


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
    change = POSTS[endpoint]
    answer = visit("operator").post(address(change.address, city), data=change.data, headers=headers)
    assert answer.status_code == 403
    assert "did not come from a page of this application" in answer.text


def test_an_origin_of_our_own_is_enough_for_browsers_without_fetch_metadata(own_city: City) -> None:
    client = enter(application(own_city.catalog), "operator")
    answer = client.post(f"/sources/{own_city.source}/scan", headers={"Origin": "http://localhost"})
    assert answer.status_code == 303


@pytest.mark.parametrize("endpoint", GETS)
def test_reading_changes_nothing(endpoint: str, city: City, visit: Callable[[str | None], HouseClient]) -> None:
    client, where = visit("cpo"), address(GETS[endpoint].address, city)

    def body() -> str:
        answer = client.get(where)
        nonce = answer.headers["Content-Security-Policy"].split("nonce-")[1].split("'")[0]
        return re.sub(
            r'name="(?:token|shown)" value="[^"]*"|<code>[0-9A-F]{8}</code>', "", answer.text.replace(nonce, "")
        )

    assert body() == body()


@pytest.mark.parametrize("endpoint", GETS)
def test_other_methods_are_refused(endpoint: str, city: City, visit: Callable[[str | None], HouseClient]) -> None:
    where = address(GETS[endpoint].address, city)
    assert visit("cpo").delete(where, headers=SAME_ORIGIN).status_code == 405
