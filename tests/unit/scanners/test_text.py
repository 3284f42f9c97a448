from collections import Counter

import pytest

from catalog.model.evidence import EvidenceKind, Form
from scanners import recognisers
from scanners.spans import Span
from scanners.text import judge_text, looks_like_prose

NOTES = [f"The client called about case {number} and was told to wait." for number in range(1000)]


def test_one_number_among_a_thousand_notes_is_seen() -> None:
    notes = [*NOTES[:700], "She gave her SSN as 219-09-9998 by mistake.", *NOTES[700:]]
    (evidence,) = judge_text(Counter(notes))
    assert (evidence.type_code, evidence.kind, evidence.form) == ("SSN", EvidenceKind.TEXT, Form.FREE_TEXT)
    assert (evidence.looked_at, evidence.agreed, evidence.distinct) == (1001, 1, 1)
    assert evidence.clue == "a social security number"
    assert evidence.weight > 0.8


def test_harmless_notes_give_nothing() -> None:
    assert judge_text(Counter(NOTES[:50])) == ()
    assert judge_text({}) == ()


def test_values_are_counted_as_rows_and_as_texts() -> None:
    notes = ["Call (212) 555-0134", "Call (212) 555-0134", "write to jane@example.org or call (718) 555-0101"]
    by_type = {evidence.type_code: evidence for evidence in judge_text(Counter(notes))}
    assert (by_type["PHONE"].looked_at, by_type["PHONE"].agreed, by_type["PHONE"].distinct) == (3, 3, 2)
    assert (by_type["EMAIL"].agreed, by_type["EMAIL"].distinct) == (1, 1)
    assert [evidence.type_code for evidence in judge_text(Counter(notes))] == ["PHONE", "EMAIL"]


def test_the_model_reads_few_texts_and_only_where_lists_know_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def find(text: str, *, with_pipeline: bool = False) -> tuple[Span, ...]:
        assert with_pipeline
        asked.append(text)
        return (Span("NAME", 0, 3, 0.6, "a person's name by language model"),)

    monkeypatch.setattr(recognisers, "installed_pipeline", lambda: "en_core_web_sm")
    monkeypatch.setattr(recognisers, "find", find)
    (evidence,) = judge_text(Counter(NOTES))
    assert (evidence.type_code, evidence.agreed, len(asked)) == ("NAME", 20, 20)


def test_lists_of_names_read_no_more_texts_than_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    ask = recognisers.read
    monkeypatch.setattr(recognisers, "read", lambda text, numbers: read.append(text) or ask(text, numbers))
    notes = Counter(f"Maria Lopez came at {n} and was seen." for n in range(500))
    (evidence,) = judge_text(notes)
    assert (evidence.agreed, evidence.looked_at, evidence.distinct, len(read)) == (200, 200, 200, 200)


def test_one_name_behind_many_pairs_of_capitals_is_found() -> None:
    notes = [f"Blocked Drive {n} was opened again." for n in range(400)]
    (evidence,) = judge_text(Counter([*notes, "Maria Lopez came and was seen."]))
    assert (evidence.type_code, evidence.agreed, evidence.looked_at) == ("NAME", 1, 401)


@pytest.mark.parametrize(
    "values",
    [
        NOTES[:5],
        ["ok", "", "Tenant reported that the heat was off and the landlord will not answer."],
        ["El cliente " + "palabra " * 15],
    ],
)
def test_sentences_are_prose(values: list[str]) -> None:
    assert looks_like_prose(values)


@pytest.mark.parametrize(
    "values",
    [
        [],
        ["", " "],
        ["Maria Gonzalez", "John Smith"],
        ["123 West 45th Street Apt 4B New York NY 10036"],
        ["open", "closed"],
        ["2024-01-01", "A-100"],
    ],
)
def test_names_codes_and_addresses_are_not_prose(values: list[str]) -> None:
    assert not looks_like_prose(values)
