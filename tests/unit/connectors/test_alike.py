"""Which files are one dataset: told from names, and never at the price of a name of somebody."""

import re
from collections import Counter
from dataclasses import replace

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
    "txt": Sort.PLAIN,
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


def groups(*paths: str) -> dict[str, int]:
    return {item.name: len(item.members) for item in grouped(files(*paths), sort_of) if isinstance(item, AlikeFiles)}


def no_peek(path: str) -> bytes:
    raise AssertionError(path)


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
        ("Jan-2024 claims.csv", "* claims.csv"),
        ("claims 2024 Jan final.csv", "claims * final.csv"),
        ("May_Lee.pdf", "May_Lee.pdf"),
        ("april_jones.csv", "april_jones.csv"),
        ("visits june smith.csv", "visits june smith.csv"),
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


@pytest.mark.parametrize(
    ("folders", "pattern"),
    [
        (("Ward 5 2024-01", "Ward 5 2024-02", "Ward 5 2024-03"), "Ward 5 */x.csv"),
        (("run_20240101T0500", "run_20240102T0500", "run_20240103T0512"), "run_*/x.csv"),
        (("20240101 north", "20240102 north", "20240103 north"), "* north/x.csv"),
        (("2024-01-02_17", "2024-01-02_18", "2024-01-02_19"), "*/x.csv"),
        (("FY24-Q1", "FY24-Q2", "FY25-Q1"), "FY*-Q*/x.csv"),
    ],
)
def test_of_a_folder_with_a_date_in_it_only_the_date_varies(folders: tuple[str, ...], pattern: str) -> None:
    assert groups(*(f"t/{folder}/x.csv" for folder in folders)) == {f"t/{pattern}": 3}


@pytest.mark.parametrize(
    "folders",
    [
        ("Ward 5 2024-01", "Ward 6 2024-01", "Ward 7 2024-01"),
        ("case-20210455", "case-20210555", "case-20210655"),
        ("May Lee", "June Lee", "April Lee"),
    ],
    ids=["wards", "numbers that begin like dates", "people"],
)
def test_folders_that_differ_in_more_than_a_date_part_nothing(folders: tuple[str, ...]) -> None:
    assert groups(*(f"t/{folder}/x.csv" for folder in folders)) == {}


def test_a_folder_that_only_holds_a_number_in_its_name_parts_nothing() -> None:
    assert groups("building 1/rooms.csv", "building 2/rooms.csv", "building 3/rooms.csv") == {}


def test_case_files_named_after_people_are_one_dataset_without_their_names() -> None:
    people = [f"cases/{first} {last}.pdf" for first in ("Ada", "Bob", "Cy", "Di", "Ed") for last in "WXYZ"]
    found = list(grouped(files(*people, "cases/notes.csv"), sort_of))
    (group,) = [item for item in found if isinstance(item, AlikeFiles)]
    assert (group.name, len(group.members)) == ("cases/*.pdf", 20)
    assert groups(*people[1:]) == {}


def test_papers_of_many_names_are_one_dataset_that_names_nobody() -> None:
    people = ("Kowalczyk_Ewa", "Nguyen_Linh", "Okonkwo_Ada")
    papers = [f"letters/{who}_{year}.pdf" for who in people for year in (2021, 2022, 2023)]
    assert groups(*papers, "letters/Rossi.pdf") == {"letters/*.pdf": 10}
    assert set(groups(*papers[:6])) == {"letters/Kowalczyk_Ewa_*.pdf", "letters/Nguyen_Linh_*.pdf"}
    assert len(groups(*(path.replace("pdf", "csv") for path in papers))) == 3


def test_letters_in_folders_of_months_are_one_dataset() -> None:
    letters = [f"letters/2024/{month:02}/{who}.PDF" for month in range(1, 5) for who in ("x", "yy", "zed", "w", "v")]
    assert groups(*letters) == {"letters/*/*/*.pdf": 20}


def test_spreadsheets_databases_and_archives_are_never_joined() -> None:
    assert groups(*(f"{name}.{ending}" for ending in ("xlsx", "db", "zip") for name in range(30))) == {}


