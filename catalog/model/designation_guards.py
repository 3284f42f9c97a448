"""What has to be there before an approval moves: the facts, and a rule for each thing the law asks for.

A rule says what is missing, as a clause without a full stop; nothing where nothing is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from catalog.model.actors import Role
from catalog.model.designations import Designation, DesignationState, Signature
from catalog.model.parties import Party, PartyKind
from catalog.model.policy_rules import PolicyRule, RuleKind, of_kind, reviewer_of
from catalog.model.procedure import YES, Outcome, ProcedureFacts, Question, agreement_needed, ask
from catalog.model.register import Activity, Classification, Ground, Verb

C = Classification


@dataclass(frozen=True, slots=True)
class Facts:
    """What the record says on the day of a move.

    Parameters:
        codes: the types the activity involves.
        content_now: the hash of what would be approved as the record stands today.
        rules: the rules of the policies that fit today.
        has_agreement: whether the activity stands on an agreement in force (§23-1203(3)).
        signatures: those under this approval.
        alone: the one person who acts for the agency here; None where there are several, or none.
        suspended_by_city: whether the Chief Privacy Officer directed the suspension it is under.
        suspended_by_other: whether the other agency's officer did.
        amends_suspended: whether the Chief Privacy Officer suspended the approval that this one amends.
        referrer: who referred it to the Chief Privacy Officer.
        author: who drafted it.
        place_is_taken: whether another approval holds for the same verb, source, recipient and purpose.
        is_drafted: whether another approval of the activity is drafted, or waits for signatures.
    """

    designation: Designation
    activity: Activity
    party: Party | None
    codes: frozenset[str]
    content_now: str
    today: date
    rules: tuple[PolicyRule, ...] = ()
    has_agreement: bool = False
    signatures: tuple[Signature, ...] = ()
    alone: str | None = None
    suspended_by_city: bool = False
    suspended_by_other: bool = False
    amends_suspended: bool = False
    referrer: str | None = None
    author: str | None = None
    place_is_taken: bool = False
    is_drafted: bool = False

    @property
    def other_agency(self) -> str | None:
        """The agency of this catalog on the other side."""
        return self.party.agency_id if self.party else None

    @property
    def is_paper(self) -> bool:
        """Whether it was given on paper: never submitted here, though given."""
        return self.designation.submitted_by is None and self.designation.approved_on is not None

    @property
    def is_current(self) -> bool:
        """Whether the record is still what was approved or submitted."""
        return self.content_now == self.designation.content_hash

    @property
    def not_routine(self) -> tuple[PolicyRule, ...]:
        """The rules that keep it from being routine (§23-1203(5))."""
        return of_kind(self.rules, RuleKind.NOT_ROUTINE)

    @property
    def second_reviewer(self) -> Role | None:
        """Whose further approval the policies ask for today."""
        return reviewer_of(self.rules) if self.designation.classification is C.CASE_BY_CASE else None

    @property
    def procedure(self) -> ProcedureFacts:
        """The same, as the decision procedure asks for it."""
        return ProcedureFacts(
            verb=self.activity.verb,
            party=self.party.kind if self.party else None,
            counterpart=self.other_agency,
            is_third_party=self.party is not None and self.party.is_third_party,
            not_routine=self.not_routine,
            needs_agreement=of_kind(self.rules, RuleKind.ROUTINE_NEEDS_AGREEMENT),
            alone=self.alone is not None,
        )

    @property
    def is_for_records(self) -> bool:
        """Whether the agency's records access officer may decide it instead: case by case, on a request for records."""
        asked = self.party is not None and self.party.kind is PartyKind.FOIL_REQUESTER
        return asked and self.designation.classification is C.CASE_BY_CASE

    @property
    def in_the_cpos_power(self) -> bool:
        """Whether the CPO may permit it: any collection, disclosures to city agencies (§23-1202(b)(2), (c)(2))."""
        to_the_city = self.party is not None and self.party.kind is PartyKind.CITY_AGENCY
        return self.activity.verb is Verb.COLLECTION or to_the_city

    def signer(self, agency_id: str | None) -> str | None:
        """The account that last signed the present content for an agency, or None."""
        content = self.designation.content_hash
        signed = [one for one in self.signatures if one.agency_id == agency_id and one.content_hash == content]
        return signed[-1].person_id if signed else None


