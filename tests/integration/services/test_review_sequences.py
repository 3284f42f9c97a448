"""Whatever people do in review one after the other, and whatever scans find in between, by rules of its own.

A pile of words for each item says what holds; it shares no code with the services.
"""

from collections.abc import Iterator
from random import Random

import pytest

from catalog.errors import Conflict
from catalog.model.decisions import Decision, Standing, Verdict, in_effect
from catalog.model.review import ActKind, Order, Why
from catalog.services import review
from tests.support.review_world import DSO, City, a_city, a_history

PLACES = ("dso.clients.ssn", "dso.clients.mail", "dso.stays.ssn", "dso.stays.mail")
CODES = {"ssn": ("SSN", "PHONE"), "mail": ("EMAIL",)}
ORDERS = (
    Order(ActKind.CONFIRM),
    Order(ActKind.REJECT, Why.SAMPLE_NOISE),
    Order(ActKind.CHANGE_TYPE, to_code="LANGUAGE"),
    Order(ActKind.NOT_IDENTIFYING),
)
STEPS = 14
WORD = {Verdict.CONFIRMED: Verdict.CONFIRMED, Verdict.REJECTED: Verdict.REJECTED, Verdict.WITHDRAWN: None}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    cluster = request.getfixturevalue("postgres_cluster") if request.param == "postgresql" else ""
    made = a_city(tmp_path_factory.mktemp("review"), cluster)
    yield made
    made.catalog.close()


class History:
    """What was done so far, and the decisions as they were when last looked at."""

    def __init__(self, city: City, seed: int) -> None:
        self.city, self.chance = city, Random(seed)
        self.acts: list[int] = []
        self.seen: list[Decision] = []
        self.strengths: dict[str, float | None] = {}

    def step(self) -> None:
        chance = self.chance
        what = chance.choice((self.decide, self.act, self.act, self.undo, self.undo_at_once, self.scan))
        before = self.decisions()
        what()
        now = self.decisions()
        assert now[: len(before)] == before  # only ever added to
        if what == self.scan:
            assert now == before
        self.agree(now)

    def decisions(self) -> list[Decision]:
        return sorted((one for place in PLACES for one in self.city.decisions(place)), key=lambda one: one.id)

    def standings(self) -> dict[str, dict[str, Standing]]:
        return {place: self.city.standings(place) for place in PLACES}

    def decide(self) -> None:
        place = self.chance.choice(PLACES)
        code = self.chance.choice(CODES[place.rsplit(".", 1)[1]])
        verdict = self.chance.choice((Verdict.CONFIRMED, Verdict.REJECTED))
        made = review.decide(DSO, self.city.catalog, self.city.columns[place], code, verdict)
        assert made is not None
        self.acts.append(made.act_id or 0)

    def act(self) -> int | None:
        picks = [
            self.city.pick(place, self.chance.choice(CODES[place.rsplit(".", 1)[1]]))
            for place in self.chance.sample(PLACES, self.chance.randint(1, 3))
        ]
        try:
            done = review.act(DSO, self.city.catalog, self.chance.choice(ORDERS), picks)
        except Conflict:
            return None
        self.acts.append(done.act.id)
        return done.act.id

    def undo(self) -> None:
        if self.acts:
            try:
                done = review.undo(DSO, self.city.catalog, self.chance.choice(self.acts))
            except Conflict:
                return
            self.acts.append(done.act.id)

    def undo_at_once(self) -> None:
        before = self.standings()
        act_id = self.act()
        if act_id is not None:
            back = review.undo(DSO, self.city.catalog, act_id)
            assert back.left_out == ()
            assert self.standings() == before
            self.acts.append(back.act.id)

    def scan(self) -> None:
        place = self.chance.choice(PLACES)
        code = CODES[place.rsplit(".", 1)[1]][0]
        self.city.move(place, code, self.chance.choice((None, 0.3, 0.6, 0.95)))

    def agree(self, now: list[Decision]) -> None:
        """Hold what is in effect against a pile of words for each item."""
        piles: dict[tuple[int, str], list[Decision]] = {}
        by_id = {one.id: one for one in now}
        for one in now:
            piles.setdefault((one.column_id, one.type_code), []).append(one)
        for place in PLACES:
            own = self.city.decisions(place)
            held = in_effect(own)
            for (column_id, code), pile in piles.items():
                if column_id == self.city.columns[place]:
                    word = pile[-1]
                    expected = WORD[word.verdict]
                    assert (held[code].verdict if code in held else None) is expected
                    if word.restores is not None:
                        assert held[code].id == by_id[word.restores].id
                        assert (held[code].verdict, held[code].evidence_digest) == (word.verdict, word.evidence_digest)


@pytest.mark.parametrize("seed", range(4))
def test_histories_keep_every_word_and_undo_restores_what_held(base: City, seed: int) -> None:
    with a_history(base) as city:
        history = History(city, seed)
        for _ in range(STEPS):
            history.step()
        assert history.acts
