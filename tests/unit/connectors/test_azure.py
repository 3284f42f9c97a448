"""Blobs of Azure, read from Azurite: what is listed, what is opened, who is asked."""

import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from azure.storage.blob import StandardBlobTier

from catalog.errors import SkipReason, SourceError
from catalog.model.egress import Egress
from catalog.ports import Bounds
from catalog.ranges import Changed
from connectors.places.azure import AzurePlace
from tests.support.azure_reading import listed, paths, place, read, why
from tests.support.azure_server import ACCOUNT, KEY, Storage, azurite, made_certificate, sas
from tests.support.middleman import middleman

FILES = {
    "b.csv": b"12",
    "a/c.csv": b"123",
    "a/deep/é ☃ %41.csv": b"1",
    "a/b.csv": b"1",
    ".hidden": b"",
    "empty.csv": b"",
}


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    with azurite(tmp_path_factory.mktemp("azurite")) as running:
        yield running


@pytest.fixture
def name() -> str:
    """A container of the test's own."""
    return f"t{uuid.uuid4().hex}"


def test_a_container_is_listed_as_a_whole_folder_by_folder(storage: Storage, name: str) -> None:
    found = listed(storage.filled(name, FILES))
    assert [(each.path, each.size, each.refused) for each in found] == [
        ("a/b.csv", 1, None),
        ("a/c.csv", 3, None),
        ("a/deep/é ☃ %41.csv", 1, None),
        ("b.csv", 2, None),
        ("empty.csv", 0, None),
    ]
    assert len({each.mark for each in found}) == 5


def test_what_is_listed_can_be_read(storage: Storage, name: str) -> None:
    options = storage.filled(name, FILES)
    assert {path: read(options, path) for path in paths(options)} == {
        path: data for path, data in FILES.items() if path != ".hidden"
    }


def test_a_listing_goes_on_from_page_to_page(storage: Storage, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options = storage.filled(name, {f"{number:02}/{number:02}.csv": b"1" for number in range(25)})
    monkeypatch.setattr("connectors.places.azure._PAGE", 10)
    assert paths(options) == [f"{number:02}/{number:02}.csv" for number in range(25)]


def test_one_folder_and_one_kind_of_file_can_be_asked_for(storage: Storage, name: str) -> None:
    options = storage.filled(name, {"a/b/c.csv": b"1", "a/b/c.txt": b"1", "ab/d.csv": b"1"})
    assert paths(options, "a") == ["a/b/c.csv", "a/b/c.txt"]
    assert paths(options, path="a/b/") == ["c.csv", "c.txt"]
    assert paths(options, include="*.csv") == ["a/b/c.csv", "ab/d.csv"]


def test_what_only_stands_for_a_folder_is_no_file(storage: Storage, name: str) -> None:
    options = storage.filled(name, {"a/b.csv": b"1", "a/": b""})
    with storage.owner(name) as owner:
        owner.upload_blob("a", b"", metadata={"hdi_isfolder": "true"})
    assert paths(options) == ["a/b.csv"]


def test_the_mark_moves_when_the_content_does(storage: Storage, name: str) -> None:
    options = storage.filled(name, {"a.csv": b"1"})
    (before,) = listed(options)
    assert listed(options) == [before]
    with storage.owner(name) as owner:
        owner.upload_blob("a.csv", b"2", overwrite=True)
    assert listed(options)[0].mark != before.mark


@pytest.mark.parametrize("blob", ["../x.csv", "a/../../x.csv", "a//x.csv", "./x.csv", "a/..", "/x.csv"])
def test_a_name_that_leads_elsewhere_is_told_and_refused(storage: Storage, name: str, blob: str) -> None:
    options = storage.filled(name, {"z.csv": b"1"})
    storage.plant(name, blob, b"1")
    found = listed(options)
    assert [each.refused for each in found] == [SkipReason.UNSAFE_PATH, None]
    with place(options) as blobs:
        for path in (blob, found[0].path.removesuffix("/")):
            with pytest.raises(OSError, match=r"leaves the root|gone"), blobs.opened(path):
                pass


def test_an_archived_blob_is_told_and_not_fetched_back(storage: Storage, name: str) -> None:
    options = storage.filled(name, {"a.csv": b"1", "b.csv": b"1"})
    with storage.owner(name) as owner:
        owner.get_blob_client("a.csv").set_standard_blob_tier(StandardBlobTier.ARCHIVE)
    assert [each.refused for each in listed(options)] == [SkipReason.ARCHIVED, None]
    with place(options) as blobs, pytest.raises(PermissionError), blobs.opened("a.csv"):
        pass  # it is known before anything of it is asked for


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"sas": "sig=made&sp=rl&sr=c&sv=2021-12-02&se=2099-01-01"}, SkipReason.LOGIN_REFUSED),
        ({"sas": "", "key": "d3Jvbmc=", "allow_write": "yes"}, SkipReason.LOGIN_REFUSED),
        ({"sas": "", "key": KEY, "allow_write": "yes", "container": "nowhere"}, SkipReason.UNREACHABLE),
        ({"sas": "", "key": KEY}, SkipReason.CAN_WRITE),
        ({"path": "nowhere"}, SkipReason.UNREACHABLE),
        ({"endpoint": f"http://127.0.0.1:1/{ACCOUNT}"}, SkipReason.UNREACHABLE),
        ({"endpoint": "http://192.0.2.1"}, SkipReason.NOT_ALLOWED),
        ({"endpoint": "ftp://127.0.0.1"}, SkipReason.BAD_SETTINGS),
        ({"endpoint": "https://me:secret@127.0.0.1"}, SkipReason.BAD_SETTINGS),
        ({"sas": "not one"}, SkipReason.BAD_SETTINGS),
        ({"sas": "", "key": "no key"}, SkipReason.BAD_SETTINGS),
        ({"sas": ""}, SkipReason.BAD_SETTINGS),
        ({"key": KEY}, SkipReason.BAD_SETTINGS),
        ({"path": "a/../b"}, SkipReason.BAD_SETTINGS),
        ({"container": "A/B"}, SkipReason.BAD_SETTINGS),
        ({"ca": "/nowhere"}, SkipReason.BAD_SETTINGS),
        ({"ca": __file__}, SkipReason.BAD_SETTINGS),
    ],
)
def test_what_cannot_be_read_says_why(storage: Storage, name: str, more: dict[str, str], reason: SkipReason) -> None:
    assert why(storage.filled(name, {"a.csv": b"1"}), **more) is reason


