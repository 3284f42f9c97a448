"""The life of an approval as pure rules: which moves there are, who makes them, and what has to be there (§23-1202).

Nothing here reads or writes: a move is refused or allowed by what is handed in, and always with the reason why.
"""

from collections.abc import Mapping

from catalog.model import designation_guards as guards
from catalog.model.actors import ROLE_TITLES
from catalog.model.designation_guards import Facts, Rule, Signer
from catalog.model.designations import HOLDING, DesignationEvent, DesignationState
from catalog.model.register import Classification

S, E, C = DesignationState, DesignationEvent, Classification

#: The classes an approval can give; all others are recorded, not approved (§23-1202(b)(2), (c)(2)).
APPROVABLE = frozenset({C.ROUTINE_AGENCY, C.ROUTINE_INTERAGENCY, C.CASE_BY_CASE, C.CPO_BEST_INTEREST})
#: Those of what takes place again and again (§23-1201).
ROUTINE = frozenset({C.ROUTINE_AGENCY, C.ROUTINE_INTERAGENCY})
#: The states in which somebody's signature is awaited: what is approved may not be edited meanwhile.
PINNING = frozenset({S.SUBMITTED, S.PENDING_COUNTERPART, S.PENDING_REVIEW, S.REFERRED_TO_CPO})
#: The states of a draft that can still be filled in otherwise; what was declined is a draft of its agency's from then.
DRAFTED = frozenset({S.DRAFT, S.RETURNED, S.DECLINED})
#: The moves that put a signature under the content.
SIGNING = frozenset({E.APPROVE, E.COUNTERSIGN, E.SECOND, E.DETERMINE, E.REAFFIRM})
#: The moves by which an approval comes into force, or does so again.
_ENTERING = SIGNING | {E.LIFT}
#: The moves that need their reason.
_REASONED = frozenset(
    {E.RETURN, E.DECLINE, E.REFER, E.DENY, E.REVIEW, E.AMEND, E.SUSPEND, E.LIFT, E.REVOKE, E.EXPIRE}
)  # fmt: skip
_SOURCES: Mapping[DesignationEvent, frozenset[DesignationState]] = {
    E.SUBMIT: frozenset({S.DRAFT, S.RETURNED}),
    E.RETURN: PINNING,
    E.APPROVE: frozenset({S.SUBMITTED}),
    E.COUNTERSIGN: frozenset({S.PENDING_COUNTERPART}),
    E.SECOND: frozenset({S.PENDING_REVIEW}),
    E.DECLINE: frozenset({S.PENDING_COUNTERPART}),
    E.REFER: frozenset({S.SUBMITTED, S.DECLINED}),
    E.DETERMINE: frozenset({S.REFERRED_TO_CPO}),
    E.DENY: frozenset({S.SUBMITTED, S.PENDING_REVIEW, S.REFERRED_TO_CPO}),
    E.REVIEW: frozenset({S.ACTIVE}),
    E.REAFFIRM: frozenset({S.REVIEW_DUE}),
    E.AMEND: frozenset({S.REVIEW_DUE}),
    E.SUSPEND: frozenset({S.ACTIVE, S.REVIEW_DUE, S.AMENDING}),
    E.LIFT: frozenset({S.SUSPENDED}),
    E.EXPIRE: HOLDING,
    E.REVOKE: HOLDING,
    E.SUPERSEDE: HOLDING,
    E.WITHDRAW: DRAFTED | {S.SUBMITTED},
}
_TARGETS: Mapping[DesignationEvent, DesignationState] = {
    E.SUBMIT: S.SUBMITTED,
    E.RETURN: S.RETURNED,
    E.COUNTERSIGN: S.ACTIVE,
    E.SECOND: S.ACTIVE,
    E.DECLINE: S.DECLINED,
    E.REFER: S.REFERRED_TO_CPO,
    E.DETERMINE: S.ACTIVE,
    E.DENY: S.DENIED,
    E.REVIEW: S.REVIEW_DUE,
    E.REAFFIRM: S.ACTIVE,
    E.AMEND: S.AMENDING,
    E.SUSPEND: S.SUSPENDED,
    E.EXPIRE: S.EXPIRED,
    E.REVOKE: S.REVOKED,
    E.SUPERSEDE: S.SUPERSEDED,
    E.WITHDRAW: S.WITHDRAWN,
}


