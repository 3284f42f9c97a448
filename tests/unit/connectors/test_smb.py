"""SMB shares, read from a real server: what is listed and what is opened."""

import os
import threading
from collections.abc import Iterator

import pytest
import smbclient
from hypothesis import given
from hypothesis import strategies as st
from smbprotocol.file_info import FileAttributes, FileIdFullDirectoryInformation

from catalog.errors import SkipReason, SourceError
from catalog.ranges import Changed
from connectors.places import smb_handles, smb_names
from connectors.places.smb_handles import entry_of
from connectors.places.smb_names import is_usable, refused
from tests.support.middleman import middleman
from tests.support.smb_reading import listed, paths, place, read, why
from tests.support.smb_server import PASSWORD, Samba, samba


@pytest.fixture(scope="module")
def server() -> Iterator[Samba]:
    with samba() as running:
        yield running


@pytest.fixture
def share(server: Samba) -> Iterator[Samba]:
    """The server with a share that is empty but for what the test puts there."""
    yield server
    server.clear()


def test_a_share_is_listed_as_a_whole_folder_by_folder(share: Samba) -> None:
    share.put({"b.csv": b"12", "a/c.csv": b"123", "a/deep/é ☃.csv": b"", ".hidden": b"", "~$b.docx": b""})
    found = listed(share)
    assert [(each.path, each.size, each.refused) for each in found] == [
        ("a/c.csv", 3, None),
        ("a/deep/é ☃.csv", 0, None),
        ("b.csv", 2, None),
    ]
    assert len({each.mark for each in found}) == 3


def test_a_folder_of_more_files_than_fit_into_one_answer_is_listed_as_a_whole(share: Samba) -> None:
    names = [f"{number:04}.csv" for number in range(3000)]
    share.put(dict.fromkeys(names, b"1"))
    assert paths(share) == names


def test_one_folder_and_one_kind_of_file_can_be_asked_for(share: Samba) -> None:
    share.put({"a/b/c.csv": b"1", "a/b/c.txt": b"1", "d.csv": b"1"})
    assert paths(share, "a") == ["a/b/c.csv", "a/b/c.txt"]
    assert paths(share, path="a/b") == ["c.csv", "c.txt"]
    assert paths(share, include="*.csv") == ["a/b/c.csv", "d.csv"]


def test_the_mark_moves_when_the_content_does(share: Samba) -> None:
    share.put({"a.csv": b"1"})
    (before,) = listed(share)
    assert listed(share) == [before]
    share.put({"a.csv": b"22"})
    assert listed(share)[0].mark != before.mark


def test_a_folder_that_may_not_be_listed_is_told_and_the_rest_is_listed(share: Samba) -> None:
    share.put({"a.csv": b"1", "closed/b.csv": b"1", "z.csv": b"1"})
    (share.share / "closed").chmod(0o700)
    found = {each.path: (each.refused, each.is_folder) for each in listed(share)}
    assert found == {"a.csv": (None, False), "closed": (SkipReason.NO_PERMISSION, True), "z.csv": (None, False)}
    assert why(share, path="closed") is SkipReason.NO_PERMISSION


def test_a_file_that_may_not_be_read_is_refused(share: Samba) -> None:
    share.put({"a.csv": b"1"})
    (share.share / "a.csv").chmod(0o600)
    with pytest.raises(PermissionError):
        read(share, "a.csv")


def test_what_leads_to_another_server_is_told_and_never_followed(share: Samba) -> None:
    share.put({"a.csv": b"1"})
    (share.share / "dfs").symlink_to("msdfs:127.0.0.1\\elsewhere")
    assert [(each.path, each.refused) for each in listed(share)] == [("a.csv", None), ("dfs", SkipReason.UNSAFE_PATH)]
    for path in ("dfs", "dfs/a.csv"):
        with pytest.raises(OSError, match=r"link|not a file"):
            read(share, path)


def test_what_lies_outside_the_share_is_not_read(share: Samba) -> None:
    share.put({"a.csv": b"1"})
    (share.share / "out").symlink_to("/etc")
    (share.share / "passwd").symlink_to("/etc/passwd")
    assert paths(share) == ["a.csv"]
    for path in ("out/passwd", "passwd"):
        with pytest.raises(OSError, match=r"gone|not permitted"):
            read(share, path)


