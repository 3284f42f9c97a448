"""Which files are one dataset: told from names, and never at the price of a name of somebody."""

import re
from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import SkipReason
from catalog.ports import FoundFile
from connectors.files import alike
from connectors.files.alike import AlikeFiles, Sort, grouped, members_of, pattern_of

SORTS = {
    "csv": Sort.LINES,
    "tsv": Sort.LINES,
    "parquet": Sort.ROWS,
    "json": Sort.ROWS,
    "pdf": Sort.PAPER,
    "jpg": Sort.PAPER,
    "eml": Sort.PAPER,
    "xlsx": Sort.ALONE,
    "db": Sort.ALONE,
    "zip": Sort.ALONE,
}


def sort_of(path: str) -> Sort:
    return SORTS.get(path.lower().removesuffix(".gz").rpartition(".")[2], Sort.ROWS)


def files(*paths: str) -> list[FoundFile]:
    """In the order of a walk: sorted by name, a folder's files where its name stands."""
    return [FoundFile(path, 10, f"m{path}", None) for path in sorted(paths, key=lambda path: path.split("/"))]


def groups(*paths: str, heads: Mapping[str, bytes] | None = None) -> dict[str, int]:
    peek = heads.__getitem__ if heads is not None else None
    return {
        item.name: len(item.members) for item in grouped(files(*paths), sort_of, peek) if isinstance(item, AlikeFiles)
    }


MONTHLY = [f"exports/claims_2024-{month:02}.csv" for month in range(1, 13)]


def test_monthly_exports_are_one_dataset() -> None:
    assert groups(*MONTHLY, "exports/readme.csv") == {"exports/claims_*.csv": 12}


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("claims_20240131.csv", "claims_*.csv"),
        ("claims_2024-01-31_13.45.csv", "claims_*.csv"),
        ("claims Jan 2024.csv", "claims *.csv"),
        ("claims_january.csv", "claims_*.csv"),
        ("marital.csv", "marital.csv"),
        ("export-3f2504e0-4f89-11d3-9a0c-0305e82c3301.json", "export-*.json"),
        ("part-00000-9a8f7c6e5d4b3a21.snappy.parquet", "part-*.snappy.parquet"),
        ("deadbeef.csv", "deadbeef.csv"),
        ("song12.mp3", "song*.mp3"),
        ("archive.7z", "archive.7z"),
        ("EXTRACT.D20240101", "EXTRACT.*"),
        ("EXTRACT.G0017V00", "EXTRACT.G*V*"),
        ("log.csv.gz", "log.csv.gz"),
        ("day٣.csv", "day*.csv"),
        ("001.csv", "*.csv"),
        (".hidden1", ".hidden*"),
    ],
)
def test_numbers_dates_months_and_random_names_vary(name: str, pattern: str) -> None:
    assert pattern_of(name) == pattern


def test_two_are_not_enough() -> None:
    assert groups("a_1.csv", "a_2.csv") == {}


def test_other_folders_endings_and_names_stay_apart() -> None:
    assert groups("x/a_1.csv", "x/a_2.csv", "y/a_3.csv", "x/a_4.tsv", "x/b_5.csv") == {}


def test_partitions_are_one_dataset_over_their_folders() -> None:
    hive = [f"t/dt=2024-01-{day:02}/region=ny/part-{day}.parquet" for day in range(1, 4)]
    dated = [f"logs/{year}/{month:02}/calls.csv" for year in (2023, 2024) for month in (1, 2)]
    daily = [f"dumps/export_202401{day:02}/persons.json" for day in range(1, 4)]
    assert groups(*hive, *dated, *daily) == {
        "t/dt=*/region=*/part-*.parquet": 3,
        "logs/*/*/calls.csv": 4,
        "dumps/export_*/persons.json": 3,
    }


def test_what_is_in_one_part_only_is_named_by_its_folder() -> None:
    assert groups(*(f"calls/911/day{day}.csv" for day in range(4))) == {"calls/911/day*.csv": 4}


def test_a_folder_that_only_holds_a_number_in_its_name_parts_nothing() -> None:
    assert groups("building 1/rooms.csv", "building 2/rooms.csv", "building 3/rooms.csv") == {}


