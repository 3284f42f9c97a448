"""Who may do what, and who sees what: the only policy. Search, counts, exports and pages obey it."""

import getpass
from collections.abc import Iterable
from enum import StrEnum

from catalog.errors import NotAllowed, NotFound
from catalog.model.actors import AGENCY_ROLES, Actor, Grant, Role, Scope


class Action(StrEnum):
    """Everything that can be done. A route or a command without one does not start."""

    SIGN_IN = "sign_in"
    READ_HOME = "read_home"
    KEEP_OWN_ACCOUNT = "keep_own_account"
    READ_PUBLISHED = "read_published"
    READ_HOLDINGS = "read_holdings"
    READ_EVIDENCE = "read_evidence"
    READ_FLOWS = "read_flows"
    READ_EVENTS = "read_events"
    READ_RUNS = "read_runs"
    READ_AUDIT = "read_audit"
    READ_PEOPLE = "read_people"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_SOURCES = "manage_sources"
    RUN_SCANS = "run_scans"
    MANAGE_RECOGNISERS = "manage_recognizers"
    DECIDE = "decide"
    DESCRIBE = "describe"
    PUBLISH = "publish"
    KEEP_REGISTER = "keep_register"
    KEEP_CITY_REGISTER = "keep_city_register"
    PROPOSE = "propose"
    DESIGNATE = "designate"
    APPROVE_FOIL = "approve_foil"
    REVIEW_SECOND = "review_second"
    READ_REPORTS = "read_reports"
    ANSWER_REPORT = "answer_report"
    ANSWER_FOR_DIVISION = "answer_for_a_division"
    SIGN_REPORT = "sign_a_report"
    SIGN_FOR_AGENCY = "sign_for_an_agency"
    KEEP_CYCLES = "keep_inventory_cycles"
    READ_CITY_REPORTS = "read_reports_of_the_city"
    RECORD_RESTORE = "record_restore"
    ADMINISTER = "administer"


_EVERYONE = frozenset(Role)
#: The privacy office, and who answers for privacy in an agency.
_OFFICE = frozenset({Role.CPO, Role.CPO_STAFF})
_OFFICERS = frozenset({Role.OFFICER, Role.DEPUTY})
#: Who sees an agency's part whole, beside its officers.
_INSIDERS = _OFFICE | _OFFICERS | {Role.STEWARD, Role.FOIL_OFFICER, Role.AGENCY_HEAD, Role.AUDITOR}
_POLICY: dict[Action, frozenset[Role]] = {
    Action.SIGN_IN: _EVERYONE,
    Action.READ_HOME: _EVERYONE,
    Action.KEEP_OWN_ACCOUNT: _EVERYONE,
    Action.READ_PUBLISHED: _INSIDERS | {Role.RESEARCHER},
    Action.READ_HOLDINGS: _INSIDERS,
    Action.READ_EVIDENCE: _INSIDERS,
    Action.READ_FLOWS: _INSIDERS,
    Action.READ_EVENTS: _OFFICE | _OFFICERS | {Role.AGENCY_HEAD, Role.AUDITOR},
    Action.READ_RUNS: _OFFICE | _OFFICERS | {Role.AUDITOR, Role.OPERATOR},
    Action.READ_AUDIT: frozenset({Role.CPO, Role.AUDITOR, Role.OPERATOR}),
    Action.READ_PEOPLE: frozenset({Role.CPO, Role.AUDITOR, Role.OPERATOR}),
    Action.MANAGE_PEOPLE: frozenset({Role.CPO, Role.OPERATOR}),
    Action.MANAGE_SOURCES: frozenset({Role.OPERATOR}),
    Action.RUN_SCANS: frozenset({Role.OPERATOR}),
    Action.MANAGE_RECOGNISERS: frozenset({Role.OPERATOR, Role.CPO}),
    Action.DECIDE: _OFFICE | _OFFICERS,
    Action.DESCRIBE: _OFFICE | _OFFICERS | {Role.STEWARD},
    Action.PUBLISH: frozenset({Role.CPO, Role.OFFICER}),
    Action.KEEP_REGISTER: _OFFICE | _OFFICERS,
    Action.KEEP_CITY_REGISTER: _OFFICE,
    Action.PROPOSE: _OFFICE | _OFFICERS | {Role.STEWARD},
    Action.DESIGNATE: frozenset({Role.CPO, Role.OFFICER}),
    Action.APPROVE_FOIL: frozenset({Role.FOIL_OFFICER}),
    Action.REVIEW_SECOND: _OFFICE | {Role.AGENCY_HEAD},
    Action.READ_REPORTS: _OFFICE | _OFFICERS | {Role.AGENCY_HEAD, Role.AUDITOR},
    Action.ANSWER_REPORT: _OFFICERS,
    Action.ANSWER_FOR_DIVISION: _OFFICERS | {Role.STEWARD},
    Action.SIGN_REPORT: frozenset({Role.OFFICER}),
    Action.SIGN_FOR_AGENCY: frozenset({Role.AGENCY_HEAD, Role.OFFICER}),
    Action.KEEP_CYCLES: _OFFICE,
    Action.READ_CITY_REPORTS: _OFFICE | {Role.AUDITOR},
    Action.RECORD_RESTORE: frozenset({Role.CPO, Role.AUDITOR}),
    Action.ADMINISTER: frozenset({Role.OPERATOR}),
}


