"""What a listing says of a file is what the page of all that nobody can look into reads from it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.holdings import DatasetRef
from catalog.model.out_of_sight import unread
from catalog.ports import FoundFile, Unlisted
from connectors.files.alike import AlikeFiles
from connectors.files.folders import Folders
from connectors.files.formats import FORMATS, UNKNOWN, Format, described
from connectors.places.local import LocalPlace
from scanners.naming import NameGuard
from tests.support.bounds import here

EVERY = (*FORMATS, UNKNOWN)
GUARD = NameGuard(b"k" * 32)


@given(st.sampled_from(EVERY), st.integers(0, 10**16))
def test_the_words_for_a_file_are_read_back(found: Format, size: int) -> None:
    read = unread(described(found, size))
    assert (read.what, read.files) == (found.words, 1)
    assert abs(read.size - size) <= 0.06 * size


@given(st.sampled_from(FORMATS), st.integers(3, 10**7))
def test_no_words_of_ours_are_withheld(found: Format, count: int) -> None:
    said = f"{count:,} files: {described(found, count)}"
    assert GUARD.comment(said) == said


@pytest.mark.parametrize("ending", [".jpg", ".mp3", ".pdf"])
def test_the_words_for_alike_files_are_read_back(tmp_path: Path, ending: str) -> None:
    members = tuple(FoundFile(f"{number}{ending}", 400, "m", None) for number in range(30))
    item = Folders(LocalPlace({"path": str(tmp_path)}, resolve=str, bounds=here(1)), 64).listed(
        AlikeFiles("", f"*{ending}", members)
    )
    ref = item.ref if isinstance(item, Unlisted) else item
    assert isinstance(ref, DatasetRef)
    assert (unread(ref.comment).files, unread(ref.comment).size) == (30, 12_000)
