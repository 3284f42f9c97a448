"""What is said of the packages we depend on: known dangers, "could not look", and the bills of materials.

The answers are as the tools give them (pip-audit 2.10, npm 11), shortened; no advisory service is asked here.
"""

import json
from datetime import date

import pytest

from scripts import advisories, sbom

FOUND = {
    "dependencies": [
        {"name": "click", "version": "8.5.1", "vulns": []},
        {
            "name": "jinja2",
            "version": "3.1.5",
            "vulns": [
                {
                    "id": "PYSEC-2025-999",
                    "fix_versions": ["3.1.6"],
                    "aliases": ["CVE-2025-27516", "GHSA-cpwx-vrp4-4pq7"],
                    "description": "A sandbox may be left.",
                }
            ],
        },
    ],
    "fixes": [],
}
CLEAN = {"dependencies": [{"name": "click", "version": "8.5.1", "vulns": []}], "fixes": []}
SKIPPED = {
    "dependencies": [
        {"name": "click", "skip_reason": "Dependency not found on PyPI and could not be audited: click (8.5.1)"},
        {"name": "flask", "skip_reason": "Dependency not found on PyPI and could not be audited: flask (3.2.0)"},
    ],
    "fixes": [],
}
NPM_UNREACHABLE = {"message": "405 Method Not Allowed", "statusCode": 405, "error": {"summary": "", "detail": ""}}
NOTHING_KNOWN = "could not look: the advisory service gave no answer"


def npm(severity: str) -> str:
    via = {"source": 1, "name": "immutable", "url": "https://github.com/advisories/GHSA-aaaa-bbbb-cccc"}
    vulnerabilities = {
        "immutable": {"name": "immutable", "severity": severity, "via": [via | {"severity": severity}]},
        "sass": {"name": "sass", "severity": severity, "via": ["immutable"]},
    }
    return json.dumps({"vulnerabilities": vulnerabilities, "metadata": {"dependencies": {"prod": 3, "total": 32}}})


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (json.dumps(CLEAN), "passed"),
        (json.dumps(FOUND), "FAILED"),
        (json.dumps(SKIPPED), NOTHING_KNOWN),
        (
            json.dumps({"dependencies": CLEAN["dependencies"] + SKIPPED["dependencies"]}),
            "passed for 1; could not look at 2",
        ),
        ("", NOTHING_KNOWN),
        ("ERROR: no route", NOTHING_KNOWN),
        ("[]", NOTHING_KNOWN),
    ],
)
def test_pip_audit_is_clean_only_where_it_could_look(answer: str, outcome: str) -> None:
    assert advisories.of_pip_audit(answer).outcome == outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (npm("critical"), "FAILED"),
        (npm("high"), "FAILED"),
        (npm("a word of tomorrow"), "FAILED"),
        (npm("moderate"), "passed"),
        (json.dumps({"vulnerabilities": {}, "metadata": {"dependencies": {"total": 32}}}), "passed"),
        (json.dumps(NPM_UNREACHABLE), NOTHING_KNOWN),
        ("", NOTHING_KNOWN),
    ],
)
def test_npm_audit_is_clean_only_where_it_could_look(answer: str, outcome: str) -> None:
    assert advisories.of_npm_audit(answer, "advisories for frontend").outcome == outcome


def test_lesser_findings_are_told() -> None:
    (finding,) = advisories.of_npm_audit(npm("moderate"), "").findings
    assert str(finding) == "immutable: GHSA-aaaa-bbbb-cccc (moderate)"


@pytest.mark.parametrize(("today", "outcome"), [("2027-01-31", "passed"), ("2027-02-01", "FAILED")])
def test_what_is_accepted_counts_again_after_its_last_day(today: str, outcome: str) -> None:
    text = '[[accepted]]\nid = "GHSA-cpwx-vrp4-4pq7"\nreason = "No sandbox is used."\nuntil = 2027-01-31\n'
    accepted = advisories.still_accepted(text, date.fromisoformat(today))
    assert advisories.without(advisories.of_pip_audit(json.dumps(FOUND)), accepted).outcome == outcome


@pytest.mark.parametrize("missing", ["id", "reason", "until"])
def test_nothing_is_accepted_without_id_reason_and_last_day(missing: str) -> None:
    entry = {"id": '"GHSA-1"', "reason": '"Why."', "until": "2027-01-31"}
    text = "\n".join(["[[accepted]]", *(f"{key} = {value}" for key, value in entry.items() if key != missing)])
    with pytest.raises(KeyError):
        advisories.still_accepted(text, date(2027, 1, 1))


def test_what_is_accepted_now_is_well_formed() -> None:
    advisories.still_accepted(advisories.ACCEPTED.read_text(encoding="utf-8"), date.min)


BILL = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 1,
    "components": [{"type": "library", "name": "Pip_Audit", "version": "2.10.1"}],
}


def test_a_bill_lists_all_that_is_locked() -> None:
    assert sbom.faults(BILL, sbom.locked_python("# exact\npip-audit==2.10.1\n")) == []
    assert sbom.faults(BILL, {"click 8.5.1"}) == ["not listed: click 8.5.1"]


def test_a_bill_that_breaks_its_schema_is_not_valid() -> None:
    (fault,) = sbom.faults(BILL | {"version": "first"}, set())
    assert fault.startswith("not valid")


def test_a_bill_tells_no_address_that_anything_came_from() -> None:
    told = {"name": "a", "externalReferences": [{"type": "distribution", "url": "https://example.org/a"}]}
    assert sbom.cleaned(BILL | {"components": [told], "timestamp": "now"})["components"] == [{"name": "a"}]


def test_optional_and_nested_packages_of_a_lock_file() -> None:
    packages = {
        "": {"name": "ours"},
        "node_modules/@a/b": {"version": "1.0.0"},
        "node_modules/c/node_modules/d": {"version": "2.0.0"},
        "node_modules/e": {"version": "3.0.0", "optional": True},
    }
    assert sbom.locked_browser(json.dumps({"packages": packages})) == {"@a/b 1.0.0", "d 2.0.0"}
