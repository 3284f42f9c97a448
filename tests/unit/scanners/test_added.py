"""A city's own recognisers: refused where they would do harm or do not keep what they promise, else as good as ours."""

import json
from collections.abc import Sequence

import pytest

from catalog.errors import RequestError
from catalog.model.coverage import SampleMethod
from catalog.model.evidence import EvidenceKind, Finding
from catalog.model.holdings import ColumnSchema
from catalog.model.runs import ColumnResult
from catalog.model.sample import Sample
from catalog.settings import PersonModel
from scanners import sieve
from scanners.added import checked, recognisers
from scanners.combine import FOUND
from scanners.judge import DETECTOR, detector, judge
from scanners.naming import NameGuard
from scanners.patterns import own
from scanners.recognisers import Recognisers, standard

CARD = {
    "name": "Library card",
    "supported_entity": "CASE_ID",
    "patterns": [
        {"regex": r"\bQX-\d{6}\b", "score": 0.8},
        {"regex": r"\d{7}", "score": 0.7, "after": ["library card"]},
    ],
    "examples": {"match": ["card «QX-000123»", "library card no. «0001234»"], "no_match": ["QX-1", "room 0001234"]},
}
PERMIT = {
    "name": "Permit",
    "negative": True,
    "patterns": [{"regex": r"\d{3}-\d{2}-\d{4}", "score": 1.0, "after": ["dossier"]}],
    "examples": {"match": ["dossier 219-09-9998"], "no_match": ["ssn 219-09-9998"]},
}
NUMBERS = [f"QX-{n:06}" for n in range(40)]


def written(*entries: object) -> str:
    return json.dumps({"recognizers": list(entries)})  # which YAML is a superset of


def by(*entries: object) -> Recognisers:
    return recognisers([written(*entries)], PersonModel.NONE)


def judged(name: str, values: Sequence[str], asked: Recognisers | None) -> ColumnResult:
    sample = Sample(
        [ColumnSchema(name, 0, "text")], [list(values)], method=SampleMethod.ALL_ROWS, rows_total=len(values)
    )
    (result,) = judge(sample, NameGuard(b"k" * 32, asked), asked)
    return result


def found(name: str, values: Sequence[str], asked: Recognisers | None, code: str = "CASE_ID") -> Finding | None:
    findings = judged(name, values, asked).findings
    return next((each for each in findings if each.type_code == code and each.strength >= FOUND), None)


def pattern(regex: str, *after: str) -> dict[str, object]:
    return {**CARD, "patterns": [{"regex": regex, "score": 0.8, "after": list(after)}]}


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (pattern(r"(?<!\d)QX-000123"), "looks ahead or behind"),
        (pattern(r"QX(?=-)"), "looks ahead or behind"),
        (pattern(r"(Q)X\1"), "refers back"),
        (pattern(r"(?P<a>Q)(?P=a)"), "refers back"),
        (pattern(r"(a{1000}){1000}"), "no expression of RE2"),
        (pattern("QX["), "no expression of RE2"),
        (pattern("QX", "(?<=a)b"), "looks ahead or behind"),
        (pattern("x*"), "matches an empty text"),
        (pattern("nothing like it"), "match example 1 it finds nothing"),
        (pattern("card"), "match example 1 it finds something else"),
        ({**CARD, "examples": {"match": ["QX-000123"], "no_match": ["QX-000124"]}}, "no_match example 1 it finds"),
        ({**CARD, "check": "luck"}, "no check luck"),
        ({**CARD, "name": own()[0].name}, "one of ours of this name"),
        ({"name": "Nobody's", "type": "predefined"}, "none of this name"),
        ({**CARD, "check": "ssn"}, "match example 1"),
    ],
)
def test_what_would_do_harm_or_breaks_its_promise_is_refused(entry: object, says: str) -> None:
    with pytest.raises(RequestError) as caught:
        checked(written(entry))
    assert says in str(caught.value)


def test_examples_of_what_is_off_are_checked_too() -> None:
    with pytest.raises(RequestError, match="match example 1"):
        checked(written({**pattern("nothing"), "enabled": False}))


