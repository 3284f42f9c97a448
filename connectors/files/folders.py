"""Alike files of a place as datasets: how they are listed, named and found again."""

from collections.abc import Callable, Iterator
from io import BufferedReader

from catalog.errors import DatasetError, SkipReason
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import FoundFile, Place, SamplePlan, Unlisted
from connectors.files import formats
from connectors.files.alike import AlikeFiles, Sort, folder_of, grouped, members_of
from connectors.files.beginnings import PEEK_BYTES
from connectors.files.formats import Holds
from connectors.files.together import Reading, sample_together
from connectors.files.unpacking import MEGABYTE
from connectors.places.common import failure, incomplete


class Folders:
    """What lies in the folders of a place, alike files together.

    Parameters:
        place: where the files are.
        file_mb: the largest file that is opened whole, in megabytes.
    """

    def __init__(self, place: Place, file_mb: int) -> None:
        self._place = place
        self._file_mb = file_mb

    def items(self) -> Iterator[FoundFile | AlikeFiles]:
        """Yield every file of the place, alone or among those alike.

        Raises:
            SourceError: when that is not all of them, or the line broke, so that nobody can tell which are alike.
        """
        try:
            yield from grouped(self._place.files(), sort_of, self._peek)
        except (ConnectionError, TimeoutError):
            raise incomplete(self._place.label, SkipReason.UNREACHABLE) from None

    def listed(self, group: AlikeFiles) -> DatasetRef | Unlisted:
        """A dataset of many files, or why nobody can look into any of them."""
        name = group.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        found = formats.by_name(group.pattern)
        ref = DatasetRef(
            locator=group.locator,
            name=name,
            kind=DatasetKind.FILES,
            key=group.key.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"),
            comment=f"{len(group.members):,} files: {formats.described(found, group.bytes)}",
            change_signal=group.mark,
        )
        return Unlisted(ref, found.refused) if found.refused else ref

    def sample(
        self,
        ref: DatasetRef,
        reader: Callable[[BufferedReader, str, SamplePlan, str], Sample],
        plan: SamplePlan,
        thing: str,
    ) -> Sample:
        """Read a bounded, seeded sample of what :meth:`listed` gave.

        Args:
            ref: the dataset.
            reader: reads one of its files, told its path.
            plan: how much to read of all of them together.
            thing: what errors call it.

        Raises:
            DatasetError: when it is gone or no file of it can be read.
        """
        files = self._place.files(below=folder_of(ref.locator))
        try:
            members = members_of(ref.locator, files, sort_of, self._peek)
        except OSError as error:
            raise failure(error, thing) from None
        if not members:
            raise DatasetError(thing, "it is gone", "List the source again.", reason=SkipReason.VANISHED)
        return sample_together(members, Reading(self._place.opened, reader, plan, thing, self._is_too_large))

    def _is_too_large(self, file: FoundFile) -> bool:
        return file.size > self._file_mb * MEGABYTE and not formats.by_name(file.path).in_parts

    def _peek(self, path: str) -> bytes | None:
        """The beginning of a file; None where it cannot be opened, as whoever opens it to read it will say why."""
        try:
            with self._place.opened(path) as stream:
                return stream.read(PEEK_BYTES)
        except (ConnectionError, TimeoutError):
            # The next file would fare no better, and what is alike would pass for gone.
            raise
        except OSError:
            return None


def sort_of(path: str) -> Sort:
    """What may become of a file among others like it, as its name tells its format."""
    found = formats.by_name(path)
    if found.holds in {Holds.SHEETS, Holds.TABLES, Holds.MEMBERS}:
        return Sort.ALONE
    if found.holds is Holds.NOTHING or found.kind is DatasetKind.DOCUMENT:
        return Sort.PAPER
    if found is formats.PLAIN:
        return Sort.PLAIN
    if found is formats.DELIMITED:
        return Sort.LINES
    return Sort.ROWS
