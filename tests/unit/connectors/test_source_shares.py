"""The command ``source`` for shares on other machines."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.errors import CatalogError, RequestError, SourceError
from catalog.services import sources
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from connectors.cli import source
from tests.support.blank import put_blank
from tests.support.bounds import EGRESS
from tests.support.sftp_server import SftpServer, throwaway_sftp

HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGCd1TgHvR5Vw8Tt4rj5RZk2JcVn0j7c2lQ6oJm1h7hM"
SFTP = {"host": "127.0.0.1", "user": "reader", "host_key": HOST_KEY, "path": "exports", "key": "env:KEY"}
S3 = {"bucket": "exports", "access_key": "AKIDSYNTHETIC", "secret_key": "env:KEY", "endpoint": "http://127.0.0.1:9"}
AZURE = {"account": "citydata", "container": "exports", "endpoint": "http://127.0.0.1:9/citydata", "key": "env:KEY"}
SMB = {"host": "127.0.0.1", "share": "exports", "user": "reader", "password": "env:KEY"}
KINDS = {"sftp": SFTP, "s3": S3, "azure": AZURE, "smb": SMB}


@pytest.fixture(scope="module")
def server() -> Iterator[SftpServer]:
    with throwaway_sftp() as running:
        yield running


@pytest.fixture(autouse=True)
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    monkeypatch.setenv("PRIVACY_CATALOG_DATA_DIR", str(tmp_path / "catalog"))
    monkeypatch.setenv("PRIVACY_CATALOG_EGRESS", EGRESS)
    put_blank(tmp_path / "catalog")
    return Catalog.open(Settings.load())


def run(*arguments: str) -> Result:
    return CliRunner().invoke(source, arguments)


def add(kind: str, options: dict[str, str]) -> Result:
    given = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
    return run("add", "exports", "--kind", kind, "--agency", "DOB", "--agency-name", "Buildings", *given)


def stored(catalog: Catalog) -> dict[str, str]:
    return dict(sources.source_named(local_administrator(), catalog, "exports").options)


@pytest.mark.parametrize("kind", KINDS)
def test_a_share_is_added_as_it_was_given(catalog: Catalog, kind: str) -> None:
    result = add(kind, KINDS[kind])
    assert result.exit_code == 0, result.exception
    assert stored(catalog) == KINDS[kind]
    assert [each["kind"] for each in json.loads(run("list", "--json").output)] == [kind]


def test_a_path_on_a_server_is_not_one_of_this_machine(catalog: Catalog) -> None:
    add("sftp", SFTP)
    assert run("change", "exports", "-o", "path=other/exports").exit_code == 0
    assert stored(catalog)["path"] == "other/exports"


@pytest.mark.parametrize(
    ("kind", "option"),
    [
        ("sftp", "password"), ("sftp", "key"), ("sftp", "passphrase"), ("s3", "secret_key"), ("s3", "session_token"),
        ("azure", "key"), ("azure", "sas"), ("smb", "password"),
    ],
)  # fmt: skip
def test_no_secret_of_a_share_is_taken_in_clear(kind: str, option: str) -> None:
    options = {name: value for name, value in KINDS[kind].items() if value != "env:KEY"} | {option: "canary-secret"}
    refused = add(kind, options)
    assert isinstance(refused.exception, CatalogError)
    assert "canary-secret" not in str(refused.exception)
    assert json.loads(run("list", "--json").output) == []


@pytest.mark.parametrize("option", ["password", "key", "passphrase", "secret_key", "session_token", "sas"])
def test_the_catalog_itself_takes_no_secret_in_clear(catalog: Catalog, option: str) -> None:
    add("sftp", SFTP)
    with pytest.raises(RequestError, match="must be a reference"):
        sources.change_source(local_administrator(), catalog, "exports", {option: "canary-secret"})


def test_what_is_no_secret_may_be_told(catalog: Catalog) -> None:
    add("sftp", SFTP)
    changes = {"host_key": HOST_KEY, "access_key": "AKIDSYNTHETIC"}
    assert sources.change_source(local_administrator(), catalog, "exports", changes).options["host_key"] == HOST_KEY


def test_a_share_is_tested_step_by_step(server: SftpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", server.key())
    there = {"port": str(server.port), "user": server.user, "host_key": server.host_key(), "path": str(server.home)}
    add("sftp", SFTP | there)
    tested = run("test", "exports", "--json")
    assert tested.exit_code == 0
    steps = ["settings", "name", "port", "host key", "login", "folder", "listing"]
    assert [(step["step"], step["ok"]) for step in json.loads(tested.output)] == [(step, True) for step in steps]
    run("change", "exports", "-o", f"host_key={HOST_KEY}")
    strange = run("test", "exports", "--json")
    assert strange.exit_code == SourceError.exit_code
    (failed,) = [step for step in json.loads(strange.output) if not step["ok"]]
    assert failed["step"] == "host key"
    assert server.fingerprint() in failed["says"]
