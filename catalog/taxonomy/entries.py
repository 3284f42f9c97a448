"""Reads entries of the taxonomy's data files, and refuses malformed ones by file, code and field."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from catalog.errors import SettingsError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Shape = TypeVar("_Shape", bound="DataclassInstance")

DATA = Path(__file__).parent / "data"

_MAY_BE_EMPTY = frozenset(
    {"dpv", "valid_to", "aliases", "acronym", "contact", "mission", "misses", "shapes", "comment", "against", "reasons"}
)


def build(shape: type[_Shape], entry: Mapping[str, Any], path: Path, code: str) -> _Shape:
    """Make a ``shape`` of a file's entry: known fields only, all of them, none of them blank.

    Raises:
        SettingsError: naming the file, the code and the field that cannot be used.
    """
    known = {field.name for field in fields(shape)}
    for name, value in entry.items():
        if name not in known:
            raise malformed(path, code, name, "there is no such field")
        if name not in _MAY_BE_EMPTY and _is_blank(value):
            raise malformed(path, code, name, "it is empty")
    try:
        checked: _Shape = _adapter(shape).validate_python(entry)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise malformed(path, code, str(first["loc"][0]), first["msg"].lower()) from None
    return checked


@cache
def _adapter(shape: type[Any]) -> TypeAdapter[Any]:
    """What checks a shape; making it takes much longer than checking."""
    return TypeAdapter(shape)


def _is_blank(value: object) -> bool:
    if isinstance(value, list):
        return not value or any(_is_blank(item) for item in value)
    return isinstance(value, str) and not value.strip()


def toml(path: Path) -> dict[str, Any]:
    """What a file holds.

    Raises:
        SettingsError: when it is missing or no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise malformed(path, "whole file", "file", "it is missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise malformed(path, "whole file", "syntax", str(error).lower()) from None


def malformed(path: Path, code: str, field: str, cause: str) -> SettingsError:
    """The error about one field of one entry."""
    return SettingsError(f"Taxonomy file {path.name}, {code}, field {field}", cause, "Correct the file.")
