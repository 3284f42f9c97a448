from collections import Counter
from collections.abc import Sequence
from itertools import cycle

import pytest

from catalog.model.evidence import EvidenceKind, Form
from scanners.combine import FOUND, combine
from scanners.pipelines import Pipeline
from scanners.recognisers import Recognisers, standard
from scanners.spans import Span
from scanners.text import ENOUGH_NAMES, MODEL_TEXTS, judge_text, looks_like_prose

NOTES = [f"The client called about case {number} and was told to wait." for number in range(1000)]


def test_one_number_among_a_thousand_notes_is_seen() -> None:
    notes = [*NOTES[:700], "She gave her SSN as 219-09-9998 by mistake.", *NOTES[700:]]
    (evidence,) = judge_text(Counter(notes), standard())
    assert (evidence.type_code, evidence.kind, evidence.form) == ("SSN", EvidenceKind.TEXT, Form.FREE_TEXT)
    assert (evidence.looked_at, evidence.agreed, evidence.distinct) == (1001, 1, 1)
    assert evidence.clue == "a social security number"
    assert evidence.weight > 0.8


def test_harmless_notes_give_nothing() -> None:
    assert judge_text(Counter(NOTES[:50]), standard()) == ()
    assert judge_text({}, standard()) == ()


def test_values_are_counted_as_rows_and_as_texts() -> None:
    notes = ["Call (212) 555-0134", "Call (212) 555-0134", "write to jane@example.org or call (718) 555-0101"]
    by_type = {evidence.type_code: evidence for evidence in judge_text(Counter(notes), standard())}
    assert (by_type["PHONE"].looked_at, by_type["PHONE"].agreed, by_type["PHONE"].distinct) == (3, 3, 2)
    assert (by_type["EMAIL"].agreed, by_type["EMAIL"].distinct) == (1, 1)
    assert [evidence.type_code for evidence in judge_text(Counter(notes), standard())] == ["PHONE", "EMAIL"]


CLUE = "a person's name by the small built-in model"


class _Seeing(Recognisers):
    """With a pipeline that sees these names, one after the other, one in each text."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(pipeline=Pipeline("somewhere", "1", CLUE))
        self.names, self.read_by_model = cycle(names), 0

    def persons(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        self.read_by_model += len(texts)
        return [self._span(text, next(self.names)) for text in texts]

    def _span(self, text: str, name: str) -> tuple[Span, ...]:
        start = text.find(name)
        return (Span("NAME", start, start + len(name), 0.6, CLUE),) if start >= 0 else ()


PEOPLE = [f"{name} Qspt" for name in ("Xoa", "Xob", "Xoc", "Xod", "Xoe", "Xof")]
TOLD = [f"The client asked {name} about case {n}." for n, name in zip(range(600), cycle(PEOPLE), strict=False)]


def test_the_model_reads_few_texts_that_stand_for_all() -> None:
    by = _Seeing(PEOPLE)
    (evidence,) = judge_text(Counter(TOLD[:MODEL_TEXTS]), by)
    assert (evidence.type_code, evidence.clue, evidence.agreed, by.read_by_model) == (
        "NAME",
        CLUE,
        MODEL_TEXTS,
        MODEL_TEXTS,
    )
    assert judge_text(Counter(NOTES), by) == ()
    assert by.read_by_model == 2 * MODEL_TEXTS


@pytest.mark.parametrize(("people", "is_found"), [(PEOPLE[: ENOUGH_NAMES - 1], False), (PEOPLE[:ENOUGH_NAMES], True)])
def test_a_model_alone_is_believed_where_it_saw_enough_different_names(people: Sequence[str], is_found: bool) -> None:
    texts = [f"He asked {name} about it, {n}." for n, name in zip(range(60), cycle(people), strict=False)]
    (evidence,) = judge_text(Counter(texts), _Seeing(people))
    (finding,) = combine([evidence], rows=60, filled=60)
    assert evidence.distinct == len(people)
    assert (finding.strength >= FOUND) is is_found


def test_the_same_name_in_capitals_is_no_other_one() -> None:
    texts = ["He saw Xoa Qspt.", "HE SAW XOA QSPT.", "It is Xoa Qspt's."]
    (evidence,) = judge_text(Counter(texts), _Seeing(["Xoa Qspt", "XOA QSPT", "Xoa Qspt's"]))
    assert evidence.distinct == 1


def test_what_lists_know_counts_beside_what_the_model_sees() -> None:
    texts = ["Maria Lopez came in.", "He saw Xoa Qspt.", "Nobody came in."]
    listed, modelled = judge_text(Counter(texts), _Seeing(["Xoa Qspt"]))[::-1]
    assert (listed.clue, listed.agreed) == ("a person's name", 1)
    assert (modelled.clue, modelled.agreed, modelled.looked_at) == (CLUE, 2, 3)


def test_whose_an_identifier_is_is_told_where_the_words_tell() -> None:
    notes = [
        *["Reach client at 212-555-0134.", "Her mother at 212-555-0135 will help.", "Back at 212-555-0136."],
        *["Client called from 212-555-0137 today."],
    ]
    phone, *who = judge_text(Counter(notes), standard())
    assert phone.agreed == 4
    assert [(each.kind, each.clue, each.agreed, each.looked_at, each.weight) for each in who] == [
        (EvidenceKind.SUBJECT, "a client", 2, 4, 0.0),
        (EvidenceKind.SUBJECT, "a third party", 1, 4, 0.0),
    ]
    with_who, without = (combine(each, rows=4, filled=4)[0] for each in ([phone, *who], [phone]))
    assert (with_who.strength, with_who.share) == (without.strength, without.share)


def test_lists_of_names_read_no_more_texts_than_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    ask = standard().read
    monkeypatch.setattr(standard(), "read", lambda text, numbers: read.append(text) or ask(text, numbers))
    notes = Counter(f"Maria Lopez came at {n} and was seen." for n in range(500))
    (evidence,) = judge_text(notes, standard())
    assert (evidence.agreed, evidence.looked_at, evidence.distinct, len(read)) == (200, 200, 200, 200)


def test_one_name_behind_many_pairs_of_capitals_is_found() -> None:
    notes = [f"Blocked Drive {n} was opened again." for n in range(400)]
    (evidence,) = judge_text(Counter([*notes, "Maria Lopez came and was seen."]), standard())
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
