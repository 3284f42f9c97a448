"""Every error this product raises, as one tree.

::

    CatalogError                      exit  1  HTTP 500
    ├── SettingsError                 exit 10  HTTP 500   the installation is wrong
    ├── StoreError                    exit 11  HTTP 503   the catalog's own database
    │   └── CutShort                  exit 11  HTTP 503   its audit log is not the one that was anchored
    ├── SourceError                   exit 12  HTTP 502   one source cannot be read; the rest goes on
    │   └── DatasetError              exit 12  HTTP 502   one dataset cannot be read; the source goes on
    ├── DetectorError                 exit 13  HTTP 500   a detector cannot be used
    ├── DeliveryError                 exit 14  HTTP 502   a notice could not be handed over
    ├── ProviderError                 exit 15  HTTP 502   the identity provider cannot be asked; other doors stay open
    └── RequestError                  exit  2  HTTP 400   the asker's mistake
        ├── NotFound                  exit  2  HTTP 404
        ├── NotAllowed                exit  2  HTTP 403
        └── Conflict                  exit  2  HTTP 409

An error names the thing, the cause and the next step. It never carries a value of anybody's data: texts of
drivers and parsers quote data, so they are replaced, never wrapped (``raise ... from None``). Errors are inert:
they log nothing and write nothing.
"""

from enum import StrEnum
from typing import ClassVar


class SkipReason(StrEnum):
    """Why something could not be looked at. The value is stored; :data:`SKIP_TEXT` is shown."""

    UNREACHABLE = "unreachable"
    NOT_ALLOWED = "not_allowed"
    LOGIN_REFUSED = "login_refused"
    NO_PERMISSION = "no_permission"
    ARCHIVED = "archived"
    CAN_WRITE = "can_write"
    VANISHED = "vanished"
    UNREADABLE = "unreadable"
    UNKNOWN_FORMAT = "unknown_format"
    NO_TEXT = "no_text"
    PASSWORD_PROTECTED = "password_protected"  # noqa: S105  # a reason, not a password
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"
    UNSAFE_PATH = "unsafe_path"
    BAD_SETTINGS = "bad_settings"


SKIP_TEXT: dict[SkipReason, str] = {
    SkipReason.UNREACHABLE: "the source could not be reached",
    SkipReason.NOT_ALLOWED: "the operator does not let it be read",
    SkipReason.LOGIN_REFUSED: "the login was refused",
    SkipReason.NO_PERMISSION: "reading is not permitted",
    SkipReason.ARCHIVED: "it is in an archive and would have to be brought back first",
    SkipReason.CAN_WRITE: "the account may change data",
    SkipReason.VANISHED: "it disappeared between listing and reading",
    SkipReason.UNREADABLE: "the content is damaged or not what its name says",
    SkipReason.UNKNOWN_FORMAT: "the format is not one that can be read yet",
    SkipReason.NO_TEXT: "it is a picture, a scan, sound or film: nobody can look inside it yet",
    SkipReason.PASSWORD_PROTECTED: "it is protected by a password",
    SkipReason.EMPTY: "it has no columns",
    SkipReason.TOO_LARGE: "it is larger than the limit",
    SkipReason.TIMED_OUT: "it took longer than the limit",
    SkipReason.OUT_OF_MEMORY: "it needed more memory than the limit",
    SkipReason.CRASHED: "the reader died three times",
    SkipReason.UNSAFE_PATH: "the path leads outside the share",
    SkipReason.BAD_SETTINGS: "the source's settings are not usable",
}


class CatalogError(Exception):
    """The root of all errors that may be shown to a person.

    Parameters:
        thing: what it is about, a name already safe to show.
        cause: what happened, in plain words, without a final full stop.
        next_step: what the reader can do about it, a whole sentence.
    """

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(self, thing: str, cause: str, next_step: str) -> None:
        super().__init__(thing, cause, next_step)
        self.thing = thing
        self.cause = cause
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.thing}: {self.cause}. {self.next_step}"


class SettingsError(CatalogError):
    """The installation cannot work: a bad setting, a missing secret, extra or key."""

    exit_code = 10


class StoreError(CatalogError):
    """The catalog's own database is missing, outdated or damaged."""

    exit_code = 11
    http_status = 503


class CutShort(StoreError):
    """The audit log does not go on where its newest anchor was: nothing is changed until somebody says why."""

    def __init__(self) -> None:
        super().__init__(
            "The catalog",
            "it is older than what was anchored of its audit log: it was restored or cut, so nothing is changed in it",
            "The auditor or the Chief Privacy Officer records the restore, on the audit page or with "
            "`privacy-catalog audit restored --reason TEXT`.",
        )


class SourceError(CatalogError):
    """One source cannot be read. ``reason`` is what the catalog records."""

    exit_code = 12
    http_status = 502

    def __init__(self, thing: str, cause: str, next_step: str, *, reason: SkipReason) -> None:
        super().__init__(thing, cause, next_step)
        self.reason = reason


class DatasetError(SourceError):
    """One dataset cannot be read; the source goes on."""


class DetectorError(CatalogError):
    """A detector or its model cannot be used."""

    exit_code = 13


class DeliveryError(CatalogError):
    """A notice could not be handed over.

    Parameters:
        is_final: whether trying again is of no use.
        is_general: whether nothing else will get through there either just now.
    """

    exit_code = 14
    http_status = 502

    def __init__(
        self, thing: str, cause: str, next_step: str, *, is_final: bool = False, is_general: bool = True
    ) -> None:
        super().__init__(thing, cause, next_step)
        self.is_final = is_final
        self.is_general = is_general


class ProviderError(CatalogError):
    """The identity provider cannot be reached, or does not answer as it should."""

    exit_code = 15
    http_status = 502


class RequestError(CatalogError):
    """The asker's mistake."""

    exit_code = 2
    http_status = 400


class NotFound(RequestError):
    """No such thing, or none this actor may know of: the two are never told apart."""

    http_status = 404


class NotAllowed(RequestError):
    """This actor may not do this."""

    http_status = 403


class Conflict(RequestError):
    """The state changed under the asker, or forbids this."""

    http_status = 409
