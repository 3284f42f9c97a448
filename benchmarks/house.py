"""The figures the house holds itself to: ``python -m benchmarks.house`` prints them and fails over budget."""

import ast
import io
import re
import statistics
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.proof import Proof

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("catalog", "connectors", "scanners", "web")
FUNCTION_MEDIAN = 10
FUNCTION_P95 = 40
FILE_LINES = 400

_OPT_OUT = re.compile(r"#\s*(noqa|type:\s*ignore|pragma:\s*no cover)\b")
_EXPLAINED = re.compile(
    r"#\s*(?:noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|type:\s*ignore\[[\w\-, ]+\]|pragma:\s*no cover)\s+(?:#|-|:)\s*\S.*\S"
)


@dataclass(frozen=True)
class Figure:
    """One measured figure and what it may be at most."""

    name: str
    value: float
    budget: float
    places: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether it is within its budget."""
        return self.value <= self.budget


def figures() -> list[Figure]:
    """Measure the house."""
    shipped = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    lengths = sorted(length for path in shipped for length in function_lengths(path.read_text(encoding="utf-8")))
    long_files = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in shipped}
    bare = [f"{_name(path)}:{line}" for path in everything() for line in unexplained(path.read_text(encoding="utf-8"))]
    return [
        Figure("functions, median lines", statistics.median(lengths), FUNCTION_MEDIAN),
        Figure("functions, 95th percentile of lines", lengths[int(len(lengths) * 0.95)], FUNCTION_P95),
        Figure(
            "longest file, lines",
            max(long_files.values()),
            FILE_LINES,
            tuple(f"{_name(path)}: {lines}" for path, lines in long_files.items() if lines > FILE_LINES),
        ),
        Figure("opt-outs without a reason", len(bare), 0, tuple(bare)),
    ]


def proofs() -> Iterator[Proof]:
    """The same figures, for the record."""
    for figure in figures():
        yield Proof(figure.name, f"{figure.value:g}", f"at most {figure.budget:g}", figure.kept)


def everything() -> list[Path]:
    """Every Python file of the project, tests included."""
    folders = (*PACKAGES, "benchmarks", "frontend", "migrations", "scripts", "tests", "training")
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if not {"node_modules", "__pycache__"} & set(path.parts))


def function_lengths(source: str) -> Iterator[int]:
    """Lines of each function's body: its signature and docstring are not counted."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
            if body:
                yield (body[-1].end_lineno or body[-1].lineno) - body[0].lineno + 1


def unexplained(source: str) -> Iterator[int]:
    """Lines that opt out of a check without a reason beside it."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and _OPT_OUT.search(token.string) and not _EXPLAINED.search(token.string):
            yield token.start[0]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def main() -> int:
    """Print the figures; 1 when one is over its budget."""
    measured = figures()
    for figure in measured:
        kept = "kept" if figure.kept else "OVER"
        print(f"  {figure.name:<40} {figure.value:>6g}   at most {figure.budget:>4g}   {kept}")
        for place in figure.places:
            print(f"      {place}")
    return 0 if all(figure.kept for figure in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
