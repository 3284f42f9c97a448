"""Judging a table that a test writes out, column by column."""

from collections.abc import Mapping, Sequence

from catalog.model.coverage import SampleMethod
from catalog.model.evidence import Finding
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Sample
from scanners.judge import judge
from scanners.naming import NameGuard


def findings_in(columns: Mapping[str, Sequence[str | None]]) -> dict[str, tuple[Finding, ...]]:
    """What is found in each column of a table of which all rows are seen."""
    schemas = [ColumnSchema(name, place) for place, name in enumerate(columns)]
    sample = Sample(schemas, list(columns.values()), method=SampleMethod.ALL_ROWS)
    results = judge(sample, NameGuard(b"k" * 32))
    return dict(zip(columns, (result.findings for result in results), strict=True))
