"""Shapes of values: digits become 9, capitals A, small letters a. The only picture of values that leaves a scan."""

import re
from functools import lru_cache
from typing import Final

#: Shapes whose meaning is remembered, for a run of many tables.
MANY_SHAPES: Final = 32_768
_ASCII = {
    **{ord(char): "9" for char in "0123456789"},
    **{ord(char): "A" for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    **{ord(char): "a" for char in "abcdefghijklmnopqrstuvwxyz"},
}
_NO_DIGIT = re.compile(r"[^0-9]")
_RUN = re.compile(r"(.)\1{4,}")
_FOREIGN = re.compile(r"[^\x20-\x7e]")


def shape_of(text: str) -> str:
    """The shape of a value; other letters of other scripts count as letters, other signs as themselves."""
    shape = text.translate(_ASCII)
    return shape if shape.isascii() else "".join(map(_foreign, shape))


def _foreign(char: str) -> str:
    if char.isascii():
        return char
    if char.isdecimal():
        return "9"
    if char.isalpha():
        return "A" if char.isupper() else "a"
    return char


@lru_cache(maxsize=MANY_SHAPES)
def folded(shape: str) -> str:
    """A shape fit to be kept: runs over four become ``9+``, unusual signs ``?``, cut at 40 characters."""
    return _RUN.sub(_run, _FOREIGN.sub("?", shape))[:40]


def _run(found: re.Match[str]) -> str:
    return f"{found[1]}+"


def digits_of(text: str) -> str:
    """The ASCII digits of a text."""
    return text if text.isdecimal() and text.isascii() else _NO_DIGIT.sub("", text)
