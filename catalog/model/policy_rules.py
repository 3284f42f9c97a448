"""What the CPO's policies add to the law: data that the privacy office keeps, for no text of them is built in."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalog.model.actors import Role
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
