"""Writes the weights: one file of plain arrays, the same bytes for the same numbers."""

from dataclasses import fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scanners.model import Reader


def write(readers: dict[str, Reader], path: Path) -> None:
    """Write all readers into one file; numpy stamps every part of it with the same date of 1980."""
    arrays = {
        f"{name}.{field.name}": _array(getattr(reader, field.name))
        for name, reader in sorted(readers.items())
        for field in fields(Reader)
    }
    np.savez_compressed(path, allow_pickle=False, **arrays)


def _array(held: object) -> NDArray[np.generic]:
    """Tables of weights in half precision, the rest as it is."""
    array = np.array(held)
    return array.astype(np.float16) if array.ndim == 2 else array
