"""Steps of a cycle: which may follow, whose they are, and writing one beside those before it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from catalog.errors import Conflict, NotAllowed, RequestError
from catalog.model.actors import Actor
from catalog.model.cycle_machine import MOVES, By, CycleMove
from catalog.model.cycle_words import CYCLE_TEXT, EVENT_TEXT
from catalog.model.cycles import Cycle, CycleEvent, CycleState, CycleStep, Signed
from catalog.model.days import day_words
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import law
from catalog.store.engine import Connection

#: The longest that can be said with a step.
MOST_WORDS = 4000
#: What no page can hold; line breaks and tabs are words.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
#: Steps that are signatures.
SIGNING = frozenset({CycleEvent.SIGNED_BY_OFFICER, CycleEvent.SIGNED_BY_HEAD})
_ACTIONS: Mapping[By, Action] = {
    By.ANSWERER: Action.ANSWER_REPORT,
    By.OFFICER: Action.SIGN_REPORT,
    By.HEAD: Action.SIGN_FOR_AGENCY,
    By.OFFICE: Action.KEEP_CYCLES,
}


def known(connection: Connection, actor: Actor, cycle_id: int, action: Action = Action.READ_REPORTS) -> Cycle:
    """A cycle of an agency in which the actor may do this.

    Raises:
        NotAllowed: when the actor's roles do not include it at all.
        NotFound: when there is no such cycle that they may know of.
    """
    access.require(actor, action)
    cycle = law.one(connection, Cycle, cycle_id)
    if cycle is None or not access.may(actor, action, cycle.agency_id):
        raise access.nothing_here("This report")
    return cycle


def follows(actor: Actor, now: Cycle, event: CycleEvent) -> CycleMove:
    """The step, where it follows from where the cycle is and is the actor's to take. The head's signature may be
    recorded by the officer (:func:`catalog.services.report_signing.sign_for_agency`); nothing else of the head's may.

    Raises:
        Conflict: when it does not follow.
        NotAllowed: when it is another's.
    """
    step = next((one for one in MOVES[now.state] if one.event is event), None)
    if step is None:
        cause = f"“{EVENT_TEXT[event]}” does not follow where it is “{CYCLE_TEXT[now.state]}”"
        raise Conflict(report_of(now), cause, "Look at where it is now.")
    access.require(actor, _ACTIONS[step.by], now.agency_id)
    if step.by is By.HEAD and event not in SIGNING and not access.is_head_of(actor, now.agency_id):
        cause = "this step is taken by the head of the agency alone"
        raise NotAllowed(report_of(now), cause, "Ask them to take it.")
    return step


def take(
    change: Change,
    actor: Actor,
    now: Cycle,
    after: Cycle,
    event: CycleEvent,
    *,
    words: str = "",
    signed: Signed | None = None,
) -> CycleStep:
    """Write the cycle as it is after a step that was found to be allowed, and the step."""
    law.put(change.connection, after)
    step = write(change, actor, after, now.state, event, words=words, signed=signed)
    change.index("cycle", now.id)
    return step


def write(
    change: Change,
    actor: Actor,
    after: Cycle,
    before: CycleState | None,
    event: CycleEvent,
    *,
    words: str = "",
    signed: Signed | None = None,
) -> CycleStep:
    """Add what happened to a cycle to what happened before."""
    said = signed or Signed()
    step = CycleStep(
        0, after.id, event, before, after.state, actor.person_id, actor.name, change.at, words, said.signer,
        said.capacity, said.content_hash, said.on, said.filed, said.number,
    )  # fmt: skip
    return law.add(change.connection, step)


def start(change: Change, actor: Actor, now: Cycle) -> Cycle:
    """Write that somebody began, or began again, to answer.

    Raises:
        Conflict: when it was begun meanwhile.
        NotAllowed: when the actor does not answer for the agency.
    """
    after = replace(now, state=follows(actor, now, CycleEvent.STARTED).to)
    take(change, actor, now, after, CycleEvent.STARTED)
    return after


def clean(thing: str, words: str) -> str:
    """What somebody wrote, with blanks around it gone and line breaks in one form.

    Raises:
        RequestError: when it holds what no page and no database can hold.
    """
    if _UNSEEN.search(words):
        raise RequestError(thing, "it holds a control character", "Write it anew, or paste it as plain text.")
    return words.replace("\r\n", "\n").replace("\r", "\n").strip()


def in_words(thing: str, words: str, *, needed: bool) -> str:
    """What is said with a step, in clean words.

    Raises:
        RequestError: when it has to be said and is not, is too long, or holds what no page can show.
    """
    said = clean(thing, words)
    if needed and not said:
        raise RequestError(thing, "this step has to be told in words", "Say why.")
    if len(said) > MOST_WORDS:
        cause = f"what is said has {len(said):,} characters, and {MOST_WORDS:,} are the most"
        raise RequestError(thing, cause, "Write less.")
    return said


def moved(connection: Connection, catalog: Catalog, now: Cycle) -> Conflict:
    """What is answered where a cycle is not any more where somebody saw it."""
    steps = law.where(connection, CycleStep, cycle_id=now.id)
    by = f" by {steps[-1].person} on {on(catalog, steps[-1].at)}" if steps else ""
    cause = f"it was moved meanwhile{by}: it is “{CYCLE_TEXT[now.state]}”"
    return Conflict(report_of(now), cause, "Look at where it is now.")


def on(catalog: Catalog, at: datetime) -> str:
    """A time in words of the people who use the catalog."""
    there = at.astimezone(catalog.settings.zone)
    return f"{day_words(there)} at {there:%H:%M}"


def report_of(cycle: Cycle) -> str:
    """What a cycle is called in errors."""
    return f"Report {cycle.period_from.year}-{cycle.period_to.year} of {cycle.agency_id}"
