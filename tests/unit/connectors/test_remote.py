"""What a server lists, and the parts of files that are fetched."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import SkipReason, SourceError
from catalog.ports import FoundFile
from connectors.places import remote
from connectors.places.remote import Changed, Entry, Ranges, RemoteWalk, buffered, refuse_unsafe

Listing = Mapping[str, Iterable[Entry] | OSError]


def walked(listing: Listing, *include: str, below: str = "") -> list[FoundFile]:
    return list(RemoteWalk("A place", include, asked(listing)).files(below))


def asked(listing: Listing) -> Callable[[str], Iterator[Entry]]:
    def entries(folder: str) -> Iterator[Entry]:
        found = listing[folder]
        if isinstance(found, OSError):
            raise found
        yield from found

    return entries


def file(name: str, size: int = 1) -> Entry:
    return Entry(name, is_folder=False, size=size, mark="1")


def folder(name: str) -> Entry:
    return Entry(name, is_folder=True)


def refusal(listing: Listing, below: str = "") -> SkipReason:
    with pytest.raises(SourceError) as caught:
        walked(listing, below=below)
    return caught.value.reason


def test_files_come_folder_by_folder_each_sorted() -> None:
    listing = {"": [file("b.csv"), folder("a"), file("a.csv")], "a": [file("z"), file("y")]}
    assert [found.path for found in walked(listing)] == ["a/y", "a/z", "a.csv", "b.csv"]


def test_a_walk_may_begin_below_the_root() -> None:
    listing = {"a/b": [file("x"), folder("c")], "a/b/c": [file("y")]}
    assert [found.path for found in walked(listing, below="a/b")] == ["a/b/c/y", "a/b/x"]


@pytest.mark.parametrize("below", ["..", "a/../b", "/etc", "a//b", "a/", ".", "a\0"])
def test_a_walk_does_not_begin_elsewhere(below: str) -> None:
    assert refusal({below: [file("x")]}, below) is SkipReason.UNREACHABLE


@pytest.mark.parametrize("name", ["..", ".", "", "/etc/passwd", "a/b", "a\0.csv"])
@pytest.mark.parametrize("is_folder", [True, False])
def test_a_name_that_leads_elsewhere_is_told_and_never_followed(name: str, is_folder: bool) -> None:
    honest = file("unusable name 1")
    found = walked({"": [Entry(name, is_folder, 5, "1"), honest]})
    assert [(one.path, one.refused, one.is_folder) for one in found] == [
        ("unusable name 1", None, False),
        ("unusable name 2", SkipReason.UNSAFE_PATH, is_folder),
    ]


@given(st.lists(st.tuples(st.text(st.sampled_from("a./\0~"), max_size=3), st.booleans())))
def test_whatever_a_server_lists_each_path_stays_below_the_root_and_comes_once(
    listed: list[tuple[str, bool]],
) -> None:
    asked_for: list[str] = []

    def entries(where: str) -> Iterator[Entry]:
        asked_for.append(where)
        if not where:
            yield from (Entry(name, is_folder) for name, is_folder in listed)

    found = list(RemoteWalk("A place", (), entries).files())
    for path in (*asked_for[1:], *(one.path for one in found)):
        refuse_unsafe(path)
    assert len({(one.path, one.is_folder) for one in found}) == len(found)


def test_what_is_listed_twice_is_told_once() -> None:
    assert len(walked({"": [file("a"), file("a"), folder("b"), folder("b")], "b": [file("c")]})) == 2


def test_a_folder_that_may_not_be_listed_is_told_and_the_rest_goes_on() -> None:
    listing = {"": [folder("a"), folder("b"), file("c")], "a": PermissionError(), "b": FileNotFoundError()}
    assert [(one.path, one.refused, one.is_folder) for one in walked(listing)] == [
        ("a", SkipReason.NO_PERMISSION, True),
        ("b", SkipReason.VANISHED, True),
        ("c", None, False),
    ]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(), SkipReason.NO_PERMISSION),
        (FileNotFoundError(), SkipReason.VANISHED),
        (TimeoutError(), SkipReason.UNREACHABLE),
        (OSError(), SkipReason.UNREACHABLE),
    ],
)
def test_a_root_that_cannot_be_listed_is_no_listing(error: OSError, reason: SkipReason) -> None:
    assert refusal({"": error}) is reason


@pytest.mark.parametrize("error", [ConnectionResetError(), TimeoutError()])
def test_a_line_that_breaks_in_a_folder_is_no_refused_folder(error: OSError) -> None:
    assert refusal({"": [folder("a"), file("b")], "a": error}) is SkipReason.UNREACHABLE


def test_a_line_that_breaks_half_way_through_a_folder_leaves_the_listing_not_whole() -> None:
    def entries(_: str) -> Iterator[Entry]:
        yield file("a")
        raise ConnectionResetError

    with pytest.raises(SourceError) as caught:
        list(RemoteWalk("A place", (), entries).files())
    assert caught.value.reason is SkipReason.UNREACHABLE
    assert "not listed as a whole" in str(caught.value)


def test_hidden_files_and_those_not_asked_for_are_left_out() -> None:
    listing = {"": [file(".a.csv"), folder(".git"), file("~$b.csv"), file("c.csv"), file("d.txt"), folder("e")]}
    assert [one.path for one in walked({**listing, "e": [file("f.csv")]}, "*.csv")] == ["c.csv", "e/f.csv"]


def test_more_files_than_a_source_may_have_are_no_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "MOST_FILES", 3)
    many = [file(str(number)) for number in range(5)]
    assert refusal({"": many}) is SkipReason.TOO_LARGE


def test_a_listing_without_end_is_not_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "MOST_FILES", 3)
    taken: list[Entry] = []

    def entries(_: str) -> Iterator[Entry]:
        while True:
            taken.append(Entry("..", is_folder=False))
            yield taken[-1]

    with pytest.raises(SourceError) as caught:
        list(RemoteWalk("A place", (), entries).files())
    assert caught.value.reason is SkipReason.TOO_LARGE
    assert len(taken) < 10


def test_entries_nobody_wants_count_too() -> None:
    def entries(_: str) -> Iterator[Entry]:
        while True:
            yield file(".hidden")

    with pytest.raises(SourceError) as caught:
        list(RemoteWalk("A place", (), entries, _entries_left=1000).files())
    assert caught.value.reason is SkipReason.TOO_LARGE


def test_folders_without_end_are_no_listing() -> None:
    with pytest.raises(SourceError) as caught:
        list(RemoteWalk("A place", (), lambda _: [folder("a")]).files())
    assert caught.value.reason is SkipReason.TOO_LARGE


DATA = bytes(range(256)) * 8


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 700)), max_size=20), st.integers(1, 600))
def test_parts_are_those_of_the_file_however_little_comes_at_once(reads: list[tuple[int, int]], most: int) -> None:
    stream = buffered(Ranges(len(DATA), lambda start, size: DATA[start : start + min(size, most)]))
    for start, size in reads:
        stream.seek(start)
        assert stream.read(size) == DATA[start : start + size]
    assert stream.seek(0, 2) == len(DATA)


def test_little_is_fetched_where_little_is_asked_for() -> None:
    ranges = Ranges(10**12, lambda _, size: bytes(size))
    stream = buffered(ranges)
    for place in (0, 10**6, 10**11):
        stream.seek(place)
        stream.read(10)
    assert ranges.fetched == 3 * remote.READ_AHEAD


def test_all_of_a_file_comes_in_large_pieces() -> None:
    asked: list[int] = []
    stream = buffered(Ranges(3_000_000, lambda _, size: asked.append(size) or bytes(size)))
    assert (len(stream.read()), len(asked)) == (3_000_000, 3)


def test_a_file_that_has_become_shorter_has_changed() -> None:
    with pytest.raises(Changed):
        buffered(Ranges(100, lambda start, size: bytes(50)[start : start + size])).read()


def test_more_than_was_asked_for_is_not_taken() -> None:
    with pytest.raises(OSError, match="more than"):
        Ranges(100, lambda _, size: bytes(size + 1)).read(10)


def test_a_file_is_let_go_once() -> None:
    ended: list[bool] = []
    stream = buffered(Ranges(1, lambda _, size: bytes(size), lambda: ended.append(True)))
    stream.close()
    stream.close()
    assert ended == [True]


def test_before_the_beginning_there_is_nothing() -> None:
    with pytest.raises(OSError, match="beginning"):
        Ranges(1, lambda _, size: bytes(size)).seek(-1)
