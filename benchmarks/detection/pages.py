"""``python -m benchmarks.detection.pages``: writes docs/detection_types.md anew from the notes and figures of types."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.detection.markdown import table
from catalog.model.detection import Detection, Measurement, Tally, TypeDetection
from catalog.model.identifiers import IdentifierType, Origin
from catalog.taxonomy import detection, loader

DOCS = Path(__file__).resolve().parents[2] / "docs"
TYPES = "detection_types.md"
_HEADER = ("Type", "How it is found", "Said rightly", "Found", "Known failures")
_TEXTS = (0, 1, 4)
_NOT_YET = "no labelled column yet"
_HEADINGS = {
    Origin.LAW: "Named by the law",
    Origin.CPO: "Added by the Chief Privacy Officer",
    Origin.GENERAL_WORDS: "Under the law's general words",
    Origin.QUASI: "Together with other information",
}


def write(docs: Path = DOCS, data: Path = detection.FOLDER) -> None:
    """Write the table of all types."""
    types = loader.load().types
    known = detection.read(data, types)
    fill(docs / TYPES, "measured", measured(known.measurement))
    fill(docs / TYPES, "types", "\n".join(_parts(known, list(types.values()))))


def fill(path: Path, name: str, text: str) -> None:
    """Put a text between the marks of this name in a document.

    Raises:
        ValueError: when the document has no such marks.
    """
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    found = re.compile(rf"{re.escape(start)}\n.*?{re.escape(end)}", re.DOTALL)
    new, times = found.subn(lambda _: f"{start}\n{text.rstrip()}\n{end}", path.read_text(encoding="utf-8"))
    if times != 1:
        raise ValueError(f"{path.name} needs {start} and {end} once.")
    path.write_text(new, encoding="utf-8")


def measured(measurement: Measurement) -> str:
    """When and on what it was measured."""
    sets = "\n".join(f"- {words}" for words in measurement.sets)
    said = f"Measured on {measurement.on.isoformat()} with detector {measurement.detector}, on"
    return f"{said} {measurement.tables} tables with {measurement.columns:,} labelled columns:\n\n{sets}"


def _parts(known: Detection, types: list[IdentifierType]) -> Iterator[str]:
    for origin, heading in _HEADINGS.items():
        rows = [_row(kind, known.of(kind.code)) for kind in types if kind.origin is origin]
        yield f"### {heading}\n\n{table(_HEADER, rows, texts=_TEXTS)}"


def _row(kind: IdentifierType, known: TypeDetection) -> tuple[str, ...]:
    said, found = _counts(known.whole)
    if known.part != Tally():
        said_of_part, found_of_part = _counts(known.part)
        said, found = f"{said}; in part: {said_of_part}", f"{found}; in part: {found_of_part}"
    return f"{kind.label} `{kind.code}`", known.note.found_by, said, found, known.note.misses


def _counts(tally: Tally) -> tuple[str, str]:
    said = f"{tally.right} of {tally.said}" if tally.said else "never said"
    return (said if tally != Tally() else "–"), (f"{tally.right} of {tally.held}" if tally.held else _NOT_YET)


if __name__ == "__main__":
    write()
    sys.exit(0)
