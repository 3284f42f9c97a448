"""The command line as its users meet it: answers, JSON for programs, exit codes, and never a traceback."""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import click
import pytest
import structlog

from catalog import cli, plugins
from catalog.errors import RequestError, SettingsError
from catalog.services import setup
from catalog.settings import Settings
from tests.support.recognisers import CARDS

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Run the command line in a data folder of its own: exit code, standard output, standard error."""
    monkeypatch.setenv("PRIVACY_CATALOG_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["privacy-catalog", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        return int(ended.value.code or 0), told.out, told.err

    yield call
    structlog.reset_defaults()  # the command line bound the log to a stream that ends with this test


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "clients.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE clients (client_ssn TEXT, amount INTEGER)")
    rows = [(f"{100 + i:03d}-{10 + i % 80:02d}-{1000 + i:04d}", i) for i in range(200)]
    connection.executemany("INSERT INTO clients VALUES (?, ?)", rows)
    connection.commit()
    connection.close()
    return path


def test_from_nothing_to_why(run: Run, source: Path) -> None:
    assert run("init")[0] == 0
    added = run("source", "add", "clients", "--kind", "sqlite", "--agency", "dso", "--agency-name", "Shelter",
                "-o", f"path={source}")  # fmt: skip
    assert added[0] == 0, added
    code, out, _ = run("scan", "--json")
    assert code == 0
    assert [(line["state"], line["looked_at"]) for line in json.loads(out)] == [("done", 1)]
    code, out, _ = run("search", "--json", "type:SSN")
    assert [line["dataset"] for line in json.loads(out)] == ["clients"]
    code, out, _ = run("explain", "--json", "dso/clients/clients/client_ssn")
    (column,) = json.loads(out)
    assert column["tags"][0]["type"] == "SSN"
    assert column["tags"][0]["reasons"]
    assert column["different_values"] == "100 to 999"
    assert "without the column name" in run("explain", "clients")[1]
    assert "People: 100 to 999" in run("explain", "clients")[1]
    assert json.loads(run("audit", "verify", "--json")[1])["broken_at"] is None
    assert "fit" in run("audit", "verify")[1]
    assert run("index", "rebuild")[0] == 0
    assert run("db", "upgrade")[0] == 0
    assert "done" in run("scan", "--source", "clients")[1]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["search", "x"], 11, "privacy-catalog init"),
        (["scan"], 11, "privacy-catalog init"),
        (["audit", "verify"], 11, "privacy-catalog init"),
        (["init", "--template", "nowhere"], 2, "nyc"),
        (["no-such-command"], 2, "No such command"),
        (["search"], 2, "Missing argument"),
        (["search", "x", "--limit", "0"], 2, "range"),
        (["scan", "--workers", "1000"], 2, "range"),
    ],
)
def test_mistakes_are_one_sentence_and_an_exit_code(run: Run, arguments: list[str], code: int, says: str) -> None:
    ended, out, err = run(*arguments)
    assert ended == code
    assert says in out + err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["explain", "nothing/like/this"], "no dataset fits"),
        (["scan", "--source", "nobody"], "there is no such source"),
        (["source", "test", "nobody"], "there is no such source"),
    ],
)
def test_unknown_names_are_told_with_the_next_step(run: Run, arguments: list[str], says: str) -> None:
    run("init")
    code, _, err = run(*arguments)
    assert code == 2
    assert says in err


def test_a_source_that_fails_does_not_keep_the_others_from_their_turn(run: Run, source: Path, tmp_path: Path) -> None:
    run("init")
    for name, path in (("gone", tmp_path / "gone.db"), ("clients", source)):
        run("source", "add", name, "--kind", "sqlite", "--agency", "dso", "--agency-name", "Shelter",
            "-o", f"path={path}")  # fmt: skip
    code, out, _ = run("scan", "--json")
    assert code == 12
    states = {line["source"]: (line["state"], line["reason"]) for line in json.loads(out)}
    assert states["clients"] == ("done", "")
    assert states["gone"][0] == "failed"
    assert states["gone"][1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "99999999"),
        ("PORT", "eighty"),
        ("SAMPLE_ROWS", "-3"),
        ("LOG_LEVEL", "LOUD"),
        ("WORKERS", "0"),
        ("WORKER", "3000"),
    ],
)
def test_an_absurd_setting_is_named_without_its_value(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"PRIVACY_CATALOG_{name}", value)
    code, _, err = run("doctor")
    assert code == SettingsError.exit_code
    assert f"PRIVACY_CATALOG_{name}" in err
    assert value not in err


def test_a_database_that_is_none_is_told_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "catalog.db").write_text("this is no database, whoever wrote secret-word in it")
    code, _, err = run("search", "x")
    assert code == 11
    assert "secret-word" not in err
    assert "catalog.db: it is no database" in err


def test_a_folder_that_cannot_be_made_is_named(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("PRIVACY_CATALOG_DATA_DIR", str(tmp_path / "file" / "data"))
    code, _, err = run("init")
    assert code == SettingsError.exit_code
    assert "it cannot be made" in err


def test_people_may_be_added_and_an_officer_needs_an_agency(run: Run) -> None:
    run("init", "--template", "nyc")
    assert run("people", "add", "ada", "--name", "Ada Cole", "--role", "cpo")[1].startswith("Ada Cole may act as Chief")
    assert run("people", "add", "ben", "--name", "Ben", "--role", "officer", "--agency", "dhs")[0] == 0
    for wrong in (["officer"], ["officer", "--agency", "nowhere"], ["cpo", "--agency", "dhs"]):
        assert run("people", "add", "eve", "--name", "Eve", "--role", *wrong)[0] == 2


def test_doctor_says_what_to_mend_and_then_that_all_is_well(run: Run) -> None:
    code, out, _ = run("doctor")
    assert code == SettingsError.exit_code
    assert "privacy-catalog init" in out
    run("init", "--template", "nyc")
    code, out, _ = run("doctor", "--json")
    assert code == 0
    assert all(check["ok"] for check in json.loads(out))


def test_doctor_notices_that_nobody_has_checked_the_audit_log_for_days(run: Run, tmp_path: Path) -> None:
    run("init")
    run("doctor")
    with sqlite3.connect(tmp_path / "data" / "catalog.db") as connection:
        connection.execute("UPDATE audit_checks SET at = '2020-01-01 00:00:00.000000'")
    code, out, _ = run("doctor", "--json")
    assert code == SettingsError.exit_code
    assert [check["check"] for check in json.loads(out) if not check["ok"]] == ["audit check"]


def test_anchors_that_are_gone_end_a_check_and_are_begun_anew_only_with_a_reason(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchors = tmp_path / "anchors"
    monkeypatch.setenv("PRIVACY_CATALOG_ANCHORS", str(anchors))
    run("init")
    assert run("audit", "verify")[0] == 0
    anchors.unlink()
    code, out, _ = run("audit", "verify", "--from", "2")
    assert (code, anchors.exists()) == (11, False)
    assert "The anchors are gone" in out
    assert run("audit", "anchor")[0] == 11
    assert [check["check"] for check in json.loads(run("doctor", "--json")[1]) if not check["ok"]] == ["anchors"]
    assert "A new file of them was begun" in run("audit", "restored", "--reason", "another disk")[1]
    code, out, _ = run("audit", "verify")
    assert code == 0
    assert "records that the anchors were lost or moved" in out


def test_doctor_names_the_line_of_the_anchors_that_nobody_understands(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRIVACY_CATALOG_ANCHORS", str(tmp_path / "anchors"))
    run("init")
    run("audit", "anchor")
    with (tmp_path / "anchors").open("a") as file:
        file.write("not an anchor\n")
    told = {check["check"]: check["says"] for check in json.loads(run("doctor", "--json")[1])}
    assert "nobody understands line 3 of their file" in told["anchors"]


def test_anchors_have_a_whole_path(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACY_CATALOG_ANCHORS", "anchors.jsonl")
    code, _, err = run("init")
    assert code == SettingsError.exit_code
    assert "Setting PRIVACY_CATALOG_ANCHORS: it must be a whole path" in err


def test_a_part_of_the_audit_log_that_is_none_ends_as_a_mistake_and_doctor_says_what_does_not_fit(
    run: Run, tmp_path: Path
) -> None:
    run("init")
    assert run("audit", "verify", "--from", "5000")[0] == 2
    with sqlite3.connect(tmp_path / "data" / "catalog.db") as connection:
        connection.execute("UPDATE audit_head SET sequence = sequence + 1")
    (told,) = [check for check in json.loads(run("doctor", "--json")[1]) if not check["ok"]]
    assert (told["check"], told["says"][:13]) == ("audit log", "Entries after")


def test_doctor_notices_a_data_folder_that_others_may_open(run: Run, tmp_path: Path) -> None:
    run("init")
    (tmp_path / "data").chmod(0o755)
    code, out, _ = run("doctor", "--json")
    assert code == SettingsError.exit_code
    assert [check["check"] for check in json.loads(out) if not check["ok"]] == ["data folder"]


def test_doctor_notices_that_no_operator_would_hear_of_anything(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("init")
    run("people", "group", "add", "operators", "operator")
    run("people", "add", "ada", "--name", "Ada Cole", "--role", "cpo", "--email", "ada@city.example")
    monkeypatch.setenv("PRIVACY_CATALOG_SMTP_HOST", "mail.city.example")
    monkeypatch.setenv("PRIVACY_CATALOG_MAIL_FROM", "catalog@city.example")
    code, out, _ = run("doctor", "--json")
    assert code == SettingsError.exit_code
    assert [check["check"] for check in json.loads(out) if not check["ok"]] == ["notices"]
    run("people", "add", "ben", "--name", "Ben Ortiz", "--role", "operator", "--email", "ben@city.example")
    assert run("doctor", "--json")[0] == 0


def test_an_unexpected_fault_has_a_reference_and_no_words_of_its_own(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_settings: Settings, _template: str | None) -> None:
        raise RuntimeError("Jane Canary 078-05-1120")

    monkeypatch.setattr(setup, "init", broken)
    code, out, err = run("init")
    assert code == 1
    assert "Unexpected fault" in err
    assert "Canary" not in out + err


def test_a_command_without_a_policy_does_not_start(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def rogue() -> None:
        click.echo("ran")

    monkeypatch.setattr(plugins, "names", lambda _: ("rogue",))
    monkeypatch.setattr(plugins, "load", lambda *_: rogue)
    code, out, err = run("rogue")
    assert code == SettingsError.exit_code
    assert "policy" in err
    assert "ran" not in out


def test_every_installed_command_declares_a_policy_and_has_help(run: Run) -> None:
    for name in plugins.names("commands"):
        code, out, _ = run(name, "--help")
        assert code == 0
        assert out.startswith("Usage: ")


def test_a_plugin_whose_extra_is_missing_is_disabled_because(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("oracle", "no_such_driver.module:Connector", "privacy_catalog.connectors")
    monkeypatch.setattr(plugins, "_points", lambda _: (point,))
    with pytest.raises(SettingsError, match="no_such_driver is not installed"):
        plugins.load("connectors", "oracle")
    with pytest.raises(RequestError, match="Choose one of: oracle"):
        plugins.load("connectors", "mainframe")


def test_names_cannot_act_on_a_terminal(run: Run, tmp_path: Path) -> None:
    assert cli._plain("\x1b[31mred\x07[bold]") == "�\\[31mred�\\[bold]"


def test_a_citys_own_recognisers_are_kept_tried_and_put_in_use(run: Run, tmp_path: Path) -> None:
    file, wrong = tmp_path / "cards.yaml", tmp_path / "wrong.yaml"
    file.write_text(CARDS)
    wrong.write_text(CARDS.replace("QX-1", "QX-000124"))
    loans = tmp_path / "loans.csv"
    loans.write_text("ref,days\n" + "".join(f"QX-{n:06},{n % 9}\n" for n in range(60)))
    run("init")
    assert run("recognizer", "check", str(file))[0] == 0
    code, _, error = run("recognizer", "check", str(file), str(wrong))
    assert (code, "no_match example 1" in error) == (2, True)
    (told,) = json.loads(run("recognizer", "try", str(file), str(loans), "--json")[1])
    assert {"table": "loans.csv", "column": "ref", "would be": "newly suggested"}.items() <= told.items()
    assert run("recognizer", "use", "Cards")[0] == 2  # nothing was kept
    assert run("recognizer", "add", "Cards", str(file))[0] == 2  # and there is no source to try it on
    assert run("recognizer", "use", "Cards")[0] == 2
    assert "Library card" not in run("recognizer", "list")[1]


def test_a_file_of_recognisers_is_looked_for_where_it_is_named(run: Run, tmp_path: Path) -> None:
    file, loans = tmp_path / "cards.yaml", tmp_path / "loans.csv"
    file.write_text(CARDS)
    loans.write_text("ref,days\n" + "".join(f"QX-{n:06},{n % 9}\n" for n in range(60)))
    (table,) = json.loads(run("classify", str(loans), "--recognizers", str(file), "--json")[1])["tables"]
    assert [finding["type"] for finding in table["columns"][0]["findings"]] == ["CASE_ID"]
