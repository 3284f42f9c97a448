"""Prints how a reader does on columns it never met: by kind, and how far its shares can be believed."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from training.fit import Table, shares
from training.recipe import Trained

_STEPS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0001)


def print_report(found: Trained) -> None:
    """Recall by kind and the calibration table, with words held back and with makers held back."""
    for title, seen in (("new words, known makers", found.known_makers), ("new words, new makers", found.new_makers)):
        said = shares(found.measured_by, seen)
        right = said.argmax(axis=1) == seen.kinds
        print(f"{title}: {right.mean():.3f} of {len(right):,} right, temperature {found.reader.heat}")
        _print_kinds(found, seen, right)
        _print_calibration(said.max(axis=1), right)


def _print_kinds(found: Trained, seen: Table, right: NDArray[np.bool_]) -> None:
    for at, kind in enumerate(found.reader.kinds):
        held = seen.kinds == at
        if held.any():
            print(f"  {kind:14s} {right[held].mean():.3f} of {held.sum():,}")


def _print_calibration(sure: NDArray[np.float32], right: NDArray[np.bool_]) -> None:
    for low, high in pairwise(_STEPS):
        held = (sure >= low) & (sure < high)
        if held.any():
            said = f"said {low:.2f} to {min(high, 1):.2f}: {sure[held].mean():.3f}"
            print(f"  {said}, right {right[held].mean():.3f} of {held.sum():,}")
