"""The demo as its first visitor meets it: the whole command, then what its pages say."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import planted
from catalog.services.catalog import Catalog
from catalog.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
TRUTH = tomllib.loads((ROOT / "benchmarks" / "city" / "planted.toml").read_text(encoding="utf-8"))
PRIVACY_CHIEF = "ada.cole"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> "subprocess.CompletedProcess[str]":
    """What the command said, with the folder it was to build in as its last word."""
    folder = tmp_path_factory.mktemp("demo") / "port-meridian"
    command = [sys.executable, "-c", "from catalog.cli import main; main()", "demo", "--build-only", "--folder", folder]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "100"})


@pytest.fixture(scope="module")
def catalog(told: "subprocess.CompletedProcess[str]") -> Iterator[Catalog]:
    assert told.returncode == 0, told.stderr[-2000:]
    opened = Catalog.open(
        Settings.load(data_dir=Path(told.args[-1]) / "catalog", open_sign_in=True, demonstration=True)
    )
    yield opened
    opened.close()


def test_it_ends_well_though_a_share_is_off_line_on_the_second_night(told: "subprocess.CompletedProcess[str]") -> None:
    assert told.returncode == 0, told.stderr[-2000:]
    assert (Path(told.args[-1]) / "ready").exists()
    assert "The second night: scanning what changed" in told.stdout
    assert "What to look at first" in told.stdout
    assert "dhb-eligibility" in told.stdout, "names of sources are not broken"


def test_what_changed_overnight_is_told(catalog: Catalog) -> None:
    page = planted.visitor(catalog, PRIVACY_CHIEF).get("/changes").text
    assert "BKGD_CHK_NO" in page, "the clerk's new column"
    assert "APPT_2026" in page, "the renamed table"
    assert "bednight_feed.csv" in page, "the export that was cleared away"
    assert "mhc-business" in page, "the share that is off line"


@pytest.mark.parametrize("one", planted.undeclared(TRUTH), ids=lambda one: f"{one.agency}-{one.column}")
def test_what_nobody_declared_is_on_its_page(catalog: Catalog, one: planted.Undeclared) -> None:
    assert planted.is_on_its_page(catalog, one, PRIVACY_CHIEF)