def test_links_of_the_servers_lead_out_of_the_share_s_folder_to_nothing(share: Samba) -> None:
    # Samba follows them itself and tells nobody.
    share.put(
        {"in/a.csv": b"1", "in/deep/b.csv": b"1", "out/secret.csv": b"2", "out/deep/c.csv": b"2", "inner/d": b"2"}
    )
    for name, target in {"up": "..", "link": "../out", "beside": "../inner", "deep/link": "../../out/deep"}.items():
        (share.share / "in" / name).symlink_to(target)
    (share.share / "in/secret.csv").symlink_to("../out/secret.csv")
    refused = dict.fromkeys(("up", "link", "beside", "deep/link"), SkipReason.UNSAFE_PATH)
    found = {each.path: each.refused for each in listed(share, path="in")}
    assert found == {"a.csv": None, "deep/b.csv": None, "secret.csv": None, **refused}
    for path in (
        "secret.csv",
        "link/secret.csv",
        "link/deep/c.csv",
        "deep/link/c.csv",
        "up/out/secret.csv",
        "beside/d",
    ):
        with pytest.raises(OSError, match="a link of the server's"):
            read(share, path, path="in")
    with pytest.raises(SourceError):
        paths(share, "link", path="in")


def test_links_of_the_servers_that_stay_inside_are_what_they_lead_to(share: Samba) -> None:
    share.put({"in/a.csv": b"1", "in/deep/b.csv": b"2"})
    (share.share / "in/deep/a.csv").symlink_to("../a.csv")
    (share.share / "in/near").symlink_to("deep")
    (share.share / "alias").symlink_to("in")
    (share.share / "whole").symlink_to(".")
    for path in ("in", "IN", "alias", "whole/in"):
        assert [read(share, name, path=path) for name in ("deep/a.csv", "near/b.csv")] == [b"1", b"2"]
        assert "near/b.csv" in paths(share, path=path)
    assert read(share, "in/a.csv", path="whole") == b"1"


def test_a_server_that_does_not_tell_where_its_links_lead_is_read_all_the_same() -> None:
    with samba("server max protocol = SMB3_02") as server:
        server.put({"in/a.csv": b"1"})
        assert read(server, "a.csv", path="in") == b"1"
        assert paths(server, path="in") == ["a.csv"]


def test_a_folder_within_itself_is_not_walked_in_circles(share: Samba) -> None:
    share.put({"a/b/c.csv": b"1"})
    (share.share / "a/b/round").symlink_to("..")
    (share.share / "a/self").symlink_to(".")
    assert paths(share) == ["a/b/c.csv"]
    assert paths(share, "a/b") == ["a/b/c.csv"]


@pytest.mark.parametrize("path", ["a.csv:stream", "a.csv::$DATA", "con", "NUL.csv", "..\\a.csv", "sub\\a.csv", "*.csv"])
def test_streams_devices_and_patterns_are_not_opened(share: Samba, path: str) -> None:
    share.put({"a.csv": b"1", "sub/a.csv": b"1"})
    with pytest.raises(OSError, match="not the path of a file"):
        read(share, path)
    assert why(share, path=path) is SkipReason.BAD_SETTINGS or "\\" in path


@pytest.mark.parametrize("path", ["", "..", "../a.csv", "sub/../a.csv", "/a.csv", "sub//a.csv", "a\0.csv"])
def test_a_path_that_leads_elsewhere_is_not_opened(share: Samba, path: str) -> None:
    share.put({"a.csv": b"1", "sub/a.csv": b"1"})
    with pytest.raises(OSError, match="leaves the root"):
        read(share, path)


def test_names_in_other_spelling_or_short_form_are_names_like_any(share: Samba) -> None:
    share.put({"a:b.csv": b"1", "end.": b"2", "A~1.CSV": b"3"})
    found = [each for each in listed(share) if each.refused is None]
    assert sorted(read(share, each.path) for each in found) == [b"1", b"2", b"3"]


@given(st.text(max_size=12))
def test_a_usable_name_is_one_part_of_a_path(name: str) -> None:
    if is_usable(name):
        assert not set(name) & set('/\\:*?"<>|\0')
        assert name not in {"", ".", ".."}


@given(
    st.sampled_from(["con", "PRN", "aux", "Nul", "com1", "LPT9", "COM²"]), st.sampled_from(["", ".txt", " .a.b", " "])
)
def test_no_device_is_usable(device: str, end: str) -> None:
    assert not is_usable(device + end)
    assert is_usable(f"x{device}{end}")


