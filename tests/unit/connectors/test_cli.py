"""The command ``source``."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.errors import CatalogError, NotFound, RequestError, SourceError
from connectors.cli import source
from tests.support.blank import put_blank


@pytest.fixture(autouse=True)
def catalog_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACY_CATALOG_DATA_DIR", str(tmp_path / "catalog"))
    put_blank(tmp_path / "catalog")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "permits.db")) as connection:
        connection.execute("CREATE TABLE permits (id)")
    return tmp_path / "permits.db"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(source, arguments)


def add(*options: str, kind: str = "sqlite") -> Result:
    return run("add", "permits", "--kind", kind, "--agency", "DOB", "--agency-name", "Buildings", *options)


def refusal(result: Result) -> CatalogError:
    assert isinstance(result.exception, CatalogError)
    return result.exception


def test_a_source_is_added_listed_and_tested(database: Path) -> None:
    assert add("-o", f"path={database}").exit_code == 0
    assert [(each["name"], each["kind"]) for each in json.loads(run("list", "--json").output)] == [
        ("permits", "sqlite")
    ]
    tested = run("test", "permits", "--json")
    assert tested.exit_code == 0
    assert [(step["step"], step["ok"]) for step in json.loads(tested.output)] == [
        ("settings", True),
        ("file", True),
        ("database", True),
    ]


def test_a_failed_test_says_where_and_ends_with_the_code_of_sources(database: Path) -> None:
    add("-o", f"path={database}")
    database.unlink()
    tested = run("test", "permits", "--json")
    assert tested.exit_code == SourceError.exit_code
    assert [step["ok"] for step in json.loads(tested.output)] == [True, False]


def test_a_path_is_kept_as_seen_from_everywhere(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(database.parent)
    add("-o", f"path={database.name}")
    monkeypatch.chdir("/")
    assert run("test", "permits").exit_code == 0


@pytest.mark.parametrize(
    ("options", "kind", "error"),
    [
        (("-o", "canary-password"), "sqlite", RequestError),
        (("-o", "=x"), "sqlite", RequestError),
        (("-o", "folder=x"), "sqlite", RequestError),
        ((), "sqlite", RequestError),
        (
            ("-o", "host=h", "-o", "database=d", "-o", "user=u", "-o", "password=canary-password"),
            "postgres",
            RequestError,
        ),
    ],
)
def test_wrong_settings_are_not_stored_and_not_repeated(
    options: tuple[str, ...], kind: str, error: type[CatalogError]
) -> None:
    refused = refusal(add(*options, kind=kind))
    assert isinstance(refused, error)
    assert "canary-password" not in str(refused)
    assert json.loads(run("list", "--json").output) == []


def test_an_agency_has_to_be_known_or_named(database: Path) -> None:
    result = run("add", "permits", "--kind", "sqlite", "--agency", "DOB", "-o", f"path={database}")
    assert isinstance(refusal(result), NotFound)
