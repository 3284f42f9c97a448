"""Which language model may look for persons: an installed one, ours, or none; nothing is ever fetched."""

from types import SimpleNamespace

import pytest

from catalog.settings import PersonModel
from scanners import pipelines
from scanners.recognisers import Recognisers


def install(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    points = [SimpleNamespace(name=name, dist=SimpleNamespace(version="3.8.0")) for name in names]
    monkeypatch.setattr(pipelines, "entry_points", lambda *, group: points if group == "spacy_models" else [])


def test_the_largest_english_one_that_is_installed_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, "de_core_news_lg", "en_core_web_sm_vendor", "en_core_web_md")
    found = pipelines.chosen(PersonModel.INSTALLED)
    assert found is not None
    assert (found.place, found.version) == ("en_core_web_md", "en_core_web_md 3.8.0")
    assert pipelines.chosen(PersonModel.BUILT_IN) == found
    assert pipelines.chosen(PersonModel.NONE) is None


def test_one_with_its_publishers_name_is_one_too(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, "en_core_web_sm_vendor")
    found = pipelines.installed()
    assert found is not None
    assert found.place == "en_core_web_sm_vendor"


def test_ours_is_used_only_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, "de_core_news_lg")
    assert pipelines.chosen(PersonModel.INSTALLED) is None
    own = pipelines.chosen(PersonModel.BUILT_IN)
    assert own is not None
    assert "small built-in model" in own.clue


def test_ours_finds_names_that_no_list_knows_and_says_whose_they_are() -> None:
    by = Recognisers(pipeline=pipelines.own())
    text = "The nurse asked Wexla Qorbandil to come back on Monday."
    (found,) = by.persons([text])
    assert [text[span.start : span.end] for span in found] == ["Wexla Qorbandil"]
    assert by.digest != Recognisers().digest == ""
