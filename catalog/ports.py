"""The few seams with two real implementations behind them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from io import BufferedReader
from typing import Protocol

from catalog.errors import SkipReason
from catalog.model.egress import NOWHERE, Egress
from catalog.model.holdings import DatasetRef
from catalog.model.sample import Sample


def unheard() -> None:
    """Nobody waits to hear that work goes on."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a connector may go. The operator says so, never the settings of a source.

    Parameters:
        file_mb: the largest file that is opened, in megabytes.
        egress: what may be connected to; nothing unless given.
        own: folders of the catalog itself, with its database and its keys: never read.
        beat: called for whatever a listing looks at, wanted or not: so that whoever waits knows that it goes on.
    """

    file_mb: int
    egress: Egress = NOWHERE
    own: tuple[str, ...] = ()
    beat: Callable[[], None] = field(default=unheard, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a connection test looked at."""

    name: str
    passed: bool
    message: str


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Something seen in a listing that cannot become a dataset, with the reason. A value, never silence."""

    ref: DatasetRef
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """How much to read: at most ``rows`` rows and ``cell_chars`` characters a cell, chosen by ``seed``, and where a
    table is larger and has ends besides these up to ``ends`` of its oldest and as many of its newest rows.
    """

    rows: int
    seed: int
    cell_chars: int = 4096
    seconds: float = 15.0
    ends: int = 25


@dataclass(frozen=True, slots=True)
class Load:
    """How busy a source is; None where it does not tell.

    Parameters:
        active: statements of others at work.
        lag: seconds by which a replica is behind.
    """

    active: int | None = None
    lag: float | None = None


class Connector(Protocol):
    """Reads one source, read-only. Raises ``SourceError`` and ``DatasetError``, never a driver's own error."""

    def check(self) -> Sequence[Check]:
        """Test the connection step by step: name, port, login, permission, too much permission."""

    def listing(self) -> Iterator[DatasetRef | Unlisted]:
        """Yield every dataset. Returning normally means the listing is complete; anything less raises."""

    def view(self) -> str:
        """What the listing just made depends on besides the source's settings: the account and what it may see.
        Nothing else may move it: no time, no order, nothing that is listed.
        """

    def sample(self, ref: DatasetRef, plan: SamplePlan) -> Sample:
        """Read a bounded, seeded sample of one dataset."""

    def load(self) -> Load:
        """How busy the source is, asked at little cost."""

    def cancel(self) -> None:
        """End at the source what another thread is asking; that thread gets a ``DatasetError`` or ``SourceError``.

        Never raises, whatever state the source is in, and takes two seconds at most.
        """

    def close(self) -> None:
        """Let the source go."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of a place, or why it cannot be opened; or a folder that cannot.

    Parameters:
        path: below the root of the place, parts separated by ``/``; never absolute, no part of it ``..``.
        size: in bytes.
        mark: moves when the content does; empty where the place does not tell.
        refused: why it cannot be opened.
    """

    path: str = field(repr=False)
    size: int
    mark: str
    refused: SkipReason | None
    is_folder: bool = False


class Place(Protocol):
    """Where files lie: a folder, a server of files, a bucket. It carries bytes and understands none of them."""

    @property
    def label(self) -> str:
        """What errors call it, safe to show."""

    def check(self) -> Sequence[Check]:
        """Test the way there step by step: name, port, who answers, login, folder, permission."""

    def files(self, below: str = "") -> Iterator[FoundFile]:
        """Yield every file below the root, or below one of its folders, in a stable order: folder by folder, sorted.

        Returning normally means that is all of them; ``SourceError`` otherwise.
        """

    def opened(self, path: str) -> AbstractContextManager[BufferedReader]:
        """Open one file for reading, seekable, reading no more than is asked for.

        Raises:
            OSError: of the fitting class (``FileNotFoundError``, ``PermissionError``), also on reading.
        """

    def view(self) -> str:
        """See :meth:`Connector.view`."""

    def cancel(self) -> None:
        """See :meth:`Connector.cancel`."""

    def close(self) -> None:
        """Let the place go."""


@dataclass(frozen=True, slots=True)
class Document:
    """What is indexed of one thing: words only, never a value. ``kind`` and ``id`` name it."""

    kind: str
    id: str
    name: str
    title: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One ranked answer, with the fields in which it matched."""

    kind: str
    id: str
    score: float
    fields: tuple[str, ...]


class SearchIndex(Protocol):
    """Text to ranked ids, nothing else."""

    def replace(self, documents: Iterable[Document]) -> None:
        """Add documents, each in place of an earlier one of the same kind and id."""

    def remove(self, ids: Iterable[tuple[str, str]]) -> None:
        """Forget the documents of these (kind, id) pairs."""

    def search(self, text: str, limit: int) -> Sequence[Hit]:
        """Rank documents for ``text``, best first, at most ``limit``."""

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Forget everything and index these."""


class Clock(Protocol):
    """Time, given rather than taken."""

    def now(self) -> datetime:
        """The time now, aware, in UTC."""
