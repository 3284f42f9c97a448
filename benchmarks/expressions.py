"""Expressions that stop other engines, as a city might write them: refused, or searched in no time at all."""

import random
import time
from collections.abc import Iterator, Sequence

import regex

from benchmarks.proof import Proof
from catalog.model.recognition import Recogniser, WrittenPattern
from scanners import linear
from scanners.patterns import text_patterns
from scanners.recognisers import TEXT_CHARS

_EXPRESSIONS = 500
_MOST_SECONDS = 0.1
_ATOMS = ("a", "[a-z]", r"\w", r"\d", ".", "(?:a|aa)", "(?:a|b|ab)", "[ab]", r"\s", "x*", "(?:x+x+)", r"[\w.]", "é")
_ENDS = ("$", "!", r"\b\d{9}$", "b", "X", r"@\w+\.com$", "")
_REFUSED = (
    "(?<=a)b",
    "(?=.*a)(?=.*b)x",
    r"(a+)\1+$",
    "(?!a)b+",
    "(?>a+)b",
    "a++b",
    "(a{1000}){1000}",
    r"(?P<n>a)(?P=n)",
)
#: How a search of the usual engine ends; some of these would outlast the machine.
_PATIENCE = 0.25


def proofs(seed: int = 5) -> Iterator[Proof]:
    """Search hostile texts for each expression, as the scan does it."""
    chance = random.Random(seed)
    expressions = [_expression(number, chance) for number in range(_EXPRESSIONS)]
    texts = _texts()
    refused = [each for each in expressions if linear.refusal(_wrapped(each))]
    seconds = [_search(_wrapped(each), text) for each in expressions if each not in refused for text in texts]
    figure = f"{len(refused)} refused, the others {1000 * max(seconds):.1f} ms a text at most"
    yield Proof(
        f"{_EXPRESSIONS} expressions made to hang × {len(texts)} hostile texts",
        figure,
        "at most 100 ms each, or refused",
        max(seconds) <= _MOST_SECONDS,
        seed,
    )
    hanging = sum(any(map(_hangs, [each] * len(texts), texts)) for each in expressions if each not in refused)
    yield Proof(
        "of them, those that take the usual engine over 250 ms (so the proof bites)",
        f"{hanging} of {_EXPRESSIONS - len(refused)}",
        "at least 100",
        hanging >= 100,
        seed,
    )


def _expression(number: int, chance: random.Random) -> str:
    if number % 10 == 0:
        return chance.choice(_REFUSED)
    atom, other = chance.choice(_ATOMS), chance.choice(_ATOMS)
    inner = chance.choice(
        [f"{atom}+", f"{atom}*", f"{atom}+{other}*", f"{atom}|{other}", f"{atom}{{1,30}}", f"{atom}?{other}"]
    )
    outer = chance.choice(["+", "*", "{2,20}", "+(?:" + atom + "+)+"])
    return f"(?:{inner}){outer}{chance.choice(_ENDS)}"


def _wrapped(expression: str) -> str:
    """The expression as it is searched for; a wait for words before it makes nothing faster."""
    after = ("card",) if len(expression) % 2 else ()
    recogniser = Recogniser(
        "hostile", "CASE_ID", "hostile", (WrittenPattern(expression, 0.8, after),), ignores_case=True
    )
    (pattern,) = text_patterns(recogniser, is_linear=True)
    return pattern.regex


def _texts() -> Sequence[str]:
    pieces = ("a", "ab", "x", "1", "a ", "é", "aaa!", "card ", "a.a@", "\n", "A1 ", "word and word ")
    return [(piece * TEXT_CHARS)[:TEXT_CHARS] for piece in pieces]


def _search(expression: str, text: str) -> float:
    compiled = linear.compiled(expression)
    began = time.process_time()
    for _ in compiled.finditer(text):
        pass
    return time.process_time() - began


def _hangs(expression: str, text: str) -> bool:
    try:
        for _ in regex.finditer(expression, text, regex.I | regex.M | regex.S, timeout=_PATIENCE):
            pass
    except TimeoutError:
        return True
    return False
