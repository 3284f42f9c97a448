"""A small city under review: a few columns of two agencies and the people who decide on them.

Made once for all tests of a module; what one test does is gone after it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from sqlalchemy import select

from catalog.model.actors import Role, Scope
from catalog.model.audit import AuditEvent, AuditFilter
from catalog.model.decisions import ABSENT, Decision, Standing, in_effect
from catalog.model.evidence import Finding, Form
from catalog.model.review import Pick, ReviewItem, ReviewState, version
from catalog.model.runs import RunState
from catalog.services import people, recording, sources
from catalog.services.catalog import Catalog, _Joined
from catalog.store import audit, holdings, judgements, review_acts, review_queue
from catalog.store.schema import standings
from tests.support.builders import (
    OPERATOR,
    FixedClock,
    a_catalog,
    a_column,
    a_finding,
    a_result,
    an_agency,
    listed,
    officer,
)

START = datetime(2026, 11, 22, 15, tzinfo=UTC)
DSO, DCH = officer("dso"), officer("dch")
STEWARD = "steward-dso"
Tables = Mapping[str, Sequence[tuple[str, Sequence[Finding]]]]
TABLES: Mapping[str, Tables] = {
    "dso": {
        "clients": [
            ("ssn", [a_finding("SSN"), a_finding("PHONE", 0.6)]), ("mail", [a_finding("EMAIL")]), ("note", []),
        ],
        "stays": [("ssn", [a_finding("SSN", 0.95)]), ("mail", [a_finding("EMAIL", 0.6)])],
    },
    "dch": {"patients": [("ssn", [a_finding("SSN")]), ("mail", [a_finding("EMAIL")])]},
}  # fmt: skip


@dataclass(frozen=True)
class City:
    """The catalog, the columns by ``agency.table.name``, and the datasets by ``agency.table``."""

    catalog: Catalog
    columns: Mapping[str, int]
    datasets: Mapping[str, int]

    def pick(self, place: str, code: str = "SSN") -> Pick:
        """An item as somebody sees it now."""
        return Pick(self.columns[place], code, self.version(place, code))

    def version(self, place: str, code: str = "SSN") -> str:
        """Its version, worked out from the rows alone."""
        column_id, pair = self.columns[place], (self.columns[place], code)
        with self.catalog.reading() as connection:
            found = [one for one in judgements.findings_of(connection, [column_id]) if one.type_code == code]
            put_off = review_acts.latest_deferrals(connection, [column_id]).get(pair)
            proposing = review_acts.last_proposing(connection, [column_id]).get(pair)
            held = in_effect(judgements.decisions_of(connection, [column_id])).get(code)
            contradicted = bool(held and review_acts.disputed(connection, [held.id]))
        made = [one for one in self.decisions(place) if one.type_code == code]
        seen, last = found[0].digest if found else ABSENT, made[-1].id if made else None
        return version(seen, last, put_off.id if put_off else None, proposing, is_contradicted=contradicted)

    def decisions(self, place: str) -> list[Decision]:
        """Every decision on a column, in the order they were made."""
        with self.catalog.reading() as connection:
            return judgements.decisions_of(connection, [self.columns[place]])

    def standings(self, place: str) -> dict[str, Standing]:
        """What holds of a column by what is kept beside findings and decisions."""
        with self.catalog.reading() as connection:
            own = standings.c.column_id == self.columns[place]
            found = connection.execute(select(standings.c.type_code, standings.c.standing).where(own))
            return {row.type_code: row.standing for row in found}

    def items(self, place: str, code: str = "SSN") -> list[ReviewItem]:
        """What the queue has of it, once it is caught up: many changes that happen together do so at their end."""
        if isinstance(self.catalog, _Joined):
            self.catalog.catch_up()
        with self.catalog.reading() as connection:
            return review_queue.items(connection, Scope(None), [(self.columns[place], code)])

    def state(self, place: str, code: str = "SSN") -> ReviewState:
        """Where it stands in the queue."""
        (item,) = self.items(place, code)
        return item.state

    def audited(self) -> list[AuditEvent]:
        """The whole audit log."""
        with self.catalog.reading() as connection:
            return audit.latest(connection, AuditFilter(), 10_000)[::-1]

    def move(self, place: str, code: str, strength: float | None, form: Form = Form.FULL) -> None:
        """Let the next scan find otherwise: another strength, or nothing."""
        self.wait(days=1)
        agency, table, _ = place.split(".")
        tables = dict(TABLES[agency])
        found = () if strength is None else (a_finding(code, strength, form),)
        tables[table] = [
            (name, found if self.columns[f"{agency}.{table}.{name}"] == self.columns[place] else each)
            for name, each in tables[table]
        ]
        scan(self.catalog, self._source(agency), tables, f"v{self.now:%d%H%M}")

    def drop(self, place: str) -> None:
        """Let the next scan find the column gone."""
        self.wait(days=1)
        agency, table, name = place.split(".")
        tables = dict(TABLES[agency])
        tables[table] = [(column, found) for column, found in tables[table] if column != name]
        scan(self.catalog, self._source(agency), tables, f"v{self.now:%d%H%M}")

    def wait(self, **spans: float) -> None:
        """Let time pass."""
        clock = cast("FixedClock", self.catalog.clock)
        clock.time += timedelta(**spans)

    @property
    def now(self) -> datetime:
        """The time."""
        return self.catalog.clock.now()

    def with_four_eyes(self) -> "City":
        """The same with a second person asked."""
        settings = self.catalog.settings.model_copy(update={"four_eyes": True})
        return replace(self, catalog=replace(self.catalog, settings=settings))

    def _source(self, agency: str) -> int:
        return {"dso": 1, "dch": 2}[agency]


def a_city(folder: Path, cluster: str = "") -> City:
    """Make it."""
    catalog = a_catalog(folder, cluster=cluster)
    people.add_person(OPERATOR, catalog, "cpo", "Casey Poole", Role.CPO)
    people.add_person(OPERATOR, catalog, "ops", "Olu Peters", Role.OPERATOR)
    columns: dict[str, int] = {}
    datasets: dict[str, int] = {}
    for agency_id, tables in TABLES.items():
        sources.add_agency(OPERATOR, catalog, an_agency(agency_id, f"Department {agency_id}"))
        people.add_person(OPERATOR, catalog, f"apo-{agency_id}", f"Officer of {agency_id}", Role.OFFICER, agency_id)
        system = sources.add_system(OPERATOR, catalog, agency_id, f"System of {agency_id}")
        source = sources.add_source(OPERATOR, catalog, system.id, f"{agency_id}-db", "sqlite", {"path": "/srv/x.db"})
        for table, dataset_id in scan(catalog, source.id, tables).items():
            datasets[f"{agency_id}.{table}"] = dataset_id
            with catalog.reading() as connection:
                live = holdings.live_columns(connection, dataset_id)
            columns |= {f"{agency_id}.{table}.{one.name}": one.id for one in live}
    people.add_person(OPERATOR, catalog, STEWARD, "Sam Teward", Role.STEWARD, "dso")
    return City(catalog, columns, datasets)


def scan(catalog: Catalog, source_id: int, tables: Tables, version: str = "v1") -> dict[str, int]:
    """Look at these tables; datasets by name."""
    run = recording.begin(OPERATOR, catalog, source_id, seed=1, full=True)
    ids = recording.record_listing(OPERATOR, catalog, run, [listed(name, change_key=version) for name in tables], ())
    for name, columns in tables.items():
        made = [a_column(column, found, position=place) for place, (column, found) in enumerate(columns)]
        recording.record_result(OPERATOR, catalog, run, ids[name], version, a_result(made))
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    return dict(ids)


@contextmanager
def a_history(city: City) -> Iterator[City]:
    """The city for one test, of which nothing stays."""
    cast("FixedClock", city.catalog.clock).time = START
    with city.catalog.together() as joined, joined.reading() as connection:
        whole = connection.begin_nested()
        yield replace(city, catalog=joined)
        whole.rollback()
