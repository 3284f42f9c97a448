"""Reads the form of the agency report: its questions, help, and what it calls things, as data of an edition.

The elements are the law's (:mod:`catalog.model.report_form`); how a form asks for them is the file's.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from catalog.model.report_form import HUMAN_ITEMS, Element, Form, Question
from catalog.taxonomy import loader
from catalog.taxonomy.entries import DATA, build, malformed, toml


@cache
def load() -> Form:
    """The form this product ships."""
    return read(DATA / "report" / "form.toml", {kind.report_group for kind in loader.load().types.values()})


def read(path: Path, groups: set[str]) -> Form:
    """Read and check a form.

    Parameters:
        groups: the groups of types that the taxonomy has, each of which the form has to call something.

    Raises:
        SettingsError: naming the file, the entry and the field that cannot be used.
    """
    content = toml(path)
    for name in content:
        if name not in {"edition", "questions", "groups", "items"}:
            raise malformed(path, "whole file", name, "there is no such field")
    edition = content.get("edition")
    if not isinstance(edition, str) or not edition.strip():
        raise malformed(path, "whole file", "edition", "it is missing or empty")
    asked = _table(content, "questions", path)
    _whole(asked, {element.value for element in Element}, path, "questions")
    questions = {element: build(Question, asked[element.value], path, element.value) for element in Element}
    return Form(edition, questions, _words(content, "groups", groups, path), _words(content, "items", _keys(), path))


def _keys() -> set[str]:
    return {f"{element}/{key}" for element, keys in HUMAN_ITEMS.items() for key in keys}


def _table(content: Mapping[str, Any], name: str, path: Path) -> Mapping[str, Any]:
    table = content.get(name)
    if not isinstance(table, dict):
        raise malformed(path, "whole file", name, "it is missing, or no table")
    return table


def _whole(table: Mapping[str, Any], names: set[str], path: Path, part: str) -> None:
    """Refuse a part of a form that lacks an entry, or has one that nothing asks for."""
    for name in sorted(names - table.keys()):
        raise malformed(path, part, name, "it is missing")
    for name in table:
        if name not in names:
            raise malformed(path, part, name, "there is no such entry")


def _words(content: Mapping[str, Any], part: str, names: set[str], path: Path) -> Mapping[str, str]:
    table = _table(content, part, path)
    _whole(table, names, path, part)
    for name, words in table.items():
        if not isinstance(words, str) or not words.strip():
            raise malformed(path, part, name, "it is empty, or no words")
    return dict(table)
