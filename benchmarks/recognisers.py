"""How often each recogniser is right, asked about every cell of labelled tables and of the demo city, one by one.

A match is right where its column holds the type, by the label or by the city's plans. Recognisers wait for words
beside a number, and most cells have none: so many match little here and are at home in notes (``benchmarks.notes``).
``python -m benchmarks.recognisers FOLDER...`` writes the table of docs/recognizers.md anew.
"""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from benchmarks import three_ways
from benchmarks.detection import labelled, pages
from benchmarks.detection.labelled import key
from benchmarks.detection.markdown import of, table
from benchmarks.proof import Proof
from catalog.demo import city
from catalog.model.recognition import Recogniser
from catalog.model.sample import Sample
from scanners import presidio
from scanners.grading import NARRATIVE
from scanners.patterns import TextPattern, own, text_patterns
from scanners.sieve import Sieve

_HEADER = ("Recognizer", "Finds", "On", "labelled tables", "demo city", "Its form is known from")
_LEAST = 0.95

Holds = Callable[[str], bool]


def proofs() -> Iterator[Proof]:
    """Both sets, all recognisers that are on taken together."""
    folders = [labelled.read(Path(path)) for path in os.environ.get("LABELLED_TABLES", "").split(":") if path]
    on = [each.name for each in own() if each.enabled and not each.negative]
    for what, counts in (("labelled tables", _on_tables(folders)), ("demo city", _on_city())):
        right, false = (sum(counts[name, is_right] for name in on) for is_right in (True, False))
        kept = right >= _LEAST * (right + false)
        yield Proof(f"matches of recognisers in cells of {what}, right", of(right, right + false), f">= {_LEAST}", kept)


def record(folders: Sequence[labelled.LabelledFolder], docs: Path = pages.DOCS) -> None:
    """Write the table of all recognisers."""
    on_tables, on_city = _on_tables(folders), _on_city()
    in_order = sorted(own(), key=lambda each: (each.negative, each.type_code, each.name))
    rows = [_row(each, on_tables, on_city) for each in in_order]
    pages.fill(docs / "recognizers.md", "recognizers", table(_HEADER, rows, texts=(0, 1, 2, 5)))


def _row(each: Recogniser, *counts: Counter[tuple[str, bool]]) -> tuple[str, ...]:
    figures = (of(known[each.name, True], known[each.name, True] + known[each.name, False]) for known in counts)
    state = "yes" if each.enabled else "no: not verified" if not each.verified else "no"
    finds = f"`{each.type_code}`" if each.type_code else "what identifies nobody"
    return f"`{each.name}`", finds, state, *(figures if each.type_code else ("–", "–")), each.source or "not known"


def _on_tables(folders: Sequence[labelled.LabelledFolder]) -> Counter[tuple[str, bool]]:
    counts: Counter[tuple[str, bool]] = Counter()
    for folder in folders:
        # Notes may hold anything, whatever their label says.
        labels = {one.key: one for one in folder.labels if not one.is_open and NARRATIVE not in one.codes}
        for name, sample in three_ways.tables(folder.tables, "files"):
            for place, column in enumerate(sample.columns):
                label = labels.get(key(name, column.name))
                if label is not None:
                    _count(counts, sample, place, label.accepts)
    return counts


def _on_city() -> Counter[tuple[str, bool]]:
    counts: Counter[tuple[str, bool]] = Counter()
    truths = three_ways.truths()
    with tempfile.TemporaryDirectory(prefix="recognisers-") as folder:
        city.build(Path(folder))
        for name, sample in three_ways.all_tables(Path(folder)):
            by_name = {truth.name.casefold(): truth for truth in truths.get(name, ())}
            for place, column in enumerate(sample.columns):
                truth = by_name.get(column.name.casefold())
                if truth is not None:
                    _count(counts, sample, place, {code.rstrip("?") for code in truth.codes}.__contains__)
    return counts


def _count(counts: Counter[tuple[str, bool]], sample: Sample, place: int, holds: Holds) -> None:
    """Count the matches in a column's cells by recogniser, and whether the column holds what each finds."""
    numbered, sieve = _all_of_them()
    texts = [str(value) for value in sample.values(place) if value is not None]
    for at, suspected in sieve.suspects(texts).items():
        found = {numbered[n][0] for n in suspected if presidio.read(texts[at], [numbered[n][1]])}
        counts.update((each.name, holds(each.type_code)) for each in found)


@lru_cache(maxsize=1)
def _all_of_them() -> tuple[tuple[tuple[Recogniser, TextPattern], ...], Sieve]:
    """The expressions of all recognisers, those included that are off, each with its recogniser."""
    numbered = tuple((each, pattern) for each in own() if each.type_code for pattern in text_patterns(each))
    return numbered, Sieve([pattern.regex for _, pattern in numbered])


if __name__ == "__main__":
    record([labelled.read(Path(path)) for path in sys.argv[1:]])
