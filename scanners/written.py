"""Names as sources write them, back from a :class:`~scanners.naming.NameGuard`; loads nothing that judges them."""

import re

from catalog.model.runs import SafeName

_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")


def as_written(name: SafeName) -> str:
    """A name of a guard that gives them as written, unescaped: for programs that know columns by it, never to show."""
    return name.text if name.withheld else _ESCAPED.sub(lambda found: chr(int(found[1], 16)), name.text)
