import pytest

from catalog.model.coverage import Depth, SampleMethod
from catalog.model.evidence import Evidence, EvidenceKind, Finding, Form, Share
from catalog.model.holdings import Band, ColumnSchema
from catalog.model.runs import ColumnResult, SafeName
from catalog.model.sample import Sample
from scanners.depth import reason_to_go_on

PROSE = ["The caller said that she would come to the office on Monday."] * 40
CODES = [f"QX-{number}" for number in range(40)]


def a_sample(values: list[str], method: SampleMethod = SampleMethod.RANDOM_ROWS) -> Sample:
    return Sample([ColumnSchema("c", 0)], [values], method=method)


def a_result(*strengths: float, agreed: int = 20, distinct: Band = Band.ALL) -> ColumnResult:
    evidence = Evidence("SSN", EvidenceKind.PATTERN, "made up", 0.5, Form.FULL, 40, agreed, agreed, 0.0)
    findings = tuple(Finding("SSN", Form.FULL, each, Share(0, 0.5, 1), 0.0, (evidence,)) for each in strengths)
    name = SafeName("c", "c", withheld=False)
    return ColumnResult(name, 0, "text", "", None, False, 40, Band.NONE, distinct, (), findings)


@pytest.mark.parametrize("method", [SampleMethod.RANDOM_ROWS, SampleMethod.PLACES])
def test_what_is_certain_ends_a_look(method: SampleMethod) -> None:
    assert reason_to_go_on(a_sample(CODES, method), [a_result(0.95)]) is None


def test_what_values_leave_open_is_looked_at_more_deeply() -> None:
    assert reason_to_go_on(a_sample(CODES), [a_result(0.95), a_result(0.6)]) is Depth.AMBIGUOUS
    assert reason_to_go_on(a_sample(CODES), [a_result(0.95), a_result(0.6, agreed=0)]) is None, "a name alone"


def test_texts_are_looked_at_more_deeply() -> None:
    assert reason_to_go_on(a_sample(PROSE), [a_result(0.95)]) is Depth.FREE_TEXT


def test_what_a_document_says_is_text_however_short_it_is() -> None:
    column = ColumnSchema("text", 0, name_is_made_up=True, holds_passages=True)
    sample = Sample([column], [["Caseworker: Maria Lopez"] * 40], method=SampleMethod.RANDOM_ROWS)
    assert reason_to_go_on(sample, [a_result(0.95)]) is Depth.FREE_TEXT


def test_nothing_found_among_many_values_is_worth_more_rows() -> None:
    assert reason_to_go_on(a_sample(CODES), [a_result()]) is Depth.NOTHING_FOUND
    assert reason_to_go_on(a_sample(CODES), [a_result(distinct=Band.FEW)]) is None


@pytest.mark.parametrize("method", [SampleMethod.ALL_ROWS, SampleMethod.FIRST_ROWS])
def test_where_more_rows_say_no_more_a_look_ends(method: SampleMethod) -> None:
    assert reason_to_go_on(a_sample(PROSE, method), [a_result(0.6)]) is None
