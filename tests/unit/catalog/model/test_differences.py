"""What an entry tells of a change: the fields that moved, and no text of anybody."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from catalog.model.audit import differences

KEY = b"k" * 32


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Thing:
    id: int
    agency_id: str
    colour: Colour
    words: str
    count: int | None
    on: date | None
    codes: tuple[str, ...]
    options: dict[str, str]
    kept: bool


ONE = Thing(7, "dso", Colour.RED, "said by somebody", 3, date(2026, 1, 2), ("a b",), {"host": "db.example"}, kept=True)


def told(before: Thing | None, after: Thing | None) -> tuple[dict[str, object], dict[str, object]]:
    old, new = (json.loads(side or "{}") for side in differences(KEY, before, after))
    return old, new


def test_only_what_moved_is_told() -> None:
    assert told(ONE, ONE) == ({}, {})
    assert differences(KEY, ONE, ONE) == ("", "")
    assert told(ONE, replace(ONE, colour=Colour.BLUE, count=None)) == (
        {"colour": "red", "count": 3},
        {"colour": "blue"},
    )


def test_a_new_thing_was_nothing_before_and_a_removed_one_is_nothing_after() -> None:
    old, new = told(None, ONE)
    assert (old, new["id"], new["agency_id"], new["on"], new["kept"]) == ({}, 7, "dso", "2026-01-02", True)
    assert told(ONE, None) == (new, {})


def test_texts_are_told_apart_and_never_told() -> None:
    changed = replace(ONE, words="said by another", codes=("c d",), options={"host": "other.example"})
    for side in differences(KEY, ONE, changed):
        for secret in ("somebody", "another", "a b", "c d", "example"):
            assert secret not in side
    old, new = told(ONE, changed)
    assert old.keys() == new.keys() == {"words", "codes", "options"}
    assert all(old[name] != new[name] for name in old)
    assert told(None, ONE)[1]["words"] == old["words"]


def test_a_text_cannot_be_guessed_without_the_key() -> None:
    assert differences(KEY, None, ONE) != differences(b"x" * 32, None, ONE)


def test_nothing_depends_on_the_order_of_options() -> None:
    one, other = (replace(ONE, options=dict(pairs)) for pairs in ([("a", "1"), ("b", "2")], [("b", "2"), ("a", "1")]))
    assert differences(KEY, one, other) == ("", "")


def test_a_time_is_told_as_it_is() -> None:
    @dataclass(frozen=True)
    class Moment:
        at: datetime

    assert "2026-01-02T03:04:00+00:00" in differences(KEY, None, Moment(datetime(2026, 1, 2, 3, 4, tzinfo=UTC)))[1]
