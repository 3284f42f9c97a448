"""PDF: the text, tables, forms and notes of its pages; see docs/decisions/0035-documents.md.

pypdf reads every page, within its limits. A page it finds ruled lines on is given to pdfplumber too, for its tables.
"""

import logging
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

import pypdf

from catalog.errors import DatasetError
from catalog.model.coverage import Caveat
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files.delimited import Binary
from connectors.files.documents.passages import LINE_BROKE, Gathering, paragraphs
from connectors.files.documents.pdf_tables import Tables

ENDINGS = (".pdf",)
MOST_PAGES = 200
"""Of a longer document the first and the last page are read, and others drawn at random."""

_MOST_STEPS = 400_000
_FEWEST_RULES, _MOST_RULES = 4, 3000
_MOST_NOTES = 1000
_MOST_FIELDS = 4096
# Nothing but text is unpacked, and no page holds so much of it.
_LIMITS = pypdf.Configuration(
    zlib_maximum_output_length=32_000_000,
    lzw_maximum_output_length=32_000_000,
    run_length_maximum_output_length=32_000_000,
    brotli_maximum_output_length=32_000_000,
    array_based_stream_maximum_output_length=32_000_000,
    stream_decoding_work_maximum_length=64_000_000,
    form_fields_maximum_entries=10_000,
    xform_maximum_invocations_per_extraction=500,
    jbig2dec_binary=None,
)
_SAID_OF_IT = {"/Title": "title", "/Subject": "subject", "/Author": "author", "/Keywords": "keywords"}
_SHOWN = frozenset({b"Do", b"INLINE IMAGE", b"sh", b"f", b"F", b"f*", b"B", b"B*", b"S", b"s"})
_RULES = frozenset({b"l", b"re"})

# It says in its log what it stumbles over, which is data.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)


def sample_pdf(stream: Binary, name: str, plan: SamplePlan, thing: str) -> Sample:  # noqa: ARG001 - formats of files are read alike
    """Read a bounded, seeded sample of the paragraphs of a PDF, and of the tables and the form in it.

    Raises:
        DatasetError: when it is damaged, protected by a password or holds no text, as a scan does.
    """
    into = Gathering(plan, thing)
    try:
        with pypdf.apply_configuration(_LIMITS):
            return _Pdf(stream, into).sample()
    except (DatasetError, MemoryError, *LINE_BROKE):
        raise
    except Exception:  # noqa: BLE001 - the parser raises anything, and quotes data in it
        raise into.unreadable() from None


class _Pdf:
    """A document, page by page."""

    def __init__(self, stream: Binary, into: Gathering) -> None:
        self._into = into
        self._stream = stream
        self._reader = pypdf.PdfReader(cast("Any", stream))
        # Many a document is encrypted for nobody: its password is empty.
        if self._reader.is_encrypted and not self._reader.decrypt(""):
            raise into.protected()
        self._tables = Tables(stream, len(self._reader.pages), into)
        self._authors: dict[str, None] = {}
        self._notes: list[str] = []
        self._pictures = 0

    def sample(self) -> Sample:
        """The sample of the document."""
        self._safely(self._tell_properties)
        return self._into.sample(self._into.or_pictures(self._passages(), lambda: self._pictures > 0))

    def _passages(self) -> Iterator[str]:
        self._safely(self._tell_form)
        for number in self._chosen():
            if not self._into.goes_on():
                break
            yield from self._page(number)
        yield from self._tables.rest()
        self._tables.close()
        self._into.listed("authors of notes", "author", self._authors)

    def _chosen(self) -> Sequence[int]:
        total = len(self._reader.pages)
        if total <= MOST_PAGES:
            return range(total)
        self._into.places = MOST_PAGES
        chance = random.Random(self._into.plan.seed)  # noqa: S311 - repeatable choice, not a secret
        return [0, *sorted(chance.sample(range(1, total - 1), MOST_PAGES - 2)), total - 1]

    def _page(self, number: int) -> Iterator[str]:
        watch = _Watch(self._into)
        try:
            page = self._reader.pages[number]
            text = page.extract_text(visitor_operand_before=watch)
        except _Over:
            return
        except (MemoryError, *LINE_BROKE):
            raise
        except Exception:  # noqa: BLE001 - the parser raises anything: that page is lost, not the others
            self._into.caveats.add(Caveat.TORN)
            return
        if not self._into.goes_on(len(text)):
            return
        if text.strip():
            found = self._tables.of(number) if watch.has_ruled_lines else None
            yield from paragraphs(text.splitlines() if found is None else found)
            yield from self._tables.ready()
        elif watch.shows:
            self._pictures += 1
            self._into.caveats.add(Caveat.SOME_PAGES)
        self._safely(lambda: self._note_notes(page))
        yield from self._notes
        self._notes = []

    def _tell_properties(self) -> None:
        said: Mapping[str, object] = self._reader.metadata or {}
        self._into.record(
            "document properties", [(name, _text(said.get(key))) for key, name in _SAID_OF_IT.items() if key in said]
        )

    def _tell_form(self) -> None:
        fields = self._reader.get_fields() or {}
        named = [(_text(field.get("/TU")) or str(name), _text(field.get("/V"))) for name, field in fields.items()]
        self._into.record("form", named[:_MOST_FIELDS])
        names = cast("Any", self._reader.root_object.get("/Names"))
        if names is not None and "/EmbeddedFiles" in names.get_object():
            self._into.caveats.add(Caveat.INNER)

    def _note_notes(self, page: pypdf.PageObject) -> None:
        """Keep what was noted on a page, and who did."""
        for each in list(page.annotations or ())[:_MOST_NOTES]:
            note = cast("Any", each.get_object())
            if note.get("/Subtype") == "/FileAttachment":
                self._into.caveats.add(Caveat.INNER)
            if note.get("/Subtype") not in ("/Widget", "/Link"):
                self._notes.append(_text(note.get("/Contents")))
                self._authors[_text(note.get("/T"))] = None

    def _safely(self, tell: Callable[[], None]) -> None:
        """What stands beside the text may be damaged without the text being it."""
        try:
            tell()
        except (MemoryError, *LINE_BROKE):
            raise
        except Exception:  # noqa: BLE001 - the parser raises anything
            self._into.caveats.add(Caveat.TORN)


class _Over(Exception):
    """Reading a page ended at a limit, which is noted."""


class _Watch:
    """Watches the steps by which a page is drawn: whether it shows anything, and rules lines, within bounds."""

    def __init__(self, into: Gathering) -> None:
        self._into = into
        self._steps = self._rules = 0
        self.shows = False

    @property
    def has_ruled_lines(self) -> bool:
        """Whether there are as many lines as a table has; where there are very many it is a drawing."""
        return _FEWEST_RULES <= self._rules <= _MOST_RULES

    def __call__(self, operator: bytes, *_: object) -> None:
        self._steps += 1
        self._rules += operator in _RULES
        self.shows = self.shows or operator in _SHOWN
        if self._steps > _MOST_STEPS:
            self._into.caveats.add(Caveat.CUT)
            raise _Over
        if self._steps % 1000 == 0 and not self._into.goes_on():
            raise _Over


def _text(value: object) -> str:
    """A text of the document; nothing where it is none, such as the name of a tick."""
    value = value.get_object() if isinstance(value, pypdf.generic.PdfObject) else value
    if isinstance(value, list):
        return "\n".join(filter(None, map(_text, value)))
    is_name = isinstance(value, pypdf.generic.NameObject)
    return str(value) if isinstance(value, str) and not is_name else ""
