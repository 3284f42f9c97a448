"""Ten thousand random histories against the oracle: no decision lost, re-opened as promised, nothing guessed."""

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.histories.play import Play, Score
from benchmarks.proof import Proof
from catalog.model.review import ActKind

SEED = 20261128
HISTORIES = 10_000
NIGHTS = 6
#: Histories of one catalog.
_BATCH = 250
_REVIEW = ("other in review than it should be",)
_ACT_FAULTS = ("what could", *(kind.value for kind in ActKind))
_OTHER_FAULTS = ("a column is not there", "an orphan is not asked about", "other orphans than there are")


def played(count: int, nights: int, seed: int) -> Score:
    """Play so many histories in a catalog of their own, each for so many nights after its first."""
    with tempfile.TemporaryDirectory() as folder, Play(Path(folder), count, seed) as play:
        return play.run(nights)


def proofs() -> Iterator[Proof]:
    """All histories, in batches side by side."""
    batches = HISTORIES // _BATCH
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        scores = list(pool.map(played, [_BATCH] * batches, [NIGHTS] * batches, range(SEED, SEED + batches)))
    faults = sum((score.faults for score in scores), Counter[str]())
    decisions = sum(score.decisions for score in scores)
    told = f"histories of {NIGHTS} nights: {sum(score.events.total() for score in scores):,} events"
    lost = faults["decisions lost"] + faults["decisions not where they belong"]
    yield _none(f"decisions lost or on another column in {HISTORIES:,} {told}", lost, decisions)
    material, reopened = (sum(getattr(score, name) for score in scores) for name in ("material", "reopened"))
    figure = f"{reopened:,} of {material:,}"
    yield Proof("decisions open again where the evidence moved materially", figure, "all", reopened == material, SEED)
    others = sum(score.others for score in scores)
    yield _none("decisions open again without that", faults["open without a reason"], others)
    states = sum(score.states for score in scores)
    yield _none(
        "types of columns that stand otherwise in review than they should",
        sum(faults[name] for name in _REVIEW),
        states,
    )
    acts = sum((score.acts for score in scores), Counter[str]())
    told = ", ".join(f"{count:,} × {kind}" for kind, count in sorted(acts.items()))
    others_of = sum(count for name, count in faults.items() if name.startswith(_ACT_FAULTS))
    yield _none(f"acts over several columns that did other than they should ({told})", others_of, acts.total())
    ambiguous = sum(score.ambiguous for score in scores)
    guessed = faults["an ambiguous identity was guessed"] + faults["decisions on copies nobody decided on"]
    yield _none("ambiguous identities that did not end as orphans", guessed, ambiguous)
    carried = sum(score.carried for score in scores)
    yield _none("orphans not asked about, or others", sum(faults[name] for name in _OTHER_FAULTS), carried)


def _none(promise: str, count: int, of: int) -> Proof:
    return Proof(promise, f"{count:,} of {of:,}", "0", not count, SEED)
