"""E-mail, single and as boxes."""

import base64
import gzip
import io
import mailbox
import quopri
from email.message import EmailMessage
from pathlib import Path

import pytest

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.ports import SamplePlan
from connectors.files.documents import mail, mime
from connectors.files.documents.mail import COLUMNS, sample_mail, sample_mbox
from tests.support.documents import PLAN, column, memo, message, read, tables
from tests.support.workbooks import workbook

CSV = b"client,born\nAna Ruiz,1980-02-01\nBo Li,1991-03-04\n"
ROWS = [("client", "born"), ("Ana Ruiz", "1980-02-01"), ("Bo Li", "1991-03-04")]


def test_a_message_is_a_row_with_a_value_for_every_address_and_paragraph() -> None:
    sample = read(sample_mail, message(subject="Wärme für José").as_bytes())

    assert [each.name for each in sample.columns] == list(COLUMNS)
    assert not any(each.name_is_made_up for each in sample.columns)
    assert column(sample, "from") == ["José Núñez <jose@office.example>"]
    assert column(sample, "to") == ["Li, Bo <bo@home.example>", "ana@home.example"]
    assert column(sample, "cc") == [None]
    assert column(sample, "date") == ["2026-02-02 10:00:00-05:00"]
    assert column(sample, "subject") == ["Wärme für José"]
    assert column(sample, "text") == ["Dear Bo,", "the boiler was repaired."]
    assert (sample.row_count, sample.rows_total, sample.method) == (1, 1, SampleMethod.ALL_ROWS)


def test_what_is_said_as_text_and_as_a_web_page_is_said_once() -> None:
    letter = message()
    letter.add_alternative("<p>Dear Bo,<p>the boiler was repaired.<p>Only here", subtype="html")

    assert column(read(sample_mail, letter.as_bytes()), "text") == ["Dear Bo,", "the boiler was repaired.", "Only here"]


def test_a_message_that_is_only_a_web_page_is_read() -> None:
    letter = message()
    letter.set_content(
        "<p>Dear Bo,<table><tr><th>client<th>born<tr><td>Ana Ruiz<td>1980-02-01<tr><td>Bo Li<td>1991-03-04</table>",
        subtype="html",
    )

    sample = read(sample_mail, letter.as_bytes())

    assert column(sample, "text") == ["Dear Bo,"]
    assert tables(sample) == {"table 1": ROWS}


def test_attached_files_are_read_as_what_they_are(tmp_path: Path) -> None:
    letter = message()
    sheet = workbook(tmp_path / "a.xlsx", {"Ana Ruiz": [["a", "b"], [1, 2], [3, 4]]}).read_bytes()
    letter.add_attachment(CSV, maintype="text", subtype="csv", filename="clients of Ana Ruiz.csv")
    letter.add_attachment(memo(), maintype="application", subtype="octet-stream", filename="memo.docx")
    letter.add_attachment(sheet, maintype="application", subtype="octet-stream", filename="a.xlsx")

    sample = read(sample_mail, letter.as_bytes())

    found = tables(sample)
    assert column(sample, "attachments") == ["clients of Ana Ruiz.csv", "memo.docx", "a.xlsx"]
    assert found["attachment 1"] == ROWS
    assert ("Memo on heating",) in found["attachment 2"]
    assert found["attachment 2, table 1"][1] == ("Ana Ruiz", "1980-02-01")
    assert found["attachment 3, sheet 1"] == [("a", "b"), ("1", "2"), ("3", "4")]
    assert not sample.caveats


