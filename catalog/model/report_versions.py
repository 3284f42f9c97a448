"""Digests of whole records: they move with every edit of a record, and with nothing else."""

import hashlib
import json
from dataclasses import asdict, fields, is_dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def version(record: "DataclassInstance", *joined: object) -> str:
    """SHA-256 of all that a record says. What it refers to stands in it by number alone: a party that is renamed
    changes no activity.

    Parameters:
        joined: what the record is joined with, each in a fixed order.
    """
    # Its fields as they are: copies of them, as asdict makes, take most of the time of a page.
    said = {name: getattr(record, name) for name in _names(type(record))}
    return version_of(type(record).__name__, said, *joined)


def version_of(*said: object) -> str:
    """SHA-256 of words, numbers, days and collections of them, in the order given; sets stand sorted."""
    return hashlib.sha256(_ENCODER.encode(said).encode()).hexdigest()


@lru_cache
def _names(kind: "type[DataclassInstance]") -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _plain(value: object) -> object:
    if isinstance(value, frozenset | set):
        return sorted(value)
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


#: Made once: making it anew for every record takes as long as what it does.
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
