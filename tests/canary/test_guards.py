"""What the canaries would find if a guard were missing: each one is taken away once, and is missed."""

import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from benchmarks.canary_search import Hit, Net
from benchmarks.canary_sources import Planted, plant
from benchmarks.canary_words import Breeder
from catalog.errors import SkipReason, SourceError
from scanners.child import Assignment, serve

SEED = 5


@pytest.fixture(scope="module")
def nest(tmp_path_factory: pytest.TempPathFactory) -> tuple[Net, dict[str, Planted]]:
    breeder = Breeder(SEED)
    planted = plant(tmp_path_factory.mktemp("nest") / "sources", breeder, 200, None)
    return Net(breeder.bred), {one.name: one for one in planted}


def ask(planted: Planted, *requests: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers of a child in this process, as they would cross the pipe."""
    assignment = Assignment(planted.kind, planted.options, "6b" * 32, memory_mb=512, file_mb=64, rows=50)
    output = io.BytesIO()
    serve(assignment, [json.dumps(request).encode() for request in requests], output)
    return [json.loads(line) for line in output.getvalue().splitlines()[1:]]


def told(planted: Planted) -> list[dict[str, Any]]:
    """What is told of a source for keeping: a raw reference goes back to the child and is none of it."""
    listing = ask(planted, {"op": "list"})
    refs = [answer["listed"].pop("ref") for answer in listing if "listed" in answer]
    looks = ask(planted, *({"op": "scan", "ref": ref, "rows": 50, "deepest": 200, "seed": 1} for ref in refs))
    assert len(looks) >= len(refs)
    assert not refs or planted.name == "torn" or any("result" in answer for answer in looks)
    return listing + looks


def caught(net: Net, planted: Planted) -> list[Hit]:
    return list(net.hits(planted.name, json.dumps(told(planted)).encode()))


@pytest.mark.parametrize("source", ["cases", "torn", "share"])
def test_with_every_guard_nothing_is_told(nest: tuple[Net, dict[str, Planted]], source: str) -> None:
    net, planted = nest
    assert not caught(net, planted[source])


@pytest.mark.parametrize(
    ("guard", "instead", "source", "place"),
    [
        ("scanners.naming.is_identifying", lambda _: False, "share", "file name"),
        ("scanners.naming.is_identifying", lambda _: False, "share", "sheet name"),
        ("scanners.naming.is_identifying", lambda _: False, "cases", "SQLite column name"),
        ("scanners.header.settle", lambda sample: sample, "share", "headerless first row"),
        ("scanners.within.plain_type", lambda declared: declared, "cases", "SQLite declared type"),
    ],
)
def test_without_a_guard_the_canaries_are_seen(
    nest: tuple[Net, dict[str, Planted]],
    monkeypatch: pytest.MonkeyPatch,
    guard: str,
    instead: object,
    source: str,
    place: str,
) -> None:
    net, planted = nest
    monkeypatch.setattr(guard, instead)
    assert place in {hit.place for hit in caught(net, planted[source])}


def test_an_error_that_quoted_its_engine_would_be_seen(
    nest: tuple[Net, dict[str, Planted]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def quoting(error: sqlite3.Error, kind: type[SourceError], thing: str, *, encrypted: bool) -> SourceError:
        return kind(thing, str(error), f"Encrypted: {encrypted}.", reason=SkipReason.UNREADABLE)

    net, planted = nest
    monkeypatch.setattr("connectors.sql.sqlite.failure", quoting)
    assert "failing SQLite view" in {hit.place for hit in caught(net, planted["cases"])}


def test_the_sources_are_what_they_are_said_to_be(nest: tuple[Net, dict[str, Planted]]) -> None:
    net, planted = nest
    database = Path(planted["cases"].options["path"]).read_bytes()
    places = {hit.place for hit in net.hits("a database", database)}
    assert {"SQLite table", "SQLite table name", "SQLite DEFAULT", "SQLite CHECK", "SQLite view text"} <= places
