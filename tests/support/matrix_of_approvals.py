"""Routes of approvals, policy rules, exigent events and violations × every role, written by hand.

Approval 1 of the made-up city is that of a flow from Social Services to Health, which may see it too; exigent event 1
and violation 1 are Social Services'. :mod:`tests.web.test_approvals` walks what each role may do with an approval.
"""

from tests.support.matrix import DESCRIBERS, INSIDERS, OFFICE, OFFICERS, Change, Page

_TELLERS = (*OFFICERS, "head", "auditor")
_RECORDERS = (*OFFICE, "officer")

GETS: dict[str, Page] = {
    "approvals.index": Page("/approvals", INSIDERS),
    "approvals.show": Page("/approvals/1", INSIDERS),
    "guide.show": Page("/flows/{intake}/guide?identifying=yes", DESCRIBERS, foreign=404),
    "paper_approvals.new": Page("/flows/{intake}/paper-approval", _RECORDERS, foreign=404),
    "policy_rules.index": Page("/policy-rules", INSIDERS),
    "policy_rules.show": Page("/policy-rules/1", INSIDERS),
    "policy_rules.new": Page("/policy-rules/new", OFFICE),
    "policy_rules.edit": Page("/policy-rules/1/edit", OFFICE),
    "exigent.new": Page("/events/new-exigent", OFFICERS),
    "exigent.show": Page("/events/exigent/1", _TELLERS, foreign=404),
    "exigent.edit": Page("/events/exigent/1/edit", OFFICERS, foreign=404),
    "violations.new": Page("/events/new-violation", OFFICERS),
    "violations.show": Page("/events/violations/1", _TELLERS, foreign=404),
    "violations.edit": Page("/events/violations/1/edit", OFFICERS, foreign=404),
}
#: In all of these something is not filled in, or, of the approval, not what is there now was looked at.
LIGHT: dict[str, Change] = {
    "approvals.move": Change("/approvals/1/move", INSIDERS, status=409, data={"event": "suspend", "seen": "other"}),
    "guide.draft": Change("/flows/{intake}/guide", DESCRIBERS, foreign=404, status=400),
    "policy_rules.add": Change("/policy-rules/new", OFFICE, status=400),
    "policy_rules.revise": Change("/policy-rules/1/edit", OFFICE, status=400),
    "exigent.add": Change("/events/new-exigent", OFFICERS, status=400),
    "exigent.step": Change("/events/exigent/1/step", OFFICERS, foreign=404, status=400),
    "exigent.revise": Change("/events/exigent/1/edit", OFFICERS, foreign=404, status=400),
    "violations.add": Change("/events/new-violation", OFFICERS, status=400),
    "violations.step": Change("/events/violations/1/step", OFFICERS, foreign=404, status=400),
    "violations.breach": Change("/events/violations/1/breach", OFFICERS, foreign=404, status=400),
    "violations.revise": Change("/events/violations/1/edit", OFFICERS, foreign=404, status=400),
}
WEIGHTY: dict[str, Change] = {
    "approvals.sign": Change("/approvals/1/sign", INSIDERS, status=409, data={"event": "revoke", "seen": "other"}),
    "paper_approvals.add": Change("/flows/{intake}/paper-approval", _RECORDERS, foreign=404, status=400),
}
