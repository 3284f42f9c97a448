"""How many different values a judged column holds in its whole dataset, told in powers of ten."""

import pytest

from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import ColumnSchema, Magnitude
from catalog.model.sample import Sample
from scanners.judge import judge
from scanners.naming import NameGuard

GUARD = NameGuard(bytes(32))
NUMBERS = [f"K{n:05d}" for n in range(200)]


def amount(
    values: list[str | None],
    method: SampleMethod = SampleMethod.RANDOM_ROWS,
    total: int | None = 40_000,
    *,
    caveats: frozenset[Caveat] = frozenset(),
    rows: int | None = None,
) -> Magnitude:
    sample = Sample([ColumnSchema("case_no", 0)], [values], method=method, rows_total=total, rows=rows, caveats=caveats)
    return judge(sample, GUARD)[0].amount


def test_every_row_seen_is_counted() -> None:
    assert amount(NUMBERS * 2, SampleMethod.ALL_ROWS, 400) is Magnitude.FROM_100
    assert amount([*NUMBERS[:3], None], SampleMethod.ALL_ROWS, 4) is Magnitude.FEWER_THAN_5


@pytest.mark.parametrize("method", [SampleMethod.RANDOM_ROWS, SampleMethod.FIRST_ROWS])
def test_of_some_rows_values_that_never_come_back_stand_for_the_rest(method: SampleMethod) -> None:
    assert amount(NUMBERS, method) is Magnitude.FROM_10000
    assert amount(NUMBERS * 2, method) is Magnitude.NOT_KNOWN
    assert amount([*NUMBERS[:20], *[None] * 180], method) is Magnitude.FROM_1000


def test_what_was_cut_short_is_not_all_there_is() -> None:
    assert amount(NUMBERS * 2, SampleMethod.ALL_ROWS, None, caveats=frozenset({Caveat.CUT})) is Magnitude.NOT_KNOWN


def test_lists_of_several_a_row_count_each() -> None:
    assert amount(NUMBERS, rows=10, total=1_000) is Magnitude.FROM_10000
