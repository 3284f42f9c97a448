"""How right the column scanner is on labelled real tables, which are not part of this repository.

``LABELLED_TABLES`` names a folder with ``tables/``, ``labels.csv`` (file, column, label, codes, grade) and its scorer
``score.py``. Its figures are those of the folder given, and say nothing of tables the scanner was tuned on.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.proof import Proof

#: Figure, its name in the scorer's answer, the least it must be.
_PROMISES = (("direct F1", "direct", 0.75), ("typed micro F1", "typed_micro", 0.60))


def proofs() -> Iterator[Proof]:
    """Judge every table and score the judgements."""
    folder = os.environ.get("LABELLED_TABLES")
    if not folder:
        print("  detection    left out: set LABELLED_TABLES to a folder of labelled tables")
        return
    scores = score(Path(folder))
    for name, key, least in _PROMISES:
        precision, recall, f1 = scores[key]
        figure = f"{f1:.3f} (precision {precision:.3f}, recall {recall:.3f})"
        yield Proof(f"{name} on {scores['columns']} labelled columns", figure, f">= {least}", f1 >= least)
    precision, recall, f1 = scores["quasi"]
    yield Proof("quasi F1", f"{f1:.3f} (precision {precision:.3f}, recall {recall:.3f})", "none set", True)
    yield Proof("columns without judgement", str(scores["without_judgement"]), "0", scores["without_judgement"] == 0)


def score(folder: Path) -> dict[str, object]:
    """The scorer's answer for what ``classify`` says of the folder's tables."""
    command = (
        sys.executable,
        "-c",
        "from catalog.cli import main; main()",
        "classify",
        str(folder / "tables"),
        "--json",
    )
    with tempfile.NamedTemporaryFile("wb", suffix=".json") as out:
        subprocess.run(command, stdout=out, check=True)
        scorer = (sys.executable, str(folder / "score.py"), str(folder / "labels.csv"), out.name, "--json")
        told = subprocess.run(scorer, capture_output=True, check=True)
    answer: dict[str, object] = json.loads(told.stdout)
    return answer
