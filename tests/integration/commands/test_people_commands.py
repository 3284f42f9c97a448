"""``people``: accounts, roles, groups, sessions and passwords, from the machine itself."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import click
import pyotp
import pytest
import structlog

from catalog import cli
from catalog.model.sessions import Door
from catalog.services import local_sign_in, sessions, sources
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from tests.support.blank import put_blank
from tests.support.builders import an_agency

Run = Callable[..., tuple[int, str, str]]
PASSWORD = "river lamp eleven canoe"
CODE = "the code of the moment"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    put_blank(tmp_path / "data")
    opened = Catalog.open(Settings.load(data_dir=tmp_path / "data"))
    yield opened
    opened.close()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], catalog: Catalog) -> Iterator[Run]:
    """Run a ``people`` command over the catalog: exit code, standard output, standard error."""
    monkeypatch.setenv("PRIVACY_CATALOG_DATA_DIR", str(catalog.settings.data_dir))
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["privacy-catalog", "people", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        return int(ended.value.code or 0), told.out, told.err

    call("add", "ada", "--name", "Ada Cole", "--role", "cpo")
    call("add", "ben", "--name", "Ben Ortiz", "--role", "operator")
    yield call
    structlog.reset_defaults()  # the command line bound the log to a stream that ends with this test


def listed(run: Run, *command: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run(*command, "--json")[1])
    return found


def answering(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """What a person at the terminal says, in order; :data:`CODE` is what their app shows by then."""
    said = iter(answers)
    keys: list[str] = []
    real = local_sign_in.new_key
    monkeypatch.setattr(local_sign_in, "new_key", lambda: keys.append(real()) or keys[-1])

    def prompt(*_: object, **__: object) -> str:
        answer = next(said)
        return pyotp.TOTP(keys[-1]).now() if answer == CODE else answer

    monkeypatch.setattr(click, "prompt", prompt)


@pytest.mark.parametrize("named", ["bld-1", "DOB", "dob"])
def test_an_agency_is_named_by_id_or_short_name(named: str, run: Run, catalog: Catalog) -> None:
    sources.add_agency(local_administrator(), catalog, replace(an_agency("BLD-1", "Buildings"), acronym="DOB"))
    assert run("add", "cy", "--name", "Cy Lund", "--role", "officer", "--agency", named)[0] == 0
    assert {row["account"]: row["roles"] for row in listed(run, "list")}["cy"] == ["officer of BLD-1"]
    assert run("end", "cy", "officer", "--agency", named, "--reason", "left")[0] == 0
    assert "Ids like it: BLD-1." in run("add", "cy", "--name", "Cy", "--role", "officer", "--agency", "DOBB")[2]


def test_people_are_listed_and_roles_end(run: Run, catalog: Catalog) -> None:
    sessions.begin(catalog, "ben", Door.SINGLE_SIGN_ON)
    rows = {row["account"]: row for row in listed(run, "list")}
    assert rows["ben"] | {"last_sign_in": ""} == {
        "account": "ben", "name": "Ben Ortiz", "roles": ["operator"], "last_sign_in": "", "by": "single_sign_on",
    }  # fmt: skip
    assert rows["ben"]["last_sign_in"]
    assert run("end", "ben", "operator", "--reason", "left")[0] == 0
    code, _, err = run("end", "ada", "auditor", "--reason", "left")
    assert (code, "The role Auditor: this account does not have it. It has: cpo." in err) == (2, True)
    assert run("end", "ben", "operator", "--reason", "left")[0] == 2
    assert run("end", "ada", "cpo", "--reason", "left")[2].count("the last") == 1
    assert "Ada Cole" in run("list")[1]


def test_groups_are_given_roles(run: Run) -> None:
    assert "No group has a role" in run("group", "list")[1]
    assert run("group", "add", "Privacy team", "auditor")[0] == 0
    (row,) = listed(run, "group", "list")
    assert (row["group"], row["role"], row["given_by"]) == ("Privacy team", "auditor", "local")
    assert "It has: auditor." in run("group", "end", "Privacy team", "operator", "--reason", "dissolved")[2]
    assert run("group", "end", "Privacy team", "auditor", "--reason", "dissolved")[0] == 0
    assert listed(run, "group", "list") == []


def test_no_column_of_a_list_is_cut_off_on_a_narrow_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("group", "add", "privacy-catalog-agency-officers-of-social-services", "auditor")
    monkeypatch.setenv("COLUMNS", "80")
    out = run("group", "list")[1]
    assert "given by" in out
    assert "privacy-catalog-agency-officers-" in out


def test_somebody_is_signed_out_everywhere(run: Run, catalog: Catalog) -> None:
    token = sessions.begin(catalog, "ben", Door.SINGLE_SIGN_ON)
    assert "1 sessions of ben ended" in run("sessions", "end", "ben")[1]
    assert sessions.visit(catalog, token) is None
    assert run("sessions", "end", "nobody")[0] == 2


def test_a_password_and_a_key_are_given_on_the_terminal(
    run: Run, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, PASSWORD, CODE)
    code, out, _ = run("local", "ben")
    assert out.startswith("A password has 15 to ")
    assert code == 0
    assert "otpauth://totp/Privacy%20Catalog:ben?" in out
    assert "switched off" in out
    assert PASSWORD not in out
    assert local_sign_in.has_credential(catalog, "ben")
    assert run("local", "ben", "--remove")[0] == 0
    assert not local_sign_in.has_credential(catalog, "ben")
    assert run("local", "ben", "--remove")[0] == 2


@pytest.mark.parametrize(("account", "answers"), [("ben", ["short"]), ("ben", [PASSWORD, "000000"]), ("nobody", [])])
def test_nothing_is_stored_of_what_does_not_fit(
    run: Run, catalog: Catalog, monkeypatch: pytest.MonkeyPatch, account: str, answers: list[str]
) -> None:
    answering(monkeypatch, *answers)
    assert run("local", account)[0] == 2
    assert not local_sign_in.has_credential(catalog, account)
