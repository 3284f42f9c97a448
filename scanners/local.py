"""What a city's own recognisers say of a column whose values are whole: the same expressions, over all of a value."""

import re
from collections.abc import Iterator
from functools import lru_cache

from catalog.model.evidence import Evidence, EvidenceKind
from catalog.model.recognition import Recogniser, WrittenPattern
from scanners import linear, names
from scanners.looks import Look
from scanners.patterns import checks
from scanners.recognisers import BY_CONTEXT, Recognisers
from scanners.screens import passing

_SIGNS = re.compile(r"[\W_]+")
_MOSTLY = 0.9
_AGAINST = -0.8


def told(look: Look, name: str, by: Recognisers) -> Iterator[Evidence]:
    """Evidence for what the city's recognisers find, and against what they say is something else.

    Parameters:
        name: of the column, which may say a word a recogniser waits for; empty where it is made up.
    """
    for each in by.added if look.filled else ():
        found = _agreeing(each, look, name)
        if found and each.type_code:
            yield _evidence(each.type_code, each, look, found, _weight(each, name))
        elif found and look.tally(found)[0] >= _MOSTLY * look.filled:
            for code in sorted({passed.type_code for passed in passing(look)}):
                yield _evidence(code, each, look, found, _AGAINST)


def _agreeing(recogniser: Recogniser, look: Look, name: str) -> list[str]:
    """The values that are what it looks for from end to end."""
    case = "(?i)" if recogniser.ignores_case else ""
    written = [each.regex for each in _fitting(recogniser, name)] + [re.escape(word) for word in recogniser.deny_list]
    if not written:
        return []
    whole = linear.compiled(f"{case}{'|'.join(f'(?:{each})' for each in written)}")
    check = checks()[recogniser.check] if recogniser.check else None
    return [value for value in look.counts if whole.fullmatch(value) and (check is None or check(value))]


def _fitting(recogniser: Recogniser, name: str) -> list[WrittenPattern]:
    """The expressions that wait for no word, or for one that the column's name says."""
    return [each for each in recogniser.patterns if not each.after or _says_one_of(name, each.after)]


def _weight(recogniser: Recogniser, name: str) -> float:
    scores = [each.score for each in _fitting(recogniser, name)] or [recogniser.deny_list_score]
    context = tuple(map(re.escape, recogniser.context))
    return min(1.0, max(scores) + (BY_CONTEXT if context and _says_one_of(name, context) else 0.0))


@lru_cache(maxsize=4096)
def _says_one_of(name: str, expressions: tuple[str, ...]) -> bool:
    """Whether a column's name, as it is written or in full words, holds one of the words."""
    readings = (_SIGNS.sub(" ", name), " ".join(names.words_of(name)))
    sought = linear.compiled(rf"(?i)(?:^|[^A-Za-z])(?:{'|'.join(expressions)})(?:[^A-Za-z]|$)")
    return any(sought.search(reading) is not None for reading in readings)


def _evidence(code: str, recogniser: Recogniser, look: Look, found: list[str], weight: float) -> Evidence:
    rows, distinct = look.tally(found)
    return Evidence(
        code, EvidenceKind.PATTERN, recogniser.clue, weight, looked_at=look.filled, agreed=rows, distinct=distinct
    )
