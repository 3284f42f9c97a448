"""What is recorded can be read again, and the documents say what the data files say."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from benchmarks.detection import ours, pages, recording
from benchmarks.detection.__main__ import main
from benchmarks.detection.by_type import IN_PART
from benchmarks.detection.judged import Judged
from benchmarks.detection.labelled import NotLabelled, read
from benchmarks.detection.scoring import Counts
from benchmarks.house import ROOT
from benchmarks.three_ways import Way
from catalog.model.detection import Tally
from catalog.model.identifiers import Grade
from catalog.taxonomy import detection, loader

EXAMPLE = ROOT / "benchmarks" / "detection" / "example"
ON = date(2026, 3, 9)


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    data, docs = tmp_path / "data", tmp_path / "docs"
    shutil.copytree(detection.FOLDER, data)
    docs.mkdir()
    for name in ("detection.md", pages.TYPES):
        shutil.copy(pages.DOCS / name, docs / name)
    return data, docs


def test_counts_are_kept_with_those_of_parts_apart(tmp_path: Path) -> None:
    counts = {"NAME": Counts(5, 1, 2), f"NAME{IN_PART}": Counts(1, 0, 0), "SSN": Counts(0, 0, 3)}
    measured = recording.measurement(counts, ['2 tables: "ours"'], tables=2, columns=30, on=ON)
    shutil.copy(detection.FOLDER / detection.NOTES, tmp_path / detection.NOTES)
    (tmp_path / detection.MEASURED).write_text(recording.written(measured), encoding="utf-8")
    known = detection.read(tmp_path, loader.load().types)
    assert known.measurement == measured
    assert (known.of("NAME").whole, known.of("NAME").part) == (Tally(5, 1, 2), Tally(1, 0, 0))
    assert known.measurement.sets == ('2 tables: "ours"',)


def test_recording_writes_data_and_documents(places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    data, docs = places
    folder = read(EXAMPLE)
    judged = {label.key: Judged(Grade.DIRECT, (("SSN", 0.93),)) for label in folder.labels}
    monkeypatch.setattr(ours, "judgements", lambda _: judged)
    monkeypatch.setattr(ours, "alone", lambda _: {Way.NAMES: judged, Way.VALUES: {}})
    recording.record([folder, folder], ["made-up tables", "the same again"], data=data, docs=docs)
    measured = detection.read(data, loader.load().types).measurement
    assert (measured.tables, measured.columns) == (4, 2 * len(folder.labels))
    assert measured.sets[0] == f"2 public tables ({len(folder.labels)} columns): made-up tables"
    text = (docs / "detection.md").read_text(encoding="utf-8")
    figures = text.split("<!-- figures -->")[1].split("<!-- end of figures -->")[0]
    assert figures.count("| all there is |") == figures.count("| values alone |") == 2
    assert "| 0.9–1.0 |" in text.split("<!-- reliability -->")[1]
    assert "made-up tables" in (docs / pages.TYPES).read_text(encoding="utf-8")


def test_each_folder_needs_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotLabelled):
        recording.record([read(EXAMPLE)], [])
    assert main([str(EXAMPLE), "--record"]) == 2
    assert "--about" in capsys.readouterr().err


def test_the_document_of_types_says_what_the_data_says(places: tuple[Path, Path]) -> None:
    """When this fails: ``python -m benchmarks.detection.pages``."""
    data, docs = places
    before = (docs / pages.TYPES).read_text(encoding="utf-8")
    pages.write(docs, data)
    assert (docs / pages.TYPES).read_text(encoding="utf-8") == before
    rows = [line for line in before.splitlines() if line.startswith("| ") and "`" in line]
    assert len(rows) == len(loader.load().types)


def test_a_document_without_its_marks_is_told(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- other -->\n<!-- end of other -->\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"page\.md needs <!-- types -->"):
        pages.fill(page, "types", "text")
    pages.fill(page, "other", "a\\1b")
    assert page.read_text(encoding="utf-8") == "<!-- other -->\na\\1b\n<!-- end of other -->\n"
