"""What a server wrote down of a scan: statements, logins, waits and files, out of its own log."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

POSTGRES_PREFIX = "@%p|%u|%n@ "
"""The beginning of each entry of PostgreSQL's log: process, account, seconds."""

_ENTRY = re.compile(r"@(\d+)\|([^|]*)\|([\d.]+)@ (\w+):  (.*)", re.DOTALL)
_STATEMENT = re.compile(r"(?:statement|execute [^:]*): (.*)", re.DOTALL)
_DURATION = re.compile(r"duration: ([\d.]+) ms")
_FILE = re.compile(r"temporary file: .*size (\d+)", re.DOTALL)
_WORD = re.compile(r"(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*([A-Za-z]+)", re.DOTALL)
_MORE_THAN_READING = re.compile(
    r"\bFOR\s+(?:NO\s+KEY\s+)?(?:UPDATE|SHARE|KEY)\b|\bINTO\b|\bLOCK\s+IN\s+SHARE\b", re.IGNORECASE
)
_IN_QUOTES = re.compile(r"'(?:[^'\\]|''|\\.)*'|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`", re.DOTALL)
_TABLE = re.compile(r"FROM\s+[\"`]\w+[\"`]\.[\"`](\w+)[\"`]")
READING = frozenset({"SELECT", "SHOW", "SET"})


@dataclass(frozen=True)
class Entry:
    """One thing the server did: ``kind`` is statement, seconds, login, logout, waits or file."""

    session: int
    account: str
    at: float
    kind: str
    text: str = ""
    amount: float = 0.0


def postgres_entries(log: str) -> Iterator[Entry]:
    """The entries of a PostgreSQL log written with :data:`POSTGRES_PREFIX`."""
    for part in re.split(r"\n(?=@\d+\|)", log):
        if found := _ENTRY.match(part):
            entry = _postgres_entry(int(found[1]), found[2], float(found[3]), found[5])
            if entry is not None:
                yield entry


def _postgres_entry(session: int, account: str, at: float, text: str) -> Entry | None:
    if found := _STATEMENT.match(text):
        return Entry(session, account, at, "statement", found[1])
    if found := _DURATION.match(text):
        return Entry(session, account, at, "seconds", amount=float(found[1]) / 1000)
    if found := _FILE.match(text):
        return Entry(session, account, at, "file", amount=float(found[1]))
    for beginning, kind in (("connection authorized", "login"), ("disconnection", "logout")):
        if text.startswith(beginning):
            return Entry(session, account, at, kind)
    return Entry(session, account, at, "waits", text) if "still waiting for" in text else None


def mariadb_entries(rows: Iterable[tuple[float, str, int, str, str]]) -> Iterator[Entry]:
    """The entries of ``mysql.general_log``: seconds, account, session, command, argument."""
    kinds = {"Query": "statement", "Execute": "statement", "Prepare": "statement", "Connect": "login", "Quit": "logout"}
    for at, user_host, session, command, argument in rows:
        # "reader[reader] @ localhost [127.0.0.1]"; before the login it begins with "[".
        account = (re.match(r"\[?([^\[\]]*)", user_host) or [""])[1]
        yield Entry(session, account, at, kinds.get(command, "command"), argument)


def first_word(statement: str) -> str:
    """What a statement does, as its first word says; with more than reading in it, that besides."""
    found = _WORD.match(statement)
    word = found[1].upper() if found else ""
    if word == "SELECT" and _MORE_THAN_READING.search(_IN_QUOTES.sub("''", statement)):
        return "SELECT and more"
    return word


def table_of(statement: str) -> str:
    """The table whose rows a statement reads; empty for a question about the server or its catalogue."""
    found = _TABLE.search(statement)
    return found[1] if found else ""


def most_at_a_time(entries: Iterable[Entry]) -> int:
    """How many sessions were logged in at the same time."""
    now: set[int] = set()
    most = 0
    for entry in entries:
        if entry.kind == "login":
            now.add(entry.session)
        elif entry.kind == "logout":
            now.discard(entry.session)
        most = max(most, len(now))
    return most
