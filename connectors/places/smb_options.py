"""What the options of an SMB share tell: where it is, which folder of it is meant, and who asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

from catalog.model.egress import Egress
from connectors.options import Options
from connectors.places.common import OPTIONAL
from connectors.places.smb_names import is_usable
from connectors.reaching import Way


@dataclass(frozen=True, slots=True)
class SmbOptions:
    """The options, known to be usable.

    Parameters:
        share: its name.
        folder: the names of the folders that lead to the one that is meant.
        user: with its domain, where there is one.
        encrypt: ``yes``, ``no``, or ``auto``: where the server can.
    """

    way: Way
    share: str
    folder: tuple[str, ...]
    user: str
    password: str = field(repr=False)
    encrypt: str
    include: tuple[str, ...]

    @classmethod
    def of(cls, options: Mapping[str, str], resolve: Callable[[str], str], egress: Egress) -> Self:
        """Read the options.

        Raises:
            SourceError: when they cannot be used, or the operator does not let the host be connected to.
        """
        checked = Options.of(
            "SMB share",
            options,
            required=("host", "share", "user", "password"),
            optional=("port", "path", "domain", "encrypt", *OPTIONAL),
        )
        share = checked.matching("share", r'[^\x00-\x1f/\\:*?"<>|]{1,80}')
        way = Way.of("SMB", checked, 445, egress, f"/{share}")
        user, domain = checked.text("user"), checked.matching("domain", r"[^\\/@]*")
        password = checked.secret("password", resolve)
        if not password:
            raise checked.bad("the secret of password is empty", "Give the account a password.")
        return cls(
            way,
            share,
            _folder(checked),
            f"{domain}\\{user}" if domain else user,
            password,
            checked.choice("encrypt", ("auto", "yes", "no")),
            checked.words("include"),
        )


def _folder(options: Options) -> tuple[str, ...]:
    path = options.text("path").replace("\\", "/").strip("/")
    parts = tuple(path.split("/")) if path else ()
    if not all(map(is_usable, parts)):
        raise options.bad("the option path is not a folder of a share", "Correct path.")
    return parts
