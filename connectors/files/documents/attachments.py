"""Files attached to a document, which are there as bytes: each read as the tables or the text it is."""

import io
from collections.abc import Iterator
from typing import Any, cast

from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files import workbook
from connectors.files.reading import sample_file

_FILE_MB = 64
_MOST_SHEETS = 10


def samples_of(content: bytes, name: str, plan: SamplePlan, thing: str) -> Iterator[tuple[str, Sample]]:
    """What is in an attached file: the sheets of a workbook, else the file and the tables inside it.

    Each comes with what to call it after the attachment, in our words.

    Raises:
        DatasetError: when it cannot be read.
    """
    with io.BufferedReader(cast("Any", io.BytesIO(content))) as stream:
        if name.lower().endswith(workbook.ENDINGS):
            yield from _sheets(stream, plan, thing)
            return
        sample = sample_file(stream, name, plan, thing)
    inner, sample.inner = sample.inner, ()
    if sample.row_count:
        yield "", sample
    for each in inner:
        yield f", {each.label}", each.sample


def _sheets(stream: io.BufferedReader, plan: SamplePlan, thing: str) -> Iterator[tuple[str, Sample]]:
    names = workbook.sheet_names(stream, _FILE_MB, thing)
    for number, sheet in enumerate(names[:_MOST_SHEETS], start=1):
        yield f", sheet {number}", workbook.sample_sheet(stream, sheet, _FILE_MB, plan, thing)
