"""Every type has its note on detection; files that are malformed or speak of unknown types are refused."""

import re
from datetime import date
from pathlib import Path

import pytest

from catalog.errors import SettingsError
from catalog.model.detection import Tally
from catalog.taxonomy import detection, loader

NOTES = """
written = 2026-11-01
[NAME]
found_by = "Its name."
misses = ""
shapes = []
[SSN]
found_by = "Its digits."
misses = "Some."
shapes = ["999"]
"""
MEASURED = """
on = 2026-11-02
detector = "columns 1"
tables = 2
columns = 30
sets = ["2 tables"]
[whole]
SSN = { right = 3, false = 2, missed = 1 }
[part]
"""
CODES = ("NAME", "SSN")


def write(folder: Path, notes: str = NOTES, measured: str = MEASURED) -> Path:
    (folder / "notes.toml").write_text(notes, encoding="utf-8")
    (folder / "measured.toml").write_text(measured, encoding="utf-8")
    return folder


def test_a_type_has_its_note_and_its_figures(tmp_path: Path) -> None:
    known = detection.read(write(tmp_path), CODES)
    ssn = known.of("SSN")
    assert (ssn.note.found_by, ssn.note.shapes) == ("Its digits.", ("999",))
    assert (ssn.whole.said, ssn.whole.held) == (5, 4)
    assert ssn.part == known.of("NAME").whole == Tally()
    assert (known.written, ssn.measurement.on) == (date(2026, 11, 1), date(2026, 11, 2))


@pytest.mark.parametrize(
    ("old", "new", "thing"),
    [
        ("[SSN]", "[SSM]", "notes.toml, SSM, field code"),
        ('[NAME]\nfound_by = "Its name."\nmisses = ""\nshapes = []\n', "", "notes.toml, NAME, field found_by"),
        ('found_by = "Its name."', 'found_by = " "', "notes.toml, NAME, field found_by"),
        ('misses = ""\n', "", "notes.toml, NAME, field misses"),
        ("shapes = []", 'shape = ["9"]', "notes.toml, NAME, field shape"),
        ("written = 2026-11-01", "", "notes.toml, head, field written"),
        ("written = 2026-11-01", "writen = 2026-11-01", "notes.toml, head, field written"),
        ("SSN = {", "SSM = {", "measured.toml, SSM, field code"),
        ("[part]", "[part]\nSSM = {}", "measured.toml, SSM, field code"),
        ("right = 3", "right = -3", "measured.toml, head, field whole"),
        ("on = 2026-11-02", "", "measured.toml, head, field on"),
        ('sets = ["2 tables"]', "sets = []", "measured.toml, head, field sets"),
    ],
)
def test_what_is_malformed_is_refused(tmp_path: Path, old: str, new: str, thing: str) -> None:
    assert old in NOTES + MEASURED
    with pytest.raises(SettingsError) as caught:
        detection.read(write(tmp_path, NOTES.replace(old, new), MEASURED.replace(old, new)), CODES)
    assert caught.value.thing == f"Taxonomy file {thing}"


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    (write(tmp_path) / "measured.toml").unlink()
    with pytest.raises(SettingsError, match=r"measured\.toml, whole file, field file: it is missing"):
        detection.read(tmp_path, CODES)


def test_the_shipped_notes_are_whole_sentences_on_every_type() -> None:
    notes = detection.load().notes
    assert list(notes) == list(loader.load().types)
    texts = [text for note in notes.values() for text in (note.found_by, note.misses) if text]
    assert [text for text in texts if not (text[0].isupper() and text.endswith("."))] == []


def test_shapes_hold_digits_as_nines_and_letters_as_a_only() -> None:
    shapes = [shape for note in detection.load().notes.values() for shape in note.shapes]
    assert [shape for shape in shapes if re.search(r"[^\W9Aa_]", shape)] == []
