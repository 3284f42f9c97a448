"""The security documents name tests, proofs, files and settings that there are, and leave no promise out."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from benchmarks.house import ROOT
from catalog.settings import Settings
from web import workbooks
from web.app import _BODY_BYTES

FOLDER = ROOT / "docs" / "security"
DOCUMENTS = sorted(FOLDER.glob("*.md"))
NGINX = ROOT / "deploy" / "nginx" / "privacy-catalog.conf"
#: How many requirements of levels 1 and 2 each chapter of ASVS 5.0.0 has.
CHAPTERS = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}
_PROMISE = re.compile(r"^\| \*\*([SP]\d+)\*\* \| (.+?) \| (.+?) \| (.*?) \| (.*?) \|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_PROOF = re.compile(r"proof `(\w+)`")
_REQUIREMENT = re.compile(r"^\| (\d+)\.(\d+)\.(\d+) \| ([12]) \| (.+?) \| (.+?) \| (.*?) ?\|$", re.MULTILINE)

PROMISES = _PROMISE.findall((FOLDER / "promises.md").read_text(encoding="utf-8"))
REQUIREMENTS = _REQUIREMENT.findall((FOLDER / "asvs.md").read_text(encoding="utf-8"))


@cache
def names_in(path: str) -> frozenset[str]:
    file = ROOT / path
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.exists() else ast.Module([], [])
    return frozenset(
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test")
    )


def is_proof(name: str) -> bool:
    places = [ROOT / "benchmarks" / f"{name}.py", ROOT / "benchmarks" / name / "proofs.py"]
    return any(place.exists() and "def proofs(" in place.read_text(encoding="utf-8") for place in places)


def test_every_promise_is_there_once() -> None:
    assert [number for number, *_ in PROMISES] == [f"S{n}" for n in range(1, 32)] + [f"P{n}" for n in range(1, 11)]


@pytest.mark.parametrize("row", PROMISES, ids=lambda row: row[0])
def test_a_promise_is_shown_by_what_there_is_or_says_why_not(row: tuple[str, ...]) -> None:
    _, _, state, shown, why = row
    assert state in {"done", "partly", "not"}
    assert state == "done" or why
    tests, proofs = _TEST.findall(shown), _PROOF.findall(shown)
    assert tests or proofs or state == "not"
    assert [name for path, name in tests if name not in names_in(path)] == []
    assert [name for name in proofs if not is_proof(name)] == []


def test_states_are_counted() -> None:
    counted = Counter(state for _, _, state, *_ in PROMISES)
    told = f"Of 41 promises {counted['done']} are done, {counted['partly']} partly, {counted['not']} not."
    assert told in (FOLDER / "promises.md").read_text(encoding="utf-8")


def test_all_requirements_of_the_standard_are_there_once() -> None:
    numbers = [row[:3] for row in REQUIREMENTS]
    assert len(numbers) == len(set(numbers))
    assert Counter(int(chapter) for chapter, *_ in numbers) == CHAPTERS


def test_a_requirement_says_its_state_and_where_or_why() -> None:
    states = {"done", "partly", "not", "operator", "not applicable"}
    assert {row[5] for row in REQUIREMENTS} <= states
    assert [row[:3] for row in REQUIREMENTS if row[5] != "done" and not row[6]] == []


def test_requirements_are_counted() -> None:
    counted = Counter(row[5] for row in REQUIREMENTS)
    told = ", ".join(f"{counted[state]} {state}" for state in ("done", "partly", "not", "operator", "not applicable"))
    assert f"{len(REQUIREMENTS)} requirements: {told}." in (FOLDER / "asvs.md").read_text(encoding="utf-8")


def test_a_requirement_leads_to_promises_that_there_are() -> None:
    known = {number for number, *_ in PROMISES}
    assert {number for row in REQUIREMENTS for number in re.findall(r"\b[SP]\d+\b", row[6])} <= known


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_files_and_settings_named_are_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    files = re.findall(r"`((?:catalog|connectors|scanners|web|deploy|scripts|tests|benchmarks|docs)/[\w./-]*)", text)
    assert [file for file in files if not (ROOT / file).exists()] == []
    settings = set(re.findall(r"PRIVACY_CATALOG_([A-Z_]+)", text))
    assert settings <= {name.upper() for name in Settings.model_fields}


def directives() -> list[str]:
    """What the example for nginx says, without comments."""
    lines = (line.partition("#")[0].strip() for line in NGINX.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def test_the_example_for_nginx_is_whole() -> None:
    text = " ".join(directives())
    assert text.count("{") == text.count("}")
    statements = re.split(r"[;{}] ?", re.sub(r"'[^']*'", "", text))
    known = {
        "log_format",
        "limit_req_zone",
        "limit_conn_zone",
        "upstream",
        "server",
        "listen",
        "return",
        "location",
        "allow",
    }
    assert not [each for each in statements if len(known & set(each.split())) > 1]
    assert statements[-1] == ""


def test_the_example_for_nginx_fits_the_application_and_the_guide() -> None:
    guide = (FOLDER / "hardening.md").read_text(encoding="utf-8")
    (socket,) = re.findall(r"PRIVACY_CATALOG_SOCKET=(\S+?)`", guide)
    assert f"server unix:{socket} fail_timeout=0;" in directives()
    assert f"client_max_body_size {_BODY_BYTES // 1024}k;" in directives()
    rooms = re.findall(r"location (/\S+) \{\nclient_max_body_size (\d+)m;", "\n".join(directives()))
    assert [place for place, _ in rooms] == ["/register/import", "/review/sheet"]
    assert all(int(room) * 1024 * 1024 >= workbooks.ROOM for _, room in rooms)
    assert set(re.findall(r"PRIVACY_CATALOG_(\w+)", NGINX.read_text(encoding="utf-8"))) <= {
        name.upper() for name in Settings.model_fields
    }


def test_the_example_for_nginx_hands_on_nothing_that_visitors_say_of_themselves() -> None:
    said = {line.split()[1]: line.split()[2] for line in directives() if line.startswith("proxy_set_header")}
    for header in ("X-Remote-User", "X-Remote-Groups", "X-Forwarded-For", "X-Forwarded-Host", "Forwarded"):
        assert said[header] == '"";'
    assert said["X-Forwarded-Proto"] == "$scheme;"
    assert "underscores_in_headers off;" in directives()


def test_the_example_for_nginx_logs_no_question() -> None:
    (log,) = re.findall(r"log_format.*?;", "\n".join(directives()), re.DOTALL)
    assert "error_log /var/log/nginx/privacy-catalog.error.log crit;" in directives()  # lesser ones quote addresses
    assert re.findall(r"\$(?:request|request_uri|args|query_string|http_referer|http_cookie)\b", log) == []


def test_the_example_for_nginx_answers_without_tls_with_nothing_that_was_asked() -> None:
    # $uri and its like are decoded: a line break in an address would begin a header of our answer.
    assert [line for line in directives() if line.startswith("return")] == ["return 308 https://catalog.example.gov/;"]


def test_the_example_for_nginx_lets_few_try_passwords() -> None:
    said = "\n".join(directives())
    assert "zone=privacy_catalog_passwords:10m rate=6r/m;" in said
    (place,) = re.findall(r"location = /sign-in/password \{(.*?)\}", said, re.DOTALL)
    assert "limit_req zone=privacy_catalog_passwords burst=5 nodelay;" in place


def test_the_unit_makes_the_folder_of_the_socket() -> None:
    unit = (ROOT / "deploy" / "systemd" / "privacy-catalog-web.service").read_text(encoding="utf-8")
    assert "RuntimeDirectory=privacy-catalog\nRuntimeDirectoryMode=0750\n" in unit
