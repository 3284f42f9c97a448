"""Hostile names in each engine: what is listed and sampled bears exactly the names that were given, and holds its rows.

Compared at the connector: the guard that withholds names of people comes after it. ``HOSTILE_NAMES`` makes fewer.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import islice

from benchmarks.manners import hostile
from benchmarks.manners.homes import HOMES, Home, Named
from benchmarks.proof import Proof
from catalog.errors import CatalogError
from catalog.model.holdings import DatasetRef
from catalog.ports import Connector, SamplePlan

SEED = 20261130
NAMES = int(os.environ.get("HOSTILE_NAMES", "1000"))
_A_SCHEMA = 50
_COLUMNS = 2
_CANARY = "canary"


def proofs() -> Iterator[Proof]:
    """Make tables, list them, read each, and look whether the canary lives."""
    for home in HOMES:
        with home() as at:
            made, refused = _made(at)
            faults = _faults(at, made)
            faults["canary harmed"] = int(at.count() != (1, len(made) + 1))
        yield _proof(at, made, refused, +faults)


def _proof(home: Home, made: list[Named], refused: int, faults: "Counter[str]") -> Proof:
    schemas = len({table.schema for table in made})
    of_schemas = f", {schemas} schemas" if home.make_schema else ""
    of_comments = f", {len(made) * (1 + _COLUMNS):,} comments" if home.has_comments else ", which has no comments"
    promise = f"{home.title}: {len(made):,} hostile tables, {len(made) * _COLUMNS:,} columns{of_schemas}{of_comments}"
    told = ", ".join(f"{count} {fault}" for fault, count in faults.items()) or "all as given, each with its own row"
    figure = f"{told}; {refused} more refused by the engine itself"
    return Proof(promise, figure, "0 others, canary intact", not faults and len(made) == NAMES, SEED)


def _made(home: Home) -> tuple[list[Named], int]:
    """Tables of names that the engine takes, and how many it did not."""
    tables = hostile.names(SEED, home.fits, beyond=home.beyond)
    columns = hostile.names(SEED + 1, home.fits, beyond=home.beyond)
    schemas = hostile.names(SEED + 2, home.fits, beyond=home.beyond)
    comments = hostile.names(SEED + 3, lambda text: len(text) <= 200, beyond=home.beyond)
    made: list[Named] = []
    refused = 0
    schema = home.schema
    while len(made) < NAMES:
        if home.make_schema and len(made) % _A_SCHEMA == 0:
            schema = next(schemas)
            home.make_schema(schema)
        number = len(made)
        cells = tuple(f"row {number} cell {place}" for place in range(_COLUMNS))
        words = tuple(islice(comments, 1 + _COLUMNS)) if home.has_comments else ("",) * (1 + _COLUMNS)
        table = Named(schema, next(tables), words[0], tuple(islice(columns, _COLUMNS)), words[1:], cells)
        try:
            home.make(table)
        except home.refusals:
            refused += 1
        else:
            made.append(table)
    return made, refused


def _faults(home: Home, made: list[Named]) -> "Counter[str]":
    with closing(home.connect()) as connector:
        listed = [ref for ref in connector.listing() if isinstance(ref, DatasetRef)]
        ours = {ref.name: ref for ref in listed if ref.name.rpartition(".")[2] != _CANARY}
        given = {f"{table.schema}.{table.name}" if table.schema else table.name: table for table in made}
        faults = Counter({"names not listed": len(given.keys() - ours.keys())})
        faults["names not given"] = len(ours.keys() - given.keys())
        faults["listed twice"] = len(listed) - len({ref.key for ref in listed})
        for name in given.keys() & ours.keys():
            faults += _faults_of(connector, given[name], ours[name])
    return +faults


def _faults_of(connector: Connector, table: Named, ref: DatasetRef) -> "Counter[str]":
    faults = Counter({"other comments": int(ref.comment != table.comment)})
    try:
        sample = connector.sample(ref, SamplePlan(rows=5, seed=SEED))
    except CatalogError:
        return faults + Counter({"not sampled": 1})
    faults["other columns"] = int([column.name for column in sample.columns] != list(table.columns))
    faults["other comments of columns"] = int([column.comment for column in sample.columns] != list(table.comments))
    values = [list(sample.values(place)) for place in range(len(sample.columns))]
    faults["other rows"] = int(values != [[cell] for cell in table.cells])
    return faults