def test_case_files_named_after_people_are_one_dataset_without_their_names() -> None:
    people = [f"cases/{first} {last}.pdf" for first in ("Ada", "Bob", "Cy", "Di", "Ed") for last in "WXYZ"]
    found = list(grouped(files(*people, "cases/notes.csv"), sort_of))
    (group,) = [item for item in found if isinstance(item, AlikeFiles)]
    assert (group.name, len(group.members)) == ("cases/*.pdf", 20)
    assert groups(*people[1:]) == {}


def test_letters_in_folders_of_months_are_one_dataset() -> None:
    letters = [f"letters/2024/{month:02}/{who}.PDF" for month in range(1, 5) for who in ("x", "yy", "zed", "w", "v")]
    assert groups(*letters) == {"letters/*/*/*.pdf": 20}


def test_tables_of_unlike_names_are_one_where_their_first_lines_are_equal() -> None:
    heads = {
        "c/albany.csv": b"id,name,ssn\n1,",
        "c/bronx.csv": b"\xef\xbb\xbfid,name,ssn\r\n2,",
        "c/queens.csv": b"id,name,ssn\r3,",
        "c/other.csv": b"id,name,dob\n4,",
    }
    assert groups(*heads, heads=heads) == {"c/*.csv": 3}
    assert groups(*heads) == {}


@pytest.mark.parametrize(
    "line",
    [
        b"John,Smith,1950\n",
        b"a@b.org,name\n",
        b"id,name",
        b"name\n",
        b",,,\n",
        b"i\0d\0,\0n\0\n\0",
        b"\x1f\x8b\x08\0,name\n",
    ],
    ids=["number", "address", "unfinished", "one cell", "blank", "NULs", "packed"],
)
def test_a_first_line_that_may_be_data_joins_nothing(line: bytes) -> None:
    heads = {f"{place}.csv": line for place in ("albany", "bronx", "queens")}
    assert groups(*heads, heads=heads) == {}


def test_few_of_many_files_are_looked_at_and_only_if_all_agree_all_are_one() -> None:
    letters = [a + b + c for a in "ghijkl" for b in "ghijklmn" for c in "ghijklmnop"]
    paths = [f"{letter}.csv" for letter in letters]
    looked_at: list[str] = []

    def peek(path: str) -> bytes:
        looked_at.append(path)
        return b"id,name\n"

    (group,) = grouped(files(*paths), sort_of, peek)
    assert isinstance(group, AlikeFiles)
    assert len(group.members) == 480
    assert len(looked_at) <= alike.MOST_PEEKS
    heads = dict.fromkeys(paths, b"id,name\n") | {looked_at[7]: b"other,columns\n"}
    assert groups(*paths, heads=heads) == {}


def test_spreadsheets_databases_and_archives_are_never_joined() -> None:
    assert groups(*(f"{name}.{ending}" for ending in ("xlsx", "db", "zip") for name in range(30))) == {}


def test_what_cannot_be_opened_stays_alone() -> None:
    found = [FoundFile(f"a_{place}.csv", 9, "m", SkipReason.NO_PERMISSION) for place in range(5)]
    folders = [FoundFile(f"b_{place}", 0, "", SkipReason.NO_PERMISSION, is_folder=True) for place in range(5)]
    assert list(grouped([*found, *folders], sort_of)) == [*found, *folders]


def test_no_file_has_the_key_of_many() -> None:
    """Where names may hold a star, a file may be called what others have in common."""
    named = FoundFile("a_*.csv", 9, "m", SkipReason.NO_PERMISSION)
    (group,) = [item for item in grouped([named, *files("a_1.csv", "a_2.csv", "a_3.csv")], sort_of) if item != named]
    assert isinstance(group, AlikeFiles)
    assert group.name == named.path != group.key


def test_a_dataset_is_found_again_when_members_come_and_go() -> None:
    (group,) = grouped(files(*MONTHLY), sort_of)
    assert isinstance(group, AlikeFiles)
    assert alike.folder_of(group.locator) == "exports"
    now = files(*MONTHLY[3:], "exports/claims_2025-01.csv", "exports/other.csv")
    members = members_of(group.locator, now, sort_of)
    assert [file.path for file in members] == [*MONTHLY[3:], "exports/claims_2025-01.csv"]
    assert members_of(group.locator, files("exports/other.csv"), sort_of) == ()


