"""How long it takes from a fresh clone to a built demo: once with nothing there, once with dependencies there."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.proof import Proof

_ROOT = Path(__file__).resolve().parent.parent


def proofs() -> Iterator[Proof]:
    """Clone, build, throw the demo away, build again."""
    with tempfile.TemporaryDirectory(prefix="setup-proof-") as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(_ROOT), str(clone)], check=True)
        first = _build(clone)
        yield Proof("fresh clone to a built demo", f"{first:.0f} s", "under 360 s", first < 360)
        subprocess.run(["rm", "-rf", str(clone / "var")], check=True)
        again = _build(clone)
        yield Proof("the same with dependencies there", f"{again:.0f} s", "under 90 s", again < 90)


def _build(clone: Path) -> float:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("VIRTUAL_ENV")}
    began = time.monotonic()
    subprocess.run(["make", "demo"], cwd=clone, env={**environment, "DEMO": "build"}, check=True, capture_output=True)
    return time.monotonic() - began
