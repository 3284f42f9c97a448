"""Office's documents, which are archives of XML: their parts by what the archive says they are, read piece by piece.

Neither a tree nor a whole part is ever held, and no entity is resolved, so that nothing in them can swell.
"""

import re
import xml.sax
import zipfile
import zlib
from collections.abc import Iterator, Sequence

import defusedxml.common
import defusedxml.expatreader

from catalog.model.coverage import Caveat
from catalog.model.sample import Sample
from connectors.files.columns import too_deep
from connectors.files.delimited import Binary
from connectors.files.documents.passages import LINE_BROKE, Gathering
from connectors.files.documents.story import Levels, Properties, Story, TooDeep, Types

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TYPES = "[Content_Types].xml"
_PROPERTIES = ("core-properties+xml", "extended-properties+xml")
_CHUNK = 65_536
_MOST_PARTS = 10_000
_DIGITS = re.compile(r"(\d+)")
_SAID_OF_IT = {
    "title": "title",
    "subject": "subject",
    "creator": "author",
    "lastModifiedBy": "last saved by",
    "description": "comments",
    "keywords": "keywords",
    "category": "category",
    "Manager": "manager",
    "Company": "company",
}


def sample_parts(stream: Binary, kinds: Sequence[str], into: Gathering) -> Sample:
    """Read a bounded, seeded sample of the parts of these kinds.

    Parameters:
        kinds: ends of the content types to read, in the order to read them in.

    Raises:
        DatasetError: when it is damaged, protected by a password or holds no text.
    """
    try:
        stream.seek(0)
        if stream.read(len(_OLD_OFFICE)) == _OLD_OFFICE:
            raise into.protected() if _ENCRYPTED in stream.read() else into.unreadable()
        with zipfile.ZipFile(stream) as archive:
            return Package(archive, into).sample(kinds)
    except LINE_BROKE:
        raise
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError, ValueError, EOFError, zlib.error):
        raise into.unreadable() from None
    except RuntimeError:
        # The standard library's word for an encrypted member.
        raise into.protected() from None


class Package:
    """The parts of a document, by their content types."""

    def __init__(self, archive: zipfile.ZipFile, into: Gathering) -> None:
        self._archive = archive
        self._into = into
        self._names = set(archive.namelist()[:_MOST_PARTS])
        types = Types()
        if _TYPES not in self._names:
            raise into.unreadable()
        for _ in self._read(_TYPES, types):
            pass
        self._types = types.of

    def sample(self, kinds: Sequence[str]) -> Sample:
        """The sample of the document."""
        story = Story(self._into)
        if any("/embeddings/" in name for name in self._names):
            self._into.caveats.add(Caveat.INNER)
        self._tell_properties()
        return self._into.sample(self._into.or_pictures(self._passages(kinds, story), self._has_pictures))

    def _has_pictures(self) -> bool:
        return any("/media/" in name for name in self._names)

    def _passages(self, kinds: Sequence[str], story: Story) -> Iterator[str]:
        for kind in kinds:
            for name in self._of_kind(kind):
                if not self._into.goes_on():
                    return
                for _ in self._read(name, story):
                    yield from story.taken()
                story.close()
                yield from story.taken()
        self._into.listed("authors of comments", "author", story.authors)

    def _tell_properties(self) -> None:
        said = Properties(_SAID_OF_IT)
        for kind in _PROPERTIES:
            for name in self._of_kind(kind)[:1]:
                for _ in self._read(name, said):
                    pass
        self._into.record("document properties", said.fields)

    def _of_kind(self, kind: str) -> list[str]:
        names = [name for name, its in self._types.items() if its.endswith(kind) and name in self._names]
        return sorted(names, key=_in_order)

    def _read(self, name: str, handler: Levels) -> Iterator[None]:
        """Read a part, pausing after each piece; one that is damaged counts as far as it goes."""
        # Where there is a document type, there are entities: Office writes neither.
        parser = defusedxml.expatreader.create_parser(forbid_dtd=True)
        parser.setContentHandler(handler)
        try:
            with self._archive.open(name) as part:
                while chunk := part.read(_CHUNK):
                    parser.feed(chunk)
                    yield
                    if not self._into.goes_on(len(chunk)):
                        return
                parser.close()
        except defusedxml.common.DefusedXmlException:
            raise self._into.unreadable() from None
        except TooDeep:
            raise too_deep(self._into.thing) from None
        except LINE_BROKE:
            raise
        except (xml.sax.SAXException, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
            self._into.caveats.add(Caveat.TORN)


def _in_order(name: str) -> list[tuple[int, str]]:
    """Slide 2 before slide 10."""
    return [(int(piece[:9]), "") if piece.isdigit() else (0, piece) for piece in _DIGITS.split(name)]
