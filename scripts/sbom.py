"""The bills of materials: ``sbom.py`` writes dist/sbom.python.json and dist/sbom.browser.json (CycloneDX), and checks.

They name every package of .venv and of frontend's lock file with version, licence and what needs what; addresses it
was fetched from and paths of this machine are left out. 1 when one is not valid or lacks what is locked.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from frontend.assets import npm

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
DIST = ROOT / "dist"
_LEFT_OUT = frozenset({"externalReferences", "description", "timestamp", "serialNumber"})


def written() -> dict[str, dict[str, Any]]:
    """Write both, and return them by name."""
    DIST.mkdir(exist_ok=True)
    bills = {"python": cleaned(_python()), "browser": cleaned(_browser())}
    for name, bill in bills.items():
        (DIST / f"sbom.{name}.json").write_text(json.dumps(bill, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return bills


def cleaned(part: Any) -> Any:
    """The same without where things were fetched from, what they say of themselves, and the moment of making."""
    if isinstance(part, dict):
        return {key: cleaned(each) for key, each in part.items() if key not in _LEFT_OUT}
    return [cleaned(each) for each in part] if isinstance(part, list) else part


def faults(bill: dict[str, Any], locked: set[str]) -> list[str]:
    """What is wrong with a bill: not valid by its own schema, or without something that is locked."""
    invalid = JsonStrictValidator(SchemaVersion.from_version(bill["specVersion"])).validate_str(json.dumps(bill))
    listed = {_same(component["name"], component["version"]) for component in bill["components"]}
    missing = sorted(locked - listed)
    return [*([f"not valid: {invalid}"] if invalid else []), *(f"not listed: {each}" for each in missing)]


def locked_python(constraints: str) -> set[str]:
    """What constraints.txt pins."""
    return {_same(*line.split("==")) for line in constraints.splitlines() if "==" in line and not line.startswith("#")}


def locked_browser(lock: str) -> set[str]:
    """What a package-lock.json pins."""
    packages = json.loads(lock)["packages"]
    there = {name: each for name, each in packages.items() if name and not each.get("optional")}
    return {_same(name.rpartition("node_modules/")[2], each["version"]) for name, each in there.items()}


def _same(name: str, version: str) -> str:
    return f"{re.sub('[-_.]+', '-', name).lower()} {version.partition(';')[0].strip()}"


def _python() -> Any:
    command = [BIN / "cyclonedx-py", "environment", BIN / "python", "--pyproject", "pyproject.toml", "--no-validate"]
    return json.loads(_output([*command, "--output-reproducible"], ROOT))


def _browser() -> Any:
    program, environment = npm()
    return json.loads(
        _output([*program, "sbom", "--sbom-format=cyclonedx", "--package-lock-only"], ROOT / "frontend", environment)
    )


def _output(command: list[Any], folder: Path, environment: dict[str, str] | None = None) -> str:
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout


def main() -> int:
    """Write, check and say what is wrong."""
    bills = written()
    locked = {
        "python": locked_python((ROOT / "constraints.txt").read_text(encoding="utf-8")),
        "browser": locked_browser((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8")),
    }
    wrong = [f"dist/sbom.{name}.json: {fault}" for name in bills for fault in faults(bills[name], locked[name])]
    print(
        "\n".join(
            wrong or [f"dist/sbom.{name}.json: {len(bill['components'])} packages" for name, bill in bills.items()]
        )
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
