"""Routes of the queue of review × every role, written by hand. The group is one that waits in Social Services alone."""

from tests.support.matrix import OFFICERS, Change, Page

GETS: dict[str, Page] = {
    "review.index": Page("/review", OFFICERS),
    "review.group": Page("/review/groups/{waiting}", OFFICERS, foreign=404),
    "review.one": Page("/review/columns/{column}/SSN", OFFICERS, foreign=404),
    "review_keys.show": Page("/review/keys", OFFICERS),
}
LIGHT: dict[str, Change] = {
    # In these two nothing is chosen.
    "review.preview": Change("/review/preview", OFFICERS, status=400),
    "review.act": Change("/review/act", OFFICERS, status=400),
    "review.undo": Change("/review/undo/99999", OFFICERS, status=404),  # nobody did anything
    "review_keys.keep": Change("/review/keys", OFFICERS, data={"reset": "yes"}),
}
