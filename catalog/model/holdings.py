"""What agencies hold: agency, system, source, dataset, column. Facts read from sources, never people's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum


@dataclass(frozen=True, slots=True)
class Agency:
    """A body of the city. ``third_party_status`` is a setting per body, never inferred from the name (§23-1201)."""

    id: str
    acronym: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    mission: str
    is_city_agency: bool
    contact: str


@dataclass(frozen=True, slots=True)
class System:
    """A system of an agency: one or more sources that serve one purpose."""

    id: int
    agency_id: str
    name: str
    description: str
    owner_unit: str


#: Kinds of sources that hold files.
SHARES = frozenset({"files", "sftp", "s3", "azure", "smb"})
#: What people see of kinds of sources; one that is not here is told by its own word.
SOURCE_TEXT = {
    "postgres": "PostgreSQL database",
    "mariadb": "MariaDB or MySQL database",
    "sqlserver": "SQL Server database",
    "oracle": "Oracle database",
    "sqlite": "SQLite database",
    "duckdb": "DuckDB database",
    "files": "folder of files",
    "sftp": "SFTP server",
    "s3": "S3 bucket",
    "azure": "Azure blob container",
    "smb": "SMB share",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One database or share. ``options`` hold references to secrets (``env:``, ``file:``), never a secret."""

    id: int
    system_id: int
    name: str
    kind: str
    options: Mapping[str, str]
    created_at: datetime


class DatasetKind(StrEnum):
    """What a dataset is at its source. A folder stands for what is in it while nobody may look into it; ``FILES`` are
    many alike files that are one dataset.
    """

    TABLE = "table"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized_view"
    FILE = "file"
    SHEET = "sheet"
    FOLDER = "folder"
    DOCUMENT = "document"
    FILES = "files"


#: What people see of it.
KIND_TEXT: dict[DatasetKind, str] = {
    DatasetKind.TABLE: "table",
    DatasetKind.VIEW: "view",
    DatasetKind.MATERIALIZED_VIEW: "materialized view",
    DatasetKind.FILE: "file",
    DatasetKind.SHEET: "sheet",
    DatasetKind.FOLDER: "folder",
    DatasetKind.DOCUMENT: "document",
    DatasetKind.FILES: "alike files",
}


@dataclass(frozen=True, slots=True)
class Dataset:
    """One table, view, file or sheet.

    ``key`` is its identity inside the source (an engine's id, a path, or a keyed hash where the name is
    withheld); ``name`` is safe to show; ``change_key`` moves when a rescan is due. ``view`` is the view of the run that
    listed it last.
    """

    id: int
    source_id: int
    key: str
    name: str
    name_withheld: bool
    kind: DatasetKind
    comment: str
    row_estimate: int | None
    change_key: str
    first_seen_at: datetime
    last_listed_at: datetime
    retired_at: datetime | None
    view: str = ""


class Disclosure(StrEnum):
    """What researchers are told of a dataset: nothing, that it exists, or what it holds as well."""

    HIDDEN = "hidden"
    EXISTENCE = "existence"
    FULL = "full"

    def tells_more_than(self, other: "Disclosure") -> bool:
        """Whether somebody is told something at this level that they are not told at the other."""
        order = list(Disclosure)
        return order.index(self) > order.index(other)


@dataclass(frozen=True, slots=True)
class Words:
    """What people say of a dataset: what it is, whom to ask, how long it is kept, whom it is about."""

    title: str
    text: str = ""
    contact: str = ""
    retention: str = ""
    subject_categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """People's words about a dataset, and what of it is published, in their own table: no scan writes to it."""

    dataset_id: int
    title: str
    text: str
    contact: str
    retention: str
    subject_categories: tuple[str, ...]
    disclosure: Disclosure


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``key`` is its identity inside the dataset, as for :class:`Dataset`."""

    id: int
    dataset_id: int
    key: str
    name: str
    name_withheld: bool
    position: int
    declared_type: str
    comment: str
    nullable: bool | None
    in_key: bool
    first_seen_at: datetime
    retired_at: datetime | None


class Band(StrEnum):
    """Coarse shares and counts: exact ones can single people out."""

    NONE = "none"
    FEW = "few"
    SOME = "some"
    MOST = "most"
    ALL = "all"


class Magnitude(IntEnum):
    """How many, in steps of ten: exact counts can single people out."""

    NOT_KNOWN = 0
    FEWER_THAN_5 = 1
    FROM_5 = 2
    FROM_100 = 3
    FROM_1000 = 4
    FROM_10000 = 5

    @property
    def at_least(self) -> int:
        """The smallest count of this magnitude."""
        return (0, 0, 5, 100, 1_000, 10_000)[self]

    @property
    def label(self) -> str:
        """The words people see."""
        words = ("not known", "fewer than 5", "5 to 99", "100 to 999", "1,000 to 9,999", "10,000 or more")
        return words[self]


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What the last look saw of a column, in bands and shapes.

    ``amount`` is how many different values the whole column holds, as far as that look can tell.
    ``shapes`` are patterns of 9, A, a and punctuation with their share in percent, kept only where at least 11
    sampled rows and 1 % share them and the column has at least 50 distinct values.
    """

    column_id: int
    run_id: int
    values_looked_at: int
    empty: Band
    distinct: Band
    amount: Magnitude
    shapes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnSchema:
    """A column as its source declares it. Names may be somebody's, so they stay out of ``repr``.

    ``holds_passages``: its values are what a document says, read as running text however short they are.
    """

    name: str = field(repr=False)
    position: int
    declared_type: str = ""
    comment: str = field(default="", repr=False)
    nullable: bool | None = None
    in_key: bool = False
    key: str = field(default="", repr=False)
    name_is_made_up: bool = False
    holds_passages: bool = False


@dataclass(frozen=True, slots=True)
class DatasetRef:
    """A dataset as its connector lists it: raw names, so it lives in memory only and hides them.

    ``locator`` is what the same connector needs to open it again.
    """

    locator: str = field(repr=False)
    name: str = field(repr=False)
    kind: DatasetKind
    key: str = field(default="", repr=False)
    comment: str = field(default="", repr=False)
    row_estimate: int | None = None
    change_signal: str = ""
