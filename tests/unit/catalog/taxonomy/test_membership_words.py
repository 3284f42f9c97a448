"""The words of membership designations: every one can be matched, and a malformed file is refused by field."""

from pathlib import Path

import pytest

from catalog.errors import SettingsError
from catalog.model.identifiers import Tier
from catalog.taxonomy import loader, memberships

TYPES = loader.load().types
ROWS = '[rows]\npeople = ["client"]\nothers = ["staff"]\n'


def read(folder: Path, text: str) -> None:
    path = folder / "memberships.toml"
    path.write_text(text, encoding="utf-8")
    memberships.read(path, TYPES)


def test_the_words_we_ship_are_of_types_of_the_law_or_sensitive() -> None:
    lexicon = memberships.load()
    assert len({one.code for one in lexicon.words}) == len(lexicon.words) >= 15
    assert {one.code for one in lexicon.words} >= {
        "BENEFIT_STATUS", "VICTIM_DV_SA", "CRIME_VICTIM_WITNESS", "ARREST_RECORD", "NYPD_SURVEILLANCE",
        "IMMIGRATION_STATUS", "HEALTH_INFO",
    }  # fmt: skip
    assert all(TYPES[one.code].tier >= Tier.CONTEXTUAL for one in lexicon.words)


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ('[NO_SUCH]\neverywhere = ["a"]\nnamed = ["b"]', "NO_SUCH"),
        ('[HEALTH_INFO]\neverywhere = ["a"]', "named"),
        ('[HEALTH_INFO]\neverywhere = []\nnamed = ["b"]', "everywhere"),
        ('[HEALTH_INFO]\neverywhere = ["W2"]\nnamed = ["b"]', "W2"),
        ('[HEALTH_INFO]\neverywhere = ["two  blanks"]\nnamed = ["b"]', "two  blanks"),
        ('[HEALTH_INFO]\neverywhere = ["a"]\nnamed = ["a"]', "twice"),
        ('[HEALTH_INFO]\neverywhere = ["five are one too many"]\nnamed = ["a"]', "longer"),
        ('[HEALTH_INFO]\neverywhere = ["a"]\nnamed = ["b"]\nother = ["c"]', "other"),
    ],
)
def test_a_malformed_file_is_refused_by_what_is_wrong(tmp_path: Path, entry: str, field: str) -> None:
    with pytest.raises(SettingsError, match=field):
        read(tmp_path, f"{ROWS}{entry}\n")


def test_rows_must_be_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="people"):
        read(tmp_path, '[HEALTH_INFO]\neverywhere = ["a"]\nnamed = ["b"]\n')
