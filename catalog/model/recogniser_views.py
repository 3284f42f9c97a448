"""What the pages on recognisers show: a city's own sets, their trials, and ours."""

from dataclasses import dataclass
from datetime import datetime

from catalog.model.holdings import Agency, Dataset, Source, System
from catalog.model.identifiers import IdentifierType
from catalog.model.recogniser_sets import Flip, RecogniserSet, Trial
from catalog.model.recognition import Recogniser
from catalog.model.views import Facet, SourceLine


@dataclass(frozen=True, slots=True)
class RecogniserLine:
    """One recogniser with its type (None where it finds what is *no* identifier), and whether it is at work.

    ``switched_by`` names the set in use that switches one of ours on or off.
    """

    recogniser: Recogniser
    type: IdentifierType | None
    enabled: bool
    switched_by: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What a text says; ``problem`` where this version of the product cannot read it any more."""

    lines: tuple[RecogniserLine, ...]
    switched: tuple[tuple[str, bool], ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class TrialView:
    """A trial with who asked for it, on how many sources, and how many suggestions it would add and take away.

    ``of_this_text`` is False where the text was changed since.
    """

    trial: Trial
    person: str
    sources: int
    gained: int
    lost: int
    of_this_text: bool


@dataclass(frozen=True, slots=True)
class SetLine:
    """One version in a list: what is in it, who changed it last, and its last trial."""

    set: RecogniserSet
    content: Content
    person: str
    trial: TrialView | None


@dataclass(frozen=True, slots=True)
class FlipLine:
    """A flip with everything that says where the column is."""

    flip: Flip
    type: IdentifierType
    dataset: Dataset
    system: System
    source: Source
    agency: Agency


@dataclass(frozen=True, slots=True)
class TypeMoves:
    """How many suggestions of one type a text would add and take away."""

    type: IdentifierType
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class TrialPage:
    """One version with its latest trial and what that would change, filtered.

    Parameters:
        ready: whether it may be put in use.
        replaces: the version of this name in use, which it would take the place of.
        datasets_due: the datasets that putting it in use has looked at again.
        last_sign: when the scan side was last seen at work.
        choices: the sources it can be tried on.
        flips: one page of those that pass the filters, ``total`` of ``known``.
    """

    line: SetLine
    ready: bool
    replaces: RecogniserSet | None
    draft: RecogniserSet | None
    datasets_due: int
    last_sign: datetime | None
    choices: tuple[SourceLine, ...]
    moves: tuple[TypeMoves, ...]
    flips: tuple[FlipLine, ...]
    total: int
    known: int
    page: int
    pages: int
    facets: tuple[Facet, ...]
