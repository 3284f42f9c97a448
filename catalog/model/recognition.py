"""Recognisers as they are written, ours and a city's alike: what they look for, and examples of what they must find."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class WrittenPattern:
    """One expression of a recogniser.

    Parameters:
        regex: the expression.
        score: how sure a match makes us, 0..1.
        after: expressions of which one must stand before a match; the name of a column may be what stands there.
    """

    regex: str
    score: float
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A text in which something must be found, and what, where that is said."""

    text: str
    finds: str = ""


@dataclass(frozen=True, slots=True)
class Recogniser:
    """One recogniser as written.

    Parameters:
        name: unique among all; also what evidence calls it where ``clue`` says nothing else.
        type_code: of the identifier type it finds; empty where it finds what is *no* identifier (``negative``).
        clue: a phrase of ours, as in "12 of 400 texts contain ...".
        patterns: its expressions.
        deny_list: words it finds as they are, with ``deny_list_score``.
        context: words that raise the score where they stand near, or in the name of a column.
        check: name of a check that a match must pass, or empty.
        ignores_case: whether capitals make no difference.
        verified: whether somebody made sure of the form; what is not is off until it is switched on.
        source: where the form was made sure of.
        match: examples in which it must find something.
        no_match: texts in which it must find nothing.
    """

    name: str
    type_code: str
    clue: str
    patterns: tuple[WrittenPattern, ...]
    deny_list: tuple[str, ...] = ()
    deny_list_score: float = 1.0
    context: tuple[str, ...] = ()
    check: str = ""
    ignores_case: bool = False
    enabled: bool = True
    verified: bool = True
    source: str = ""
    match: tuple[Example, ...] = ()
    no_match: tuple[str, ...] = ()

    @property
    def negative(self) -> bool:
        """Whether what it finds identifies nobody, and keeps others from taking it for something."""
        return not self.type_code


@dataclass(frozen=True, slots=True)
class RecogniserFile:
    """What one file says: recognisers of its own, and which of ours it switches on or off."""

    recognisers: tuple[Recogniser, ...]
    switched: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
