"""Digests of whole records: they move with every edit of a record, and with nothing else."""

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def version(record: "DataclassInstance", *joined: object) -> str:
    """SHA-256 of all that a record says. What it refers to stands in it by number alone: a party that is renamed
    changes no activity.

    Parameters:
        joined: what the record is joined with, each in a fixed order.
    """
    return version_of(type(record).__name__, asdict(record), *joined)


def version_of(*said: object) -> str:
    """SHA-256 of words, numbers, days and collections of them, in the order given; sets stand sorted."""
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset | set) else str(value)
