"""The opened catalog: what every service works on, and the two ways into its database."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Self

from catalog import keys, logs
from catalog.failpoints import reached
from catalog.model.actors import Actor
from catalog.model.audit import RESTORED, OutboxEntry, differences
from catalog.ports import Clock, SearchIndex
from catalog.search.whoosh_index import WhooshIndex
from catalog.settings import Settings
from catalog.store import audit, engine, migrate, outbox
from catalog.store.engine import Connection, Engine
from catalog.taxonomy.loader import Taxonomy, load

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

#: Work on things that changed, as (kind, id), in a transaction and as of a time.
Work = Callable[["Catalog", Connection, datetime, Collection[tuple[str, int]]], None]
#: What is recorded even where the log was cut short: coming in and leaving, reading, taking away, proving oneself, and
#: saying that the catalog was restored. Nothing of it changes what the catalog says.
GOES_ON = frozenset(
    {
        "sign_in", "sign_out", "link_identity", "prove_oneself", "close_local_sign_in", "end_session",
        "end_other_sessions", "end_sessions", "read", "export", "refuse_export", RESTORED,
    }
)  # fmt: skip


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time now, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class Change:
    """A transaction that changes the catalog. What it writes to ``index`` reaches search after it is committed."""

    connection: Connection
    at: datetime
    _key: bytes = field(default=b"", repr=False)
    _told: dict[str, str] = field(default_factory=dict, repr=False)

    def alone(self) -> None:
        """Let nobody else change the catalog until this change ends.

        Where rows are locked one by one, this is the first thing in every change that writes what others write too:
        its audit entry is added under the same lock, and whoever came to it with rows in hand would wait for one who
        waits for them.
        """
        audit.alone(self.connection)

    def tell(self, before: str, after: str) -> None:
        """Say for the audit entry what was before and what is after, in words and numbers of ours alone."""
        self._told.update(before=before, after=after)

    def compare(
        self,
        before: "DataclassInstance | None",
        after: "DataclassInstance | None",
        *more: "tuple[DataclassInstance | None, DataclassInstance | None]",
    ) -> None:
        """Say it of a thing in both its states; see :func:`catalog.model.audit.differences`."""
        self.tell(*differences(self._key, before, after, *more))

    def names(self, thing: str) -> None:
        """Say what the change is of, where its number is known only now."""
        self._told["thing"] = thing

    def says(self, detail: str) -> None:
        """Say what was done, where that is known only now."""
        self._told["detail"] = detail

    def concerns(self, agency_id: str | None) -> None:
        """Say whose agency the change is in."""
        self._told["agency_id"] = agency_id or ""

    def index(self, kind: str, thing_id: object) -> None:
        """Note that search has to learn of this thing."""
        self.index_each(kind, [thing_id])

    def index_each(self, kind: str, thing_ids: Iterable[object]) -> None:
        """Note it of many things."""
        outbox.add(self.connection, [OutboxEntry(0, kind, str(thing_id)) for thing_id in thing_ids])


@dataclass(frozen=True)
class Catalog:
    """An opened catalog. Thread-safe; holds no credential of any source."""

    settings: Settings
    engine: Engine
    search_index: SearchIndex
    taxonomy: Taxonomy
    clock: Clock

    @classmethod
    def open(cls, settings: Settings, *, clock: Clock | None = None, index: SearchIndex | None = None) -> Self:
        """Open an existing catalog.

        Raises:
            StoreError: when there is none, or it belongs to another version.
        """
        opened = engine.open_engine(settings.catalog_url)
        migrate.require_current(opened)
        return cls(settings, opened, index or WhooshIndex(settings.index_dir), load(), clock or SystemClock())

    def day(self, at: datetime | None = None) -> date:
        """The day that it is for the people who use the catalog.

        Parameters:
            at: the time; None for now.
        """
        return (at or self.clock.now()).astimezone(self.settings.zone).date()

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that reads one consistent state."""
        return engine.reading(self.engine)

    @contextmanager
    def changing(
        self, actor: Actor, action: str, thing: str, detail: str = "", *, agency_id: str = ""
    ) -> Iterator[Change]:
        """A transaction that changes the catalog: its audit entry is written with it or not at all.

        Raises:
            CutShort: when the audit log does not agree with its newest anchor.
        """
        with self._writing() as connection:
            key = self.audit_key
            change = Change(connection, self.clock.now(), key)
            yield change
            told = {"thing": thing, "detail": detail, "agency_id": agency_id, "request": logs.reference()}
            anchored = None if action in GOES_ON else self.settings.anchors
            entry = audit.Entry(action, **{**told, **change._told})
            audit.append(connection, key, actor, change.at, entry, anchored)
            reached(f"{action}.written")
        reached(f"{action}.committed")

    @contextmanager
    def together(self) -> Iterator["Catalog"]:
        """This catalog, for many changes that happen together or not at all; for one thread, and nothing else waits.

        Each change keeps its own policy and audit entry, and is seen by what is read after it.
        """
        with engine.writing(self.engine) as connection:
            joined = _Joined(self.settings, self.engine, self.search_index, self.taxonomy, self.clock, connection)
            yield joined
            joined.catch_up()

    def postpone(self, work: Work, things: Iterable[tuple[str, int]]) -> bool:  # noqa: ARG002  # see _Joined
        """Leave work on these things, as (kind, id), for the end of many changes that happen together.

        Returns:
            Whether it was left; else it is to be done now.
        """
        return False

    def note(self, write: Callable[[Connection], None]) -> None:
        """Write what is bookkeeping and no change of the inventory: times of use, what is indexed."""
        with self._writing() as connection:
            write(connection)

    @property
    def audit_key(self) -> bytes:
        """The key of the audit chain; it lives outside the database."""
        return keys.load(self.settings.keys_dir / "audit.key")

    @property
    def names_key(self) -> bytes:
        """The key under which withheld names are recognised again."""
        return keys.load(self.settings.keys_dir / "names.key")

    def close(self) -> None:
        """Let the database go."""
        self.engine.dispose()

    def _writing(self) -> AbstractContextManager[Connection]:
        return engine.writing(self.engine)


@dataclass(frozen=True)
class _Joined(Catalog):
    """A catalog inside one transaction."""

    connection: Connection
    _postponed: dict[Work, set[tuple[str, int]]] = field(default_factory=dict)

    def postpone(self, work: Work, things: Iterable[tuple[str, int]]) -> bool:
        """Do it once, after the last of these changes, for all that any of them named."""
        self._postponed.setdefault(work, set()).update(things)
        return True

    def catch_up(self) -> None:
        """Do what was left."""
        for work, things in self._postponed.items():
            work(self, self.connection, self.clock.now(), things)

    def reading(self) -> AbstractContextManager[Connection]:
        return nullcontext(self.connection)

    @contextmanager
    def together(self) -> Iterator[Catalog]:
        with self.connection.begin_nested():  # what fails here is undone without what went before
            yield self

    def _writing(self) -> AbstractContextManager[Connection]:
        return nullcontext(self.connection)
