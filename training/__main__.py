"""``python -m training [--count N] [--to FILE]``: make columns, fit, calibrate, measure and write the model."""

import argparse
from pathlib import Path

from training.recipe import READERS, train
from training.report import print_report
from training.weights import write

_HERE = Path(__file__).resolve().parent.parent / "scanners" / "data" / "model.npz"


def main() -> None:
    """Train every reader and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument(
        "--count", type=int, default=48_000, help="columns to learn words from; others learn from a quarter"
    )
    parser.add_argument("--to", type=Path, default=_HERE, help="where the weights go")
    asked = parser.parse_args()
    trained = {recipe.name: train(recipe, asked.count) for recipe in READERS}
    for found in trained.values():
        print_report(found)
    write({name: found.reader for name, found in trained.items()}, asked.to)
    print(f"{asked.to}: {asked.to.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
