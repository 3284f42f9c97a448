"""Prose nobody here wrote: the quotations of Debian's ``fortunes``, unpacked for the time of a proof."""

import os
import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_PACKAGES = ("fortunes", "fortunes-min")
_INSIDE = Path("usr/share/games/fortunes")
#: Not prose.
_LEFT_OUT = {"ascii-art", "translate-me"}


@contextmanager
def folder() -> Iterator[Path | None]:
    """Where the quotations are: in the folder FORTUNES names, else fetched from Debian; none where neither is."""
    if named := os.environ.get("FORTUNES"):
        yield Path(named)
        return
    with TemporaryDirectory() as name:
        yield Path(name) / _INSIDE if _fetched(Path(name)) else None


def quotations(folder: Path, seed: int) -> list[str]:
    """All of them, in an order drawn with a seed."""
    found = [
        text.strip("\n")
        for path in sorted(folder.iterdir())
        if path.suffix == "" and path.name not in _LEFT_OUT and not path.is_symlink()
        for text in path.read_text(encoding="utf-8", errors="replace").split("\n%\n")
    ]
    found = sorted({text for text in found if text.strip()})
    random.Random(seed).shuffle(found)
    return found


def _fetched(folder: Path) -> bool:
    try:
        subprocess.run(["apt-get", "download", "-q", *_PACKAGES], cwd=folder, check=True, capture_output=True)
        for package in folder.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, folder], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return (folder / _INSIDE).is_dir()
