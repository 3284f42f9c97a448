"""Reads the taxonomy's data files and refuses any that is malformed, naming file, code and field.

The files under ``data/`` are the taxonomy: to add a type, write an entry; no code changes. What a whole file shares
(origin, valid_from, unverified) stands at its head and may be overridden by an entry.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from catalog.errors import NotFound
from catalog.model.holdings import Agency
from catalog.model.identifiers import Grade, IdentifierType, Tier
from catalog.model.law import Law
from catalog.taxonomy import laws
from catalog.taxonomy.entries import DATA, build, malformed, toml


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All identifier types by code, in the order of the files, and the laws by code."""

    types: Mapping[str, IdentifierType]
    laws: Mapping[str, Law]

    @property
    def law(self) -> Law:
        """The law that says what identifying information is (§23-1201)."""
        return self.laws[laws.IDENTIFYING]

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
                raise malformed(path, kind.code, "code", "the code is defined twice")
            types[kind.code] = kind
    return Taxonomy(MappingProxyType(types), laws.read(folder / "laws", types))


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
        build(Agency, {"id": slug, "mission": "", "contact": "", **entry}, path, slug)
        for slug, entry in toml(path).items()
    )


def _types(path: Path) -> Iterator[IdentifierType]:
    content = toml(path)
    shared = {"valid_to": None} | {key: value for key, value in content.items() if not isinstance(value, dict)}
    for code, entry in content.items():
        if isinstance(entry, dict):
            kind = build(IdentifierType, {"code": code, **shared, **_with_tier(entry, path, code)}, path, code)
            if kind.valid_to is not None and kind.valid_to <= kind.valid_from:
                raise malformed(path, code, "valid_to", "it ends before it starts")
            yield kind


def _with_tier(entry: dict[str, Any], path: Path, code: str) -> dict[str, Any]:
    if "tier" not in entry:
        return entry
    tiers = {tier.name.lower(): tier for tier in Tier if tier >= Tier.CONTEXTUAL}
    if entry["tier"] not in tiers:
        raise malformed(path, code, "tier", f"choose one of {', '.join(tiers)}")
    return {**entry, "tier": tiers[entry["tier"]]}
