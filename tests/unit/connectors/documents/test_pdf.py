"""PDF."""

import logging

import pypdf
import pytest

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.ports import SamplePlan
from connectors.files.documents import pdf
from connectors.files.documents.pdf import sample_pdf
from tests.support.documents import (
    THING,
    column,
    one_page,
    pdf_of,
    protected,
    read,
    shown,
    stream_of,
    tables,
    texts,
    typeset,
)

LETTER = """
#set document(title: "Heating", author: "Nora Keane")
= Letter
On Monday the inspector wrote in his report of the case that Ms. Ana Ruiz of apartment 4B was not at home, and that
nobody of her family had been seen since the heating was repaired in the week before.

Name: Bo Li \\
Born: 1980
"""
ROWS = [("Client", "Born"), ("Ana Ruiz", "1980-02-01"), ("Bo Li", "1991-03-04")]


def table(rows: list[tuple[str, ...]]) -> str:
    return f"#table(columns: {len(rows[0])}, {', '.join(f'[{cell}]' for row in rows for cell in row)})"


def refusal_of(content: bytes) -> DatasetError:
    with pytest.raises(DatasetError) as refusal:
        read(sample_pdf, content)
    return refusal.value


def test_lines_are_put_together_to_paragraphs() -> None:
    sample = read(sample_pdf, typeset(LETTER))

    heading, paragraph, *short = texts(sample)
    assert heading == "Letter"
    assert str(paragraph).startswith("On Monday the inspector wrote in his report of the case that Ms. Ana Ruiz of")
    assert str(paragraph).endswith("was repaired in the week before.")
    assert short == ["Name: Bo Li", "Born: 1980"]
    assert (sample.method, sample.rows_total, sample.caveats) == (SampleMethod.ALL_ROWS, 4, frozenset())


def test_what_the_document_says_of_itself_is_kept_beside() -> None:
    assert tables(read(sample_pdf, typeset(LETTER))) == {
        "document properties": [("title", "author"), ("Heating", "Nora Keane")]
    }


def test_a_ruled_table_is_kept_beside_and_not_said_twice() -> None:
    sample = read(sample_pdf, typeset(f"before the table\n\n{table(ROWS)}\n\nafter the table"))

    assert tables(sample) == {"table 1": ROWS}
    assert texts(sample) == ["before the table", "after the table"]


@pytest.mark.parametrize("header", ["[Client], [Born]", "table.header([Client], [Born])"], ids=["once", "again"])
def test_a_table_that_goes_on_on_the_next_page_is_one(header: str) -> None:
    rows = [(f"Client {number}", f"19{number:02}") for number in range(90)]
    cells = ", ".join(f"[{cell}]" for row in rows for cell in row)

    sample = read(sample_pdf, typeset(f"#set page(height: 10cm)\n#table(columns: 2, {header}, {cells})"))

    assert tables(sample) == {"table 1": [("Client", "Born"), *rows]}


def test_tables_of_other_columns_on_the_next_page_are_others() -> None:
    other = [("Street", "House", "Flat"), ("Main", "1", "4B"), ("Elm", "2", "1A")]

    sample = read(sample_pdf, typeset(f"{table(ROWS)}\n#pagebreak()\n{table(other)}"))

    assert tables(sample) == {"table 1": ROWS, "table 2": other}


def test_a_table_without_lines_is_read_as_text() -> None:
    source = f"#set table(stroke: none)\n{table(ROWS)}"

    assert "Ana Ruiz 1980-02-01" in " ".join(map(str, texts(read(sample_pdf, typeset(source)))))


def test_text_of_every_script_is_read() -> None:
    assert texts(read(sample_pdf, typeset("José Núñez – Σωκράτης – Иван"))) == ["José Núñez – Σωκράτης – Иван"]


def test_a_document_with_a_password_is_refused() -> None:
    error = refusal_of(protected(typeset(LETTER), user="secret", owner="other"))

    assert error.reason is SkipReason.PASSWORD_PROTECTED


def test_a_document_that_only_its_owner_may_change_is_read() -> None:
    assert texts(read(sample_pdf, protected(typeset(f"text\n\n{table(ROWS)}"), user="", owner="other"))) == ["text"]


PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %s >>"
PICTURE = stream_of(b"q 612 0 0 792 0 0 cm /I1 Do Q")


def test_a_scan_is_a_picture() -> None:
    assert refusal_of(one_page(PICTURE)).reason is SkipReason.NO_TEXT


def test_a_scan_whose_maker_is_known_is_a_picture_all_the_same() -> None:
    content = one_page(PICTURE, {9: b"<< /Author (Nora Keane) >>"}).replace(b"/Root 1 0 R", b"/Root 1 0 R /Info 9 0 R")

    assert refusal_of(content).reason is SkipReason.NO_TEXT


