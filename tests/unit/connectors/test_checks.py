"""Testing a source, from its kind and options."""

from pathlib import Path

import pytest

from catalog.errors import RequestError, SourceError
from connectors.checks import checks_of
from connectors.sql import rights
from tests.support.bounds import here


def test_a_good_source_passes_every_step(tmp_path: Path) -> None:
    checks = checks_of("files", {"path": str(tmp_path)}, resolve=str, bounds=here(1))
    assert [(check.name, check.passed) for check in checks] == [("settings", True), ("path", True), ("listing", True)]


def test_wrong_settings_are_a_failed_check() -> None:
    (check,) = checks_of("files", {"folder": "x"}, resolve=str, bounds=here(1))
    assert (check.name, check.passed) == ("settings", False)
    assert "include" in check.message


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(RequestError):
        checks_of("punched_cards", {}, resolve=str, bounds=here(1))


def test_a_server_that_shows_nothing_may_be_empty_before_it_withholds_anything() -> None:
    with pytest.raises(SourceError, match="shows no table or view") as caught:
        rights.told_of_readable("it", 0, 0, "SELECT")
    assert caught.value.next_step == "There may be none in it yet. If there are, grant the account SELECT."
