"""Routes of measures and of division tasks × every role; see :mod:`tests.support.matrix_of_the_register`.

The numbers are those of the made-up city's law (:mod:`tests.support.law_of_the_city`): the first measure is Social
Services'.
"""

from tests.support.matrix import INSIDERS, OFFICERS, Change, Page

_MEASURE = {"agency": "DSS", "title": "Fewer shoes", "text": "Shoe sizes are not asked for.", "state": "considered"}
_CHANGED = {"expected": "1", "reason": "It was wrong"}

GETS: dict[str, Page] = {
    "measures.index": Page("/register/measures", INSIDERS),
    "measures.new": Page("/register/measures/new", OFFICERS),
    "measures.edit": Page("/register/measures/1/edit", OFFICERS, foreign=404),
    "measures.ask_withdrawal": Page("/register/measures/1/withdraw", OFFICERS, foreign=404),
}
POSTS: dict[str, Change] = {
    "measures.add": Change("/register/measures/new", OFFICERS, foreign=404, data=_MEASURE),
    "measures.revise": Change("/register/measures/1/edit", OFFICERS, foreign=404, data=_MEASURE | _CHANGED),
    "measures.withdraw": Change(
        "/register/measures/1/withdraw", OFFICERS, foreign=404, data={"expected": "1", "reason": "A mistake"}
    ),
}
