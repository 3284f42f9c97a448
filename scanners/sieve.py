"""One pass of Hyperscan over many texts: which of them may hold what which expression looks for.

It never misses what an expression would find in a text, and may suspect too much: expressions are loosened where
Hyperscan knows no such thing (its prefilter flag), so every suspicion is confirmed by the expression itself. Letters
beyond ASCII mean to it what they do not mean to Python, so texts that hold some are searched by each expression.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache
from itertools import accumulate

import hyperscan
import regex

from scanners.kept import kept

_FLAGS = hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_DOTALL | hyperscan.HS_FLAG_MULTILINE
#: What must stand before a match stands there: to Hyperscan it is a part of the match, or it would not look at it.
_BEFORE = re.compile(r"^((?:\(\?[a-z]+\))?)\(\?<=")
#: The ends of one text are not those of all of them.
_ENDS = re.compile(r"\\[AZz]")


class Sieve:
    """Many expressions at once, in the dialect of the ``regex`` package.

    Parameters:
        expressions: what is looked for; results name them by their places here.
        flags: of the ``regex`` package, for all of them.
        unsearched: those that may hurt the ``regex`` package; of texts that Hyperscan cannot judge they are suspected.
    """

    def __init__(
        self, expressions: Sequence[str], flags: int = regex.MULTILINE, unsearched: Set[int] = frozenset()
    ) -> None:
        self._expressions = tuple(expressions)
        self._unsearched = unsearched
        self._flags = flags
        numbered = dict(enumerate(self._expressions))
        self._database = _compiled(numbered, flags)
        #: What Hyperscan cannot look for; texts are searched for it one by one.
        self._blind: list[int] = []
        if self._database is None:
            self._blind = [number for number, each in numbered.items() if _compiled({number: each}, flags) is None]
            self._database = _compiled({number: numbered[number] for number in set(numbered) - set(self._blind)}, flags)

    def suspects(self, texts: Sequence[str]) -> Mapping[int, set[int]]:
        """Of each text that may hold something, by its place: the places of the expressions that may find it."""
        plain = [place for place, text in enumerate(texts) if text.isascii()]
        found = self._sifted(texts, plain)
        every = range(len(self._expressions))
        for place in range(len(texts)) if self._blind else sorted({*range(len(texts))} - {*plain}):
            asked = self._blind if texts[place].isascii() else every
            if held := {number for number in asked if self._may_be_in(number, texts[place])}:
                found[place] |= held
        return found

    def _may_be_in(self, number: int, text: str) -> bool:
        return number in self._unsearched or _regex(self._expressions[number], self._flags).search(text) is not None

    def _sifted(self, texts: Sequence[str], plain: Sequence[int]) -> defaultdict[int, set[int]]:
        """What Hyperscan suspects in the plain texts, read as one; a match lies where it ends."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        ends = list(accumulate(len(texts[place]) + 1 for place in plain))

        def suspect(expression: int, _start: int, end: int, _flags: int, _context: object) -> None:
            found[plain[bisect_left(ends, end)]].add(expression)

        if ends and self._database is not None:
            whole = "\n".join(texts[place] for place in plain).encode("ascii")
            self._database.scan(whole, match_event_handler=suspect)
        return found


@lru_cache(maxsize=1024)
def _regex(expression: str, flags: int) -> "regex.Pattern[str]":
    """The expression made ready, which takes longer than searching many a text: only where one has to be searched."""
    return regex.compile(expression, flags)


def _compiled(expressions: Mapping[int, str], flags: int) -> hyperscan.Database | None:
    """What Hyperscan makes of the expressions; None where it knows one of them not, or there is none."""
    if not expressions or any(map(_ENDS.search, expressions.values())):
        return None
    written = [_BEFORE.sub(r"\1(?:", each, count=1).encode() for each in expressions.values()]
    each_flags = _FLAGS | (hyperscan.HS_FLAG_CASELESS if flags & regex.I else 0)

    def make() -> hyperscan.Database:
        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        database.compile(expressions=written, ids=list(expressions), flags=[each_flags] * len(written))
        return database

    try:
        return kept(repr((written, list(expressions), each_flags)).encode(), make)
    except hyperscan.error:
        return None
