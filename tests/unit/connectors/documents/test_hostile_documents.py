"""Documents that are cut short or damaged anywhere: a sample or a reason, never anything else."""

import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import DatasetError, SkipReason
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files.documents.mail import sample_mail, sample_mbox
from connectors.files.documents.pdf import sample_pdf
from connectors.files.documents.slides import sample_slides
from connectors.files.documents.text import sample_text
from connectors.files.documents.web import sample_web
from connectors.files.documents.word import sample_word
from tests.support.documents import THING, Reader, deck, memo, message, one_page, read, shown, typeset

CANARY = "Zanzibarova"
PLAN = SamplePlan(rows=50, seed=1, seconds=10)
EXPECTED = {
    SkipReason.UNREADABLE,
    SkipReason.EMPTY,
    SkipReason.NO_TEXT,
    SkipReason.TOO_LARGE,
    SkipReason.PASSWORD_PROTECTED,
}


def of_mail() -> bytes:
    letter = message(CANARY, f"Dear {CANARY},\n\nthe boiler was repaired.\n")
    letter.add_alternative(f"<p>{CANARY}<table><tr><td>a<td>b<tr><td>1<td>2</table>", subtype="html")
    letter.add_attachment(memo(), maintype="application", subtype="octet-stream", filename="memo.docx")
    return letter.as_bytes()


def of_pdf() -> bytes:
    return typeset(f"= {CANARY}\n#lorem(80)\n#table(columns: 2, [client], [born], [{CANARY}], [1980], [Bo], [1990])")


DOCUMENTS: dict[str, tuple[Reader, Callable[[], bytes]]] = {
    "text": (sample_text, lambda: f"Dear {CANARY},\n\nthe boiler.\n".encode() * 20),
    "web": (sample_web, lambda: f"<p>{CANARY}<table><tr><td colspan=2>a<tr><td>1<td>2</table>".encode() * 5),
    "word": (sample_word, lambda: memo([("client", "born"), (CANARY, "1980"), ("Bo", "1990")])),
    "slides": (sample_slides, deck),
    "pdf": (sample_pdf, of_pdf),
    "written by hand": (sample_pdf, lambda: one_page(shown(CANARY))),
    "mail": (sample_mail, of_mail),
    "box": (sample_mbox, lambda: (b"From a@b.example Mon Feb  2 10:00:00 2026\n" + of_mail() + b"\n\n") * 3),
}


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return {name: make() for name, (_, make) in DOCUMENTS.items()}


def outcome(reader: Reader, content: bytes) -> Sample | DatasetError:
    """What a reader makes of hostile content: a sample, or an error in our words and without any value."""
    found: Sample | DatasetError
    try:
        found = read(reader, content, plan=PLAN)
    except DatasetError as error:
        found = error
    if isinstance(found, DatasetError):
        assert found.thing == THING
        assert found.reason in EXPECTED
        assert CANARY not in str(found)
        assert found.__cause__ is None
        assert found.__suppress_context__ or found.__context__ is None
    return found


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_sound_document_is_read(name: str, made: dict[str, bytes]) -> None:
    assert isinstance(outcome(DOCUMENTS[name][0], made[name]), Sample)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_cut_short_anywhere_is_read_in_part_or_refused(name: str, made: dict[str, bytes]) -> None:
    content = made[name]
    for part in range(50):
        outcome(DOCUMENTS[name][0], content[: len(content) * part // 50])


def damaged(content: bytes, seed: int) -> Iterator[bytes]:
    """Copies with one to some signs changed, left out or repeated."""
    chance = random.Random(seed)
    for _ in range(40):
        copy = bytearray(content)
        for _ in range(chance.randrange(1, 12)):
            place = chance.randrange(len(copy))
            match chance.randrange(4):
                case 0:
                    copy[place] ^= 1 << chance.randrange(8)
                case 1:
                    copy[place : place + chance.randrange(1, 30)] = bytes([chance.randrange(256)])
                case 2:
                    copy[place:place] = copy[place : place + chance.randrange(1, 200)]
                case _:
                    copy[place : place + 4] = b"\xff\xff\xff\x7f"
        yield bytes(copy)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_damaged_anywhere_is_read_in_part_or_refused(name: str, made: dict[str, bytes]) -> None:
    for content in damaged(made[name], seed=7):
        outcome(DOCUMENTS[name][0], content)


@pytest.mark.parametrize("name", DOCUMENTS)
@settings(max_examples=25, deadline=None)
@given(content=st.binary(max_size=300))
def test_content_of_any_kind_is_read_or_refused(name: str, content: bytes) -> None:
    outcome(DOCUMENTS[name][0], content)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_document_is_refused_or_read_under_the_name_of_each_other(name: str, made: dict[str, bytes]) -> None:
    for content in made.values():
        outcome(DOCUMENTS[name][0], content)


class Exhausted(io.RawIOBase):
    """A file for which there is no memory."""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return 100 if whence == io.SEEK_END else offset

    def tell(self) -> int:
        return 0

    def readinto(self, buffer: object) -> int:
        raise MemoryError


@pytest.mark.parametrize("name", DOCUMENTS)
def test_memory_that_runs_out_is_no_fault_of_a_document(name: str) -> None:
    with io.BufferedReader(Exhausted()) as stream, pytest.raises(MemoryError):
        DOCUMENTS[name][0](stream, "a", PLAN, THING)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_written_while_documents_are_read(
    name: str, made: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    read(DOCUMENTS[name][0], made[name])

    assert not list(tmp_path.iterdir())
