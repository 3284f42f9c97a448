"""The keys that a server may prove itself with: those the operator wrote down, and no others.

https://codeql.github.com/codeql-query-help/python/py-paramiko-missing-host-key-validation/
"""

import base64
import hashlib
from dataclasses import dataclass

from connectors.options import Options

_SIGNING = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256")}
"""How a key of a kind signs, where that is not called as the kind is; never with SHA-1."""
_KINDS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")


@dataclass(frozen=True, slots=True)
class HostKeys:
    """Public keys of a server, each in the bytes it is sent in."""

    blobs: tuple[bytes, ...]
    kinds: tuple[str, ...]

    @classmethod
    def of(cls, options: Options) -> "HostKeys":
        """The keys of the option ``host_key``: lines as in a ``known_hosts`` file or a ``.pub`` file without the
        names of hosts, separated by commas.

        Raises:
            SourceError: when one of them is no public key.
        """
        lines = [line.split() for line in options.words("host_key")]
        try:
            blobs = tuple(base64.b64decode(words[1], validate=True) for words in lines)
            named = [words[0] for words in lines]
        except (IndexError, ValueError):
            blobs, named = (), []
        kinds = tuple(_kind(blob) for blob in blobs)
        if not blobs or list(kinds) != named or not set(kinds) <= set(_KINDS):
            cause = "the option host_key is no public key of a server"
            next_step = f"Give it as the server's administrator tells it, kind and key: {_KINDS[0]} AAAA…"
            raise options.bad(cause, next_step)
        return cls(blobs, kinds)

    @property
    def algorithms(self) -> tuple[str, ...]:
        """What a server is asked to sign with: first as one of these keys does, then as others, for then the key that
        it has instead can be told.
        """
        ordered = (*dict.fromkeys(self.kinds), *_KINDS)
        return tuple(dict.fromkeys(name for kind in ordered for name in _SIGNING.get(kind, (kind,))))


def fingerprint(blob: bytes) -> str:
    """A public key as people compare it, written as OpenSSH does."""
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return f"{_kind(blob)} SHA256:{digest}"


def _kind(blob: bytes) -> str:
    """What a key says it is; nothing where it says no known kind."""
    name = blob[4 : 4 + int.from_bytes(blob[:4], "big")].decode("ascii", "replace")
    return name if name in _KINDS else "key"
