"""The search index on disk, in Whoosh: its posting lists and its crash-safe commits, nothing of its query language.

Whoosh pickles its schema, so opening an index can run code from it: the folder belongs to the account of the catalog
alone (0700), and one into which anybody else could have put something is refused before it is read. Written to is it by
the scan side and by commands; the web application only reads it.
"""

import os
import secrets
import shutil
import stat
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh import fields, index, reading, writing
from whoosh.codec import whoosh3

from catalog.errors import SettingsError, StoreError
from catalog.ports import Document, Hit
from catalog.search import ranking

_REBUILD = "Rebuild it with: privacy-catalog index rebuild"
_REMOVE = "Find out why, remove the folder index in the data folder, then run: privacy-catalog index rebuild"
_CLOSE = "Let only the account of the catalog own it and write to it: chown, chmod go-w."
_SECONDS_FOR_THE_WRITER = 60.0
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class WhooshIndex:
    """A ``SearchIndex`` in ``folder``. Made by ``rebuild``; everything else needs it to be there and whole.

    Raises:
        SettingsError: at once and at every use, when others than this account and root could have put something in it.
    """

    def __init__(self, folder: Path, synonyms: ranking.Synonyms | None = None) -> None:
        _refuse_foreign(folder)
        self._folder = folder
        self._synonyms = synonyms or {}
        # Opening costs more than asking, and a reader serves one thread at a time.
        self._asking = threading.Lock()
        self._opened: tuple[object, reading.IndexReader] | None = None

    def replace(self, documents: Iterable[Document]) -> None:
        """Add documents, each in place of an earlier one of the same kind and id."""
        with _telling_damage(), self._writing() as writer:
            for document in documents:
                writer.update_document(**_stored(document))

    def remove(self, ids: Iterable[tuple[str, str]]) -> None:
        """Forget the documents of these (kind, id) pairs."""
        with _telling_damage():
            with self._reading() as reader:
                known = [key for kind, identity in ids if ("key", key := _key(kind, identity)) in reader]
            if known:  # to write nothing costs as much as to write
                with self._writing() as writer:
                    for key in known:
                        writer.delete_by_term("key", key)

    def search(self, text: str, limit: int) -> Sequence[Hit]:
        """Rank documents for ``text``, best first, at most ``limit``."""
        with _telling_damage(), self._reading() as reader:
            matches = ranking.rank(ranking.Question.of(text), _LookUp(reader), self._synonyms)
            return ranking.best(matches, limit, name_of=lambda number: _identity(reader, number))

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Forget everything and index these. The old index answers until the new one is whole."""
        if not self._is_whole():
            self._make()
        with _telling_damage(), self._writing(mergetype=writing.CLEAR) as writer:
            for document in documents:
                writer.add_document(**_stored(document))

    @contextmanager
    def _reading(self) -> Iterator[reading.IndexReader]:
        with self._asking:
            state = self._state()
            if self._opened is None or self._opened[0] != state:
                self._opened = None
                self._opened = (state, self._open().reader())
            yield self._opened[1]

    def _state(self) -> object:
        """What changes with every commit: the tables of contents there are."""
        files = _refuse_foreign(self._folder)
        return sorted((name, file.st_ino, file.st_mtime_ns) for name, file in files.items() if name.endswith(".toc"))

    def _open(self) -> index.FileIndex:
        _refuse_foreign(self._folder)
        return index.open_dir(str(self._folder))

    @contextmanager
    def _writing(self, **how: object) -> Iterator[writing.IndexWriter]:
        writer = self._open().writer(timeout=_SECONDS_FOR_THE_WRITER, codec=_Codec())
        try:
            yield writer
            writer.commit(**how)
        except BaseException:
            with suppress(Exception):
                writer.cancel()
            raise

    def _is_whole(self) -> bool:
        try:
            self.search("whole", limit=1)
        except StoreError:
            return False
        return True

    def _make(self) -> None:
        """Start from nothing; what is damaged holds only what can be derived again."""
        if self._folder.exists():
            shutil.rmtree(self._folder)
        self._folder.mkdir(mode=0o700, parents=True)
        index.create_in(str(self._folder), _schema())


class _Codec(whoosh3.W3Codec):  # type: ignore[misc]  # whoosh has no types
    """Whoosh's own, but for the names of its files: those follow ``random.seed`` and could repeat."""

    def new_segment(self, storage: object, indexname: str) -> whoosh3.W3Segment:
        segment = super().new_segment(storage, indexname)
        segment.segid = secrets.token_hex(8)
        return segment


class _LookUp:
    """Posting lists by field and term."""

    def __init__(self, reader: reading.IndexReader) -> None:
        self._reader = reader

    def __call__(self, field: str, term: str, begun: bool) -> Iterator[int]:
        for each in self._reader.expand_prefix(field, term) if begun else (term,):
            if (field, each) in self._reader:
                yield from self._reader.postings(field, each).all_ids()


def _schema() -> fields.Schema:
    # Documents come as words already split, so that every index splits alike.
    searched = {name: fields.KEYWORD() for name in ranking.FIELDS if name != "exact"}
    return fields.Schema(key=fields.ID(unique=True), exact=fields.ID(), identity=fields.STORED(), **searched)


def _stored(document: Document) -> dict[str, Any]:
    terms = ranking.terms(document)
    searched = {name: " ".join(terms[name]) for name in ranking.FIELDS}
    return {"key": _key(document.kind, document.id), "identity": (document.kind, document.id), **searched}


def _key(kind: str, identity: str) -> str:
    return f"{kind}\n{identity}"


def _identity(reader: reading.IndexReader, number: int) -> tuple[str, str]:
    kind, identity = reader.stored_fields(number)["identity"]
    return kind, identity


def _refuse_foreign(folder: Path) -> dict[str, os.stat_result]:
    """The files of the folder, once it is known that nobody else could have put any of them there."""
    with suppress(FileNotFoundError):
        _refuse_open(folder.parent.stat(), "the data folder", _CLOSE)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise SettingsError("The search index", "its folder is a link or a file", _REMOVE)
        _refuse_open(found, "its folder", _REMOVE)
        return _own_files(folder, found)
    return {}


def _own_files(folder: Path, its: os.stat_result) -> dict[str, os.stat_result]:
    # Who cannot enter the folder cannot write to a file in it, whatever the file's own bits say.
    reached_by = (its.st_mode & (stat.S_IXGRP | stat.S_IXOTH)) << 1
    files = {}
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # a writer removes what it has merged
            file = files[path.name] = path.lstat()
            if stat.S_ISLNK(file.st_mode):
                raise SettingsError("The search index", "a file of it is a link", _REMOVE)
            _refuse_open(file, "a file of it", _REMOVE, reached_by)
    return files


def _refuse_open(found: os.stat_result, what: str, next_step: str, bits: int = _OTHERS_WRITE) -> None:
    if found.st_uid not in {os.geteuid(), 0}:
        raise SettingsError("The search index", f"{what} belongs to another account", next_step)
    if found.st_mode & bits & _OTHERS_WRITE:
        raise SettingsError("The search index", f"others may write to {what}", next_step)


@contextmanager
def _telling_damage() -> Iterator[None]:
    try:
        yield
    except (StoreError, SettingsError):
        raise
    except index.LockError:
        raise StoreError("The search index", "another process is writing to it", "Try again when it is done.") from None
    except Exception:  # noqa: BLE001  # a damaged index fails in whatever way its pickles and numbers happen to
        raise StoreError("The search index", "it is missing or damaged", _REBUILD) from None
