"""What is planted in the demo city: whether a page shows it, and taking it out of the source again."""

import json
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pyarrow import parquet

from catalog.model.differences import MATCH_TEXT, Match
from catalog.services import search
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from web.app import create_app

_SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
_PANEL = re.compile(r'<h2 id="differences">(.*?)</section>', re.DOTALL)
_SAID = (MATCH_TEXT[Match.UNDECLARED], MATCH_TEXT[Match.DECLARED_ELSEWHERE])


@dataclass(frozen=True)
class Undeclared:
    """A column that holds types no activity declares; ``beside`` are others of its table that hold the same."""

    agency: str
    dataset: str
    column: str
    types: tuple[str, ...]
    beside: tuple[str, ...] = ()


def undeclared(truth: Mapping[str, Any]) -> list[Undeclared]:
    """The planted findings nobody declared."""
    return [
        Undeclared(one["agency"], one["dataset"], one["column"], tuple(one["types"]), tuple(one.get("beside", ())))
        for one in truth["planted"]
        if one["kind"] == "undeclared"
    ]


def visitor(catalog: Catalog, person: str) -> FlaskClient:
    """A browser of this person."""
    client = create_app(catalog).test_client()
    client.post("/sign-in", data={"person": person}, headers=_SAME_ORIGIN)
    return client


def is_on_its_page(catalog: Catalog, one: Undeclared, person: str = "ada.cole") -> bool:
    """Whether the page of its dataset names every planted type among those found and not declared."""
    page = search.find(local_administrator(), catalog, "", {"agency": [one.agency]}, per_page=500)
    dataset = next(line.dataset for line in page.datasets if line.dataset.name == one.dataset)
    panel = _PANEL.search(visitor(catalog, person).get(f"/datasets/{dataset.id}").text)
    lines = panel.group(1).split("</li>") if panel else []
    told = [line for line in lines if any(f">{words}<" in line for words in _SAID)]
    labels = [catalog.taxonomy.types[code].label for code in one.types]
    return all(any(f">{label} in " in line for line in told) for label in labels)


def mend(sources: Path, one: Undeclared) -> None:
    """Empty the column at its source, and those beside it, as its agency would; of a workbook it is taken out."""
    for column in (one.column, *one.beside):
        _empty(sources, replace(one, column=column))


def _empty(sources: Path, one: Undeclared) -> None:
    name, _, sheet = one.dataset.partition("#")
    found = next(iter((sources / one.agency).glob(f"*/{name}")), None)
    if found is None:
        _empty_in_database(sources / one.agency, one)
    elif sheet:
        _delete_in_workbook(found, sheet, one.column)
    elif found.suffix == ".parquet":
        table = parquet.read_table(found)
        place = table.column_names.index(one.column)
        parquet.write_table(table.set_column(place, one.column, pa.nulls(len(table), pa.string())), found)
    else:
        found.write_text(_emptied(found.read_text(encoding="utf-8"), one.column), encoding="utf-8")


def _empty_in_database(folder: Path, one: Undeclared) -> None:
    for path in folder.glob("*.db"):
        with closing(sqlite3.connect(path)) as connection, connection:
            known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (one.dataset,)).fetchone()
            if known:
                connection.execute(f'UPDATE "{one.dataset}" SET "{one.column}" = NULL')


def _delete_in_workbook(path: Path, sheet: str, column: str) -> None:
    book = load_workbook(path)
    cell = next(cell for row in book[sheet].iter_rows() for cell in row if cell.value == column)
    book[sheet].delete_cols(cell.column)
    book.save(path)


def _emptied(text: str, column: str) -> str:
    """JSON with the member of this name emptied, wherever it is."""

    def emptied(record: dict[str, Any]) -> dict[str, Any]:
        return {name: None if name == column else value for name, value in record.items()}

    return json.dumps(json.loads(text, object_hook=emptied))
