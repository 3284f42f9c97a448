"""The demo city judged three ways: by names alone, by values alone, and by all there is; scored by its plans.

What a column truly holds stands in the city's plans and in ``city/existing.toml``, written before any scan.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from catalog import plugins
from catalog.demo.plans import agency_plans
from catalog.errors import CatalogError
from catalog.model.identifiers import Grade
from catalog.model.sample import Sample
from catalog.ports import Connector, SamplePlan, Unlisted
from catalog.taxonomy.loader import Taxonomy, load
from scanners import header
from scanners.grading import grade
from scanners.judge import judge
from scanners.naming import NameGuard
from tests.support.bounds import here

HERE = Path(__file__).resolve().parent
_PLAN = SamplePlan(rows=1000, seed=1)


class Way(StrEnum):
    """What a judgement may stand on."""

    NAMES = "names alone"
    VALUES = "values alone"
    ALL = "all there is"


@dataclass(frozen=True)
class Truth:
    """What a column truly holds: codes as the plans write them, ``NAME?`` for a part."""

    name: str
    codes: tuple[str, ...]

    def grade(self, taxonomy: Taxonomy) -> Grade:
        """Direct when one whole type is; else quasi when there is any."""
        whole = [code for code in self.codes if not code.endswith("?")]
        if any(taxonomy.grade(code) is Grade.DIRECT for code in whole):
            return Grade.DIRECT
        return Grade.QUASI if self.codes else Grade.NONE


@dataclass
class Score:
    """Counts of one way: true grade and judged grade, and how often the strongest type was right."""

    grades: Counter[tuple[Grade, Grade]]
    typed: int = 0

    @property
    def direct(self) -> tuple[float, float, float]:
        """Precision, recall and F1 of "identifies on its own"; columns that are truly quasi count for neither."""
        hit = self.grades[Grade.DIRECT, Grade.DIRECT]
        false = self.grades[Grade.NONE, Grade.DIRECT]
        missed = sum(self.grades[Grade.DIRECT, other] for other in (Grade.QUASI, Grade.NONE))
        precision, recall = hit / max(hit + false, 1), hit / max(hit + missed, 1)
        return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)

    @property
    def columns(self) -> int:
        """Columns judged."""
        return sum(self.grades.values())


def truths() -> Mapping[str, Sequence[Truth]]:
    """What every column of every dataset holds, by dataset, in the order of the columns."""
    written = tomllib.loads((HERE / "city" / "existing.toml").read_text(encoding="utf-8"))
    found = {
        name: [Truth(column, tuple(codes)) for column, codes in columns.items()] for name, columns in written.items()
    }
    for agency in agency_plans():
        for plan in agency.datasets:
            found[plan.name] = [Truth(column.name, column.holds) for column in plan.columns]
    return found


def judged(folder: Path, ways: Sequence[Way] = tuple(Way)) -> Mapping[Way, Score]:
    """Judge every table under the folder of the demo's sources each way."""
    taxonomy, guard, expected = load(), NameGuard(b"\0" * 32), truths()
    scores = {way: Score(Counter()) for way in ways}
    for name, sample in all_tables(folder):
        if name not in expected:
            continue
        for way in ways:
            _score(scores[way], only(sample, way), expected[name], taxonomy, guard)
    return scores


def misses(folder: Path, way: Way = Way.ALL) -> Iterator[tuple[str, str, tuple[str, ...], Grade, tuple[str, ...]]]:
    """The columns judged wrong: dataset, column, what it holds, the grade given, the types found."""
    taxonomy, guard, expected = load(), NameGuard(b"\0" * 32), truths()
    for name, sample in all_tables(folder):
        for truth, result in _pairs(only(sample, way), expected.get(name, ()), guard):
            given = grade(result.findings, taxonomy)
            if given is not truth.grade(taxonomy):
                yield name, truth.name, truth.codes, given, tuple(finding.type_code for finding in result.findings)


def _score(score: Score, sample: Sample, expected: Sequence[Truth], taxonomy: Taxonomy, guard: NameGuard) -> None:
    for truth, result in _pairs(sample, expected, guard):
        score.grades[truth.grade(taxonomy), grade(result.findings, taxonomy)] += 1
        whole = {code.removesuffix("?") for code in truth.codes}
        strongest = max(result.findings, key=lambda finding: finding.strength, default=None)
        score.typed += bool(strongest and strongest.type_code in whole)


def _pairs(sample: Sample, expected: Sequence[Truth], guard: NameGuard):  # type: ignore[no-untyped-def]  # results of the scanner
    """Each truth with the judgement of its column: by name where the names agree, else by place."""
    results = judge(sample, guard)
    by_name = {column.name.casefold(): result for column, result in zip(sample.columns, results, strict=True)}
    for place, truth in enumerate(expected):
        result = by_name.get(truth.name.casefold()) or (results[place] if place < len(results) else None)
        if result is not None:
            yield truth, result


def only(sample: Sample, way: Way) -> Sample:
    """The same table with nothing but its names, or nothing but its values."""
    columns = sample.columns
    values = [sample.values(place) for place in range(len(columns))]
    if way is Way.NAMES:
        values = [() for _ in columns]
    if way is Way.VALUES:
        columns = tuple(
            replace(column, name=f"column {place}", declared_type="", comment="", in_key=False, name_is_made_up=True)
            for place, column in enumerate(columns, 1)
        )
    return Sample(columns, values, method=sample.method, rows_total=sample.rows_total, rows=sample.row_count)


def all_tables(folder: Path) -> Iterator[tuple[str, Sample]]:
    """Every readable table of the demo's sources, read once; headerless files with the names they get."""
    databases = ((path, "sqlite") for path in sorted(folder.glob("*/*.db")))
    shares = ((path, "files") for path in sorted(folder.glob("*/*")) if path.is_dir())
    for path, kind in (*databases, *shares):
        yield from tables(path, kind)


def tables(path: Path, kind: str) -> Iterator[tuple[str, Sample]]:
    """Every readable table of one source."""
    connector: Connector = plugins.load("connectors", kind)({"path": str(path)}, resolve=str, bounds=here(512))
    for one in connector.listing():
        if isinstance(one, Unlisted):
            continue
        try:
            yield one.name, header.settle(connector.sample(one, _PLAN))
        except CatalogError:
            continue
    connector.close()
