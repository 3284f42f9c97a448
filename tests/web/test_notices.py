"""The page of notices, the alarm on the first page, and the figures for Prometheus."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from catalog.errors import DeliveryError
from catalog.model.notices import Notice, NoticeKind
from catalog.model.runs import PauseReason
from catalog.services import deliveries, notices, people, recording, schedules
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.services.deliveries import Senders
from catalog.services.schedules import Terms
from tests.support.browsing import application, enter
from tests.support.builders import FixedClock
from tests.support.city import ADMIN, City


def noticed(city: City, kind: NoticeKind, source_id: int, **about: object) -> None:
    now = datetime.now(UTC)
    notice = replace(Notice(0, f"{kind}:{source_id}", kind, None, source_id, None, None, (), None, now), **about)  # type: ignore[arg-type]  # fields of a notice
    city.catalog.note(lambda connection: notices.tell(connection, city.catalog, notice))


def given_up(city: City) -> City:
    """A notice to the operator that was given up."""
    settings = city.catalog.settings.model_copy(update={"smtp_host": "127.0.0.1", "mail_from": "catalog@city.example"})
    catalog = replace(city.catalog, settings=settings)
    people.add_person(ADMIN, catalog, "operator", "Sam Ortiz", people.Role.OPERATOR, None, "sam@city.example")
    made = replace(city, catalog=catalog)
    noticed(made, NoticeKind.SOURCE_FAILED, city.source)

    def refuse(*_: object) -> None:
        raise DeliveryError("The mail server", "it refused the address", "", is_final=True)

    deliveries.send(ADMIN, catalog, Senders(refuse, refuse, lambda: 0.5))
    return made


def test_who_has_nothing_to_be_told_is_told_so(own_city: City) -> None:
    page = enter(application(own_city.catalog), "officer-doh").get("/notices")
    assert "Nothing to tell" in page.text


def test_each_person_sees_the_notices_that_concern_them(own_city: City) -> None:
    noticed(own_city, NoticeKind.SENSITIVE_TYPE, own_city.source, dataset_id=own_city.clients, type_codes=("SSN",))
    app = application(own_city.catalog)
    for person, seen in (("cpo", True), ("officer-dss", True), ("officer-doh", False), ("operator", True)):
        assert ("client_master" in enter(app, person).get("/notices").text) is seen
    officers = enter(app, "officer-dss").get("/notices").text
    assert "Social Security number" in officers
    assert f'href="/datasets/{own_city.clients}"' in officers
    assert f'href="/datasets/{own_city.clients}"' not in enter(app, "operator").get("/notices").text


def test_the_notices_can_be_taken_away_as_files(own_city: City) -> None:
    noticed(own_city, NoticeKind.SET_ASIDE, own_city.source, dataset_id=own_city.visits)
    client = enter(application(own_city.catalog), "operator")
    row = json.loads(client.get("/notices?format=json").text)["rows"][0]
    assert (row["kind"], row["dataset"], row["agency"]) == ("set_aside", "home_visits", "DSS")
    assert "home_visits" in client.get("/notices?format=csv").text


def test_what_was_given_up_is_on_the_operators_pages_only(own_city: City) -> None:
    app = application(given_up(own_city).catalog)
    page = enter(app, "operator").get("/notices").text
    assert "1 notice was given up" in page
    assert "it refused the address" in page
    assert "five tries" not in page, "it was tried once"
    assert "Sam Ortiz" in page
    assert "1 notice did not reach" in enter(app, "operator").get("/").text
    assert "given up" not in enter(app, "cpo").get("/notices").text
    assert "Somebody has to look" not in enter(app, "cpo").get("/").text


def test_notices_that_nobody_sends_are_on_the_operators_first_page(own_city: City) -> None:
    settings = own_city.catalog.settings.model_copy(update={"webhook_url": "http://127.0.0.1:9/"})
    clock = FixedClock()
    clock.time = datetime.now(UTC)
    made = replace(own_city, catalog=replace(own_city.catalog, settings=settings, clock=clock))
    noticed(made, NoticeKind.SOURCE_FAILED, own_city.source)
    app = application(made.catalog)
    assert "waited for more than a day" not in enter(app, "operator").get("/").text
    clock.time += timedelta(days=1, minutes=1)
    assert "1 delivery of" in enter(app, "operator").get("/").text
    assert "waited for more than a day" not in enter(app, "cpo").get("/").text


def silent(city: City) -> City:
    """A city whose first source has a schedule and was not heard of for two nights."""
    clock = FixedClock()
    clock.time = datetime.now(UTC)
    catalog = replace(city.catalog, clock=clock)
    schedules.put(ADMIN, catalog, city.source, Terms(opens=time(22), closes=time(6)))
    clock.time += timedelta(days=2)
    return replace(city, catalog=catalog)


def test_silence_is_loud_on_the_first_page_for_whom_it_concerns(own_city: City) -> None:
    app = application(silent(own_city).catalog)
    for person in ("operator", "cpo", "officer-dss"):
        assert "Nothing was heard of" in enter(app, person).get("/").text
    for person in ("officer-doh", "researcher"):
        assert "Nothing was heard of" not in enter(app, person).get("/").text
    assert 'role="alert"' in enter(app, "operator").get("/").text


def test_a_source_that_is_always_busy_is_loud_and_says_why(own_city: City) -> None:
    made = silent(own_city)
    busy = recording.begin(ADMIN, made.catalog, own_city.source, 1)
    recording.pause(ADMIN, made.catalog, busy, PauseReason.BUSY)
    page = enter(application(made.catalog), "operator").get("/").text
    assert "Nothing was heard of" in page
    assert "Its scan waits: the source was busy" in page
    assert "Is the scan side running?" not in page


def test_a_city_in_order_raises_no_alarm(own_city: City) -> None:
    assert "Somebody has to look" not in enter(application(own_city.catalog), "operator").get("/").text


def with_token(city: City, reference: str) -> Catalog:
    return replace(city.catalog, settings=city.catalog.settings.model_copy(update={"metrics_token": reference}))


def figures(catalog: Catalog, header: str | None) -> tuple[int, str]:
    headers = {"Authorization": header} if header is not None else {}
    answer = application(catalog).test_client().get("/metrics", headers=headers)
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("reference", "header"),
    [
        ("", "Bearer "),
        ("", "Bearer open-sesame"),
        ("env:SCRAPE", None),
        ("env:SCRAPE", "Bearer"),
        ("env:SCRAPE", "Bearer wrong"),
        ("env:SCRAPE", "Bearer öpen"),
        ("env:SCRAPE", "Basic open-sesame"),
        ("env:SCRAPE", "open-sesame"),
        ("env:NOT_SET", "Bearer open-sesame"),
        ("env:NOT_SET", "Bearer "),
    ],
)
def test_without_the_token_there_are_no_figures(
    reference: str, header: str | None, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRAPE", "open-sesame")
    status, text = figures(with_token(city, reference), header)
    assert status == 404
    assert "privacy_catalog" not in text


def test_with_the_token_prometheus_reads_its_figures(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRAPE", "open-sesame")
    catalog = with_token(city, "env:SCRAPE")
    answer = application(catalog).test_client().get("/metrics", headers={"Authorization": "Bearer open-sesame"})
    assert answer.content_type.startswith("text/plain; version=")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    states = {sample.labels["state"]: sample.value for sample in families["privacy_catalog_sources"].samples}
    assert (states["done"], states["failed"], states["scanning"], states["never"]) == (1, 1, 1, 0)
    looks = {sample.labels["look"]: sample.value for sample in families["privacy_catalog_datasets"].samples}
    assert looks == {"scanned": 4, "could_not_look": 1, "not_scanned": 1, "partly": 0}
    (due,) = families["privacy_catalog_run_datasets_due"].samples
    assert (due.labels["source"], due.value) == ("doh-clinics", 2)
    (age,) = families["privacy_catalog_source_last_complete_run_age_seconds"].samples
    assert age.labels["source"] == "dss-cases"
    assert 0 <= age.value < 3600
    waiting = {sample.labels["state"]: sample.value for sample in families["privacy_catalog_deliveries"].samples}
    assert waiting == {"waiting": 0, "given_up": 0}
    (info,) = families["privacy_catalog_info"].samples
    assert info.labels["schema"]
    for name in ("decisions_waiting", "decisions_reopened", "audit_entries", "sources_left_out"):
        assert len(families[f"privacy_catalog_{name}"].samples) == 1
    assert "client_master" not in answer.text
    assert local_administrator().name not in answer.text
