import os
import stat
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import keyring
import keyring.core
import pytest

from catalog import keys
from catalog.errors import SettingsError


def test_env_reference_gives_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITY_DB_PASSWORD", "opensesame")
    assert keys.resolve("env:CITY_DB_PASSWORD") == "opensesame"


def test_file_reference_gives_the_content_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("open sesame \n", encoding="utf-8")
    (tmp_path / "secret").chmod(0o600)
    assert keys.resolve(f"file:{tmp_path / 'secret'}") == "open sesame "


@pytest.mark.parametrize(
    "reference",
    [
        "hunter2",
        "",
        "env:",
        "vault:x",
        "env:hunter2-not-a-name!",
        "env:hunter2",
        "file:",
        "file:hunter2!",
        "file:/hunter2",
    ],
)
def test_an_unusable_reference_is_refused_without_repeating_what_may_be_a_secret(reference: str) -> None:
    with pytest.raises(SettingsError) as caught:
        keys.resolve(reference)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_missing_empty_and_open_secrets_are_told_apart_and_not_named(tmp_path: Path) -> None:
    (tmp_path / "hunter2").touch(mode=0o600)
    (tmp_path / "hunter2-open").touch(mode=0o644)
    for reference, told in (
        ("env:HUNTER2", "Secret env:…: the environment variable is not set"),
        (f"file:{tmp_path / 'hunter2-missing'}", "Secret file:…: the file cannot be read"),
        (f"file:{tmp_path / 'hunter2'}", "Secret file:…: the file is empty"),
        (f"file:{tmp_path / 'hunter2-open'}", "Secret file:…: other accounts may read or change it"),
    ):
        with pytest.raises(SettingsError, match=told) as caught:
            keys.resolve(reference)
        assert "hunter2" not in str(caught.value).lower()


@pytest.mark.parametrize("reference", ["hunter2", "env:HUNTER2", "file:hunter2", "keyring:hunter2"])
def test_the_setting_that_holds_a_reference_is_named_instead(reference: str) -> None:
    with pytest.raises(SettingsError, match="of smtp_password: ") as caught:
        keys.resolve(reference, "smtp_password")
    assert "hunter2" not in str(caught.value).lower()


def test_a_key_is_made_once_and_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "names"
    key = keys.load_or_create(path)
    assert len(key) == 32
    assert keys.load_or_create(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["names"]


def test_a_key_that_others_may_read_is_kept_and_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "audit.key").write_bytes(bytes(32))
    (tmp_path / "audit.key").chmod(0o644)
    with pytest.raises(SettingsError, match=r"other accounts may read it.*chmod 600.*do not replace it"):
        keys.load(tmp_path / "audit.key")


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    assert keys.load_or_create(tmp_path / "a" / "names") != keys.load_or_create(tmp_path / "b" / "names")


def test_racing_processes_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: keys.load_or_create(tmp_path / "keys" / "names"), range(32)))
    assert len(made) == 1


def test_the_key_of_a_faster_process_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "names"
    key = keys.load_or_create(path)
    keys._create(path)
    assert keys.load_or_create(path) == key
    assert [entry.name for entry in path.parent.iterdir()] == ["names"]


def test_a_key_that_must_be_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "names"
    with pytest.raises(SettingsError, match="missing"):
        keys.load(path)
    assert not path.exists()
    assert keys.load_or_create(path) == keys.load(path)


def test_a_damaged_or_open_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "names"
    keys.load_or_create(path)
    path.write_bytes(b"short")
    with pytest.raises(SettingsError, match="damaged"):
        keys.load_or_create(path)
    path.write_bytes(b"k" * 32)
    path.chmod(0o644)
    with pytest.raises(SettingsError, match="other accounts"):
        keys.load_or_create(path)


def test_a_key_that_cannot_be_made_is_a_settings_error(tmp_path: Path) -> None:
    (tmp_path / "keys").touch()
    with pytest.raises(SettingsError, match="cannot be read or made"):
        keys.load_or_create(tmp_path / "keys" / "names")


