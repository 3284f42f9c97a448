"""Reads the mappings of other conventions under ``data/conventions``: another one is a file, and no code."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from catalog.model.conventions import About, Convention, Rule
from catalog.taxonomy.entries import DATA, malformed, toml

_RULE = {"to", "from", "is", "words", "form", "each", "otherwise", "when", "needed"}
_WHOLE = {"title", "edition", "told_at", "about", "records", "head", "fields", "left_out"}


@cache
def load() -> Mapping[str, Convention]:
    """The conventions by code, which is the name of the file."""
    return read(DATA / "conventions")


def read(folder: Path) -> Mapping[str, Convention]:
    """The conventions of a folder.

    Raises:
        SettingsError: naming the file, the entry and the field that cannot be used.
    """
    return MappingProxyType({path.stem: _convention(path) for path in sorted(folder.glob("*.toml"))})


def _convention(path: Path) -> Convention:
    content = toml(path)
    _only(content, _WHOLE, path, "whole file")
    for name in sorted(_WHOLE - {"head", "left_out"}):
        if not content.get(name):
            raise malformed(path, "whole file", name, "it is missing or empty")
    if content["about"] not in list(About):
        raise malformed(path, "whole file", "about", "there are no such records")
    return Convention(
        code=path.stem,
        title=content["title"],
        edition=content["edition"],
        told_at=content["told_at"],
        about=About(content["about"]),
        records=content["records"],
        head=content.get("head", {}),
        rules=tuple(_rule(each, path) for each in content["fields"]),
        left_out=content.get("left_out", ""),
    )


def _rule(entry: Mapping[str, Any], path: Path) -> Rule:
    to = str(entry.get("to", ""))
    _only(entry, _RULE, path, to or "?")
    if not to:
        raise malformed(path, "?", "to", "it is missing or empty")
    if sum(name in entry for name in ("from", "is", "form")) != 1:
        raise malformed(path, to, "from", "a field says one of: from, is, form")
    return Rule(
        to=to,
        source=entry.get("from", ""),
        always=entry.get("is"),
        words=entry.get("words", {}),
        form=entry.get("form", ""),
        each=tuple(_rule(each, path) for each in entry.get("each", ())),
        otherwise=entry.get("otherwise"),
        when=entry.get("when", ""),
        needed=entry.get("needed", False),
    )


def _only(entry: Mapping[str, Any], known: set[str], path: Path, code: str) -> None:
    for name in entry:
        if name not in known:
            raise malformed(path, code, name, "there is no such field")
