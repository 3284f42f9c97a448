"""What a viewer may not know makes no difference to anything they are answered: pairs of worlds, byte for byte."""

import os
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from benchmarks.interference.asking import Viewer, requests
from benchmarks.interference.worlds import FOR_OFFICERS, FOR_RESEARCHERS, KNOWN, Base, Change, build, pair
from benchmarks.proof import Proof
from catalog import logs

SEED = 20261128
REQUESTS = 10_080
PAIRS = 72
OFFICERS = ("officer-dss", "steward-dss", "foil-dss")
#: Pairs asked in one process.
_BATCH = 12
Turn = tuple[str, Change]


@dataclass
class Score:
    """How many answers were compared, and which differed."""

    statuses: Counter[str] = field(default_factory=Counter)
    differences: list[tuple[str, str, str]] = field(default_factory=list)

    def __add__(self, other: "Score") -> "Score":
        return Score(self.statuses + other.statuses, self.differences + other.differences)


def compared(base: Base, turns: Sequence[Turn], each: int, seed: int) -> Score:
    """Ask ``each`` random questions of every pair.

    Parameters:
        turns: who asks, and what differs between the two worlds.
    """
    score = Score()
    for number, (person, change) in enumerate(turns):
        dice = random.Random(seed + number)  # no secret is drawn, only questions
        with tempfile.TemporaryDirectory() as folder:
            worlds = pair(base, Path(folder), change, seed + number)
            one, other = (Viewer.enter(world, person) for world in worlds)
            for path in islice(requests(person, dice), each):
                first, second = one.ask(path), other.ask(path)
                score.statuses[first[:3].decode()] += 1
                if first != second:
                    score.differences.append((person, change.__name__, path))
            for world in worlds:
                world.catalog.close()
    return score


def turns(count: int) -> list[Turn]:
    """Who asks in which pair: every change comes up in turn, half of them with a researcher."""
    found: list[Turn] = []
    for half in range(-(-count // 2)):
        found.append(("researcher", FOR_RESEARCHERS[half % len(FOR_RESEARCHERS)]))
        found.append((OFFICERS[half % len(OFFICERS)], FOR_OFFICERS[half % len(FOR_OFFICERS)]))
    return found[:count]


def _batch(first: int) -> Score:
    """A share of the pairs, in a process of its own."""
    logs.configure("CRITICAL")
    with tempfile.TemporaryDirectory() as folder:
        return compared(build(Path(folder)), turns(PAIRS)[first : first + _BATCH], REQUESTS // PAIRS, SEED + first)


def _seen() -> Score:
    """What is asked of worlds that differ in what researchers may know."""
    logs.configure("CRITICAL")
    with tempfile.TemporaryDirectory() as folder:
        return compared(build(Path(folder)), [("researcher", change) for change in KNOWN], REQUESTS // PAIRS, SEED)


def proofs() -> Iterator[Proof]:
    """All questions, of all pairs, in batches side by side."""
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        scores, seen = pool.map(_batch, range(0, PAIRS, _BATCH)), pool.submit(_seen)
        total, control = sum(scores, Score()), seen.result()
    for person, change, path in total.differences[:20]:
        print(f"    differs: {person}, {change}: {path}")
    answered = ", ".join(f"{count:,} × {status}" for status, count in sorted(total.statuses.items()))
    yield Proof(
        f"answers that differ between two worlds that differ in nothing but what their reader may not know; {PAIRS} "
        f"pairs, researchers and three roles of an agency ({answered})",
        f"{len(total.differences):,} of {total.statuses.total():,}",
        "0",
        not total.differences,
        SEED,
    )
    share = len(control.differences) / control.statuses.total()
    yield Proof(
        "the same questions, of worlds that differ in what researchers may know: answers that differ",
        f"{share:.0%} of {control.statuses.total():,}",
        "some",
        share > 0,
        SEED,
    )
