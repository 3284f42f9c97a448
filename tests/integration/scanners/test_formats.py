"""JSON and Parquet, read and judged by the real confined child."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from scanners.cli import classify

CHANCE = random.Random(5)
GIVEN = ("Maria", "James", "Priya", "Kathleen", "Carlos", "Grace", "Omar", "Nina")
FAMILY = ("Lopez", "Walker", "Sharma", "Rivera", "Hopper", "Khan", "Petrov", "Cohen")


def person() -> str:
    return f"{CHANCE.choice(GIVEN)} {CHANCE.choice(FAMILY)}"


def number() -> str:
    return f"{CHANCE.randrange(870, 900)}-{CHANCE.randrange(10, 99)}-{CHANCE.randrange(1000, 9999)}"


RECORDS: list[dict[str, Any]] = [
    {
        "id": place,
        "full_name": person(),
        "contact": {"phones": [f"212-555-01{CHANCE.randrange(10, 99)}" for _ in range(place % 4)]},
        "household": [{"name": person(), "email": f"p{place}.{each}@example.org"} for each in range(place % 3)],
        "remarks": f"gave {number()} by telephone" if place % 50 == 7 else None,
    }
    for place in range(200)
]
BY_NUMBER = {number(): {"amount": place, "ssn": number()} for place in range(60)}
BY_PERSON = {"clients": {"by_name": {"Maria Gonzalez": {"sum": 1}, "open": {"sum": 2}}}, "count": 2}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    share = tmp_path / "share"
    share.mkdir()
    (share / "array.json").write_text(json.dumps(RECORDS))
    (share / "lines.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, RECORDS)).encode()))
    (share / "by_number.json").write_text(json.dumps(BY_NUMBER))
    (share / "by_person.json").write_text(json.dumps(BY_PERSON))
    pq.write_table(pa.Table.from_pylist(RECORDS), share / "table.parquet", row_group_size=50)
    (share / "deep.json").write_text("[" * 100_000)
    (share / "torn.parquet").write_bytes(b"PAR1" + b"x" * 99)
    return share


def test_every_format_is_judged_alike_and_shows_nobody(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVACY_CATALOG_CHILD_MEMORY_MB", "1024")
    result = CliRunner().invoke(classify, [str(folder), "--json"], catch_exceptions=False)
    answer = json.loads(result.stdout)
    tables = {Path(table["path"]).name: table for table in answer["tables"]}
    found = {name: found_in(table) for name, table in tables.items()}
    for name in ("array.json", "lines.jsonl.gz", "table.parquet"):
        assert tables[name]["rows_seen"] == 200
        assert found[name] == {
            "id": None,
            "full_name": "NAME",
            "contact.phones[]": "PHONE",
            "household[].name": "NAME",
            "household[].email": "EMAIL",
            "remarks": "SSN",
        }
    assert found["by_number.json"] == {"*": "SSN", "*.amount": None, "*.ssn": "SSN"}
    assert set(found["by_person.json"]) == {
        "name withheld (a+.aa_aaaa.Aaaaa Aa+.aaa)",
        "clients.by_name.open.sum",
        "count",
    }
    assert {Path(skipped["path"]).name: skipped["reason"] for skipped in answer["skipped"]} == {
        "deep.json": "it is larger than the limit",
        "torn.parquet": "the content is damaged or not what its name says",
    }
    assert "Gonzalez" not in result.stdout
    assert not any(key in result.stdout for key in BY_NUMBER)


def found_in(table: dict[str, Any]) -> dict[str, str | None]:
    """The strongest finding of each column."""
    strong = (
        (column["name"], [f["type"] for f in column["findings"] if f["strength"] >= 0.5]) for column in table["columns"]
    )
    return {name: types[0] if types else None for name, types in strong}
