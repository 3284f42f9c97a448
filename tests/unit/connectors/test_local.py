"""Folders of this machine: what their paths and the links in them lead to, and what is said when they fail."""

import errno
import os
from contextlib import closing
from pathlib import Path

import pytest

from catalog.errors import SkipReason, SourceError
from catalog.ports import Bounds
from connectors.places import local, walk
from connectors.places.common import failure
from connectors.places.local import LocalPlace


def place(path: Path, **more: str) -> "closing[LocalPlace]":
    return closing(LocalPlace({"path": str(path), **more}, resolve=str, bounds=Bounds(64)))


def listed(path: Path, **more: str) -> dict[str, SkipReason | None]:
    with place(path, **more) as folder:
        return {found.path: found.refused for found in folder.files()}


def write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"a,b\n1,2\n")
    return path


def test_a_path_that_is_a_link_to_a_file_is_that_file(tmp_path: Path) -> None:
    write(tmp_path / "data" / "people.csv")
    (tmp_path / "newest").symlink_to("data/people.csv")
    with place(tmp_path / "newest") as file:
        assert [check.message for check in file.check()][-1] == "it can be listed and holds 1 files"
        (found,) = file.files()
        assert (found.path, found.size) == ("people.csv", 8)
        with file.opened(found.path) as stream:
            assert stream.read() == b"a,b\n1,2\n"


def test_a_path_that_is_a_link_to_a_folder_is_that_folder(tmp_path: Path) -> None:
    write(tmp_path / "data" / "people.csv")
    (tmp_path / "newest").symlink_to("data")
    assert listed(tmp_path / "newest") == {"people.csv": None}


def test_a_file_that_goes_while_it_is_listed_is_no_complete_listing_of_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "people.csv")

    def opened(folder: Path) -> int:
        path.unlink()
        return walk.open_root(folder)

    monkeypatch.setattr(local, "open_root", opened)
    with pytest.raises(SourceError) as caught:
        listed(path)
    assert caught.value.reason is SkipReason.VANISHED


@pytest.mark.parametrize("target", ["nowhere", "round", "/dev/null"])
def test_a_path_that_leads_to_no_file_or_folder_is_no_listing(tmp_path: Path, target: str) -> None:
    (tmp_path / "round").symlink_to(target)
    with pytest.raises(SourceError):
        listed(tmp_path / "round")


def test_a_link_to_what_is_passed_over_is_told_since_nobody_meets_it(tmp_path: Path) -> None:
    write(tmp_path / ".data" / "people.csv")
    write(tmp_path / "deep" / "notes.txt")
    for name, target in {"a.csv": ".data/people.csv", "b": ".data", "c.csv": "deep/notes.txt", "d": "deep"}.items():
        (tmp_path / name).symlink_to(target)
    hidden = {"a.csv": SkipReason.UNSAFE_PATH, "b": SkipReason.UNSAFE_PATH}
    assert listed(tmp_path) == {**hidden, "deep/notes.txt": None}
    assert listed(tmp_path, include="*.csv") == {**hidden, "c.csv": SkipReason.UNSAFE_PATH}


def test_a_folder_outside_is_told_whatever_files_are_asked_for(tmp_path: Path) -> None:
    write(tmp_path / "outside" / "people.csv")
    write(tmp_path / "root" / "in.csv")
    (tmp_path / "root" / "out").symlink_to("../outside")
    assert listed(tmp_path / "root", include="*.csv") == {"in.csv": None, "out": SkipReason.UNSAFE_PATH}


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.EHOSTDOWN, errno.ENOTCONN])
def test_a_mounted_folder_whose_server_is_away_is_not_reached_and_tried_again(number: int) -> None:
    error = failure(OSError(number, os.strerror(number)), "people.csv")
    assert error.reason is SkipReason.UNREACHABLE
    assert "next run" in error.next_step


@pytest.mark.parametrize("number", [errno.ELOOP, errno.ENOTDIR, errno.EISDIR])
def test_what_is_no_file_is_not_tried_again(number: int) -> None:
    assert failure(OSError(number, os.strerror(number)), "people.csv").reason is SkipReason.UNSAFE_PATH