@dataclass(frozen=True, slots=True)
class Signer:
    """Who makes a move and what they say with it. What they are is as of this approval: officer of its agency, of the
    other one, whoever its policies name for the further review. ``is_catalog`` is the catalog itself, by a date.
    """

    person_id: str | None
    proposes: bool = False
    is_officer: bool = False
    is_records_officer: bool = False
    is_counterpart: bool = False
    is_reviewer: bool = False
    is_chief: bool = False
    is_catalog: bool = False
    reason: str = ""
    statement: str = ""
    review_due_on: date | None = None


Rule = Callable[[Facts, Signer], str]


def complete(facts: Facts, _signer: Signer) -> str:
    """Purpose, types, source or recipient, and retention are set; the verb always is."""
    activity = facts.activity
    wanted = {
        "its purpose": activity.purpose.strip(),
        "the types of information": facts.codes,
        "from or to whom": facts.party,
        "how long it is kept": activity.retention.strip(),
    }
    missing = [words for words, value in wanted.items() if not value]
    return f"the record does not say {' and '.join(missing)}" if missing else ""


def recorded(facts: Facts, _signer: Signer) -> str:
    """What was withdrawn is approved no more."""
    return "its record was withdrawn" if facts.activity.withdrawn_on is not None else ""


def follows(facts: Facts, _signer: Signer) -> str:
    """The answers given lead to this class and ground, as the record and the policies are today."""
    designation, end = facts.designation, ask(facts.designation.answers, facts.procedure)
    leads = isinstance(end, Outcome) and (end.classification, end.ground) == (
        designation.classification,
        designation.ground,
    )
    return "" if leads else "the answers do not lead to this class as the record stands: go through the guide again"


def not_self(facts: Facts, signer: Signer) -> str:
    """No self-approval, unless the agency has one person alone and says so."""
    if signer.person_id is None or signer.person_id != facts.designation.submitted_by:
        return ""
    says_so = facts.designation.answers.get(Question.SINGLE_OFFICER.value) == YES
    if facts.alone == signer.person_id and says_so:
        return "" if signer.reason.strip() else "who submitted it approves it: that needs a reason"
    return "nobody approves what they submitted themselves"


def current(facts: Facts, _signer: Signer) -> str:
    """What is signed is what was submitted."""
    return "" if facts.is_current else "the record is not what was submitted any more"


def other_person(facts: Facts, signer: Signer) -> str:
    """Two approvals are two people's."""
    mine = signer.person_id is None or signer.person_id == facts.signer(facts.activity.agency_id)
    return "the same person may not sign for both" if mine else ""


def not_the_referrer(facts: Facts, signer: Signer) -> str:
    """Who asks for a finding does not make it."""
    mine = signer.person_id is not None and signer.person_id == facts.referrer
    return "nobody determines what they referred themselves" if mine else ""


def not_barred(facts: Facts, _signer: Signer) -> str:
    """What the Chief Privacy Officer suspended is not replaced before they lift or end it (Charter §8(h)(2))."""
    cause = "the Chief Privacy Officer suspended the approval that it amends, and has not lifted that"
    return cause if facts.amends_suspended else ""


def first_signed(facts: Facts, _signer: Signer) -> str:
    """Whoever signs second signs what the agency’s own officer signed."""
    signed = facts.signer(facts.activity.agency_id)
    return "" if signed else "the agency’s own privacy officer has not signed this content"


def in_power(facts: Facts, _signer: Signer) -> str:
    """The CPO’s finding reaches any collection, and disclosures to city agencies (§23-1202(b)(2)(b), (c)(2)(b))."""
    cause = "the Chief Privacy Officer may permit collections, and disclosures to agencies of the city alone"
    return "" if facts.in_the_cpos_power else cause


def lawful(facts: Facts, _signer: Signer) -> str:
    """What its class asks for (§§23-1201, 23-1202, 23-1203)."""
    rule = _CLASSES.get(facts.designation.classification)
    return rule(facts) if rule else "what is in this class is recorded, not approved"


