"""How much of a share is out of sight, as its listing's words say it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import SkipReason
from catalog.model.holdings import DatasetKind
from catalog.model.out_of_sight import NOT_KNOWN, OutOfSightPage, Unread, gathered, unread
from tests.support.builders import an_agency

SHELTER, HEALTH = an_agency("dso"), an_agency("dch")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("JPEG picture, 2.3 MB", Unread("JPEG picture", 1, 2_300_000)),
        ("5,000 files: JPEG picture, 12 GB", Unread("JPEG picture", 5_000, 12_000_000_000)),
        ("scan, with a comma, 1 byte", Unread("scan, with a comma", 1, 1)),
        ("3 files: drawing, 1,000 TB", Unread("drawing", 3, 10**15)),
        ("", Unread(NOT_KNOWN, 1, 0)),
        ("drawing, 1.2.3 MB", Unread(NOT_KNOWN, 1, 0)),
        ("somebody's own words, 12 parsecs", Unread(NOT_KNOWN, 1, 0)),
    ],
)
def test_a_comment_of_ours_says_what_how_many_and_how_large(said: str, meant: Unread) -> None:
    assert unread(said) == meant


@given(st.text(max_size=200))
def test_any_words_are_at_least_one_file(said: str) -> None:
    found = unread(said)
    assert found.files >= 0
    assert found.size >= 0


def test_what_is_alike_is_one_line_and_the_largest_comes_first() -> None:
    lines = gathered(
        [
            (SHELTER, DatasetKind.FILE, "PNG picture, 2 KB", SkipReason.NO_TEXT),
            (SHELTER, DatasetKind.FILES, "10 files: PNG picture, 40 KB", SkipReason.NO_TEXT),
            (SHELTER, DatasetKind.FILE, "PNG picture, 2 KB", SkipReason.TOO_LARGE),
            (HEALTH, DatasetKind.FILE, "PNG picture, 3 MB", SkipReason.NO_TEXT),
        ]
    )
    assert [(line.agency.id, line.reason, line.datasets, line.files, line.size) for line in lines] == [
        ("dch", SkipReason.NO_TEXT, 1, 1, 3_000_000),
        ("dso", SkipReason.NO_TEXT, 2, 11, 42_000),
        ("dso", SkipReason.TOO_LARGE, 1, 1, 2_000),
    ]


def test_of_a_folder_nobody_may_look_into_the_files_are_not_counted() -> None:
    closed = (SHELTER, DatasetKind.FOLDER, "", SkipReason.NO_PERMISSION)
    page = OutOfSightPage(gathered([closed, closed, (SHELTER, DatasetKind.FILE, "", SkipReason.TOO_LARGE)]), 0)
    assert (page.files, page.folders) == (1, 2)
