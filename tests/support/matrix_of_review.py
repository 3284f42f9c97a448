"""Routes of the pages around the queue of review × every role, written by hand."""

from tests.support.matrix import DESCRIBERS, INSIDERS, OFFICERS, Change, Page

GETS: dict[str, Page] = {
    "review_mine.index": Page("/review/mine", OFFICERS),
    # It is the officer's own, and nobody else's.
    "review_mine.show": Page(
        "/review/mine/1", ("officer",), foreign=404, but={"cpo": 404, "staff": 404, "deputy": 404}
    ),
    "review_proposals.index": Page("/review/proposals", OFFICERS),
    "review_asked.index": Page("/review/asked", DESCRIBERS),
    "review_later.index": Page("/review/later", OFFICERS),
    "second_readings.index": Page("/review/second", OFFICERS),
    "review_quality.index": Page("/review/quality", INSIDERS),
    "review_sheets.show": Page("/review/sheet", OFFICERS),
    "practice.index": Page("/review/practice", OFFICERS),
    "practice.result": Page("/review/practice/result", OFFICERS),
}
#: In all of these there is none of this number.
LIGHT: dict[str, Change] = {
    "review_proposals.settle": Change("/review/proposals/99999", OFFICERS, status=404, data={"word": "approve"}),
    "review_asked.answer": Change("/review/asked/99999", DESCRIBERS, status=404, data={"words": "Case numbers"}),
    "second_readings.read": Change("/review/second/99999", OFFICERS, status=404, data={"verdict": "confirmed"}),
    "practice.answer": Change("/review/practice", OFFICERS, status=404, data={"kind": "confirm", "item": "none"}),
    "review_sheets.check": Change("/review/sheet/check", OFFICERS, status=400),
    "review_sheets.take": Change("/review/sheet", OFFICERS, status=400),
    "practice.again": Change("/review/practice/again", OFFICERS),
}
