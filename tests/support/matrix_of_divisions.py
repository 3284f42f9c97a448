"""Routes of measures and of what divisions are asked × every role; see :mod:`tests.support.matrix_of_the_register`.

The numbers are those of the made-up city's law (:mod:`tests.support.law_of_the_city`): the first measure is Social
Services', as are the report ``{cycle}`` and what somebody without an account is asked for it, ``{division}``: the
department's steward is not who is asked.
"""

from tests.support.matrix import INSIDERS, OFFICERS, Change, Page

_MEASURE = {"agency": "DSS", "title": "Fewer shoes", "text": "Shoe sizes are not asked for.", "state": "considered"}
_CHANGED = {"expected": "1", "reason": "It was wrong"}
_READS = ("cpo", "staff", "officer", "deputy", "head", "auditor")
_ANSWERS = ("officer", "deputy")
_NOT_ASKED = {"steward": 404}

GETS: dict[str, Page] = {
    "measures.index": Page("/register/measures", INSIDERS),
    "measures.new": Page("/register/measures/new", OFFICERS),
    "measures.edit": Page("/register/measures/1/edit", OFFICERS, foreign=404),
    "measures.ask_withdrawal": Page("/register/measures/1/withdraw", OFFICERS, foreign=404),
    "divisions.index": Page("/inventory/{cycle}/divisions", _READS, foreign=404),
    "divisions.show": Page("/divisions/{division}", _ANSWERS, foreign=404, but=_NOT_ASKED),
}
POSTS: dict[str, Change] = {
    "measures.add": Change("/register/measures/new", OFFICERS, foreign=404, data=_MEASURE),
    "measures.revise": Change("/register/measures/1/edit", OFFICERS, foreign=404, data=_MEASURE | _CHANGED),
    "measures.withdraw": Change(
        "/register/measures/1/withdraw", OFFICERS, foreign=404, data={"expected": "1", "reason": "A mistake"}
    ),
    "divisions.ask": Change(
        "/inventory/{cycle}/divisions", _ANSWERS, foreign=404,
        data={"division": "Beds", "task": "access", "person": "steward-dss", "due_on": "2028-04-30"},
    ),
    "divisions.propose": Change(
        "/divisions/{division}/propose", _ANSWERS, foreign=404, but=_NOT_ASKED,
        data={"item": "impact_law/text", "seen": "0", "words": "Fewer forms"},
    ),
    "divisions.done": Change("/divisions/{division}/done", _ANSWERS, foreign=404, but=_NOT_ASKED),
    "divisions.withdraw": Change("/divisions/{division}/withdraw", _ANSWERS, foreign=404),
    # It is open, nothing waits, and no file is sent.
    "divisions.reopen": Change("/divisions/{division}/reopen", _ANSWERS, foreign=404, status=409),
    "divisions.take_up": Change("/divisions/{division}/take-up", _ANSWERS, foreign=404),
    "divisions.check": Change("/divisions/{division}/sheet/check", _ANSWERS, foreign=404, but=_NOT_ASKED, status=400),
    "divisions.take": Change("/divisions/{division}/sheet", _ANSWERS, foreign=404, but=_NOT_ASKED, status=400),
}  # fmt: skip
