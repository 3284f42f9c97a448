"""How numbers, times, shares and states read."""

import pkgutil
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from importlib import import_module

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

import web
from catalog.errors import SkipReason
from catalog.model.actors import Role
from catalog.model.coverage import Coverage, Look, SampleMethod
from catalog.model.decisions import Standing
from catalog.model.evidence import Form, Share
from catalog.model.holdings import Band, DatasetKind
from catalog.model.runs import RunState
from catalog.model.sessions import Door
from catalog.services.access import Action
from web import addresses, app, role_wording, wording

AT = datetime(2026, 11, 5, 9, 7, tzinfo=UTC)


def coverage(rows: int, method: SampleMethod | None) -> Coverage:
    return Coverage(1, Look.SCANNED, None, rows, method, 7, "d", AT, AT, 1)


def test_no_two_modules_give_templates_one_name_for_different_words() -> None:
    """They are joined into one namespace, and the last would win in silence, on pages that nobody touched."""
    given: dict[str, object] = {}
    for found in pkgutil.iter_modules(web.__path__):
        module = import_module(f"web.{found.name}")
        own = {} if module in {wording, app} else {**getattr(module, "WORDS", {}), **getattr(module, "FILTERS", {})}
        for name, words in own.items():
            assert given.setdefault(name, words) is words, f"{name} of {found.name}"
    assert {"STEP_TEXT", "CYCLE_STEP_TEXT"} <= set(given)


def test_times_and_days() -> None:
    assert wording.moment(AT) == "Nov 5, 2026, 09:07 UTC"
    assert wording.day(date(2026, 11, 5)) == "Nov 5, 2026"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3600, "1 h 0 min"), (7322, "2 h 2 min")]
)
def test_durations(seconds: int, text: str) -> None:
    assert wording.duration(timedelta(seconds=seconds)) == text


def test_numbers() -> None:
    assert wording.number(1234567) == "1,234,567"
    assert wording.plural(1, "column") == "1 column"
    assert wording.plural(1200, "column") == "1,200 columns"
    assert wording.plural(2, "agency", "agencies") == "2 agencies"


@given(st.floats(0, 1))
def test_what_is_neither_none_nor_all_never_reads_as_either(part: float) -> None:
    text = wording.percent(part)
    assert (text == "0%") == (part == 0)
    assert (text == "100%") == (part == 1)


def test_shares() -> None:
    assert wording.share(Share(0.95, 0.97, 0.99)) == "about 97% of rows (between 95% and 99%)"
    assert wording.share(Share(1, 1, 1)) == "100% of rows"
    assert wording.share(Share(0, 1, 1)) == "not known: the values themselves say nothing"


@pytest.mark.parametrize(
    ("rows", "method", "total", "text"),
    [
        (1000, SampleMethod.RANDOM_ROWS, 50_000, "1,000 of about 50,000 rows, random"),
        (1000, SampleMethod.FIRST_ROWS, None, "1,000 rows, the first rows only"),
        (40, SampleMethod.ALL_ROWS, 40, "all 40 rows"),
        (1000, SampleMethod.RANDOM_ROWS, 10, "1,000 rows, random"),
        (5, None, None, "5 rows"),
    ],
)
def test_how_much_was_looked_at(rows: int, method: SampleMethod | None, total: int | None, text: str) -> None:
    assert wording.looked_at(coverage(rows, method), total) == text


def test_nothing_found_has_a_bound_only_where_chance_chose() -> None:
    assert "fewer than about 3%" in wording.bound(coverage(100, SampleMethod.RANDOM_ROWS))
    assert wording.bound(coverage(100, SampleMethod.FIRST_ROWS)) == ""
    assert wording.bound(coverage(10, SampleMethod.RANDOM_ROWS)) == ""


@pytest.mark.parametrize(
    ("count", "step"),
    [
        (1, "q0"),
        (2, "q1"),
        (4, "q1"),
        (5, "q2"),
        (9, "q2"),
        (10, "q3"),
        (25, "q4"),
        (99, "q4"),
        (100, "q5"),
        (9999, "q5"),
    ],
)
def test_six_steps(count: int, step: str) -> None:
    assert wording.heat_step(count) == step


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (Look, wording.LOOK_TEXT),
        (Standing, wording.STANDING_TEXT),
        (Form, wording.FORM_TEXT),
        (SampleMethod, wording.METHOD_TEXT),
        (DatasetKind, wording.KIND_TEXT),
        (Band, wording.EMPTY_TEXT),
        (Band, wording.DISTINCT_TEXT),
        (RunState, wording.RUN_TEXT),
        (Role, role_wording.ROLE_TEXT),
        (Role, role_wording.ROLE_NAME),
        (Door, role_wording.DOOR_TEXT),
        (Action, role_wording.ACTION_TEXT),
    ],
)
def test_every_state_has_its_own_word(kind: type[Enum], texts: dict[Enum, str]) -> None:
    assert set(texts) == set(kind)
    assert len(set(texts.values())) == len(texts)


def test_every_reason_is_said() -> None:
    assert all(wording.reason(why) for why in SkipReason)
    assert wording.reason(None) == "no reason was recorded"


@pytest.mark.parametrize(
    ("address", "changes", "leads_to"),
    [
        ("/search?q=a&page=3", {"sort": "name"}, "/search?q=a&sort=name"),
        ("/search?q=a&format=csv", {"page": 2}, "/search?q=a&page=2"),
        ("/search?q=a&sort=name", {"sort": None}, "/search?q=a"),
        ("/search?sort=name", {"sort": None}, "/search"),
        ("/search?q=%26b%3D1", {}, "/search?q=%26b%3D1"),
    ],
)
def test_addresses_keep_what_is_not_changed(
    address: str, changes: dict[str, str | int | None], leads_to: str, app: Flask
) -> None:
    with app.test_request_context(address):
        assert addresses.here(**changes) == leads_to


def test_a_filter_is_taken_in_and_out(app: Flask) -> None:
    with app.test_request_context("/search?type=SSN&type=DOB&page=2"):
        assert addresses.toggled("type", "SSN") == "/search?type=DOB"
        assert addresses.toggled("type", "NAME") == "/search?type=SSN&type=DOB&type=NAME"


@pytest.mark.parametrize(
    ("text", "number"), [("1", 1), ("7", 7), ("0", 1), ("-1", 1), ("x", 1), ("²", 1), ("9" * 5000, 9_999_999), ("", 1)]
)
def test_page_numbers(text: str, number: int, app: Flask) -> None:
    with app.test_request_context("/search", query_string={"page": text}):
        assert addresses.page_number() == number
