"""What the name of many alike files says of single files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.groups import is_parted, may_hold, may_reach_into, tells_only_endings

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="/", exclude_categories=["Cs"]), max_size=12)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)


@pytest.mark.parametrize(
    ("group", "path", "holds", "reaches"),
    [
        ("c/claims_*.csv", "c/claims_1.csv", True, True),
        ("c/claims_*.csv", "c", False, True),
        ("c/claims_*.csv", "c/claims_1.csv/x", False, False),
        ("c/claims_*.csv", "c/rates_1.csv", False, False),
        ("c/*.pdf", "c/Smith.PDF", True, True),
        ("t/dt=*/p.csv", "t/dt=2024-01-02", False, True),
        ("t/dt=*/p.csv", "t/dt=2024-01-02/p.csv", True, True),
        ("t/dt=*/p.csv", "t/dt=a/b/p.csv", False, False),
        ("*.csv", "c/a.csv", False, False),
        ("a[1].*", "a[1].x", True, True),
        ("a[1].*", "a1.x", False, False),
    ],
)
def test_a_star_stands_for_what_varies_in_one_name(group: str, path: str, holds: bool, reaches: bool) -> None:
    assert (may_hold(group, path), may_reach_into(group, path)) == (holds, reaches)


@given(PATHS, st.data())
def test_a_group_holds_each_path_that_it_was_made_of_and_reaches_into_its_folders(
    path: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(path)))
    end = data.draw(st.integers(start, len(path)).filter(lambda end: "/" not in path[start:end]))
    group = f"{path[:start]}*{path[end:]}"
    assert may_hold(group, path)
    assert all(may_reach_into(group, "/".join(path.split("/")[:depth])) for depth in range(1, path.count("/") + 1))


def test_only_what_varies_in_a_folder_parts_it() -> None:
    assert is_parted("t/dt=*/p.csv")
    assert not is_parted("t/p_*.csv")
    assert not is_parted("*.csv")


def test_a_name_of_an_ending_alone_tells_nothing_more() -> None:
    assert all(map(tells_only_endings, ("c/*.csv", "*.csv.gz", "*", "t/dt=*/*.pdf")))
    assert not any(map(tells_only_endings, ("c/a_*.csv", "*/p.csv", "c/*_*.csv")))
