"""What crosses the pipe between a scan child and its supervisor: dataclasses as JSON, strict on the way in.

The child reads hostile files, so the parent does not trust it: a field that is unknown, a text that is longer than
its rule allows or has no rule at all is refused. The rules keep values of data out even of a child gone wrong.
"""

import dataclasses
import math
import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from catalog.errors import SkipReason
from catalog.model.evidence import Evidence, Finding
from catalog.model.holdings import DatasetRef
from catalog.model.runs import ColumnResult, DatasetResult, ListedDataset, SafeName
from catalog.ports import Check

T = TypeVar("T")

#: Longest tuple taken from a child: columns of a dataset.
MOST_ITEMS = 20_000
_GREATEST_NUMBER = 2**63

_NOT_CONTROL = r"[^\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
_NAME = re.compile(rf"{_NOT_CONTROL}{{0,201}}")
_SENTENCE = re.compile(rf"{_NOT_CONTROL}{{0,600}}")
_RAW = re.compile(r"[\s\S]{0,20000}")

#: The rule of every text field that may cross; a text field without one is refused.
TEXT_RULES: dict[tuple[type, str], re.Pattern[str]] = {
    (SafeName, "text"): _NAME,
    (SafeName, "key"): _NAME,
    (ListedDataset, "comment"): _NAME,
    (ListedDataset, "change_key"): re.compile(r"(?:[0-9a-f]{64})?"),
    (ColumnResult, "declared_type"): re.compile(r"[A-Za-z0-9_ (),.\[\]]{0,60}"),
    (ColumnResult, "comment"): _NAME,
    (ColumnResult, "shapes"): re.compile(r"(?:[Aa9]|[^\w\x00-\x1f\x7f]|_){1,60}"),
    (DatasetResult, "detector"): re.compile(r"[A-Za-z0-9 ._+:-]{0,80}"),
    (Finding, "type_code"): re.compile(r"[A-Z][A-Z0-9_]{1,39}"),
    (Evidence, "type_code"): re.compile(r"[A-Z][A-Z0-9_]{1,39}"),
    (Evidence, "clue"): re.compile(r"[a-z0-9 _.,:;'()/+%-]{1,80}"),
    (Check, "name"): _SENTENCE,
    (Check, "message"): _SENTENCE,
    # A reference goes back to the child that listed it, and nowhere else.
    (DatasetRef, "locator"): _RAW,
    (DatasetRef, "name"): _RAW,
    (DatasetRef, "key"): _RAW,
    (DatasetRef, "comment"): _RAW,
    (DatasetRef, "change_signal"): _RAW,
}

_WITHHELD_TEXT = re.compile(r"name withheld \((?:[Aa9]|[^\w\x00-\x1f\x7f]|_|…){0,60}\)")
_WITHHELD_KEY = re.compile(r"hmac:[0-9a-f]{32}")


class WireError(ValueError):
    """What arrived is not what was agreed; the text names the field only."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A dataset of a listing: what may be stored of it, and the raw reference that opens it again."""

    ref: DatasetRef = field(repr=False)
    safe: ListedDataset


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Something seen in a listing that cannot become a dataset, with a name that may be stored."""

    safe: ListedDataset
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as the child tells it; the three texts are those of our own error tree. What was asked cost the source
    something all the same.
    """

    reason: SkipReason
    thing: str
    cause: str
    next_step: str
    source_ms: int = 0
    source_bytes: int = 0


for _name in ("thing", "cause", "next_step"):
    TEXT_RULES[Fault, _name] = _SENTENCE


def dump(value: object) -> Any:
    """Turn a dataclass of the wire into what ``json`` can write."""
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: dump(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [dump(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise WireError(f"a {type(value).__name__} does not cross")


def load(kind: type[T], data: object) -> T:
    """Build a dataclass of the wire from parsed JSON.

    Raises:
        WireError: when anything is missing, unknown, of another type, overlong or against its text's rule.
    """
    if not isinstance(data, Mapping):
        raise WireError(f"{kind.__name__} is no object")
    hints = _hints(kind)  # type: ignore[arg-type]  # mypy takes a generic class for unhashable
    if data.keys() != hints.keys():
        raise WireError(f"{kind.__name__} has missing or unknown fields")
    values = {name: _load_field(kind, name, hint, data[name]) for name, hint in hints.items()}
    try:
        loaded = kind(**values)
    except ValueError:
        raise WireError(f"{kind.__name__} breaks its own rule") from None
    if isinstance(loaded, SafeName):
        _refuse_half_withheld(loaded)
    return loaded


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in dataclasses.fields(kind)}


def _load_field(owner: type, name: str, hint: Any, data: object) -> object:
    if get_origin(hint) in (Union, types.UnionType):
        inner = next(choice for choice in get_args(hint) if choice is not types.NoneType)
        return None if data is None else _load_field(owner, name, inner, data)
    if get_origin(hint) is tuple:
        return _load_tuple(owner, name, get_args(hint)[0], data)
    if dataclasses.is_dataclass(hint):
        return load(hint, data)  # type: ignore[arg-type]  # is_dataclass cannot say that this is a class
    if issubclass(hint, Enum):
        return _load_enum(owner, name, hint, data)
    return _load_plain(owner, name, hint, data)


def _load_tuple(owner: type, name: str, hint: Any, data: object) -> tuple[object, ...]:
    if not isinstance(data, Sequence) or isinstance(data, str) or len(data) > MOST_ITEMS:
        raise WireError(f"{owner.__name__}.{name} is no list of agreed length")
    return tuple(_load_field(owner, name, hint, item) for item in data)


def _load_enum(owner: type, name: str, hint: type[Enum], data: object) -> Enum:
    try:
        return hint(data)
    except ValueError:
        raise WireError(f"{owner.__name__}.{name} is not of its list") from None


def _load_plain(owner: type, name: str, hint: type, data: object) -> object:
    if isinstance(data, bool) or hint is bool:
        fits = isinstance(data, bool) and hint is bool
    elif isinstance(data, str) and hint is str:
        rule = TEXT_RULES.get((owner, name))
        fits = rule is not None and rule.fullmatch(data) is not None
    elif isinstance(data, int) and hint in (int, float):
        fits = abs(data) < _GREATEST_NUMBER
    else:
        fits = isinstance(data, float) and hint is float and math.isfinite(data)
    if not fits:
        raise WireError(f"{owner.__name__}.{name} is not as agreed")
    return data


def _refuse_half_withheld(name: SafeName) -> None:
    hidden = (bool(_WITHHELD_TEXT.fullmatch(name.text)), bool(_WITHHELD_KEY.fullmatch(name.key)))
    if name.withheld and not all(hidden):
        raise WireError("SafeName is withheld and yet told")
