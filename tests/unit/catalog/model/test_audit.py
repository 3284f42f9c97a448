"""Any change to an entry of the audit chain shows in its MAC."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from catalog.model.audit import GENESIS, AuditEvent, mac

KEY = b"k" * 32
EVENT = AuditEvent(
    sequence=1,
    at=datetime(2026, 7, 31, 12, tzinfo=UTC),
    person_id="ana",
    role="officer",
    action="confirm",
    thing="column:7",
    detail="SSN",
    previous=GENESIS,
    mac="",
)
COVERED = [field.name for field in fields(AuditEvent) if field.name != "mac"]


def test_this_test_covers_every_field() -> None:
    assert len(COVERED) == 12


@pytest.mark.parametrize("field", COVERED)
def test_any_edited_field_breaks_the_mac(field: str) -> None:
    old = getattr(EVENT, field)
    new: Any = f"{old}x"
    if isinstance(old, int):
        new = old + 1
    elif isinstance(old, datetime):
        new = old + timedelta(microseconds=1)
    assert mac(KEY, replace(EVENT, **{field: new})) != mac(KEY, EVENT)


TEXTS = st.text(max_size=20)


@given(first=st.tuples(TEXTS, TEXTS, TEXTS), second=st.tuples(TEXTS, TEXTS, TEXTS))
def test_text_cannot_move_between_fields(first: tuple[str, str, str], second: tuple[str, str, str]) -> None:
    assume(first != second)
    one, two = (replace(EVENT, action=a, thing=t, detail=d) for a, t, d in (first, second))
    assert mac(KEY, one) != mac(KEY, two)


def test_the_mac_needs_the_key_and_ignores_itself() -> None:
    assert mac(b"x" * 32, EVENT) != mac(KEY, EVENT)
    assert mac(KEY, replace(EVENT, mac="anything")) == mac(KEY, EVENT)
    assert len(mac(KEY, EVENT)) == len(GENESIS)
