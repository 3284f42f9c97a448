"""Drawn pictures in the documents say in words what they show, and load nothing."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.house import ROOT

PICTURES = sorted((ROOT / "docs").glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_a_picture_has_title_and_description(path: Path) -> None:
    picture = ET.parse(path).getroot()
    assert picture.get("role") == "img"
    named = [picture.find(f"{SVG}{part}") for part in ("title", "desc")]
    assert [part.get("id") for part in named if part is not None] == (picture.get("aria-labelledby") or "").split()
    assert all(part is not None and part.text and part.text.strip() for part in named)


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_a_picture_loads_nothing(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?:|href|<image|<script|@import|url\((?!#)", text) == []


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_a_picture_stands_in_a_document_with_words_for_it(path: Path) -> None:
    documents = [each.read_text(encoding="utf-8") for each in (ROOT / "docs").glob("*.md")]
    assert any(re.search(rf"!\[[^]]{{20,}}\]\({path.name}\)", text) for text in documents)
