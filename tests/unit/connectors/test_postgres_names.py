"""Names and comments of any letters come back as they are, and none is taken for a statement."""

import random
import unicodedata
from contextlib import closing

import psycopg
from psycopg import sql

from catalog.model.holdings import DatasetRef
from catalog.ports import SamplePlan
from connectors.sql.postgres import PostgresConnector
from tests.support.bounds import here
from tests.support.postgres import READER, libpq
from tests.support.sources import postgres_options

_HOSTILE = (
    '"',
    '""; DROP TABLE "canary"; --',
    "'; DROP TABLE canary; --",
    "$$ $1 %(oid)s %s %% {0} {}",
    "back\\slash\\",
    "dotted.name.of.three",
    "line\nbreak\r\n",
    "tab\t, comma",
    " blanks ",
    "(round) [square] {curly}",
    "\u202eright to left\u202c",
    "\ufeffmark",
    "zero\u200bwidth",
    "e\u0301",
    "\U0001f469\u200d\U0001f4bb",
    "SELECT",
    "ctid_",
    "*",
    "[]",
    "x" * 63,
    "\U0001f600" * 15 + "xyz",
)


def names(count: int) -> list[str]:
    """Distinct names within the 63 bytes that the engine keeps."""
    chance = random.Random(7)
    found = dict.fromkeys(_HOSTILE)
    while len(found) < count:
        letters = (chance.choice((chance.randrange(1, 128), chance.randrange(160, 0x2FFFF))) for _ in range(12))
        name = "".join(letter for letter in map(chr, letters) if unicodedata.category(letter) not in ("Cs", "Cn"))
        if name:
            found[name] = None
    assert all(len(name.encode()) <= 63 for name in found)
    return list(found)


def test_names_and_comments_come_back_as_they_are(postgres_url: str) -> None:
    hostile = names(60)
    tables = hostile[:24]
    with psycopg.connect(libpq(postgres_url), autocommit=True) as connection:
        connection.execute("CREATE TABLE public.canary (a int)")
        for place, name in enumerate(tables):
            schema, table = sql.Identifier(name), sql.Identifier(name, tables[-1 - place])
            made = sql.SQL(
                "CREATE SCHEMA {}; GRANT USAGE ON SCHEMA {} TO reader; CREATE TABLE {} (id int PRIMARY KEY, v text)"
            )
            connection.execute(made.format(schema, schema, table))
            connection.execute(sql.SQL("INSERT INTO {} SELECT i, {} FROM generate_series(1, 40) i").format(table, name))
            connection.execute(
                sql.SQL("COMMENT ON TABLE {} IS {}; GRANT SELECT ON {} TO reader").format(table, name, table)
            )
        columns = sql.SQL(", ").join(sql.SQL("{} int UNIQUE").format(sql.Identifier(name)) for name in hostile)
        connection.execute(
            sql.SQL("CREATE TABLE public.wide ({}); GRANT SELECT ON public.wide TO reader").format(columns)
        )
        for name in hostile:
            column = sql.Identifier("public", "wide", name)
            connection.execute(sql.SQL("COMMENT ON COLUMN {} IS {}").format(column, name))
        values = sql.SQL(", ").join([sql.SQL("i")] * len(hostile))
        connection.execute(sql.SQL("INSERT INTO public.wide SELECT {} FROM generate_series(1, 40) i").format(values))
    with closing(PostgresConnector(postgres_options(postgres_url, READER), resolve=str, bounds=here(1))) as opened:
        found = [ref for ref in opened.listing() if isinstance(ref, DatasetRef)]
        by_name = {ref.name: ref for ref in found}
        wide = opened.sample(by_name.pop("public.wide"), SamplePlan(rows=10, seed=1, ends=3))
        samples = {name: opened.sample(ref, SamplePlan(rows=10, seed=1)) for name, ref in by_name.items()}
    assert [column.name for column in wide.columns] == [column.comment for column in wide.columns] == hostile
    assert wide.row_count >= 10
    assert set(by_name) == {f"{name}.{tables[-1 - place]}" for place, name in enumerate(tables)}
    assert {ref.comment for ref in by_name.values()} == set(tables)
    assert {value for found in samples.values() for value in found.values(1)} == set(tables)