def test_azure_s_own_cloud_has_to_be_in_the_operator_s_list_too() -> None:
    options = {"account": ACCOUNT, "container": "files", "sas": sas("files")}
    with pytest.raises(SourceError, match=r"city\.blob\.core\.windows\.net") as raised:
        AzurePlace(options, resolve=str, bounds=Bounds(100, Egress.of("db.example")))
    assert raised.value.reason is SkipReason.NOT_ALLOWED


def test_a_way_that_is_not_encrypted_is_gone_on_this_machine_alone(storage: Storage, name: str) -> None:
    options = storage.options(name) | {"endpoint": "http://192.0.2.1"}
    blobs = AzurePlace(options, resolve=str, bounds=Bounds(100, Egress.of("192.0.2.1")))
    with closing(blobs), pytest.raises(SourceError) as raised:
        list(blobs.files())
    assert raised.value.reason is SkipReason.BAD_SETTINGS


def test_a_certificate_that_is_not_trusted_is_refused(tmp_path: Path) -> None:
    certificate = made_certificate(tmp_path)
    with azurite(tmp_path, certificate) as storage:
        options = storage.filled("files", {"a.csv": b"1"})
        assert paths(options) == ["a.csv"]
        assert why(options, ca="") is SkipReason.UNREACHABLE
        assert why(options, endpoint=storage.endpoint().replace("127.0.0.1", "localhost")) is SkipReason.UNREACHABLE
        with place(options, ca="") as blobs:
            assert [each.name for each in blobs.check() if not each.passed] == ["TLS"]


def test_a_certificate_that_the_system_trusts_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = made_certificate(tmp_path)
    with azurite(tmp_path, certificate) as storage:
        options = storage.filled("files", {"a.csv": b"1"})
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert paths(options, ca="") == ["a.csv"]
        # The library's own authorities are not asked.
        monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificate[0]))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nowhere"))
        assert why(options, ca="") is SkipReason.UNREACHABLE


