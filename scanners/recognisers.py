"""Presidio's one door: an engine of our own recognisers only, built once per process, silent and offline.

Nothing of Presidio's is loaded by default: its recognisers change with releases, one fetches a list of domains, and
its loggers write the text they read. A spaCy pipeline with names of persons is used when one is installed, loaded by
its package name, never downloaded; without one, titles and lists of names find persons.
"""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import regex
import spacy
from presidio_analyzer import (
    AnalyzerEngine,
    EntityRecognizer,
    LocalRecognizer,
    Pattern,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, SpacyNlpEngine
from spacy.tokens import Doc
from spacy.vocab import Vocab

from catalog.errors import DetectorError
from scanners.fullnames import full_names
from scanners.patterns import PATTERNS, SCREEN, TextPattern

#: Longer texts are cut: tokenising is quadratic on hostile ones.
TEXT_CHARS = 4096
#: Matches less sure than this are no matches.
LEAST_SCORE = 0.4
_LANGUAGE = "en"
_FLAGS = regex.MULTILINE
_SEARCH_SECONDS = 60
_PERSON_SCORE = 0.6
_LIST_SCORE = 0.8
_PERSON_CLUE = "a person's name by language model"
_LIST_CLUE = "a person's full name"
_SCREEN = re.compile(SCREEN)


@dataclass(frozen=True, slots=True)
class Span:
    """One identifier found in a text: its place only, never its words."""

    type_code: str
    start: int
    end: int
    score: float
    recogniser: str


class _Checked(PatternRecognizer):
    """A pattern of ours whose matches must also pass its check."""

    def __init__(self, pattern: TextPattern) -> None:
        super().__init__(
            supported_entity=pattern.type_code,
            name=pattern.clue,
            patterns=[Pattern(pattern.clue, pattern.regex, pattern.score)],
            global_regex_flags=_FLAGS,
        )
        self._check = pattern.check

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether the check refuses the match; passing it does not raise the score."""
        return self._check is not None and not self._check(pattern_text)


class _FullNames(LocalRecognizer):
    """Persons by lists of given names and surnames."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["NAME"], name=_LIST_CLUE)

    def load(self) -> None:
        """Nothing to load: the lists come when first asked."""

    def analyze(
        self,
        text: str,
        entities: list[str],  # noqa: ARG002  # Presidio names it in the call
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002  # the same
    ) -> list[RecognizerResult]:
        """The full names in the text."""
        return [_result(self, _LIST_CLUE, start, end, _LIST_SCORE) for start, end in full_names(text)]


class _Persons(LocalRecognizer):
    """Persons by the entities of an installed spaCy pipeline."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["NAME"], name=_PERSON_CLUE)

    def load(self) -> None:
        """Nothing to load: the engine holds the pipeline."""

    def analyze(
        self,
        text: str,  # noqa: ARG002  # Presidio names it in the call
        entities: list[str],  # noqa: ARG002  # the same
        nlp_artifacts: NlpArtifacts | None = None,
    ) -> list[RecognizerResult]:
        """The persons among the pipeline's entities that consist of at least two words."""
        found = nlp_artifacts.entities if nlp_artifacts else []
        persons = (entity for entity in found if entity.label_ == "PERSON" and " " in entity.text.strip())
        return [_result(self, _PERSON_CLUE, entity.start_char, entity.end_char, _PERSON_SCORE) for entity in persons]


class _AsFound(ContextAwareEnhancer):
    """Leaves every score as it is, and copies nothing: our patterns carry their context themselves."""

    def __init__(self) -> None:
        super().__init__(0.0, 0.0, 0, 0)

    def enhance_using_context(
        self,
        text: str,  # noqa: ARG002  # Presidio names it in the call
        raw_results: list[RecognizerResult],
        *_: object,
        **__: object,
    ) -> list[RecognizerResult]:
        """The results themselves."""
        return raw_results


class _Pipeline(SpacyNlpEngine):
    """spaCy as it is installed; Presidio's own engine would download what is missing."""

    def load(self) -> None:
        """Load the installed English pipeline, or a blank one that only splits words."""
        name = installed_pipeline()
        loaded = spacy.load(name) if name else spacy.blank(_LANGUAGE)
        self.nlp = {_LANGUAGE: loaded}  # type: ignore[assignment]  # its base class declares None only


@lru_cache(maxsize=1)
def installed_pipeline() -> str | None:
    """The name of an installed English spaCy pipeline, the largest first; None when there is none."""
    names = [f"en_core_web_{size}" for size in ("trf", "lg", "md", "sm")]
    return next((name for name in names if spacy.util.is_package(name)), None)


def find(text: str, *, with_pipeline: bool = False) -> tuple[Span, ...]:
    """Find the identifiers in one text, strongest first; overlapping ones of one type count once.

    Parameters:
        text: looked at up to :data:`TEXT_CHARS`.
        with_pipeline: also ask the installed spaCy pipeline for persons (slow).

    Raises:
        DetectorError: when a recogniser fails, without its words.
    """
    cut = text[:TEXT_CHARS]
    use_pipeline = with_pipeline and installed_pipeline() is not None
    codes = None if use_pipeline else _may_be_in(cut)
    if codes is not None and not codes:
        return ()
    try:
        artifacts = None if use_pipeline else _nothing_read()
        results = _engine().analyze(
            cut, _LANGUAGE, entities=codes, score_threshold=LEAST_SCORE, nlp_artifacts=artifacts
        )
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # errors of recognisers quote the text they read
        raise DetectorError(
            "Recognisers for text", "one of them failed", "Report this with the version of presidio-analyzer."
        ) from None
    return _without_overlaps(results)


def may_hold_something(text: str) -> bool:
    """Whether a text is worth the recognisers: a cheap screen without false negatives for them."""
    return _SCREEN.search(text) is not None


def _may_be_in(text: str) -> list[str]:
    """The types a recogniser may find in the text: the others are not asked, as asking costs more than searching."""
    if not may_hold_something(text):
        return []
    found = set()
    for code, words, expression in _expressions():
        if code not in found and (words is None or words.search(text)) and _matches(expression, text):
            found.add(code)
    if "NAME" not in found and next(full_names(text), None):
        found.add("NAME")
    return sorted(found)


def _matches(expression: "regex.Pattern[str]", text: str) -> bool:
    try:
        return expression.search(text, timeout=_SEARCH_SECONDS) is not None
    except TimeoutError:  # Presidio, too, takes it for nothing found
        return False


@lru_cache(maxsize=1)
def _expressions() -> "tuple[tuple[str, regex.Pattern[str] | None, regex.Pattern[str]], ...]":
    """Of each pattern its type, the words it is not without if there are such, and all of it."""
    return tuple(
        (
            each.type_code,
            regex.compile(each.words, regex.IGNORECASE) if each.words else None,
            regex.compile(each.regex, _FLAGS),
        )
        for each in PATTERNS
    )


@lru_cache(maxsize=1)
def _engine() -> AnalyzerEngine:
    _silence()
    recognisers: list[EntityRecognizer] = [_Checked(pattern) for pattern in PATTERNS]
    recognisers += [_FullNames(), _Persons()]
    registry = RecognizerRegistry(recognizers=recognisers, supported_languages=[_LANGUAGE])
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=_Pipeline(),
        context_aware_enhancer=_AsFound(),
        log_decision_process=False,
        supported_languages=[_LANGUAGE],
    )


def _silence() -> None:
    """Take Presidio's handlers off and its loggers out: at debug level they write words of the text."""
    for name in ("presidio-analyzer", "decision_process"):
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
        logger.disabled = True


@lru_cache(maxsize=1)
def _nothing_read() -> NlpArtifacts:
    """What Presidio takes for a text no pipeline has read: our patterns carry their context themselves."""
    return NlpArtifacts([], Doc(Vocab()), [], [], None, _LANGUAGE)


def _result(recogniser: EntityRecognizer, clue: str, start: int, end: int, score: float) -> RecognizerResult:
    metadata = {
        RecognizerResult.RECOGNIZER_NAME_KEY: clue,
        RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: recogniser.id,
    }
    return RecognizerResult("NAME", start, end, score, recognition_metadata=metadata)


def _without_overlaps(results: Iterable[RecognizerResult]) -> tuple[Span, ...]:
    """One span per place: the surer wins, then the longer."""
    kept: list[Span] = []
    for each in sorted(results, key=lambda result: (-result.score, result.start - result.end, result.start)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            name = each.recognition_metadata[RecognizerResult.RECOGNIZER_NAME_KEY]
            kept.append(Span(each.entity_type, each.start, each.end, each.score, name))
    return tuple(kept)
