"""Whether anything we depend on is known to be dangerous: pip-audit over constraints.txt, npm audit over our npm trees.

Where the service that knows about vulnerabilities gives no answer, that is told as "could not look" and never as
clean: pip-audit ends with success when it found none of the packages at all. High and critical findings fail;
pip-audit tells no severity, so each of its findings counts. What cannot be mended yet is accepted in
``.ci/advisories.toml``, with a reason and the day until which.
"""

import json
import subprocess
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from frontend.assets import npm

ROOT = Path(__file__).resolve().parent.parent
ACCEPTED = ROOT / ".ci" / "advisories.toml"
_PIP_AUDIT = ROOT / ".venv" / "bin" / "pip-audit"
_NPM_TREES = ("frontend", "tests/support/identity_provider", "tests/support/azurite")
_CACHE = ROOT / "var" / "pip-audit"
_SECONDS = 120
_LESSER = frozenset({"info", "low", "moderate"})


@dataclass(frozen=True)
class Finding:
    """One known vulnerability of one package; ``names`` are all ids it goes by."""

    package: str
    names: frozenset[str]
    severity: str

    def __str__(self) -> str:
        return f"{self.package}: {', '.join(sorted(self.names))} ({self.severity})"


@dataclass(frozen=True)
class Look:
    """What one tool saw: how many packages it could look up, how many not, and what is known of them."""

    name: str
    looked: int
    unknown: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing is known that must not be there; also where nobody answered, which the outcome says."""
        return all(finding.severity in _LESSER for finding in self.findings)

    @property
    def outcome(self) -> str:
        """The word of the summary; "passed" alone only where every package was looked up."""
        if not self.passed:
            return "FAILED"
        if not self.looked:
            return "could not look: the advisory service gave no answer"
        if self.unknown:
            return f"passed for {self.looked}; could not look at {self.unknown}"
        return "passed"


def look() -> list[Look]:
    """Ask both tools about all we depend on, and leave out what is accepted today."""
    accepted = still_accepted(ACCEPTED.read_text(encoding="utf-8"), datetime.now(UTC).date())
    looks = [_python(), *(_browser(tree) for tree in _NPM_TREES if (ROOT / tree / "package-lock.json").exists())]
    return [without(each, accepted) for each in looks]


def of_pip_audit(answer: str) -> Look:
    """Read pip-audit's JSON; an answer that is none means that it could not look."""
    dependencies = _list(_json(answer).get("dependencies"))
    skipped = sum("skip_reason" in each for each in dependencies)
    findings = tuple(
        Finding(each["name"], frozenset({known["id"], *known.get("aliases", ())}), "unknown")
        for each in dependencies
        for known in each.get("vulns", ())
    )
    return Look("advisories for Python", len(dependencies) - skipped, skipped, findings)


def of_npm_audit(answer: str, name: str) -> Look:
    """Read npm's JSON; an answer without a report means that it could not look."""
    report = _json(answer)
    if "vulnerabilities" not in report:
        return Look(name, 0)
    found = (
        (package, known)
        for package, each in report["vulnerabilities"].items()
        for known in each["via"]
        if isinstance(known, dict)  # a string names another package of this list
    )
    findings = tuple(
        Finding(package, frozenset({known["url"].rpartition("/")[2]}), known["severity"]) for package, known in found
    )
    return Look(name, report["metadata"]["dependencies"]["total"], 0, findings)


def still_accepted(text: str, today: date) -> frozenset[str]:
    """The ids that are accepted today; each needs a reason.

    Raises:
        KeyError: for an entry without id, reason or last day.
    """
    entries = tomllib.loads(text).get("accepted", [])
    return frozenset(each["id"] for each in entries if each["reason"] and each["until"] >= today)


def without(seen: Look, accepted: frozenset[str]) -> Look:
    """The same without what is accepted, by any of its names."""
    left = tuple(finding for finding in seen.findings if not finding.names & accepted)
    return Look(seen.name, seen.looked, seen.unknown, left)


def _python() -> Look:
    options = [
        "-r",
        "constraints.txt",
        "--no-deps",
        "--disable-pip",
        "--format=json",
        "--timeout=10",
        f"--cache-dir={_CACHE}",
    ]
    return of_pip_audit(_answer([_PIP_AUDIT, *options], ROOT))


def _browser(tree: str) -> Look:
    program, environment = npm()
    answer = _answer([*program, "audit", "--json", "--package-lock-only"], ROOT / tree, environment)
    return of_npm_audit(answer, f"advisories for {tree}")


def _answer(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    try:
        return subprocess.run(
            command, cwd=folder, env=environment, check=False, capture_output=True, text=True, timeout=_SECONDS
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _json(answer: str) -> dict[str, Any]:
    try:
        told = json.loads(answer)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _list(told: object) -> list[dict[str, Any]]:
    return told if isinstance(told, list) else []
