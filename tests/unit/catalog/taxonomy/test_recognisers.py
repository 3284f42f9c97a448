"""The written form of recognisers: what can be written, and what is said of mistakes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import RequestError
from catalog.model.recognition import Example
from catalog.taxonomy.recognisers import PRESIDIOS_NAMES, read

TYPES = {"CASE_ID", "SSN", "PHONE", "NAME"}
EXAMPLES = {"match": ["card «QX-1»"], "no_match": ["room 1"]}
ONE = {
    "name": "Library card",
    "supported_entity": "CASE_ID",
    "patterns": [{"name": "card", "regex": "QX-[0-9]", "score": 0.7}],
    "examples": EXAMPLES,
}


def written(*entries: object, **more: object) -> str:
    return json.dumps({"recognizers": list(entries), **more})  # which YAML is a superset of


def test_a_recogniser_of_presidios_form_is_read() -> None:
    text = written({
        **ONE, "supported_languages": [{"language": "en", "context": ["borrower"]}, "es"], "context": ["library"],
        "deny_list": ["QX-none"], "deny_list_score": 0.5, "type": "custom", "country_code": "us",
    })  # fmt: skip
    (found,) = read(text, TYPES).recognisers
    assert (found.name, found.type_code, found.clue) == ("Library card", "CASE_ID", "library card")
    assert [(each.regex, each.score) for each in found.patterns] == [("QX-[0-9]", 0.7)]
    assert (found.deny_list, found.deny_list_score, found.context) == (("QX-none",), 0.5, ("library", "borrower"))
    assert found.match == (Example("card QX-1", "QX-1"),)
    assert found.ignores_case  # as Presidio's usual flags have it
    assert found.enabled


def test_presidios_names_of_types_are_known() -> None:
    (found,) = read(written({**ONE, "supported_entity": "US_SSN"}), TYPES).recognisers
    assert found.type_code == "SSN"
    assert PRESIDIOS_NAMES["PHONE_NUMBER"] == "PHONE"


def test_capitals_count_where_the_flags_say_so() -> None:
    (found,) = read(written(ONE, global_regex_flags=0), TYPES).recognisers
    assert not found.ignores_case
    (other,) = read(written({**ONE, "global_regex_flags": 2}, global_regex_flags=0), TYPES).recognisers
    assert other.ignores_case


def test_what_is_not_verified_is_off_until_it_is_switched_on() -> None:
    unverified = {**ONE, "verified": False}
    assert not read(written(unverified), TYPES).recognisers[0].enabled
    assert read(written({**unverified, "enabled": True}), TYPES).recognisers[0].enabled


def test_ours_are_switched_by_name() -> None:
    file = read(
        written({"name": "NYSID", "type": "predefined", "enabled": False}, {"name": "VIN", "type": "predefined"}), TYPES
    )
    assert (file.recognisers, dict(file.switched)) == ((), {"NYSID": False, "VIN": True})


def test_what_is_negative_finds_no_type() -> None:
    entry = {key: value for key, value in ONE.items() if key != "supported_entity"}
    (found,) = read(written({**entry, "negative": True}), TYPES).recognisers
    assert (found.negative, found.type_code) == (True, "")


def test_fragments_stand_where_they_are_named() -> None:
    pattern = {"regex": "(?&letters)-[0-9]", "score": 0.7, "after": ["card (?&letters)"]}
    fragments = {"letters": "(?&q)X", "q": "Q"}
    (found,) = read(written({**ONE, "patterns": [pattern]}, fragments=fragments), TYPES).recognisers
    assert (found.patterns[0].regex, found.patterns[0].after) == ("(?:(?:Q)X)-[0-9]", ("card (?:(?:Q)X)",))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"supported_entity": "LIBRARY"}, "there is no identifier type LIBRARY"),
        ({"supported_entity": "", "negative": False}, "supported_entity"),
        ({"negative": True}, "what is negative finds no type"),
        ({"patterns": []}, "neither patterns nor a deny_list"),
        ({"examples": None}, "no examples"),
        ({"examples": {"match": ["QX-1"], "no_match": []}}, "examples.no_match"),
        ({"patterns": [{"regex": "QX", "score": 1.5}]}, "patterns.1.score"),
        ({"patterns": [{"regex": "", "score": 0.5}]}, "patterns.1.regex"),
        ({"paterns": []}, "there is no such key"),
        ({"supported_languages": ["es"]}, "not for English"),
        ({"name": "Картка"}, "signs that reasons cannot show"),
        ({"name": " "}, "name"),
        ({"patterns": [{"regex": "(?&nothing)", "score": 0.5}]}, "no fragment nothing"),
    ],
)
def test_mistakes_are_named(change: dict[str, object], says: str) -> None:
    with pytest.raises(RequestError) as caught:
        read(written({**ONE, **change}), TYPES)
    assert says in str(caught.value)
    assert str(caught.value).startswith("Recognizer")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("recognizers: [", "line"),
        ("- just\n- a list\n", "recognizers"),
        ("", "recognizers"),
        ("recognizers: []", "recognizers"),
        ("a: &a [1]\nrecognizers: *a", "an alias"),
        ("recognizers: 1\nrecognizers: 2", "twice"),
        ("x: !!python/object/apply:os.system [ls]", "YAML"),
        ("x" * 300_000, "longer"),
        ("\x07", "YAML"),
    ],
)
def test_what_is_no_file_of_recognisers_is_refused(text: str, says: str) -> None:
    with pytest.raises(RequestError, match="The file of recognizers") as caught:
        read(text, TYPES)
    assert says in str(caught.value)


def test_two_of_one_name_are_refused() -> None:
    with pytest.raises(RequestError, match="two of this name"):
        read(written(ONE, ONE), TYPES)


def test_a_fragment_of_itself_ends() -> None:
    with pytest.raises(RequestError, match="fragment"):
        read(written({**ONE, "patterns": [{"regex": "(?&a)", "score": 1}]}, fragments={"a": "(?&a)"}), TYPES)


@given(st.text(max_size=200) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read(text, TYPES)
    except RequestError as error:
        assert error.next_step.endswith(".")  # noqa: PT017  # it may be read as well
