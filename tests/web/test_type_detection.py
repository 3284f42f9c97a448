"""The page of a type says how it is found, how often that was right and what is missed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from catalog.model.detection import Detection, DetectionNote, Measurement, Tally
from catalog.taxonomy import detection
from tests.support.browsing import HouseClient
from tests.web.test_pages import main

Visit = Callable[[str | None], HouseClient]
MEASURED = Measurement(
    date(2026, 3, 9),
    "columns 1",
    12,
    1345,
    ("12 tables",),
    whole={"NAME": Tally(right=7, false=2, missed=4), "SSN": Tally(false=1)},
    part={"NAME": Tally(right=1, missed=1)},
)


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    note = DetectionNote("Its name & its form.", "Rare <ones>.", ("AAA-99", "aa9"))
    notes = dict.fromkeys(detection.load().notes, note) | {"RELIGION": replace(note, misses="", shapes=())}
    made_up = Detection(date(2026, 3, 1), notes, MEASURED)
    monkeypatch.setattr(detection, "load", lambda: made_up)


@pytest.mark.parametrize(("person", "where"), [("cpo", "/types/NAME"), ("researcher", "/published/types/NAME")])
def test_whoever_sees_a_type_sees_how_it_is_found(person: str, where: str, visit: Visit) -> None:
    page = main(visit(person).get(where).text).split("How it is found")[1]
    assert "Its name &amp; its form." in page
    assert "Rare &lt;ones&gt;." in page
    assert "AAA-99 , aa9" in page
    assert "right for 7 of 9 columns; a part of it: right for 1 of 1 column" in page
    assert "found in 7 of 11 columns; a part of it: found in 1 of 2 columns" in page
    assert "Measured on Mar 9, 2026 with 1,345 columns of 12 public tables" in page


def test_a_type_that_no_labelled_column_holds_says_so(visit: Visit) -> None:
    page = main(visit("cpo").get("/types/SSN").text).split("How it is found")[1]
    assert "Where scans say it right for 0 of 1 column Where it is no labeled column yet" in page
    assert "a part of it" not in page


def test_nothing_is_said_where_nothing_is_known(visit: Visit) -> None:
    page = main(visit("cpo").get("/types/RELIGION").text).split("How it is found")[1]
    assert "Where scans say it no labeled column yet Where it is no labeled column yet" in page
    assert "Known failures" not in page
    assert "What values look like" not in page


@pytest.mark.parametrize("where", ["/types/NAME", "/types/RELIGION", "/help"])
def test_how_detection_decides_is_one_step_away(where: str, visit: Visit) -> None:
    assert '<a href="/help/detection">How detection decides</a>' in visit("cpo").get(where).text


def test_how_detection_decides_leads_to_the_types_whoever_may_see_them(visit: Visit) -> None:
    for person, types in (("cpo", "/types"), ("researcher", "/published/types")):
        assert f'href="{types}"' in visit(person).get("/help/detection").text.split("<main")[1]
    assert '/types"' not in visit("operator").get("/help/detection").text.split("<main")[1]
