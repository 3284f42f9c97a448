"""Names exactly as sources write them, on their way through what admits no sign that could act; judges nothing."""

import re

from catalog.model.runs import SafeName

_ESCAPED = re.compile(r"\\u([0-9a-f]{6})")


def escaped(text: str) -> str:
    """A text of printable signs alone, from which :func:`as_written` makes the same again."""
    return "".join(sign if sign.isprintable() and sign != "\\" else f"\\u{ord(sign):06x}" for sign in text)


def as_written(name: SafeName) -> str:
    """A name of a guard that gives them as written: for programs that know columns by it, never to show."""
    return name.text if name.withheld else _ESCAPED.sub(lambda found: chr(int(found[1], 16)), name.text)
