"""Web pages."""

import codecs

import pytest

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat
from connectors.files.documents import passages
from connectors.files.documents.web import sample_web
from tests.support.documents import read, tables, texts


def page(body: str, head: str = "", encoding: str = "utf-8") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode(encoding)


def test_text_is_read_in_its_order_without_scripts_and_styles() -> None:
    body = (
        "<h1>Cases</h1><p>Dear <b>Ms.</b> Ruiz,<br>we write<p>to you.<ul><li>one<li>two</ul>"
        "<script>var hidden = '<p>no</p>'</script><style>p {}</style><div>tea &amp; coffee&nbsp;x</div>"
    )

    sample = read(sample_web, page(body, "<title>Letter</title>"))

    assert texts(sample) == ["Letter", "Cases", "Dear Ms. Ruiz,\nwe write", "to you.", "one", "two", "tea & coffee x"]


def test_a_table_is_kept_beside_the_text_with_its_spans_filled() -> None:
    body = (
        "<p>before<table><thead><tr><th>Client<th colspan=2>Address<tbody>"
        "<tr><td rowspan='2'>Ruiz<td>Main St<td>1<tr><td>Elm St<td>2</table>after"
    )

    sample = read(sample_web, page(body))

    assert texts(sample) == ["before", "after"]
    assert tables(sample) == {
        "table 1": [("Client", "Address", "Address"), ("Ruiz", "Main St", "1"), ("Ruiz", "Elm St", "2")]
    }


def test_tables_within_tables_are_tables_of_their_own() -> None:
    inner = "<table><tr><th>a<th>b<tr><td>1<td>2</table>"
    body = f"<table><tr><td>menu<td>{inner}<p>the text</table>"

    sample = read(sample_web, page(body))

    assert texts(sample) == ["menu", "the text"]
    assert tables(sample) == {"table 1": [("a", "b"), ("1", "2")]}


def test_what_a_form_holds_is_kept_under_the_names_of_its_fields() -> None:
    body = (
        "<form><input name=last_name value='Ruiz'><input type=submit value=Send>"
        "<input type=hidden name=ssn value=078051120>"
        "<select name=borough><option>Kings<option selected>Queens</select>"
        "<textarea name=remarks>lives with her sister</textarea></form>"
    )

    found = tables(read(sample_web, page(body)))

    assert found == {
        "form": [("last_name", "ssn", "borough", "remarks"), ("Ruiz", "078051120", "Queens", "lives with her sister")]
    }


def test_addresses_that_links_lead_to_are_read() -> None:
    body = "<a href='mailto:ana@home.example?subject=x'>write</a> or <a href='tel:+12125550100'>call</a>"

    assert texts(read(sample_web, page(body))) == ["ana@home.example write or +12125550100 call"]


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<meta charset=windows-1252>", "cp1252"),
        ("<meta http-equiv=Content-Type content='text/html; charset=iso-8859-1'>", "latin-1"),
        ("<meta charset='shift_jis'>", "shift_jis"),
        ("<meta charset=koi8-r>", "koi8-r"),
        ("<meta charset=utf-8>", "utf-8"),
        ("<meta charset=unicode_escape>", "utf-8"),
        ("<meta charset=utf-8>", "utf-16"),
        ("", "utf-8"),
    ],
)
def test_what_the_page_says_of_its_encoding_is_believed_where_nothing_speaks_against_it(
    head: str, encoding: str
) -> None:
    text = {"shift_jis": "山田花子さん", "koi8-r": "Иван Петров"}.get(encoding, "José")

    assert texts(read(sample_web, page(f"<p>{text}", head, encoding)))[0] == text


def test_a_mark_at_the_beginning_goes_before_what_the_page_says() -> None:
    content = codecs.BOM_UTF8 + page("<p>José", "<meta charset=windows-1252>")

    assert texts(read(sample_web, content)) == ["José"]


def test_tables_nested_deeper_than_anybody_nests_them_are_text() -> None:
    table = "<table><tr><th>a<th>b<tr><td>1<td>2</table>"

    usual, deep = (read(sample_web, page("<table><tr><td>" * levels + table)) for levels in (5, 500))

    assert tables(usual) == {"table 1": [("a", "b"), ("1", "2")]}
    assert (tables(deep), "1" in str(texts(deep))) == ({}, True)


@pytest.mark.parametrize("tag", ["div", "table><tr><td", "b", "span", "ul><li"])
def test_no_depth_is_too_deep(tag: str) -> None:
    assert "the end" in str(texts(read(sample_web, f"<{tag}>".encode() * 50_000 + b"the end")))


@pytest.mark.parametrize(
    "content",
    [
        b"<p>text<!--" + b"a" * 3_000_000,
        b"<p>text" + b"<" * 300_000,
        b"<p>text<p a='" + b"x" * 3_000_000,
        b"<p>text<script>" + b"a" * 3_000_000,
        b"<!DOCTYPE html [<!ENTITY a 'boom'><!ENTITY b '&a;&a;'>]><p>text &b;",
        b"<p>text<td colspan=99999999999 rowspan=65534>x" * 100,
        b"<p>text<table><tr><td rowspan=65534 colspan=1000>x" + b"<tr>" * 1000,
    ],
)
def test_hostile_pages_are_read_as_far_as_they_go(content: bytes) -> None:
    assert "text" in str(texts(read(sample_web, content)))


def test_an_entity_is_never_resolved_to_a_file() -> None:
    content = b"<!DOCTYPE html [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><p>text &f;</p>"

    assert "root:" not in str(texts(read(sample_web, content)))


def test_reading_ends_at_the_limit_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passages, "MOST_CHARACTERS", 200_000)

    sample = read(sample_web, page("<p>one passage" * 100_000))

    assert sample.caveats == {Caveat.CUT}
    assert sample.rows_total is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", SkipReason.EMPTY),
        (b"<html><body></body></html>", SkipReason.EMPTY),
        (bytes(range(256)) * 10, SkipReason.UNREADABLE),
    ],
)
def test_what_holds_no_text_is_refused(content: bytes, reason: SkipReason) -> None:
    with pytest.raises(DatasetError) as refusal:
        read(sample_web, content)

    assert refusal.value.reason is reason
