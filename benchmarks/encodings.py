"""Delimited text in 50 encodings and 24 delimiters, with and without marks, NULs, quotes and ragged rows: read right?

The labelled files are made without any code of the reader (``tests/support/labelled.py``). A file counts as right when
every cell is the one that was written. One more is a single line of 100 MB.
"""

import io
import resource
import time
from collections.abc import Iterator, Sequence

from benchmarks.proof import Proof
from catalog.errors import DatasetError
from catalog.model.coverage import Caveat
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files.delimited import sample_delimited
from tests.support.labelled import DELIMITERS, ENCODINGS, LabelledFile, is_right, labelled_files

SEED = 20261128
_TIMES = 2
_NAMES = ("t.csv", "t.txt", "t")
_GUESSED = frozenset({Caveat.ENCODING, Caveat.LAYOUT})
_LINE_BYTES = 100_000_000
_LINES = {"letters": b"x", "cells": b"12,", "quotes": b'"a', "Shift JIS": "\u7530\u4e2d".encode("cp932")}
_MOST_MIB = 512
_MOST_UNTOLD = 0.002


def proofs() -> Iterator[Proof]:
    """Read every file, then the long lines."""
    judged = [_judged(each, _NAMES[number % 3]) for number, each in enumerate(labelled_files(SEED, _TIMES))]
    files, right = len(judged), sum(is_read_right for is_read_right, _, _ in judged)
    what = f"{files:,} labelled files, {len(ENCODINGS)} encodings x {len(DELIMITERS)} delimiters"
    yield Proof(f"{what}: every cell right", f"{right / files:.1%}", ">= 99%", right >= 0.99 * files, SEED)
    untold = sum(not is_read_right and not is_told for is_read_right, is_told, _ in judged)
    figure = f"{untold} of {files - right} wrong ones"
    yield Proof(
        "of them wrong without saying that it is a guess", figure, "<= 0.2%", untold <= _MOST_UNTOLD * files, SEED
    )
    told = [is_read_right for is_read_right, is_told, _ in judged if is_told]
    figure = f"{len(told) / files:.1%}, of which {sum(told) / len(told):.1%} right"
    yield Proof("of them said to be guesses", figure, "told, not promised", True, SEED)
    seconds = sorted(each for _, _, each in judged)
    figure = f"{1000 * seconds[files // 2]:.0f} ms, {1000 * seconds[-1]:.0f} ms at most"
    yield Proof("of them, processor time of one", figure, "told, not promised", True, SEED)
    yield from map(_long_line, _LINES)


def _judged(file: LabelledFile, name: str) -> tuple[bool, bool, float]:
    """Whether it was read right, whether it was said to be a guess, and the seconds that took."""
    began = time.process_time()
    sample = sample_delimited(_opened(file.content), name, SamplePlan(rows=1000, seed=1), "A file")
    seconds = time.process_time() - began
    return is_right(_rows(sample), file.rows), bool(sample.caveats & _GUESSED), seconds


def _opened(content: bytes) -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(content))


def _rows(sample: Sample) -> Sequence[Sequence[str | None]]:
    first = [None if column.name_is_made_up else column.name for column in sample.columns]
    return [first, *zip(*(sample.values(place) for place in range(len(first))), strict=True)]


def _long_line(name: str) -> Proof:
    piece = _LINES[name]
    stream = _opened(piece * (_LINE_BYTES // len(piece)))
    began = time.process_time()
    try:
        sample = sample_delimited(stream, "t.csv", SamplePlan(rows=1000, seed=1), "A file")
        outcome, is_sound = f"{sample.row_count} rows, partly", Caveat.CUT in sample.caveats
    except DatasetError as error:
        outcome, is_sound = f"refused ({error.reason})", True
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figure = f"{outcome}, {time.process_time() - began:.1f} s, {peak:.0f} MiB at the peak with the file in memory"
    target = f"read in part or refused, <= {_MOST_MIB} MiB"
    return Proof(f"one line of 100 MB of {name}", figure, target, is_sound and peak <= _MOST_MIB)
