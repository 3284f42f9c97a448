"""What has to hold of approvals after every step, written down from the law and the specification of their life, by
itself: nothing here asks the rules of the product.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from catalog.model.actors import Grant, Role
from catalog.model.designations import Designation, DesignationStep, Signature
from catalog.model.register import Activity, Ground, Verb
from tests.support.approval_world import PEOPLE, World

HOLDS = {"active", "review_due", "amending", "suspended"}
#: State, what happened, state: every move of the life of an approval, as specified.
MOVES = {
    ("", "draft", "draft"), ("", "record", "active"), ("", "record", "expired"), ("", "record", "revoked"),
    ("", "record", "review_due"), ("", "record", "suspended"),
    ("draft", "draft", "draft"), ("returned", "draft", "returned"), ("declined", "draft", "draft"),
    ("draft", "submit", "submitted"), ("returned", "submit", "submitted"),
    ("submitted", "return", "returned"), ("pending_counterpart", "return", "returned"),
    ("pending_review", "return", "returned"), ("referred_to_cpo", "return", "returned"),
    ("submitted", "approve", "active"), ("submitted", "approve", "pending_counterpart"),
    ("submitted", "approve", "pending_review"),
    ("pending_counterpart", "countersign", "active"), ("pending_counterpart", "decline", "declined"),
    ("pending_review", "second", "active"), ("submitted", "refer", "referred_to_cpo"),
    ("declined", "refer", "referred_to_cpo"), ("referred_to_cpo", "determine", "active"),
    ("submitted", "deny", "denied"), ("pending_review", "deny", "denied"), ("referred_to_cpo", "deny", "denied"),
    ("active", "review", "review_due"), ("amending", "review", "review_due"), ("review_due", "reaffirm", "active"),
    ("review_due", "amend", "amending"), ("active", "suspend", "suspended"), ("review_due", "suspend", "suspended"),
    ("amending", "suspend", "suspended"),
    ("suspended", "lift", "active"), ("suspended", "lift", "review_due"),
    *((state, "expire", "expired") for state in HOLDS), *((state, "revoke", "revoked") for state in HOLDS),
    *((state, "supersede", "superseded") for state in HOLDS),
    *((state, "withdraw", "withdrawn") for state in ("draft", "submitted", "returned", "declined")),
}  # fmt: skip
#: What is never done without saying why.
REASONED = {"return", "decline", "refer", "deny", "review", "amend", "suspend", "lift", "revoke", "expire", "supersede"}
WAITS = {"submitted", "pending_counterpart", "pending_review", "referred_to_cpo"}


@dataclass
class Watch:
    """What was known after the step before: nothing of it may be otherwise later."""

    steps: dict[int, DesignationStep] = field(default_factory=dict)
    signatures: dict[int, Signature] = field(default_factory=dict)
    approvals: dict[int, Designation] = field(default_factory=dict)

    def look(self, world: World) -> None:
        """Hold the catalog to every invariant."""
        now = _Now(world, world.designations(), world.steps(), world.signatures(), world.activities())
        self._only_added_to(now)
        for invariant in INVARIANTS:
            invariant(now)
        self._given_lawfully(now)
        self.steps = {one.id: one for one in now.steps}
        self.signatures = {one.id: one for one in now.signatures}
        self.approvals = {one.id: one for one in now.approvals}

    def _only_added_to(self, now: "_Now") -> None:
        steps, signatures = {one.id: one for one in now.steps}, {one.id: one for one in now.signatures}
        assert all(steps.get(key) == one for key, one in self.steps.items()), "a step was changed or removed"
        assert all(signatures.get(key) == one for key, one in self.signatures.items()), "a signature was changed"
        known = {one.id for one in now.approvals}
        assert set(self.approvals) <= known, "an approval is gone"

    def _given_lawfully(self, now: "_Now") -> None:
        """What came into force just now is what its class asks for, on this day."""
        for step in now.steps:
            given = (
                step.event.value in {"approve", "countersign", "second", "determine"} and step.after.value == "active"
            )
            if step.id not in self.steps and given:
                _is_lawful(now, next(one for one in now.approvals if one.id == step.designation_id))
            if step.id not in self.steps and step.event.value == "record":
                _was_given_on_paper(now, next(one for one in now.approvals if one.id == step.designation_id))


@dataclass
class _Now:
    world: World
    approvals: Sequence[Designation]
    steps: Sequence[DesignationStep]
    signatures: Sequence[Signature]
    activities: Mapping[int, Activity]

    def steps_of(self, one: Designation) -> list[DesignationStep]:
        return [step for step in self.steps if step.designation_id == one.id]

    def signed(self, one: Designation) -> list[Signature]:
        """The signatures over what is approved."""
        mine = [each for each in self.signatures if each.designation_id == one.id]
        return [each for each in mine if each.content_hash == one.content_hash]

    def is_paper(self, one: Designation) -> bool:
        return any(step.event.value == "record" for step in self.steps_of(one))

    def activity(self, one: Designation) -> Activity:
        return self.activities[one.activity_id]

    @property
    def held_here(self) -> list[Designation]:
        """Those that hold and were approved here, not on paper."""
        return [one for one in self.approvals if one.state.value in HOLDS and not self.is_paper(one)]


def _holds(person_id: str | None, role: Role, agency_id: str | None) -> bool:
    return person_id is not None and Grant(role, agency_id) in PEOPLE[person_id].grants


def _said(one: Designation) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(one.content)
    return said


def at_most_one_holds_of_a_flow(now: _Now) -> None:
    """One of a verb, source, recipient and purpose."""
    flows = [
        (said["verb"], said["agency_id"], said["party_id"]["id"], " ".join(said["purpose"].lower().split()))
        for one in now.approvals
        if one.state.value in HOLDS
        for said in [_said(one)]
    ]
    assert len(flows) == len(set(flows)), "two approvals hold for one flow"


def every_change_of_state_has_its_step(now: _Now) -> None:
    """Who, when, why, over what; each step begins where the one before ended, and is a move there is."""
    for one in now.approvals:
        before = ""
        for step in now.steps_of(one):
            assert (step.before.value if step.before else "") == before, "a step does not follow the one before"
            assert (before, step.event.value, step.after.value) in MOVES, f"no such move: {before} {step.event}"
            assert step.person, "nobody made it"
            assert step.content_hash, "it is over nothing"
            assert step.reason or step.event.value not in REASONED, f"no reason for {step.event}"
            before = step.after.value
        assert before == one.state.value, "it is not where its last step left it"


def steps_are_made_by_whom_they_are(now: _Now) -> None:
    """An officer's by that agency's officer, the CPO's by the CPO, the other side's by its officer."""
    for step in now.steps:
        one = next(each for each in now.approvals if each.id == step.designation_id)
        activity = now.activity(one)
        party = _said(one).get("party_agency")
        own, other = (_holds(step.person_id, Role.OFFICER, key) for key in (activity.agency_id, party))
        records, chief = (
            _holds(step.person_id, Role.FOIL_OFFICER, activity.agency_id), _holds(step.person_id, Role.CPO, None),
        )  # fmt: skip
        by_catalog = step.person_id is None
        side = own or (other and _said(one)["classification"] == "routine_interagency")
        allowed = {
            "approve": own or (records and _said(one).get("party_kind") == "foil_requester"),
            "countersign": other, "decline": other, "refer": own, "determine": chief, "suspend": side or chief,
            "lift": side or chief, "revoke": side or chief, "supersede": by_catalog,
            "review": by_catalog or side or chief,
        }  # fmt: skip
        assert allowed.get(step.event.value, True), f"{step.event} was not {step.person}'s to make"
        assert not (by_catalog and step.event.value not in {"supersede", "review", "expire", "withdraw"}), (
            "nobody did it"
        )


def the_cpos_suspension_is_the_cpos_to_lift(now: _Now) -> None:
    """What the CPO directed, an agency does not undo."""
    for one in now.approvals:
        directed = False
        for step in now.steps_of(one):
            if step.event.value == "suspend":
                directed = step.agency_id is None
            undone = step.event.value in {"lift", "revoke", "supersede"} or (
                step.event.value == "expire" and step.person_id is not None
            )
            if undone and step.before is not None and step.before.value == "suspended":
                assert not directed or _holds(step.person_id, Role.CPO, None), "an agency undid the CPO's suspension"


def what_holds_is_of_a_class_that_is_approved(now: _Now) -> None:
    """What is exempt or exigent is recorded, never approved."""
    approved = {"routine_agency", "routine_interagency", "case_by_case", "cpo_best_interest"}
    for one in now.approvals:
        if one.state.value in HOLDS:
            assert one.classification.value in approved, "what needs no approval was approved"
            assert _said(one)["classification"] == one.classification.value, "another class was signed"


def what_holds_is_recorded_as_it_was_approved(now: _Now) -> None:
    """No edit lets the record say that it takes place in another way than somebody approved."""
    for one in now.approvals:
        if one.state.value in HOLDS:
            activity, said = now.activity(one), _said(one)
            ground = activity.ground.value if activity.ground else None
            assert (activity.classification.value, ground) == (said["classification"], said["ground"]), (
                "the record says another class or ground than was approved"
            )


def nobody_approves_what_they_submitted(now: _Now) -> None:
    """Unless the agency has one person, who says so, with a reason."""
    for one in now.held_here:
        submitted = [step.person_id for step in now.steps_of(one) if step.event.value == "submit"][-1]
        assert submitted == one.submitted_by, "it says that another submitted it"
        for signature in now.signed(one):
            if signature.person_id == submitted:
                steps = [step for step in now.steps_of(one) if step.event.value == "approve"]
                assert one.answers.get("single_officer") == "yes", "self-approval, and nobody says why"
                assert now.activity(one).agency_id == "gamma", "self-approval where there are others"
                assert steps[-1].reason, "self-approval without a reason"


def what_holds_has_the_signatures_of_its_class(now: _Now) -> None:
    """By the right people, over the content that is approved."""
    for one in now.held_here:
        activity, signed, said = now.activity(one), now.signed(one), _said(one)
        own = [each for each in signed if each.agency_id == activity.agency_id]
        if one.classification.value == "cpo_best_interest":
            found = [each for each in signed if each.agency_id is None and _holds(each.person_id, Role.CPO, None)]
            assert any(each.statement.strip() for each in found), "the CPO determined nothing in writing"
            assert said["verb"] == "collection" or said["party_kind"] == "city_agency", "beyond the CPO's power"
            continue
        officers = [each for each in own if _holds(each.person_id, Role.OFFICER, activity.agency_id)]
        records = [each for each in own if _holds(each.person_id, Role.FOIL_OFFICER, activity.agency_id)]
        for_records = one.classification.value == "case_by_case" and said["party_kind"] == "foil_requester"
        assert officers or (records and for_records), "the agency's officer has not signed it"
        if one.classification.value == "routine_interagency":
            others = [each for each in signed if _holds(each.person_id, Role.OFFICER, said["party_agency"])]
            pairs = [
                (a, b) for a in officers for b in others if a.person_id != b.person_id and b.agency_id != a.agency_id
            ]
            assert any(a.statement.strip() and b.statement.strip() for a, b in pairs), "two officers have not agreed"


def what_waits_or_was_signed_is_what_is_recorded(now: _Now) -> None:
    """Nobody edits what somebody is asked to sign."""
    for one in now.approvals:
        if one.state.value in WAITS:
            activity, said = now.activity(one), _said(one)
            assert (said["purpose"], said["retention"], said["party_id"]["id"], said["divisions"]) == (
                activity.purpose, activity.retention, activity.party_id, list(activity.divisions),
            ), "what waits for a signature was edited"  # fmt: skip
            assert said["types"] == sorted(now.world.codes(activity)), "its types were edited"


def an_amendment_takes_the_place_of_the_old_one(now: _Now) -> None:
    """Both never hold; and one that came to nothing leaves the old one to be reviewed."""
    by_id = {one.id: one for one in now.approvals}
    for one in now.approvals:
        old = by_id.get(one.supersedes_id or 0)
        if old is not None:
            assert not (one.state.value in HOLDS and old.state.value in HOLDS), "an approval and its amendment hold"
            ended = one.state.value in {"denied", "withdrawn"}
            open_ones = [each for each in now.approvals if each.supersedes_id == old.id and each.id > one.id]
            assert not (ended and old.state.value == "amending" and not open_ones), "it waits for what came to nothing"


def a_reaffirmed_approval_is_of_what_is_recorded(now: _Now) -> None:
    """The last thing that happened was that it was signed again: over what the record says."""
    for one in now.approvals:
        steps = now.steps_of(one)
        if steps[-1].event.value == "reaffirm" and steps[-1].id == max(step.id for step in now.steps):
            assert _said(one)["purpose"] == now.activity(one).purpose, "what was edited was reaffirmed"
            assert _said(one)["types"] == sorted(now.world.codes(now.activity(one))), "what was edited was reaffirmed"


def nothing_is_approved_of_what_was_withdrawn(now: _Now) -> None:
    """Neither does anything hold, nor wait, nor could it be gone on with."""
    over = {"denied", "expired", "revoked", "superseded", "withdrawn"}
    for one in now.approvals:
        if now.activity(one).withdrawn_on is not None:
            assert one.state.value in over, "an approval of what was withdrawn goes on"


def of_what_two_records_say_one_is_approved(now: _Now) -> None:
    """Nor do two hold by an edit that made two flows one."""
    held = {one.activity_id for one in now.approvals if one.state.value in HOLDS}
    flows = [
        (activity.verb, activity.agency_id, activity.party_id, " ".join(activity.purpose.lower().split()))
        for activity in now.activities.values()
        if activity.id in held and activity.purpose.strip() and activity.party_id
    ]
    assert len(flows) == len(set(flows)), "two approvals hold for one flow by now"


def nobody_determines_what_they_referred(now: _Now) -> None:
    """The officer who asks and the CPO who finds are two people."""
    for one in now.approvals:
        steps = now.steps_of(one)
        for before, after in pairwise(steps):
            if (before.event.value, after.event.value) == ("refer", "determine"):
                assert before.person_id != after.person_id, "one person referred and determined it"


def _was_given_on_paper(now: _Now, one: Designation) -> None:
    """What a paper has to say when it is recorded, of its own day and of what was decided here."""
    world, activity, kind = now.world, now.activity(one), one.classification.value
    assert one.approved_on is not None, "given on no day"
    assert one.approved_on <= world.today, "given on a day to come"
    assert one.state.value not in HOLDS or one.expires_on is None or one.expires_on >= world.today, "it is over"
    others = [each for each in now.approvals if each.activity_id == activity.id and each.id != one.id]
    steps = [step for each in others for step in now.steps_of(each)]
    assert not [each for each in others if each.state.value in WAITS], "beside one that waits"
    denied = [step for step in steps if step.event.value == "deny"]
    assert not (denied and one.state.value in HOLDS), "after it was denied"
    assert all(step.at.date() > one.approved_on for step in steps if step.event.value == "draft"), "drafted by then"
    signed = [each for each in now.signatures if each.designation_id == one.id]
    city = [each for each in signed if each.agency_id is None]
    agencies = {each.agency_id: each.signer for each in signed if each.agency_id}
    if kind == "cpo_best_interest":
        assert any(each.statement.strip() for each in city), "no written determination"
        assert activity.ground is Ground.CPO_FINDING, "on no finding"
        return
    assert activity.agency_id in agencies, "without its own officer"
    if kind == "routine_interagency":
        assert len(set(agencies.values())) > 1, "one person for two agencies"
        assert all(each.statement.strip() for each in signed if each.agency_id), "without what it does for each"
    party = world.party(activity)
    assert party is not None
    if kind == "case_by_case":
        third = party.kind.value in {"researcher", "foil_requester", "individual"} and activity.verb is Verb.DISCLOSURE
        assert one.expires_on or one.single_use, "case by case without an end"
        assert world.has_agreement(activity) or one.exception_reason or not third, "without an agreement"
        further = {rule.second_reviewer for rule in world.rules if party.kind.value in rule.party_kinds} - {None}
        assert not further or any(each.capacity != "Privacy officer" for each in signed), "without further review"


def _is_lawful(now: _Now, one: Designation) -> None:
    """What its class asks for on the day it comes into force (§§23-1201 to 23-1203)."""
    world, activity = now.world, now.activity(one)
    said, kind = _said(one), one.classification.value
    party = world.party(activity)
    assert party is not None, "to nobody knows whom"
    third = party.kind.value in {"researcher", "foil_requester", "individual"}
    fitting = [rule for rule in world.rules if party.kind.value in rule.party_kinds]
    further = [rule for rule in fitting if rule.kind.value == "not_routine"]
    excused = bool(one.agreement_exception and one.exception_reason)
    agreed = world.has_agreement(activity)
    approved = [step.person_id for step in now.steps_of(one) if step.event.value in {"approve", "determine"}]
    assert not (world.appointed and approved[-1] == one.submitted_by), "self-approval where there are others by now"
    assert one.approved_on == world.today, "it does not say when"
    assert all((said["types"], said["purpose"].strip(), said["retention"].strip())), "the record was not complete"
    assert one.expires_on is None or one.expires_on >= world.today, "it comes into force after its end"
    assert activity.classification.value == kind, "the record says another class"
    assert (activity.ground.value if activity.ground else None) == said["ground"], "the record says another ground"
    if kind.startswith("routine"):
        assert not further, "the policies say that it is not routine"
        assert said["ground"] == "furthers_purpose_or_mission", "routine, and it furthers nothing"
    if kind == "routine_agency":
        assert one.answers["normal_course"] == "yes", "routine, and not in the normal course"
        asked = third and activity.verb is Verb.DISCLOSURE and len(fitting) > len(further)
        assert agreed or not asked, "routine without the agreement that the policies ask for"
    if kind == "case_by_case":
        assert said["ground"], "it has no ground"
        assert one.expires_on or one.single_use, "case by case without an end"
        third_party = third and activity.verb is Verb.DISCLOSURE
        assert agreed or excused or not third_party, "a third party has not agreed, and nobody says why"
        if further:
            asked = {rule.second_reviewer for rule in further}
            roles = next(role for role in (Role.CPO, Role.CPO_STAFF, Role.AGENCY_HEAD) if role in asked)
            _second_signed(now, one, activity, roles)


def _second_signed(now: _Now, one: Designation, activity: Activity, role: Role) -> None:
    approved = [step.person_id for step in now.steps_of(one) if step.event.value == "approve"]
    seconded = [step for step in now.steps_of(one) if step.event.value == "second"]
    assert seconded, "the further review is missing"
    person = seconded[-1].person_id
    wanted = {
        Role.CPO: [(Role.CPO, None)], Role.CPO_STAFF: [(Role.CPO, None), (Role.CPO_STAFF, None)],
        Role.AGENCY_HEAD: [(Role.AGENCY_HEAD, activity.agency_id)],
    }[role]  # fmt: skip
    assert any(_holds(person, *each) for each in wanted), "the further review was not this person's"
    assert person != approved[-1], "one person gave both approvals"
    assert any(each.person_id == person for each in now.signed(one)), "the second reviewer has not signed"


INVARIANTS: tuple[Callable[[_Now], None], ...] = (
    every_change_of_state_has_its_step,
    at_most_one_holds_of_a_flow,
    steps_are_made_by_whom_they_are,
    the_cpos_suspension_is_the_cpos_to_lift,
    what_holds_is_of_a_class_that_is_approved,
    what_holds_is_recorded_as_it_was_approved,
    nobody_approves_what_they_submitted,
    what_holds_has_the_signatures_of_its_class,
    what_waits_or_was_signed_is_what_is_recorded,
    an_amendment_takes_the_place_of_the_old_one,
    a_reaffirmed_approval_is_of_what_is_recorded,
    nothing_is_approved_of_what_was_withdrawn,
    of_what_two_records_say_one_is_approved,
    nobody_determines_what_they_referred,
)
