"""Tables and prose of unlike names: what their first bytes tell, and how few files are looked at for it."""

from collections.abc import Callable, Mapping

import pytest

from catalog.errors import SkipReason
from catalog.ports import FoundFile
from connectors.files import beginnings
from connectors.files.alike import AlikeFiles, Sort, grouped, members_of
from connectors.files.folders import sort_of

HEADER = b"id,name,ssn\n1,"
OTHER = b"plate,make\np,"
LETTER = b"""Dear Ms Lee,

we have looked at what you asked us for in spring. It took us longer than we had thought.
Please come to our office on any day but Monday and bring the papers that we sent you.
If that is not possible write to us, or to the other office, or call us.
Yours, the office
"""
RUSSIAN = """Здравствуйте!
Мы посмотрели то, о чём вы спрашивали нас весной. Это заняло больше времени, чем мы думали.
Приходите к нам в любой день кроме понедельника и возьмите с собой все бумаги.
Если это невозможно, напишите нам.
"""
Peek = Callable[[str], bytes | None]


def files(*paths: str, size: int = 10, refused: SkipReason | None = None) -> list[FoundFile]:
    """In the order of a walk: sorted by name, a folder's files where its name stands."""
    return [FoundFile(path, size, f"m{path}", refused) for path in sorted(paths, key=lambda path: path.split("/"))]


def found(some: list[FoundFile], peek: Peek) -> list[AlikeFiles]:
    return [item for item in grouped(some, sort_of, peek) if isinstance(item, AlikeFiles)]


def groups(heads: Mapping[str, bytes | None]) -> dict[str, int]:
    return {group.name: len(group.members) for group in found(files(*heads), heads.__getitem__)}


