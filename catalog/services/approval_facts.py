"""What a move of an approval is judged by: the record as it stands, and who acts."""

from dataclasses import replace
from datetime import datetime

from catalog.model.actors import AGENCY_ROLES, Actor, Role
from catalog.model.agreements import Agreement, AgreementParty, Contract
from catalog.model.designation_guards import Facts, Signer
from catalog.model.designation_machine import DRAFTED, PINNING
from catalog.model.designations import (
    HOLDING,
    Designation,
    DesignationEvent,
    DesignationState,
    DesignationStep,
    Signature,
)
from catalog.model.parties import Party
from catalog.model.policy_rules import PolicyRule, fits
from catalog.model.reconciliation import AGREEMENTS, in_force
from catalog.model.register import Activity, ActivityProtocol, ActivityType, Classification, Protocol
from catalog.services import access, approval_contents, contents, rules
from catalog.services.access import Action
from catalog.store import designations, law, people
from catalog.store.engine import Connection

E, S = DesignationEvent, DesignationState
#: Where an approval stands while it is its own agency's matter alone; what its officer denied, nobody else was asked.
INTERNAL = frozenset({S.DRAFT, S.SUBMITTED, S.RETURNED, S.WITHDRAWN, S.DENIED})


def of(connection: Connection, designation: Designation, at: datetime) -> Facts:
    """Everything a move of this approval is judged by, as of a time."""
    activity = rules.existing(connection, Activity, designation.activity_id, "Activity")
    steps = law.where(connection, DesignationStep, designation_id=designation.id)
    bare = of_activity(connection, designation, activity, at)
    others = {one.id for one in holders(connection, activity)}
    drafts = {one.id for one in designations.of_activity(connection, activity.id, DRAFTED | PINNING)}
    stopped = _by_whom(steps)
    return replace(
        bare,
        signatures=tuple(law.where(connection, Signature, designation_id=designation.id)),
        suspended_by_city=stopped == (None,),
        suspended_by_other=stopped == (bare.other_agency,) and bare.other_agency not in {None, activity.agency_id},
        amends_suspended=_amends_suspended(connection, designation),
        referrer=_last(steps, E.REFER),
        author=next((one.person_id for one in steps if one.event is E.DRAFT), None),
        place_is_taken=bool(others - {designation.id, designation.supersedes_id}),
        is_drafted=bool(drafts - {designation.id}),
    )


def holders(connection: Connection, activity: Activity) -> list[Designation]:
    """The approvals that hold the place of an activity's flow: given for it, or of an activity that says the same."""
    flow = approval_contents.flow_of(activity)
    told = {"agency_id": activity.agency_id, "verb": activity.verb, "party_id": activity.party_id}
    same = [one.id for one in law.where(connection, Activity, **told) if approval_contents.flow_of(one) == flow]
    found = {one.id: one for one in designations.holders(connection, flow, activity.id)}
    for activity_id in same:
        found |= {one.id: one for one in designations.of_activity(connection, activity_id, HOLDING)}
    return list(found.values())


def of_activity(connection: Connection, designation: Designation, activity: Activity, at: datetime) -> Facts:
    """What of it the record of the activity says, for an approval that may not be stored yet."""
    party = law.one(connection, Party, activity.party_id) if activity.party_id else None
    codes = frozenset(link.type_code for link in law.where(connection, ActivityType, activity_id=activity.id))
    today = at.date()
    return Facts(
        designation=designation,
        activity=activity,
        party=party,
        codes=codes,
        content_now=contents.digest(approval_contents.content(connection, designation, activity)),
        today=today,
        rules=tuple(
            rule
            for rule in law.every(connection, PolicyRule)
            if fits(rule, activity.verb, party.kind if party else None, codes, today)
        ),
        has_agreement=any(binds(connection, one, activity.party_id) for one in agreements(connection, activity.id, at)),
        alone=_alone(connection, activity.agency_id, at),
    )


