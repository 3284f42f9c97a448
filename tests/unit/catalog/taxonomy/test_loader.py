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
LAW = """code = "nyc-23-1201"
title = "X"
short = "X"
citation = "§1"
status = "in_force"
note = "A note."
source = "The code."
since = 2018-06-15
[origins]
law = 2018-06-15
"""


def write(folder: Path, types: str, *, law: str = LAW, more: str = "") -> Path:
    (folder / "types").mkdir()
    (folder / "types" / "1.toml").write_text(types, encoding="utf-8")
    if more:
        (folder / "types" / "2.toml").write_text(more, encoding="utf-8")
    (folder / "laws").mkdir()
    (folder / "laws" / "nyc-23-1201.toml").write_text(law, encoding="utf-8")
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


CLASS = """
[[classes]]
code = "c"
label = "C"
words = "c"
citation = "§1"
types = ["NAME"]
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[origins]\nlaw = 2018-06-15\n", "", "nyc-23-1201, field origins: it is missing"),
        ("[origins]\nlaw = 2018-06-15", "[origins]\ngossip = 2018-06-15", "nyc-23-1201, field origins"),
        ("since = 2018-06-15\n", "", "nyc-23-1201, field since: it does not say"),
        ('status = "in_force"', 'status = "nice"', "nyc-23-1201, field status"),
        ('status = "in_force"', 'status = "proposed"', "nyc-23-1201, field amends: a proposed law names"),
        ('note = "A note."', 'note = " "', "nyc-23-1201, field note: it is empty"),
        ('types = ["NAME"]', 'types = ["NAMES"]', "nyc-23-1201, class c, field types: there is no type NAMES"),
        (
            'types = ["NAME"]',
            'types = ["NAME"]\ntogether_with = ["X"]',
            "field together_with: there is no type X",
        ),
        ('types = ["NAME"]', 'types = ["NAME"]\nsevrity = "x"', "class c, field sevrity: there is no such field"),
        ('code = "nyc-23-1201"', 'code = "other"', "nyc-23-1201, field origins: it is missing"),
    ],
)
def test_a_malformed_law_is_refused(old: str, new: str, told: str, tmp_path: Path) -> None:
    law = LAW + CLASS
    assert old in law
    with pytest.raises(SettingsError) as refused:
        read(write(tmp_path, HEAD + ENTRY, law=law.replace(old, new)))
    assert told in str(refused.value)


def test_a_law_that_amends_none_that_there_is_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, HEAD + ENTRY)
    bill = LAW.replace("nyc-23-1201", "bill").replace("in_force", "proposed").replace("since", 'amends = "lost"\nsince')
    (folder / "laws" / "bill.toml").write_text(bill, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"bill\.toml, bill, field amends: there is no such law"):
        read(folder)


def test_a_missing_law_is_said(tmp_path: Path) -> None:
    folder = write(tmp_path, HEAD + ENTRY)
    (folder / "laws" / "nyc-23-1201.toml").unlink()
    with pytest.raises(SettingsError, match=r"nyc-23-1201\.toml, nyc-23-1201, field origins: it is missing"):
        read(folder)
