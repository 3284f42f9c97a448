"""Conventions of others for describing data: which of their fields says what of our records, as data; applied here.

A mapping is a file of ``taxonomy/data/conventions``. Pure: facts of a record in, a field of the convention out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from catalog.errors import SettingsError

#: What records say of themselves: words by name, or lists of words or of records in them.
Facts = Mapping[str, Any]
_GAP = re.compile(r"\{(\w+)\}")


class About(StrEnum):
    """What a record of a convention is about, here."""

    DATASET = "dataset"
    ACTIVITY = "activity"


@dataclass(frozen=True, slots=True)
class Rule:
    """One field of a convention.

    ``to`` is its place, with dots for places in it; ``source`` the fact that it says, alone or, for a list, each in it;
    ``always`` says the same of every record. ``words`` turns a fact into the convention's word; one that it has no word
    for says nothing. ``form`` puts facts into a text at ``{name}``. ``each`` makes an object of each record of a list.
    ``otherwise`` is said where nothing is known, so that this does not look like nothing being there. ``when`` names a
    fact without which the whole field is left out. ``needed`` when the convention has no record without the field.
    """

    to: str
    source: str = ""
    always: Any = None
    words: Mapping[str, Any] = field(default_factory=dict)
    form: str = ""
    each: tuple["Rule", ...] = ()
    otherwise: Any = None
    when: str = ""
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Convention:
    """A convention: of which edition, told where, about what; ``head`` stands above the records, which stand at
    ``records``. ``left_out`` says in the head's description how many records are not in it, for a field they lack.
    """

    code: str
    title: str
    edition: str
    told_at: str
    about: About
    records: str
    head: Mapping[str, Any]
    rules: tuple[Rule, ...]
    left_out: str = ""


def whole(convention: Convention, records: Sequence[Facts], left_out: int = 0) -> dict[str, Any]:
    """All records as the convention has them, and how many are left out, if any."""
    head = dict(convention.head)
    if left_out:
        said = convention.left_out.format(count=f"{left_out:,}")
        head["description"] = " ".join(filter(None, (head.get("description", ""), said)))
    return {**head, convention.records: [applied(convention.rules, each) for each in records]}


def has_all(rules: Sequence[Rule], facts: Facts) -> bool:
    """Whether a record has every field without which the convention has none."""
    made = applied(rules, facts)
    return all(_at(made, rule.to.split(".")) is not None for rule in rules if rule.needed)


def applied(rules: Sequence[Rule], facts: Facts) -> dict[str, Any]:
    """One record as the convention has it; what is not known and has no words for that is left out.

    Raises:
        SettingsError: when a rule asks for a fact that there is not of this record.
    """
    made: dict[str, Any] = {}
    for rule in rules:
        if rule.when and not _known(facts, rule.when):
            continue
        value = _value(rule, facts)
        if _says(value):
            _put(made, rule.to.split("."), value)
    return made


def flat(rules: Sequence[Rule], facts: Facts) -> dict[str, str]:
    """One record as the cells of a line, each field of the convention a column, whether it says anything or not."""
    made = applied(rules, facts)
    return {rule.to: "; ".join(_texts(_at(made, rule.to.split(".")))) for rule in rules}


def _value(rule: Rule, facts: Facts) -> Any:
    if rule.always is not None:
        return rule.always
    if rule.form:
        return _formed(rule.form, facts)
    found = _known(facts, rule.source)
    if rule.each:
        found = [applied(rule.each, one) for one in found]
    elif rule.words:
        found = [rule.words.get(one) for one in found] if isinstance(found, list) else rule.words.get(found)
    return found if _says(found) else rule.otherwise


def _formed(form: str, facts: Facts) -> str:
    """The form with its gaps filled; nothing where one of them stays empty."""
    filled = {name: str(_known(facts, name) or "") for name in _GAP.findall(form)}
    return _GAP.sub(lambda gap: filled[gap[1]], form) if all(filled.values()) else ""


def _known(facts: Facts, name: str) -> Any:
    if name not in facts:
        raise SettingsError(f"The fact {name}", "no record says it", "Correct the mapping of the convention.")
    return facts[name]


def _says(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_says, value))
    return value is not None and value not in ("", {})


def _put(made: dict[str, Any], path: Sequence[str], value: Any) -> None:
    *parents, last = path
    for name in parents:
        made = made.setdefault(name, {})
    made[last] = [one for one in value if _says(one)] if isinstance(value, list) else value


def _at(made: Any, path: Sequence[str]) -> Any:
    for name in path:
        made = made.get(name) if isinstance(made, dict) else None
    return made


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, dict):
        return [" ".join(text for one in value.values() for text in _texts(one))]
    return [text for one in value for text in _texts(one)] if isinstance(value, list) else [str(value)]
