"""Routes that keep the register × every role: what :mod:`tests.web.test_matrix` expects of them, written by hand.

The numbers are those of the made-up city's law (:mod:`tests.support.law_of_the_city`): the first contract, system,
program, purpose, template and request are Social Services'; party 1 is that department, party 6 a university.
"""

from tests.support.matrix import DESCRIBERS, INSIDERS, OFFICE, OFFICERS, Change, Page

_FLOW = {"agency": "DSS", "verb": "collection", "title": "Asking for shoe sizes", "classification": "unclassified"}
_NO_DEPUTY = {"deputy": 403}
_PROTOCOL = {
    "type": "apo_case_approval",
    "title": "Case approval",
    "issuer": "Privacy officer",
    "agency": "DSS",
    "effective_on": "2024-05-01",
}
_CONTRACT = {"agency": "DSS", "number": "26-1", "title": "Beds", "party": "5", "service": "other"}
_SYSTEM = {
    "agency": "DSS", "name": "Card index", "unscannable": "paper", "declared_on": "2026-01-05", "type": "NAME"
}  # fmt: skip
_PROGRAM = {"code": "SHOES", "title": "Shoes", "agency": "DSS"}
_PARTY = {"name": "Shoe makers", "kind": "vendor"}
_PURPOSE = {"agency": "DSS", "title": "Shoes", "text": "Give people shoes that fit"}
_TEMPLATE = {
    "agency": "DSS", "code": "SHOES", "title": "Shoe slips", "verb": "disclosure", "classification": "unclassified"
}  # fmt: skip
_REQUEST = {
    "agency": "DSS",
    "kind": "request",
    "title": "Names for a study",
    "party": "6",
    "why": "They study shoes",
    "type": "NAME",
    "received_on": "2026-08-01",
}
_CHANGED = {"expected": "1", "reason": "It was wrong"}