@given(st.binary(max_size=20))
def test_a_name_that_is_none_is_told_and_refused(name: bytes) -> None:
    item = FileIdFullDirectoryInformation()
    item["file_name"] = name
    found = entry_of(item)
    assert found.refused is (None if is_usable(found.name) else SkipReason.UNSAFE_PATH)
    assert found.refused or (found.name.encode() and found.name.encode("utf-16-le") == name)


@pytest.mark.parametrize("name", ["..\\..\\x", "a\\b", "a:b", "con.csv", "a/b", "\ud800"])
def test_no_server_can_make_a_name_lead_elsewhere(name: str) -> None:
    item = FileIdFullDirectoryInformation()
    item["file_name"] = name.encode("utf-16-le", "surrogatepass")
    assert entry_of(item).refused is SkipReason.UNSAFE_PATH


def test_what_is_found_to_lead_on_is_refused_wherever_it_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    # Samba has no links that a client is told of; what it tells to be hidden stands for them.
    for module in (smb_names, smb_handles):
        monkeypatch.setattr(module, "LEADS_ON", FileAttributes.FILE_ATTRIBUTE_HIDDEN)
    with samba("hide files = /marked*/") as server:
        server.put({"marked/deep/a.csv": b"1", "plain/marked.csv": b"1", "plain/a.csv": b"1"})
        assert {each.path: each.refused for each in listed(server)} == {
            "marked": SkipReason.UNSAFE_PATH,
            "plain/a.csv": None,
            "plain/marked.csv": SkipReason.UNSAFE_PATH,
        }
        for path in ("marked/deep/a.csv", "plain/marked.csv"):
            with pytest.raises(OSError, match=r"a link|not a file"):
                read(server, path)
        with pytest.raises(SourceError):
            paths(server, "marked/deep")
        assert read(server, "plain/a.csv") == b"1"


@pytest.mark.parametrize(
    ("attributes", "tag", "reason"),
    [
        (0x20, 0, None),
        (0x10, 0, None),
        (0x20, 0xA000000C, None),  # of no meaning without the attribute
        (0x420, 0xA000000C, SkipReason.UNSAFE_PATH),  # a symbolic link
        (0x410, 0xA0000003, SkipReason.UNSAFE_PATH),  # a junction
        (0x410, 0x8000000A, SkipReason.UNSAFE_PATH),  # to another server
        (0x410, 0x80000013, SkipReason.UNSAFE_PATH),
        (0x420, 0x80000014, SkipReason.UNSAFE_PATH),  # a link, a pipe or a device by NFS
        (0x620, 0x80000013, None),  # deduplicated
        (0x420, 0x80000017, None),  # compressed
        (0x1020, 0, SkipReason.ARCHIVED),  # offline
        (0x400020, 0, SkipReason.ARCHIVED),  # recalled when it is read
        (0x401420, 0x80000013, SkipReason.ARCHIVED),
    ],
)
def test_links_are_refused_and_what_is_kept_elsewhere_is_not_fetched_back(
    attributes: int, tag: int, reason: SkipReason | None
) -> None:
    assert refused(attributes, tag) is reason


def test_a_line_that_breaks_while_listing_leaves_the_listing_incomplete(share: Samba) -> None:
    share.put({f"{letter}/{number}.csv": b"1" for letter in "abcdef" for number in range(50)})
    with middleman(share.port) as between:
        assert len(paths(share, port=str(between.port))) == 300
        whole = between.passed
    for part in (0.5, 0.8, 0.95):
        with middleman(share.port, most=int(whole * part)) as between:
            assert why(share, port=str(between.port)) is SkipReason.UNREACHABLE


def test_a_line_that_breaks_is_begun_anew_for_the_next_file(share: Samba) -> None:
    share.put({"a.csv": os.urandom(3_000_000), "b.csv": b"1"})
    with middleman(share.port) as between, place(share, port=str(between.port)) as there:
        with there.opened("a.csv") as stream:
            stream.read(10)
            between.most = 0
            with pytest.raises(ConnectionError):
                stream.read()
        between.most = None
        with there.opened("b.csv") as stream:
            assert stream.read() == b"1"