def agreements(connection: Connection, activity_id: int, at: datetime) -> tuple[Protocol, ...]:
    """The agreements in force that an activity stands on."""
    links = law.where(connection, ActivityProtocol, activity_id=activity_id)
    papers = (law.one(connection, Protocol, link.protocol_id) for link in links)
    return tuple(one for one in papers if one and one.type in AGREEMENTS and in_force(one, at.date()))


def binds(connection: Connection, paper: Protocol, party_id: int | None) -> bool:
    """Whether an agreement says on what terms, and binds a party: as one of its own, or by a contract it is attached
    to (§23-1203(3), (4)).
    """
    if law.where(connection, Contract, rider_id=paper.id, party_id=party_id):
        return True
    terms = law.where(connection, Agreement, protocol_id=paper.id)
    return bool(terms and law.where(connection, AgreementParty, protocol_id=paper.id, party_id=party_id))


def signer(actor: Actor, facts: Facts) -> Signer:
    """What the actor is as of this approval."""
    agency_id, other = facts.activity.agency_id, facts.other_agency
    asked = facts.designation.second_reviewer
    return Signer(
        person_id=actor.person_id,
        proposes=access.may(actor, Action.PROPOSE, agency_id),
        is_officer=access.is_officer_of(actor, agency_id),
        is_records_officer=access.may(actor, Action.APPROVE_FOIL, agency_id),
        is_counterpart=other is not None and access.is_officer_of(actor, other),
        is_reviewer=asked is not None and access.is_second_reviewer(actor, asked, agency_id),
        is_chief=access.is_chief(actor),
    )


def sees(actor: Actor, designation: Designation, agency_id: str, other: str | None) -> bool:
    """Whether the actor may know of an approval: its agency's own, and what the other side signs, once it is asked."""
    if access.concerns(actor, (agency_id,)):
        return True
    asked = designation.classification is Classification.ROUTINE_INTERAGENCY and designation.state not in INTERNAL
    return asked and access.concerns(actor, (other,))


def visible(connection: Connection, actor: Actor, designation_id: int, at: datetime) -> Facts:
    """The facts of an approval that the actor may see.

    Raises:
        NotFound: when there is none that they may.
    """
    designation = law.one(connection, Designation, designation_id)
    facts = of(connection, designation, at) if designation else None
    if facts is None or not sees(actor, facts.designation, facts.activity.agency_id, facts.other_agency):
        raise access.nothing_here()
    return facts


def _by_whom(steps: list[DesignationStep]) -> tuple[str | None, ...]:
    """For which agency the last suspension was directed, None for the city; empty where there was none."""
    return tuple(one.agency_id for one in steps if one.event is E.SUSPEND)[-1:]


def _amends_suspended(connection: Connection, designation: Designation) -> bool:
    """Whether the Chief Privacy Officer suspended the approval that this one amends."""
    old = law.one(connection, Designation, designation.supersedes_id) if designation.supersedes_id else None
    if old is None or old.state is not S.SUSPENDED:
        return False
    return _by_whom(law.where(connection, DesignationStep, designation_id=old.id)) == (None,)


def _last(steps: list[DesignationStep], event: DesignationEvent) -> str | None:
    """Who last made a move."""
    return next((one.person_id for one in reversed(steps) if one.event is event), None)


def _alone(connection: Connection, agency_id: str, at: datetime) -> str | None:
    """The one person who acts for an agency here, None where there are several; who a group brings is not counted."""
    roles = access.roles_for(Action.PROPOSE) & AGENCY_ROLES
    held = [one for _, one in people.assigned(connection, at) if one.agency_id == agency_id and one.role in roles]
    in_groups = any(one.agency_id == agency_id for one in people.group_roles_at(connection, at) if one.role in roles)
    persons = {one.person_id for one in held}
    is_officer = any(one.role is Role.OFFICER for one in held)
    return persons.pop() if len(persons) == 1 and is_officer and not in_groups else None