def test_a_column_whose_values_are_such_numbers_is_found() -> None:
    assert found("ref", NUMBERS, None) is None
    finding = found("ref", NUMBERS, by(CARD))
    assert finding is not None
    (reason,) = (each for each in finding.evidence if each.kind is EvidenceKind.PATTERN)
    assert (reason.clue, reason.agreed, reason.looked_at) == ("library card", 40, 40)


def test_the_name_of_a_column_is_what_must_stand_before() -> None:
    numbers = [f"{n:07}" for n in range(1_200_000, 1_200_040)]
    assert found("LIBRARY_CARD", numbers, by(CARD)) is not None
    assert found("room", numbers, by(CARD)) is None


def test_an_expression_that_waits_for_its_word_lends_the_others_nothing() -> None:
    weak = {
        **CARD,
        "patterns": [
            {"regex": r"QX-\d{6}", "score": 0.3},
            {"regex": r"\d{7}", "score": 0.9, "after": ["library card"]},
        ],
    }
    assert found("ref", NUMBERS, by(weak)) is None


def test_context_in_the_name_of_a_column_raises() -> None:
    doubtful = {**CARD, "patterns": [{"regex": r"\bQX-\d{6}\b", "score": 0.3}], "context": ["borrower"],
                "deny_list": ["QX-none"], "deny_list_score": 0.1,
                "examples": {"match": ["borrower «QX-000123»"], "no_match": ["QX-000123"]}}  # fmt: skip
    weak, strong = judged("ref", NUMBERS, by(doubtful)), found("borrower", NUMBERS, by(doubtful))
    assert all(each.strength < FOUND for each in weak.findings)
    assert strong is not None


def test_such_numbers_in_texts_are_found() -> None:
    notes = [f"Patron came about a fine on day {n} and paid." for n in range(50)]
    notes[7] = "Patron lost library card no. 0001234 and asked for another."
    notes[9] = "Patron found library card no. 0001235 on the bus."
    assert found("remarks", notes, None) is None
    finding = found("remarks", notes, by(CARD))
    assert finding is not None
    assert [each.agreed for each in finding.evidence] == [2]


def test_what_is_called_notes_is_read_whatever_it_looks_like() -> None:
    codes = [f"Desk {n} Co QX-{n:06}" for n in range(40)]
    assert found("shelf_mark", codes, by(CARD)) is None
    assert found("remarks", codes, by(CARD)) is not None


def test_what_is_negative_speaks_against_numbers_of_persons() -> None:
    numbers = [f"{n}-09-9998" for n in range(219, 259)]
    assert found("dossier", numbers, None, "SSN") is not None
    assert found("dossier", numbers, by(PERMIT), "SSN") is None
    assert found("ssn", numbers, by(PERMIT), "SSN") is not None


def test_what_is_negative_takes_its_place_in_texts() -> None:
    text = "asked about dossier no. 219-09-9998 today"
    assert [span.type_code for span in standard().find(text)] == ["SSN"]
    assert by(PERMIT).find(text) == ()
    assert [span.type_code for span in by(PERMIT).find("ssn 219-09-9998")] == ["SSN"]


def test_what_a_city_writes_is_never_searched_by_what_it_could_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []
    compiled = sieve._regex
    monkeypatch.setattr(sieve, "_regex", lambda one, flags: searched.append(one) or compiled(one, flags))
    assert [span.recogniser for span in by(CARD).find("née: card QX-000123")] == ["library card"]
    assert searched
    assert not any("QX" in one for one in searched)


def test_ours_can_be_switched() -> None:
    text = "her SSN is 219-09-9998 she says"
    name = next(each.name for each in own() if each.type_code == "SSN" and each.enabled)
    assert by({"name": name, "type": "predefined", "enabled": False}).find(text) == ()
    assert standard().find(text) != ()


def test_names_that_hold_such_numbers_are_withheld() -> None:
    assert not judged("QX-000123", NUMBERS, None).name.withheld
    assert judged("QX-000123", NUMBERS, by(CARD)).name.withheld
    assert not judged("QX", NUMBERS, by(CARD)).name.withheld


def test_the_detector_moves_with_what_is_in_use_and_comes_back() -> None:
    versions = {detector(by(CARD)), detector(by(PERMIT)), detector(by(CARD, PERMIT)), detector(standard())}
    assert len(versions) == 4
    assert detector(standard()) == DETECTOR == detector(by({**CARD, "enabled": False}))
