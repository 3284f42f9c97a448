"""Reads the taxonomy's data files and refuses any that is malformed, naming file, code and field.

The files under ``data/`` are the taxonomy: to add a type, write an entry; no code changes. What a whole file shares
(origin, valid_from, unverified) stands at its head and may be overridden by an entry.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from catalog.errors import NotFound, SettingsError
from catalog.model.holdings import Agency
from catalog.model.identifiers import Grade, IdentifierType, Tier
from catalog.model.law import Lens

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Shape = TypeVar("_Shape", bound="DataclassInstance")

DATA = Path(__file__).parent / "data"

_MAY_BE_EMPTY = frozenset({"dpv", "valid_to", "aliases", "acronym", "contact", "mission"})


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All identifier types by code, in the order of the files, and the law's lens on them."""

    types: Mapping[str, IdentifierType]
    lens: Lens

    def grade(self, code: str) -> Grade:
        """The grade of the type ``code``."""
        return self.types[code].grade


@cache
def load() -> Taxonomy:
    """The taxonomy this product ships."""
    return read(DATA)


def read(folder: Path) -> Taxonomy:
    """Read and check the taxonomy in ``folder``.

    Raises:
        SettingsError: naming the file, the code and the field that cannot be used.
    """
    types: dict[str, IdentifierType] = {}
    for path in sorted((folder / "types").glob("*.toml")):
        for kind in _types(path):
            if kind.code in types:
                raise _malformed(path, kind.code, "code", "the code is defined twice")
            types[kind.code] = kind
    lens_path = folder / "lens.toml"
    return Taxonomy(MappingProxyType(types), _build(Lens, _toml(lens_path), lens_path, "lens"))


def agency_template(name: str) -> tuple[Agency, ...]:
    """The agencies of the template ``name``, without contacts: those are for each agency to give.

    Raises:
        NotFound: when there is no such template.
    """
    folder = DATA / "agencies"
    names = sorted(path.stem for path in folder.glob("*.toml"))
    if name not in names:
        raise NotFound("Agency template", "there is none of this name", f"Choose one of: {', '.join(names)}.")
    path = folder / f"{name}.toml"
    return tuple(
        _build(Agency, {"id": slug, "mission": "", "contact": "", **entry}, path, slug)
        for slug, entry in _toml(path).items()
    )


def _types(path: Path) -> Iterator[IdentifierType]:
    content = _toml(path)
    shared = {"valid_to": None} | {key: value for key, value in content.items() if not isinstance(value, dict)}
    for code, entry in content.items():
        if isinstance(entry, dict):
            kind = _build(IdentifierType, {"code": code, **shared, **_with_tier(entry, path, code)}, path, code)
            if kind.valid_to is not None and kind.valid_to <= kind.valid_from:
                raise _malformed(path, code, "valid_to", "it ends before it starts")
            yield kind


def _with_tier(entry: dict[str, Any], path: Path, code: str) -> dict[str, Any]:
    if "tier" not in entry:
        return entry
    tiers = {tier.name.lower(): tier for tier in Tier if tier >= Tier.CONTEXTUAL}
    if entry["tier"] not in tiers:
        raise _malformed(path, code, "tier", f"choose one of {', '.join(tiers)}")
    return {**entry, "tier": tiers[entry["tier"]]}


def _build(shape: type[_Shape], entry: Mapping[str, Any], path: Path, code: str) -> _Shape:
    """Make a ``shape`` of a file's entry: known fields only, all of them, none of them blank."""
    known = {field.name for field in fields(shape)}
    for name, value in entry.items():
        if name not in known:
            raise _malformed(path, code, name, "there is no such field")
        if name not in _MAY_BE_EMPTY and _is_blank(value):
            raise _malformed(path, code, name, "it is empty")
    try:
        return TypeAdapter(shape).validate_python(entry)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise _malformed(path, code, str(first["loc"][0]), first["msg"].lower()) from None


def _is_blank(value: object) -> bool:
    if isinstance(value, list):
        return not value or any(_is_blank(item) for item in value)
    return isinstance(value, str) and not value.strip()


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _malformed(path, "whole file", "file", "it is missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _malformed(path, "whole file", "syntax", str(error).lower()) from None


def _malformed(path: Path, code: str, field: str, cause: str) -> SettingsError:
    return SettingsError(f"Taxonomy file {path.name}, {code}, field {field}", cause, "Correct the file.")
