"""One door to all formats."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from catalog.documents import plain
from catalog.documents.document import Document, in_full_view
from catalog.documents.html import html
from catalog.documents.of_report import of_report
from catalog.errors import RequestError, SettingsError
from catalog.model import report_content
from catalog.model.frozen_reports import Format
from catalog.model.report_said import ReportContent, SaidSignature

#: Raised with every change of what a rendition looks like.
_EDITION = 3
_LIBRARIES: Mapping[Format, tuple[str, ...]] = {Format.PDF: ("typst",), Format.DOCX: ("python-docx", "lxml")}
_NOT_INSTALLED = "not installed"
_WRITERS = {Format.PDF: "catalog.documents.pdf", Format.DOCX: "catalog.documents.word"}


def _made_by(format: Format) -> str:  # noqa: A002  # what it is called everywhere
    libraries = "".join(f", {name} {_version(name)}" for name in _LIBRARIES.get(format, ()))
    return f"privacy-catalog {format.value} {_EDITION}{libraries}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return _NOT_INSTALLED


RENDERER: Mapping[Format, str] = {each: _made_by(each) for each in Format}
"""What makes each format, with its version: the bytes are equal as long as this is."""


def missing(format: Format) -> str:  # noqa: A002  # what it is called everywhere
    """The package that a format needs and that is not installed; "" where nothing is lacking."""
    return next((name for name in _LIBRARIES.get(format, ()) if _version(name) == _NOT_INSTALLED), "")


def render(
    content: ReportContent,
    signatures: Sequence[SaidSignature],
    format: Format,  # noqa: A002  # what it is called everywhere
    *,
    public: bool,
) -> bytes:
    """A report as a file. For the public, what is withheld is taken out of the content before anything else is done.

    Raises:
        SettingsError: when the extra this format needs is not installed.
    """
    content = report_content.public(content) if public else content
    if format is Format.JSON:
        return plain.report_json(content, signatures, public=public)
    if format is Format.CSV:
        return plain.report_csv(content)
    return render_document(of_report(content, signatures, public=public), format)


def render_document(document: Document, format: Format) -> bytes:  # noqa: A002  # what it is called everywhere
    """A document as HTML, PDF or Word.

    Raises:
        RequestError: for a format that only data has.
        SettingsError: when the extra this format needs is not installed.
    """
    if format is Format.HTML:
        return html(in_full_view(document))
    if format not in _WRITERS:
        raise RequestError(f"The format {format.value}", "a document has no data", "Choose HTML, PDF or Word.")
    try:
        writer = import_module(_WRITERS[format])
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"Files of the format {format.value}",
            f"they are disabled because the package {error.name} is not installed",
            "Install it with: pip install 'privacy-catalog[reports]'.",
        ) from None
    written: bytes = writer.write(in_full_view(document))
    return written
