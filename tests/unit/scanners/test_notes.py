"""What notes and pictures say of detection is what it does: how often chance passes, what names are worth."""

import re
import tomllib
from importlib.resources import files

from benchmarks.house import ROOT
from catalog.model.coverage import SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Sample
from catalog.taxonomy import detection
from scanners.judge import judge
from scanners.naming import NameGuard
from scanners.screens import VALIDATORS

PERCENT = re.compile(r"(\d+(?:\.\d+)?) %")
PICTURE = ROOT / "docs" / "detection_strength.svg"
DESCRIPTION = re.compile(r"<desc[^>]*>(.*?)</desc>", re.DOTALL)


def test_percentages_in_the_notes_are_those_of_the_checks_of_the_type() -> None:
    forms = tomllib.loads(files("scanners").joinpath("data", "forms.toml").read_text(encoding="utf-8"))["written"]
    chances = {(check.type_code, check.by_chance) for check in VALIDATORS}
    chances |= {(form["code"], form.get("by_chance", 0.0)) for form in forms}
    said = {
        (code, round(float(text) / 100, 5))
        for code, note in detection.load().notes.items()
        for text in PERCENT.findall(note.found_by)
    }
    assert said
    assert said <= chances


def strengths(name: str, gap: str) -> list[str]:
    """Of 400 numbers that all pass the rules: the strength, and that without the column's name."""
    numbers = [f"{100 + place}{gap}{place % 98 + 1:02}{gap}{4000 + 7 * place}" for place in range(400)]
    sample = Sample([ColumnSchema(name, 0)], [numbers], method=SampleMethod.ALL_ROWS)
    found = [finding for finding in judge(sample, NameGuard(b"k" * 32))[0].findings if finding.type_code == "SSN"]
    return [f"{strength:.2f}" for finding in found for strength in (finding.strength, finding.without_name)]


def test_the_picture_of_strength_shows_what_is_judged() -> None:
    words = DESCRIPTION.search(PICTURE.read_text(encoding="utf-8"))
    assert words
    (hyphens, unnamed, bare, _) = words[1].split(". ")[1:5]
    told = [re.findall(r"0\.\d\d", text) for text in (hyphens, unnamed, bare)]
    assert told[0] == strengths("ssn", "-")
    assert [*told[1], *told[1]] == strengths("code", "-")
    assert told[2] == strengths("ssn", "")
    assert strengths("code", "") == []
