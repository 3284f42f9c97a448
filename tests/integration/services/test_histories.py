"""A few of the random histories that ``make proof NAME=histories`` plays ten thousand of."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from benchmarks.histories.oracle import Entry, Judged
from benchmarks.histories.play import Play, differences
from benchmarks.histories.tables import EVENTS

#: Not measured, which doubles the time: all of the code it goes through others go through too.
pytestmark = pytest.mark.no_cover


def test_no_decision_is_lost_frozen_or_guessed_whatever_happens_to_its_column(tmp_path: Path) -> None:
    with Play(tmp_path, 80, seed=11) as play:
        score = play.run(nights=3)
    assert not list(differences(score)), score.told
    assert set(score.events) == {event.__name__ for event, _ in EVENTS}, "everything happened"
    least = Counter(decisions=200, material=50, others=200, ambiguous=5, carried=1)
    assert all(getattr(score, name) >= count for name, count in least.items()), score
    assert set(score.acts) == {"confirm", "reject", "change_type", "not_identifying", "defer", "undo"}
    assert score.states > 2000


def test_the_oracle_says_what_the_specification_says() -> None:
    yes, no = (Judged(confirms, ("full", 0.7), 1) for confirms in (True, False))
    assert [yes.is_open(now) for now in (None, ("full", 0.9), ("full", 0.47), ("full", 0.3), ("partial", 0.7))] == [
        True,
        False,
        False,
        True,
        True,
    ]
    assert [no.is_open(now) for now in (None, ("full", 0.9), ("full", 0.83), ("full", 0.3), ("partial", 0.7))] == [
        False,
        True,
        False,
        False,
        True,
    ]
    assert not Judged(True, None, 1).is_open(("full", 0.9))
    assert Judged(False, None, 1).is_open(("full", 0.1))


def test_the_oracle_takes_back_and_puts_off_as_the_specification_says() -> None:
    entry, today = Entry("a", {"SSN": ("full", 0.9)}), date(2026, 1, 1)
    entry.decide("SSN", 1, confirms=True)
    entry.decide("SSN", 2, confirms=False)
    assert not entry.undo("SSN", 1, today), "somebody has spoken since"
    assert entry.undo("SSN", 2, today)
    assert entry.states(today) == {"SSN": "confirmed"}
    assert entry.undo("SSN", 1, today)
    entry.delay("SSN", 3, today + timedelta(days=2))
    assert [entry.states(today + timedelta(days=days))["SSN"] for days in (0, 1, 2)] == ["deferred"] * 2 + ["suggested"]
    entry.found["SSN"] = ("full", 0.7)
    assert entry.states(today) == {"SSN": "suggested"}, "other evidence than was put off"
    entry.found["SSN"] = ("full", 0.9)
    entry.delay("SSN", 4, today + timedelta(days=9))
    assert not entry.undo("SSN", 3, today), "it was put off once more since"
    entry.decide("SSN", 5, confirms=True)
    assert entry.states(today) == {"SSN": "confirmed"}
    assert not entry.undo("SSN", 4, today), "somebody has decided since"
    assert entry.undo("SSN", 5, today)
    assert entry.states(today + timedelta(days=8)) == {"SSN": "deferred"}, "what a decision ended, as it was"
    assert entry.undo("SSN", 4, today)
    assert entry.states(today + timedelta(days=1)) == {"SSN": "deferred"}, "until the day of before"
    assert entry.states(today + timedelta(days=2)) == {"SSN": "suggested"}
