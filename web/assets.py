"""The style sheets and scripts a page loads, under addresses that change with their content.

The built assets (``static/dist``, from ``frontend/``) are optional: without them ``base.css`` alone dresses the
pages and nothing is lost but comfort.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Assets:
    """Addresses below ``/static/``, in the order they are loaded; ``own`` are ours of single parts, by their names."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    own: Mapping[str, str]


#: Ours that only the pages of one part load.
OWN = ("inventory.css", "quarterly.css", "review.css", "review.js", "rounds.css")


def find(static: Path) -> Assets:
    """Find what there is in the folder of static files."""
    built = _manifest(static / "dist" / "manifest.json")
    styles = [f"dist/{built[name]}" for name in ("uswds.css",) if name in built]
    styles.append(_with_digest(static / "base.css"))
    styles += [f"dist/{built[name]}" for name in ("app.css",) if name in built]
    scripts = [f"dist/{built[name]}" for name in ("htmx.js", "hx-csp.js") if name in built]
    own = {name: _with_digest(static / name) for name in OWN if (static / name).is_file()}
    return Assets(tuple(styles), tuple(scripts) if len(scripts) == 2 else (), own)


def _manifest(path: Path) -> Mapping[str, str]:
    if not path.is_file():
        return {}
    names: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return names


def _with_digest(path: Path) -> str:
    return f"{path.name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
