"""Presidio as its manual uses it, on the same texts: with our recognisers, and with its own."""

from collections.abc import Sequence
from functools import lru_cache

import spacy
import tldextract.tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine

from catalog.taxonomy.recognisers import PRESIDIOS_NAMES
from scanners import presidio
from scanners.patterns import FULL_NAMES
from scanners.recognisers import LEAST_SCORE, standard
from scanners.spans import Span, without_overlaps

#: What Presidio has recognisers for that look at the form of something, under our codes.
COMPARED = frozenset(PRESIDIOS_NAMES.values()) - {"NAME", "AGE"}


class _Blank(SpacyNlpEngine):
    """spaCy without a model: forms need none."""

    def load(self) -> None:
        self.nlp = {"en": spacy.blank("en")}


def with_ours(text: str) -> tuple[Span, ...]:
    """What our recognisers of forms find where every one of them is asked about every text."""
    patterns = _by_clue()
    found = [
        Span(patterns[each.recognition_metadata["recognizer_name"]], each.start, each.end, each.score, "")
        for each in _ours().analyze(text, "en")
    ]
    return tuple(span for span in without_overlaps(found) if span.type_code)


def as_it_comes(text: str) -> tuple[Span, ...]:
    """What Presidio's own recognisers find, as it comes; what it is hardly sure of left out as with us."""
    found = [
        Span(PRESIDIOS_NAMES[each.entity_type], each.start, each.end, each.score, "")
        for each in _its_own().analyze(text, "en")
        if PRESIDIOS_NAMES.get(each.entity_type) in COMPARED and each.score >= LEAST_SCORE
    ]
    return without_overlaps(found)


def warm_up(texts: Sequence[str]) -> None:
    """Build what is built once."""
    for text in texts:
        with_ours(text)
        as_it_comes(text)


@lru_cache(maxsize=1)
def _by_clue() -> dict[str, str]:
    return {pattern.clue: pattern.type_code for pattern in standard().patterns}


@lru_cache(maxsize=1)
def _ours() -> AnalyzerEngine:
    recognisers = [presidio.recogniser(pattern) for pattern in standard().patterns if pattern is not FULL_NAMES]
    registry = RecognizerRegistry(recognizers=recognisers, supported_languages=["en"])
    return AnalyzerEngine(registry=registry, nlp_engine=_Blank(), supported_languages=["en"])


@lru_cache(maxsize=1)
def _its_own() -> AnalyzerEngine:
    # Its recogniser of web addresses would otherwise fetch a list of domains.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
    return AnalyzerEngine(nlp_engine=_Blank(), supported_languages=["en"])
