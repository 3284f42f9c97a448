"""How right the column scanner is on labelled tables, which are not part of this repository.

``LABELLED_TABLES`` names folders with ``tables/`` and ``labels.csv``, separated by ``:``. The figures are those of the
folders given, and say nothing of tables the scanner was tuned on.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.detection import ours
from benchmarks.detection.labelled import LabelledFolder, read
from benchmarks.detection.scoring import Counts, Scores, score
from benchmarks.proof import Proof

_GOALS = Path(__file__).parent / "goals.toml"
_WORDS = {
    "direct_f1": "direct F1",
    "direct_precision": "direct precision",
    "direct_recall": "direct recall",
    "typed_micro_f1": "typed micro F1",
    "typed_macro_f1": "typed macro F1",
    "quasi_f1": "quasi F1",
    "over_alarm": "over-alarm",
}


def proofs() -> Iterator[Proof]:
    """Judge the tables of every folder, and hold the figures to the goals."""
    folders = [Path(name) for name in os.environ.get("LABELLED_TABLES", "").split(":") if name]
    if not folders:
        print("  detection    left out: set LABELLED_TABLES to folders of labelled tables, ':' between them")
    for path in folders:
        yield from of_folder(read(path))


def of_folder(folder: LabelledFolder) -> Iterator[Proof]:
    """The figures with goals, and beside them what names alone and values alone reach."""
    scores = score(folder.labels, ours.judgements(folder))
    where = f"{folder.path.name}, {scores.columns} columns"
    yield from against(goals(folder), scores, where)
    yield Proof(f"{where}: without judgement", str(scores.unjudged), "0", scores.unjudged == 0)
    for way, judgements in ours.alone(folder).items():
        reached = score(folder.labels, judgements)
        figure = f"{_counts(reached.direct)}; typed micro {reached.typed_micro.f1:.3f}, quasi {reached.quasi.f1:.3f}"
        yield Proof(f"{where}: direct F1 by {way}", figure, "told, not promised", kept=True)


def goals(folder: LabelledFolder) -> Mapping[str, Mapping[str, float]]:
    """What a folder is held to: tables without column names have goals of their own."""
    written: Mapping[str, Mapping[str, Mapping[str, float]]] = tomllib.loads(_GOALS.read_text(encoding="utf-8"))
    return written["nameless" if folder.is_nameless else "named"]


def against(wanted: Mapping[str, Mapping[str, float]], scores: Scores, where: str) -> Iterator[Proof]:
    """Each figure with its goal."""
    figures = scores.figures()
    for name, goal in wanted.items():
        figure = figures[name]
        kept = goal.get("least", 0.0) <= figure <= goal.get("most", 1.0)
        target = f">= {goal['least']}" if "least" in goal else f"<= {goal['most']}"
        yield Proof(f"{where}: {_WORDS[name]}", _told(name, scores), target, kept)


def _told(name: str, scores: Scores) -> str:
    with_both = {"direct_f1": scores.direct, "typed_micro_f1": scores.typed_micro, "quasi_f1": scores.quasi}
    return _counts(with_both[name]) if name in with_both else f"{scores.figures()[name]:.3f}"


def _counts(counts: Counts) -> str:
    return f"{counts.f1:.3f} (precision {counts.precision:.3f}, recall {counts.recall:.3f})"
