import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from catalog import keys
from catalog.errors import SettingsError


def test_env_reference_gives_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITY_DB_PASSWORD", "opensesame")
    assert keys.resolve("env:CITY_DB_PASSWORD") == "opensesame"


def test_file_reference_gives_the_content_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("open sesame \n", encoding="utf-8")
    assert keys.resolve(f"file:{tmp_path / 'secret'}") == "open sesame "


@pytest.mark.parametrize("reference", ["hunter2", "", "env:", "vault:x", "env:hunter2-not-a-name!", "file:"])
def test_an_unusable_reference_is_refused_without_repeating_what_may_be_a_secret(reference: str) -> None:
    with pytest.raises(SettingsError) as caught:
        keys.resolve(reference)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_missing_and_empty_secrets_name_the_variable_and_the_file(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(SettingsError, match="env:NOT_SET_ANYWHERE"):
        keys.resolve("env:NOT_SET_ANYWHERE")
    with pytest.raises(SettingsError, match=r"file:missing.*cannot be read"):
        keys.resolve(f"file:{tmp_path / 'missing'}")
    with pytest.raises(SettingsError, match="empty"):
        keys.resolve(f"file:{tmp_path / 'empty'}")


def test_a_key_is_made_once_and_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "names"
    key = keys.load_or_create(path)
    assert len(key) == 32
    assert keys.load_or_create(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["names"]


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
