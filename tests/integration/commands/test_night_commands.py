"""``schedule`` and ``run``: setting when sources are scanned, and steering what goes on."""

import json
from pathlib import Path

import pytest

from catalog.errors import RequestError
from catalog.model.runs import PauseReason
from catalog.night_commands import days_of
from catalog.services import recording
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from tests.integration.commands.test_commands import Run, run, source  # noqa: F401  # fixtures


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-sun", "mon tue wed thu fri sat sun"),
        ("mon-fri", "mon tue wed thu fri"),
        ("sun, sat", "sat sun"),
        ("Fri-Mon", "mon fri sat sun"),
        ("wed", "wed"),
    ],
)
def test_days_are_read_as_people_write_them(text: str, days: str) -> None:
    assert " ".join(days_of(text)) == days


@pytest.mark.parametrize("text", ["", "monday", "mon-", "mon-fri-sun", "1-5"])
def test_what_is_no_day_is_told(text: str) -> None:
    with pytest.raises(RequestError):
        days_of(text)


def test_schedules_are_set_listed_held_and_removed(run: Run, source: Path) -> None:  # noqa: F811  # the fixtures above
    run("init")
    run("source", "add", "clients", "--kind", "sqlite", "--agency", "dso", "--agency-name", "S", "-o", f"path={source}")
    assert "only when asked" in run("schedule", "list")[1]
    code, out, _ = run("schedule", "set", "clients", "--days", "mon-fri", "--opens", "00:00", "--closes", "00:00",
                       "--seconds", "600", "--active", "0")  # fmt: skip
    assert (code, out.startswith("clients: its window opens")) == (0, True)
    run("schedule", "hold", "clients", "--reason", "They move")
    (told,) = json.loads(run("schedule", "list", "--json")[1])
    assert (told["days"], told["window"], told["on_hold"]) == ("mon,tue,wed,thu,fri", "00:00-00:00", "They move")
    assert told["seconds_today"] == "0.0 of 600"
    run("schedule", "release", "clients")
    assert json.loads(run("schedule", "list", "--json")[1])[0]["on_hold"] == ""
    assert run("schedule", "remove", "clients")[0] == 0
    code, _, err = run("schedule", "hold", "clients", "--reason", "again")
    assert (code, "it has no schedule" in err) == (2, True)
    code, _, err = run("schedule", "set", "clients", "--opens", "ten")
    assert (code, "it is not HH:MM" in err) == (2, True)


def test_what_is_due_is_scanned_once_and_runs_are_steered(run: Run, source: Path) -> None:  # noqa: F811  # as above
    run("init")
    run("source", "add", "clients", "--kind", "sqlite", "--agency", "dso", "--agency-name", "S", "-o", f"path={source}")
    assert "Nothing is due now" in run("scan", "--due")[1]
    assert "Nothing has been scanned yet" in run("run", "list")[1]
    run("schedule", "set", "clients", "--opens", "00:00", "--closes", "00:00")
    (told,) = json.loads(run("scan", "--due", "--json")[1])
    assert (told["source"], told["state"], told["looked_at"]) == ("clients", "done", 1)
    assert json.loads(run("scan", "--due", "--json")[1]) == []
    (listed,) = json.loads(run("run", "list", "--json")[1])
    assert (listed["state"], listed["done"], listed["due"]) == ("done", 1, 1)
    for action in ("pause", "resume", "cancel"):
        code, _, err = run("run", action, "clients")
        assert (code, "no run of it" in err) == (2, True)
    assert run("run", "pause", "nobody")[0] == 2


def test_a_run_that_is_there_is_steered(run: Run, source: Path, tmp_path: Path) -> None:  # noqa: F811  # as above
    run("init")
    run("source", "add", "clients", "--kind", "sqlite", "--agency", "dso", "--agency-name", "S", "-o", f"path={source}")
    catalog, actor = Catalog.open(Settings(data_dir=tmp_path / "data")), local_administrator()
    begun = recording.begin(actor, catalog, 1, seed=1)
    assert run("run", "resume", "clients")[0] == 2, "it does not wait"
    for action in ("pause", "cancel"):
        assert f"Asked to {action} the run of clients" in run("run", action, "clients")[1]
    recording.pause(actor, catalog, begun, PauseReason.ALLOWANCE)
    assert "Asked to resume" in run("run", "resume", "clients")[1]
    (listed,) = json.loads(run("run", "list", "--json")[1])
    assert listed["waits_for"] == "allowance"


def test_what_is_not_given_stays_as_it_was_set(run: Run, source: Path) -> None:  # noqa: F811  # as above
    run("init")
    run("source", "add", "clients", "--kind", "sqlite", "--agency", "dso", "--agency-name", "S", "-o", f"path={source}")
    run("schedule", "set", "clients", "--days", "sat", "--seconds", "600")
    run("schedule", "set", "clients", "--opens", "15:00")
    (told,) = json.loads(run("schedule", "list", "--json")[1])
    assert (told["days"], told["window"], told["seconds_today"]) == ("sat", "15:00-06:00", "0.0 of 600")
    run("schedule", "set", "clients", "--seconds", "0")
    assert json.loads(run("schedule", "list", "--json")[1])[0]["seconds_today"] == "0.0"