def test_what_cannot_be_opened_stays_alone() -> None:
    found = [FoundFile(f"a_{place}.csv", 9, "m", SkipReason.NO_PERMISSION) for place in range(5)]
    folders = [FoundFile(f"b_{place}", 0, "", SkipReason.NO_PERMISSION, is_folder=True) for place in range(5)]
    assert Counter(grouped([*found, *folders], sort_of)) == Counter([*found, *folders])


def test_no_group_falls_apart_with_what_cannot_be_opened() -> None:
    paths = ("a_1.csv", "a_2.csv", "a_3.csv", "b_1.csv")
    found = [replace(file, refused=SkipReason.NO_PERMISSION if "2" in file.path else None) for file in files(*paths)]
    group, *others = grouped(found, sort_of)
    assert isinstance(group, AlikeFiles)
    assert (group.name, [file.path for file in group.members]) == ("a_*.csv", ["a_1.csv", "a_3.csv"])
    assert others == [found[1], found[3]]
    assert members_of(group.locator, found, sort_of, no_peek) == group.members


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
    members = members_of(group.locator, now, sort_of, no_peek)
    assert [file.path for file in members] == [*MONTHLY[3:], "exports/claims_2025-01.csv"]
    assert members_of(group.locator, files("exports/other.csv"), sort_of, no_peek) == ()


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
ENDINGS = st.sampled_from([".csv", ".CSV", ".txt", ".pdf", ".PDF", ".parquet", ".xlsx", ".csv.gz", ".D20240101", ""])
LETTER = b"""Dear Ms Lee,

we have looked at what you asked us for in spring. It took us longer than we had thought.
Please come to our office on any day but Monday and bring the papers that we sent you.
If that is not possible write to us, or to the other office, or call us.
Yours, the office
"""
REFUSED = st.sampled_from([None, None, None, SkipReason.NO_PERMISSION])
HEADS = st.sampled_from([b"id,name\n1,a\n", b"plate,make\n2,b\n", b"Ada,Bob\nAda,Cy\n", b"", None, LETTER])
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


@given(PATHS, st.booleans(), st.data())
def test_every_file_comes_once_and_no_key_twice(paths: set[str], peeks: bool, data: st.DataObject) -> None:
    found = [replace(file, refused=data.draw(REFUSED)) for file in without_folders_that_are_files(paths)]
    heads = {file.path: data.draw(HEADS) for file in found} if peeks else {}
    items = list(grouped(found, sort_of, heads.__getitem__ if peeks else None))
    given_back = [file for item in items for file in (item.members if isinstance(item, AlikeFiles) else (item,))]
    assert Counter(given_back) == Counter(found)
    keys = [item.key if isinstance(item, AlikeFiles) else item.path for item in items]
    assert len(set(keys)) == len(keys)


@given(PATHS, st.data())
def test_members_share_what_the_pattern_says_and_are_found_again(paths: set[str], data: st.DataObject) -> None:
    found = without_folders_that_are_files(paths)
    heads = {file.path: data.draw(HEADS) for file in found}
    for group in grouped(found, sort_of, heads.__getitem__):
        if isinstance(group, AlikeFiles):
            shape = re.compile(".*".join(map(re.escape, group.name.split("*"))), re.DOTALL | re.IGNORECASE)
            assert all(shape.fullmatch(file.path) for file in group.members)
            assert len(group.members) >= 3
            assert len({sort_of(file.path) for file in group.members} | {Sort.ALONE}) == 2
            below = [file for file in found if not group.folder or file.path.startswith(f"{group.folder}/")]
            again = members_of(group.locator, below, sort_of, heads.__getitem__ if group.shown else no_peek)
            assert set(group.members) <= set(again)


@given(st.text(min_size=1).filter(lambda text: "/" not in text))
def test_a_pattern_is_its_own_pattern(name: str) -> None:
    assert pattern_of(pattern_of(name)) == pattern_of(name)
