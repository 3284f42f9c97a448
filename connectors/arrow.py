"""Rows of comma-separated text as columns in Arrow memory, without a Python object for every cell."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from pyarrow import csv


def columns_of_lines(lines: Sequence[bytes], width: int, *, escape: str = "") -> list[Any]:
    """Turn lines into ``width`` columns of text. An empty cell is no value; a quoted empty cell is an empty text.

    Parameters:
        escape: the sign after which any other stands for itself; none by default.
    """
    names = [str(place) for place in range(width)]
    # With a line of names before them, nothing in the data is taken for a mark of the encoding.
    text = b"".join((",".join(names).encode(), b"\n", *lines))
    table = csv.read_csv(
        pa.BufferReader(_as_utf8(text)),
        read_options=csv.ReadOptions(use_threads=False, block_size=len(text) + 1),
        parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False, escape_char=escape or False),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    return [column.combine_chunks() for column in table.columns]


def _as_utf8(text: bytes) -> bytes:
    """The text as it is, or with marks for what is no UTF-8."""
    if text.isascii():
        return text
    try:
        text.decode()
    except UnicodeDecodeError:
        return text.decode("utf-8", "replace").encode()
    return text
