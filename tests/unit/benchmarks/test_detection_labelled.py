from pathlib import Path

import pytest

from benchmarks.detection import proofs
from benchmarks.detection.labelled import NotLabelled, read
from benchmarks.house import ROOT
from catalog.model.identifiers import Grade

EXAMPLE = ROOT / "benchmarks" / "detection" / "example"
HEAD = "file,column,label,codes,grade\n"


def folder(path: Path, lines: str) -> Path:
    (path / "tables").mkdir()
    (path / "labels.csv").write_text(lines, encoding="utf-8")
    return path


def test_the_example_can_be_read() -> None:
    labels = {label.column: label for label in read(EXAMPLE).labels}
    assert labels["phone"].codes == ("PHONE", "CONTACT_OTHER")
    assert labels["birth_date"].grade is Grade.QUASI


def test_blanks_in_names_are_folded() -> None:
    label = read(EXAMPLE).labels[0]
    assert type(label)(label.file, "  TOTAL\n PAY ", "", (), Grade.NONE).key == (label.file, "TOTAL PAY")


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotLabelled, match=r"labels\.csv"):
        read(tmp_path)


@pytest.mark.parametrize("line", ["t.csv,a,X,NAME,perhaps\n", "t.csv,a,X\n"])
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(NotLabelled, match="Line 2"):
        read(folder(tmp_path, HEAD + line))


@pytest.mark.parametrize(
    ("codes", "is_open"), [("NAME", False), ("NONE", False), ("NAME|NONE", True), ("*", True), ("SEX|AGE", False)]
)
def test_a_label_is_open_when_anything_or_nothing_would_be_right(tmp_path: Path, codes: str, is_open: bool) -> None:
    (label,) = read(folder(tmp_path, f"{HEAD}t.csv,a,X,{codes},quasi\n")).labels
    assert label.is_open is is_open


@pytest.mark.parametrize(
    ("names", "goal"), [("Column 1,Column 2,name", "direct_recall"), ("Column 1,pay,name", "quasi_f1")]
)
def test_tables_without_column_names_have_goals_of_their_own(tmp_path: Path, names: str, goal: str) -> None:
    lines = "".join(f"t.csv,{name},X,NONE,none\n" for name in names.split(","))
    assert goal in proofs.goals(read(folder(tmp_path, HEAD + lines)))
