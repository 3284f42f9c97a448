"""Buckets of an S3-compatible server in every state, and servers that are not to be believed."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from botocore.loaders import Loader

from benchmarks.manners.proxy import Proxy
from catalog.errors import SkipReason, SourceError
from catalog.model.egress import Egress
from catalog.ports import Bounds
from connectors.options import Options
from connectors.places import s3
from connectors.places.endpoint import endpoint_of
from connectors.places.s3 import S3Place
from tests.support.bounds import here
from tests.support.mailing import certificate
from tests.support.s3_reading import SECRET, at, last, listed, page, place, read, refusal, rogue, through
from tests.support.s3_server import S3Server, throwaway_s3


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with throwaway_s3() as running:
        yield running
        running.owner.close()


@pytest.fixture(scope="module")
def protected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with throwaway_s3(certificate(tmp_path_factory.mktemp("tls"))) as running:
        running.bucket("open-tls")
        yield running
        running.owner.close()


@pytest.fixture
def bucket(server: S3Server) -> str:
    return server.bucket(f"open-{uuid4().hex}")


# The way there


def test_a_login_that_may_read_can_list(server: S3Server, bucket: str) -> None:
    with closing(place(server, bucket)) as opened:
        assert [(check.name, check.passed) for check in opened.check()] == [
            ("name", True),
            ("port", True),
            ("login", True),
            ("listing", True),
        ]


@pytest.mark.parametrize(
    ("more", "step", "reason"),
    [
        ({"secret_key": "wrong"}, "login", SkipReason.LOGIN_REFUSED),
        ({"access_key": "AKIA" + "0" * 16}, "login", SkipReason.LOGIN_REFUSED),
        ({"bucket": "shut-bucket"}, "listing", SkipReason.NO_PERMISSION),
        ({"path": "no/such"}, "path", SkipReason.UNREACHABLE),
    ],
)
def test_what_is_refused_is_told(
    server: S3Server, bucket: str, more: dict[str, str], step: str, reason: SkipReason
) -> None:
    check = last(place(server, bucket, **more))
    assert (check.name, check.passed) == (step, False)
    error = refusal(place(server, bucket, **more))
    assert error.reason is reason
    assert SECRET not in str(error)


def test_a_bucket_that_is_not_there_is_told(server: S3Server) -> None:
    # Who may list all buckets is told that there is none of the name; others, that they may not.
    owner, word = server.owner_login
    options = {"bucket": "missing", "endpoint": server.endpoint, "access_key": owner, "secret_key": "s"}
    check = last(S3Place(options, resolve=lambda _: word, bounds=here()))
    assert (check.name, check.message) == ("bucket", "there is no such bucket. Check bucket and endpoint.")


@pytest.mark.parametrize(
    "more",
    [
        {"bucket": "arn:aws:s3:us-east-1:1:accesspoint/x"},
        {"bucket": "../other"},
        {"bucket": "a?b"},
        {"bucket": ""},
        {"region": "us east"},
        {"path": "a/../b"},
        {"path": "a//b"},
        {"endpoint": "ftp://127.0.0.1"},
        {"endpoint": "http://user:word@127.0.0.1"},
        {"endpoint": "http://127.0.0.1:99999"},
        {"endpoint": "http://127.0.0.1/?x=1"},
        {"endpoint": "127.0.0.1"},
        {"ca": "/no/such/file"},
        {"profile": "x"},
    ],
)
def test_settings_that_cannot_be_used_are_told_at_once(server: S3Server, bucket: str, more: dict[str, str]) -> None:
    with pytest.raises(SourceError) as caught:
        place(server, bucket, **more)
    assert caught.value.reason is SkipReason.BAD_SETTINGS


def test_an_address_in_capitals_is_signed_as_it_is_sent(server: S3Server, bucket: str) -> None:
    # The server of the tests looks at signatures.
    server.put(bucket, "a.csv")
    options = {"bucket": bucket, "endpoint": f"HTTP://LocalHost:{server.port}", "access_key": server.access_key}
    bounds = Bounds(64, Egress.of("localhost, 127.0.0.1"))
    with closing(S3Place({**options, "secret_key": "s"}, resolve=lambda _: server.secret_key, bounds=bounds)) as opened:
        assert [found.path for found in opened.files()] == ["a.csv"]


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("https://S3.Example:443", "s3.example"),
        ("https://s3.example:80", "s3.example:80"),
        ("http://s3.example:80/", "s3.example"),
        ("http://[2001:DB8::1]:9000", "[2001:db8::1]:9000"),
        ("https://[2001:db8::1]:443", "[2001:db8::1]"),
    ],
)
def test_an_address_is_written_as_it_is_signed(endpoint: str, host: str) -> None:
    assert endpoint_of(Options("S3 bucket", {"endpoint": endpoint}), "").netloc == host


def test_an_authority_that_is_none_is_told(protected: S3Server, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    assert refusal(place(protected, "open-tls", ca=str(tmp_path / "ca.pem"))).reason is SkipReason.BAD_SETTINGS


def test_a_server_that_is_not_on_the_list_is_not_gone_to(server: S3Server) -> None:
    options = {"bucket": "open-x", "endpoint": server.endpoint, "access_key": "a", "secret_key": "s"}
    for egress in ("", "127.0.0.2", "0.0.0.0/0", f"127.0.0.1:{server.port + 1}"):
        with pytest.raises(SourceError) as caught:
            S3Place(options, resolve=str, bounds=Bounds(1, Egress.of(egress)))
        assert caught.value.reason is SkipReason.NOT_ALLOWED
    with pytest.raises(SourceError) as caught:
        S3Place(
            {**options, "endpoint": "", "region": "eu-west-1"}, resolve=str, bounds=Bounds(1, Egress.of("x.example"))
        )
    assert "add s3.eu-west-1.amazonaws.com:443 to" in str(caught.value)


def test_without_encryption_only_this_machine_is_spoken_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(socket.AF_INET, 1, 6, "", ("192.0.2.7", 80))])
    options = {"bucket": "open-x", "endpoint": "http://s3.example", "access_key": "a", "secret_key": "s"}
    opened = S3Place(options, resolve=str, bounds=Bounds(1, Egress.of("s3.example")))
    error = refusal(opened)
    assert (error.reason, error.next_step) == (SkipReason.BAD_SETTINGS, "Use https in endpoint.")


def test_a_certificate_has_to_be_trusted_and_to_fit(protected: S3Server, tmp_path: Path) -> None:
    trusted = str(protected.certificate)
    assert last(place(protected, "open-tls", ca=trusted)).name == "listing"
    other = str(certificate(tmp_path))
    elsewhere = protected.endpoint.replace("127.0.0.1", "localhost")
    for more in ({}, {"ca": other}, {"ca": trusted, "endpoint": elsewhere}):
        check = last(place(protected, "open-tls", **more))
        assert (check.name, check.passed) == ("TLS", False)
        assert refusal(place(protected, "open-tls", **more)).reason is SkipReason.UNREACHABLE


def test_nothing_of_this_machine_is_used(
    server: S3Server, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put(bucket, "a.csv")
    home = tmp_path / ".aws"
    home.mkdir()
    (home / "credentials").write_text("[default]\naws_access_key_id = x\naws_secret_access_key = y\n[broken")
    (home / "config").write_text("[default]\nregion = eu-west-1\ns3 =\n  addressing_style = virtual\n[broken")
    model = home / "models" / "s3" / "2099-01-01" / "service-2.json"
    model.parent.mkdir(parents=True)
    model.write_text("broken")
    monkeypatch.setattr(Loader, "CUSTOMER_DATA_PATH", str(home / "models"))
    elsewhere = "http://127.0.0.2:1"
    poison = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), elsewhere)
    poison |= {"AWS_ENDPOINT_URL": elsewhere, "AWS_ENDPOINT_URL_S3": elsewhere, "AWS_PROFILE": "none-such"}
    poison |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_SESSION_TOKEN": "z", "HOME": str(tmp_path)}
    poison |= {"AWS_CA_BUNDLE": "/none", "REQUESTS_CA_BUNDLE": "/none", "AWS_MAX_ATTEMPTS": "x", "AWS_REGION": "x"}
    poison |= {"AWS_CONFIG_FILE": str(home / "config"), "AWS_SHARED_CREDENTIALS_FILE": str(home / "credentials")}
    poison |= {"AWS_DATA_PATH": str(home / "models"), "AWS_USE_FIPS_ENDPOINT": "true", "AWS_RETRY_MODE": "none"}
    for name, value in poison.items():
        monkeypatch.setenv(name, value)
    with opened_files() as asked:
        assert listed(server, bucket) == [("a.csv", None)]
    assert asked
    assert not [path for path in asked if ".aws" in path]


def test_a_token_is_shown_beside_the_key() -> None:
    with rogue(lambda _: (200, {}, page())) as (port, heard):
        with closing(at(port, session_token="token")) as opened:
            assert list(opened.files()) == []
        assert heard[0]["x-amz-security-token"] == "token"
        assert SECRET not in str(heard)


# What lies there


def test_objects_are_files_folder_by_folder_each_sorted(server: S3Server, bucket: str) -> None:
    for key in ("z.csv", "deep/er/two.tsv", "deep/three.TXT", "a.csv", ".hidden/x.csv", "deep/", "f/y z+ü&%41.csv"):
        server.put(bucket, key)
    assert [path for path, _ in listed(server, bucket)] == [
        "a.csv",
        "deep/er/two.tsv",
        "deep/three.TXT",
        "f/y z+ü&%41.csv",
        "z.csv",
    ]
    assert listed(server, bucket, path="deep", include="*.tsv") == [("er/two.tsv", None)]
    with closing(place(server, bucket)) as opened:
        assert [found.path for found in opened.files("deep/er")] == ["deep/er/two.tsv"]
        assert read(opened, "f/y z+ü&%41.csv") == b"a,b\n1,2\n"
    with closing(place(server, bucket, path="/deep/")) as opened:
        assert read(opened, "er/two.tsv") == b"a,b\n1,2\n"


def test_a_folder_whose_name_begins_like_the_paths_is_another(server: S3Server, bucket: str) -> None:
    server.put(bucket, "data/a.csv")
    server.put(bucket, "data-of-others/b.csv")
    assert listed(server, bucket, path="data") == [("a.csv", None)]


def test_more_objects_than_a_page_holds_all_come(
    server: S3Server, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "_PAGE", 3)
    keys = [f"{number}/{name}.csv" for number in range(4) for name in "abcde"]
    for key in keys:
        server.put(bucket, key)
    assert [path for path, _ in listed(server, bucket)] == keys


def test_keys_that_lead_elsewhere_are_told_and_never_opened(server: S3Server, bucket: str) -> None:
    for key in ("f//e.csv", "g/../h.csv", "/root.csv", "i/./j.csv", "z.csv"):
        server.put(bucket, key)
    assert listed(server, bucket) == [
        ("f/unusable name 1", SkipReason.UNSAFE_PATH),
        ("g/unusable name 1", SkipReason.UNSAFE_PATH),
        ("i/unusable name 1", SkipReason.UNSAFE_PATH),
        ("unusable name 1", SkipReason.UNSAFE_PATH),
        ("z.csv", None),
    ]
    with closing(place(server, bucket)) as opened:
        for path in ("f//e.csv", "g/../h.csv", "/root.csv", "i/./j.csv", "", "..", "z.csv/"):
            with pytest.raises(OSError):
                read(opened, path)


@pytest.mark.parametrize("kind", ["GLACIER", "DEEP_ARCHIVE"])
def test_what_is_archived_is_told_and_not_fetched_back(server: S3Server, bucket: str, kind: str) -> None:
    server.put(bucket, "old.csv", StorageClass=kind)
    server.put(bucket, "rare.csv", StorageClass="STANDARD_IA")
    assert listed(server, bucket) == [("old.csv", SkipReason.ARCHIVED), ("rare.csv", None)]
    with closing(place(server, bucket)) as opened, pytest.raises(PermissionError):
        read(opened, "old.csv")


def test_a_mark_moves_with_the_content(server: S3Server, bucket: str) -> None:
    server.put(bucket, "a.csv", b"one")
    with closing(place(server, bucket)) as opened:
        (first,) = opened.files()
        assert list(opened.files()) == [first]
        server.put(bucket, "a.csv", b"two")
        (second,) = opened.files()
    assert (first.size, second.size) == (3, 3)
    assert first.mark != second.mark


def test_an_empty_bucket_is_an_empty_share(server: S3Server, bucket: str) -> None:
    assert listed(server, bucket) == []


# What is read


def test_an_object_comes_as_it_is(server: S3Server, bucket: str) -> None:
    content = os.urandom(5_000_003)
    server.put(bucket, "a/b.bin", content)
    with closing(place(server, bucket)) as opened:
        assert read(opened, "a/b.bin") == content


def test_an_object_that_says_it_is_compressed_comes_as_it_lies(server: S3Server, bucket: str) -> None:
    server.put(bucket, "a.gz", b"\x1f\x8b not really", ContentEncoding="gzip")
    with closing(place(server, bucket)) as opened:
        assert read(opened, "a.gz") == b"\x1f\x8b not really"


def test_parts_of_a_large_object_come_alone(server: S3Server, bucket: str) -> None:
    server.put(bucket, "large.bin", b"".join(bytes([number]) * 1_000_000 for number in range(50)))
    with closing(Proxy(server.port)) as proxy, closing(through(proxy, server, bucket)) as opened:
        with opened.opened("large.bin") as stream:
            for number in (0, 49, 20):
                stream.seek(number * 1_000_000)
                assert stream.read(1000) == bytes([number]) * 1000
        assert 3000 < proxy.passed < 1_000_000


def test_an_object_replaced_while_it_is_read_has_changed(server: S3Server, bucket: str) -> None:
    server.put(bucket, "a.bin", b"old" * 300_000)
    with closing(place(server, bucket)) as opened, opened.opened("a.bin") as stream:
        assert stream.read(3) == b"old"
        server.put(bucket, "a.bin", b"new" * 300_000)
        with pytest.raises(FileNotFoundError):
            stream.read()


def test_an_object_that_is_gone_or_not_permitted_says_so(server: S3Server, bucket: str) -> None:
    server.put(bucket, "a.bin", b"x" * 600_000)
    server.bucket(other := f"shut-{uuid4().hex}")
    with closing(place(server, bucket)) as opened:
        with pytest.raises(FileNotFoundError):
            read(opened, "gone.csv")
        with opened.opened("a.bin") as stream:
            stream.read(1)
            server.owner.delete_object(Bucket=bucket, Key="a.bin")
            with pytest.raises(FileNotFoundError):
                stream.read()
    with closing(place(server, other)) as opened, pytest.raises(PermissionError):
        read(opened, "a.csv")


# Helpers


@contextmanager
def opened_files() -> Iterator[list[str]]:
    """The files that are opened within this."""
    asked: list[str] = []
    watching = [True]
    # A hook of the interpreter stays for good; afterwards it does nothing.
    sys.addaudithook(lambda event, more: asked.append(str(more[0])) if watching and event == "open" else None)
    yield asked
    watching.clear()