def local_administrator() -> Actor:
    """Whoever runs the command line on the catalog's own machine: they hold the database file anyway."""
    return Actor(
        "local", f"local administrator ({getpass.getuser()})", frozenset({Grant(Role.CPO), Grant(Role.OPERATOR)})
    )


def may(actor: Actor, action: Action, agency_id: str | None = None) -> bool:
    """Whether the actor may do this; with ``agency_id``, whether in that agency."""
    return any(agency_id is None or grant.agency_id in {None, agency_id} for grant in _grants(actor, action))


def require(actor: Actor, action: Action, agency_id: str | None = None) -> None:
    """Refuse what the actor may not do.

    Raises:
        NotFound: when the agency is one the actor may not know of (so that a refusal tells nothing).
        NotAllowed: when the actor's roles do not include the action at all.
    """
    if may(actor, action, agency_id):
        return
    if agency_id is not None and may(actor, action):
        raise nothing_here()
    raise NotAllowed(
        "Your account",
        f"it may not {action.value.replace('_', ' ')}",
        "Sign in with another role or ask the privacy office.",
    )


def nothing_here(thing: str = "This page") -> NotFound:
    """What is answered of a thing that is not there, and in the same words of one that the actor may not know of."""
    return NotFound(thing, "there is nothing here that you may see", "Go back or search for it.")


def require_register(actor: Actor, agency_id: str | None) -> None:
    """Refuse who may not keep the register of an agency, or (``agency_id`` None) records that belong to no agency.

    Raises:
        NotFound: when the agency is one the actor may not know of.
        NotAllowed: when the actor's roles do not include it at all.
    """
    if agency_id is None:
        require(actor, Action.KEEP_CITY_REGISTER)
    else:
        require(actor, Action.KEEP_REGISTER, agency_id)


def keeps(actor: Actor, agency_id: str | None) -> bool:
    """Whether the actor keeps the register of an agency, or (``agency_id`` None) records that belong to no agency."""
    if agency_id is None:
        return may(actor, Action.KEEP_CITY_REGISTER)
    return may(actor, Action.KEEP_REGISTER, agency_id)


def is_officer_of(actor: Actor, agency_id: str) -> bool:
    """Whether the actor is the privacy officer of this agency: what §23-1202 asks them to approve, nobody else does."""
    return Grant(Role.OFFICER, agency_id) in actor.grants


def is_head_of(actor: Actor, agency_id: str) -> bool:
    """Whether the actor is the head of this agency: what §23-1205 has them sign, nobody else signs as head."""
    return Grant(Role.AGENCY_HEAD, agency_id) in actor.grants


def is_chief(actor: Actor) -> bool:
    """Whether the actor is the Chief Privacy Officer: what is in the best interests of the city, nobody else finds."""
    return Grant(Role.CPO) in actor.grants


def acts_for(actor: Actor, agency_id: str) -> str | None:
    """For whom the actor acts in a matter of this agency: the agency where they hold a role in it, else the city."""
    return agency_id if any(grant.agency_id == agency_id for grant in actor.grants) else None


def is_second_reviewer(actor: Actor, role: Role, agency_id: str) -> bool:
    """Whether the actor may give the further approval that the policies ask of a role (§23-1203(5)): an agency's head
    theirs alone; what they ask of the privacy office's staff, the CPO may too.
    """
    if role is Role.CPO_STAFF:
        return not {Grant(Role.CPO), Grant(Role.CPO_STAFF)}.isdisjoint(actor.grants)
    return Grant(role, agency_id if role in AGENCY_ROLES else None) in actor.grants


def scope(actor: Actor, action: Action = Action.READ_HOLDINGS) -> Scope:
    """The part of the catalog in which this actor may do this. Every query on holdings is built through it."""
    grants = _grants(actor, action)
    if any(grant.agency_id is None for grant in grants):
        return Scope(None)
    return Scope(frozenset(grant.agency_id for grant in grants if grant.agency_id is not None))


def scope_of_counts(actor: Actor) -> Scope:
    """The part of which the actor is told how many datasets were looked at: that whose holdings they see, or, for who
    answers for sources and sees no holdings at all, that whose runs they see.
    """
    return scope(actor, Action.READ_HOLDINGS if may(actor, Action.READ_HOLDINGS) else Action.READ_RUNS)


def concerns(actor: Actor, agency_ids: Iterable[str | None]) -> bool:
    """Whether a record about these agencies is about one whose flows this actor may see."""
    grants = _grants(actor, Action.READ_FLOWS)
    concerned = set(agency_ids)
    return any(grant.agency_id is None or grant.agency_id in concerned for grant in grants)


def roles_for(action: Action) -> frozenset[Role]:
    """The roles that may do this."""
    return _POLICY[action]


def _grants(actor: Actor, action: Action) -> list[Grant]:
    """What lets the actor do this."""
    return [grant for grant in actor.grants if grant.is_whole and grant.role in _POLICY[action]]
