"""The short form of the canary proof (see benchmarks/canary.py), and whether its search would see a leak."""

import base64
import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pytest

from benchmarks.canary import Remains, found_in, remains
from benchmarks.canary_doors import SERVERS
from benchmarks.canary_search import Net, all_hits, files_below, pieces_found, rows_of
from benchmarks.canary_words import Breeder

SEED = 3


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Remains:
    return remains(tmp_path_factory.mktemp("canaries"), 200, SEED)


@pytest.fixture(scope="module")
def net(left: Remains) -> Net:
    return Net(left.canaries)


def test_nothing_of_a_source_is_found_again(left: Remains) -> None:
    assert len(left.canaries) > 200
    assert not found_in(left)


def test_the_life_searched_was_a_full_one(left: Remains) -> None:
    with sqlite3.connect(left.data_dir / "catalog.db") as database:
        looks = dict(database.execute("SELECT look, count(*) FROM outcomes GROUP BY look"))
        withheld = database.execute("SELECT count(*) FROM datasets WHERE name_withheld").fetchone()[0]
        findings = database.execute("SELECT count(*) FROM findings").fetchone()[0]
        bucket = """SELECT count(*) FROM outcomes JOIN datasets ON datasets.id = outcomes.dataset_id
            JOIN sources ON sources.id = datasets.source_id WHERE sources.kind = 's3' AND look = 'scanned'"""
        carried = database.execute(bucket).fetchone()[0]
    assert carried > 20
    assert looks["scanned"] > 50
    assert looks["could_not_look"] > 20
    assert withheld > 20
    assert findings > 100
    for name in ("classify.out", "classify---json.out", "explain.out", "search-ssn.out", "killed.out"):
        assert (left.folder / "run" / "out" / name).stat().st_size > 100, name
    pages = [path.name for path in (left.folder / "run" / "pages").iterdir()]
    for role in ("cpo", "officer", "researcher", "operator"):
        assert sum(name.startswith(f"{role}~") for name in pages) > 100
    assert any("format=csv" in name for name in pages)
    assert {"cpo~flows~1", "cpo~protocols~1", "cpo~programmes~PROGRAM"} <= set(pages)
    assert not list(left.folder.glob("**/core*"))
    assert not list((left.folder / "run" / "tmp").iterdir())


@pytest.mark.parametrize("table", ["audit_events", "runs", "outcomes", "coverage", "intents", "outbox"])
def test_what_is_told_of_runs_and_changes_holds_none(left: Remains, net: Net, table: str) -> None:
    tables = dict(rows_of(left.data_dir / "catalog.db"))
    assert tables[f"table {table}"] or table in {"intents", "outbox"}
    assert not list(net.hits(table, tables[f"table {table}"]))


def test_the_net_catches_what_the_sources_hold(left: Remains, net: Net) -> None:
    caught = list(net.hits("a source", (left.folder / "sources/share/clients.csv").read_bytes()))
    assert {hit.kind for hit in caught} == {"person", "ssn", "phone", "email", "address", "card", "note"}
    named = [("a share", str(path).encode()) for path in (left.folder / "sources/share").rglob("*")]
    assert {"file name", "folder name", "file name, run together"} <= {hit.place for hit in all_hits(net, named)}


DISGUISES: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "in capitals": lambda text: text.upper().encode(),
    "reversed": lambda text: text[::-1].encode(),
    "in base64": lambda text: base64.b64encode(text.encode()),
    "in base64, within more": lambda text: base64.b64encode(f"xy{text} and more".encode()),
    "in hex": lambda text: text.encode().hex().encode(),
    "in an address": lambda text: quote(text, safe="").encode(),
    "in UTF-16": lambda text: text.encode("utf-16-le"),
    "with other signs between": lambda text: text.replace("-", "_").replace(" ", "_").replace("@", "_").encode(),
    "as MD5": lambda text: hashlib.md5(text.encode()).hexdigest().encode(),
    "as SHA-256": lambda text: hashlib.sha256(text.encode()).hexdigest().encode(),
}


@pytest.fixture(scope="module")
def aviary() -> Breeder:
    breeder = Breeder(11)
    breeder.row("here")
    breeder.ordinary_person("here")
    return breeder


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_canary_is_seen_in_any_disguise(aviary: Breeder, disguise: str) -> None:
    net = Net(aviary.bred)
    for canary in aviary.bred:
        log = b'{"event": "read ' + DISGUISES[disguise](canary.text) + b'", "level": "debug"}\n'
        found = list(net.hits("a log", b"\0" * 5 + log))
        assert canary.kind in {hit.kind for hit in found}
        assert canary.text not in repr(found)


def test_a_number_without_its_separators_is_seen_but_not_inside_a_hash(aviary: Breeder) -> None:
    net = Net(aviary.bred)
    ssn = next(canary.text for canary in aviary.bred if canary.kind == "ssn").replace("-", "").encode()
    assert [hit.kind for hit in net.hits("a table", b"dataset\n" + ssn + b"\n")] == ["ssn"]
    assert not list(net.hits("a table", b"0a1b2c3d4e5f" + b"a" + ssn + b"b" + b"0a1b2c3d4e5f"))
    assert not list(net.hits("a table", b"7" + ssn))


def test_a_workbook_is_unpacked_before_it_is_searched(aviary: Breeder, tmp_path: Path) -> None:
    name = next(canary.text for canary in aviary.bred if canary.kind == "person")
    book = openpyxl.Workbook(write_only=True)
    book.create_sheet("list").append([name])
    book.save(tmp_path / "list.xlsx")
    content = (tmp_path / "list.xlsx").read_bytes()
    (tmp_path / "list.xlsx").write_bytes(b"Content-Type: x\r\n\r\n" + content)  # as an answer with its head
    assert {hit.kind for hit in all_hits(Net(aviary.bred), files_below(tmp_path, "left"))} == {"person"}


def test_single_pieces_of_numbers_are_counted_against_chance(aviary: Breeder) -> None:
    digits = next(canary.text for canary in aviary.bred if canary.kind == "ssn").replace("-", "").encode()
    planted, others = pieces_found(aviary.bred, [("a log", b"took " + digits[2:8] + b" ms")], seed=1)
    assert planted == 1
    assert max(others) == 0
    assert pieces_found(aviary.bred, [("a hash", b"0a" + digits[2:8] + b"ff")], seed=1)[0] == 0


def test_what_the_database_keeps_of_the_doors_is_no_secret(left: Remains) -> None:
    hidden = json.loads((left.folder / "secrets.json").read_text())
    kinds = {kind for kind, _ in hidden["secrets"]}
    assert {"password", "code key", "session token", "client secret", "code of single sign-on"} <= kinds
    assert {f"password of {kind}" for kind in SERVERS} <= kinds
    assert "secret of s3" in {canary.kind for canary in left.canaries}
    assert hidden["failures"] >= 20
    assert kinds <= {canary.kind for canary in left.canaries}


def test_a_canary_is_seen_across_the_pieces_a_long_file_is_searched_in(
    aviary: Breeder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.canary_search._PIECE", 64)
    net = Net(aviary.bred)
    text = next(canary.text for canary in aviary.bred if canary.kind == "note").encode()
    for before in range(60, 70):
        assert list(net.hits("a file", b"." * before + text))
