"""Values made to do harm: whatever they are, judging them ends soon and without a crash."""

import random
import time
from collections.abc import Callable, Iterator

from benchmarks.proof import Proof
from catalog.model.coverage import SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from scanners.judge import judge
from scanners.naming import NameGuard

_CELLS = 10_000
_MOST_SECONDS = 0.25
_HUGE = 10_000_000
_SIGNS = "aA1 0-@.,:;/()#+\0\t\n\u202e\u05d0\u0627\U0001f600\u0301\u200bé٣"
_NAMES = ("name", "notes", "ssn", "address", "dob", "column 1")


def proofs(seed: int) -> Iterator[Proof]:
    """Judge each value, cut as connectors cut cells, as a column of its own whose name makes the judge look closely."""
    chance, guard = random.Random(seed), NameGuard(bytes(32))
    judge(_alone("Ask for Jane Smith at 212-555-0100.", "notes"), guard)
    seconds = []
    for number in range(_CELLS):
        sample = _alone(_value(number, chance), _NAMES[number % len(_NAMES)])
        began = time.process_time()
        judge(sample, guard)
        seconds.append(time.process_time() - began)
    slow = sorted(seconds)[int(0.999 * _CELLS)]
    figure = f"{1000 * slow:.0f} ms a cell at p99.9, {1000 * max(seconds):.0f} ms at most, no crash"
    yield Proof(f"{_CELLS:,} adversarial values", figure, "at most 250 ms", slow <= _MOST_SECONDS, seed)


def _alone(value: str, name: str) -> Sample:
    cell = value[: SamplePlan(rows=1, seed=1).cell_chars]
    return Sample([ColumnSchema(name, 0)], [[cell]], method=SampleMethod.ALL_ROWS, rows_total=1)


def _value(number: int, chance: random.Random) -> str:
    makers: tuple[Callable[[random.Random], str], ...] = (_run, _signs, _pieces, _nested)
    return _huge(chance) if number % 500 == 0 else chance.choice(makers)(chance)


def _huge(chance: random.Random) -> str:
    piece = chance.choice(["a", "1", "1-", "a@", "A b ", "\u05d0", "\U0001f600", "0.", "(("])
    return (piece * _HUGE)[:_HUGE]


def _run(chance: random.Random) -> str:
    return chance.choice(_SIGNS) * chance.randrange(1, 5000)


def _signs(chance: random.Random) -> str:
    return "".join(chance.choices(_SIGNS, k=chance.randrange(1, 400)))


def _pieces(chance: random.Random) -> str:
    pieces = [
        "536-90-4399",
        "jane@example.org",
        "212-555-0134",
        "Jane ",
        "Smith ",
        "born on ",
        "12 Oak ",
        "St",
        "ssn ",
        "a" * 64,
    ]
    return "".join(chance.choices(pieces, k=chance.randrange(1, 200)))


def _nested(chance: random.Random) -> str:
    return chance.choice(["(", "[", "{", "<", '"', "'", "\\\\", "/*", "=(", '{"a":']) * chance.randrange(1, 2000)
