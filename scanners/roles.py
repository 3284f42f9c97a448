"""Whose an identifier in a text is, where the words beside it tell: a client's, of staff, somebody else's."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from scanners.spans import Span


class Role(StrEnum):
    """In which part somebody appears in a text, in our words."""

    CLIENT = "a client"
    STAFF = "staff"
    THIRD_PARTY = "a third party"


#: So many words before an identifier may tell whose it is.
_BEFORE = 5
_NEAR = 80
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
#: Words that may stand between what somebody is and the name: "patient named", "her mother is".
_LINKS = frozenset({"named", "name", "is", "was", "called", "known", "as", "a", "k", "mr", "mrs", "ms", "miss", "mx"})
#: What stands before the end of a sentence tells nothing; the dot of these ends none.
_ABBREVIATED = ("cl", "clt", "ct", "det", "dr", "lt", "mr", "mrs", "ms", "po", "prof", "pt", "rev", "sgt", "st", "tel")
_UNLESS = "".join(rf"(?<!\b{each})" for each in _ABBREVIATED)
_STOP = re.compile(rf"[!?;\n]|{_UNLESS}\.\s", re.IGNORECASE)
_DOTTED = re.compile(r"\b([a-z])\.([a-z])\b\.?", re.IGNORECASE)
#: Who lives with somebody has a number or a home of their own.
_WITH = re.compile(r"\b(?:with|w) (?:\w+ ){0,2}at$")
_POSSESSIVE = re.compile(r"['’]s$")
#: "Rosa Diaz (landlord)", "Rosa Diaz, her mother, ...".
_BEHIND = re.compile(r"\s?([(,])\s?([^(),.;\n]{1,40})(?:[),.;\n]|$)")
_LONGEST_BEHIND = 4


def role(text: str, span: Span) -> Role | None:
    """Whose the identifier at a place of a text is, by the nearest word that tells; None where none does.

    Beside a name nothing may stand between: in "the client asked Rosa Diaz" nobody says who she is. "her mother Rosa
    Diaz", "Rosa Diaz, her mother" and "Rosa Diaz (mother)" tell of a third party, and so do "client's mother Rosa Diaz"
    and "mother of client, Rosa Diaz".
    """
    is_name = span.type_code == "NAME"
    before = _words(_STOP.split(_joined(text[max(0, span.start - _NEAR) : span.start]))[-1])[-_BEFORE:]
    if is_name:
        title = _words(_joined(text[span.start : span.end]))[:1]
        while before and before[-1] in _LINKS:
            before.pop()
        found = _last([*before[-3:], *title], reach=1 + len(title))
    else:
        found = _last(before, reach=_BEFORE)
        if found is Role.THIRD_PARTY and _WITH.search(" ".join(before)):
            return None
    return found or _behind(text[span.end : span.end + _NEAR], is_name=is_name)


def _behind(text: str, *, is_name: bool) -> Role | None:
    """What brackets say, and of a name what is said after a comma: a new sentence may begin there as well."""
    found = _BEHIND.match(text)
    if found is None or (found[1] == "," and not is_name):
        return None
    words = _words(found[2])
    return _told(words, len(words) - 1) if 0 < len(words) <= _LONGEST_BEHIND else None


def _joined(text: str) -> str:
    """Without the dots of "P.O.", which end no sentence."""
    return _DOTTED.sub(r"\1\2", text)


def _words(text: str) -> list[str]:
    return [_POSSESSIVE.sub("", word.lower()) for word in _WORD.findall(text)]


def _last(words: Sequence[str], reach: int) -> Role | None:
    """The role that the last telling word, or pair of words, gives; one of the last ``reach``."""
    for place in reversed(range(max(0, len(words) - reach), len(words))):
        if found := _told(words, place):
            head = _told(words, place - 2) if words[max(0, place - 1)] in {"of", "to"} and place >= 2 else None
            return head or found
    return None


def _told(words: Sequence[str], place: int) -> Role | None:
    """What a word tells, alone or with the one before it."""
    before = words[place - 1] if place else ""
    return telling().get(f"{before} {words[place]}") or telling().get(words[place])


@lru_cache(maxsize=1)
def telling() -> Mapping[str, Role]:
    """Words, and pairs of them, that tell in which part somebody appears."""
    text = files("scanners").joinpath("data", "roles.toml").read_text(encoding="utf-8")
    return {
        word.strip(): Role[name.upper()] for name, words in tomllib.loads(text).items() for word in words.split(",")
    }
