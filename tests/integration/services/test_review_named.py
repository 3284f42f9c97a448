"""What columns under review are called, where a list has room for their names alone."""

from sqlalchemy import update

from catalog.model.actors import Actor
from catalog.model.holdings import Source
from catalog.services import review_named, review_queue
from catalog.services.catalog import Catalog
from catalog.store.schema import columns
from tests.integration.services.test_review_pages import TABLES, scan
from tests.support.builders import CPO, OPERATOR, officer


def names(actor: Actor, catalog: Catalog) -> set[str]:
    return set(review_named.of_one(actor, catalog, review_queue.queue(actor, catalog, {}).lines).values())


def test_the_only_column_of_a_group_is_called_as_in_its_table(catalog: Catalog, source: Source) -> None:
    scan(catalog, source, {**TABLES, "pools": [("M06", TABLES["staff"][0][1])]})
    assert names(CPO, catalog) == {"mail", "M06"}, "three are called by the words that they share"
    lines = review_queue.queue(CPO, catalog, {}).lines
    assert review_named.of_one(officer("other"), catalog, lines) == {}


def test_a_name_that_is_withheld_is_not_told(catalog: Catalog, source: Source) -> None:
    scan(catalog, source, TABLES)
    lines = review_queue.queue(CPO, catalog, {}).lines
    with catalog.changing(OPERATOR, "set_source", "source:1") as change:
        change.connection.execute(update(columns).where(columns.c.name == "mail").values(name_withheld=True))
    assert review_named.of_one(CPO, catalog, lines) == {}


def test_the_first_columns_are_named_to_who_may_decide_on_them(catalog: Catalog, source: Source) -> None:
    scan(catalog, source, TABLES)
    with catalog.reading() as connection:
        pairs = {(row.id, "SSN") for row in connection.execute(columns.select())}
    assert len(review_named.first(CPO, catalog, pairs, 2)) == 2
    assert {one.column.name for one in review_named.first(CPO, catalog, pairs, 9)} == {
        "CLIENT_SSN",
        "client_ssn",
        "clientSsn",
    }
    assert review_named.first(officer("other"), catalog, pairs, 9) == ()