def moves_from(facts: Facts) -> tuple[DesignationEvent, ...]:
    """The moves that people make from where an approval stands, whoever they are."""
    state, single = facts.designation.state, facts.designation.single_use
    return tuple(
        event
        for event, sources in _SOURCES.items()
        if state in sources and event is not E.SUPERSEDE and (event is not E.EXPIRE or single)
    )


def target(facts: Facts, event: DesignationEvent) -> DesignationState:
    """Where a move leads. What is lifted though its content has changed is to be reviewed first."""
    if event is E.APPROVE:
        if facts.second_reviewer is not None:
            return S.PENDING_REVIEW
        together = facts.designation.classification is C.ROUTINE_INTERAGENCY
        return S.PENDING_COUNTERPART if together else S.ACTIVE
    if event is E.LIFT:
        return S.ACTIVE if facts.is_current else S.REVIEW_DUE
    return _TARGETS[event]


def needs_reason(event: DesignationEvent) -> bool:
    """Whether the move is made with its reason."""
    return event in _REASONED


def needs_statement(facts: Facts, event: DesignationEvent) -> bool:
    """Whether a mission statement (§23-1201) or a written determination (§23-1202(b)(2)(b), (c)(2)(b)) goes with it."""
    together = facts.designation.classification is C.ROUTINE_INTERAGENCY
    return event in {E.COUNTERSIGN, E.DETERMINE} or (event is E.APPROVE and together)


def refusal(facts: Facts, event: DesignationEvent, signer: Signer) -> str:
    """Why a move may not be made: a clause without a full stop; empty when it may."""
    return misplaced(facts, event) or not_theirs(facts, event, signer) or lacking(facts, event, signer)


def misplaced(facts: Facts, event: DesignationEvent) -> str:
    """Why there is no such move from where the approval stands."""
    fits = facts.designation.state in _SOURCES.get(event, frozenset())
    return "" if fits else "there is no such move from where it stands by now"


def not_theirs(facts: Facts, event: DesignationEvent, signer: Signer) -> str:
    """Why the move is not this person's to make."""
    return _WHO[event](facts, signer)


def lacking(facts: Facts, event: DesignationEvent, signer: Signer) -> str:
    """What is missing for the move."""
    if event in _REASONED and not signer.reason.strip():
        return "it needs a reason"
    if needs_statement(facts, event) and not signer.statement.strip():
        return "it needs a written statement"
    enters = event in _ENTERING and target(facts, event) in HOLDING
    rules = _NEEDED.get(event, ()) + (_IN_FORCE if enters else ())
    return next((cause for cause in (rule(facts, signer) for rule in rules) if cause), "")


# Who makes a move.


def _proposer(_facts: Facts, signer: Signer) -> str:
    return "" if signer.proposes else "only somebody who may propose approvals in the agency does this"


def _officer(_facts: Facts, signer: Signer) -> str:
    return "" if signer.is_officer else "only the privacy officer of the agency does this"


def _approver(facts: Facts, signer: Signer) -> str:
    if facts.is_for_records and signer.is_records_officer:
        return ""
    return _officer(facts, signer)


def _counterpart(_facts: Facts, signer: Signer) -> str:
    return "" if signer.is_counterpart else "only the privacy officer of the other agency does this"


def _reviewer(facts: Facts, signer: Signer) -> str:
    asked = facts.designation.second_reviewer
    who = ROLE_TITLES[asked] if asked else "second reviewer"
    return "" if signer.is_reviewer else f"only this role does this: {who}"


def _chief(_facts: Facts, signer: Signer) -> str:
    return "" if signer.is_chief else "only the Chief Privacy Officer does this"


def _decider(facts: Facts, signer: Signer) -> str:
    """Whoever it waits for."""
    waits = {S.PENDING_REVIEW: _reviewer, S.REFERRED_TO_CPO: _chief}
    return waits.get(facts.designation.state, _approver)(facts, signer)


def _taker_back(facts: Facts, signer: Signer) -> str:
    """Whoever it waits for, and before the CPO has it, the officer whose approval it is."""
    if facts.designation.state is not S.REFERRED_TO_CPO and signer.is_officer:
        return ""
    return _decider(facts, signer)


