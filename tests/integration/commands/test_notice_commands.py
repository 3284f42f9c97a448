"""``notices`` and ``metrics`` as their timers call them."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from prometheus_client.parser import text_string_to_metric_families

from catalog.errors import CatalogError, DeliveryError, RequestError, SettingsError, SkipReason
from catalog.model.actors import Role
from catalog.model.runs import RunState
from catalog.notice_commands import metrics_command, notices
from catalog.services import notices as noticing
from catalog.services import people, recording, sources
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from tests.support.blank import put_blank
from tests.support.builders import an_agency
from tests.support.mailing import closed_port, mail_server, web_server

Environment = Callable[..., None]


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    def put(**settings: object) -> None:
        for name, value in settings.items():
            monkeypatch.setenv(f"PRIVACY_CATALOG_{name.upper()}", str(value))

    put(data_dir=tmp_path / "catalog", log_level="ERROR")
    put_blank(tmp_path / "catalog")
    return put


def mail_to(port: int) -> dict[str, object]:
    return {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", "mail_from": "catalog@city.example"}


def a_source_failed() -> None:
    actor, catalog = local_administrator(), Catalog.open(Settings.load())
    sources.add_agency(actor, catalog, an_agency())
    people.add_person(actor, catalog, "ops", "Olu", Role.OPERATOR, None, "ops@city.example")
    system = sources.add_system(actor, catalog, "dso", "S")
    source = sources.add_source(actor, catalog, system.id, "shelter", "sqlite", {"path": "/x.db"})
    run = recording.begin(actor, catalog, source.id, 1)
    run = recording.finish(actor, catalog, run, RunState.FAILED, SkipReason.UNREACHABLE)
    with catalog.changing(actor, "test", "test") as change:
        noticing.after_run(change, catalog, run)
    catalog.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(notices, arguments)


def refusal(result: Result) -> CatalogError:
    assert isinstance(result.exception, CatalogError)
    return result.exception


def test_a_failure_is_listed_sent_once_and_the_watchman_hears_of_it(environment: Environment) -> None:
    with mail_server() as box, web_server() as watchman:
        environment(**mail_to(box.port), heartbeat_url=watchman.url)
        a_source_failed()
        first, second = run("send", "--json"), run("send", "--json")
    assert json.loads(first.output) == {"noticed": 0, "sent": 1, "failed": 0, "given_up": 0, "heartbeat": True}
    assert json.loads(second.output)["sent"] == 0
    assert box.readers == ["ops@city.example"]
    assert len(watchman.got) == 2
    (row,) = json.loads(run("list", "--json").output)
    assert (row["kind"], row["agency"], row["source"]) == ("source_failed", "dso", "shelter")
    assert "could not be reached" in row["says"]
    assert "could not be read" in " ".join(run("list").output.split())


def test_who_cannot_tell_anybody_says_so_and_the_watchman_hears_nothing(environment: Environment) -> None:
    with web_server() as watchman:
        environment(**mail_to(closed_port()), heartbeat_url=watchman.url)
        a_source_failed()
        sent = run("send")
    assert sent.exit_code == DeliveryError.exit_code == 14
    assert "1 to be tried again" in sent.output
    assert watchman.got == []
    assert "Deliveries waiting: 1, given up: 0." in run("list").output


def test_nothing_to_tell_is_said(environment: Environment) -> None:
    assert "nothing to tell" in run("list").output
    assert run("send").exit_code == 0


def test_trials_arrive(environment: Environment) -> None:
    with mail_server() as box, web_server() as hook:
        environment(**mail_to(box.port), webhook_url=hook.url)
        assert run("test", "--to", "ada@city.example", "--webhook").exit_code == 0
    assert box.readers == ["ada@city.example"]
    assert json.loads(hook.got[0][3])["kind"] == "trial"


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (("test",), RequestError),
        (("test", "--to", "ada@city.example"), SettingsError),
        (("test", "--webhook"), SettingsError),
    ],
)
def test_a_trial_that_cannot_be_made_says_why(arguments: tuple[str, ...], kind: type[CatalogError]) -> None:
    assert isinstance(refusal(run(*arguments)), kind)


def test_a_trial_to_no_address_is_refused(environment: Environment) -> None:
    environment(**mail_to(closed_port()))
    assert isinstance(refusal(run("test", "--to", "ada@city.example\nBcc: x@y.example")), RequestError)
    assert isinstance(refusal(run("test", "--to", "ada@city.example")), DeliveryError)


def test_the_figures_can_be_read_by_the_textfile_collector() -> None:
    a_source_failed()
    printed = CliRunner().invoke(metrics_command).output
    families = {family.name for family in text_string_to_metric_families(printed)}
    assert {"privacy_catalog_sources", "privacy_catalog_deliveries"} <= families
    assert printed.endswith("\n")


def test_figures_have_no_more_sources_than_agreed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("catalog.services.metrics.MOST_SOURCES", 1)
    a_source_failed()
    with sqlite3.connect(tmp_path / "catalog" / "catalog.db") as connection:
        connection.execute("INSERT INTO sources SELECT 2, system_id, 'more', kind, options, created_at FROM sources")
    printed = CliRunner().invoke(metrics_command).output
    assert "privacy_catalog_sources_left_out 1.0" in printed
    assert 'source="more"' not in printed
