"""How right the persons are that the shipped pipeline finds in prose nobody here wrote.

Somebody read what it found in a drawn sample (labels.py); a pipeline trained anew finds other spans, so the share that
was read is told beside the figure.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import spacy

from benchmarks.proof import Proof
from benchmarks.prose.labels import digest, labels
from benchmarks.prose.sample import folder, quotations
from scanners.combine import wilson
from scanners.person_spans import full_names

PIPELINE = Path(__file__).resolve().parents[2] / "scanners" / "data" / "ner"
SEED = 11
#: Quotations of the sample.
QUOTATIONS = 500
_LEAST_PRECISION = 0.8
_LEAST_READ = 0.95

Found = tuple[str, int, int]


def proofs() -> Iterator[Proof]:
    """Precision over the sample: of all spans, and of those that are kept as full names."""
    with folder() as path:
        if path is None:
            print("  prose        left out: Debian's fortunes are not at hand; set FORTUNES to their folder")
            return
        found = list(spans(quotations(path, SEED)[:QUOTATIONS]))
    yield from _judged("full names", [each for each in found if _is_kept(each)], _LEAST_PRECISION)
    yield from _judged("all spans", found, None)


def spans(texts: Iterable[str]) -> Iterator[Found]:
    """What the pipeline finds, with the text it stands in."""
    nlp = spacy.load(PIPELINE)
    return chain.from_iterable(
        ((doc.text, person.start_char, person.end_char) for person in doc.ents) for doc in nlp.pipe(texts)
    )


def _judged(name: str, found: list[Found], least: float | None) -> Iterator[Proof]:
    counts = Counter(labels()[key] for key in (digest(*each) for each in found) if key in labels())
    read = counts.total()
    share = read / max(1, len(found))
    figure = f"{read} of {len(found)}"
    yield Proof(f"persons in prose, {name}: read", figure, f">= {_LEAST_READ:.0%}", share >= _LEAST_READ, SEED)
    seen = wilson(counts["right"], read)
    figure = f"{seen.mid:.3f} ({seen.low:.3f} to {seen.high:.3f}); {counts['boundary']} more with other ends"
    target = f">= {least}" if least else "told, not promised"
    yield Proof(f"persons in prose, {name}: precision", figure, target, seen.mid >= (least or 0.0), SEED)


def _is_kept(found: Found) -> bool:
    text, start, end = found
    return any(full_names(text, [(start, end)]))
