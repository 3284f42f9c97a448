"""Files of a share as datasets: delimited text, JSON, spreadsheets and Parquet, wherever they lie."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BufferedReader

from catalog import plugins
from catalog.errors import DatasetError, SkipReason
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import Bounds, Check, FoundFile, Load, Place, SamplePlan, Unlisted
from connectors.files import delimited, json_records, parquet, workbook
from connectors.places.common import failure
from connectors.places.local import LocalPlace

_SHEET = "\0"
"""Between path and sheet in a locator: neither can hold it."""
_MEGABYTE = 1_000_000
_TEXT_ENDINGS = (*delimited.ENDINGS, *json_records.ENDINGS)


class ShareConnector:
    """Reads files of a place, a local folder here. Options: those of the place.

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

    def _reached(self, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds) -> Place:
        return LocalPlace(options, resolve=resolve, bounds=bounds)

    def check(self) -> Sequence[Check]:
        """Test the way to the place."""
        return self._place.check()

    def listing(self) -> Iterator[DatasetRef | Unlisted]:
        """Yield every file and every sheet; what cannot be read comes with its reason."""
        for file in self._place.files():
            yield from self._datasets(file)

    def sample(self, ref: DatasetRef, plan: SamplePlan) -> Sample:
        """Read a bounded, seeded sample of a file or sheet."""
        path, _, sheet = ref.locator.partition(_SHEET)
        thing = f"A {ref.kind.value} of {self._label}"
        try:
            with self._place.opened(path) as stream:
                if ref.kind is DatasetKind.SHEET:
                    return workbook.sample_sheet(stream, sheet, self._file_mb, plan, thing)
                return _sampler(path)(stream, path, plan, thing)
        except OSError as error:
            raise failure(error, thing) from None

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

    def _datasets(self, file: FoundFile) -> Iterator[DatasetRef | Unlisted]:
        ref = _reference(file, DatasetKind.FOLDER if file.is_folder else DatasetKind.FILE)
        if reason := self._refused(file):
            yield Unlisted(ref, reason)
        elif not file.path.lower().endswith(workbook.ENDINGS):
            yield ref
        else:
            try:
                with self._place.opened(file.path) as stream:
                    sheets = workbook.sheet_names(stream, self._file_mb, self._label)
            except DatasetError as error:
                yield Unlisted(ref, error.reason)
            except OSError as error:
                yield Unlisted(ref, failure(error, self._label).reason)
            else:
                yield from (_reference(file, DatasetKind.SHEET, sheet) for sheet in sheets)

    def _refused(self, file: FoundFile) -> SkipReason | None:
        if file.refused:
            return file.refused
        if not _is_known(file.path.lower()):
            return SkipReason.UNKNOWN_FORMAT
        if file.size == 0:
            return SkipReason.EMPTY
        return SkipReason.TOO_LARGE if file.size > self._file_mb * _MEGABYTE else None


def _is_known(path: str) -> bool:
    return path.endswith((*workbook.ENDINGS, *parquet.ENDINGS)) or path.removesuffix(".gz").endswith(_TEXT_ENDINGS)


def _sampler(path: str) -> Callable[[BufferedReader, str, SamplePlan, str], Sample]:
    """What reads a file that is one dataset."""
    if path.lower().endswith(parquet.ENDINGS):
        return parquet.sample_parquet
    is_json = path.lower().removesuffix(".gz").endswith(json_records.ENDINGS)
    return json_records.sample_json if is_json else delimited.sample_delimited


def _reference(file: FoundFile, kind: DatasetKind, sheet: str = "") -> DatasetRef:
    # A path of bytes that are no UTF-8 could not be stored.
    path = file.path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    name = f"{path}#{sheet}" if kind is DatasetKind.SHEET else path
    locator = f"{file.path}{_SHEET}{sheet}" if kind is DatasetKind.SHEET else file.path
    return DatasetRef(locator=locator, name=name, kind=kind, key=name, change_signal=file.mark)


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