def place_free(facts: Facts, _signer: Signer) -> str:
    """Of one verb, source, recipient and purpose one approval holds."""
    return "another approval is in force for the same purpose and party" if facts.place_is_taken else ""


def not_over(facts: Facts, _signer: Signer) -> str:
    """Nothing comes into force after its end."""
    ends = facts.designation.expires_on
    return "the day it ends is past" if ends is not None and ends < facts.today else ""


def is_over(facts: Facts, signer: Signer) -> str:
    """Nothing ends before its day, but what is for one use once it was used."""
    used = facts.designation.single_use and not signer.is_catalog
    return "" if used or not_over(facts, signer) else "the day it ends has not come"


def looked_at_later(facts: Facts, signer: Signer) -> str:
    """The next review is to come; without a day given it stays the one there was."""
    due = signer.review_due_on or facts.designation.review_due_on
    return "it needs the day of the next review" if due is not None and due <= facts.today else ""


def not_drafted(facts: Facts, _signer: Signer) -> str:
    """One approval is amended by one."""
    return "a newer one is drafted or waits for signatures already" if facts.is_drafted else ""


def referred(facts: Facts, _signer: Signer) -> str:
    """What has no ground is the CPO’s to decide."""
    cpo = facts.designation.classification is C.CPO_BEST_INTEREST
    return "it has no ground but the Chief Privacy Officer’s finding: refer it" if cpo else ""


# What each class asks for.


def _routine(facts: Facts) -> str:
    """Normal course of business, furthering the mission, not kept from being routine by the policies."""
    # The officer who signed a paper said so there.
    if not facts.is_paper and facts.designation.answers.get(Question.NORMAL_COURSE.value) != YES:
        return "nobody said that it is done in the normal course of business"
    return _furthers(facts) or _agreed(facts)


def _together(facts: Facts) -> str:
    """Between two agencies whose officers agree that it furthers the mission of each."""
    # Papers of before are of several agencies at once, too, which all have signed them.
    several = facts.is_paper and facts.other_agency is None
    if not several and facts.other_agency in {None, facts.activity.agency_id}:
        return "its party is no other agency of this catalog"
    return _furthers(facts)


def _furthers(facts: Facts) -> str:
    # On a paper the officer said so by calling it routine, also of what a law requires.
    if not facts.is_paper and facts.designation.ground is not Ground.FURTHERS_PURPOSE:
        return "only what furthers the purpose or mission is routine"
    rules = [rule.title for rule in facts.not_routine]
    return f"the policies say that it is not routine: {rules[0]}" if rules else ""


def _case(facts: Facts) -> str:
    """A ground, an agreement or why none is needed, and an end."""
    if facts.designation.ground is None:
        return "it has no ground"
    if facts.designation.expires_on is None and not facts.designation.single_use:
        return "it needs the day it ends, or to be for one use"
    return _reviewed(facts) or _agreed(facts)


def _reviewed(facts: Facts) -> str:
    """The further review that the policies ask for today is the one that was asked for (§23-1203(5))."""
    asked, designation = facts.second_reviewer, facts.designation
    if asked in {None, designation.second_reviewer} or designation.state is DesignationState.SUBMITTED:
        return ""
    return "the policies ask for another further review by now"


def _agreed(facts: Facts) -> str:
    """A third party has agreed on what it may do with the information (§23-1203(3), (4))."""
    designation = facts.designation
    if not agreement_needed(facts.procedure, designation.classification) or facts.has_agreement:
        return ""
    # What the policies ask for of routine disclosures knows no exception (§23-1203(4)).
    may_except = designation.classification is C.CASE_BY_CASE
    if may_except and designation.agreement_exception and designation.exception_reason.strip():
        return ""
    return "a third party needs an agreement in force" + (", or the reason why none is needed" if may_except else "")


def _found(facts: Facts) -> str:
    found = facts.designation.ground is Ground.CPO_FINDING
    return in_power(facts, Signer(None)) or ("" if found else "its ground is not the Chief Privacy Officer’s finding")


_CLASSES: Mapping[Classification, Callable[[Facts], str]] = {
    C.ROUTINE_AGENCY: _routine,
    C.ROUTINE_INTERAGENCY: _together,
    C.CASE_BY_CASE: _case,
    C.CPO_BEST_INTEREST: _found,
}
