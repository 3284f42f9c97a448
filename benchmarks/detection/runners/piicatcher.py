"""PIICatcher's rules on column names. Its catalog and drivers, which they do not use, are replaced by nothing."""

import argparse
import sys
from types import SimpleNamespace
from unittest.mock import MagicMock

from benchmarks.detection.runners.serving import Table, Tool, serve

for _name in ("dbcat.catalog.catalog", "dbcat.catalog.models", "dbcat.generators", "sqlalchemy", "crim", "tqdm"):
    sys.modules[_name] = MagicMock(name=_name)

from piicatcher.scanner import ColumnNameRegexDetector  # noqa: E402  # after what it must not load


def ready(_: argparse.Namespace) -> Tool:
    """One rule after the other, the first that fits."""
    detector = ColumnNameRegexDetector()

    def judge(table: Table) -> list[list[str]]:
        found = [detector.detect(SimpleNamespace(name=name)) for name in table.names]
        return [[type(one).__name__] if one else [] for one in found]

    return Tool(judge)


if __name__ == "__main__":
    serve(ready)
