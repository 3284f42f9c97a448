"""``export convention`` as the catalog's own machine calls it: written to a file, and down in the audit log."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.convention_commands import export
from catalog.errors import RequestError
from catalog.services import sources
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from catalog.store import audit as log
from tests.support.blank import put_blank
from tests.support.builders import an_agency


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACY_CATALOG_DATA_DIR", str(tmp_path / "catalog"))
    monkeypatch.setenv("PRIVACY_CATALOG_LOG_LEVEL", "ERROR")
    put_blank(tmp_path / "catalog")
    catalog = Catalog.open(Settings.load())
    sources.add_agency(local_administrator(), catalog, an_agency())
    catalog.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(export, arguments)


def taken() -> list[tuple[str, str, str]]:
    catalog = Catalog.open(Settings.load())
    with catalog.reading() as connection:
        found = [(one.person_id, one.thing, one.detail) for one in log.events(connection) if one.action == "export"]
    catalog.close()
    return found


def test_the_register_is_not_taken_away_unrecorded(tmp_path: Path) -> None:
    assert "records" in json.loads(run("convention", "gdpr_30").output)
    assert run("convention", "dpv", "--agency", "dso", "--to", str(tmp_path / "dpv.json")).exit_code == 0
    assert taken() == [("local", "list:gdpr-30", "rows=0"), ("local", "list:dpv", "rows=0 by=agency")]


def test_nothing_is_recorded_as_taken_where_no_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "there.json").write_text("mine")
    assert isinstance(run("convention", "dpv", "--to", str(tmp_path / "there.json")).exception, RequestError)
    assert taken() == []
    assert (tmp_path / "there.json").read_text() == "mine"
