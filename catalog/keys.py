"""Secrets: references to them resolved at the moment of use, and our own keys, readable by their owner only."""

import os
import secrets
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from catalog.errors import SettingsError
from catalog.settings import REFERENCE, environment, is_reference

#: Bytes of a key.
KEY_BYTES = 32

#: Where systemd puts a service's credentials; a file without a folder is looked for there first.
_CREDENTIALS = "CREDENTIALS_DIRECTORY"
#: What finding a user's own files and the trusted certificates needs of the environment; none of it is a secret.
_PLACES = ("HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", _CREDENTIALS)
#: What reaching the keyring of the account needs besides.
_KEYRING_NEEDS = ("DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND")
_KEYRING_FAMILY = "XDG_"


def resolve(reference: str, setting: str = "") -> str:
    """Turn ``env:NAME``, ``file:PATH`` or ``keyring:SERVICE/NAME`` into the secret it refers to.

    Parameters:
        setting: the setting that holds the reference, which errors name; who asks for a source names its option.

    Raises:
        SettingsError: when there is none. The text holds nothing of the reference but its scheme: a name or a path may
            be the secret itself, pasted in the wrong place.
    """
    scheme, _, target = reference.partition(":")
    of = f" of {setting}" if setting else ""
    if not is_reference(reference):
        cause = f"it is none of {REFERENCE}"
        raise SettingsError(f"Secret reference{of}", cause, "Keep the secret in one of these places.")
    read = {"env": _from_environment, "file": _from_file, "keyring": _from_keyring}[scheme]
    return read(target, f"Secret {scheme}:…{of}")


def environment_for(references: Iterable[str]) -> dict[str, str]:
    """The part of the environment in which these references resolve, for a process that shall know no other secret.

    Parameters:
        references: texts of which some are references to secrets, such as the options of a source.
    """
    schemes = [(scheme, target) for scheme, _, target in (text.partition(":") for text in references)]
    wanted = {*_PLACES, *(target for scheme, target in schemes if scheme == "env")}
    asks_keyring = any(scheme == "keyring" for scheme, _ in schemes)
    if asks_keyring:
        wanted.update(_KEYRING_NEEDS)
    return {
        name: value
        for name, value in environment().items()
        if name in wanted or (asks_keyring and name.startswith(_KEYRING_FAMILY))
    }


def load_or_create(path: Path) -> bytes:
    """Read a key of 32 random bytes, made on first use: file mode 0600 in a folder of mode 0700.

    Raises:
        SettingsError: when the key cannot be made or read, is damaged, or is open to others.
    """
    try:
        if not path.exists():
            _create(path)
    except OSError:
        raise _out_of_reach(path) from None
    return load(path)


def load(path: Path) -> bytes:
    """Read a key that must be there: another one in its place would fit nothing written under the first.

    Raises:
        SettingsError: when the key is missing or cannot be read, is damaged, or is open to others.
    """
    try:
        _refuse_if_open_to_others(path)
        key = path.read_bytes()
    except FileNotFoundError:
        raise SettingsError(
            f"Key {path.name}", "it is missing", "Restore it from a backup of the data folder."
        ) from None
    except OSError:
        raise _out_of_reach(path) from None
    if len(key) != KEY_BYTES:
        raise SettingsError(f"Key {path.name}", "it is damaged", "Restore it from a backup of the data folder.")
    return key


def _out_of_reach(path: Path) -> SettingsError:
    return SettingsError(
        f"Key {path.name}",
        "it cannot be read or made",
        "Check that the data folder exists and belongs to the account that runs this program.",
    )


def _from_environment(name: str, thing: str) -> str:
    if name and (secret := environment().get(name, "")):
        return secret
    raise SettingsError(thing, "the environment variable is not set", "Set it for the process that scans.")


def _from_file(target: str, thing: str) -> str:
    folder = environment().get(_CREDENTIALS, "") if "/" not in target else ""
    path = Path(folder, target)
    try:
        _refuse_if_others_may_read(thing, path.stat())
        secret = path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError):
        raise SettingsError(
            thing, "the file cannot be read", "Check its path and that the account that scans may read it."
        ) from None
    if not secret:
        raise SettingsError(thing, "the file is empty", "Write the secret into it.")
    return secret


def _refuse_if_others_may_read(thing: str, file: os.stat_result) -> None:
    """Root may hand a secret to a group: systemd's credentials and root:service 0640 are given to a service so."""
    permitted = 0o740 if file.st_uid == 0 else 0o700
    if stat.S_IMODE(file.st_mode) & ~permitted & 0o777:
        raise SettingsError(thing, "other accounts may read or change it", "Take their rights away: chmod 600.")


def _from_keyring(target: str, thing: str) -> str:
    service, _, name = target.rpartition("/")
    if not service or not name:
        raise SettingsError(thing, "it is not keyring:SERVICE/NAME", "Write the service, a slash and the name.")
    try:
        import keyring  # noqa: PLC0415 - an extra, met by nobody who keeps secrets elsewhere
        from keyring.errors import KeyringLocked, NoKeyringError  # noqa: PLC0415 - the same

    except ModuleNotFoundError as missing:
        if missing.name != "keyring":
            raise SettingsError(thing, "its backend cannot be loaded", "Correct PYTHON_KEYRING_BACKEND.") from None
        extra = "Install it with: pip install 'privacy-catalog[keyring]'."
        raise SettingsError(thing, "the package keyring is not installed", extra) from None
    try:
        secret = keyring.get_password(service, name)
    except NoKeyringError:
        raise SettingsError(thing, "this account has no keyring", "Set one up, or refer to file:PATH.") from None
    except KeyringLocked:
        raise SettingsError(thing, "the keyring is locked", "Unlock it for the account that scans.") from None
    except Exception:  # noqa: BLE001 - keyrings are plug-ins of others: each fails in its own way
        raise SettingsError(thing, "the keyring did not answer", "Check that it runs for this account.") from None
    if not secret:
        raise SettingsError(thing, "there is no such entry", "Add it with: keyring set SERVICE NAME.")
    return secret


def _create(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)  # unlike a rename, never replaces the key of a process that was faster
    except FileExistsError:
        pass
    finally:
        Path(temporary).unlink()


def _refuse_if_open_to_others(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        raise SettingsError(
            f"Key {path.name}",
            "other accounts may read it",
            "Take their rights away (chmod 600), and do not replace it: nothing written under it would fit a new one. "
            "docs/security/hardening.md says what to do when somebody may have read it.",
        )
