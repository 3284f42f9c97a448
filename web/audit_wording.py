"""Entries of the audit log in words."""

import json
import re
from dataclasses import dataclass
from typing import Any

from catalog.errors import StoreError
from catalog.model.audit import AuditEvent
from catalog.services import audit
from catalog.services.audit import Standing
from web.context import actor, catalog

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*\+00:00$")


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that moved: what, and its two states; empty where there was or is none."""

    what: str
    before: str
    after: str


def standing() -> Standing | None:
    """How the log stands, for whoever looks after it; None while the catalog itself does not answer."""
    try:
        return audit.standing(actor(), catalog())
    except StoreError:  # this may be for the page that tells of just that
        return None


def moves(event: AuditEvent) -> tuple[Move, ...]:
    """What an entry says moved."""
    old, new = _parsed(event.before), _parsed(event.after)
    if old is None or new is None:
        return (Move("", event.before, event.after),)
    names = dict.fromkeys([*old, *new])
    return tuple(Move(name.replace("_", " "), _plain(old.get(name)), _plain(new.get(name))) for name in names)


def _parsed(side: str) -> dict[str, Any] | None:
    """One side as fields, or None where it is told in words."""
    if not side:
        return {}
    try:
        told = json.loads(side)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _plain(value: object) -> str:
    told = "" if value is None else str(value)
    match value:
        case True | False:
            told = "yes" if value else "no"
        case dict():
            told = ", ".join(f"{name} {_plain(each)}" for name, each in value.items())
        case list():
            told = ", ".join(_plain(each) for each in value)
        case str() if value.startswith("#"):
            told = f"text {value}"
        case str() if _MOMENT.match(value):
            told = f"{value[:10]} {value[11:16]} UTC"
    return told