def words(count: int) -> list[str]:
    """Names without a number in them."""
    letters = "ghijklmnop"
    return [letters[n // 100] + letters[n // 10 % 10] + letters[n % 10] for n in range(count)]


def test_tables_of_unlike_names_are_one_where_their_first_lines_are_equal() -> None:
    heads = {
        "c/albany.csv": b"id,name,ssn\n1,",
        "c/bronx.csv": b"\xef\xbb\xbfid,name,ssn\r\n2,",
        "c/queens.csv": b"id,name,ssn\r3,",
        "c/other.csv": b"id,name,dob\n4,",
    }
    assert groups(heads) == {"c/*.csv": 3}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp037", "cp1252", "utf-8"])
def test_headers_are_read_in_the_encoding_they_have(encoding: str) -> None:
    text = "Straße,Größe,Prénom,Année\n" + "Königstraße,12,Zoé,1950\nHäuserweg,13,André,1960\n" * 9
    heads = {f"{name}.csv": text.encode(encoding) for name in ("albany", "bronx", "queens")}
    (group,) = found(files(*heads), heads.__getitem__)
    assert group.shown == "Straße,Größe,Prénom,Année"


@pytest.mark.parametrize(
    "line",
    [
        b"John,Smith,1950\n",
        b"ann@example.org,name\n",
        b"id,name",
        b"name\n",
        b",,,\n",
        b"i\0d,n\1am\0e\nx",
        b"\x1f\x8b\x08\0,name\n",
        b"Smith,Ann,Queens\nJones,Bob,Bronx\nSmith,Cy,Kings\n",
        b'Smith;Ann;Queens\r\n"Smith";Bob;Bronx\r\n',
    ],
    ids=["number", "address", "unfinished", "one cell", "blank", "NULs", "packed", "comes again", "comes again quoted"],
)
def test_a_first_line_that_may_be_data_joins_nothing(line: bytes) -> None:
    assert groups({f"{place}.csv": line for place in ("albany", "bronx", "queens")}) == {}


def test_what_comes_again_below_in_another_file_is_no_header_either() -> None:
    rows = (b"Jones,Bob,Bronx\n", b"Khan,Cy,Kings\n", b"Brown,Ann,Bronx\n")
    assert groups({f"{row[:2].decode()}.csv": b"Smith,Ann,Queens\n" + row for row in rows}) == {}


def test_two_headers_in_one_folder_are_two_datasets_of_one_name_and_keys_of_their_own() -> None:
    heads = {f"c/{name}.csv": HEADER if name < "h" else OTHER for name in ("a", "b", "c", "x", "y", "z")}
    one, other = found(files(*heads), heads.__getitem__)
    assert one.name == other.name == "c/*.csv"
    assert one.key != other.key
    for group in (one, other):
        again = members_of(group.locator, files(*heads, "c/new.csv"), sort_of, lambda path: heads.get(path, OTHER))
        assert set(group.members) <= set(again)


def test_the_key_of_a_header_says_where_it_is_and_holds_nothing_of_it() -> None:
    heads = dict.fromkeys(("c/d/a.csv", "c/d/b.csv", "c/d/c.csv"), b"id,canary\n1,")
    (group,) = found(files(*heads), heads.__getitem__)
    folder, _, digest = group.key.rpartition("/")
    assert folder == "c/d/*.csv"
    assert len(digest) == 16
    assert set(digest) <= set("abcdef")


def test_of_many_files_few_are_looked_at_and_the_others_go_with_nearly_all_of_them() -> None:
    paths = [f"{word}.csv" for word in words(480)]
    looked_at: list[str] = []

    def peek(path: str) -> bytes:
        looked_at.append(path)
        return HEADER

    (group,) = found(files(*paths), peek)
    assert len(group.members) == 480
    assert len(looked_at) == beginnings.MOST_PEEKS
    odd = dict.fromkeys(paths, HEADER) | dict.fromkeys(looked_at[:19], OTHER)
    assert groups(odd) == {"*.csv": 461}
    odder = dict.fromkeys(paths, HEADER) | dict.fromkeys(looked_at[:21], OTHER)
    assert groups(odder) == {}


def test_a_file_that_arrives_changes_no_more_than_itself() -> None:
    paths = [f"{word}.csv" for word in words(300)]
    heads = dict.fromkeys(paths, HEADER) | {paths[101]: OTHER, "aaa.csv": HEADER, "0.csv": b""}
    before = groups({path: heads[path] for path in paths})
    after = groups({path: heads[path] for path in ("aaa.csv", *paths)})
    assert after["*.csv"] - before["*.csv"] in (0, 1)
    with_empty = [*files(*paths), *files("aa.csv", size=0)]
    (group,) = found(sorted(with_empty, key=lambda file: file.path), heads.__getitem__)
    assert "aa.csv" in {file.path for file in group.members}


def test_a_group_does_not_fall_apart_with_a_file_that_cannot_be_looked_at() -> None:
    heads: dict[str, bytes | None] = {"c/albany.csv": HEADER, "c/bronx.csv": None, "c/queens.csv": HEADER}
    assert groups(heads) == {"c/*.csv": 3}
    assert groups({**heads, "c/queens.csv": None}) == {}
    refused = [*files("c/albany.csv", "c/queens.csv"), *files("c/x.csv", refused=SkipReason.NO_PERMISSION)]
    assert [len(group.members) for group in found(refused, heads.__getitem__)] == [2]


def test_what_cannot_be_looked_at_is_put_under_none_of_two_headers() -> None:
    heads = {f"c/{name}.csv": HEADER if name < "h" else OTHER for name in ("a", "b", "c", "x", "y", "z")}
    assert [len(group.members) for group in found(files(*heads, "c/m.csv"), heads.get)] == [3, 3]


def test_files_that_are_refused_make_up_for_none_of_two_headers() -> None:
    heads = {f"c/{name}.csv": HEADER if name < "h" else OTHER for name in ("a", "b", "x", "y")}
    some = [*files(*heads), *files("c/z.csv", refused=SkipReason.NO_PERMISSION)]
    assert found(some, heads.__getitem__) == []
    assert [len(group.members) for group in found([*some[:2], some[4]], heads.__getitem__)] == [2]


def test_tables_of_any_name_and_header_are_not_one_because_they_are_plain_text() -> None:
    tables = {
        f"x/{word}.txt": f"{word}_id|{word}_code|{word}_kind\n".encode() + b"12|34|56\n78|90|12\n" * 20
        for word in words(30)
    }
    assert groups(tables) == {}
    assert groups(tables | {f"x/{word}.txt": HEADER for word in ("a", "b", "c")}) == {"x/*.txt": 3}


def test_letters_in_plain_text_are_one_dataset_without_the_names_of_people() -> None:
    letters = dict.fromkeys((f"x/{word}.txt" for word in words(20)), LETTER)
    tables = {f"x/{word}.txt": b"id,name,ssn\n" + b"1,Ada,x\n2,Bob,y\n" * 9 for word in ("a", "b", "c")}
    one, other = found(files(*letters, *tables), (letters | tables).__getitem__)
    assert (one.name, len(one.members), one.shown) == ("x/*.txt", 20, beginnings.PROSE)
    assert (other.name, len(other.members)) == ("x/*.txt", 3)
    assert one.key != other.key
    few = dict(list(letters.items())[1:])
    assert groups(few) == {}
    refused = files("x/z.txt", refused=SkipReason.NO_PERMISSION)
    assert [len(group.members) for group in found([*files(*few), *refused], few.__getitem__)] == [19]
    months = {f"x/2024/{month:02}/{word}.txt": LETTER for month in (1, 2) for word in words(10)}
    assert groups(months) == {"x/*/*/*.txt": 20}


def test_only_files_that_may_be_members_are_looked_at_to_find_them_again() -> None:
    heads = dict.fromkeys(("albany.csv", "bronx.csv", "queens.csv"), HEADER)
    below = [f"{folder}/{word}.csv" for folder in ("d", "e") for word in words(5)]
    (group,) = found(files(*heads), heads.__getitem__)
    everything = files(*heads, *below, "a.tsv", "b.tsv", "c.tsv")
    looked_at: list[str] = []

    def peek(path: str) -> bytes:
        looked_at.append(path)
        return HEADER

    assert members_of(group.locator, everything, sort_of, peek) == group.members
    assert sorted(looked_at) == sorted(heads)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-16", "cp037", "koi8_u"])
def test_prose_is_told_in_any_encoding(encoding: str) -> None:
    text = RUSSIAN if encoding == "koi8_u" else LETTER.decode().replace("office", "bureau à côté")
    heads = dict.fromkeys((f"x/{word}.txt" for word in words(20)), text.encode(encoding))
    assert groups(heads) == {"x/*.txt": 20}


def test_what_is_no_text_is_no_prose() -> None:
    assert groups(dict.fromkeys((f"x/{word}.txt" for word in words(20)), b"\x1f\x8b\x08\x01" + LETTER)) == {}


def test_nothing_is_looked_at_to_find_what_names_tell() -> None:
    named = files("claims_1.csv", "claims_2.csv", "claims_3.csv", "albany.csv", "bronx.csv", "queens.csv")

    def peek(path: str) -> bytes:
        raise AssertionError(path)

    (group, *_) = grouped(named, sort_of)
    assert isinstance(group, AlikeFiles)
    assert members_of(group.locator, named, sort_of, peek) == group.members
    assert members_of(group.locator, named[:3], sort_of, peek) == ()


def test_plain_text_is_told_by_its_content() -> None:
    assert sort_of("notes/a.TXT") is Sort.PLAIN
    assert sort_of("notes/a.md") is Sort.PAPER
