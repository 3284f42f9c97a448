"""What one file of a share holds: a dataset, the sheets of a workbook, tables of a database, members of an archive.

A locator is the path of the file and, behind each :data:`_STEP`, a step into what it holds: ``!`` with a member of an
archive, ``#`` with a sheet or table, which is the last.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan, Unlisted
from connectors.files import archive, content, formats, sqlite_file, workbook
from connectors.files.archive import Member
from connectors.files.formats import Format, Holds
from connectors.files.reading import Files
from connectors.files.unpacking import IN_MEMORY, MEGABYTE

MOST_OPENED = 200
"""Members of one archive that are unpacked to list what they hold."""
MOST_UNPACKED = 4 * IN_MEMORY
"""Bytes of them together."""
DEEPEST = 2
"""An archive in an archive is looked into, one in that is not."""

_STEP = "\0"
"""Before each step in a locator: neither a path nor a name of anything inside holds it."""
_MEMBER, _PART = "!", "#"
_LONGEST = 8000
"""Characters of a name; what is longer was made to do harm."""

Open = Callable[[], AbstractContextManager[io.BufferedReader]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a share, or a member of an archive in it.

    Parameters:
        locator: finds it again.
        name: what people know it by.
        path: in the share or archive, by whose ending its format is told.
        mark: moves when its content does; empty where that is not told.
        depth: how many archives it is in.
    """

    locator: str = field(repr=False)
    name: str = field(repr=False)
    path: str = field(repr=False)
    size: int
    mark: str
    depth: int = 0

    def reference(self, found: Format) -> DatasetRef:
        """The dataset that it is as a whole."""
        comment = formats.described(found, self.size)
        return DatasetRef(self.locator, self.name, found.kind, self.name, comment, change_signal=self.mark)

    def part(self, kind: DatasetKind, name: str, rows: int | None = None) -> DatasetRef:
        """A sheet or table of it."""
        title = f"{self.name}{_PART}{name}"
        locator = f"{self.locator}{_STEP}{_PART}{name}"
        return DatasetRef(locator, title, kind, title, row_estimate=rows, change_signal=self.mark)

    def member(self, member: Member) -> "Entry":
        """A member of the archive that it is."""
        locator = f"{self.locator}{_STEP}{_MEMBER}{member.copy}{_MEMBER}{member.name}"
        name = f"{self.name}{_MEMBER}{member.title}"
        return Entry(locator, name, member.name, member.size, member.mark, self.depth + 1)


