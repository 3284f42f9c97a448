"""Our own forms, rules and words (the .toml files beside this one)."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

#: The files the recipe is made of, besides its modules.
FILES = ("names.toml", "sentences.toml", "things.toml")
_TIMES = re.compile(r"(\d+)\* ?")


@lru_cache(maxsize=1)
def rules() -> dict[str, list[str]]:
    """What each blank may become."""
    found = _data("sentences.toml")["rules"] | _data("things.toml")["rules"]
    return {name: _weighed(forms) for name, forms in found.items()}


@lru_cache(maxsize=16)
def own(name: str) -> list[str]:
    """One list of names.toml."""
    return _weighed(_data("names.toml")[name])


@lru_cache(maxsize=len(FILES))
def _data(file: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(file).read_text(encoding="utf-8"))


def _weighed(forms: list[str]) -> list[str]:
    """Each form as many times as it says."""
    return [form for entry in forms for form in _repeated(entry)]


def _repeated(entry: str) -> list[str]:
    times = _TIMES.match(entry)
    return [entry[times.end() :]] * int(times.group(1)) if times else [entry]