@pytest.mark.parametrize(
    ("content", "name", "caveats"),
    [
        (b"\xff\xd8\xff\xe0 a picture", "scan.jpeg", {Caveat.INNER}),
        (b"%PDF-1.4 damaged", "letter.pdf", {Caveat.INNER}),
        (b"PK\x03\x04 damaged", "a.xlsx", {Caveat.INNER}),
        (bytes(range(32)) * 9, "a.unknown-ending", {Caveat.INNER}),
    ],
)
def test_an_attached_file_that_cannot_be_read_is_told(content: bytes, name: str, caveats: set[Caveat]) -> None:
    letter = message()
    letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)

    sample = read(sample_mail, letter.as_bytes())

    assert sample.caveats == caveats
    assert column(sample, "text")[0] == "Dear Bo,"


def test_an_attached_file_or_sheet_that_is_empty_hides_nothing(tmp_path: Path) -> None:
    table = [["client", "born"], ["Ana Ruiz", "1980-02-01"]]
    book = workbook(tmp_path / "b.xlsx", {"Sheet1": [], "Sheet2": table, "Sheet3": []})
    letter = message()
    letter.add_attachment(book.read_bytes(), maintype="application", subtype="octet-stream", filename="b.xlsx")
    letter.add_attachment(b"", maintype="text", subtype="csv", filename="a.csv")

    sample = read(sample_mail, letter.as_bytes())

    assert tables(sample) == {"attachment 1, sheet 2": [("client", "born"), ("Ana Ruiz", "1980-02-01")]}
    assert not sample.caveats


def test_an_attached_workbook_of_many_sheets_says_that_some_were_left_out(tmp_path: Path) -> None:
    book = workbook(tmp_path / "b.xlsx", {f"s{number}": [[f"c{number}"], [number]] for number in range(11)})
    letter = message()
    letter.add_attachment(book.read_bytes(), maintype="application", subtype="octet-stream", filename="b.xlsx")

    sample = read(sample_mail, letter.as_bytes())

    assert len(sample.inner) == 10
    assert sample.caveats == {Caveat.CUT}


def test_a_picture_within_the_text_is_no_attachment() -> None:
    letter = message()
    letter.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<logo>")

    sample = read(sample_mail, letter.as_bytes())

    assert (sample.caveats, column(sample, "attachments")) == (frozenset(), [None])


def test_a_message_that_is_passed_on_is_a_row_of_its_own() -> None:
    inner = message("The first")
    inner.add_attachment(CSV, maintype="text", subtype="csv", filename="a.csv")
    outer = message("Fwd", "see below\n")
    outer.add_attachment(inner)
    named = message("Fwd of a file", "see the file\n")
    named.add_attachment(outer.as_bytes(), maintype="application", subtype="octet-stream", filename="letter.eml")

    sample = read(sample_mail, named.as_bytes())

    assert column(sample, "subject") == ["Fwd of a file", "Fwd", "The first"]
    assert tables(sample) == {"attachment 1": ROWS}
    assert sample.rows_total == 3


@pytest.mark.parametrize(
    ("headers", "name", "value"),
    [
        ("Subject: =?utf-8?q?W=C3=A4rme?=", "subject", "Wärme"),
        ("Subject: =?iso-8859-1?b?V+RybWU=?= and\n =?utf-8?b?IGNvbGQ=?=", "subject", "Wärme and cold"),
        ("Subject: =?no-such-charset?q?W=C3=A4rme?=", "subject", "Wärme"),
        ("Subject: =?utf-8?b?!!!?=", "subject", "=?utf-8?b?!!!?="),
        ("Subject: Wärme", "subject", "Wärme"),
        (
            "From: =?utf-8?q?N=C3=BA=C3=B1ez=2C_Jos=C3=A9?= <jose@office.example>",
            "from",
            "Núñez, José <jose@office.example>",
        ),
        ("From: somebody", "from", "somebody"),
        ("Date: next Monday", "date", "next Monday"),
        ("Cc: a@b.example\nBcc: c@d.example", "cc", "a@b.example"),
        (
            "Content-Type: text/csv; name*0*=utf-8''Jos%C3%A9; name*1=.csv\nContent-Disposition: attachment",
            "attachments",
            "José.csv",
        ),
        ("Content-Disposition: attachment; filename*=bogus''%FF%FE", "attachments", None),
    ],
)
def test_headers_are_read_however_they_are_written(headers: str, name: str, value: str | None) -> None:
    found = column(read(sample_mail, f"To: x@y.example\n{headers}\n\nbody\n".encode()), name)[0]

    assert found == value if value is not None else True


