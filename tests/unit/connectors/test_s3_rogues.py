"""Servers of buckets that mean ill, fall silent or break off."""

import threading
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from benchmarks.manners.proxy import Break, Proxy
from catalog.errors import SkipReason
from connectors.places import s3_line
from connectors.places.s3 import S3Place
from connectors.reaching import Pinned
from tests.support.processes import wait_until
from tests.support.s3_reading import at, page, place, read, refusal, rogue, through
from tests.support.s3_server import S3Server, throwaway_s3


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with throwaway_s3() as running:
        yield running
        running.owner.close()


@pytest.fixture
def bucket(server: S3Server) -> str:
    return server.bucket(f"open-{uuid4().hex}")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("", SkipReason.ARCHIVED),
        ("<IsRestoreInProgress>true</IsRestoreInProgress>", SkipReason.ARCHIVED),
        ("<IsRestoreInProgress>false</IsRestoreInProgress>", SkipReason.ARCHIVED),
        (
            "<IsRestoreInProgress>false</IsRestoreInProgress><RestoreExpiryDate>2099-01-02T03:04:05Z</RestoreExpiryDate>",
            None,
        ),
    ],
)
def test_what_was_fetched_back_from_an_archive_is_read(status: str, reason: SkipReason | None) -> None:
    there = f"<StorageClass>GLACIER</StorageClass><RestoreStatus>{status}</RestoreStatus></Contents>".encode()
    told: bytes = page("a.csv").replace(b"</Contents>", there)
    with rogue(lambda _: (200, {}, told)) as (port, heard), closing(at(port)) as opened:
        assert [found.refused for found in opened.files()] == [reason]
    assert heard[-1]["x-amz-optional-object-attributes"] == "RestoreStatus"


def test_a_redirection_to_another_server_is_not_followed() -> None:
    with rogue(lambda _: (200, {}, page())) as (other, heard):
        for status in (301, 302, 307, 308):
            moved = {"Location": f"http://127.0.0.1:{other}/open-x/", "x-amz-bucket-region": "eu-west-1"}
            with rogue(lambda _, status=status, moved=moved: (status, moved, b"")) as (port, _):
                assert refusal(at(port)).reason in (SkipReason.UNREACHABLE, SkipReason.BAD_SETTINGS)
        assert heard == []


def test_a_request_for_another_server_is_not_sent() -> None:
    with rogue(lambda _: (200, {}, page())) as (port, heard):
        pinned = Pinned("S3 bucket x", "127.0.0.1", port, ("127.0.0.1",))
        line = s3_line.ObjectLine(pinned, urlsplit(f"http://127.0.0.1:{port}"), "")
        with closing(line), pytest.raises(ConnectionError):
            line.asked("GET", f"http://s3.example:{port}/open-x", {})
        assert heard == []


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"not xml",
        b"<a>",
        b"\xff\xfe",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><x>&c;</x>',
        b"<html><body>Welcome</body></html>",
        b"<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        b"<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Size>x</Size></Contents></ListBucketResult>",
        b"<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key></Contents></ListBucketResult>",
    ],
)
def test_what_is_no_listing_is_never_an_empty_one(told: bytes) -> None:
    with rogue(lambda _: (200, {}, told)) as (port, _):
        assert refusal(at(port)).reason is SkipReason.UNREACHABLE


def test_pages_that_lead_to_themselves_come_to_an_end() -> None:
    with rogue(lambda _: (200, {}, page("a", more="same"))) as (port, _):
        assert refusal(at(port)).reason is SkipReason.UNREACHABLE


def test_a_listing_that_may_not_go_on_is_not_whole() -> None:
    def answer(query: str) -> tuple[int, dict[str, str], bytes]:
        if "continuation-token" in query:
            return 500, {}, b"<Error><Code>InternalError</Code></Error>"
        return 200, {}, page("a.csv", more="next")

    with rogue(answer) as (port, _):
        assert refusal(at(port)).reason is SkipReason.UNREACHABLE


def test_a_folder_that_may_not_be_listed_is_told_and_the_rest_goes_on() -> None:
    def answer(query: str) -> tuple[int, dict[str, str], bytes]:
        if parse_qs(query).get("prefix") == ["shut/"]:
            return 403, {}, b"<Error><Code>AccessDenied</Code></Error>"
        return 200, {}, page("z.csv", folders=("shut/",))

    with rogue(answer) as (port, _), closing(at(port)) as opened:
        assert [(found.path, found.refused, found.is_folder) for found in opened.files()] == [
            ("shut", SkipReason.NO_PERMISSION, True),
            ("z.csv", None, False),
        ]


