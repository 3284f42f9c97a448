"""Reads the laws under ``data/laws``: to add a law or a bill, write a file; no code changes."""

from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from catalog.model.law import Law, LawStatus, LegalClass
from catalog.taxonomy.entries import build, malformed, toml

#: The law whose words this product is about.
IDENTIFYING = "nyc-23-1201"


def read(folder: Path, types: Collection[str]) -> Mapping[str, Law]:
    """The laws in ``folder`` by code, those in force first, and checked against each other and the ``types``.

    Raises:
        SettingsError: naming the file, the code and the field that cannot be used.
    """
    found: dict[str, tuple[Path, Law]] = {}
    for path in sorted(folder.glob("*.toml")):
        law = _law(path)
        if law.code in found:
            raise malformed(path, law.code, "code", "the code is defined twice")
        found[law.code] = path, law
    laws = {code: law for code, (_, law) in found.items()}
    for path, law in found.values():
        _check(path, law, laws, types)
    if IDENTIFYING not in laws or not laws[IDENTIFYING].origins:
        raise malformed(folder / f"{IDENTIFYING}.toml", IDENTIFYING, "origins", "it is missing")
    ordered = sorted(laws.values(), key=lambda law: (list(LawStatus).index(law.status), not law.origins))
    return MappingProxyType({law.code: law for law in ordered})


def _law(path: Path) -> Law:
    content = toml(path)
    code = str(content.get("code", path.stem))
    classes = tuple(_class(one, path, code) for one in content.get("classes", ()))
    return build(Law, {**content, **({"classes": classes} if classes else {})}, path, code)


def _class(entry: Mapping[str, Any], path: Path, code: str) -> LegalClass:
    return build(LegalClass, entry, path, f"{code}, class {entry.get('code', '?')}")


def _check(path: Path, law: Law, laws: Mapping[str, Law], types: Collection[str]) -> None:
    for one in law.classes:
        for name in ("types", "together_with"):
            unknown = sorted(set(getattr(one, name)) - set(types))
            if unknown:
                raise malformed(path, f"{law.code}, class {one.code}", name, f"there is no type {unknown[0]}")
    if law.amends and law.amends not in laws:
        raise malformed(path, law.code, "amends", "there is no such law")
    if (law.status is LawStatus.PROPOSED) != bool(law.amends):
        raise malformed(path, law.code, "amends", "a proposed law names the law it would amend, and no other does")
    if law.status is not LawStatus.PROPOSED and law.since is None:
        raise malformed(path, law.code, "since", "it does not say from when it counts")
