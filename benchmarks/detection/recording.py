"""Writes what was measured where people read it: the taxonomy's data file, and the tables of the documents.

The tables it was measured on are no part of the repository, so only counts are kept, and our words for the tables.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.detection import by_type, ours, pages, reliability
from benchmarks.detection.judged import Judgements, pooled
from benchmarks.detection.labelled import LabelledFolder, NotLabelled
from benchmarks.detection.markdown import table
from benchmarks.detection.scoring import Counts, score
from benchmarks.three_ways import Way
from catalog.model.detection import Measurement, Tally
from catalog.taxonomy import detection
from scanners.judge import DETECTOR

_HEADER = ("Judged by", "direct P / R / F1", "typed micro F1", "typed macro F1", "quasi F1", "over-alarm")


def record(
    folders: Sequence[LabelledFolder],
    about: Sequence[str],
    *,
    data: Path = detection.FOLDER,
    docs: Path = pages.DOCS,
) -> None:
    """Judge all folders and write what came of it.

    Parameters:
        about: what the tables of each folder are, in words.
        data: where the figures of types are kept.
        docs: where the documents are.

    Raises:
        NotLabelled: when not each folder has its words.
    """
    if len(about) != len(folders):
        raise NotLabelled("Recording needs --about WORDS once for each folder, in their order.")
    judged = [(folder, ours.judgements(folder)) for folder in folders]
    sets = [_called(folder, words) for folder, words in zip(folders, about, strict=True)]
    labels, judgements = pooled(judged)
    counts, _ = by_type.counted(labels, judgements)
    measured = measurement(counts, sets, tables=sum(map(_tables, folders)), columns=len(labels), on=_today())
    (data / detection.MEASURED).write_text(written(measured), encoding="utf-8")
    pages.fill(docs / "detection.md", "figures", "\n".join(map(_figures, sets, judged)))
    pages.fill(docs / "detection.md", "reliability", reliability.shown(labels, judgements))
    pages.write(docs, data)


def measurement(
    counts: Mapping[str, Counts], sets: Sequence[str], *, tables: int, columns: int, on: date
) -> Measurement:
    """Counts by type, those of parts apart."""
    whole = {code: _tally(each) for code, each in counts.items() if not code.endswith(by_type.IN_PART)}
    part = {
        code.removesuffix(by_type.IN_PART): _tally(each)
        for code, each in counts.items()
        if code.endswith(by_type.IN_PART)
    }
    return Measurement(on, DETECTOR, tables, columns, tuple(sets), whole, part)


def written(measured: Measurement) -> str:
    """The data file of a measurement; texts are quoted in TOML as in JSON."""
    head = {
        "detector": json.dumps(measured.detector),
        "tables": measured.tables,
        "columns": measured.columns,
        "sets": json.dumps(measured.sets, ensure_ascii=False),
    }
    return "\n".join((
        "# How often detection was right, by identifier type: labelled columns said to hold it rightly, said so",
        "# falsely, and missed. Written by `python -m benchmarks.detection FOLDER... --record`; not by hand.",
        "",
        f"on = {measured.on.isoformat()}",
        *(f"{name} = {value}" for name, value in head.items()),
        *_tallies("whole", measured.whole),
        *_tallies("part", measured.part),
        "",
    ))  # fmt: skip


def _tallies(name: str, tallies: Mapping[str, Tally]) -> tuple[str, ...]:
    lines = (
        f"{code} = {{ right = {tally.right}, false = {tally.false}, missed = {tally.missed} }}"
        for code, tally in sorted(tallies.items())
    )
    return "", f"[{name}]", *lines


def _tally(counts: Counts) -> Tally:
    return Tally(counts.right, counts.false, counts.missed)


def _called(folder: LabelledFolder, words: str) -> str:
    return f"{_tables(folder)} public tables ({len(folder.labels):,} columns): {words}"


def _tables(folder: LabelledFolder) -> int:
    return len({label.file for label in folder.labels})


def _figures(called: str, judged: tuple[LabelledFolder, Judgements]) -> str:
    """One set: by all there is to go by, by the names alone, by the values alone."""
    folder, judgements = judged
    ways = {Way.ALL: judgements, **ours.alone(folder)}
    return f"{called}:\n\n{table(_HEADER, [_line(way, folder, said) for way, said in ways.items()])}"


def _line(way: str, folder: LabelledFolder, judgements: Judgements) -> tuple[str, ...]:
    scores = score(folder.labels, judgements)
    direct = f"{scores.direct.precision:.3f} / {scores.direct.recall:.3f} / {scores.direct.f1:.3f}"
    figures = (scores.typed_micro.f1, scores.typed_macro_f1, scores.quasi.f1, scores.over_alarm)
    return way, direct, *(f"{figure:.3f}" for figure in figures)


def _today() -> date:
    return datetime.now(tz=UTC).date()
