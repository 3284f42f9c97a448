"""What is told of documents and mail: read by their readers, judged by the judge."""

import io
from collections.abc import Sequence
from email.message import EmailMessage
from functools import lru_cache

import docx
import pptx
import pytest

from catalog.model.evidence import Finding
from catalog.model.sample import Sample
from catalog.settings import PersonModel
from connectors.files.documents.mail import sample_mail, sample_mbox
from connectors.files.documents.slides import sample_slides
from connectors.files.documents.word import sample_word
from scanners import added, within
from scanners.combine import FOUND
from scanners.judge import judge
from scanners.naming import NameGuard
from scanners.recognisers import Recognisers
from tests.support.documents import read, saved, texts
from tests.support.letters import OPEN, PEOPLE, TYPES, Passages, papers

GUARD = NameGuard(bytes(32))
MODELS = pytest.mark.parametrize("model", [PersonModel.NONE, PersonModel.BUILT_IN])


@lru_cache(maxsize=2)
def looking(model: PersonModel) -> Recognisers:
    return added.recognisers((), model)


def found(sample: Sample, model: PersonModel = PersonModel.NONE) -> dict[str, dict[str, Finding]]:
    """What is found in each column of a document and its tables, by the column's name and the type."""
    told = {}
    with within.parts_of(sample) as parts:
        for part in parts:
            for result in judge(part.sample, GUARD, looking(model)):
                told[result.name.text] = {each.type_code: each for each in result.findings if each.strength >= FOUND}
    return told


def word(passages: Sequence[str]) -> bytes:
    document = docx.Document()
    document.core_properties.author = ""
    for passage in passages:
        document.add_paragraph(passage)
    return saved(document)


@MODELS
@pytest.mark.parametrize(
    ("name", "passages"), tuple(papers()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_all_that_a_paper_holds_is_told_and_in_how_many_passages(
    name: str, passages: Passages, model: PersonModel
) -> None:
    sample = read(sample_word, word([text for text, _ in passages]), name)
    assert texts(sample) == [text for text, _ in passages]
    told = found(sample, model)["text"]
    for code in TYPES:
        held = sum(code in each for _, each in passages)
        may_be = held + sum(OPEN in each for _, each in passages if code == "ADDR_HOME")
        assert (code in told) is bool(may_be), (code, held)
        if code in told:
            share = told[code].share
            assert share.low <= may_be / len(passages)
            assert share.high >= held / len(passages)
    assert told.keys() <= set(TYPES)


def letter(number: int, *attached: str) -> EmailMessage:
    one, other = PEOPLE[number % 10], PEOPLE[(number * 3 + 1) % 10]
    mail = EmailMessage()
    mail["From"] = f"{one.name} <{one.mail}>"
    mail["To"] = f"{other.name} <{other.mail}>" if number % 3 else other.mail
    mail["Date"] = "Mon, 02 Feb 2026 10:00:00 -0500"
    mail["Subject"] = f"Documents of {other.name}" if number % 2 else "Boiler"
    mail.set_content("The boiler is out again.\n" if number % 3 else f"Please call {other.name} at {other.phone}.\n")
    for name in attached:
        mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename=name)
    return mail


@MODELS
def test_in_a_box_of_mail_names_and_addresses_are_told_and_nothing_else(model: PersonModel) -> None:
    letters = [letter(number, "lease.pdf", "plan of the house.pdf") for number in range(30)]
    letters[3]["Cc"] = f"{PEOPLE[0].name} <{PEOPLE[0].mail}>"
    box = b"\n".join(b"From desk@houses.example Mon Jul 06 08:00:00 2026\n" + bytes(each) for each in letters)
    told = found(read(sample_mbox, box), model)
    held = {name: set(told[name]) for name in ("from", "to", "cc", "subject", "attachments")}
    assert held == {
        "from": {"NAME", "EMAIL"},
        "to": {"NAME", "EMAIL"},
        "cc": {"NAME", "EMAIL"},
        "subject": {"NAME"},
        "attachments": set(),
    }
    assert {"NAME", "PHONE"} <= told["text"].keys()
    assert told["from"]["NAME"].share.high == 1.0, "lists know not all names"


@MODELS
def test_a_single_message_tells_who_wrote_it_to_whom(model: PersonModel) -> None:
    told = found(read(sample_mail, bytes(letter(8))), model)
    assert told["from"].keys() == told["to"].keys() == {"NAME", "EMAIL"}
    assert told["cc"] == {}, "nobody was sent a copy, and nobody paid by card"


def test_a_file_that_is_called_after_somebody_says_so() -> None:
    told = found(read(sample_mail, bytes(letter(1, "lease of Maria Lopez.pdf"))))
    assert told["attachments"].keys() == {"NAME"}


def test_a_recording_that_is_attached_is_told_as_one() -> None:
    told = found(read(sample_mail, bytes(letter(1, *(f"voicemail {number}.mp3" for number in range(5))))))
    assert told["attachments"].keys() == {"MEDIA_RECORDING"}


@MODELS
def test_people_on_slides_are_found_though_nothing_there_is_a_sentence(model: PersonModel) -> None:
    deck = pptx.Presentation()
    for title, lines in (
        ("Quarterly meeting", "Occupancy at 96 percent\nTwo boilers replaced"),
        ("Team", "Caseworker: Maria Lopez\nSupervisor: Dana Wu\nHotline 212-555-0148"),
    ):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, lines
    told = found(read(sample_slides, saved(deck)), model)
    assert told["text"].keys() == {"NAME", "PHONE"}
    assert told["text"]["NAME"].share.mid == pytest.approx(2 / 7)


def test_headings_that_are_no_names_take_nothing_from_those_beside_them() -> None:
    headings = [
        f"{first} {second}"
        for first in ("Winter", "Summer", "Night")
        for second in ("shelter", "rules", "staff", "beds")
    ]
    alone, among = (
        found(read(sample_word, word([*more, "Caseworker: Maria Lopez"])))["text"] for more in ([], headings)
    )
    assert among.keys() == {"NAME"}
    assert alone["NAME"].strength > among["NAME"].strength > 0.75


@pytest.mark.parametrize("person", ["author", "last_modified_by"])
def test_who_wrote_a_document_is_told_where_it_is_a_person(person: str) -> None:
    document = docx.Document(io.BytesIO(word(["The doors close at eleven."])))
    document.core_properties.author = document.core_properties.last_modified_by = "House Operations"
    setattr(document.core_properties, person, "Nora Keane")
    told = found(read(sample_word, saved(document)))
    held = {name: set(told[name]) for name in ("author", "last saved by")}
    word_of = {"author": "author", "last_modified_by": "last saved by"}[person]
    assert held == {"author": set(), "last saved by": set(), word_of: {"NAME"}}
