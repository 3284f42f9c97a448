"""The audit chain: each entry's MAC covers the entry and the MAC before it, so a change anywhere shows."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime

#: What the first entry's ``previous`` holds.
GENESIS = "0" * 64


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


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """Something that changed and has to reach the search index; written with the change, removed once indexed."""

    id: int
    kind: str
    thing_id: str
