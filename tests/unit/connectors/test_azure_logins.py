"""Who asks for blobs of Azure, and what they may do."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from azure.storage.blob import AccessPolicy, generate_container_sas

from catalog.errors import SkipReason, SourceError
from tests.support.azure_reading import paths, place, read, why
from tests.support.azure_server import ACCOUNT, KEY, Storage, azurite, sas


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    with azurite(tmp_path_factory.mktemp("azurite")) as running:
        yield running


@pytest.fixture
def name() -> str:
    """A container of the test's own."""
    return f"t{uuid.uuid4().hex}"


def test_a_login_that_says_that_it_may_change_data_is_refused_unless_the_settings_admit_it(
    storage: Storage, name: str
) -> None:
    options = storage.filled(name, {"a.csv": b"1"})
    for login in ({"sas": sas(name, "rwl")}, {"sas": "", "key": KEY}):
        assert why(options, **login) is SkipReason.CAN_WRITE
        with place(options, **login) as blobs, pytest.raises(SourceError), blobs.opened("a.csv"):
            pass
        assert paths(options, **login, allow_write="yes") == ["a.csv"]


def _by_policy(storage: Storage, name: str, rights: str, told: str | None = "rl") -> str:
    """A signature by a stored access policy; Azurite goes by what that says, whatever the signature tells besides."""
    now = datetime.now(UTC)
    stored = AccessPolicy(permission=rights, expiry=now + timedelta(hours=1), start=now - timedelta(hours=1))
    with storage.owner(name) as owner:
        owner.set_container_access_policy({"readers": stored})
    return str(
        generate_container_sas(ACCOUNT, name, account_key=KEY, policy_id="readers", permission=told, expiry=None)
    )


def test_of_a_signature_by_a_policy_nobody_says_that_it_may_only_read(storage: Storage, name: str) -> None:
    options = storage.filled(name, {"a.csv": b"1"})
    for rights in ("rl", "rwdl"):
        with place(options, sas=_by_policy(storage, name, rights, None)) as blobs:
            last = blobs.check()[-1]
            assert (last.name, last.passed) == ("write", False)
            assert "policy readers" in last.message
            assert blobs.view() == "sas  sr=c si=readers"
            assert [each.path for each in blobs.files()] == ["a.csv"]


def test_a_signature_by_a_policy_may_say_itself_that_it_may_only_read(storage: Storage, name: str) -> None:
    options = storage.filled(name, {"a.csv": b"1"})
    with place(options, sas=_by_policy(storage, name, "rl")) as blobs:
        assert all(each.passed for each in blobs.check())
        assert [each.path for each in blobs.files()] == ["a.csv"]


def test_a_signature_that_ends_on_the_way_leaves_the_listing_incomplete(storage: Storage, name: str) -> None:
    options = storage.filled(name, {f"{letter}/a.csv": b"1" for letter in "abcd"})
    with place(options, sas=_by_policy(storage, name, "rl")) as blobs:
        walk = blobs.files()
        assert next(walk).path == "a/a.csv"
        with storage.owner(name) as owner:
            owner.set_container_access_policy({})
        with pytest.raises(SourceError) as raised:
            list(walk)
        assert raised.value.reason is SkipReason.UNREACHABLE
        with pytest.raises(ConnectionError), blobs.opened("a/a.csv"):
            pass


def test_a_signature_that_has_expired_or_is_of_another_container_is_refused(storage: Storage, name: str) -> None:
    options = storage.filled(name, {"a.csv": b"1"})
    assert why(options, sas=sas(name, minutes=-5)) is SkipReason.LOGIN_REFUSED
    assert why(options, sas=sas("another")) is SkipReason.LOGIN_REFUSED
    assert why(options, sas=sas(name, "r")) is SkipReason.NO_PERMISSION


def test_a_blob_that_may_only_be_listed_is_refused(storage: Storage, name: str) -> None:
    options = storage.filled(name, {"a.csv": b"1"}) | {"sas": sas(name, "l")}
    assert paths(options) == ["a.csv"]
    with pytest.raises(PermissionError):
        read(options, "a.csv")


def test_a_check_goes_step_by_step_up_to_the_first_that_fails(storage: Storage, name: str) -> None:
    options = storage.filled(name, {"a.csv": b"1"})

    def steps(**more: str) -> list[tuple[str, bool]]:
        with place(options, **more) as blobs:
            return [(each.name, each.passed) for each in blobs.check()]

    way = [("name", True), ("port", True)]
    assert steps() == [*way, ("login", True), ("listing", True), ("write", True)]
    assert steps(sas=sas(name, "rwl"))[-1] == ("write", False)
    assert steps(sas=sas(name, "rwl"), allow_write="yes")[-1] == ("write", True)
    assert steps(sas="", key=KEY)[-1] == ("write", False)
    assert steps(sas=sas(name, minutes=-5)) == [*way, ("login", False)]
    assert steps(sas=sas(name, "r")) == [*way, ("listing", False)]
    assert steps(sas="", key=KEY, allow_write="yes", container="nowhere") == [*way, ("container", False)]
    assert steps(path="nowhere") == [*way, ("path", False)]
    assert steps(endpoint=f"http://127.0.0.1:1/{ACCOUNT}") == [("name", True), ("port", False)]


def test_no_secret_is_shown(storage: Storage, name: str) -> None:
    options = storage.filled(name, {"a.csv": b"1"})
    with place(options) as blobs:
        told = [str(blobs.__dict__), blobs.label, blobs.view(), *(each.message for each in blobs.check())]
    assert all(options["sas"].partition("sig=")[2] not in each for each in told)
    assert blobs.view() == "sas lr sr=c"
