"""Entries of the audit log in words."""

import json
import re
from dataclasses import dataclass
from typing import Any

from flask import url_for

from catalog.errors import StoreError
from catalog.model.audit import AuditEvent
from catalog.services import audit
from catalog.services.access import Action, may
from catalog.services.audit import Standing
from web.context import actor, catalog
from web.role_wording import DOOR_TEXT, ROLE_NAME
from web.routing import number

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*\+00:00$")
_DOOR = "door="
#: Actions that their own name does not say.
_ACTIONS = {
    "add_cycle": "record an earlier report",
    "add_programme": "add program",
    "answer_intent": "carry out what was asked for",
    "answer_steward": "answer as the data steward asked",
    "approve_decision": "agree to a decision as the second person",
    "ask_steward": "ask a data steward about columns",
    "ask": "ask the scan side for",
    "ask_division": "ask a division for its part of a report",
    "ask_trial": "ask for a trial",
    "finish_division_task": "say that a division has answered",
    "reopen_division_task": "let a division answer again",
    "withdraw_division_task": "withdraw what a division is asked",
    "attest_report": "say that a task of a report holds",
    "begin_anchors": "begin to anchor the log",
    "decide_copy": "say whether a file is a copy of a table",
    "decide_membership": "decide what being in a dataset tells",
    "declare_system": "record what an agency says of a system",
    "defer_decision": "put a decision off",
    "designate": "record an approval on paper",
    "draft_designation": "draft an approval",
    "include_in_quarterly": "record events as in a quarterly report",
    "init": "begin the catalog",
    "move_cycle": "move a report on",
    "move_designation": "move an approval",
    "open_cycle": "open a report",
    "override_write": "let an account be used that may write",
    "propose_decision": "propose a decision to a second person",
    "prove_oneself": "prove who they are",
    "read_second": "read a decision a second time",
    "put_agency": "record agency",
    "refuse_decision": "refuse a decision as the second person",
    "resolve_difference": "say what becomes of a difference",
    "say_in_report": "say something in a report",
    "set_local_sign_in": "set password and codes",
    "remove_local_sign_in": "take password and codes away",
    "undo_decision": "undo what was done in review",
    "close_local_sign_in": "close password and codes after wrong ones",
    "take_intent": "take up what was asked for",
}
#: Where things have a page: its endpoint, what the address is made of, whether that is a number, who may open it.
_PAGES = {
    "activity": ("flows.show", "activity_id", True, Action.READ_FLOWS),
    "agency": ("agencies.show", "agency_id", False, Action.READ_HOLDINGS),
    "cycle": ("inventory.show", "cycle_id", True, Action.READ_REPORTS),
    "designation": ("approvals.show", "designation_id", True, Action.READ_FLOWS),
    "dataset": ("datasets.show", "dataset_id", True, Action.READ_HOLDINGS),
    "exigent_event": ("exigent.show", "event_id", True, Action.READ_EVENTS),
    "person": ("people.show", "account", False, Action.READ_PEOPLE),
    "policy_rule": ("policy_rules.show", "rule_id", True, Action.READ_FLOWS),
    "programme": ("programmes.show", "code", False, Action.READ_HOLDINGS),
    "protocol": ("protocols.show", "protocol_id", True, Action.READ_HOLDINGS),
    "run": ("scans.run", "run_id", True, Action.READ_RUNS),
    "source": ("sources.show", "source_id", True, Action.READ_RUNS),
    "violation": ("violations.show", "violation_id", True, Action.READ_EVENTS),
}


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that moved: what, and its two states; empty where there was or is none."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as the page tells it; ``page`` is the address of what it is about, empty where that has none."""

    event: AuditEvent
    roles: str
    detail: str
    about: str
    page: str
    moves: tuple[Move, ...]


def standing() -> Standing | None:
    """How the log stands, for whoever looks after it; None while the catalog itself does not answer."""
    try:
        return audit.standing(actor(), catalog())
    except StoreError:  # this may be for the page that tells of just that
        return None


def line(event: AuditEvent) -> Line:
    """An entry in words."""
    return Line(event, _roles(event.role), _detail(event.detail), _about(event.thing), _page(event.thing), moves(event))


def action_text(action: str) -> str:
    """What an action is called."""
    return _ACTIONS.get(action) or action.replace("_", " ")


def _roles(roles: str) -> str:
    known = {role.value: name for role, name in ROLE_NAME.items()}
    return ", ".join(known.get(one, one.replace("_", " ")) for one in roles.split(",") if one)


def _detail(detail: str) -> str:
    doors = {_DOOR + door.value: f"by {text}" for door, text in DOOR_TEXT.items()}
    return doors.get(detail, detail)


def _about(thing: str) -> str:
    kind, _, rest = thing.partition(":")
    words = {"page": f"the page {rest}", "list": f"the list {rest}", "programme": f"program {rest}"}
    return words.get(kind) or thing.replace(":", " ", 1)


def _page(thing: str) -> str:
    kind, _, rest = thing.partition(":")
    if kind not in _PAGES or not rest:
        return ""
    endpoint, name, is_number, action = _PAGES[kind]
    value = number(rest) if is_number else rest
    address: dict[str, Any] = {name: value}
    return url_for(endpoint, **address) if value is not None and may(actor(), action) else ""


def moves(event: AuditEvent) -> tuple[Move, ...]:
    """What an entry says moved: only what differs in the words that are shown, and no number of what has none yet."""
    old, new = _parsed(event.before), _parsed(event.after)
    if old is None or new is None:
        return (Move("", event.before, event.after),)
    names = dict.fromkeys([*old, *new])
    told = [(name, _plain(old.get(name)), _plain(new.get(name))) for name in names]
    shown = [each for each in told if each[1] != each[2] and (each[0] != "id" or {each[1], each[2]} - {"", "0"})]
    return tuple(Move(name.replace("_", " "), before, after) for name, before, after in shown)


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