def test_parts_of_a_large_file_are_fetched_alone(share: Samba) -> None:
    size = 50_000_000
    with (share.share / "large.bin").open("wb") as large:
        large.truncate(size)
        large.seek(size - 4)
        large.write(b"last")
    with middleman(share.port) as between, place(share, port=str(between.port)) as there:
        with there.opened("large.bin") as stream:
            assert stream.read(4) == bytes(4)
            stream.seek(-4, os.SEEK_END)
            assert stream.read() == b"last"
            stream.seek(size // 2)
            assert stream.read(100) == bytes(100)
        assert between.passed < 1_000_000


def test_a_large_file_is_read_as_it_is(share: Samba) -> None:
    content = os.urandom(5_000_001)
    share.put({"a.bin": content})
    for encrypt in ("yes", "no"):
        assert read(share, "a.bin", encrypt=encrypt) == content


def test_a_file_that_is_replaced_while_it_is_read_is_read_as_it_was(share: Samba) -> None:
    share.put({"a.csv": b"1" * 2_000_000})
    with place(share) as there, there.opened("a.csv") as stream:
        stream.read(10)
        share.put({"new": b"2" * 2_000_000})
        (share.share / "new").replace(share.share / "a.csv")
        assert set(stream.read()) == {ord("1")}


def test_a_file_that_is_cut_while_it_is_read_says_so(share: Samba) -> None:
    share.put({"a.csv": b"1" * 2_000_000})
    with place(share) as there, there.opened("a.csv") as stream:
        stream.read(10)
        os.truncate(share.share / "a.csv", 400_000)
        with pytest.raises(Changed):
            stream.read()


def test_a_file_that_is_gone_says_so(share: Samba) -> None:
    with pytest.raises(FileNotFoundError):
        read(share, "nowhere.csv")
    with pytest.raises(FileNotFoundError):
        read(share, "nowhere/a.csv")


def _somebody(share: Samba, path: str, mode: str, share_access: str | None, cache: dict[str, object]) -> object:
    return smbclient.open_file(
        f"\\\\127.0.0.1\\files\\{path}",
        mode=mode,
        share_access=share_access,
        port=share.port,
        username="nobody",
        password=PASSWORD,
        connection_cache=cache,
    )


@pytest.fixture
def cache() -> Iterator[dict[str, object]]:
    """The connections of somebody else, who works with the files."""
    connections: dict[str, object] = {}
    yield connections
    smbclient.reset_connection_cache(connection_cache=connections)


def test_whoever_works_with_a_file_is_not_kept_from_it(share: Samba, cache: dict[str, object]) -> None:
    share.put({"a.csv": b"1" * 100})
    (share.share / "a.csv").chmod(0o666)
    share.share.chmod(0o777)
    with place(share) as there, there.opened("a.csv") as stream:
        with _somebody(share, "a.csv", "r+b", "rwd", cache) as working:  # type: ignore[attr-defined]  # it has no types
            working.write(b"2")
        names = {"port": share.port, "username": "nobody", "password": PASSWORD, "connection_cache": cache}
        smbclient.rename(r"\\127.0.0.1\files\a.csv", r"\\127.0.0.1\files\b.csv", **names)
        assert stream.read(1) == b"2"


def test_a_file_that_somebody_locks_is_tried_again_later(share: Samba, cache: dict[str, object]) -> None:
    share.put({"a.csv": b"1"})
    (share.share / "a.csv").chmod(0o666)
    with _somebody(share, "a.csv", "r+b", None, cache), pytest.raises(ConnectionError):  # type: ignore[attr-defined]  # it has no types
        read(share, "a.csv")


def test_what_another_thread_asks_can_be_ended(share: Samba) -> None:
    share.put({"a.csv": b"1" * 1_000_000})
    waits, goes_on = threading.Event(), threading.Event()
    holds = threading.Event()

    def hold(data: bytes) -> bytes:
        if holds.is_set():
            waits.set()
            goes_on.wait(60)
        return data

    raised: list[BaseException] = []
    with middleman(share.port, hold) as between, place(share, port=str(between.port)) as there:

        def ask() -> None:
            with there.opened("a.csv") as stream:
                holds.set()
                try:
                    stream.read()
                except OSError as error:
                    raised.append(error)

        asking = threading.Thread(target=ask)
        asking.start()
        assert waits.wait(60)
        there.cancel()
        asking.join(20)
        ended = not asking.is_alive()
        goes_on.set()
        asking.join()
    assert ended
    assert isinstance(raised[0], ConnectionError)


def test_cancelling_and_closing_are_of_no_harm_where_nothing_goes_on(share: Samba) -> None:
    share.put({"a.csv": b"1"})
    with place(share) as there:
        there.cancel()
        there.close()
        assert [each.path for each in there.files()] == ["a.csv"]
        there.cancel()
        assert [each.path for each in there.files()] == ["a.csv"]
