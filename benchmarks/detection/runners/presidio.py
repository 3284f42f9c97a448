"""Presidio in three ways: any hit counts; only what fills most of most cells; presidio-structured."""

import argparse
from collections import Counter
from collections.abc import Sequence

import pandas as pd
import spacy
from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine, RecognizerResult
from presidio_analyzer.nlp_engine import NlpEngine, NlpEngineProvider, SpacyNlpEngine
from presidio_structured import PandasAnalysisBuilder

from benchmarks.detection.runners import language
from benchmarks.detection.runners.serving import Table, Tool, serve

_ENGLISH = "en"
_BATCH = 100
_LEAST_SCORE, _LEAST_SHARE = 0.3, 0.5
#: Bare digit patterns, which Presidio itself scores next to nothing.
_BARE = frozenset({"US_BANK_NUMBER", "US_DRIVER_LICENSE"})


class Blank(SpacyNlpEngine):
    """spaCy with no model: words are split, names are not known."""

    def __init__(self) -> None:
        super().__init__()
        self.nlp = {_ENGLISH: spacy.blank(_ENGLISH)}  # type: ignore[assignment]  # its base class declares None only


def ready(given: argparse.Namespace) -> Tool:
    """The tool in the way asked for."""
    model = "" if given.blank else language.installed()
    engine = AnalyzerEngine(nlp_engine=_with(model) if model else Blank())
    ways: dict[str, type[Naive | Spans | Structured]] = {"naive": Naive, "spans": Spans, "structured": Structured}
    return Tool(ways[given.way](engine).judge, model or "none")


def _with(model: str) -> NlpEngine:
    wanted = {"nlp_engine_name": "spacy", "models": [{"lang_code": _ENGLISH, "model_name": model}]}
    return NlpEngineProvider(nlp_configuration=wanted).create_engine()


class Naive:
    """One cell after the other; whatever is found in any cell is in the column, the most frequent first."""

    def __init__(self, engine: AnalyzerEngine) -> None:
        self._engine = engine

    def judge(self, table: Table) -> list[list[str]]:
        return [self._column(values) for values in table.values]

    def _column(self, values: Sequence[str]) -> list[str]:
        hits = Counter(kind for value in values for kind in sorted({one.entity_type for one in self._found(value)}))
        return [kind for kind, _ in hits.most_common()]

    def _found(self, value: str) -> list[RecognizerResult]:
        return self._engine.analyze(value, _ENGLISH)


class Spans:
    """What fills at least half of the cell, in at least half of the cells, and is no bare digit pattern."""

    def __init__(self, engine: AnalyzerEngine) -> None:
        self._engine = BatchAnalyzerEngine(engine)

    def judge(self, table: Table) -> list[list[str]]:
        return [self._column(values) for values in table.values]

    def _column(self, values: Sequence[str]) -> list[str]:
        results = self._engine.analyze_iterator(list(values), _ENGLISH, batch_size=_BATCH, score_threshold=_LEAST_SCORE)
        hits = Counter(kind for value, found in zip(values, results, strict=True) for kind in _filling(value, found))
        return [kind for kind, count in hits.most_common() if count >= _LEAST_SHARE * len(values)]


class Structured:
    """presidio-structured as it comes."""

    def __init__(self, engine: AnalyzerEngine) -> None:
        self._builder = PandasAnalysisBuilder(engine, batch_size=_BATCH)

    def judge(self, table: Table) -> list[list[str]]:
        frame = pd.DataFrame({str(place): pd.Series(cells) for place, cells in enumerate(table.values)})
        found = self._builder.generate_analysis(frame.fillna("").astype(str)).entity_mapping
        return [[found[str(place)]] if str(place) in found else [] for place in range(len(table.names))]


def _filling(value: str, found: Sequence[RecognizerResult]) -> list[str]:
    return sorted({one.entity_type for one in found if 2 * (one.end - one.start) >= len(value)} - _BARE)


if __name__ == "__main__":
    serve(ready)
