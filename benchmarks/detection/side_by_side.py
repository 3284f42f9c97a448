"""Our scanner and others on the same folder, side by side: how right, how fast, how heavy."""

from collections.abc import Sequence

from benchmarks.detection.labelled import Label, LabelledFolder
from benchmarks.detection.markdown import table
from benchmarks.detection.measured import Measured
from benchmarks.detection.scoring import Counts, score

_HEADER = (
    *("Tool", "direct P / R / F1", "typed micro F1", "typed macro F1", "pattern types P / R / F1", "quasi F1"),
    *("over-alarm", "cells/s", "cells/CPU s", "columns/s", "start-up s", "peak MB"),
)
_FIGURES = len(_HEADER) - 1


def compared(folder: LabelledFolder, lines: Sequence[Measured]) -> str:
    """The table, and what to know beside it."""
    notes = [f"- {line.title}: {line.note}.\n" for line in lines if line.note]
    return table(_HEADER, [_row(folder, line) for line in lines]) + "".join(("\n", *notes) if notes else ())


def _row(folder: LabelledFolder, line: Measured) -> tuple[str, ...]:
    if line.not_run:
        return (line.title, f"could not be run: {line.not_run}", *("" for _ in range(_FIGURES - 1)))
    return (line.title, *_accuracy(_looked_at(folder, line), line), *_costs(line))


def _looked_at(folder: LabelledFolder, line: Measured) -> list[Label]:
    """The labels of the tables a tool came to: where its time was up it is not held to the others."""
    files = {file for file, _ in line.judgements}
    return [label for label in folder.labels if label.file in files] if line.is_partial else list(folder.labels)


def _accuracy(labels: Sequence[Label], line: Measured) -> tuple[str, ...]:
    scores = score(labels, line.judgements)
    micro, macro = f"{scores.typed_micro.f1:.3f}", f"{scores.typed_macro_f1:.3f}"
    quasi, over = f"{scores.quasi.f1:.3f}", f"{scores.over_alarm:.3f}"
    return _all_three(scores.direct), micro, macro, _all_three(scores.pattern), quasi, over


def _costs(line: Measured) -> tuple[str, ...]:
    if not line.judging_seconds:
        return ("",) * 5
    cells, columns = line.cells / line.judging_seconds, line.columns / line.judging_seconds
    start, peak = f"{line.start_seconds:.1f}", f"{line.peak_bytes / 1e6:.0f}"
    by_cpu = line.cells / line.judging_cpu_seconds
    return f"{cells:,.0f}", f"{by_cpu:,.0f}", f"{columns:,.0f}", start, peak


def _all_three(counts: Counts) -> str:
    return f"{counts.precision:.3f} / {counts.recall:.3f} / {counts.f1:.3f}"
