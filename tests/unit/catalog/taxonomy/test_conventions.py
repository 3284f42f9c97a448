from pathlib import Path

import pytest

from catalog.errors import SettingsError
from catalog.model.conventions import About, Rule
from catalog.taxonomy import conventions

WHOLE = """
title = "T"
edition = "1"
told_at = "https://x.example"
about = "dataset"
records = "dataset"
[head]
a = 1
[[fields]]
to = "x"
from = "title"
[[fields]]
to = "y"
from = "types"
each = [{ to = "z", from = "label" }]
"""


def write(folder: Path, content: str) -> Path:
    (folder / "mine.toml").write_text(content, encoding="utf-8")
    return folder


def test_a_file_is_a_convention(tmp_path: Path) -> None:
    (found,) = conventions.read(write(tmp_path, WHOLE)).values()
    assert (found.code, found.about, found.records, found.head) == ("mine", About.DATASET, "dataset", {"a": 1})
    assert found.rules == (Rule("x", "title"), Rule("y", "types", each=(Rule("z", "label"),)))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('edition = "1"', "", "edition"),
        ('about = "dataset"', 'about = "person"', "no such records"),
        ('to = "x"', 'to = "x"\nmaybe = 1', "no such field"),
        ('to = "x"', 'to = ""', "missing or empty"),
        ('to = "x"', 'to = "x"\nis = 1', "one of"),
        ('from = "title"', "", "one of"),
        ("[head]", "[tail]", "no such field"),
        ('label" }', 'label", of = 1 }', "no such field"),
    ],
)
def test_a_malformed_file_is_refused(old: str, new: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=told):
        conventions.read(write(tmp_path, WHOLE.replace(old, new, 1)))


def test_a_convention_says_what_it_needs_and_that_records_are_left_out(tmp_path: Path) -> None:
    content = 'left_out = "{count} lack it"\n' + WHOLE.replace('from = "title"', 'from = "title"\nneeded = true', 1)
    (found,) = conventions.read(write(tmp_path, content)).values()
    assert [(rule.needed) for rule in found.rules] == [True, False]
    assert found.left_out == "{count} lack it"


def test_three_conventions_ship() -> None:
    assert set(conventions.load()) == {"dcat_us", "dpv", "gdpr_30"}
