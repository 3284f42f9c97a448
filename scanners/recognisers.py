"""Identifiers inside texts: Hyperscan says which recogniser may find something, and only that one is asked.

The recognisers are Presidio's, behind ``presidio``, which is loaded when first one of them has to be asked.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from types import ModuleType
from typing import TypeVar

from catalog.errors import DetectorError
from catalog.model.recognition import RecogniserFile
from scanners.patterns import FULL_NAMES, TextPattern, own, text_patterns
from scanners.pipelines import Pipeline
from scanners.sieve import Sieve
from scanners.spans import Span, without_overlaps

T = TypeVar("T")

#: Longer texts are cut: tokenising is quadratic on hostile ones.
TEXT_CHARS = 4096
#: Matches less sure than this are no matches.
LEAST_SCORE = 0.4
_PERSON_SCORE = 0.6
#: What a word of its context adds to a score, how many words before a match are looked at, as Presidio has it.
BY_CONTEXT = 0.35
_WORDS_BEFORE = 5
_WORD = re.compile(r"\w+")
_BEFORE = 200


class Recognisers:
    """Which recognisers look into texts: ours that are on, and those a city has added.

    Parameters:
        city: the city's files, in use.
        pipeline: of spaCy, that finds persons; None for none.
        only: leave out ours: only the city's look.
    """

    def __init__(
        self, city: Sequence[RecogniserFile] = (), pipeline: Pipeline | None = None, *, only: bool = False
    ) -> None:
        switched: dict[str, bool] = {}
        for each in city:
            switched.update(each.switched)
        self.pipeline = pipeline
        #: The city's own.
        self.added = tuple(each for file in city for each in file.recognisers if each.enabled)
        on = () if only else tuple(each for each in own() if switched.get(each.name, each.enabled))
        ours = () if only else (*(pattern for each in on for pattern in text_patterns(each)), FULL_NAMES)
        theirs = tuple(pattern for each in self.added for pattern in text_patterns(each, is_linear=True))
        self.patterns: tuple[TextPattern, ...] = (*ours, *theirs)
        self._groups = (ours, theirs)

    @cached_property
    def digest(self) -> str:
        """Of what differs from what this product does by default; empty where nothing does."""
        pipeline = self.pipeline.version if self.pipeline else ""
        if self.patterns == standard().patterns and not pipeline:
            return ""
        return hashlib.sha256(repr((self.patterns, self.added, pipeline)).encode()).hexdigest()[:8]

    @cached_property
    def of_names(self) -> frozenset[int]:
        """The numbers of those that find names."""
        return frozenset(number for number, each in enumerate(self.patterns) if each.type_code == "NAME")

    def find(self, text: str) -> tuple[Span, ...]:
        """Find the identifiers in one text, strongest first; where some overlap, the surest stands for all.

        Parameters:
            text: looked at up to :data:`TEXT_CHARS`.

        Raises:
            DetectorError: when a recogniser fails, without its words.
        """
        cut = text[:TEXT_CHARS]
        return next((self.read(cut, numbers) for _, numbers in self.suspects([cut])), ())

    def suspects(self, texts: Sequence[str], codes: Iterable[str] = ()) -> Iterator[tuple[int, set[int]]]:
        """Which texts may hold something, in their order, and the numbers of the recognisers that may find it.

        Parameters:
            texts: all texts of a column.
            codes: the types that are looked for; all where there are none.
        """
        suspected: defaultdict[int, set[int]] = defaultdict(set)
        first = 0
        for group in self._groups:
            numbers, sieve = _sieve(group, tuple(sorted(codes)))
            for place, found in sieve.suspects(texts).items():
                suspected[place].update(first + numbers[number] for number in found)
            first += len(group)
        for place in sorted(suspected):
            if any(self.patterns[number].type_code for number in suspected[place]):
                yield place, suspected[place]

    def prepare(self) -> None:
        """Have ready what sifts texts, of all types."""
        for group in self._groups:
            _sieve(group, ())

    def read(self, text: str, numbers: Iterable[int]) -> tuple[Span, ...]:
        """Ask some recognisers, by their numbers, about a text.

        Raises:
            DetectorError: when one fails, without its words.
        """
        cut = text[:TEXT_CHARS]
        asked = [self.patterns[number] for number in sorted(numbers)]
        found = _guarded(lambda: _presidio().read(cut, asked))
        context = {each.clue: each.context for each in asked if each.context}
        scored = (_in_context(span, cut, context.get(span.recogniser, ())) for span in found)
        kept = without_overlaps(span for span in scored if span.score >= LEAST_SCORE)
        return tuple(span for span in kept if span.type_code)

    def persons(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """Where the pipeline sees persons in each text (slow); nowhere where there is no pipeline.

        Raises:
            DetectorError: when it fails, without its words.
        """
        pipeline, cut = self.pipeline, [text[:TEXT_CHARS] for text in texts]
        if pipeline is None:
            return [()] * len(texts)
        found = _guarded(lambda: list(_presidio().persons(cut, pipeline.place)))
        return [
            tuple(Span("NAME", start, end, _PERSON_SCORE, pipeline.clue) for start, end in places) for places in found
        ]


@lru_cache(maxsize=64)
def _sieve(patterns: tuple[TextPattern, ...], codes: tuple[str, ...]) -> tuple[tuple[int, ...], Sieve]:
    """A sieve for the patterns of these types, and their places among all: made once for whoever shares them."""
    wanted = {*codes, ""}  # what identifies nobody keeps others from taking it for something
    kept = [place for place, each in enumerate(patterns) if not codes or each.type_code in wanted]
    asked = [patterns[place] for place in kept]
    unsearched = frozenset(number for number, each in enumerate(asked) if each.is_linear)
    return tuple(kept), Sieve([each.regex for each in asked], unsearched=unsearched)


def _in_context(span: Span, text: str, context: Sequence[str]) -> Span:
    """The span, surer where one of the words before it is of its recogniser's context."""
    if not context:
        return span
    words = _WORD.findall(text[max(0, span.start - _BEFORE) : span.start].lower())
    before = f" {' '.join(words[-_WORDS_BEFORE:])} "
    if not any(f" {word.lower()} " in before for word in context):
        return span
    return replace(span, score=min(1.0, max(span.score + BY_CONTEXT, LEAST_SCORE)))


def _presidio() -> ModuleType:
    from scanners import presidio  # noqa: PLC0415 - loading it takes seconds, and most columns hold no text

    return presidio


def _guarded(ask: Callable[[], T]) -> T:
    """What is answered; errors of recognisers quote the text they read, so none gets out."""
    try:
        return ask()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # whatever it is
        raise DetectorError(
            "Recognisers for text", "one of them failed", "Report this with the version of presidio-analyzer."
        ) from None


@lru_cache(maxsize=1)
def standard() -> Recognisers:
    """What this product looks for by default, without a language model."""
    return Recognisers()