GETS: dict[str, Page] = {
    "activity_forms.new": Page("/flows/new?agency=DSS&verb=collection", OFFICERS, foreign=404),
    "activity_forms.edit": Page("/flows/{intake}/edit", OFFICERS, foreign=404),
    "activity_forms.ask_withdrawal": Page("/flows/{intake}/withdraw", OFFICERS, foreign=404),
    "activity_forms.mirrors": Page("/flows/mirrors", OFFICERS),
    "protocol_forms.new": Page("/protocols/new", OFFICERS),
    "protocol_forms.edit": Page("/protocols/{lapsed_protocol}/edit", OFFICERS, foreign=404),
    "protocol_forms.ask_successor": Page("/protocols/{lapsed_protocol}/supersede", OFFICERS, foreign=404),
    "parties.index": Page("/parties", INSIDERS),
    "parties.new": Page("/parties/new", OFFICE),
    "parties.edit": Page("/parties/1/edit", OFFICE),
    "contracts.index": Page("/contracts", OFFICERS),
    "contracts.new": Page("/contracts/new", OFFICERS),
    "contracts.edit": Page("/contracts/1/edit", OFFICERS, foreign=404),
    "systems.new": Page("/declared/new", OFFICERS),
    "systems.edit": Page("/declared/1/edit", OFFICERS, foreign=404),
    "programme_forms.new": Page("/programs/new", OFFICERS),
    "programme_forms.edit": Page("/programs/1/edit", OFFICERS, foreign=404),
    "purposes.index": Page("/purposes", INSIDERS),
    "purposes.new": Page("/purposes/new", OFFICERS),
    "purposes.edit": Page("/purposes/1/edit", OFFICERS, foreign=404),
    "flow_templates.index": Page("/templates", INSIDERS),
    "flow_templates.new": Page("/templates/new", OFFICERS),
    "flow_templates.show": Page("/templates/1", INSIDERS, foreign=404),
    "flow_templates.edit": Page("/templates/1/edit", OFFICERS, foreign=404),
    "requests.index": Page("/requests", INSIDERS),
    "requests.new": Page("/requests/new", DESCRIBERS),
    "requests.show": Page("/requests/1", INSIDERS, foreign=404),
    "requests.edit": Page("/requests/1/edit", DESCRIBERS, foreign=404),
    "history.show": Page("/history/activity/{intake}", INSIDERS, foreign=404),
}
POSTS: dict[str, Change] = {
    "activity_forms.add": Change("/flows/new", OFFICERS, foreign=404, data=_FLOW),
    "activity_forms.revise": Change("/flows/{intake}/edit", OFFICERS, foreign=404, data=_FLOW | _CHANGED),
    "activity_forms.withdraw": Change("/flows/{intake}/withdraw", OFFICERS, foreign=404, data={"reason": "Twice"}),
    # It is disclosed to Parks, whose register the privacy office keeps beside its own officer.
    "activity_forms.record_mirror": Change(
        "/flows/{unanswered}/mirror", OFFICE, foreign=404, but={"officer": 404, "deputy": 404}
    ),
    # These three: what only a privacy officer gives is recorded by that officer or the privacy office, by no deputy.
    "protocol_forms.add": Change("/protocols/new", OFFICERS, foreign=404, but=_NO_DEPUTY, data=_PROTOCOL),
    "protocol_forms.revise": Change(
        "/protocols/{lapsed_protocol}/edit", OFFICERS, foreign=404, but=_NO_DEPUTY, data=_PROTOCOL | _CHANGED
    ),
    "protocol_forms.supersede": Change(
        "/protocols/{lapsed_protocol}/supersede",
        OFFICERS,
        foreign=404,
        but=_NO_DEPUTY,
        data=_PROTOCOL | {"reason": "A new one"},
    ),
    "parties.add": Change("/parties/new", OFFICE, data=_PARTY),
    "parties.revise": Change("/parties/7/edit", OFFICE, data=_PARTY | _CHANGED),
    "contracts.add": Change("/contracts/new", OFFICERS, foreign=404, data=_CONTRACT | {"starts_on": "2026-07-01"}),
    "contracts.revise": Change(
        "/contracts/1/edit", OFFICERS, foreign=404, data=_CONTRACT | {"starts_on": "2024-07-01"} | _CHANGED
    ),
    "systems.add": Change("/declared/new", OFFICERS, foreign=404, data=_SYSTEM),
    "systems.revise": Change("/declared/1/edit", OFFICERS, foreign=404, data=_SYSTEM | _CHANGED),
    "programme_forms.add": Change("/programs/new", OFFICERS, foreign=404, data=_PROGRAM),
    # It has had members added to it since it was recorded.
    "programme_forms.revise": Change(
        "/programs/1/edit", OFFICERS, foreign=404, data=_PROGRAM | _CHANGED | {"expected": "4"}
    ),
    "purposes.add": Change("/purposes/new", OFFICERS, foreign=404, data=_PURPOSE),
    "purposes.revise": Change("/purposes/1/edit", OFFICERS, foreign=404, data=_PURPOSE | _CHANGED),
    "flow_templates.add": Change("/templates/new", OFFICERS, foreign=404, data=_TEMPLATE),
    "flow_templates.revise": Change("/templates/1/edit", OFFICERS, foreign=404, data=_TEMPLATE | _CHANGED),
    "flow_templates.apply": Change(
        "/templates/1/apply", OFFICERS, foreign=404, data={"agency": "DSS", "started_on": "2026-09-01"}
    ),
    "flow_templates.follow": Change("/templates/1/follow", OFFICERS, foreign=404, data={"reason": "It is new"}),
    "requests.add": Change("/requests/new", DESCRIBERS, foreign=404, data=_REQUEST),
    "requests.revise": Change("/requests/1/edit", DESCRIBERS, foreign=404, data=_REQUEST | _CHANGED),
    "requests.move": Change(
        "/requests/1/move",
        DESCRIBERS,
        foreign=404,
        data={"to": "with_officer", "on": "2026-08-02", "expected": "1"},
    ),
    # It is not approved yet.
    "requests.link": Change(
        "/requests/1/link", DESCRIBERS, foreign=404, status=409, data={"activity": "5", "expected": "1"}
    ),
    "history.restore": Change(
        "/history/activity/{intake}/restore",
        OFFICERS,
        foreign=404,
        data={"number": "1", "reason": "As it was", "expected": "1"},
    ),
}
