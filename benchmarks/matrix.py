"""Every route as everybody over a city all of whose texts are canaries: what is shown to whom it may not be.

And every command: what it may be, and that none shows a hash or a key of anybody.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.proof import Proof
from tests.support.isolation import Tally, Visitors, rules
from tests.support.planting import plant
from tests.support.walks import (
    Walk,
    foreign_like_missing,
    foreign_words_like_missing,
    growth_unseen,
    hidden_like_missing,
    read_everything,
)
from tests.web.test_matrix import POSTS

SEED = 20261129
_ROWS, _MORE = 7, 11
_WALK = Walk(keys=2, queries=6, seed=SEED)
_WORDS = 25


def proofs() -> Iterator[Proof]:
    """Ask for everything; then for what is foreign, hidden or more than it was."""
    with tempfile.TemporaryDirectory() as folder:
        planted = plant(Path(folder) / "city", _ROWS)
        visitors = Visitors(planted)
        yield from _shown(visitors)
        forms = {endpoint: change.data for endpoint, change in POSTS.items()}
        yield _proof("keys of other agencies, answered as keys of nothing", foreign_like_missing(visitors, 3, forms))
        yield _proof("datasets that are not published, answered as none", hidden_like_missing(visitors))
        words = foreign_words_like_missing(visitors, _WORDS, SEED)
        yield _proof("words of other agencies, finding what no word finds", words)
        grown = plant(Path(folder) / "grown", _ROWS, more=_MORE)
        growth = growth_unseen(visitors, Visitors(grown), _WALK)
        yield _proof("answers to people of one agency while the others grow, the same to the byte", growth)
        planted.catalog.close()
        grown.catalog.close()


def _shown(visitors: Visitors) -> Iterator[Proof]:
    tally = read_everything(visitors, _WALK)
    routes, people = len(rules(visitors.app, "GET")), len(visitors.clients)
    canaries = visitors.planted.canaries
    yield _proof(f"{routes} routes as {people} people, each over own, shared, foreign and missing keys", tally)
    places = {told.place for told in canaries.words.values()}
    figure = f"{len(canaries.words):,} words and {len(canaries.numbers):,} numbers in {len(places)} columns"
    seen = len(tally.shown & places)
    yield Proof(
        "canaries planted in every text of every table", f"{figure}, {seen} of them shown to somebody", "told", True
    )


def _proof(what: str, tally: Tally) -> Proof:
    figure = f"{tally.answers:,} answers; {len(tally.leaks)} that tell: {tally.told()}"
    return Proof(what, figure, "0", not tally.leaks and tally.answers > 0, SEED)
