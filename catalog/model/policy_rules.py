"""What the CPO's policies add to the law: data that the privacy office keeps, for no text of them is built in."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalog.model.actors import Role
from catalog.model.parties import PartyKind
from catalog.model.register import Verb


class RuleKind(StrEnum):
    """What a rule asks for, by the section of law that lets the policies ask for it."""

    NOT_ROUTINE = "not_routine"
    ROUTINE_NEEDS_AGREEMENT = "routine_needs_agreement"
    NOTICE_OF_VIOLATION = "notice_of_violation"


RULE_TEXT: dict[RuleKind, str] = {
    RuleKind.NOT_ROUTINE: "Not to be treated as routine: a further review (§23-1203(5))",
    RuleKind.ROUTINE_NEEDS_AGREEMENT: "Routine, and an agreement is needed all the same (§23-1203(4))",
    RuleKind.NOTICE_OF_VIOLATION: "Individuals are to be told of a violation (§23-1203(6))",
}


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """A rule of the policies: it applies to what fits its verb, party kinds and types; empty ones fit all.

    ``second_reviewer`` is whose approval is needed beside the privacy officer's, for :attr:`RuleKind.NOT_ROUTINE`.
    """

    id: int
    kind: RuleKind
    title: str
    text: str
    citation: str
    verb: Verb | None
    party_kinds: tuple[str, ...]
    type_codes: tuple[str, ...]
    second_reviewer: Role | None
    from_on: date
    to_on: date | None


#: Who may be named for the further review, who decides for most first: of several rules, the first of these counts.
REVIEWERS = (Role.CPO, Role.CPO_STAFF, Role.AGENCY_HEAD)


def fits(rule: PolicyRule, verb: Verb, party: PartyKind | None, type_codes: Collection[str], on: date) -> bool:
    """Whether a rule applies to an activity on a day."""
    in_time = rule.from_on <= on and (rule.to_on is None or on <= rule.to_on)
    of_verb = rule.verb is None or rule.verb is verb
    of_party = not rule.party_kinds or (party is not None and party.value in rule.party_kinds)
    of_types = not rule.type_codes or not set(rule.type_codes).isdisjoint(type_codes)
    return in_time and of_verb and of_party and of_types


def of_kind(rules: Iterable[PolicyRule], kind: RuleKind) -> tuple[PolicyRule, ...]:
    """Those of one kind."""
    return tuple(rule for rule in rules if rule.kind is kind)


def reviewer_of(rules: Iterable[PolicyRule]) -> Role | None:
    """Whose further approval these rules ask for together: one person's, of the highest role among them."""
    asked = {rule.second_reviewer for rule in rules if rule.kind is RuleKind.NOT_ROUTINE}
    return next((role for role in REVIEWERS if role in asked), None)
