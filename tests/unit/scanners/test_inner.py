"""What is found in parts of a column is told of the whole, with its own share."""

from catalog.model.evidence import Evidence, EvidenceKind, Finding, Form, Share
from scanners import inner
from scanners.inner import Part
from scanners.looks import Look

WHOLE = Look([f"v{n}" for n in range(100)])


def finding(strength: float, share: Share, code: str = "NAME", form: Form = Form.FULL) -> Finding:
    said = Evidence(code, EvidenceKind.NAME, "first name", 0.4)
    seen = Evidence(code, EvidenceKind.LEXICON, "given names", 0.8, looked_at=20, agreed=10, distinct=9)
    against = Evidence(code, EvidenceKind.SHAPE, "plain numbers", -0.9)
    return Finding(code, form, strength, share, strength, (against, said, seen))


def part(rows: int) -> Part:
    return Part("x", Look([f"p{n}" for n in range(rows)]))


def told(kind: EvidenceKind, *found: tuple[Part, list[Finding]]) -> list[Evidence]:
    return list(inner.told([each for each, _ in found], [findings for _, findings in found], kind, WHOLE))


HALF = Share(0.4, 0.5, 0.6)


def test_a_part_of_every_value_counts_in_all_of_them() -> None:
    (evidence,) = told(EvidenceKind.PART, (part(20), [finding(0.9, HALF)]))
    assert evidence == Evidence("NAME", EvidenceKind.PART, "given names", 0.9, Form.FULL, 100, 50, 20, 0.0)


def test_an_attribute_counts_in_its_own_rows_and_is_told_by_its_name() -> None:
    (evidence,) = told(EvidenceKind.ATTRIBUTE, (part(20), [finding(0.9, HALF)]))
    assert evidence == Evidence("NAME", EvidenceKind.ATTRIBUTE, "first name", 0.9, Form.FULL, 100, 10, 20, 0.0)


def test_two_parts_of_a_value_count_once_and_two_attributes_twice() -> None:
    both = (part(20), [finding(0.6, HALF)]), (part(30), [finding(0.9, Share(0.2, 0.3, 0.4))])
    assert [(item.weight, item.agreed) for item in told(EvidenceKind.PART, *both)] == [(0.9, 50)]
    assert [(item.weight, item.agreed) for item in told(EvidenceKind.ATTRIBUTE, *both)] == [(0.9, 19)]


def test_no_more_than_all_are_counted() -> None:
    whole = finding(0.9, Share(1.0, 1.0, 1.0))
    assert told(EvidenceKind.ATTRIBUTE, (part(80), [whole]), (part(80), [whole]))[0].agreed == 100


def test_where_a_name_alone_speaks_all_filled_values_are_taken_to_hold_it() -> None:
    assert told(EvidenceKind.PART, (part(20), [finding(0.9, Share(0.0, 0.1, 0.8))]))[0].agreed == 80


def test_what_is_not_found_is_not_told_and_forms_are_told_apart() -> None:
    assert told(EvidenceKind.PART, (part(20), [finding(0.49, HALF)])) == []
    forms = [finding(0.9, HALF), finding(0.8, HALF, form=Form.PARTIAL), finding(0.7, HALF, "DOB")]
    assert [(item.type_code, item.form) for item in told(EvidenceKind.PART, (part(20), forms))] == [
        ("DOB", Form.FULL),
        ("NAME", Form.FULL),
        ("NAME", Form.PARTIAL),
    ]
