"""Character sets as documents name them, and text by those names."""

import codecs
import re

from connectors.files.delimited import AS_WINDOWS, encoding_of

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
    name = known(label)
    # UTF-8 is told by itself; what is named ASCII or Latin-1 is UTF-8 as often as it is not.
    if name in (None, "cp1252", "utf-8"):
        name = encoding_of(content[:65_536]) if name is None else _utf_8_or(name, content)
    return content.decode(name, AS_WINDOWS).replace("\0", "")


def _utf_8_or(name: str, content: bytes) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return name
    return "utf-8"
