"""Signing in with a password and a one-time code: the way in when the identity provider cannot be reached.

Nothing that is answered tells an unknown account, a wrong password, a wrong code and a closed account apart, and each
takes the same work.
"""

import base64
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from threading import BoundedSemaphore, Lock

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from catalog import keys
from catalog.errors import NotAllowed, NotFound, RequestError
from catalog.model import local_sign_in as rules
from catalog.model.actors import Actor
from catalog.model.notice_words import CLOSED, SIGNED_IN
from catalog.model.notices import Notice, NoticeKind
from catalog.model.sessions import Door, LocalCredential
from catalog.services import access, notices, sessions
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.sessions import Visit
from catalog.store import credentials, people
from catalog.store import sessions as stored
from catalog.store.engine import Connection

#: Seconds of a time step, and how many steps a clock may be off (RFC 6238, 5.2).
_STEP = 30
_OFF = (-1, 0, 1)
_NONCE_BYTES = 12
_KEY = "codes.key"
_hasher = PasswordHasher()
#: One check takes 64 MiB: many at the same time would take the machine.
_one_at_a_time = Lock()
#: So many are checked or wait for it; of more at once nobody waits, or they would take every thread that serves pages.
_AT_ONCE = 3
_places = BoundedSemaphore(_AT_ONCE)


def new_key() -> str:
    """A key for one-time codes, as authenticator apps take it."""
    return pyotp.random_base32()


def address_of(person_id: str, key: str) -> str:
    """The key as the ``otpauth://`` address that apps read from a picture."""
    return pyotp.TOTP(key).provisioning_uri(name=person_id, issuer_name="Privacy Catalog")


#: What a password has to be, said before anybody thinks of one.
PASSWORD_RULES = (
    f"A password has {rules.LEAST} to {rules.MOST} characters, does not contain the account's name, and is neither one "
    "piece repeated nor made of the commonest passwords or of digits alone. Several words in a row are good."
)


def check_password(person_id: str, password: str) -> None:
    """Refuse a password that is none.

    Raises:
        RequestError: saying why.
    """
    if fault := rules.password_fault(password, person_id):
        raise RequestError("This password", fault, "Take several words that are in no song, one after the other.")


