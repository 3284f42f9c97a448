"""Every case of the casebook, one test each: what must be found in a made-up table, and what must not."""

import pytest

from catalog.model.evidence import Finding, sentence
from catalog.model.identifiers import Grade
from catalog.model.runs import ColumnResult
from catalog.taxonomy.loader import load
from scanners.combine import FOUND
from scanners.grading import grade
from scanners.judge import judge
from scanners.naming import NameGuard
from tests.regression.casebook import Case, Column, cases

GUARD = NameGuard(b"regression")
CASES = list(cases())


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.theme}: {case.name}") for case in CASES])
def test_case(case: Case):
    results = judge(case.sample(), GUARD)
    wrong = [
        text
        for column, result in zip(case.columns, results, strict=True)
        for text in _mistakes(column, result, _found(result))
    ]
    if wrong:
        pytest.fail("\n".join([f"{case.name}. {case.reason}", *wrong]), pytrace=False)


def _found(result: ColumnResult) -> list[Finding]:
    return [finding for finding in result.findings if finding.strength >= FOUND]


def _mistakes(column: Column, result: ColumnResult, found: list[Finding]) -> list[str]:
    expected, codes = column.expected, [finding.type_code for finding in found]
    told = []
    graded = grade(result.findings, load())
    if expected.grade and graded != expected.grade:
        told.append(f"is graded {graded.value}, not {expected.grade}")
    told.extend(f"does not hold {code}" for code in expected.holds if code not in codes)
    wanted = expected.one_of or expected.holds
    if wanted and codes and codes[0] not in wanted:
        told.append(f"holds {codes[0]} more surely than {' or '.join(wanted)}")
    elif expected.one_of and not codes:
        told.append(f"holds none of {', '.join(expected.one_of)}")
    told.extend(f"holds {code}, and must not" for code in expected.never if code in codes)
    told.extend(_mistakes_of_first(column, found))
    return [f"  {column.schema.name!r} {', '.join(told)}", *_why(result)] if told else []


def _mistakes_of_first(column: Column, found: list[Finding]) -> list[str]:
    """What is wrong with the surest of the findings that are expected."""
    expected = column.expected
    wanted = expected.one_of or expected.holds
    first = next((finding for finding in found if finding.type_code in wanted), None)
    if first is None:
        return []
    told = []
    if expected.form and first.form != expected.form:
        told.append(f"holds it as {first.form.value}, not {expected.form}")
    for word, bounds, figure in (
        ("strength", expected.strength, first.strength),
        ("share", expected.share, first.share.mid),
    ):
        if bounds and not bounds[0] <= figure <= bounds[1]:
            told.append(f"holds it with a {word} of {figure:.3f}, not {bounds[0]} to {bounds[1]}")
    return told


def _why(result: ColumnResult) -> list[str]:
    return [
        f"      {finding.type_code} {finding.strength:.2f} ({finding.form.value}), as "
        + "; ".join(sentence(evidence) for evidence in finding.evidence)
        for finding in result.findings
    ] or ["      nothing speaks for anything"]


def test_the_casebook_is_whole():
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
    assert all(case.reason.endswith(".") for case in CASES)
    assert all(
        (expected.grade or expected.holds or expected.one_of or expected.never)
        and {*expected.holds, *expected.one_of, *expected.never} <= load().types.keys()
        and expected.grade in {"", *Grade}
        for case in CASES
        for expected in (column.expected for column in case.columns)
    )


def test_every_type_is_found_somewhere_and_as_many_columns_hold_nothing_as_something_direct():
    columns = [column.expected for case in CASES for column in case.columns]
    found = {code for expected in columns for code in expected.holds}
    assert found == load().types.keys()
    direct, none = (sum(expected.grade == grade for expected in columns) for grade in ("direct", "none"))
    assert len(CASES) >= 150
    assert none >= direct * 0.8
