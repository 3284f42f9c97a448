"""Presidio's and spaCy's one door: recognisers of our own registry, made once per process, silent and offline.

Nothing of Presidio's is loaded by default: its recognisers change with releases, one fetches a list of domains, and
its loggers write the text they read. A spaCy pipeline is loaded from where it is installed, never downloaded.

Imported with the first text that needs it, as loading it takes longer than judging many a table.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any

import regex
import spacy
from presidio_analyzer import LocalRecognizer, Pattern, PatternRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from scanners import linear
from scanners.mentions import mentions
from scanners.patterns import FOUND, FULL_NAMES, TextPattern, checks
from scanners.person_spans import full_names
from scanners.spans import Span

FLAGS = regex.MULTILINE
_NOBODY = "NOBODY"
_BATCH = 64


class _Searched:
    """What Presidio takes for a compiled expression.

    Presidio gives a search some seconds and takes what lasts longer for nothing found. Here a search has no limit of
    its own: what hangs is ended with its process, and told as a dataset that could not be looked at.
    """

    def __init__(self, pattern: TextPattern) -> None:
        self._pattern = pattern

    @cached_property
    def _compiled(self) -> Any:
        """Ready to search, which takes longer than searching many a text."""
        if self._pattern.is_linear:
            return linear.compiled(self._pattern.regex)
        return regex.compile(self._pattern.regex, FLAGS)

    def finditer(self, text: str, timeout: float) -> Iterator["_Place"]:  # noqa: ARG002  # Presidio names it in the call
        """The places of all matches."""
        group = self._compiled.groupindex.get(FOUND, 0)
        return (_Place(found.span(group)) for found in self._compiled.finditer(text))


class _Place(tuple[int, int]):
    """What Presidio asks of a match."""

    __slots__ = ()

    def span(self) -> tuple[int, int]:
        """Where it starts and where it ends."""
        return self[0], self[1]


class _Checked(PatternRecognizer):
    """A pattern whose matches must also pass its check."""

    def __init__(self, pattern: TextPattern) -> None:
        searched = Pattern(pattern.clue, "", pattern.score)
        searched.compiled_regex = _Searched(pattern)  # type: ignore[assignment]  # its class declares None only
        searched.compiled_with_flags = FLAGS
        super().__init__(
            supported_entity=pattern.type_code or _NOBODY,
            name=pattern.clue,
            patterns=[searched],
            global_regex_flags=FLAGS,
        )
        self._check = checks()[pattern.check] if pattern.check else None

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether the check refuses the match; passing it does not raise the score."""
        return self._check is not None and not self._check(pattern_text)


class _FullNames(LocalRecognizer):
    """Persons by lists of given names and surnames."""

    def __init__(self) -> None:
        super().__init__(supported_entities=[FULL_NAMES.type_code], name=FULL_NAMES.clue)

    def load(self) -> None:
        """Nothing to load: the lists come when first asked."""

    def analyze(
        self,
        text: str,
        entities: list[str],  # noqa: ARG002  # Presidio names it in the call
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002  # the same
    ) -> list[RecognizerResult]:
        """The full names in the text."""
        return [RecognizerResult(FULL_NAMES.type_code, start, end, FULL_NAMES.score) for start, end in mentions(text)]


def read(text: str, patterns: Iterable[TextPattern]) -> list[Span]:
    """What recognisers find in a text, one after the other; of no type where it identifies nobody."""
    return [
        Span(pattern.type_code, found.start, found.end, found.score, pattern.clue)
        for pattern in patterns
        for found in recogniser(pattern).analyze(text, [], None)
    ]


def persons(texts: Sequence[str], pipeline: str) -> Iterator[list[tuple[int, int]]]:
    """Where a spaCy pipeline sees persons in each text; what it remembers of their words it forgets again.

    Parameters:
        texts: short enough for a tokeniser that is quadratic on hostile ones.
        pipeline: the name of a package or a folder that holds one.
    """
    language = _pipeline(pipeline)
    with language.memory_zone():
        for document in language.pipe(texts, batch_size=_BATCH):
            seen = [(found.start_char, found.end_char) for found in document.ents if found.label_ == "PERSON"]
            yield list(full_names(document.text, seen))


@lru_cache(maxsize=4096)
def recogniser(pattern: TextPattern) -> "PatternRecognizer | _FullNames":
    """Presidio's recogniser for a pattern, with which its loggers are silenced."""
    _silence()
    return _FullNames() if pattern is FULL_NAMES else _Checked(pattern)


@lru_cache(maxsize=1)
def _pipeline(name: str) -> Any:
    """A pipeline with what finds persons and nothing else."""
    _silence()
    return spacy.load(name, exclude=["parser", "tagger", "attribute_ruler", "lemmatizer"])


@lru_cache(maxsize=1)
def _silence() -> None:
    """Take Presidio's handlers off and its loggers out: at debug level they write words of the text."""
    for name in ("presidio-analyzer", "decision_process"):
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
        logger.disabled = True
