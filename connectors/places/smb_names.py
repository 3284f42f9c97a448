"""What of an SMB share is opened: names that are names of files, and files whose content is their own."""

import re

from catalog.errors import SkipReason
from connectors.places.remote import is_name, refuse_unsafe

IS_FOLDER = 0x00000010
LEADS_ON = 0x00000400
"""A reparse point: what it is depends on its tag."""
_AWAY = 0x00001000 | 0x00040000 | 0x00400000
"""Offline, or recalled from elsewhere when it is opened or read: looking at it would fetch it back."""
_OWN_CONTENT = frozenset({0x80000007, 0x80000013, 0x80000017})
"""Tags of files that are merely stored in another way: single instances, deduplicated, compressed."""
_UNUSABLE = re.compile(r'[\x00-\x1f\\:*?"<>|]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?: *\..*)? *", re.IGNORECASE | re.DOTALL)


def is_usable(name: str) -> bool:
    """Whether this is the name of a file or folder, and neither of a stream of one, nor a pattern, nor a device."""
    return is_name(name) and not _UNUSABLE.search(name) and not _DEVICE.fullmatch(name)


def refuse_unusable(path: str) -> None:
    """Refuse a path that is not one of names of files and folders below the root of a place.

    Raises:
        OSError: when it is not.
    """
    refuse_unsafe(path)
    if not all(map(is_usable, path.split("/"))):
        raise OSError("not the path of a file")


def refused(attributes: int, tag: int) -> SkipReason | None:
    """Why something is not opened.

    Parameters:
        attributes: as MS-FSCC 2.6 has them.
        tag: of a reparse point, as MS-FSCC 2.1.2.1 has them; of no meaning for anything else.
    """
    if attributes & LEADS_ON and (tag not in _OWN_CONTENT or attributes & IS_FOLDER):
        return SkipReason.UNSAFE_PATH
    return SkipReason.ARCHIVED if attributes & _AWAY else None
