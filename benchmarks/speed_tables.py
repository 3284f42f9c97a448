"""A made-up city database for timing: tables as agencies keep them, seeded, written within seconds."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from importlib.resources import files

import numpy as np

Chance = np.random.Generator
Cells = list[str | None]

COLUMNS = 20
_FIRST_DAY = date(2012, 1, 1)
_CODES = {
    "status": ("open", "closed", "pending review", "approved", "denied", "withdrawn", "referred"),
    "borough": ("MANHATTAN", "BROOKLYN", "QUEENS", "BRONX", "STATEN ISLAND"),
    "flag": ("Y", "N"),
    "bool": ("true", "false"),
    "agency": ("DCH", "DFR", "DHB", "DPR", "DSO"),
    "sex": ("M", "F", "X"),
    "complaint": ("Heat", "Water leak", "Noise", "Street light", "Pothole", "Elevator", "Graffiti", "Blocked drive"),
    "street": ("Alder", "Birch", "Canal", "Dock", "Elm", "Fern", "Garnet", "Harbor", "Ivory", "Juniper", "Kestrel"),
    "kind": ("St", "Ave", "Road", "Place", "Blvd", "Lane", "Street", "Avenue"),
    "area": ("212", "718", "347", "646", "917", "929", "516", "914"),
    "opening": ("Client called about", "Left a message on", "Spoke with the owner of", "Inspector was sent to see"),
    "middle": ("the broken boiler", "the rent statement", "the missing form", "an unpaid fee", "the next appointment"),
    "ending": ("and asked for a new date.", "but nobody answered the door.", "and was told to wait for a letter."),
    "work": ("Replaced valve", "Cleaned filter", "Painted hallway", "Fixed door", "Checked wiring", "Removed debris"),
}


@dataclass(frozen=True)
class Column:
    """One kind of column: how often a table has it (``weight``), and how often it is empty (``gaps``)."""

    name: str
    declared: str
    make: Callable[[Chance, int], list[str]]
    weight: float
    gaps: float = 0.02


@dataclass(frozen=True)
class MadeTable:
    """Names, declared types and cells, column by column."""

    names: list[str]
    declared: list[str]
    cells: list[Cells]

    def as_csv(self) -> str:
        """The rows as the server's COPY reads them."""
        text = io.StringIO()
        csv.writer(text).writerows(zip(*self.cells, strict=True))
        return text.getvalue()


def made(number: int, rows: int, seed: int) -> MadeTable:
    """One table of a numbered series: a key, and nineteen other kinds of column as often as tables have them."""
    chance = np.random.default_rng((seed, number))
    weights = np.array([column.weight for column in _POOL])
    chosen = sorted(chance.choice(len(_POOL), COLUMNS - 1, replace=False, p=weights / weights.sum()))
    columns = [_KEY, *(_POOL[place] for place in chosen)]
    cells: list[Cells] = []
    for column in columns:
        gone = chance.random(rows) < column.gaps
        filled = column.make(chance, rows)
        cells.append([None if empty else cell for cell, empty in zip(filled, gone, strict=True)])
    return MadeTable([column.name for column in columns], [column.declared for column in columns], cells)


def _words(kind: str, chance: Chance, rows: int) -> list[str]:
    words = _CODES[kind]
    return [words[place] for place in chance.integers(len(words), size=rows)]


def _numbers(low: int, high: int, form: str, chance: Chance, rows: int) -> list[str]:
    return [form.format(number) for number in chance.integers(low, high, size=rows).tolist()]


def _decimals(low: float, high: float, places: int, chance: Chance, rows: int) -> list[str]:
    return [f"{number:.{places}f}" for number in chance.uniform(low, high, size=rows).tolist()]


def _days(first: int, last: int, chance: Chance, rows: int) -> list[str]:
    return [(_FIRST_DAY + timedelta(days=day)).isoformat() for day in chance.integers(first, last, size=rows).tolist()]