def test_the_mark_moves_with_every_member() -> None:
    def mark(found: list[FoundFile]) -> str:
        (group,) = grouped(found, sort_of)
        assert isinstance(group, AlikeFiles)
        return group.mark

    before = files(*MONTHLY)
    changed = [*before[:-1], FoundFile(before[-1].path, 10, "other", None)]
    untold = [*before[:-1], FoundFile(before[-1].path, 10, "", None)]
    assert len({mark(before), mark(changed), mark(files(*MONTHLY[1:]))}) == 3
    assert mark(before) == mark(files(*MONTHLY))
    assert mark(untold) == ""


def test_nothing_of_a_member_shows_in_its_representation() -> None:
    heads = dict.fromkeys(("Ada.csv", "Bob.csv", "Cy.csv"), b"id,canary\n")
    (group,) = grouped(files(*heads), sort_of, heads.__getitem__)
    assert repr(group) == "AlikeFiles()"


def test_a_folder_is_given_as_soon_as_it_is_left() -> None:
    def walk() -> list[FoundFile]:
        return files(*(f"a/x_{place}.csv" for place in range(3)), "b/y.csv")

    met: list[str] = []

    def watched() -> object:
        for file in walk():
            met.append(file.path)
            yield file

    first = next(grouped(watched(), sort_of))  # type: ignore[arg-type]  # a generator of files
    assert isinstance(first, AlikeFiles)
    assert met[-1] == "b/y.csv"
    assert len(met) == 4


PARTS = st.sampled_from(["a", "b1", "2024", "01", "dt=2024-01-02", "dt=x", "export_20240101", "*", "911", "Ada"])
NAMES = st.sampled_from(
    ["x_1", "x_2", "x_3", "x_4", "jan", "feb", "1", "2", "3", "*", "x_*", "Ada", "Bob", "Ada Smith", "9f8e7d6c5b4a", ""]
)
ENDINGS = st.sampled_from([".csv", ".CSV", ".pdf", ".PDF", ".parquet", ".xlsx", ".csv.gz", ".D20240101", ""])
PATHS = st.sets(
    st.builds(
        lambda folders, name, ending: "/".join([*folders, f"{name}{ending}" or "_"]),
        st.lists(PARTS, max_size=3),
        NAMES,
        ENDINGS,
    ),
    max_size=120,
)


def without_folders_that_are_files(paths: set[str]) -> list[FoundFile]:
    folders = {"/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 1)}
    return files(*(paths - folders))


@given(PATHS, st.booleans())
def test_every_file_comes_once_and_no_key_twice(paths: set[str], peeks: bool) -> None:
    found = without_folders_that_are_files(paths)
    items = list(grouped(found, sort_of, (lambda path: b"id,name\n" + path.encode()) if peeks else None))
    given_back = [file for item in items for file in (item.members if isinstance(item, AlikeFiles) else (item,))]
    assert Counter(given_back) == Counter(found)
    keys = [item.key if isinstance(item, AlikeFiles) else item.path for item in items]
    assert len(set(keys)) == len(keys)


@given(PATHS)
def test_members_share_what_the_pattern_says_and_are_found_again(paths: set[str]) -> None:
    found = without_folders_that_are_files(paths)
    for group in grouped(found, sort_of):
        if isinstance(group, AlikeFiles):
            shape = re.compile(".*".join(map(re.escape, group.name.split("*"))), re.DOTALL | re.IGNORECASE)
            assert all(shape.fullmatch(file.path) for file in group.members)
            assert len(group.members) >= 3
            assert len({sort_of(file.path) for file in group.members} | {Sort.ALONE}) == 2
            below = [file for file in found if not group.folder or file.path.startswith(f"{group.folder}/")]
            assert members_of(group.locator, below, sort_of) == group.members


@given(st.text(min_size=1).filter(lambda text: "/" not in text))
def test_a_pattern_is_its_own_pattern(name: str) -> None:
    assert pattern_of(pattern_of(name)) == pattern_of(name)
