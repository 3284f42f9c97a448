"""Reads a file that is one dataset as what it is, whatever its name says."""

from collections.abc import Sequence
from io import BufferedReader
from typing import NoReturn

from catalog.errors import DatasetError, SkipReason
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files import content, formats
from connectors.files.delimited import Binary
from connectors.files.fixed_width import Layout, layout_for, sample_fixed
from connectors.files.formats import Format


class Files:
    """What the files of one share are by their names, and how each is read.

    Parameters:
        layouts: of files of records of fixed width.
    """

    def __init__(self, layouts: Sequence[Layout] = ()) -> None:
        self._layouts = layouts

    def named(self, path: str) -> Format:
        """The format that the path of a file tells."""
        return formats.FIXED if layout_for(_unpacked(path), self._layouts) else formats.by_name(path)

    def sample(self, stream: BufferedReader, path: str, plan: SamplePlan, thing: str) -> Sample:
        """Read a bounded, seeded sample of a file that is one dataset, packed or not.

        Parameters:
            path: in the share; of a member of an archive, its path there.
            thing: what errors call it.

        Raises:
            DatasetError: when it cannot be read, is empty, is nothing that is known, or holds several datasets.
        """
        name = _unpacked(path)
        with content.unpacked(stream, thing) as inner, content.searchable(inner, thing) as binary:
            if not content.beginning(binary, thing):
                raise DatasetError(thing, "it is empty", "Nothing is to be done.", reason=SkipReason.EMPTY)
            if layout := layout_for(name, self._layouts):
                return sample_fixed(binary, name, plan, thing, layout)
            named = formats.by_name(name)
            found = content.format_of(binary, named, thing)
            if found.reader is None:
                _refuse(found, named, thing)
            return _read(binary, found, named, name, plan, thing)


def sample_file(stream: BufferedReader, path: str, plan: SamplePlan, thing: str) -> Sample:
    """Read a file that no share describes, such as one attached to an e-mail; see :meth:`Files.sample`.

    Raises:
        DatasetError: see there.
    """
    return Files().sample(stream, path, plan, thing)


def _unpacked(path: str) -> str:
    return path[: -len(formats.GZIPPED)] if formats.is_gzipped(path) else path


def _read(binary: Binary, found: Format, named: Format, name: str, plan: SamplePlan, thing: str) -> Sample:
    try:
        return _read_as(found, binary, name, plan, thing)
    except DatasetError as error:
        is_doubtful = found is not named and not found.magic and not named.magic and named is not formats.UNKNOWN
        if error.reason not in (SkipReason.UNREADABLE, SkipReason.EMPTY) or not is_doubtful:
            raise
    # A text of the shape of another format, as notes that begin with [1], is what its name says after all.
    binary.seek(0)
    return _read_as(formats.DELIMITED if named.reader is None else named, binary, name, plan, thing)


def _read_as(found: Format, binary: Binary, name: str, plan: SamplePlan, thing: str) -> Sample:
    read = formats.reader(found, thing)
    if not found.magic:
        return read(binary, name, plan, thing)
    with content.held(binary, thing) as stream:
        return read(stream, name, plan, thing)


def _refuse(found: Format, named: Format, thing: str) -> NoReturn:
    if found is named:
        cause, next_step = "what it is cannot be told from its content", "Give it the ending of what it is."
        raise DatasetError(thing, cause, next_step, reason=found.refused or SkipReason.UNKNOWN_FORMAT)
    cause = f"it is a {found.words}, not what its name says"
    reason = found.refused or SkipReason.UNREADABLE
    raise DatasetError(thing, cause, "Give it the ending it should have.", reason=reason)
