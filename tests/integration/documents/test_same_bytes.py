"""Equal reports are equal files: in another process, language, time zone, and order of hashing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.model.frozen_reports import Format

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import hashlib, json, locale, sys
locale.setlocale(locale.LC_ALL, "")
from catalog import documents
from catalog.model.frozen_reports import Format
from tests.support.said_reports import SIGNED, report
print(json.dumps({
    f"{each.value} {public}": hashlib.sha256(documents.render(report(), SIGNED, each, public=public)).hexdigest()
    for each in Format for public in (False, True)
}))
"""
SURROUNDINGS = [
    {"TZ": "UTC", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
    {"TZ": "Pacific/Kiritimati", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"},
    {"TZ": "America/New_York", "LANG": "POSIX", "LC_ALL": "POSIX", "PYTHONHASHSEED": "3", "SOURCE_DATE_EPOCH": "7"},
]


def digests(surroundings: dict[str, str], folder: Path) -> dict[str, str]:
    """The digest of each rendition, made by a process of its own with a home of its own."""
    environment = {**os.environ, **surroundings, "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    made = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    found: dict[str, str] = json.loads(made.stdout)
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    return [digests(each, tmp_path_factory.mktemp("home")) for each in SURROUNDINGS]


@pytest.mark.parametrize("each", list(Format))
@pytest.mark.parametrize("public", [False, True])
def test_the_bytes_are_the_same_wherever_they_are_made(
    made: list[dict[str, str]], each: Format, *, public: bool
) -> None:
    assert len({digests[f"{each.value} {public}"] for digests in made}) == 1


def test_the_two_versions_are_not_the_same(made: list[dict[str, str]]) -> None:
    assert all(made[0][f"{each.value} True"] != made[0][f"{each.value} False"] for each in Format)
