"""A catalog for proofs: sources scanned by the real runs, and what they left behind."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import text

from catalog.model.holdings import Agency, Source
from catalog.model.runs import Run
from catalog.services import sources
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from scanners.processes import Template
from scanners.runs import run_source
from tests.support.blank import put_blank
from tests.support.bounds import EGRESS


@dataclass
class GivenClock:
    """A clock that stands still until it is moved; the machine's where it was never given a time."""

    time: datetime | None = None

    def now(self) -> datetime:
        return self.time or datetime.now(UTC)


@dataclass(frozen=True)
class Estate:
    """A catalog and a template for the children of all its runs."""

    catalog: Catalog
    template: Template
    clock: GivenClock = field(default_factory=GivenClock)

    def add(self, name: str, kind: str, options: Mapping[str, str]) -> Source:
        """Add a source."""
        actor = local_administrator()
        system = sources.add_system(actor, self.catalog, "a", "System")
        return sources.add_source(actor, self.catalog, system.id, name, kind, options)

    def scan(self, source: Source, *, full: bool = False) -> Run:
        """Scan it, as the command does."""
        return run_source(local_administrator(), self.catalog, source, full=full, template=self.template)

    def rows(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """Ask the catalog's database."""
        with self.catalog.reading() as connection:
            return [tuple(row) for row in connection.execute(text(statement), values)]

    def reasons(self, run: Run) -> "Counter[str]":
        """Why what could not be looked at was not, and how many datasets were looked at, of one run."""
        statement = "SELECT coalesce(reason, 'looked at'), count(*) FROM outcomes WHERE run_id = :run GROUP BY 1"
        return Counter(dict(self.rows(statement, run=run.id)))


@contextmanager
def estate(clock: GivenClock | None = None, **settings: object) -> Iterator[Estate]:
    """An empty catalog of one agency, in a folder of its own, under these settings."""
    given = clock or GivenClock()
    with TemporaryDirectory(prefix="manners-") as folder:
        data = Path(folder) / "catalog"
        put_blank(data)
        catalog = Catalog.open(Settings.load(data_dir=data, egress=EGRESS, **settings), clock=given)
        try:
            agency = Agency("a", "A", "Agency", (), "department", "", True, "")
            sources.add_agency(local_administrator(), catalog, agency)
            with Template() as template:
                yield Estate(catalog, template, given)
        finally:
            catalog.close()
