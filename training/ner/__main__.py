"""``python -m training.ner [--texts N] [--to FOLDER]``: invent texts, fit the pipeline and write it."""

import argparse
from dataclasses import replace
from pathlib import Path

from training.ner.recipe import Recipe, train, write

_HERE = Path(__file__).resolve().parents[2] / "scanners" / "data" / "ner"


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(prog="python -m training.ner", description=__doc__)
    parser.add_argument("--texts", type=int, default=Recipe().texts, help="texts to learn from")
    parser.add_argument("--to", type=Path, default=_HERE, help="where the pipeline goes")
    asked = parser.parse_args()
    recipe = replace(Recipe(), texts=asked.texts)
    write(train(recipe), recipe, asked.to)
    print(f"{asked.to}: {sum(path.stat().st_size for path in asked.to.rglob('*') if path.is_file()):,} bytes")


if __name__ == "__main__":
    main()
