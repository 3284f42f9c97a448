"""Files of an OpenSSH server: their content, and what is said when the line breaks."""

import os
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from benchmarks.manners.proxy import Break, Proxy
from catalog.errors import SkipReason
from connectors.places import sftp
from connectors.places.sftp import SftpPlace
from tests.support.processes import wait_until
from tests.support.sftp_reading import listed, place, read, refusal, shut, write
from tests.support.sftp_server import SftpServer, throwaway_sftp


@pytest.fixture(scope="module")
def server() -> Iterator[SftpServer]:
    with throwaway_sftp() as running:
        yield running


@pytest.fixture
def folder(server: SftpServer) -> Path:
    path = server.home / uuid4().hex
    path.mkdir()
    return path


def test_a_file_comes_as_it_is(server: SftpServer, folder: Path) -> None:
    content = os.urandom(1_000_003)
    write(folder / "a" / "b.bin", content)
    with closing(place(server, folder)) as opened:
        assert read(opened, "a/b.bin") == content


def test_parts_of_a_large_file_come_alone(server: SftpServer, folder: Path) -> None:
    with (folder / "large.bin").open("wb") as large:
        for number in range(50):
            large.write(bytes([number]) * 1_000_000)
    with closing(Proxy(server.port)) as proxy, closing(place(server, folder, port=str(proxy.port))) as opened:
        with opened.opened("large.bin") as stream:
            for number in (0, 49, 20):
                stream.seek(number * 1_000_000)
                assert stream.read(1000) == bytes([number]) * 1000
        assert 3000 < proxy.passed < 1_000_000


def test_a_file_that_is_gone_or_shut_says_so(server: SftpServer, folder: Path) -> None:
    write(folder / "shut.csv")
    with closing(place(server, folder)) as opened, shut(folder / "shut.csv"):
        with pytest.raises(FileNotFoundError):
            read(opened, "gone.csv")
        with pytest.raises(FileNotFoundError):
            read(opened, "no\ud800name")
        with pytest.raises(PermissionError):
            read(opened, "shut.csv")
        assert [found.path for found in opened.files()] == ["shut.csv"]


def test_a_file_replaced_while_it_is_read_stays_the_one_that_was_opened(server: SftpServer, folder: Path) -> None:
    path = write(folder / "a.bin", b"old" * 300_000)
    with closing(place(server, folder)) as opened, opened.opened("a.bin") as stream:
        assert stream.read(3) == b"old"
        write(folder / "b.bin", b"new" * 300_000).replace(path)
        assert stream.read() == b"old" * 299_999


def test_a_file_cut_short_while_it_is_read_is_not_there_any_more(server: SftpServer, folder: Path) -> None:
    path = write(folder / "a.bin", b"x" * 900_000)
    with closing(place(server, folder)) as opened, opened.opened("a.bin") as stream:
        stream.read(3)
        os.truncate(path, 300_000)
        with pytest.raises(FileNotFoundError):
            stream.read()


