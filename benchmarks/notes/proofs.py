"""Free text: what the examination says of the scanner, and how it stands beside Presidio asked text by text.

Rules were made with half of the offices in view and none of the others: the figures of those tell what to expect. What
all offices have in common (``common.toml``) both halves share.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from operator import add
from typing import Final, TypeVar

from benchmarks.notes import naive, scoring
from benchmarks.notes.columns import character, column
from benchmarks.notes.examination import Examination, examine
from benchmarks.notes.reader import Reader
from benchmarks.notes.scoring import Counts, Coverage, Told
from benchmarks.proof import Proof
from scanners import pipelines
from scanners.patterns import FULL_NAMES
from scanners.recognisers import Recognisers, standard
from scanners.spans import Span

#: Offices whose sentences were looked at while rules were made.
SEEN: Final = frozenset({"casework", "nursing", "police", "school", "hr"})
_COLUMNS = 40
_FIRST = 2000
_TEXTS = 2000
_LEAST_PATTERNS, _LEAST_NAMES, _LEAST_INSIDE, _LEAST_FASTER = 0.97, 0.85, 0.95, 10.0

T = TypeVar("T")
Places = frozenset[tuple[str, int, int]]


def proofs(seed: int = _FIRST) -> Iterator[Proof]:
    """The examination of offices not seen and of those seen, then the same texts with Presidio."""
    for what, is_seen in (("offices not seen", False), ("offices seen", True)):
        seeds = _seeds(seed, is_seen=is_seen)
        reader = Reader(standard())
        figures = examine(map(column, seeds), reader.judge, reader.spans)
        yield from _examined(f"{what}, {len(seeds)} columns", figures, seed)
    yield _with_model(_seeds(seed, is_seen=False)[: _COLUMNS // 3], seed)
    yield from _beside_presidio(seed)


def _seeds(first: int, *, is_seen: bool) -> Sequence[int]:
    fitting = (seed for seed in range(first, first + 100 * _COLUMNS) if (character(seed).writer in SEEN) is is_seen)
    return [seed for seed, _ in zip(fitting, range(_COLUMNS), strict=False)]


def _examined(what: str, figures: Examination, seed: int) -> Iterator[Proof]:
    patterns = scoring.total(counts for code, counts in figures.spans.items() if code != "NAME")
    names = figures.spans["NAME"]
    inside = _sum(figures.coverage, Coverage())
    told = _sum(figures.whose, Told())
    kept = min(patterns.precision or 0, patterns.recall or 0) >= _LEAST_PATTERNS
    yield Proof(f"{what}: pattern types", _shown(patterns), "P and R >= 0.97", kept, seed)
    yield Proof(f"{what}: names", _shown(names), "F1 >= 0.85", (names.f1 or 0) >= _LEAST_NAMES, seed)
    of_occurring = inside.of_occurring or 0
    figure = f"{of_occurring:.3f} of {inside.occurring} (absent types {inside.absent_inside} of {inside.absent})"
    yield Proof(f"{what}: true share inside its range", figure, ">= 0.95", of_occurring >= _LEAST_INSIDE, seed)
    whose = f"{told.precision or 0:.3f} right, told of {told.share_told or 0:.3f}; {told.made_up} where nobody tells"
    yield Proof(f"{what}: whose it is", whose, "told, not promised", kept=True, seed=seed)


def _with_model(seeds: Sequence[int], seed: int) -> Proof:
    reader = Reader(Recognisers(pipeline=pipelines.own()))
    names = examine(map(column, seeds), reader.judge, reader.spans).spans["NAME"]
    what = f"offices not seen, {len(seeds)} columns: names with the small built-in model too"
    return Proof(what, _shown(names), "told, not promised", kept=True, seed=seed)


def _beside_presidio(seed: int) -> Iterator[Proof]:
    texts = [text for each in range(seed, seed + 4) for text in column(each, _TEXTS // 4).texts]
    truth = [marks for each in range(seed, seed + 4) for marks in column(each, _TEXTS // 4).truth]
    naive.warm_up(texts[:3])
    _sifted(texts[:3])
    all_asked, slow = _timed(lambda: [_places(naive.with_ours(text)) for text in texts])
    sifted, fast = _timed(lambda: list(map(_places, _sifted(texts))))
    differing = sum(one != other for one, other in zip(all_asked, sifted, strict=True))
    what = f"findings in {len(texts):,} texts that differ from Presidio with our recognisers, asked text by text"
    yield Proof(what, str(differing), "0", differing == 0, seed)
    yield Proof("as fast as that", f"{slow / fast:.0f} times", ">= 10", slow >= _LEAST_FASTER * fast, seed)
    as_it_comes, its_seconds = _timed(lambda: [naive.as_it_comes(text) for text in texts])
    times = its_seconds / fast
    yield Proof("as fast as Presidio with its own", f"{times:.0f} times", ">= 10", times >= _LEAST_FASTER, seed)
    for whose, found in (("ours", _sifted(texts)), ("Presidio's own", as_it_comes)):
        marks = [[scoring.Mark(*place) for place in _places(spans) if place[0] in naive.COMPARED] for spans in found]
        compared = [[mark for mark in each if mark.code in naive.COMPARED] for each in truth]
        counts = scoring.total(scoring.spans(compared, marks).values())
        yield Proof(f"types Presidio has too, by {whose}", _shown(counts), "told, not promised", kept=True, seed=seed)


def _sifted(texts: Sequence[str]) -> list[tuple[Span, ...]]:
    """What the scan finds that has a form: full names are not Presidio's to find."""
    by = standard()
    names = by.patterns.index(FULL_NAMES)
    found: list[tuple[Span, ...]] = [()] * len(texts)
    for place, suspected in by.suspects(texts):
        found[place] = by.read(texts[place], suspected - {names})
    return found


def _places(spans: Sequence[Span]) -> Places:
    return frozenset((span.type_code, span.start, span.end) for span in spans)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.process_time()
    done = work()
    return done, time.process_time() - began


def _sum(figures: Mapping[str, T], zero: T) -> T:
    return reduce(add, figures.values(), zero)  # type: ignore[arg-type]  # counts that can be added


def _shown(counts: Counts) -> str:
    precision, recall, f1 = (figure or 0 for figure in (counts.precision, counts.recall, counts.f1))
    return f"P {precision:.3f}, R {recall:.3f}, F1 {f1:.3f} of {counts.right + counts.missed:,}"
