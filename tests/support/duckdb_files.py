"""DuckDB files with synthetic tables, and other programs that have one open."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from tests.support.sources import BuiltSource, Table

_WRITER = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
connection.execute(sys.argv[2])
print("open", flush=True)
sys.stdin.read()
"""


def made(path: Path, script: str) -> Path:
    """A file after these statements."""
    with closing(duckdb.connect(str(path))) as connection:
        connection.execute(script)
    return path


def duckdb_source(folder: Path, tables: Mapping[str, Table]) -> BuiltSource:
    """Write the tables into a DuckDB file."""
    path = folder / "source.duckdb"
    with closing(duckdb.connect(str(path))) as connection:
        for name, table in tables.items():
            columns = ", ".join(f"{quoted(column)} VARCHAR" for column in table.columns)
            connection.execute(f"CREATE TABLE {quoted(name)} ({columns})")
            if table.rows:
                marks = ", ".join(f"unnest($c{place})" for place in range(len(table.columns)))
                cells = {f"c{place}": [row[place] for row in table.rows] for place in range(len(table.columns))}
                connection.execute(f"INSERT INTO {quoted(name)} SELECT {marks}", cells)
    return BuiltSource("duckdb", {"path": str(path)})


@contextmanager
def writer(path: Path, statement: str = "SELECT 1") -> Iterator[subprocess.Popen[str]]:
    """Another process that has the file open for writing, after a statement."""
    command = [sys.executable, "-c", _WRITER, str(path), statement]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        yield other
        other.kill()


def quoted(name: str) -> str:
    """A name as the engine takes it."""
    return '"' + name.replace('"', '""') + '"'
