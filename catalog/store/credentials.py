"""Passwords and one-time codes of accounts. What is counted is counted in one statement, so that tries at the same time
count too.
"""

from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from catalog.model.sessions import LocalCredential
from catalog.store import rows
from catalog.store.people_schema import local_credentials

_its = local_credentials.c


def find(connection: Connection, person_id: str) -> LocalCredential | None:
    """How an account gets in by itself."""
    return rows.find_one(connection, local_credentials, LocalCredential, _its.person_id == person_id)


def are_there_any(connection: Connection) -> bool:
    """Whether any account has a password."""
    return connection.execute(select(_its.person_id).limit(1)).first() is not None


def put(connection: Connection, credential: LocalCredential) -> None:
    """Set an account's password and code; what was counted begins anew."""
    rows.put(connection, local_credentials, credential)


def remove(connection: Connection, person_id: str) -> bool:
    """Take an account's password away; whether there was one."""
    return bool(rows.remove(connection, local_credentials, _its.person_id == person_id))


def take_try(connection: Connection, person_id: str, now: datetime) -> LocalCredential | None:
    """Count a try as failed before it is made; None where the account has no password or is closed."""
    is_open = or_(_its.closed_until.is_(None), _its.closed_until <= now)
    counted = update(local_credentials).where(_its.person_id == person_id, is_open).values(failures=_its.failures + 1)
    return find(connection, person_id) if connection.execute(counted).rowcount else None


def close(connection: Connection, person_id: str, until: datetime) -> None:
    """Take no try before then."""
    rows.change(connection, local_credentials, _its.person_id == person_id, closed_until=until)


def use_step(connection: Connection, person_id: str, step: int) -> bool:
    """Use up a time step's code, and forget the failures before it; False where it, or a later one, was used."""
    unused = (_its.person_id == person_id) & (_its.last_step < step)
    return bool(rows.change(connection, local_credentials, unused, last_step=step, failures=0, closed_until=None))
