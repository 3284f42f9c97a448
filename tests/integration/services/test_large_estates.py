"""Estates of any size: no list of ids is too long, and no page asks once per dataset."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from catalog.model.actors import Scope
from catalog.model.holdings import Description, Disclosure, Source
from catalog.services import holdings, indexing, search
from catalog.services.catalog import Catalog
from catalog.store import facets, judgements, outbox, scans
from catalog.store import holdings as stored
from catalog.store import register as records
from tests.integration.services.test_recording import SSN, a_run
from tests.support.builders import CPO, OPERATOR, a_catalog, a_result, tell

ALL = Scope(None)
#: More than PostgreSQL takes as parameters of one statement.
MANY = range(1, 70_000)


@pytest.mark.parametrize(
    "ask",
    [
        lambda c, ids: stored.datasets_by_id(c, ALL, ids),
        stored.coverage_by_id,
        lambda c, ids: stored.column_counts(c, ALL, ids),
        lambda c, ids: facets.matching(c, ALL, (), ids),
        records.descriptions_by_id,
        judgements.findings_of,
    ],
)
def test_no_list_of_ids_is_too_long(
    catalog: Catalog, source: Source, ask: Callable[[Connection, range], object]
) -> None:
    due = a_run(catalog, source, {"clients": a_result([SSN])})
    tell(CPO, catalog, Description(due["clients"], "Clients", "", "", "", (), Disclosure.HIDDEN))
    with catalog.reading() as connection:
        assert ask(connection, MANY) == ask(connection, range(1, 10))
        assert ask(connection, MANY)


@pytest.mark.parametrize(
    "ask",
    [
        stored.summaries_by_id,
        lambda c, ids: stored.held_types(c, ALL, ids),
        stored.profiles,
        stored.names_of_columns,
        lambda c, ids: stored.columns_with_types(c, ALL, ids, ["SSN"]),
        judgements.evidence_of,
        judgements.decisions_of,
        records.activity_counts,
        lambda c, ids: scans.latest_runs(c, ids, 5),
        scans.last_run_by_source,
        scans.last_complete_by_source,
        lambda c, ids: scans.intents_of(c, ids, 5),
        outbox.clear,
    ],
)
def test_no_statement_has_a_parameter_per_id(tmp_path: Path, ask: Callable[[Connection, range], object]) -> None:
    catalog = a_catalog(tmp_path)
    with catalog.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 10)
        ask(connection, range(1, 50))
    catalog.close()


@pytest.mark.parametrize(
    "ask",
    [
        lambda catalog: search.find(CPO, catalog, ""),
        lambda catalog: holdings.agency(CPO, catalog, "dso"),
        lambda catalog: holdings.home(CPO, catalog),
        lambda catalog: indexing.rebuild(OPERATOR, catalog),
    ],
)
def test_what_is_asked_does_not_grow_with_the_datasets(
    catalog: Catalog, source: Source, ask: Callable[[Catalog], object]
) -> None:
    a_run(catalog, source, {"t0": a_result([SSN])})
    with _counted(catalog) as few:
        ask(catalog)
    a_run(catalog, source, {f"t{i}": a_result([SSN]) for i in range(12)})
    with _counted(catalog) as many:
        ask(catalog)
    assert len(many) == len(few)


@contextmanager
def _counted(catalog: Catalog) -> Iterator[list[str]]:
    """The statements sent to the database meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(catalog.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(catalog.engine, "before_cursor_execute", note)