class Contents:
    """Lists what one file holds, within bounds for all that is in it.

    Parameters:
        file_mb: the largest file that is opened whole, in megabytes.
        thing: what errors call what is listed.
        files: what files are by their names.
    """

    def __init__(self, file_mb: int, thing: str, files: Files) -> None:
        self._files = files
        self._file_mb = file_mb
        self._thing = thing
        self._members_left = archive.MOST_MEMBERS
        self._opened_left = MOST_OPENED
        self._bytes_left = MOST_UNPACKED

    def of(self, entry: Entry, opened: Open) -> list[DatasetRef | Unlisted]:
        """The datasets in a file, and what is in it that cannot be one. Whatever a parser raises is told of this file
        alone: it must not keep all others from being listed.

        Raises:
            OSError: when the place cannot give it.
        """
        named = self._files.named(entry.path)
        if not entry.size:
            # Whatever it is called, all that there is to know of it is known when it is read.
            return [entry.reference(named)]
        if reason := self._refused(entry, named):
            return [Unlisted(entry.reference(named), reason)]
        if named.holds is Holds.ONE:
            return [entry.reference(named)]
        try:
            with opened() as stream, self._held(stream) as whole:
                return self._inside(entry, named, whole)
        except DatasetError as error:
            reason = error.reason
        except (OSError, SourceError):
            raise
        except MemoryError:
            reason = SkipReason.OUT_OF_MEMORY
        except Exception:  # noqa: BLE001 - parsers raise anything, and quote data in it
            reason = SkipReason.UNREADABLE
        return [Unlisted(entry.reference(named), reason)]

    def _refused(self, entry: Entry, named: Format) -> SkipReason | None:
        if named.refused:
            return named.refused
        # Of a database of this machine and of an archive, only parts are read.
        is_in_parts = named.in_parts or (not entry.depth and named.holds in (Holds.TABLES, Holds.MEMBERS))
        if not is_in_parts and entry.size > self._file_mb * MEGABYTE:
            return SkipReason.TOO_LARGE
        return self._refused_inside(entry, named) if entry.depth else None

    def _refused_inside(self, entry: Entry, named: Format) -> SkipReason | None:
        """Of what is in an archive, only so much is unpacked for a list of what it holds."""
        if named.holds is Holds.ONE:
            return None
        self._opened_left -= 1
        self._bytes_left -= entry.size
        is_too_much = self._opened_left < 0 or self._bytes_left < 0 or entry.size > IN_MEMORY
        return SkipReason.TOO_LARGE if is_too_much else None

    def _held(self, stream: io.BufferedReader) -> AbstractContextManager[io.BufferedReader]:
        return held(stream, self._file_mb, self._thing)

    def _inside(self, entry: Entry, named: Format, stream: io.BufferedReader) -> list[DatasetRef | Unlisted]:
        found = content.format_of(stream, named, self._thing)
        if found.refused:
            return [Unlisted(entry.reference(found), found.refused)]
        if found.holds is Holds.SHEETS:
            return self._sheets(entry, stream)
        if found.holds is Holds.TABLES:
            return self._tables(entry, stream)
        if found.holds is Holds.MEMBERS:
            return self._members(entry, stream)
        # A web page or text that is called a spreadsheet, as many programs export them.
        return [entry.reference(found)]

    def _sheets(self, entry: Entry, stream: io.BufferedReader) -> list[DatasetRef | Unlisted]:
        names = workbook.sheet_names(stream, self._file_mb, self._thing)
        return [_bounded(entry.part(DatasetKind.SHEET, name)) for name in names]

    def _tables(self, entry: Entry, stream: io.BufferedReader) -> list[DatasetRef | Unlisted]:
        items: list[DatasetRef | Unlisted] = []
        for item in sqlite_file.tables(stream, self._file_mb, self._thing):
            ref = item.ref if isinstance(item, Unlisted) else item
            part = _bounded(entry.part(ref.kind, ref.name, ref.row_estimate))
            is_sound = isinstance(item, DatasetRef) or isinstance(part, Unlisted)
            items.append(part if is_sound else Unlisted(entry.part(ref.kind, ref.name), SkipReason.UNKNOWN_FORMAT))
        return items

    def _members(self, entry: Entry, stream: io.BufferedReader) -> list[DatasetRef | Unlisted]:
        if entry.depth >= DEEPEST:
            raise DatasetError(
                self._thing,
                "it is an archive in an archive in an archive",
                "Ask its owner to unpack it.",
                reason=SkipReason.TOO_LARGE,
            )
        found = archive.members(stream, self._file_mb, self._thing)
        self._members_left -= len(found)
        if self._members_left < 0:
            archive.refuse_many(self._thing)
        return [item for member in found for item in self._of_member(entry, member, stream)]

    def _of_member(self, entry: Entry, member: Member, stream: io.BufferedReader) -> list[DatasetRef | Unlisted]:
        inner = entry.member(member)
        if member.refused:
            named = self._files.named(inner.path)
            return [Unlisted(inner.reference(named), named.refused or member.refused)]
        return self.of(inner, lambda: archive.opened(stream, member.name, member.copy, self._file_mb, self._thing))


@dataclass(frozen=True, slots=True)
class Look:
    """How much of a dataset is read, and how.

    Parameters:
        files: how files that are one dataset are read.
        file_mb: the largest file that is opened whole, in megabytes.
        thing: what errors call it.
    """

    files: Files
    file_mb: int
    plan: SamplePlan
    thing: str


def sample(ref: DatasetRef, steps: Sequence[str], stream: io.BufferedReader, look: Look) -> Sample:
    """Read a bounded, seeded sample of what a file holds.

    Parameters:
        steps: into the file, see :func:`steps_of`.

    Raises:
        DatasetError: when that cannot be done.
    """
    file_mb, plan, thing = look.file_mb, look.plan, look.thing
    path, *inner = steps
    part = inner.pop()[1:] if inner and inner[-1].startswith(_PART) else None
    with ExitStack() as stack:
        for step in inner:
            _, copy, path = step.split(_MEMBER, 2)
            whole = stack.enter_context(held(stream, file_mb, thing))
            stream = stack.enter_context(archive.opened(whole, path, int(copy), file_mb, thing))
        if part is None:
            return look.files.sample(stream, path, plan, thing)
        whole = stack.enter_context(held(stream, file_mb, thing))
        if ref.kind is DatasetKind.SHEET:
            return workbook.sample_sheet(whole, part, file_mb, plan, thing)
        return sqlite_file.sample_table(whole, part, file_mb, plan, thing, ref.row_estimate)


def steps_of(locator: str) -> list[str]:
    """The path of the file in the share, and the steps into it."""
    return locator.split(_STEP)


@contextmanager
def held(stream: io.BufferedReader, file_mb: int, thing: str) -> Iterator[io.BufferedReader]:
    """A file in which one can go back and forth, also where it is packed.

    Raises:
        DatasetError: when it is packed, and damaged or too large to be held.
    """
    with (
        content.unpacked(stream, thing) as binary,
        content.held(binary, thing, min(IN_MEMORY, file_mb * MEGABYTE)) as whole,
    ):
        yield whole


def _bounded(ref: DatasetRef) -> DatasetRef | Unlisted:
    """A dataset, unless its name is longer than anything honest."""
    if len(ref.name) <= _LONGEST:
        return ref
    cut = replace(ref, locator=ref.locator[:_LONGEST], name=ref.name[:_LONGEST], key=ref.key[:_LONGEST])
    return Unlisted(cut, SkipReason.UNREADABLE)
