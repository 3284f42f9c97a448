"""Who gets in where recognizers of the city's own are written, tried and used."""

from catalog.model.recogniser_sets import digest_of
from tests.support.matrix import Change, Page
from tests.support.recognisers import text_of
from web.pages.recognizers import EXAMPLE

_WRITERS = ("cpo", "operator")

GETS = {
    "recognizers.index": Page("/recognizers", _WRITERS),
    "recognizers.new": Page("/recognizers/new", _WRITERS),
    "recognizers.show": Page("/recognizers/{draft}", _WRITERS),
}
LIGHT = {
    "recognizers.add": Change("/recognizers/new", _WRITERS, data={"name": "Health", "text": EXAMPLE}),
    "recognizers.change": Change(
        "/recognizers/{draft}/text",
        _WRITERS,
        data={"text": EXAMPLE, "seen": digest_of(text_of("outreach file number", "shelter number"))},
    ),
    "recognizers.ask_trial": Change("/recognizers/{draft}/trial", _WRITERS, data={"which": "all"}),
    "recognizers.revise": Change("/recognizers/{used}/revise", _WRITERS),
    "recognizers.discard": Change("/recognizers/{draft}/discard", _WRITERS),
}
WEIGHTY = {
    "recognizers.use": Change("/recognizers/{draft}/use", _WRITERS),
    "recognizers.retire": Change("/recognizers/{used}/retire", _WRITERS),
}