@pytest.mark.parametrize(
    ("charset", "encoding"), [("utf-8", "utf-8"), ("windows-1252", "cp1252"), ("us-ascii", "utf-8"), ("bogus", "utf-8")]
)
@pytest.mark.parametrize("way", ["8bit", "base64", "quoted-printable"])
def test_text_is_read_whatever_it_was_sent_as(charset: str, encoding: str, way: str) -> None:
    body = "José lives here".encode(encoding)
    sent = {"8bit": body, "base64": base64.encodebytes(body), "quoted-printable": quopri.encodestring(body)}[way]
    head = f"From: a@b.example\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {way}\n\n"

    assert column(read(sample_mail, head.encode() + sent), "text") == ["José lives here"]


BOUNDED = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"


@pytest.mark.parametrize(
    "body",
    [
        b"preamble\n--b\n\nthe text\n--b--\nepilogue",
        b"--b\n\nthe text\n",
        b"--b  \r\n\r\nthe text\r\n--b--\r\n",
        b"the text, and no boundary",
        b"--b\nContent-Type: text/plain\n\nthe text --b is not at the beginning\n--bc\n--b--",
    ],
)
def test_boundaries_that_are_missing_lose_nothing(body: bytes) -> None:
    assert str(column(read(sample_mail, BOUNDED + body), "text")[0]).startswith("the text")


def nested(levels: int) -> bytes:
    heads = (b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level) for level in range(levels))
    return b"From: a@b.example\nSubject: deep\n" + b"".join(heads) + b"Content-Type: text/plain\n\nthe text\n"


def test_parts_within_parts_are_read_to_a_depth_beyond_honest_ones() -> None:
    assert column(read(sample_mail, nested(mime.DEEPEST)), "text") == ["the text"]
    for levels in (1000, 20_000):
        sample = read(sample_mail, nested(levels))
        assert (sample.caveats, column(sample, "subject")) == ({Caveat.INNER}, ["deep"])


def test_messages_passed_on_within_messages_end() -> None:
    letter = b"From: a@b.example\n\nthe text"
    for _ in range(500):
        letter = b"From: a@b.example\nContent-Type: message/rfc822\n\n" + letter

    sample = read(sample_mail, letter)

    assert sample.row_count <= 200
    assert sample.caveats == {Caveat.CUT}


@pytest.mark.parametrize("content", [b"", b"no mail at all", b"X-Header: only\n\nbody", bytes(range(256)) * 10])
def test_what_is_no_message_is_refused(content: bytes) -> None:
    with pytest.raises(DatasetError) as refusal:
        read(sample_mail, content)

    assert refusal.value.reason is SkipReason.UNREADABLE


def test_a_text_beyond_the_limit_is_cut_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "_LONGEST_TEXT", 20)

    assert read(sample_mail, message().as_bytes()).caveats == {Caveat.CUT}


def box(path: Path, letters: list[EmailMessage]) -> bytes:
    with_box = mailbox.mbox(path)
    for letter in letters:
        with_box.add(letter)
    with_box.close()
    return path.read_bytes()


def test_a_box_is_read_message_by_message(tmp_path: Path) -> None:
    letters = [message(f"No {number}", f"Dear {number},\n\nFrom here on quoted\n") for number in range(5)]
    letters[3].add_attachment(CSV, maintype="text", subtype="csv", filename="a.csv")

    sample = read(sample_mbox, box(tmp_path / "b.mbox", letters))

    assert column(sample, "subject") == [f"No {number}" for number in range(5)]
    assert column(sample, "text")[:2] == ["Dear 0,", "From here on quoted"]
    assert tables(sample) == {"attachment 1": ROWS}
    assert (sample.rows_total, sample.method) == (5, SampleMethod.ALL_ROWS)


