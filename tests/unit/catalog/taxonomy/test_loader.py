"""A malformed taxonomy file is refused with the file, the code and the field named."""

from pathlib import Path

import pytest

from catalog.errors import SettingsError
from catalog.taxonomy.loader import read

HEAD = 'origin = "law"\nvalid_from = 2018-06-15\nunverified = false\n'
ENTRY = """
[NAME]
label = "Name"
description = "A name."
report_group = "Other"
grade = "direct"
tier = "identifying"
tier_reason = "Known"
words = "name"
citation = "§1"
breach = "no"
dpv = []
search_words = ["name"]
"""
LENS = 'code = "x"\ntitle = "X"\n[origins]\nlaw = 2018-06-15\n'


def write(folder: Path, types: str, *, lens: str = LENS, more: str = "") -> Path:
    (folder / "types").mkdir()
    (folder / "types" / "1.toml").write_text(types, encoding="utf-8")
    if more:
        (folder / "types" / "2.toml").write_text(more, encoding="utf-8")
    (folder / "lens.toml").write_text(lens, encoding="utf-8")
    return folder


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    taxonomy = read(write(tmp_path, HEAD + ENTRY))
    assert list(taxonomy.types) == ["NAME"]
    assert taxonomy.types["NAME"].valid_to is None


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('words = "name"\n', "", "words"),
        ('words = "name"', 'words = " "', "words"),
        ('grade = "direct"', 'grade = "certain"', "grade"),
        ('tier = "identifying"', 'tier = "secret"', "tier"),
        ('tier = "identifying"\n', "", "tier"),
        ('breach = "no"', 'breach = "maybe"', "breach"),
        ('search_words = ["name"]', "search_words = []", "search_words"),
        ('search_words = ["name"]', 'search_words = ["name", ""]', "search_words"),
        ('search_words = ["name"]', 'search_words = "name"', "search_words"),
        ('citation = "§1"', 'citation = "§1"\nvalid_to = 2018-06-15', "valid_to"),
        ('citation = "§1"', 'citation = "§1"\nvalid_from = "some day"', "valid_from"),
        ('citation = "§1"', 'citation = "§1"\nsevrity = "high"', "sevrity"),
        ('label = "Name"', "label = 7", "label"),
    ],
)
def test_a_malformed_entry_is_refused(tmp_path: Path, old: str, new: str, field: str) -> None:
    assert old in ENTRY
    with pytest.raises(SettingsError) as caught:
        read(write(tmp_path, HEAD + ENTRY.replace(old, new)))
    assert caught.value.thing == f"Taxonomy file 1.toml, NAME, field {field}"


def test_an_unknown_origin_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"1\.toml, NAME, field origin"):
        read(write(tmp_path, HEAD.replace('"law"', '"gossip"') + ENTRY))


def test_a_code_defined_in_two_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"2\.toml, NAME, field code: the code is defined twice"):
        read(write(tmp_path, HEAD + ENTRY, more=HEAD + ENTRY))


def test_a_code_defined_twice_in_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"1\.toml, whole file, field syntax"):
        read(write(tmp_path, HEAD + ENTRY + ENTRY))


def test_a_lens_without_dates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"lens\.toml, lens, field origins"):
        read(write(tmp_path, HEAD + ENTRY, lens='code = "x"\ntitle = "X"\n'))


def test_a_missing_lens_is_said(tmp_path: Path) -> None:
    folder = write(tmp_path, HEAD + ENTRY)
    (folder / "lens.toml").unlink()
    with pytest.raises(SettingsError, match=r"lens\.toml, whole file, field file: it is missing"):
        read(folder)
