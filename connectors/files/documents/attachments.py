"""Files attached to a document, which are there as bytes: each read as the tables or the text it is."""

import io
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat
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
        sample = _unless_empty(partial(sample_file, stream, name, plan, thing))
    if sample is None:
        return
    inner, sample.inner = sample.inner, ()
    if sample.row_count:
        yield "", sample
    for each in inner:
        yield f", {each.label}", each.sample


def _sheets(stream: io.BufferedReader, plan: SamplePlan, thing: str) -> Iterator[tuple[str, Sample]]:
    names = workbook.sheet_names(stream, _FILE_MB, thing)
    for number, sheet in enumerate(names[:_MOST_SHEETS], start=1):
        sample = _unless_empty(partial(workbook.sample_sheet, stream, sheet, _FILE_MB, plan, thing))
        if sample is None:
            continue
        if len(names) > _MOST_SHEETS:
            sample.warn(Caveat.CUT)
        yield f", sheet {number}", sample


def _unless_empty(read: Callable[[], Sample]) -> Sample | None:
    """What is read; None where there is nothing to read, which is no failure."""
    try:
        return read()
    except DatasetError as error:
        if error.reason is not SkipReason.EMPTY:
            raise
        return None