def _withdrawer(facts: Facts, signer: Signer) -> str:
    own = signer.person_id is not None and signer.person_id in {facts.author, facts.designation.submitted_by}
    left = signer.is_officer and facts.designation.state is not S.SUBMITTED
    return "" if own or left else "only who drafted or submitted it does this"


def _director(_facts: Facts, signer: Signer) -> str:
    """The officer, and the CPO, who may direct agencies to make changes (Charter §8(h)(2))."""
    allowed = signer.is_officer or signer.is_chief
    return "" if allowed else "only the privacy officer of the agency or the Chief Privacy Officer does this"


def _either(facts: Facts, signer: Signer) -> str:
    """What two officers approved together, each may stop for their side."""
    together = facts.designation.classification is C.ROUTINE_INTERAGENCY
    return "" if together and signer.is_counterpart else _director(facts, signer)


def _revoker(facts: Facts, signer: Signer) -> str:
    """What the city suspended is the city's to end."""
    return _chief(facts, signer) if _stopped_by_city(facts) else _either(facts, signer)


def _stopped_by_city(facts: Facts) -> bool:
    return facts.designation.state is S.SUSPENDED and facts.suspended_by_city


def _caller(facts: Facts, signer: Signer) -> str:
    return "" if signer.is_catalog else _either(facts, signer)


def _lifter(facts: Facts, signer: Signer) -> str:
    if facts.suspended_by_other and not signer.is_chief:
        return _counterpart(facts, signer)
    return _chief(facts, signer) if facts.suspended_by_city else _director(facts, signer)


def _ender(facts: Facts, signer: Signer) -> str:
    """The catalog, by the day; of what may be used once, the officer, once it was used."""
    if signer.is_catalog:
        return ""
    if _stopped_by_city(facts):
        return _chief(facts, signer)
    return _officer(facts, signer) if facts.designation.single_use else "it ends by itself, on its day"


def _reaffirmer(facts: Facts, signer: Signer) -> str:
    """Whoever had the last word when it was given: the CPO, the second reviewer, else the agency's officer."""
    if facts.designation.classification is C.CPO_BEST_INTEREST:
        return _chief(facts, signer)
    return _reviewer(facts, signer) if facts.designation.second_reviewer else _approver(facts, signer)


def _catalog(_facts: Facts, signer: Signer) -> str:
    return "" if signer.is_catalog else "it happens by itself, when a newer one comes into force"


_WHO: Mapping[DesignationEvent, Rule] = {
    E.SUBMIT: _proposer,
    E.RETURN: _taker_back,
    E.APPROVE: _approver,
    E.COUNTERSIGN: _counterpart,
    E.SECOND: _reviewer,
    E.DECLINE: _counterpart,
    E.REFER: _officer,
    E.DETERMINE: _chief,
    E.DENY: _decider,
    E.REVIEW: _caller,
    E.REAFFIRM: _reaffirmer,
    E.AMEND: _proposer,
    E.SUSPEND: _either,
    E.LIFT: _lifter,
    E.EXPIRE: _ender,
    E.REVOKE: _revoker,
    E.SUPERSEDE: _catalog,
    E.WITHDRAW: _withdrawer,
}


# What has to be there; where it comes into force, more.
_IN_FORCE: tuple[Rule, ...] = (guards.complete, guards.lawful, guards.not_over, guards.place_free, guards.not_barred)
_NEEDED: Mapping[DesignationEvent, tuple[Rule, ...]] = {
    E.SUBMIT: (guards.recorded, guards.complete, guards.follows),
    E.APPROVE: (guards.recorded, guards.referred, guards.not_self, guards.current, guards.lawful),
    E.COUNTERSIGN: (
        guards.recorded, guards.not_self, guards.current, guards.first_signed, guards.other_person,
    ),
    E.SECOND: (guards.recorded, guards.not_self, guards.current, guards.first_signed, guards.other_person),
    E.REFER: (guards.recorded, guards.in_power, guards.complete, guards.current),
    E.DETERMINE: (guards.recorded, guards.not_self, guards.not_the_referrer, guards.current),
    E.AMEND: (guards.recorded, guards.not_drafted),
    E.REAFFIRM: (guards.recorded, guards.not_self, guards.current, guards.looked_at_later),
    E.LIFT: (guards.recorded, guards.not_over),
    E.EXPIRE: (guards.is_over,),
}  # fmt: skip
