"""Nobody's data and no secret is in the repository, as far as a program can tell.

That an address is nobody's can be told by its domain; that a number or a name was invented cannot. So files of data are
listed by hand, with where they come from.
"""

import re
import subprocess

import pytest

from tests.package.test_house import ROOT, committed

#: Files that hold rows: written by hand or by our generators, from nobody's records.
ROWS = {
    "benchmarks/detection/example/labels.csv",
    "benchmarks/detection/example/tables/repairs.csv",
    "benchmarks/detection/example/tables/staff.csv",
    "benchmarks/prose/labels.csv",
    "tests/support/memberships.csv",
    "tests/support/spreadsheets/visits.ods",  # made as the README beside them says
    "tests/support/spreadsheets/visits.xls",
}
_ROWS_END = (".csv", ".tsv", ".psv", ".xls", ".xlsx", ".xlsm", ".ods", ".parquet", ".jsonl", ".ndjson", ".geojson")
_DATABASES_END = (".db", ".sqlite", ".sqlite3", ".duckdb", ".mdb", ".dump", ".sql.gz", ".bak", ".pkl", ".pickle")

_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})")
#: Set aside by RFC 2606 and RFC 6761 for nobody; then the few that are about how an address may be written.
_NOBODYS = re.compile(r"(?:.+\.)?(?:example|test|invalid|localhost|example\.(?:com|net|org))")
_WRITTEN_ODDLY = {"example.gov", "mail.example.gov", "example.co.uk", "c.de", "b.co", "aaaaaa.aaa"}
#: Whose names of ciphers are written like addresses.
_WRITTEN_ODDLY |= {"openssh.com"}

# Written in parts, so that this file does not hold what it looks for.
_SECRETS = {
    "a private key": "-----BEGIN [A-Z ]*PRIVATE " + "KEY-----",
    "a key of a cloud": "AKIA" + "[0-9A-Z]{16}",
    "a token of a forge": r"\b(?:gh[pousr]_|glpat-)" + "[A-Za-z0-9]{20,}",
    "a token of a chat": "xox[baprs]" + "-[0-9A-Za-z-]{10,}",
    "a signed token": "eyJ[A-Za-z0-9_-]{10,}" + r"\.eyJ[A-Za-z0-9_-]{10,}\.",
    "a password in an address": "[a-z]+://[^/\\s:@'\"{}<>]+:" + "[^/\\s:@'\"{}<>]{6,}@(?:[a-z0-9-]+\\.)+[a-z]+",
}


def places(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """Every file that holds it, with what it holds."""
    return [
        (path.relative_to(ROOT).as_posix(), found[0])
        for path in committed()
        for found in pattern.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]


def is_nobodys(domain: str) -> bool:
    return domain.lower() in _WRITTEN_ODDLY or _NOBODYS.fullmatch(domain.lower()) is not None


def test_every_mail_address_is_nobodys() -> None:
    found = places(_ADDRESS)
    assert found
    assert [place for place in found if not is_nobodys(place[1].partition("@")[2])] == []


@pytest.mark.parametrize(("domain", "nobodys"), [("city.example", True), ("example.org", True), ("nyc.gov", False)])
def test_whose_a_domain_is(domain: str, nobodys: bool) -> None:
    assert is_nobodys(domain) is nobodys


@pytest.mark.parametrize("kind", _SECRETS)
def test_no_file_holds_a_secret(kind: str) -> None:
    found = places(re.compile(_SECRETS[kind]))
    assert [place for place in found if not is_nobodys(place[1].rpartition("@")[2])] == []


def test_a_secret_would_be_seen() -> None:
    assert re.search(_SECRETS["a private key"], "-----BEGIN RSA PRIVATE " + "KEY-----")
    assert re.search(_SECRETS["a password in an address"], "postgresql://reader:" + "hunter22@db.city.example/x")


def test_every_file_of_rows_is_known() -> None:
    rows = {name for name in names() if name.endswith(_ROWS_END)}
    assert rows == ROWS
    assert [name for name in names() if name.endswith(_DATABASES_END)] == []


def names() -> list[str]:
    """All files of the repository, also those that are no text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.split("\0")