@pytest.mark.parametrize("how", [Break.CUT, Break.RESET])
def test_a_line_that_breaks_while_listing_leaves_it_not_whole(server: SftpServer, folder: Path, how: Break) -> None:
    for number in range(30):
        write(folder / f"{number % 3}" / f"{number}.csv")
    with closing(Proxy(server.port)) as proxy:
        with closing(place(server, folder, port=str(proxy.port))) as opened:
            assert len(list(opened.files())) == 30
            told = proxy.passed
        for byte in range(100, told, told // 12):
            proxy.break_at(byte, how)
            error = refusal(place(server, folder, port=str(proxy.port)))
            assert (error.reason, proxy.has_broken) == (SkipReason.UNREACHABLE, True)


def test_a_line_that_broke_is_laid_anew(server: SftpServer, folder: Path) -> None:
    write(folder / "a.bin", b"x" * 900_000)
    with closing(Proxy(server.port)) as proxy, closing(place(server, folder, port=str(proxy.port))) as opened:
        proxy.break_at(100_000, Break.CUT)
        assert len(list(opened.files())) == 1
        with pytest.raises(ConnectionError):
            read(opened, "a.bin")
        proxy.heal()
        assert len(read(opened, "a.bin")) == 900_000


def test_a_server_that_falls_silent_is_left(server: SftpServer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder / "a.bin", b"x" * 900_000)
    monkeypatch.setattr(sftp, "_SECONDS", 2)
    with closing(Proxy(server.port)) as proxy, closing(place(server, folder, port=str(proxy.port))) as opened:
        proxy.break_at(100_000, Break.SILENCE)
        assert len(list(opened.files())) == 1
        with pytest.raises(TimeoutError):
            read(opened, "a.bin")


def test_another_thread_may_end_what_is_read(server: SftpServer, folder: Path) -> None:
    write(folder / "a.bin", b"x" * 900_000)
    with closing(Proxy(server.port)) as proxy, closing(place(server, folder, port=str(proxy.port))) as opened:
        proxy.break_at(100_000, Break.SILENCE)
        assert len(list(opened.files())) == 1
        ending = threading.Thread(target=end_when_silent, args=(opened, proxy))
        ending.start()
        with pytest.raises(ConnectionError):
            read(opened, "a.bin")
        ending.join()


def test_ending_what_has_not_begun_does_nothing(server: SftpServer, folder: Path) -> None:
    opened = place(server, folder)
    opened.cancel()
    opened.close()
    opened.cancel()


def end_when_silent(opened: SftpPlace, proxy: Proxy) -> None:
    wait_until(lambda: proxy.has_broken)
    opened.cancel()


def test_a_link_to_what_is_passed_over_is_told_since_nobody_meets_it(server: SftpServer, folder: Path) -> None:
    write(folder / ".data" / "people.csv")
    write(folder / "deep" / "notes.txt")
    for name, target in {"a.csv": ".data/people.csv", "b": ".data", "c.csv": "deep/notes.txt", "d": "deep"}.items():
        (folder / name).symlink_to(target)
    hidden = [("a.csv", SkipReason.UNSAFE_PATH), ("b", SkipReason.UNSAFE_PATH)]
    assert listed(server, folder) == [*hidden, ("deep/notes.txt", None)]
    assert listed(server, folder, include="*.csv") == [hidden[0], ("c.csv", SkipReason.UNSAFE_PATH)]


def test_links_out_are_told_and_links_inside_are_met_on_their_own_way(server: SftpServer, folder: Path) -> None:
    root = folder / "root"
    write(folder / "outside.csv")
    write(folder / "rooted" / "a.csv")
    write(root / "in" / "a.csv")
    (root / "file-out").symlink_to(folder / "outside.csv")
    (root / "folder-out").symlink_to("..")
    (root / "near").symlink_to("../rooted")
    (root / "nowhere").symlink_to("/nonexistent/x")
    (root / "inside").symlink_to("in")
    (root / "round").symlink_to("round")
    assert listed(server, root) == [
        ("file-out", SkipReason.UNSAFE_PATH),
        ("folder-out", SkipReason.UNSAFE_PATH),
        ("in/a.csv", None),
        ("near", SkipReason.UNSAFE_PATH),
        ("nowhere", SkipReason.UNSAFE_PATH),
        *([("round", SkipReason.UNSAFE_PATH)] if is_told_of_rounds(server, root) else []),
    ]


def test_pipes_and_sockets_are_no_files(server: SftpServer, folder: Path) -> None:
    os.mkfifo(folder / "pipe.csv")
    write(folder / "z.csv")
    assert listed(server, folder) == [("z.csv", None)]


def is_told_of_rounds(server: SftpServer, folder: Path) -> bool:
    """Whether the server says where a link to itself leads: some say it leads to itself."""
    return ("round", SkipReason.UNSAFE_PATH) in listed(server, folder)
