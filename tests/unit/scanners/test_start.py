"""What the command line waits for before a child looks at the first file."""

import subprocess
import sys

_HEAVY = ("sqlalchemy", "alembic", "whoosh", "numpy", "pyarrow", "hyperscan", "presidio_analyzer", "spacy")


def test_classify_loads_neither_the_catalogs_database_nor_what_judges():
    asks = f"import sys, catalog.cli, scanners.cli; print(sorted(set({_HEAVY}) & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