def set_credential(actor: Actor, catalog: Catalog, person_id: str, password: str, key: str, code: str) -> None:
    """Give an account a password and a key of codes, or new ones; its sessions end, and it is open again.

    Parameters:
        code: a code that the key gives now, so that none is stored which its holder cannot use.

    Raises:
        NotFound: when there is no such account.
        RequestError: when the password is none, or the code does not fit.
    """
    access.require(actor, Action.MANAGE_PEOPLE)
    check_password(person_id, password)
    now = catalog.clock.now()
    step = _step(key, code, int(now.timestamp()) // _STEP)
    if step is None:
        raise RequestError("This code", "the key does not give it now", "Check the app's key and the machine's clock.")
    password_hash = _hasher.hash(rules.same(password))
    with catalog.changing(actor, "set_local_sign_in", f"person:{person_id}") as change:
        if people.person(change.connection, person_id) is None:
            raise NotFound(f"Account {person_id}", "there is no such account", "Add it with: people add.")
        sealed = _sealed(_key(catalog, may_make=not credentials.are_there_any(change.connection)), person_id, key)
        credentials.put(change.connection, LocalCredential(person_id, password_hash, sealed, step, 0, None, change.at))
        stored.end_all(change.connection, person_id)


def remove(actor: Actor, catalog: Catalog, person_id: str) -> None:
    """Take an account's password away; its sessions end.

    Raises:
        NotFound: when it has none.
    """
    access.require(actor, Action.MANAGE_PEOPLE)
    with catalog.changing(actor, "remove_local_sign_in", f"person:{person_id}") as change:
        if not credentials.remove(change.connection, person_id):
            raise NotFound(f"Account {person_id}", "it has no password", "See: people list.")
        stored.end_all(change.connection, person_id)


def has_credential(catalog: Catalog, person_id: str) -> bool:
    """Whether an account can prove itself by password and code."""
    with catalog.reading() as connection:
        return credentials.find(connection, person_id) is not None


def sign_in(catalog: Catalog, person_id: str, password: str, code: str, *, browser: str = "") -> str:
    """Begin a session; operators are told.

    Returns:
        The token for the cookie.

    Raises:
        NotAllowed: when it is switched off, too many try at once, or the three do not open an account now: never
            which of them.
    """
    if not catalog.settings.local_sign_in:
        raise NotAllowed("Signing in with a password", "it is switched off here", "Use single sign-on.")
    with _place():
        fits = _fits(catalog, person_id, password, code)
    if not fits:
        raise _refused()
    with catalog.together() as joined:
        try:
            token = sessions.begin(joined, person_id, Door.LOCAL, browser=browser)
        except NotFound:
            raise _refused() from None
        _tell(joined, SIGNED_IN, person_id)
    return token


def prove(catalog: Catalog, visit: Visit, password: str, code: str) -> None:
    """Have the holder of a session prove themselves again.

    Raises:
        NotAllowed: when password and code are not theirs, or too many try at once.
    """
    with _place():
        fits = _fits(catalog, visit.actor.person_id, password, code)
    if not fits:
        raise _refused()
    sessions.prove(catalog, visit, Door.LOCAL)


@contextmanager
def _place() -> Iterator[None]:
    """One of the places for checking; without one nothing is checked, and no try is counted."""
    if not _places.acquire(blocking=False):
        raise NotAllowed(
            "Signing in with a password", "too many try at once", "Nothing was checked or counted; try again."
        )
    try:
        yield
    finally:
        _places.release()


def _fits(catalog: Catalog, person_id: str, password: str, code: str) -> bool:
    """Whether account, password and code belong together; each try is counted, each code taken once."""
    now = catalog.clock.now()
    found: list[LocalCredential | None] = []
    catalog.note(lambda connection: found.append(_counted(connection, person_id, now)))
    credential = found[0]
    decoy_hash, decoy_key = _decoy()
    key = (_opened(_key(catalog), person_id, credential.code_key) if credential else "") or decoy_key
    is_right = _is_password(credential.password_hash if credential else decoy_hash, password)
    step = _step(key, code, int(now.timestamp()) // _STEP)
    if credential is None:
        return False
    if is_right and step is not None and _use(catalog, person_id, step):
        return True
    if rules.closing(credential.failures):
        _tell_closed(catalog, person_id)
    return False


def _counted(connection: Connection, person_id: str, now: datetime) -> LocalCredential | None:
    """Count a try, and close the account with the last that it has."""
    credential = credentials.take_try(connection, person_id, now)
    if credential and (pause := rules.closing(credential.failures)):
        credentials.close(connection, person_id, now + pause)
    return credential


def _use(catalog: Catalog, person_id: str, step: int) -> bool:
    used: list[bool] = []
    catalog.note(lambda connection: used.append(credentials.use_step(connection, person_id, step)))
    return used[0]


def _is_password(password_hash: str, password: str) -> bool:
    try:
        with _one_at_a_time:
            return _hasher.verify(password_hash, rules.same(password[: rules.MOST]))
    except VerificationError:
        return False


def _step(key: str, code: str, now: int) -> int | None:
    """The time step whose code this is, near now; every one is looked at, so that time tells nothing."""
    otp = pyotp.TOTP(key)
    given = "".join(code.split())
    right = [now + off for off in _OFF if hmac.compare_digest(otp.generate_otp(now + off).encode(), given.encode())]
    return right[0] if right else None


@cache
def _decoy() -> tuple[str, str]:
    """What is checked where there is no account."""
    return _hasher.hash(secrets.token_urlsafe()), pyotp.random_base32()


def _key(catalog: Catalog, *, may_make: bool = False) -> bytes:
    """The key under which keys of codes are stored; made for the first of them, and never again."""
    path = catalog.settings.keys_dir / _KEY
    return keys.load_or_create(path) if may_make else keys.load(path)


def _sealed(key: bytes, person_id: str, text: str) -> str:
    """A text only this key opens, and only as this account's."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, text.encode(), person_id.encode())).decode()


def _opened(key: bytes, person_id: str, sealed: str) -> str:
    """What was sealed; nothing where it was altered, or sealed for another account."""
    raw = base64.b64decode(sealed)
    try:
        return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], person_id.encode()).decode()
    except InvalidTag:
        return ""


def _tell_closed(catalog: Catalog, person_id: str) -> None:
    nobody = Actor(person_id, "", frozenset())
    with catalog.together() as joined:
        with joined.changing(nobody, "close_local_sign_in", f"person:{person_id}"):
            pass
        _tell(joined, CLOSED, person_id)


def _tell(catalog: Catalog, what: str, person_id: str) -> None:
    at = catalog.clock.now()
    key = f"{what}:{person_id}:{at.isoformat()}"
    notice = Notice(0, key, NoticeKind.LOCAL_SIGN_IN, None, None, None, None, (), None, at)

    def write(connection: Connection) -> None:
        notices.tell(connection, catalog, notice)

    catalog.note(write)


def _refused() -> NotAllowed:
    return NotAllowed(
        "Account, password and code",
        "together they open nothing now; after five failures an account stays closed for a while",
        "Wait for the next code and try again.",
    )
