"""Secrets: references to them resolved at the moment of use, and our own keys, readable by their owner only."""

import os
import secrets
import tempfile
from pathlib import Path

from catalog.errors import SettingsError
from catalog.settings import environment

#: Bytes of a key.
KEY_BYTES = 32


def resolve(reference: str) -> str:
    """Turn ``env:NAME`` or ``file:PATH`` into the secret it refers to.

    Raises:
        SettingsError: when there is none. The text never holds the reference's target, which may be a secret
            pasted in its place.
    """
    scheme, separator, target = reference.partition(":")
    if separator and scheme == "env":
        return _from_environment(target)
    if separator and scheme == "file":
        return _from_file(target)
    raise SettingsError(
        "Secret reference",
        "it is neither env:NAME nor file:PATH",
        "Keep the secret in an environment variable or a file and refer to it as env:NAME or file:PATH.",
    )


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


def _from_environment(name: str) -> str:
    if name and (secret := environment().get(name, "")):
        return secret
    thing = f"Secret env:{name}" if name.isidentifier() else "Secret env:…"
    raise SettingsError(thing, "the environment variable is not set", "Set it for the process that scans.")


def _from_file(target: str) -> str:
    thing = f"Secret file:{Path(target).name}"
    try:
        secret = Path(target).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError):
        raise SettingsError(
            thing, "the file cannot be read", "Check its path and that the account that scans may read it."
        ) from None
    if not secret:
        raise SettingsError(thing, "the file is empty", "Write the secret into it.")
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
            f"Key {path.name}", "other accounts may read it", "Take their rights away (chmod 600) and renew the key."
        )