def test_a_message_in_a_box_is_one_whatever_its_headers_are() -> None:
    content = (
        b"From ana@dss.example Mon Feb  2 10:00:00 2026\n\nNo headers at all.\n\n"
        b"From bo@dss.example Mon Feb  2 11:00:00 2026\nComments: odd ones\nContent-Type: text/html\n\n<p>Dear Bo</p>\n"
    )

    sample = read(sample_mbox, content)

    assert column(sample, "from") == ["ana@dss.example", "bo@dss.example"]
    assert column(sample, "text") == ["No headers at all.", "Dear Bo"]
    assert sample.rows_total == 2


def test_of_a_large_box_messages_are_chosen_by_seed_and_in_order(tmp_path: Path) -> None:
    content = box(tmp_path / "b.mbox", [message(f"{number:04}") for number in range(500)])

    first, again, other = (read(sample_mbox, content, plan=SamplePlan(50, seed)) for seed in (1, 1, 2))

    subjects = column(first, "subject")
    assert subjects == column(again, "subject") != column(other, "subject")
    assert subjects == sorted(map(str, subjects))
    assert (first.row_count, first.rows_total, first.method) == (50, 500, SampleMethod.RANDOM_ROWS)


def test_files_of_the_same_columns_in_many_messages_are_one_table(tmp_path: Path) -> None:
    letters = [message(str(number)) for number in range(80)]
    for letter in letters:
        letter.add_attachment(CSV, maintype="text", subtype="csv", filename="a.csv")

    sample = read(sample_mbox, box(tmp_path / "b.mbox", letters))

    assert [(each.label, each.sample.row_count) for each in sample.inner] == [("attachment 1", 160)]
    assert not sample.caveats


def test_a_packed_box_is_read_like_one_that_is_not(tmp_path: Path) -> None:
    content = box(tmp_path / "b.mbox", [message(f"{number:04}") for number in range(100)])
    with gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(content))) as packed:
        sample = sample_mbox(packed, "b.mbox", PLAN, "A document")

    assert column(sample, "subject") == [f"{number:04}" for number in range(100)]


def test_a_packed_box_that_is_cut_short_is_refused_or_says_so(tmp_path: Path) -> None:
    content = gzip.compress(box(tmp_path / "b.mbox", [message(f"{number:04}") for number in range(100)]))
    with gzip.GzipFile(fileobj=io.BytesIO(content[:-100])) as packed, pytest.raises(DatasetError) as refusal:
        sample_mbox(packed, "b.mbox", PLAN, "A document")

    assert refusal.value.reason is SkipReason.UNREADABLE


def test_when_time_is_up_the_rest_of_a_box_is_not_read_and_that_is_said(tmp_path: Path) -> None:
    content = box(tmp_path / "b.mbox", [message("one")])

    with pytest.raises(DatasetError):
        read(sample_mbox, content, plan=SamplePlan(10, 1, seconds=1e-9))


@pytest.mark.parametrize("content", [b"", b"Subject: no box\n\ntext", b"\n\n\n", b"From " * 100])
def test_what_is_no_box_is_refused(content: bytes) -> None:
    with pytest.raises(DatasetError) as refusal:
        read(sample_mbox, content)

    assert refusal.value.reason is SkipReason.UNREADABLE


def test_a_line_within_a_paragraph_begins_no_message() -> None:
    box_of_one = (
        b"From a@b.example Mon Feb  2 10:00:00 2026\nSubject: one\n\nHe called.\nFrom home at 10:00, he said.\n"
    )

    sample = read(sample_mbox, box_of_one)

    assert (column(sample, "subject"), sample.rows_total) == (["one"], 1)
    assert column(sample, "text") == ["He called.", "From home at 10:00, he said."]
