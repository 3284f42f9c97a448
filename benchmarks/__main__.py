"""``python -m benchmarks [NAME]``: runs the full-size proofs and appends their figures to RESULTS.md.

Every module here with a function ``proofs()`` is one proof by its name, and every package with such a module
``proofs``; it yields ``Proof`` rows.
"""

import importlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from benchmarks.proof import Proof

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "RESULTS.md"
_HEADER = """# Results

Written by `make proof`, newest last.

| Date | Proof | Promise | Figure | Target | Kept | Seed |
| --- | --- | --- | --- | --- | --- | --- |
"""


def main(wanted: list[str]) -> int:
    """Run all proofs, or the wanted ones; 1 when a promise is not kept, 2 when there is no such proof."""
    known = {name: module for name, module in _modules() if hasattr(module, "proofs")}
    unknown = set(wanted) - set(known)
    if unknown:
        print(f"No such proof: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    results = [(name, proof) for name in wanted or known for proof in _shown(name, known[name].proofs())]
    _append(results)
    return 0 if all(proof.kept for _, proof in results) else 1


def _modules() -> Iterator[tuple[str, ModuleType]]:
    for path in sorted((*HERE.glob("[a-z]*.py"), *HERE.glob("*/proofs.py")), key=_proof_name):
        module = ".".join(path.relative_to(HERE).with_suffix("").parts)
        yield _proof_name(path), importlib.import_module(f"benchmarks.{module}")


def _proof_name(path: Path) -> str:
    return path.stem if path.parent == HERE else path.parent.name


def _shown(name: str, proofs: object) -> list[Proof]:
    done = []
    for proof in proofs:  # type: ignore[attr-defined]  # each module's own generator
        print(f"  {name:<12} {proof.promise}: {proof.figure} (target {proof.target}) {_word(proof)}", flush=True)
        done.append(proof)
    return done


def _append(results: list[tuple[str, Proof]]) -> None:
    today = datetime.now(UTC).date().isoformat()
    rows = (
        f"| {today} | {name} | {each.promise} | {each.figure} | {each.target} | {_word(each)} | {each.seed or ''} |\n"
        for name, each in results
    )
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else _HEADER
    RESULTS.write_text(before + "".join(rows), encoding="utf-8")


def _word(proof: Proof) -> str:
    return "kept" if proof.kept else "NOT KEPT"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
