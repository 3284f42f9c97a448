"""Our own lists of words for synthetic columns (words.toml)."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any


@lru_cache(maxsize=1)
def _data() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def own(name: str) -> list[str]:
    """One list; an empty entry means that nothing stands there."""
    return [" ".join(entry.split()) for entry in _data()["lists"][name].split(",")]


@lru_cache(maxsize=1)
def function_words() -> frozenset[str]:
    """Small words that no phrase ends with."""
    return frozenset(own("function_words"))


def forms(name: str) -> tuple[str, ...]:
    """The ways in which values of a kind are written."""
    return tuple(_data()["forms"][name])
