"""What a move of an approval is judged by: the record as it stands, and who acts."""

from dataclasses import replace
from datetime import datetime

from catalog.model.actors import AGENCY_ROLES, Actor, Role
from catalog.model.designation_guards import Facts, Signer
from catalog.model.designation_machine import DRAFTED, PINNING
from catalog.model.designations import Designation, DesignationEvent, DesignationState, DesignationStep, Signature
from catalog.model.parties import Party
from catalog.model.policy_rules import PolicyRule, fits
from catalog.model.reconciliation import AGREEMENTS, in_force
from catalog.model.register import Activity, ActivityProtocol, ActivityType, Protocol
from catalog.services import access, approval_contents, contents, rules
from catalog.services.access import Action
from catalog.store import designations, law, people
from catalog.store.engine import Connection

#: Where an approval stands while it is its own agency's matter alone.
INTERNAL = frozenset(
    {DesignationState.DRAFT, DesignationState.SUBMITTED, DesignationState.RETURNED, DesignationState.WITHDRAWN}
)


def of(connection: Connection, designation: Designation, at: datetime) -> Facts:
    """Everything a move of this approval is judged by, as of a time."""
    activity = rules.existing(connection, Activity, designation.activity_id, "Activity")
    steps = law.where(connection, DesignationStep, designation_id=designation.id)
    bare = of_activity(connection, designation, activity, at)
    flow = approval_contents.flow_of(activity)
    others = {one.id for one in designations.holders(connection, flow, activity.id)}
    drafts = {one.id for one in designations.of_activity(connection, activity.id, DRAFTED | PINNING)}
    return replace(
        bare,
        signatures=tuple(law.where(connection, Signature, designation_id=designation.id)),
        suspended_by_city=_by_city(steps),
        author=next((one.person_id for one in steps if one.event is DesignationEvent.DRAFT), None),
        place_is_taken=bool(others - {designation.id, designation.supersedes_id}),
        is_drafted=bool(drafts - {designation.id}),
    )


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
        has_agreement=bool(agreements(connection, activity.id, at)),
        alone=_alone(connection, activity.agency_id, at),
    )


def agreements(connection: Connection, activity_id: int, at: datetime) -> tuple[Protocol, ...]:
    """The agreements in force that an activity stands on."""
    links = law.where(connection, ActivityProtocol, activity_id=activity_id)
    papers = (law.one(connection, Protocol, link.protocol_id) for link in links)
    return tuple(one for one in papers if one and one.type in AGREEMENTS and in_force(one, at.date()))


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
    """Whether the actor may know of an approval: its agency's own, and the other side's once it is asked."""
    if access.concerns(actor, (agency_id,)):
        return True
    return designation.state not in INTERNAL and access.concerns(actor, (other,))


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


def _by_city(steps: list[DesignationStep]) -> bool:
    """Whether the last suspension was directed by the Chief Privacy Officer."""
    directed = [one.agency_id for one in steps if one.event is DesignationEvent.SUSPEND]
    return bool(directed) and directed[-1] is None


def _alone(connection: Connection, agency_id: str, at: datetime) -> str | None:
    """The one person who acts for an agency here, None where there are several; who a group brings is not counted."""
    roles = access.roles_for(Action.PROPOSE) & AGENCY_ROLES
    held = [one for _, one in people.assigned(connection, at) if one.agency_id == agency_id and one.role in roles]
    in_groups = any(one.agency_id == agency_id for one in people.group_roles_at(connection, at) if one.role in roles)
    persons = {one.person_id for one in held}
    is_officer = any(one.role is Role.OFFICER for one in held)
    return persons.pop() if len(persons) == 1 and is_officer and not in_groups else None
