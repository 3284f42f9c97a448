"""The audit chain: each entry's MAC covers the entry and the MAC before it, so a change anywhere shows."""

import hashlib
import hmac
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

#: What the first entry's ``previous`` holds.
GENESIS = "0" * 64
#: The action of an entry that says that the catalog was restored.
RESTORED = "record_restore"
#: The action of an entry that says that from here on the log is anchored: a file that is not there any more is lost.
ANCHORING = "begin_anchors"
#: Fields of texts that say which thing is meant, in words of ours: account ids, codes, keys of records.
_IDS = frozenset({"id", "code", "key"})
_ID_ENDINGS = ("_id", "_ids", "_code", "_codes")
_DIGEST_CHARS = 16


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One act: who did what to which thing. Gapless by ``sequence``; no values, account ids only.

    ``before`` and ``after`` are what the act changed, as ``differences`` tells it; ``request`` is the reference under
    which logs and error pages know the request.
    """

    sequence: int
    at: datetime
    person_id: str
    role: str
    action: str
    thing: str
    detail: str
    previous: str
    mac: str
    agency_id: str = ""
    before: str = ""
    after: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """One walk over the chain: how many entries, the first that does not fit, and how many anchors agreed."""

    id: int
    at: datetime
    entries: int
    broken_at: int | None
    anchors: int


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries somebody asks for; what is empty is not asked for. ``until`` itself is left out."""

    person_id: str = ""
    action: str = ""
    thing: str = ""
    agency_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """How far the chain was at a time, noted outside the database: the last entry's number and MAC.

    ``key`` says under which key, without telling it; ``restored`` that a restore was recorded just before.
    """

    at: datetime
    sequence: int
    mac: str
    key: str
    restored: bool = False


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The end of the chain, in a row of its own: locked while an entry is added, so sequences have no gaps."""

    id: int
    sequence: int
    mac: str


def mac(key: bytes, event: AuditEvent) -> str:
    """HMAC-SHA-256 of the entry's canonical JSON and the MAC before it; ``event.mac`` itself is not covered."""
    body = {
        "sequence": event.sequence,
        "at": event.at.isoformat(),
        "person_id": event.person_id,
        "role": event.role,
        "action": event.action,
        "thing": event.thing,
        "detail": event.detail,
        "previous": event.previous,
    }
    # Entries of before these existed have none of them, and keep the MAC they have.
    later = {"agency_id": event.agency_id, "before": event.before, "after": event.after, "request": event.request}
    body |= {name: text for name, text in later.items() if text}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def key_id(key: bytes) -> str:
    """What a key is called where it may not be told."""
    return hmac.new(key, b"the name of this key", hashlib.sha256).hexdigest()[:_DIGEST_CHARS]


def differences(
    key: bytes,
    before: "DataclassInstance | None",
    after: "DataclassInstance | None",
    *more: "tuple[DataclassInstance | None, DataclassInstance | None]",
) -> tuple[str, str]:
    """What changed between two states of a thing, each side as JSON of the fields that differ.

    Numbers, dates, words of ours and ids stand as they are. A text that somebody wrote stands as a digest under the
    key: equal texts are seen to be equal, and nobody's text is in the log (NIST SP 800-53, AU-3(3)).

    Parameters:
        before: None for what was not there before; ``after`` None for what is not there any more.
        more: both states of what is told as part of it, whose fields have other names.
    """
    sides = zip((before, after), *more, strict=True)
    old, new = (
        {name: each for one in side if one is not None for name, each in _told(key, one).items()} for side in sides
    )
    moved = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return _json(old, moved), _json(new, moved)


def _told(key: bytes, thing: "DataclassInstance") -> dict[str, Any]:
    return {field.name: _plain(key, field.name, getattr(thing, field.name)) for field in fields(thing)}


def _json(told: Mapping[str, Any], names: Collection[str]) -> str:
    shown = {name: told[name] for name in names if told.get(name) not in (None, "", [], {})}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")) if shown else ""


def _plain(key: bytes, name: str, value: object) -> Any:
    """A field's value as the log may have it."""
    told: Any = value
    match value:
        case Enum():
            told = value.value
        case datetime() | date() | time():
            told = value.isoformat()
        case str() if value and name not in _IDS and not name.endswith(_ID_ENDINGS):
            told = digest(key, value)
        case Mapping():
            told = {str(each): _plain(key, "", text) for each, text in sorted(value.items())}
        case tuple() | list():
            told = [_plain(key, name, each) for each in value]
        case set() | frozenset():
            told = sorted((_plain(key, name, each) for each in value), key=str)
    return told


def digest(key: bytes, text: str) -> str:
    """A text as the log may have it: equal ones are seen to be equal, and none can be read or guessed."""
    return "#" + hmac.new(key, b"text:" + text.encode(), hashlib.sha256).hexdigest()[:_DIGEST_CHARS]


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """Something that changed and has to reach the search index; written with the change, removed once indexed."""

    id: int
    kind: str
    thing_id: str