def _moments(chance: Chance, rows: int) -> list[str]:
    seconds = chance.integers(0, 86400, size=rows).tolist()
    days = _days(0, 5000, chance, rows)
    return [f"{day} {s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for day, s in zip(days, seconds, strict=True)]


def _joined(form: str, *kinds: str, chance: Chance, rows: int) -> list[str]:
    parts = zip(*(_words(kind, chance, rows) for kind in kinds), strict=True)
    return [form.format(number, *part) for number, part in zip(chance.integers(1, 9999, size=rows), parts, strict=True)]


def _form(form: str, *kinds: str) -> Callable[[Chance, int], list[str]]:
    """A number first ({0}), then a word of each kind."""
    return lambda chance, rows: _joined(form, *kinds, chance=chance, rows=rows)


def _phones(form: str, chance: Chance, rows: int) -> list[str]:
    areas, numbers = _words("area", chance, rows), chance.integers(2_000_000, 9_999_999, size=rows).tolist()
    return [form.format(area, n // 10_000, n % 10_000) for area, n in zip(areas, numbers, strict=True)]


def _ssns(chance: Chance, rows: int) -> list[str]:
    numbers = chance.integers(100_010_001, 665_999_999, size=rows).tolist()
    return [f"{n // 10**6}-{n // 10**4 % 100:02}-{n % 10**4:04}" for n in numbers]


def _mails(chance: Chance, rows: int) -> list[str]:
    return [text.lower() for text in _form("{1}.{2}@example.org", "given", "family")(chance, rows)]


def _notes(chance: Chance, rows: int) -> list[str]:
    """Two sentences each; about one in twenty tells of somebody."""
    texts = _form("{1} {2} {3} {4} {5} {6} Ref {0}.", *("opening", "middle", "ending") * 2)(chance, rows)
    told, phones = _form("Ask for {1} {2}", "given", "family")(chance, rows), _phones("{0}-{1}-{2:04}", chance, rows)
    speaks = chance.random(rows) < 0.05
    return [
        f"{text} {name} at {phone}." if tells else text
        for text, name, phone, tells in zip(texts, told, phones, speaks, strict=True)
    ]


def _digests(chance: Chance, rows: int) -> list[str]:
    return [f"{n:016x}{n * 31 % 2**64:016x}" for n in chance.integers(2**60, 2**62, size=rows).tolist()]


def _serial(chance: Chance, rows: int) -> list[str]:
    first = int(chance.integers(1, 90_000))
    return [str(first + n) for n in range(rows)]


def _census(name: str, most: int) -> tuple[str, ...]:
    text = files("names").joinpath(name).read_text(encoding="ascii")
    return tuple(line.split()[0].capitalize() for line in text.splitlines()[:most])


_CODES["given"] = _census("dist.female.first", 900) + _census("dist.male.first", 900)
_CODES["family"] = _census("dist.all.last", 5000)

_KEY = Column("record_id", "bigint", _serial, 0, 0)
_POOL = (
    Column("case_no", "text", partial(_numbers, 1, 999_999, "C-2021-{:06}"), 2),
    Column("permit_number", "text", partial(_numbers, 10**8, 10**9, "{}"), 2),
    Column("batch", "integer", partial(_numbers, 1, 400, "{}"), 2),
    Column("amount", "numeric(12,2)", partial(_decimals, 1, 9000, 2), 3),
    Column("balance_due", "numeric(12,2)", partial(_decimals, 1, 90_000, 2), 2),
    Column("pct_complete", "double precision", partial(_decimals, 0, 1, 4), 1.5),
    Column("unit_count", "integer", partial(_numbers, 1, 30, "{}"), 3),
    Column("total_visits", "integer", partial(_numbers, 0, 900, "{}"), 2),
    Column("fiscal_year", "smallint", partial(_numbers, 2008, 2026, "{}"), 2),
    Column("opened_on", "date", partial(_days, 0, 5000), 3),
    Column("closed_on", "date", partial(_days, 0, 5000), 2.5, 0.4),
    Column("updated_at", "timestamp", _moments, 3),
    Column("created_at", "timestamp", _moments, 3),
    Column("status", "text", partial(_words, "status"), 3),
    Column("borough", "text", partial(_words, "borough"), 2),
    Column("agency_code", "text", partial(_words, "agency"), 2.5),
    Column("is_active", "boolean", partial(_words, "bool"), 2.5),
    Column("verified", "char(1)", partial(_words, "flag"), 2),
    Column("complaint_type", "text", partial(_words, "complaint"), 2),
    Column("work_done", "text", _form("{1}, unit {0}", "work"), 1.5),
    Column("source_file", "text", _form("load_{1}_{0}.csv", "agency"), 1),
    Column("row_hash", "text", _digests, 1),
    Column("parcel", "text", partial(_numbers, 1_000_010_001, 5_163_599_999, "{}"), 1.5),
    Column("route", "text", partial(_numbers, 1, 120, "R{:03}"), 1),
    Column("score", "numeric(6,3)", partial(_decimals, 0, 100, 3), 1.5),
    Column("remarks", "text", partial(_words, "complaint"), 1, 0.95),
    Column("first_name", "text", partial(_words, "given"), 2),
    Column("last_name", "text", partial(_words, "family"), 2),
    Column("owner_name", "text", _form("{2}, {1}", "given", "family"), 1),
    Column("contact", "text", _form("{1} {2}", "given", "family"), 1),
    Column("address", "text", _form("{0} {1} {2}", "street", "kind"), 2),
    Column("zip", "text", partial(_numbers, 10_001, 11_697, "{}"), 2),
    Column("phone", "text", partial(_phones, "({0}) {1}-{2:04}"), 1.5, 0.1),
    Column("tel2", "text", partial(_phones, "{0}{1}{2:04}"), 0.7, 0.5),
    Column("email", "text", _mails, 1.5, 0.2),
    Column("dob", "date", partial(_days, -30_000, -1500), 1.2),
    Column("sex", "text", partial(_words, "sex"), 1),
    Column("ssn", "text", _ssns, 0.5, 0.3),
    Column("latitude", "double precision", partial(_decimals, 40.5, 40.9, 6), 1),
    Column("longitude", "double precision", partial(_decimals, -74.2, -73.7, 6), 1),
    Column("plate", "text", _form("{1}{0:04}", "agency"), 0.5),
    Column("notes", "text", _notes, 1),
)
