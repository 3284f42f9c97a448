"""Files of a share as datasets, wherever they lie and whatever they hold."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from catalog import plugins
from catalog.errors import SkipReason
from catalog.model.coverage import Caveat
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.paths import LOG_ENDINGS
from catalog.model.sample import Sample
from catalog.ports import Bounds, Check, FoundFile, Load, Place, SamplePlan, Unlisted
from connectors.files import contents
from connectors.files.alike import AlikeFiles
from connectors.files.contents import Contents, Entry, Look
from connectors.files.fixed_width import layouts
from connectors.files.folders import Folders
from connectors.files.reading import Files
from connectors.places.common import failure
from connectors.places.local import LocalPlace

_BEGINNINGS = ((b"7\x7f\x06\x82", b"7\x7f\x06\x83"), (b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7",))
_LOGS = dict(zip(LOG_ENDINGS, _BEGINNINGS, strict=True))
"""Beside a SQLite database, with what they begin with while they hold changes that are not in it."""


class ShareConnector:
    """Reads files of a place, a local folder here. Options: those of the place, and ``fixed_width``, which describes
    files of records of fixed width.

    Parameters:
        place: where the files are, when another process carries their bytes; else it is reached from this one.
    """

    def __init__(
        self,
        options: Mapping[str, str],
        *,
        resolve: Callable[[str], str],
        bounds: Bounds,
        place: Place | None = None,
    ) -> None:
        self._place = place or self._reached(options, resolve=resolve, bounds=bounds)
        self._file_mb = bounds.file_mb
        self._label = self._place.label
        self._files = Files(layouts(options.get("fixed_width", ""), self._label))
        self._folders = Folders(self._place, bounds.file_mb)

    def _reached(self, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds) -> Place:
        return LocalPlace(options, resolve=resolve, bounds=bounds)

    def check(self) -> Sequence[Check]:
        """Test the way to the place."""
        return self._place.check()

    def listing(self) -> Iterator[DatasetRef | Unlisted]:
        """Yield every dataset of every file; what cannot be read comes with its reason."""
        known = _Known()
        for found in self._folders.items():
            if isinstance(found, AlikeFiles):
                yield self._folders.listed(found)
            else:
                yield from map(known.apart, self._datasets(found))

    def sample(self, ref: DatasetRef, plan: SamplePlan) -> Sample:
        """Read a bounded, seeded sample of a dataset."""
        thing = f"A {ref.kind.value} of {self._label}"
        if ref.kind is DatasetKind.FILES:
            return self._folders.sample(ref, self._files.sample, plan, thing)
        steps = contents.steps_of(ref.locator)
        try:
            with self._place.opened(steps[0]) as stream:
                sample = contents.sample(ref, steps, stream, Look(self._files, self._file_mb, plan, thing))
        except OSError as error:
            raise failure(error, thing) from None
        if ref.kind in (DatasetKind.TABLE, DatasetKind.VIEW) and self._has_log(steps[0]):
            sample.warn(Caveat.SOME_FILES)
        return sample

    def view(self) -> str:
        """What the place's listing depends on."""
        return self._place.view()

    def load(self) -> Load:
        """Files do not tell who else reads them."""
        return Load()

    def cancel(self) -> None:
        """End what is being read."""
        self._place.cancel()

    def close(self) -> None:
        """Let the place go."""
        self._place.close()

    def _datasets(self, file: FoundFile) -> Sequence[DatasetRef | Unlisted]:
        # A path of bytes that are no UTF-8 could not be stored.
        name = file.path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        entry = Entry(file.path, name, name, file.size, file.mark)
        if file.is_folder:
            folder = DatasetRef(file.path, name, DatasetKind.FOLDER, name, change_signal=file.mark)
            return [Unlisted(folder, file.refused or SkipReason.UNREADABLE)]
        reference = entry.reference(self._files.named(name))
        if file.refused:
            return [Unlisted(reference, file.refused)]
        try:
            return Contents(self._file_mb, self._label, self._files).of(entry, lambda: self._place.opened(file.path))
        except OSError as error:
            return [Unlisted(reference, failure(error, self._label).reason)]

    def _has_log(self, path: str) -> bool:
        """Whether changes of a database stand in a file beside it, where they are not read."""
        for ending, beginnings in _LOGS.items():
            try:
                with self._place.opened(path + ending) as stream:
                    if stream.read(len(beginnings[0])) in beginnings:
                        return True
            except FileNotFoundError:
                continue
            except OSError:
                return True  # there may be one: nobody could look
        return False


class _Known:
    """Keys that were given: a file may be called what a sheet or member of another is."""

    def __init__(self) -> None:
        self._keys: set[str] = set()

    def apart(self, item: DatasetRef | Unlisted) -> DatasetRef | Unlisted:
        """The item, with a key of its own."""
        if isinstance(item, Unlisted):
            return replace(item, ref=self._apart(item.ref))
        return self._apart(item)

    def _apart(self, ref: DatasetRef) -> DatasetRef:
        if not ("!" in ref.key or "#" in ref.key):
            return ref
        key = ref.key
        count = 1
        while key in self._keys:
            count += 1
            key = f"{ref.key}#{count}"
        self._keys.add(key)
        return replace(ref, key=key)


class _RemoteShare(ShareConnector):
    """Files of a place that a plug-in of the same name reaches."""

    kind = ""

    def _reached(self, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds) -> Place:
        place: Place = plugins.load("places", self.kind)(options, resolve=resolve, bounds=bounds)
        return place


class SftpShare(_RemoteShare):
    """Files of a server, over SSH."""

    kind = "sftp"


class S3Share(_RemoteShare):
    """Files of a bucket."""

    kind = "s3"


class AzureShare(_RemoteShare):
    """Files of a container of blobs."""

    kind = "azure"


class SmbShare(_RemoteShare):
    """Files of a Windows share, reached without mounting it."""

    kind = "smb"