def owned_by(path: Path, mode: int, *, root: bool) -> str:
    """A secret file of this mode; where the tests run as root, another account's file can be had."""
    path.write_text("open sesame", encoding="utf-8")
    path.chmod(mode)
    if os.getuid() == 0 and not root:
        os.chown(path, 65534, 65534)
    return f"file:{path}"


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o620, 0o602, 0o660, 0o644])
def test_a_secret_file_that_others_may_read_or_change_is_refused(mode: int, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="other accounts") as caught:
        keys.resolve(owned_by(tmp_path / "secret", mode, root=False))
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_secret_file_of_its_owner_alone_is_read(mode: int, tmp_path: Path) -> None:
    assert keys.resolve(owned_by(tmp_path / "secret", mode, root=True)) == "open sesame"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a file of root's")
@pytest.mark.parametrize(("mode", "read"), [(0o440, True), (0o640, True), (0o444, False), (0o660, False)])
def test_root_may_hand_a_secret_to_a_group_as_systemd_does(mode: int, read: bool, tmp_path: Path) -> None:
    reference = owned_by(tmp_path / "secret", mode, root=True)
    with nullcontext() if read else pytest.raises(SettingsError, match="other accounts"):
        assert keys.resolve(reference) == "open sesame"


def test_a_file_without_a_folder_is_one_of_the_services_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owned_by(tmp_path / "permits", 0o400, root=True)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert keys.resolve("file:permits") == "open sesame"
    assert keys.resolve(f"file:{tmp_path}/permits") == "open sesame"
    assert keys.environment_for([])["CREDENTIALS_DIRECTORY"] == str(tmp_path)
    with pytest.raises(SettingsError):
        keys.resolve("file:./permits")


@pytest.fixture
def our_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A keyring of our own, found as an operator would have one found."""
    text = """
        from keyring.backend import KeyringBackend
        from keyring.errors import KeyringLocked

        class Ours(KeyringBackend):
            priority = 1

            def get_password(self, service, name):
                if service == "locked":
                    raise KeyringLocked("hunter2")
                if service == "broken":
                    raise ZeroDivisionError("hunter2")
                return {("city/permits", "reader"): "open sesame"}.get((service, name))

            def set_password(self, service, name, password):
                raise NotImplementedError

            delete_password = set_password
    """
    (tmp_path / "ring_of_ours.py").write_text(textwrap.dedent(text), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "ring_of_ours.Ours")
    keyring.core.init_backend()


@pytest.mark.usefixtures("our_keyring")
def test_a_keyring_reference_gives_its_entry() -> None:
    assert keys.resolve("keyring:city/permits/reader") == "open sesame"


@pytest.mark.usefixtures("our_keyring")
@pytest.mark.parametrize(
    ("reference", "cause"),
    [
        ("keyring:city/permits/nobody", "no such entry"),
        ("keyring:locked/hunter2", "is locked"),
        ("keyring:broken/hunter2", "did not answer"),
        ("keyring:hunter2", "not keyring:SERVICE/NAME"),
        ("keyring:/hunter2", "not keyring:SERVICE/NAME"),
        ("keyring:hunter2/", "not keyring:SERVICE/NAME"),
    ],
)
def test_a_keyring_that_does_not_help_says_how_without_repeating_anything(reference: str, cause: str) -> None:
    with pytest.raises(SettingsError, match=cause) as caught:
        keys.resolve(reference)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_missing_keyring_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SettingsError, match=r"privacy-catalog\[keyring\]"):
        keys.resolve("keyring:city/permits")


def test_a_scan_child_learns_of_the_environment_only_what_its_references_name(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"MINE": "1", "OTHERS": "2", "HOME": "/h", "XDG_RUNTIME_DIR": "/r", "DBUS_SESSION_BUS_ADDRESS": "b"}
    monkeypatch.setattr(keys, "environment", lambda: given)
    assert keys.environment_for(["db1", "env:MINE", "env:UNSET"]) == {"MINE": "1", "HOME": "/h"}
    assert keys.environment_for(["file:/x/OTHERS"]) == {"HOME": "/h"}
    assert keys.environment_for(["keyring:a/b"]) == {
        "HOME": "/h",
        "XDG_RUNTIME_DIR": "/r",
        "DBUS_SESSION_BUS_ADDRESS": "b",
    }
