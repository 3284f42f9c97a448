"""Other tools on the same folder: each in an environment of its own, made on demand under ``var/peers``."""

import hashlib
import json
import re
import subprocess
import tempfile
import time
import tomllib
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.detection.judged import from_words
from benchmarks.detection.labelled import LabelledFolder
from benchmarks.detection.measured import Measured, run
from catalog.taxonomy.loader import load

HERE = Path(__file__).resolve().parent
_ROOT = HERE.parents[1]
_ENVIRONMENTS = _ROOT / "var" / "peers"
_INSTALL_SECONDS = 900
#: A busy machine takes longer; after this long no more is to be hoped for.
_MOST_SECONDS_EACH, _MOST_TO_START = 6.0, 300.0
#: Addresses and paths say nothing to a reader of the table, and name the machine.
_PLACES = re.compile(r"\S*(?://|/)\S*")


class NotRunnable(Exception):
    """A peer that cannot be run here; the message says why."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another tool: how it is run, and what its words mean."""

    title: str
    environment: str
    runner: str
    options: tuple[str, ...]
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Share:
    """How much a peer is given: the first values of each column, and the processor's time after which it stops."""

    values: int = 50
    seconds: float = 300.0


@cache
def known() -> Mapping[str, Peer]:
    """The peers by name."""
    written = tomllib.loads((HERE / "peers.toml").read_text(encoding="utf-8"))
    words = written.pop("words")
    return {
        name: Peer(one["title"], one["environment"], one["runner"], tuple(one["options"]), words[one["words"]])
        for name, one in written.items()
    }


def measured(peer: Peer, folder: LabelledFolder, share: Share) -> Measured:
    """Run one peer; when that cannot be, the reason stands in its place."""
    try:
        return _run(peer, folder, share, python_of(peer.environment))
    except NotRunnable as error:
        return Measured(title=peer.title, not_run=str(error))


def python_of(environment: str) -> Path:
    """The Python of an environment, made anew unless it stands as its lock says.

    Raises:
        NotRunnable: when it cannot be installed.
    """
    lock = HERE / "locks" / f"{environment}.txt"
    place, digest = _ENVIRONMENTS / environment, hashlib.sha256(lock.read_bytes()).hexdigest()
    python, stamp = place / "bin" / "python", place / "installed"
    if not (stamp.exists() and stamp.read_text(encoding="utf-8") == digest):
        venv.create(place, clear=True, with_pip=True)
        _install(python, lock)
        stamp.write_text(digest, encoding="utf-8")
    return python


def _install(python: Path, lock: Path) -> None:
    """The lock is whole, so nothing is resolved; PIICatcher's bound on Python does not concern its name rules."""
    options = ("--quiet", "--no-deps", "--ignore-requires-python", "--disable-pip-version-check")
    command = (python, "-m", "pip", "install", *options, "-r", lock)
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        raise NotRunnable(f"its installation took longer than {_INSTALL_SECONDS} s") from None
    if done.returncode:
        raise NotRunnable(f"it cannot be installed ({_last_line(done.stderr)})")


def _run(peer: Peer, folder: LabelledFolder, share: Share, python: Path) -> Measured:
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        command: tuple[str | Path, ...] = (
            *(python, "-m", f"benchmarks.detection.runners.{peer.runner}", folder.tables.resolve()),
            *("--out", out.name, "--values", str(share.values), "--seconds", str(share.seconds)),
            *("--began", str(time.time()), *peer.options),
        )
        try:
            ran = run(command, folder=_ROOT, most_seconds=_MOST_SECONDS_EACH * share.seconds + _MOST_TO_START)
        except subprocess.TimeoutExpired as error:
            raise NotRunnable(f"it did not end within {error.timeout:.0f} s") from None
        if ran.code:
            raise NotRunnable(f"it failed ({_last_line(ran.errors)})")
        told = json.loads(Path(out.name).read_text(encoding="utf-8"))
    return Measured(
        title=peer.title,
        judgements=from_words(told["columns"], peer.words, load()),
        cells=told["cells"],
        columns=len(told["columns"]),
        judging_seconds=told["judging_seconds"],
        judging_cpu_seconds=told["judging_cpu_seconds"],
        start_seconds=told["start_seconds"],
        peak_bytes=ran.peak_bytes,
        note=_note(told),
        is_partial=told["left"] > 0,
    )


def _note(told: Mapping[str, Any]) -> str:
    said = [
        f"language model {told['model']}" if told["model"] else "",
        f"its time was up with {told['left']} tables left, which do not count" if told["left"] else "",
        f"failed on {told['failed']} tables" if told["failed"] else "",
    ]
    return "; ".join(one for one in said if one)


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return _PLACES.sub("...", lines[-1].strip())[:160] if lines else "it said nothing"
