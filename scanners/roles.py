"""Whose an identifier in a text is, where the words beside it tell: a client's, of staff, somebody else's."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from scanners.spans import Span


class Role(StrEnum):
    """In which part somebody appears in a text, in our words."""

    CLIENT = "a client"
    STAFF = "staff"
    THIRD_PARTY = "a third party"


#: So many words before an identifier may tell whose it is, and so many behind.
_BEFORE, _BEHIND = 5, 3
#: Words that may stand between what somebody is and the name: "patient named", "her mother is".
_LINKS = frozenset({"named", "name", "is", "was", "called", "known", "as", "a", "k", "mr", "mrs", "ms", "miss", "mx"})
_NEAR = 80
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
#: What stands before these belongs to another sentence; after the dot of "Dr." comes a name.
_STOP = re.compile(r"[!?;\n]|(?<![A-Z][a-z])(?<![A-Za-z][a-z]{2}(?<=Sgt))\.\s")
_BESIDE = frozenset({", ", " (", " -"})
_POSSESSIVE = re.compile(r"['’]s$")


def role(text: str, span: Span) -> Role | None:
    """Whose the identifier at a place of a text is, by the nearest word that tells; None where none does.

    Beside a name nothing may stand between: in "the client asked Rosa Diaz" nobody says who she is. "her mother Rosa
    Diaz", "Rosa Diaz, her mother" and "Rosa Diaz (mother)" tell of a third party; in "client's mother Rosa Diaz" the
    nearer word counts.
    """
    before = _words_in(_STOP.split(text[max(0, span.start - _NEAR) : span.start])[-1])[-_BEFORE:]
    if span.type_code == "NAME":
        before += _words_in(text[span.start : span.end])[:1]  # a title, which may tell as well
        while len(before) > 2 and before[-2] in _LINKS:
            before.pop(-2)
        before = before[-3:] if " ".join(before[-3:-1]) in _telling() else before[-2:]
    behind = text[span.end : span.end + _NEAR]
    if found := _last(before):
        return found
    return _last(_words_in(_STOP.split(behind)[0])[:_BEHIND]) if behind[:2] in _BESIDE else None


def _words_in(text: str) -> list[str]:
    return [_POSSESSIVE.sub("", word.lower()) for word in _WORD.findall(text)]


def _last(words: Sequence[str]) -> Role | None:
    """The role that the last telling word, or pair of words, gives."""
    for before, word in reversed(list(pairwise(["", *words]))):
        if found := _telling().get(f"{before} {word}") or _telling().get(word):
            return found
    return None


@lru_cache(maxsize=1)
def _telling() -> Mapping[str, Role]:
    text = files("scanners").joinpath("data", "roles.toml").read_text(encoding="utf-8")
    return {
        word.strip(): Role[name.upper()] for name, words in tomllib.loads(text).items() for word in words.split(",")
    }
