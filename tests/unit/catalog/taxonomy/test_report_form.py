"""The form of the report: data that can be changed, and is refused where it is not whole."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import SettingsError
from catalog.model.report_form import Element
from catalog.taxonomy import loader, report_form
from catalog.taxonomy.entries import DATA

SHIPPED = DATA / "report" / "form.toml"
GROUPS = {kind.report_group for kind in loader.load().types.values()}


def test_the_form_asks_for_every_element_and_names_every_group() -> None:
    form = report_form.load()
    assert form.edition == "2028 (recalled; unverified)"
    assert list(form.questions) == list(Element)
    assert form.groups.keys() == GROUPS
    assert form.names["group:Name/SSN"] == "Name and Social Security number"
    assert form.names["request_policy/authorities"].startswith("Requests from local public authorities")


def test_the_words_are_us_english_and_say_what_to_write() -> None:
    text = SHIPPED.read_text()
    assert not re.findall(r"\b\w*(?:minimise|recognise|authorise|programme|colour)\w*", text.split("[questions", 1)[0])
    for question in report_form.load().questions.values():
        assert question.question.endswith("?")
        assert question.help.endswith(".")
        assert question.example.endswith(".")


def test_another_form_is_another_file(tmp_path: Path) -> None:
    path = tmp_path / "form.toml"
    path.write_text(
        SHIPPED.read_text().replace("2028 (recalled; unverified)", "2030").replace("Other types", "Any others")
    )
    form = report_form.read(path, GROUPS)
    assert (form.edition, form.groups["Other"]) == ("2030", "Any others")


def _without(*keys: str) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        for key in keys[:-1]:
            content = content[key]
        del content[keys[-1]]

    return change


def _with(value: object, *keys: str) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        for key in keys[:-1]:
            content = content[key]
        content[keys[-1]] = value

    return change


def _toml(content: dict[str, Any], head: str = "") -> str:
    """A nested table of words as TOML."""
    plain = [f"{_word(key)} = {_word(value)}" for key, value in content.items() if not isinstance(value, dict)]
    tables = [
        f"[{head}{_word(key)}]\n{_toml(value, f'{head}{_word(key)}.')}"
        for key, value in content.items()
        if isinstance(value, dict)
    ]
    return "\n".join([*plain, *tables])


def _word(value: object) -> str:
    return '"' + str(value) + '"' if isinstance(value, str) else str(value).lower()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_without("edition"), "whole file, field edition"),
        (_with(" ", "edition"), "whole file, field edition"),
        (_with("x", "colour"), "whole file, field colour"),
        (_without("questions"), "whole file, field questions"),
        (_without("questions", "access"), "questions, field access"),
        (_with({"question": "?", "help": "x", "example": "y"}, "questions", "mood"), "questions, field mood"),
        (_without("questions", "access", "help"), "access, field help"),
        (_with(" ", "questions", "access", "help"), "access, field help"),
        (_with("x", "questions", "access", "hint"), "access, field hint"),
        (_without("groups", "Other"), "groups, field Other"),
        (_with("Moods", "groups", "Mood"), "groups, field Mood"),
        (_with(" ", "groups", "Other"), "groups, field Other"),
        (_with(3, "groups", "Other"), "groups, field Other"),
        (_without("items", "access/text"), "items, field access/text"),
        (_with("x", "items", "access/mood"), "items, field access/mood"),
        (_with("x", "items"), "whole file, field items"),
    ],
)
def test_a_form_that_is_not_whole_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], named: str
) -> None:
    content = tomllib.loads(SHIPPED.read_text())
    change(content)
    path = tmp_path / "form.toml"
    path.write_text(_toml(content))
    with pytest.raises(SettingsError, match=re.escape(f"form.toml, {named}")):
        report_form.read(path, GROUPS)
