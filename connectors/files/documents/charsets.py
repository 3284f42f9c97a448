"""Character sets as documents name them, and text by those names."""

import codecs
import re

from connectors.files.encodings import AS_WINDOWS, HEAD_BYTES, Guess, guess

_KNOWN = re.compile(
    r"utf-?(?:8|16|32)(?:-?[lb]e)?|windows-\d{3,4}|cp-?\d{3,4}|ibm-?\d{3}|(?:x-)?mac(?:intosh|-?roman|-?cyrillic)"
    r"|iso-?8859-?\d{1,2}|latin-?\d|koi8-[ru]|(?:x-)?s(?:hift)?[-_]?jis|euc-(?:jp|kr)|iso-2022-(?:jp|kr)|gb(?:k|2312|18030)"
    r"|big5|ks_c_5601-1987|tis-?620|us-ascii|ascii"
)
# What is named Latin-1 or ASCII is Windows-1252 more often than not, and is the same where it is not.
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "shift_jis": "cp932"}


def known(label: str) -> str | None:
    """Python's name of a character set; None where it is none for text, so that no other codec can be asked for."""
    plain = label.strip().strip("\"'").lower()
    if not _KNOWN.fullmatch(plain):
        return None
    try:
        name = codecs.lookup(plain.removeprefix("x-")).name
    except LookupError:
        return None
    return _WIDER.get(name, name)


def decoded(content: bytes, label: str = "") -> str:
    """Bytes as text: by the name given, where it is known; else by what they look like. Nothing is lost to errors."""
    return content.decode(encoding_of(content, label).encoding, AS_WINDOWS).replace("\0", "")


def encoding_of(content: bytes, label: str = "") -> Guess:
    """The encoding of bytes for which a name is given; what is valid UTF-8 is that, whatever is said of it."""
    name = known(label)
    if name in ("cp1252", "utf-8") and _is_utf_8(content):
        return Guess("utf-8")
    return guess(content[:HEAD_BYTES]) if name is None else Guess(name)


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
