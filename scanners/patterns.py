"""From recognisers as they are written to the expressions that search texts. Ours are in ``data/recognisers*.yaml``.

Ours may look behind and back, and are searched by the ``regex`` package; tests hold them to texts made to hurt.
Whoever else writes one cannot be trusted to know what hurts: theirs are searched by RE2, in linear time whatever the
text, and what RE2 does not know is refused.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from catalog.model.recognition import Recogniser, WrittenPattern
from catalog.taxonomy import loader
from catalog.taxonomy.recognisers import read
from scanners import validators

Check = Callable[[str], bool]

#: What may stand between the word that tells of a number and the number.
_LINK = r"\W{0,5}(?i:(?:(?:is|was|number|numbers|num|no|nr|id)\b\W{0,4}){0,2})"
#: The group of an expression that is what was found, where that is not all that matches.
FOUND = "found"
#: Two words with capitals, perhaps an initial or a comma between them: without them a text holds no full name.
_PAIR = r"[A-ZÀ-ÖØ-Þ][\w'’-]*(?:,[ \t]{0,2}|[ \t]{1,2}(?:[A-Z]\.?[ \t])?)[A-ZÀ-ÖØ-Þ]"


@dataclass(frozen=True, slots=True)
class TextPattern:
    """One way an identifier is written in text.

    Parameters:
        type_code: the identifier type; empty where a match identifies nobody.
        clue: our phrase for it, used in evidence.
        regex: the expression; its group :data:`FOUND`, where it has one, is what was found.
        score: how sure a match makes us, 0..1.
        check: the name, in :func:`checks`, of what a match must pass besides; empty where there is none.
        context: words nearby that raise the score.
        is_linear: whether it is searched by RE2 rather than by the ``regex`` package.
    """

    type_code: str
    clue: str
    regex: str
    score: float
    check: str = ""
    context: tuple[str, ...] = ()
    is_linear: bool = False


#: Names are found by lists of names; the expression only says where it is worth looking.
FULL_NAMES: Final = TextPattern("NAME", "a person's name", r"[A-Za-z]{2}[.:,]{0,1} {1,2}[A-Za-z]", 0.8)


@lru_cache(maxsize=1)
def own() -> tuple[Recogniser, ...]:
    """The recognisers this product ships, those included that are off."""
    types = loader.load().types
    folder = files("scanners").joinpath("data")
    named = sorted(entry.name for entry in folder.iterdir() if entry.name.startswith("recognisers"))
    return tuple(
        each for name in named for each in read(folder.joinpath(name).read_text(encoding="utf-8"), types).recognisers
    )


def text_patterns(recogniser: Recogniser, *, is_linear: bool = False) -> tuple[TextPattern, ...]:
    """The expressions of one recogniser, its listed words among them."""
    # Presidio's flags: ^ and $ stand at lines, a dot for any sign. Ours say themselves what they mean.
    flags = ("i" if recogniser.ignores_case else "") + ("ms" if is_linear else "")
    case = f"(?{flags})" if flags else ""
    compose = _linear if is_linear else _behind
    written = [(case + compose(each), each.score) for each in recogniser.patterns]
    if recogniser.deny_list:
        words = "|".join(map(_whole_word, sorted(recogniser.deny_list, key=len, reverse=True)))
        written.append((f"{case}(?:{words})", recogniser.deny_list_score))
    return tuple(
        TextPattern(
            recogniser.type_code, recogniser.clue, regex, score, recogniser.check, recogniser.context, is_linear
        )
        for regex, score in written
    )


def _behind(pattern: WrittenPattern) -> str:
    if not pattern.after:
        return pattern.regex
    return rf"(?<![A-Za-z])(?i:{'|'.join(pattern.after)}){_LINK}(?P<{FOUND}>{pattern.regex})(?![\w-])"


def _linear(pattern: WrittenPattern) -> str:
    if not pattern.after:
        return pattern.regex
    return rf"(?:^|[^A-Za-z])(?i:{'|'.join(pattern.after)}){_LINK}(?P<{FOUND}>{pattern.regex})(?:[^\w-]|$)"


def _whole_word(word: str) -> str:
    before, behind = (r"\b" if re.match(r"\w", sign, re.ASCII) else "" for sign in (word[0], word[-1]))
    return f"{before}{re.escape(word)}{behind}"


@lru_cache(maxsize=1)
def checks() -> Mapping[str, Check]:
    """What a recogniser can name under ``check``."""
    return MappingProxyType({
        name.removeprefix("is_"): check
        for name, check in vars(validators).items()
        if name.startswith("is_") and name != "is_birth_date"
    })  # fmt: skip
