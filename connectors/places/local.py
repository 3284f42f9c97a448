"""A folder of this machine, mounted or its own, or one file of it."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from io import BufferedReader
from pathlib import Path

from catalog.errors import SkipReason, SourceError
from catalog.ports import Bounds, Check, FoundFile
from connectors.forbidden import Forbidden
from connectors.options import Options
from connectors.places.common import OPTIONAL, incomplete
from connectors.places.walk import Walk, found, open_root, opened_below, reason_of


class LocalPlace:
    """Options: ``path`` (a folder or one file), ``include`` (patterns separated by commas)."""

    def __init__(self, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds) -> None:  # noqa: ARG002 - every place is made alike; a folder has no secret
        checked = Options.of("File share", options, required=("path",), optional=OPTIONAL)
        self._path = Path(checked.text("path")).absolute()
        self._include = checked.words("include")
        self._label = f"File share {self._path.name or self._path}"
        self._forbidden = Forbidden(bounds.own)
        self._beat = bounds.beat
        self._forbidden.refuse(self._path, self._label)
        self._root: int | None = None
        self._file = ""

    @property
    def label(self) -> str:
        """What errors call it."""
        return self._label

    def check(self) -> Sequence[Check]:
        """Test whether the path exists, can be read and listed."""
        try:
            self._exists()
        except SourceError as error:
            return (Check("path", passed=False, message=str(error)),)
        exists = Check("path", passed=True, message="the path exists")
        try:
            files = sum(1 for _ in self._files(""))
        except SourceError as error:
            return (exists, Check("listing", passed=False, message=str(error)))
        return (exists, Check("listing", passed=True, message=f"it can be listed and holds {files} files"))

    def files(self, below: str = "") -> Iterator[FoundFile]:
        """Yield every file; see :class:`~catalog.ports.Place`."""
        if not below:
            self._exists()
        yield from self._files(below)

    def opened(self, path: str) -> AbstractContextManager[BufferedReader]:
        """Open one file, following no link."""
        return opened_below(self._opened(), path, self._forbidden)

    def view(self) -> str:
        """Nothing but the settings: a folder that may not be read is told in the listing."""
        return ""

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
            # Links lead to it, as whoever set its path will have meant; to a file as to a folder.
            real = Path(os.path.realpath(self._path, strict=True))
            self._file = real.name if real.is_file() else ""
            self._root = open_root(real.parent if self._file else real)
            if not self._file and self._forbidden.has_place(os.fstat(self._root)):
                self.close()
                raise OSError("what is never read")
        return self._root

    def _exists(self) -> None:
        self.close()
        self._forbidden.refuse(self._path, self._label)
        try:
            self._path.stat()
        except PermissionError:
            raise incomplete(self._label, SkipReason.NO_PERMISSION) from None
        except OSError:
            cause, next_step = "there is no such file or folder", "Check the path, and that the share is mounted."
            raise SourceError(self._label, cause, next_step, reason=SkipReason.UNREACHABLE) from None

    def _files(self, below: str) -> Iterator[FoundFile]:
        try:
            root = self._opened()
        except OSError as error:
            raise incomplete(self._label, reason_of(error)) from None
        if self._file:
            one = list(found(root, self._file, self._file, self._forbidden))
            if not one:
                raise incomplete(self._label, SkipReason.VANISHED)
            yield from one
            return
        walk = Walk(root, self._path, self._include, self._forbidden, below, self._beat)
        yield from walk
        if walk.failed:
            raise incomplete(self._label, walk.failed)
