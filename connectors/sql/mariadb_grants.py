"""What an account may do beyond reading, from the server's own list of its grants.

The tables of privileges in information_schema leave out what roles and PUBLIC may do; SHOW GRANTS has it all, as text.
So whatever is not known to be reading, and whatever cannot be understood, counts as more than reading.
"""

import re
from collections.abc import Iterable

READING = frozenset(
    {"USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES", "SHOW CREATE ROUTINE", "SHOW_ROUTINE", "PROCESS"}
    | {"REPLICATION CLIENT", "BINLOG MONITOR", "SLAVE MONITOR", "REPLICA MONITOR"}
)
UNKNOWN = "an unknown right"
_QUOTED = re.compile(r"`(?:[^`]|``)*`|'(?:[^'\\]|''|\\.)*'|\"(?:[^\"\\]|\"\"|\\.)*\"", re.DOTALL)
_COLUMNS = re.compile(r" ?\([Q, ]*\)")
_KINDS = "(?:TABLE |PROCEDURE |FUNCTION |PACKAGE |PACKAGE BODY )?"
_RIGHTS = re.compile(rf"GRANT ([A-Z_ ,]+) ON {_KINDS}(?:\*\.\*|Q\.\*|Q\.Q|Q@Q|Q) TO ([^()]+)")
_ROLES = re.compile(r"GRANT Q(?:@Q)?(?:, ?Q(?:@Q)?)* TO ([^()]+)")
_HARMLESS = re.compile(r"SET DEFAULT ROLE .*|REVOKE .* FROM .*", re.DOTALL)
_PASSING_ON = re.compile(r"\b(GRANT|ADMIN) OPTION\b")


def beyond_reading(grants: Iterable[str]) -> list[str]:
    """The rights among ``grants`` that are more than reading, in the alphabet's order."""
    return sorted({right for grant in grants for right in _rights(grant)} - READING)


def _rights(grant: str) -> set[str]:
    # Names and passwords are taken out first: they may hold any words.
    plain = _COLUMNS.sub("", _QUOTED.sub("Q", grant))
    if _HARMLESS.fullmatch(plain):
        return set()
    found = _RIGHTS.fullmatch(plain)
    to_whom = found or _ROLES.fullmatch(plain)
    if to_whom is None:
        return {UNKNOWN}
    rights = {right.strip() for right in found[1].split(",")} if found else set()
    return rights | {option[0] for option in _PASSING_ON.finditer(to_whom[to_whom.re.groups])}
