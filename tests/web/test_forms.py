"""Forms: what is read from them, what is wrong with a field, and that nothing typed is lost."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from web.forms import Form, kept


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


def form(**given: str | list[str]) -> Form:
    return Form({name: [value] if isinstance(value, str) else value for name, value in given.items()})


@pytest.mark.parametrize(
    ("read", "given", "found"),
    [
        (lambda f: f.line("a", needed=True), "  two   words ", "two words"),
        (lambda f: f.line("a"), "", ""),
        (lambda f: f.text("a"), " one\ntwo \n", "one\ntwo"),
        (lambda f: f.parts("a"), "adult, child,, adult ,", ("adult", "child")),
        (lambda f: f.day("a"), "2026-11-30", date(2026, 11, 30)),
        (lambda f: f.day_if_any("a"), "", None),
        (lambda f: f.choice("a", Color), "blue", Color.BLUE),
        (lambda f: f.choice_if_any("a", Color), "", None),
        (lambda f: f.one_of("a", ("x", "y")), "y", "y"),
        (lambda f: f.one_of("a", ("x", "y"), "of before"), "of before", "of before"),
        (lambda f: f.number("a"), "0", 0),
        (lambda f: f.number_if_any("a"), "", None),
        (lambda f: f.numbers("a"), ["3", "1", "3"], (3, 1)),
        (lambda f: f.many("a"), ["x", "y", "x"], ("x", "y")),
        (lambda f: f.ticked("a"), "yes", True),
    ],
)
def test_fields_are_read(read: Callable[[Form], object], given: str | list[str], found: object) -> None:
    filled = form(a=given)
    assert read(filled) == found
    filled.check()


@pytest.mark.parametrize(
    ("read", "given", "wrong"),
    [
        (lambda f: f.line("a", needed=True), "   ", "Fill this in."),
        (lambda f: f.line("a", longest=3), "four", "Use at most 3 characters; these are 4."),
        (lambda f: f.text("a", needed=True), "\n", "Fill this in."),
        (lambda f: f.day("a"), "", "Fill this in."),
        (lambda f: f.day("a"), "30.11.2026", "Give a day such as 2026-11-30."),
        (lambda f: f.day_if_any("a"), "2026-02-30", "Give a day such as 2026-11-30."),
        (lambda f: f.choice("a", Color), "", "Choose one of these."),
        (lambda f: f.choice_if_any("a", Color), "green", "Choose one of these."),
        (lambda f: f.one_of("a", ("x",)), "z", "Choose one of these."),
        (lambda f: f.number("a"), "", "Choose one of these."),
        (lambda f: f.number_if_any("a"), "9999999999", "Choose one of these."),
        (lambda f: f.numbers("a"), ["1", "-2"], "Choose one of these."),
        (lambda f: f.many("a", ("x",)), ["x", "y"], "Choose one of these."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    read: Callable[[Form], object], given: str | list[str], wrong: str
) -> None:
    filled = form(a=given)
    read(filled)
    assert filled.errors == {"a": wrong}
    with pytest.raises(RequestError, match="one field cannot be taken as it is"):
        filled.check()


def test_all_that_is_wrong_is_told_at_once() -> None:
    filled = form(a="", b="x")
    filled.line("a", needed=True)
    filled.day("b")
    with pytest.raises(RequestError, match="2 fields cannot be taken as they are"):
        filled.check()


def test_a_form_of_what_is_so_now_reads_as_that() -> None:
    now = Form.of(title="T", kind=Color.RED, day=date(2026, 1, 2), party=None, ids=(3, 4), ticked=False, words=[])
    assert (now.value("title"), now.value("kind"), now.value("day")) == ("T", "red", "2026-01-02")
    assert (now.value("party"), now.values("ids"), now.values("words")) == ("", ["3", "4"], [])
    assert not now.ticked("ticked")


@given(st.text(max_size=60))
def test_no_text_makes_reading_fail(text: str) -> None:
    filled = form(a=text, b=[text, text])
    filled.line("a")
    filled.day_if_any("a")
    filled.choice_if_any("a", Color)
    filled.number_if_any("a")
    filled.numbers("b")
    assert set(filled.errors) <= {"a", "b"}


def send(app: Flask, keep: Callable[[Form], str], **data: str) -> ResponseReturnValue:
    def again(filled: Form) -> str:
        return f"again {filled.value('title')} {filled.problem}"

    with app.test_request_context("/", method="POST", data=data):
        return kept(keep, again)


def refuse(error: RequestError) -> Callable[[Form], str]:
    def keep(_: Form) -> str:
        raise error

    return keep


def test_what_is_kept_leads_on(app: Flask) -> None:
    answer = send(app, lambda filled: f"/went/{filled.value('title')}", title="on")
    assert (answer.status_code, answer.location) == (303, "/went/on")  # type: ignore[union-attr]  # a redirect


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RequestError("This", "it is wrong", "Mend it."), 400),
        (Conflict("This", "it was changed", "Look again."), 409),
        (NotFound("Party 7", "there is no such party", "Look for another."), 404),
    ],
)
def test_what_is_not_kept_is_shown_again_as_it_was_typed(app: Flask, error: RequestError, status: int) -> None:
    text, found = send(app, refuse(error), title="typed")  # type: ignore[misc]  # a page and its status
    assert found == status
    assert str(text).startswith("again typed")
    assert "Party 7" not in str(text), "what is missing and what is foreign read alike"


def test_what_the_visitor_may_not_do_is_a_page_of_its_own(app: Flask) -> None:
    with pytest.raises(NotAllowed):
        send(app, refuse(NotAllowed("Your account", "it may not", "Ask.")), title="typed")


def test_looking_for_more_to_choose_from_keeps_nothing(app: Flask) -> None:
    answer = send(app, refuse(RequestError("This", "it was kept", "Never.")), title="typed", look="yes")
    assert answer == "again typed None"


def test_what_can_stand_in_no_page_is_a_blank(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"title": "a\x00b\x1bc\r\nd\u202e"}):
        assert Form.sent().value("title") == "a b c\nd "
