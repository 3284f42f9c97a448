"""A folder of files, or one file: delimited text, JSON, spreadsheets and Parquet."""

import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from catalog.errors import SKIP_TEXT, DatasetError, SkipReason, SourceError
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import Bounds, Check, Load, SamplePlan, Unlisted
from connectors.files import delimited, json_records, parquet, workbook
from connectors.files.walk import FoundFile, Walk, found, open_root, opened_below, reason_of
from connectors.forbidden import Forbidden
from connectors.options import Options

_SHEET = "\0"
"""Between path and sheet in a locator: neither can hold it."""
_MEGABYTE = 1_000_000
_TEXT_ENDINGS = (*delimited.ENDINGS, *json_records.ENDINGS)
_NEXT_STEPS = {
    SkipReason.NO_PERMISSION: "Permit reading every folder below it.",
    SkipReason.TOO_LARGE: "Split it into several sources, or choose files with the option include.",
}


class ShareConnector:
    """Reads files. Options: ``path`` (a folder or one file), ``include`` (patterns separated by commas)."""

    def __init__(self, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds) -> None:  # noqa: ARG002 - every connector is made alike; files have no secret
        checked = Options.of("File share", options, required=("path",), optional=("include",))
        self._path = Path(checked.text("path")).absolute()
        self._include = checked.words("include")
        self._file_mb = bounds.file_mb
        self._label = f"File share {self._path.name or self._path}"
        self._forbidden = Forbidden(bounds.own)
        self._forbidden.refuse(self._path, self._label)
        self._root: int | None = None

    def check(self) -> Sequence[Check]:
        """Test whether the path exists, can be read and listed."""
        try:
            self._exists()
        except SourceError as error:
            return (Check("path", passed=False, message=str(error)),)
        exists = Check("path", passed=True, message="the path exists")
        try:
            files = sum(1 for _ in self._files())
        except SourceError as error:
            return (exists, Check("listing", passed=False, message=str(error)))
        return (exists, Check("listing", passed=True, message=f"it can be listed and holds {files} files"))

    def listing(self) -> Iterator[DatasetRef | Unlisted]:
        """Yield every file and every sheet; what cannot be read comes with its reason."""
        self._exists()
        for file in self._files():
            yield from self._datasets(file)

    def sample(self, ref: DatasetRef, plan: SamplePlan) -> Sample:
        """Read a bounded, seeded sample of a file or sheet."""
        path, _, sheet = ref.locator.partition(_SHEET)
        thing = f"A {ref.kind.value} of {self._label}"
        try:
            with opened_below(self._opened(), path, self._forbidden) as stream:
                if ref.kind is DatasetKind.SHEET:
                    return workbook.sample_sheet(stream, sheet, self._file_mb, plan, thing)
                return _sampler(path)(stream, path, plan, thing)
        except OSError as error:
            raise _failure(error, thing) from None

    def view(self) -> str:
        """Nothing but the settings: a folder that may not be read fails the listing."""
        return ""

    def load(self) -> Load:
        """Files do not tell who else reads them."""
        return Load()

    def cancel(self) -> None:
        """Nothing goes on in files when their reader ends."""

    def close(self) -> None:
        """Let the folder go."""
        if self._root is not None:
            os.close(self._root)
            self._root = None

    def _opened(self) -> int:
        """The folder it all begins at: opened once, for one listing and what is read of it."""
        if self._root is None:
            self._root = open_root(self._path.parent if self._path.is_file() else self._path)
            if not self._path.is_file() and self._forbidden.has_place(os.fstat(self._root)):
                self.close()
                raise OSError("what is never read")
        return self._root

    def _exists(self) -> None:
        self.close()
        self._forbidden.refuse(self._path, self._label)
        try:
            self._path.stat()
        except PermissionError:
            raise self._incomplete(SkipReason.NO_PERMISSION) from None
        except OSError:
            cause, next_step = "there is no such file or folder", "Check the path, and that the share is mounted."
            raise SourceError(self._label, cause, next_step, reason=SkipReason.UNREACHABLE) from None

    def _files(self) -> Iterator[FoundFile]:
        try:
            root = self._opened()
        except OSError as error:
            raise self._incomplete(reason_of(error)) from None
        if self._path.is_file():
            yield from found(root, self._path.name, self._path.name, self._forbidden)
            return
        walk = Walk(root, self._path, self._include, self._forbidden)
        yield from walk
        if walk.failed:
            raise self._incomplete(walk.failed)

    def _incomplete(self, reason: SkipReason) -> SourceError:
        next_step = _NEXT_STEPS.get(reason, "Check that the share is mounted and whole.")
        return SourceError(self._label, f"it was not listed as a whole: {SKIP_TEXT[reason]}", next_step, reason=reason)

    def _datasets(self, file: FoundFile) -> Iterator[DatasetRef | Unlisted]:
        ref = _reference(file, DatasetKind.FOLDER if file.is_folder else DatasetKind.FILE)
        if reason := self._refused(file):
            yield Unlisted(ref, reason)
        elif not file.path.lower().endswith(workbook.ENDINGS):
            yield ref
        else:
            try:
                with opened_below(self._opened(), file.path, self._forbidden) as stream:
                    sheets = workbook.sheet_names(stream, self._file_mb, self._label)
            except DatasetError as error:
                yield Unlisted(ref, error.reason)
            except OSError as error:
                yield Unlisted(ref, _failure(error, self._label).reason)
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


def _sampler(path: str) -> Callable[[io.BufferedReader, str, SamplePlan, str], Sample]:
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


def _failure(error: OSError, thing: str) -> DatasetError:
    if isinstance(error, FileNotFoundError):
        return DatasetError(thing, "it is gone", "List the source again.", reason=SkipReason.VANISHED)
    if isinstance(error, PermissionError):
        return DatasetError(thing, "reading is not permitted", "Permit reading.", reason=SkipReason.NO_PERMISSION)
    cause, next_step = "it is a link, a device or damaged on its disk", "Put the file itself in its place."
    return DatasetError(thing, cause, next_step, reason=SkipReason.UNSAFE_PATH)
