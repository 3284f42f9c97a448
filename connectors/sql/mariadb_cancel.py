"""Ending at a MariaDB or MySQL server what a session of ours is asking there."""

import threading
from contextlib import closing, suppress

from connectors.sql.calling_off import Question
from connectors.sql.mariadb_session import Address, Session

_SECONDS = 1.5
"""Logging in and all: the caller has two."""
_LOGIN_SECONDS = 1


def call_off(question: Question, session: Session | None, address: Address) -> None:
    """End what ``session`` asks, over a second connection of the same account, or else hang up.

    An account may end its own statements, but not while a routine of another account works for one of them. Then, and
    where the server cannot be reached a second time, the statement goes on until the server's own limit ends it.
    """
    if not question.call_off() or session is None:
        return
    helper = threading.Thread(target=_end, args=(question, session, address), daemon=True)
    helper.start()
    helper.join(_SECONDS)
    if not question.end(lambda: None, 0):
        session.hang_up()


def _end(question: Question, session: Session, address: Address) -> None:
    # Whatever goes wrong here, hanging up remains.
    with suppress(Exception):
        connection = address.connect(session.pinned, _LOGIN_SECONDS)
        with closing(connection):
            question.end(lambda: connection.query(f"KILL QUERY {session.number}"), _SECONDS)
