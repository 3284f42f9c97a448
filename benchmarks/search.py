"""Search at the size of a large city: 50,000 documents, and how long its questions take."""

import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.proof import Proof
from catalog.ports import Document
from catalog.search.whoosh_index import WhooshIndex

SEED = 20261122
DOCUMENTS = 50_000
QUESTIONS = ("client", "first name", "mothers maiden name", "ssn agency", "word17", "cli*")
WORDS = [f"word{number}" for number in range(4000)] + ["client", "first", "name", "mother", "maiden", "ssn"] * 60


def proofs() -> Iterator[Proof]:
    """Build the index and ask it."""
    chance = random.Random(SEED)
    index = WhooshIndex(Path(tempfile.mkdtemp(prefix="search-proof-")) / "index")
    began = time.perf_counter()
    index.rebuild(_document(chance, number) for number in range(DOCUMENTS))
    built = time.perf_counter() - began
    yield Proof(f"index {DOCUMENTS:,} documents", f"{built:.0f} s", "under 180 s", built < 180, SEED)
    median = statistics.median(_seconds(index, text) for text in QUESTIONS for _ in range(3))
    slowest = max(_seconds(index, text) for text in QUESTIONS)
    yield Proof("a question, median", f"{median * 1000:.0f} ms", "under 200 ms", median < 0.2, SEED)
    yield Proof("the slowest question", f"{slowest * 1000:.0f} ms", "under 1,000 ms", slowest < 1.0, SEED)


def _document(chance: random.Random, number: int) -> Document:
    columns = tuple("_".join(chance.choices(WORDS, k=2)) for _ in range(12))
    name = "_".join(chance.choices(WORDS, k=3))
    return Document("dataset", str(number), name, " ".join(chance.choices(WORDS, k=4)), columns, ("SSN",), "agency")


def _seconds(index: WhooshIndex, text: str) -> float:
    began = time.perf_counter()
    index.search(text, 50)
    return time.perf_counter() - began
