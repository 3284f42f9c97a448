"""What researchers are told: a projection of its own, whose every field is published. Nothing else fits in it."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import date

from catalog.model.detection import TypeDetection
from catalog.model.holdings import DatasetKind, Disclosure, Magnitude
from catalog.model.identifiers import IdentifierType, Tier
from catalog.model.law import Label
from catalog.model.views import Facet

_ADDRESS_BYTES = 10


@dataclass(frozen=True, slots=True)
class PublishedAgency:
    """The agency a published dataset belongs to; agencies that publish nothing are not told of."""

    id: str
    acronym: str
    name: str
    aliases: tuple[str, ...]
    mission: str
    contact: str


@dataclass(frozen=True, slots=True)
class PublishedType:
    """An identifier type that a person confirmed."""

    code: str
    label: str
    tier: Tier


@dataclass(frozen=True, slots=True)
class PublishedColumn:
    """A column whose name may be told, with the types a person confirmed in it."""

    name: str
    types: tuple[PublishedType, ...]


@dataclass(frozen=True, slots=True)
class PublishedAuthority:
    """What permits the collection or disclosure a dataset belongs to."""

    title: str
    citation: str


@dataclass(frozen=True, slots=True)
class PublishedProgramme:
    """A programme that works with a dataset."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class PublishedContent:
    """What a dataset holds, where that is told as well. ``people`` and ``size`` are None where a number is not known,
    would be too small, or would give another away: see :mod:`catalog.model.small_counts`.
    """

    kind: DatasetKind
    subjects: tuple[str, ...]
    retention: str
    types: tuple[PublishedType, ...]
    people: Magnitude | None
    size: Magnitude | None
    authorities: tuple[PublishedAuthority, ...]
    programmes: tuple[PublishedProgramme, ...]
    looked_on: date | None


@dataclass(frozen=True, slots=True)
class PublishedDataset:
    """A dataset that may be asked for. ``content`` is None where only that it exists is told."""

    address: str
    title: str
    text: str
    contact: str
    agency: PublishedAgency
    content: PublishedContent | None

    @property
    def disclosure(self) -> Disclosure:
        """How much of it is told."""
        return Disclosure.EXISTENCE if self.content is None else Disclosure.FULL


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """A dataset with its columns, which are none where only that it exists is told."""

    dataset: PublishedDataset
    columns: tuple[PublishedColumn, ...]
    names_withheld: int


@dataclass(frozen=True, slots=True)
class PublishedList:
    """The published datasets that answer to words and filters; ``total`` and ``without_filters`` count these alone."""

    text: str
    datasets: tuple[PublishedDataset, ...]
    total: int
    page: int
    pages: int
    facets: tuple[Facet, ...]
    without_filters: int


@dataclass(frozen=True, slots=True)
class PublishedAgencyLine:
    """An agency with how many of its datasets are published."""

    agency: PublishedAgency
    datasets: int


@dataclass(frozen=True, slots=True)
class PublishedAgencyPage:
    """An agency with what it publishes."""

    agency: PublishedAgency
    datasets: tuple[PublishedDataset, ...]


@dataclass(frozen=True, slots=True)
class PublishedTypeLine:
    """A type of the taxonomy with how many published datasets are confirmed to hold it, of how many agencies."""

    type: IdentifierType
    agencies: int
    datasets: int


@dataclass(frozen=True, slots=True)
class PublishedTypePage:
    """What a type means, how the product finds it, and the published datasets that are confirmed to hold it."""

    type: IdentifierType
    label: Label | None
    detection: TypeDetection
    datasets: tuple[PublishedDataset, ...]


def address(key: bytes, dataset_id: int) -> str:
    """What a published dataset goes by. Its number would tell how many there are besides, and when it was added.

    Parameters:
        key: the catalog's own, so that nobody else can go through the numbers.
    """
    digest = hmac.new(key, b"published dataset %d" % dataset_id, hashlib.sha256).digest()
    return base64.b32encode(digest[:_ADDRESS_BYTES]).decode("ascii").lower()
