"""Names and comments of any letters come back from MariaDB exactly, and nothing in them is ever carried out."""

import random
from contextlib import closing

from catalog.model.holdings import DatasetRef
from catalog.ports import SamplePlan
from tests.support.mariadb import Place
from tests.support.mariadb_reading import connector

LONGEST = 64
PIECES = (
    *(
        "`",
        "``",
        "'",
        '"',
        "\\",
        "\\'",
        "%",
        "%s",
        "%(a)s",
        "{0}",
        ".",
        "..",
        "/",
        ";",
        "--",
        "#",
        "/*",
        "*/",
        "@@",
        "?",
    ),
    *("\n", "\r\n", "\t", " ", "\x01", "\x7f", "\u00a0", "\u200b", "\u202e", "\u2066", "\ufeff", "\ufffd", "\uffff"),
    *("é", "e\u0301", "ß", "İ", "ı", "Ω", "עברית", "عربى", "田中", "SELECT", "NULL", "0", "null", "a", "A", "x" * 60),
)
ASTRAL = ("\U0001f600", "\U00020000")
"""No letter of a name or comment may be beyond the first 65 536: the server refuses it, or keeps a question mark."""


def hostile(count: int, seed: int) -> list[str]:
    """Different names, also to a server that looks at neither case nor accents; some are as long as names may be."""
    chance = random.Random(seed)
    names: dict[str, str] = {}
    while len(names) < count:
        mark = f"{len(names):03}"
        name = "".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 9)))[: LONGEST - 4]
        names[mark] = f"{name}{'_' if name.endswith((' ', chr(0xA0))) else ''}{mark}"
    return [*names.values(), ("`" * LONGEST)[: LONGEST - 1] + "z", "田" * LONGEST]


def quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def text(words: str) -> str:
    return "'" + words.replace("\\", "\\\\").replace("'", "''") + "'"


def fits_a_file(name: str) -> bool:
    """The server names files by tables and databases, and writes most letters in five."""
    return sum(1 if letter.isascii() and letter.isalnum() else 5 for letter in name) < 250


def test_names_of_tables_columns_and_comments_come_back_as_they_are(mariadb_place: Place) -> None:
    columns = hostile(120, seed=4711)
    tables = [name for name in (*hostile(60, seed=4712), "x" * LONGEST) if fits_a_file(name)]
    made = {
        name: [columns[(7 * number + step) % len(columns)] for step in range(4)] for number, name in enumerate(tables)
    }
    with closing(mariadb_place.server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(f"USE {quoted(mariadb_place.database)}")
        for name, held in made.items():
            declared = ", ".join(f"{quoted(column)} INT COMMENT {text(column[::-1])}" for column in held)
            cursor.execute(f"CREATE TABLE {quoted(name)} ({declared}) ENGINE=MyISAM COMMENT {text(held[0])}")
            cursor.execute(f"INSERT INTO {quoted(name)} VALUES (1, 2, 3, 4)")
    mariadb_place.run(f"GRANT SELECT ON {mariadb_place.database}.* TO READER")
    assert len(made) > 40
    assert len({column for held in made.values() for column in held}) == len(columns)
    with closing(connector(mariadb_place)) as opened:
        refs = [ref for ref in opened.listing() if isinstance(ref, DatasetRef)]
        found = {ref.name.removeprefix(f"{mariadb_place.database}."): ref for ref in refs}
        assert {name: ref.comment for name, ref in found.items()} == {name: held[0] for name, held in made.items()}
        assert len({ref.key for ref in refs}) == len(made)
        for name, held in made.items():
            sample = opened.sample(found[name], SamplePlan(rows=5, seed=1))
            assert [(column.name, column.comment) for column in sample.columns] == [(each, each[::-1]) for each in held]
            assert [list(sample.values(place)) for place in range(4)] == [["1"], ["2"], ["3"], ["4"]]


def test_names_of_databases_come_back_as_they_are(mariadb_place: Place) -> None:
    names = [name for name in hostile(30, seed=13) if fits_a_file(name)]
    run = mariadb_place.server.run
    try:
        for name in names:
            run(f"CREATE DATABASE {quoted(name)}", f"CREATE TABLE {quoted(name)}.{quoted(name)} (a INT) ENGINE=MyISAM")
            run(f"GRANT SELECT ON {quoted(name)}.{quoted(name)} TO {mariadb_place.reader}")
        assert len(names) > 15
        with closing(connector(mariadb_place)) as opened:
            refs = [ref for ref in opened.listing() if isinstance(ref, DatasetRef)]
            assert {ref.name for ref in refs} == {f"{name}.{name}" for name in names}
            assert {len(opened.sample(ref, SamplePlan(rows=5, seed=1)).columns) for ref in refs} == {1}
    finally:
        run(*(f"DROP DATABASE IF EXISTS {quoted(name)}" for name in names))