def test_a_blank_page_is_empty_and_no_picture() -> None:
    assert refusal_of(one_page(stream_of(b""))).reason is SkipReason.EMPTY


def test_pages_without_text_among_others_are_told() -> None:
    content = pdf_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R 7 0 R] /Count 2 >>",
            3: PAGE % b"4 0 R /Resources << /Font << /F1 5 0 R >> >>",
            4: shown("The first page"),
            5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            6: stream_of(b"\xff", b"/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"),
            7: PAGE % b"8 0 R /Resources << /XObject << /I1 6 0 R >> >>",
            8: PICTURE,
        }
    )

    sample = read(sample_pdf, content)

    assert texts(sample) == ["The first page"]
    assert sample.caveats == {Caveat.SOME_PAGES}


def test_what_is_filled_into_a_form_is_kept_under_the_names_of_its_fields() -> None:
    fields = {
        10: b"<< /FT /Tx /T (last_name) /V (Ruiz) /Subtype /Widget /Type /Annot /Rect [0 0 9 9] >>",
        11: b"<< /FT /Tx /T (f12) /TU (Social Security number) /V (078-05-1120) /Subtype /Widget /Rect [0 0 9 9] >>",
        12: b"<< /FT /Btn /T (agrees) /V /Yes /Subtype /Widget /Rect [0 0 9 9] >>",
    }
    content = one_page(
        shown("Application"),
        fields,
        page=b"/Annots [10 0 R 11 0 R 12 0 R]",
        root=b"/AcroForm << /Fields [10 0 R 11 0 R 12 0 R] >>",
    )

    sample = read(sample_pdf, content)

    assert tables(sample) == {"form": [("last_name", "Social Security number"), ("Ruiz", "078-05-1120")]}
    assert texts(sample) == ["Application"]


def test_a_scan_with_a_form_filled_in_is_looked_at() -> None:
    field = {10: b"<< /FT /Tx /T (last_name) /V (Ruiz) >>"}

    sample = read(sample_pdf, one_page(PICTURE, field, root=b"/AcroForm << /Fields [10 0 R] >>"))

    assert (sample.caveats, [each.label for each in sample.inner]) == ({Caveat.SOME_PAGES}, ["form"])


def test_notes_on_a_page_are_read_with_their_authors() -> None:
    note = {10: b"<< /Type /Annot /Subtype /Text /Contents (Call Ms. Ruiz) /T (Omar Haddad) /Rect [0 0 9 9] >>"}

    sample = read(sample_pdf, one_page(shown("Letter"), note, page=b"/Annots [10 0 R]"))

    assert texts(sample) == ["Letter", "Call Ms. Ruiz"]
    assert tables(sample) == {"authors of notes": [("author",), ("Omar Haddad",)]}


@pytest.mark.parametrize(
    "root", [b"/Names << /EmbeddedFiles << /Names [(a.csv) 9 0 R] >> >>", b"/Names 9 0 R"], ids=["direct", "indirect"]
)
def test_files_within_are_said_not_to_be_read(root: bytes) -> None:
    more = {9: b"<< /EmbeddedFiles << /Names [] >> >>"}

    assert read(sample_pdf, one_page(shown("Letter"), more, root=root)).caveats == {Caveat.INNER}


def test_of_a_long_document_the_ends_and_pages_by_chance_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_PAGES", 10)
    content = typeset("#pagebreak()\n".join(f"page {number}\n" for number in range(40)))

    first, again, other = (read(sample_pdf, content, plan=SamplePlan(1000, seed)) for seed in (1, 1, 2))

    assert texts(first) == texts(again) != texts(other)
    assert (texts(first)[0], texts(first)[-1], len(texts(first))) == ("page 0", "page 39", 10)
    assert (first.method, first.rows_total, first.draws) == (SampleMethod.PLACES, None, 10)


def test_when_time_is_up_no_other_page_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []
    extract = pypdf.PageObject.extract_text
    monkeypatch.setattr(
        pypdf.PageObject, "extract_text", lambda page, **more: begun.append(page) or extract(page, **more)
    )
    clock = iter(range(1000))
    monkeypatch.setattr("connectors.files.documents.passages.time.monotonic", lambda: next(clock))

    sample = read(sample_pdf, typeset("#pagebreak()\n".join(["page\n"] * 50)), plan=SamplePlan(1000, 1, seconds=12))

    assert 0 < len(begun) < 12
    assert (sample.caveats, sample.rows_total) == ({Caveat.CUT}, None)


