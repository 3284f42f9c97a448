"""Approvals and rules of the policies as lists to export."""

from collections.abc import Iterable

from catalog.model.approval_views import WAITS_TEXT, ApprovalLine
from catalog.model.designations import DESIGNATION_TEXT
from catalog.model.policy_rules import RULE_TEXT, PolicyRule
from catalog.model.register import CLASSIFICATION_TEXT
from web.exports import Cell, Listing

_APPROVAL = ("approval_id", "activity_id", "title", "verb", "agency", "other_party", "program", "state", "class")
_APPROVAL_REST = ("waits", "waits_for", "since", "approved_on", "review_due_on", "expires_on", "single_use")
_RULE = ("rule_id", "title", "asks_for", "citation", "verb", "party_kinds", "types", "second_reviewer", "from", "to")


def approvals(lines: Iterable[ApprovalLine]) -> Listing:
    """The queue, as the page lists it."""
    return Listing("approvals", _APPROVAL + _APPROVAL_REST, [_approval(line) for line in lines])


def _approval(line: ApprovalLine) -> tuple[Cell, ...]:
    one, view = line.designation, line.view
    days = (one.approved_on, one.review_due_on, one.expires_on)
    return (
        one.id,
        view.activity.id,
        view.activity.title,
        view.activity.verb.value,
        view.agency.acronym,
        view.party.name if view.party else None,
        view.programme.code if view.programme else None,
        DESIGNATION_TEXT[one.state],
        CLASSIFICATION_TEXT[one.classification],
        WAITS_TEXT[line.waits],
        line.waits_for,
        line.since.isoformat() if line.since else None,
        *(day.isoformat() if day else None for day in days),
        one.single_use,
    )


def policy_rules(rules: Iterable[PolicyRule]) -> Listing:
    """The rules of the policies."""
    return Listing("policy-rules", _RULE, [_rule(rule) for rule in rules])


def _rule(rule: PolicyRule) -> tuple[Cell, ...]:
    return (
        rule.id,
        rule.title,
        RULE_TEXT[rule.kind],
        rule.citation,
        rule.verb.value if rule.verb else None,
        " ".join(rule.party_kinds),
        " ".join(rule.type_codes),
        rule.second_reviewer.value if rule.second_reviewer else None,
        rule.from_on.isoformat(),
        rule.to_on.isoformat() if rule.to_on else None,
    )
