"""Compiled screens are taken up again, unless somebody else could have written them or they are torn."""

from pathlib import Path
from typing import Any

import hyperscan
import pytest

from scanners import kept as module
from scanners.sieve import Sieve


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "cache_dir", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many expressions each screen had that was compiled."""
    counts: list[int] = []

    class Counting(hyperscan.Database):
        def compile(self, **given: Any) -> None:
            counts.append(len(given["ids"]))
            super().compile(**given)

    monkeypatch.setattr(hyperscan, "Database", Counting)
    return counts


def test_a_screen_is_compiled_once(folder: Path, made: list[int]) -> None:
    assert Sieve(["ab+c"]).suspects(["xabbc", "x"]) == {0: {0}}
    assert Sieve(["ab+c"]).suspects(["xabbc", "x"]) == {0: {0}}
    assert made == [1]
    assert Sieve(["ab+d"]).suspects(["xabbc"]) == {}
    assert made == [1, 1]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("torn", [b"", b"junk", None])
def test_a_torn_screen_is_made_again(folder: Path, made: list[int], torn: bytes | None) -> None:
    Sieve(["ab+c"])
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes()[:-9] if torn is None else torn)
    assert Sieve(["ab+c"]).suspects(["abc"]) == {0: {0}}
    assert made == [1, 1]


def test_a_folder_that_others_may_write_is_not_believed(folder: Path, made: list[int]) -> None:
    Sieve(["ab+c"])
    folder.chmod(0o777)
    Sieve(["ab+c"])
    assert made == [1, 1]


def test_who_may_not_write_goes_on_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: list[int]) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(module, "cache_dir", lambda: tmp_path / "file" / "cache")
    assert Sieve(["ab+c"]).suspects(["abc"]) == {0: {0}}
    assert made == [1]
