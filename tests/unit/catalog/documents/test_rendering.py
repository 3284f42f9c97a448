import sys
from dataclasses import replace

import pytest

from catalog import documents
from catalog.documents.of_report import of_report
from catalog.errors import RequestError, SettingsError
from catalog.model import report_content
from catalog.model.frozen_reports import Format
from tests.support.said_reports import SIGNED, report


@pytest.mark.parametrize("each", list(Format))
def test_public_content_is_rendered_as_it_would_be_from_what_was_signed(each: Format) -> None:
    twice = documents.render(report_content.public(report()), SIGNED, each, public=True)
    assert twice == documents.render(report(), SIGNED, each, public=True)


@pytest.mark.parametrize(("each", "library"), [(Format.PDF, "typst"), (Format.DOCX, "docx")])
def test_without_its_library_a_format_is_disabled_and_says_why(
    each: Format, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("catalog.documents.pdf", "catalog.documents.word"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(SettingsError, match=rf"disabled because the package {library} is not installed.*\[reports\]"):
        documents.render(report(), SIGNED, each, public=False)
    assert documents.render(report(), SIGNED, Format.HTML, public=False)


@pytest.mark.parametrize("each", [Format.JSON, Format.CSV])
def test_a_document_alone_has_no_data(each: Format) -> None:
    with pytest.raises(RequestError, match="a document has no data"):
        documents.render_document(of_report(report(), SIGNED, public=False), each)


def test_what_made_a_file_is_named_with_its_version() -> None:
    assert set(documents.RENDERER) == set(Format)
    assert "typst 0.15" in documents.RENDERER[Format.PDF]
    assert "python-docx 1." in documents.RENDERER[Format.DOCX]


def test_another_signature_is_another_file() -> None:
    other = (SIGNED[0], replace(SIGNED[1], signer="Somebody Else"))
    for each in set(Format) - {Format.CSV}:
        assert documents.render(report(), SIGNED, each, public=False) != documents.render(
            report(), other, each, public=False
        )