LOOP = {
    # A font, a form and a tree of pages that lead back to themselves.
    "pages": pdf_of({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"}),
    "parent": one_page(shown("x"), {2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 2 0 R >>"}),
    "length": one_page(b"<< /Length 4 0 R >>\nstream\nx\nendstream"),
    "form": one_page(
        shown("x) Tj /I1 Do ("),
        {6: stream_of(b"/I1 Do /I1 Do", b"/Type /XObject /Subtype /Form /Resources << /XObject << /I1 6 0 R >> >>")},
    ),
    "font": one_page(shown("x"), {5: b"<< /Type /Font /Subtype /Type0 /DescendantFonts [5 0 R] /ToUnicode 5 0 R >>"}),
    "fields": one_page(
        shown("x"), {10: b"<< /Kids [10 0 R 10 0 R] /T (a) /Parent 10 0 R >>"}, root=b"/AcroForm << /Fields [10 0 R] >>"
    ),
    "table": pdf_of({1: b"<< /Type /Catalog /Pages 2 0 R >>"}, b"/Root 1 0 R /Prev 9").replace(
        b"startxref\n", b"startxref\n9"
    ),
}
BOMB = {
    "text": one_page(stream_of(b"BT /F1 12 Tf (a) Tj ET\n" * 3_000_000, packed=True)),
    "zeros": one_page(stream_of(b"\0" * 200_000_000, packed=True)),
    "filters": one_page(stream_of(b"x", b"/Filter [" + b"/FlateDecode " * 200 + b"]")),
    "array": one_page(stream_of(b"BT " + b"[" * 200_000 + b" ET")),
    "count": one_page(shown("x")).replace(b"/Count 1", b"/Count 99999999999"),
    "size": one_page(shown("x")).replace(b"/Size 7", b"/Size 9999999999"),
}


@pytest.mark.parametrize("content", [*LOOP.values(), *BOMB.values()], ids=[*LOOP, *BOMB])
def test_loops_and_bombs_end(content: bytes) -> None:
    try:
        sample = read(sample_pdf, content, plan=SamplePlan(1000, 1, seconds=5))
    except DatasetError as error:
        assert error.thing == THING  # noqa: PT017 - either is right
    else:
        assert sample.row_count <= 1000


def test_a_page_that_is_damaged_does_not_take_the_others_along(monkeypatch: pytest.MonkeyPatch) -> None:
    extract = pypdf.PageObject.extract_text

    def fails_first(page: pypdf.PageObject, **more: object) -> str:
        if page.page_number == 0:
            raise ZeroDivisionError
        return extract(page, **more)

    monkeypatch.setattr(pypdf.PageObject, "extract_text", fails_first)
    sample = read(sample_pdf, typeset("first\n#pagebreak()\nsecond"))

    assert (texts(sample), sample.caveats, sample.rows_total) == (["second"], {Caveat.TORN}, None)


def test_a_page_of_very_many_steps_is_left_out_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_MOST_STEPS", 100)

    sample = read(sample_pdf, typeset("first\n#pagebreak()\n" + "= Heading\n" * 40))

    assert (texts(sample), sample.caveats) == (["first"], {Caveat.CUT})


def test_a_page_that_unpacks_to_very_much_is_not_unpacked() -> None:
    page = stream_of(b"BT /F1 12 Tf 72 700 Td (text) Tj ET\n" + b" " * 40_000_000, packed=True)

    error = refusal_of(one_page(page))

    assert error.reason is SkipReason.UNREADABLE


def test_what_the_parser_says_is_logged_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for content in (*LOOP.values(), typeset(LETTER)[:-300]):
            try:
                read(sample_pdf, content)
            except DatasetError:
                continue

    assert not [record for record in caplog.records if record.name.startswith(("pypdf", "pdf"))]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"no PDF at all", b"%PDF-1.4\n%%EOF"])
def test_what_is_no_pdf_is_refused(content: bytes) -> None:
    assert refusal_of(content).reason is SkipReason.UNREADABLE


def test_memory_that_runs_out_is_no_fault_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(pypdf.PageObject, "extract_text", exhausted)
    with pytest.raises(MemoryError):
        read(sample_pdf, typeset(LETTER))


def test_the_broken_line_to_a_place_is_no_fault_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(pypdf.PageObject, "extract_text", broken)
    with pytest.raises(ConnectionResetError):
        read(sample_pdf, typeset(LETTER))


def test_tables_are_a_help_and_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("pdfplumber.page.Page.find_tables", fails)
    sample = read(sample_pdf, typeset(table(ROWS)))

    assert "Ana Ruiz" in str(texts(sample))
    assert not sample.caveats


def test_the_column_holds_the_text() -> None:
    assert column(read(sample_pdf, typeset("text")), "text") == ["text"]
