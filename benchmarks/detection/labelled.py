"""A folder of labelled tables: ``tables/*.csv`` and ``labels.csv`` with what every column truly holds."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from catalog.model.identifiers import Grade

ANYTHING, NOTHING = "*", "NONE"
_NO_NAME = re.compile(r"column \d+", re.IGNORECASE)

Key = tuple[str, str]
"""A column: the name of its file and its own, blanks folded: tools differ in what they keep of them."""


class NotLabelled(Exception):
    """The folder cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Label:
    """What one column truly holds."""

    file: str
    column: str
    kind: str
    codes: tuple[str, ...]
    grade: Grade

    @property
    def key(self) -> Key:
        """The column it is about."""
        return key(self.file, self.column)

    @property
    def is_open(self) -> bool:
        """Whether its type is left open: anything, or nothing as well as something."""
        return ANYTHING in self.codes or (NOTHING in self.codes and len(self.codes) > 1)

    def accepts(self, code: str | None) -> bool:
        """Whether a column may be said to hold this type."""
        return ANYTHING in self.codes or code in self.codes


@dataclass(frozen=True, slots=True)
class LabelledFolder:
    """Tables and what they hold."""

    path: Path
    labels: tuple[Label, ...]

    @property
    def tables(self) -> Path:
        """Where the tables are."""
        return self.path / "tables"

    @property
    def is_nameless(self) -> bool:
        """Whether most columns have no name but a number."""
        return 2 * sum(bool(_NO_NAME.fullmatch(label.column)) for label in self.labels) > len(self.labels)


def key(file: str, column: str) -> Key:
    """What tells a column from others."""
    return file, " ".join(column.split())


def read(path: Path) -> LabelledFolder:
    """Read the labels of a folder.

    Raises:
        NotLabelled: when a part of it is missing or a line of the labels cannot be read.
    """
    if not (path / "tables").is_dir() or not (path / "labels.csv").is_file():
        raise NotLabelled(f"{path.name} has no tables/ or no labels.csv.")
    with (path / "labels.csv").open(newline="", encoding="utf-8") as lines:
        labels = tuple(_label(line, number) for number, line in enumerate(csv.DictReader(lines), 2))
    return LabelledFolder(path, labels)


def _label(line: dict[str, str], number: int) -> Label:
    try:
        codes = tuple(line["codes"].split("|"))
        return Label(line["file"], line["column"], line["label"], codes, Grade(line["grade"]))
    except (KeyError, ValueError, AttributeError):
        raise NotLabelled(
            f"Line {number} of labels.csv needs file, column, label, codes and grade (direct, quasi or none)."
        ) from None