def test_nothing_of_this_machine_tells_who_asks_or_where(
    storage: Storage, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = storage.filled(name, {"a.csv": b"1"})
    with middleman(storage.port) as between:
        for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(variable, f"http://127.0.0.1:{between.port}")
        monkeypatch.setenv("AZURE_HTTP_USER_AGENT", "somebody")
        assert paths(options) == ["a.csv"]
        assert between.passed == 0


def test_an_answer_that_leads_somewhere_else_is_not_followed(storage: Storage, name: str) -> None:
    options = storage.filled(name, {"a.csv": b"1"})
    moved = b"HTTP/1.1 307 Moved\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n"
    answers: list[bytes] = []

    def lead_away(data: bytes) -> bytes:
        answers.append(data)
        return moved if data.startswith(b"HTTP/1.1 200") else b""

    with middleman(storage.port, lead_away) as between:
        assert why(options, endpoint=storage.endpoint(between.port)) is SkipReason.UNREACHABLE
    assert sum(data.startswith(b"HTTP/1.1") for data in answers) == 1


def test_a_line_that_breaks_while_listing_leaves_the_listing_incomplete(storage: Storage, name: str) -> None:
    options = storage.filled(name, {f"{letter}/{number}.csv": b"1" for letter in "abcd" for number in range(5)})
    with middleman(storage.port) as between:
        assert len(paths(options, endpoint=storage.endpoint(between.port))) == 20
        whole = between.passed
    with middleman(storage.port, most=int(whole * 0.7)) as between:
        assert why(options, endpoint=storage.endpoint(between.port)) is SkipReason.UNREACHABLE


def test_parts_of_a_large_blob_are_fetched_alone(storage: Storage, name: str) -> None:
    size = 50_000_000
    options = storage.filled(name, {"large.bin": bytes(size - 4) + b"last"})
    with middleman(storage.port) as between, place(options, endpoint=storage.endpoint(between.port)) as blobs:
        with blobs.opened("large.bin") as stream:
            assert stream.read(4) == bytes(4)
            stream.seek(-4, os.SEEK_END)
            assert stream.read() == b"last"
            stream.seek(size // 2)
            assert stream.read(100) == bytes(100)
        assert between.passed < 1_000_000


def test_a_blob_is_read_as_it_is_also_where_it_says_it_is_compressed(storage: Storage, name: str) -> None:
    content = os.urandom(5_000_001)
    options = storage.filled(name, {})
    with storage.owner(name) as owner:
        owner.upload_blob("a.bin", content)
        blob = owner.get_blob_client("a.bin")
        settings = blob.get_blob_properties().content_settings
        settings.content_encoding = "gzip"
        blob.set_http_headers(settings)
    assert read(options, "a.bin") == content


def test_a_blob_that_is_replaced_while_it_is_read_says_so(storage: Storage, name: str) -> None:
    options = storage.filled(name, {"a.csv": b"1" * 1_000_000})
    with place(options) as blobs, blobs.opened("a.csv") as stream:
        stream.read(10)
        with storage.owner(name) as owner:
            owner.upload_blob("a.csv", b"2" * 1_000_000, overwrite=True)
        with pytest.raises(Changed):
            stream.read()


def test_a_blob_that_is_gone_says_so(storage: Storage, name: str) -> None:
    options = storage.filled(name, {"a.csv": b"1" * 1_000_000})
    with pytest.raises(FileNotFoundError):
        read(options, "nowhere.csv")
    with place(options) as blobs, blobs.opened("a.csv") as stream:
        stream.read(10)
        with storage.owner(name) as owner:
            owner.delete_blob("a.csv")
        with pytest.raises(FileNotFoundError):
            stream.read()


def test_what_another_thread_asks_can_be_ended(storage: Storage, name: str) -> None:
    options = storage.filled(name, {"a.csv": b"1" * 1_000_000})
    holds, waits, goes_on = threading.Event(), threading.Event(), threading.Event()

    def hold(data: bytes) -> bytes:
        if holds.is_set():
            waits.set()
            goes_on.wait(60)
        return data

    raised: list[BaseException] = []
    with (
        middleman(storage.port, hold) as between,
        place(options, endpoint=storage.endpoint(between.port)) as blobs,
    ):

        def ask() -> None:
            with blobs.opened("a.csv") as stream:
                holds.set()
                try:
                    stream.read()
                except OSError as error:
                    raised.append(error)

        asking = threading.Thread(target=ask)
        asking.start()
        assert waits.wait(60)
        blobs.cancel()
        asking.join(20)
        ended = not asking.is_alive()
        goes_on.set()
        asking.join()
        holds.clear()
        assert [each.path for each in blobs.files()] == ["a.csv"]
    assert ended
    assert isinstance(raised[0], ConnectionError)
