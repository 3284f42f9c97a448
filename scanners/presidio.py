"""Presidio's one door: recognisers of our own only, built once per process, silent and offline.

Nothing of Presidio's is loaded by default: its recognisers change with releases, one fetches a list of domains, and
its loggers write the text they read. A spaCy pipeline with names of persons is used when one is installed, loaded by
its package name, never downloaded; without one, titles and lists of names find persons.

Imported with the first text that needs it, as loading it takes longer than judging many a table.
"""

import logging
from collections.abc import Iterable
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

from scanners import recognisers
from scanners.fullnames import full_names
from scanners.patterns import PATTERNS, TextPattern
from scanners.spans import Span

FLAGS = regex.MULTILINE
_LANGUAGE = "en"
_PERSON_SCORE = 0.6
_LIST_SCORE = 0.8
_PERSON_CLUE = "a person's name by language model"
_LIST_CLUE = "a person's full name"


class _Checked(PatternRecognizer):
    """A pattern of ours whose matches must also pass its check."""

    def __init__(self, pattern: TextPattern) -> None:
        super().__init__(
            supported_entity=pattern.type_code,
            name=pattern.clue,
            patterns=[Pattern(pattern.clue, pattern.regex, pattern.score)],
            global_regex_flags=FLAGS,
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
        name = recognisers.installed_pipeline()
        loaded = spacy.load(name) if name else spacy.blank(_LANGUAGE)
        self.nlp = {_LANGUAGE: loaded}  # type: ignore[assignment]  # its base class declares None only


def read(text: str, numbers: Iterable[int]) -> list[Span]:
    """What some recognisers find in a text, by their numbers: of the patterns in their order, then of full names."""
    asked = [_recognisers()[number] for number in numbers]
    return [_span(found) for each in asked for found in each.analyze(text, each.supported_entities, _nothing_read())]


def read_with_pipeline(text: str) -> list[Span]:
    """What all recognisers find, and the installed spaCy pipeline (slow)."""
    return [_span(found) for found in _engine().analyze(text, _LANGUAGE)]


def _span(found: RecognizerResult) -> Span:
    clue = found.recognition_metadata[RecognizerResult.RECOGNIZER_NAME_KEY]
    return Span(found.entity_type, found.start, found.end, found.score, clue)


@lru_cache(maxsize=1)
def _recognisers() -> tuple[EntityRecognizer, ...]:
    _silence()
    return (*map(_Checked, PATTERNS), _FullNames(), _Persons())


@lru_cache(maxsize=1)
def _engine() -> AnalyzerEngine:
    return AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=list(_recognisers()), supported_languages=[_LANGUAGE]),
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