def test_keys_that_were_not_asked_for_are_not_taken() -> None:
    def answer(query: str) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, page("other/a.csv", folders=("elsewhere/",)) if "prefix=f%2F" in query else page("f/x")

    with rogue(answer) as (port, _), closing(at(port, path="f")) as opened:
        assert {found.refused for found in opened.files()} == {SkipReason.UNSAFE_PATH}


def test_an_answer_without_end_is_not_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_line, "_MOST", 100_000)
    with rogue(lambda _: (200, {}, page(*(f"{number}.csv" for number in range(5000))))) as (port, _):
        assert refusal(at(port)).reason is SkipReason.UNREACHABLE


def test_a_whole_object_where_a_part_was_asked_for_is_not_taken() -> None:
    whole = {"ETag": '"x"'}, b"x" * 1000
    with rogue(lambda _: (200, *whole)) as (port, _), closing(at(port)) as opened, pytest.raises(ConnectionError):
        read(opened, "a.csv")


def test_words_of_the_server_are_not_passed_on() -> None:
    told = b"<Error><Code>Weird</Code><Message>a-name-in-a-message</Message></Error>"
    with rogue(lambda _: (400, {}, told)) as (port, _):
        error = refusal(at(port))
        assert (
            "a-name" not in f"{error} {error.__cause__!r} {error.__context__ if not error.__suppress_context__ else ''}"
        )


@pytest.mark.parametrize("how", [Break.CUT, Break.RESET])
def test_a_line_that_breaks_while_listing_leaves_it_not_whole(server: S3Server, bucket: str, how: Break) -> None:
    for number in range(30):
        server.put(bucket, f"{number % 3}/{number}.csv")
    with closing(Proxy(server.port)) as proxy:
        with closing(through(proxy, server, bucket)) as opened:
            assert len(list(opened.files())) == 30
            told = proxy.passed
        for byte in range(100, told, told // 12):
            proxy.break_at(byte, how)
            assert refusal(through(proxy, server, bucket)).reason is SkipReason.UNREACHABLE
            assert proxy.has_broken


def test_a_line_that_broke_once_is_laid_anew(server: S3Server, bucket: str) -> None:
    server.put(bucket, "a.bin", b"x" * 900_000)
    with closing(Proxy(server.port)) as proxy, closing(through(proxy, server, bucket)) as opened:
        proxy.break_at(100_000, Break.RESET)
        with pytest.raises(ConnectionError):
            read(opened, "a.bin")
        proxy.heal()
        assert len(read(opened, "a.bin")) == 900_000


def test_a_server_that_falls_silent_is_left(server: S3Server, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    server.put(bucket, "a.bin", b"x" * 900_000)
    monkeypatch.setattr(s3_line, "SECONDS", 1)
    with closing(Proxy(server.port)) as proxy, closing(through(proxy, server, bucket)) as opened:
        proxy.break_at(100_000, Break.SILENCE)
        with pytest.raises(ConnectionError):
            read(opened, "a.bin")


def test_another_thread_may_end_what_is_read(server: S3Server, bucket: str) -> None:
    server.put(bucket, "a.bin", b"x" * 900_000)
    with closing(Proxy(server.port)) as proxy, closing(through(proxy, server, bucket)) as opened:
        proxy.break_at(100_000, Break.SILENCE)
        got: list[BaseException | bytes] = []
        reading = threading.Thread(target=lambda: got.append(tried(opened, "a.bin")))
        reading.start()
        wait_until(lambda: proxy.has_broken)
        opened.cancel()
        wait_until(lambda: not reading.is_alive())
        assert isinstance(got[0], ConnectionError)
        proxy.heal()
        assert len(read(opened, "a.bin")) == 900_000


def test_ending_what_has_not_begun_does_nothing(server: S3Server, bucket: str) -> None:
    opened = place(server, bucket)
    opened.cancel()
    opened.close()
    opened.cancel()


def tried(opened: S3Place, path: str) -> BaseException | bytes:
    try:
        return read(opened, path)
    except OSError as error:
        return error
