"""The questions people ask, as our own type: words, and filters that become SQL. Engine syntax never gets in.

``mother type:SSN agency:DSS -state:confirmed column:"maiden name"`` is one text and three filters. A word that only
looks like a filter is plain text; a backslash before it says so where it would be one.
"""

import re
from dataclasses import dataclass

FILTER_KEYS = ("agency", "column", "dataset", "gap", "grade", "kind", "source", "state", "system", "tier", "type")

_KEYS = "|".join(FILTER_KEYS)
_LOOKS_LIKE_FILTER = re.compile(rf"-?(?:{_KEYS}):", re.IGNORECASE)
_TOKEN = re.compile(
    rf"""(?P<not>-?)(?P<key>{_KEYS}):(?:"(?P<quoted>(?:[^"\\]|\\.)+)"|(?P<value>[^\s"]\S*))(?=\s|$)|(?P<word>\S+)""",
    re.IGNORECASE | re.DOTALL,
)
_BARE_VALUE = re.compile(r'[^\s"]\S*')


@dataclass(frozen=True, slots=True)
class Filter:
    """``key:value``, or ``-key:value`` for everything else. A trailing ``*`` stands for any ending."""

    key: str
    value: str
    excluded: bool = False

    def __str__(self) -> str:
        return f"{'-' if self.excluded else ''}{self.key}:{_printed(self.value)}"


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for: words to rank by and filters to keep to."""

    text: str = ""
    filters: tuple[Filter, ...] = ()

    def __str__(self) -> str:
        parts = [_escaped(word) for word in self.text.split()] + [str(each) for each in self.filters]
        return " ".join(parts)


def parse(text: str) -> Query:
    """Read what somebody typed. Every text is a query; ``parse(str(query)) == query``."""
    plain: list[str] = []
    filters: list[Filter] = []
    for token in _TOKEN.finditer(text):
        if token["word"] is None:
            filters.append(_filter_of(token))
        else:
            plain.append(token["word"].removeprefix("\\"))
    return Query(" ".join(word for word in plain if word), tuple(filters))


def _filter_of(token: re.Match[str]) -> Filter:
    quoted = token["quoted"]
    value = token["value"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)
    return Filter(token["key"].lower(), value, excluded=bool(token["not"]))


def _escaped(word: str) -> str:
    return f"\\{word}" if word.startswith("\\") or _LOOKS_LIKE_FILTER.match(word) else word


def _printed(value: str) -> str:
    if _BARE_VALUE.fullmatch(value):
        return value
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'
