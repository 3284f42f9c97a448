"""The pages of one exigent event and of one violation: told to whom :mod:`catalog.services.events` tells of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from catalog.model.actors import Actor
from catalog.model.event_duties import breach_duties
from catalog.model.event_machine import (
    By,
    Move,
    breach_done,
    exigent_moves,
    kept_until,
    violation_moves,
)
from catalog.model.event_views import BreachLine, ExigentPage, NextMove, ViolationPage
from catalog.model.events import ExigentEvent, ExigentState, Violation, ViolationState
from catalog.model.parties import Party
from catalog.model.policy_rules import PolicyRule, RuleKind, fits, of_kind
from catalog.model.register import Verb
from catalog.model.revisions import RecordKind
from catalog.model.sensitivity import Held, sensitivity
from catalog.services import access, audit, events, history, records
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import law
from catalog.store.engine import Connection

E = TypeVar("E", ExigentEvent, Violation)
S = TypeVar("S", ExigentState, ViolationState)

#: What whoever takes a step must be allowed.
ACTIONS: Mapping[By, Action] = {
    By.KEEPER: Action.KEEP_REGISTER,
    By.OFFICER: Action.DESIGNATE,
    By.OFFICE: Action.KEEP_CITY_REGISTER,
}


def exigent(actor: Actor, catalog: Catalog, event_id: int) -> ExigentPage:
    """An exigent event, its clock and the steps that may follow.

    Raises:
        NotFound: when there is no such event that the actor may know of.
    """
    event = known(actor, catalog, ExigentEvent, event_id)
    audit.read(actor, catalog, f"exigent_event:{event.id}", event.agency_id)
    with catalog.reading() as connection:
        seen = records.visible(connection, catalog, actor)
        return ExigentPage(
            line=events.event_line(seen, event),
            moves=_moves(actor, exigent_moves(event), event.agency_id),
            days_to_cpo=_days(event.occurred_on, event.cpo_notified_on),
            days_open=(today(catalog) - event.occurred_on).days,
            violation=law.one(connection, Violation, event.violation_id) if event.violation_id else None,
            expected=history.latest(connection, RecordKind.EXIGENT_EVENT, event.id),
            may_revise=access.may(actor, Action.KEEP_REGISTER, event.agency_id),
        )


def violation(actor: Actor, catalog: Catalog, violation_id: int) -> ViolationPage:
    """A violation, its clock, what the policies and the law on breaches ask for, and the steps that may follow.

    Raises:
        NotFound: when there is no such violation that the actor may know of.
    """
    found = known(actor, catalog, Violation, violation_id)
    audit.read(actor, catalog, f"violation:{found.id}", found.agency_id)
    with catalog.reading() as connection:
        seen = records.visible(connection, catalog, actor)
        asked = rules_of_notice(connection, found, today(catalog))
        return ViolationPage(
            line=events.violation_line(seen, found),
            moves=_moves(actor, violation_moves(found, notice_is_due=bool(asked)), found.agency_id),
            rules=asked,
            breach_is_likely=is_private(catalog, found.type_codes),
            breach=tuple(BreachLine(step, on) for step, on in breach_done(found).items()),
            breach_lacks=tuple(breach_duties(found)) if found.breach else (),
            kept_until=kept_until(found.no_harm_on) if found.no_harm_on else None,
            days_to_cpo=_days(found.occurred_on, found.cpo_notified_on),
            days_open=(today(catalog) - found.occurred_on).days,
            event=next(iter(law.where(connection, ExigentEvent, violation_id=found.id)), None),
            expected=history.latest(connection, RecordKind.VIOLATION, found.id),
            may_revise=access.may(actor, Action.KEEP_REGISTER, found.agency_id),
        )


def is_private(catalog: Catalog, type_codes: Sequence[str]) -> bool:
    """Whether these types together are private information, whose loss is a breach (§10-501(b))."""
    return sensitivity(Held(catalog.taxonomy.types[code]) for code in type_codes).breach_notifiable


def known(actor: Actor, catalog: Catalog, kind: type[E], key: int) -> E:
    """The report, where the actor may know of it.

    Raises:
        NotFound: when there is none.
    """
    access.require(actor, Action.READ_EVENTS)
    with catalog.reading() as connection:
        found = law.one(connection, kind, key)
    if found is None or not access.may(actor, Action.READ_EVENTS, found.agency_id):
        raise access.nothing_here()
    return found


def rules_of_notice(connection: Connection, violation: Violation, on: date) -> tuple[PolicyRule, ...]:
    """The policies' rules that ask that the individuals be told of this violation (§23-1203(6))."""
    party = law.one(connection, Party, violation.party_id) if violation.party_id else None
    kind = party.kind if party else None
    asking = of_kind(law.every(connection, PolicyRule), RuleKind.NOTICE_OF_VIOLATION)
    return tuple(rule for rule in asking if fits(rule, Verb.DISCLOSURE, kind, violation.type_codes, on))


def today(catalog: Catalog) -> date:
    """The day today."""
    return catalog.clock.now().date()


def _moves(actor: Actor, moves: Sequence[Move[S]], agency_id: str) -> tuple[NextMove[S], ...]:
    return tuple(NextMove(move, access.may(actor, ACTIONS[move.by], agency_id)) for move in moves)


def _days(start: date, end: date | None) -> int | None:
    return (end - start).days if end else None
