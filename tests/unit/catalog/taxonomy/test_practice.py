"""The items of the practice queue: what they are made of, and that they fit together."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from catalog.errors import SettingsError
from catalog.model.review import ActKind
from catalog.model.review_views import PracticeItem
from catalog.taxonomy import loader, practice

TYPES = loader.load().types
ITEMS = practice.load()


def test_there_are_two_hundred_of_every_band_right_and_wrong() -> None:
    assert len(ITEMS) == 200
    bands = Counter(item.band for item in ITEMS.values())
    assert bands == {"high": 90, "medium": 60, "low": 50}
    wrong = Counter(item.band for item in ITEMS.values() if (ActKind.CONFIRM, None) not in item.answers)
    assert sum(wrong.values()) >= 60
    assert all(wrong[band] >= 10 for band in bands)
    assert len({item.table for item in ITEMS.values()}) >= 20
    assert len({item.type.code for item in ITEMS.values()}) >= 40


def test_hardly_a_column_is_asked_about_twice_since_one_answer_gives_away_the_other() -> None:
    asked = Counter((item.table, item.column) for item in ITEMS.values())
    assert sum(times - 1 for times in asked.values()) <= 2


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: f"{item.table}.{item.column}.{item.type.code}")
def test_an_item_is_whole(item: PracticeItem) -> None:
    kinds = {kind for kind, _ in item.answers}
    assert kinds <= {ActKind.CONFIRM, ActKind.REJECT, ActKind.CHANGE_TYPE, ActKind.NOT_IDENTIFYING}
    assert kinds
    refusals = {ActKind.REJECT, ActKind.NOT_IDENTIFYING}
    assert bool(kinds & refusals) != (ActKind.CONFIRM in kinds)  # what may be confirmed may not be refused
    assert all((code is not None) == (kind is ActKind.CHANGE_TYPE) for kind, code in item.answers)
    assert all(code != item.type.code for _, code in item.answers)
    assert item.because.endswith(".")
    assert 0 < item.strength <= 1
    assert item.share[0] <= item.share[1] <= item.share[2]
    assert item.reasons or item.against
    assert item.neighbours
    assert item.column not in {name for name, _, _ in item.neighbours}


def changed(tmp_path: Path, before: str, after: str) -> Path:
    folder = tmp_path / "practice"
    folder.mkdir()
    shutil.copy(practice.FOLDER / "dog_license.toml", folder)
    file = folder / "dog_license.toml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('type = "NAME"', 'type = "NONE"', "there is no such type"),
        ('answers = ["confirm"]', 'answers = ["burn"]', "burn is no act"),
        ('answers = ["confirm"]', 'answers = ["change_type NONE"]', "or no type"),
        ('empty = "none"', 'empty = "half"', "empty"),
        ("strength =", "strenght =", "there is no such field"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(tmp_path: Path, before: str, after: str, told: str) -> None:
    folder = changed(tmp_path, before, after)
    with pytest.raises(SettingsError, match=r"dog_license\.toml") as refused:
        practice.read(folder, TYPES)
    assert told in str(refused.value)
