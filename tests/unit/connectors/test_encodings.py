"""The encoding of a text is recognised, or said to be a guess."""

import codecs
import io
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files import encodings
from connectors.files.delimited import sample_delimited
from connectors.files.encodings import AS_WINDOWS, Guess, guess
from connectors.files.json_records import sample_json
from connectors.files.languages import costs
from tests.support.labelled import ENCODINGS, MARKS, LabelledFile, is_right, labelled_files

PLAN = SamplePlan(rows=1000, seed=1)
GUESSED = frozenset({Caveat.ENCODING, Caveat.LAYOUT})
RUSSIAN = "имя;город\nАнна Кузнецова;Екатеринбург\nФёдор Ершов;Тверь\n"
POLISH = "imię;miasto\nŁukasz Wiśniewski;Łódź\nMałgorzata Dąbrowska;Częstochowa\n"


def opened(content: bytes) -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(content))


def sample(content: bytes, name: str = "t.csv") -> Sample:
    return sample_delimited(opened(content), name, PLAN, "A file")


def rows_of(found: Sample) -> list[list[str | None]]:
    first = [None if column.name_is_made_up else column.name for column in found.columns]
    return [first, *map(list, zip(*(found.values(place) for place in range(len(first))), strict=True))]


def some_labelled() -> list[LabelledFile]:
    """Every eleventh, so that each encoding and each delimiter is among them."""
    return list(itertools.islice(labelled_files(seed=6), 0, None, 11))


def test_nearly_all_labelled_files_are_read_right_and_others_are_said_to_be_guesses() -> None:
    files = some_labelled()
    assert {file.encoding for file in files} == set(ENCODINGS)
    found = [(file, sample(file.content)) for file in files]
    wrong = [(file.label, read) for file, read in found if not is_right(rows_of(read), file.rows)]
    assert len(wrong) <= 0.03 * len(files), wrong
    assert [label for label, read in wrong if not read.caveats & GUESSED] == []
    assert sum(bool(read.caveats & GUESSED) for _, read in found) < 0.2 * len(files)


@pytest.mark.parametrize("mark", [b"", *MARKS.values()], ids=["none", *MARKS])
@pytest.mark.parametrize("text", [RUSSIAN, POLISH, "名前,都市\n田中花子,横浜市\n", "a,b\n1,2\n"])
def test_unicode_is_recognised_with_and_without_a_mark(mark: bytes, text: str) -> None:
    for encoding, own in MARKS.items():
        content = (own if mark else b"") + text.encode(encoding)
        assert content.decode(guess(content).encoding).lstrip("\ufeff") == text
        assert guess(content).certain


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((RUSSIAN, encoding) for encoding in ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic")),
        *((POLISH, encoding) for encoding in ("cp1250", "iso8859_2", "cp852", "iso8859_16")),
    ],
)
def test_encodings_of_one_language_are_told_apart(text: str, encoding: str) -> None:
    content = text.encode(encoding)
    assert content.decode(guess(content).encoding) == text


def test_what_two_encodings_read_differently_and_both_well_is_said_to_be_a_guess() -> None:
    content = "remark\nfine was €40\n".encode("iso8859_15")
    assert not guess(content).certain
    assert Caveat.ENCODING in sample(content).caveats


def test_noise_is_no_certain_encoding() -> None:
    content = b"a,b\n" + bytes(range(0x80, 0x100)) + b",1\n"
    assert not guess(content).certain


def test_ascii_is_certain_and_utf8() -> None:
    assert guess(b"a,b\n1,2\n") == Guess("utf-8")
    assert not sample(b"a,b\n1,2\n").caveats


def test_the_first_letters_that_are_no_ascii_decide_wherever_they_stand() -> None:
    content = b"id;name\n" + b"1;nobody\n" * 20_000 + "2;Анна Кузнецова\n3;Фёдор Ершов\n".encode("cp1251")
    found = sample_delimited(opened(content), "t.csv", SamplePlan(rows=50_000, seed=1), "A file")
    assert found.values(1)[-2:] == ["Анна Кузнецова", "Фёдор Ершов"]


def test_a_delimiter_that_is_no_ascii_is_no_letter() -> None:
    rows = ["naam§stad", *(f"Õie Kõiv{number}§Pärnu" for number in range(30))]
    assert sample("\n".join(rows).encode("cp1252")).values(1)[0] == "Pärnu"


@pytest.mark.parametrize("encoding", ["cp037", "cp500", "cp1140"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\x85"])
def test_mainframe_text_is_read_with_its_own_ends_of_lines(encoding: str, newline: str) -> None:
    text = "id,name,remark\n1,José Núñez,paid [in full]!\n2,Ada Byron,none\n"
    found = sample(text.replace("\n", newline).encode(encoding))
    assert rows_of(found) == [
        ["id", "name", "remark"],
        ["1", "José Núñez", "paid [in full]!"],
        ["2", "Ada Byron", "none"],
    ]


def test_json_in_a_guessed_encoding_says_so() -> None:
    found = sample_json(opened('[{"fine": "€40"}]'.encode("iso8859_15")), "t.json", PLAN, "A file")
    assert found.caveats == {Caveat.ENCODING}
    sure = sample_json(
        opened('[{"имя": "Анна Кузнецова", "город": "Тверь"}]'.encode("cp1251")), "t.json", PLAN, "A file"
    )
    assert (sure.values(0), sure.caveats) == (["Анна Кузнецова"], frozenset())


@given(content=st.binary(max_size=400))
def test_any_bytes_have_an_encoding_in_which_they_can_be_read(content: bytes) -> None:
    found = guess(content)
    codecs.getincrementaldecoder(found.encoding)(AS_WINDOWS).decode(content, final=True)


@given(text=st.text(max_size=200), encoding=st.sampled_from(sorted(ENCODINGS)), name=st.sampled_from(["t.csv", "t"]))
def test_any_text_in_any_encoding_is_read_or_refused(text: str, encoding: str, name: str) -> None:
    try:
        found = sample(text.encode(encoding, "ignore"), name)
    except DatasetError as error:
        assert error.reason in {SkipReason.EMPTY, SkipReason.UNREADABLE}  # noqa: PT017 - one of two good ends
    else:
        assert found.columns


@given(
    text=st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cn"]), max_size=50)
)
def test_utf8_is_never_taken_for_anything_else(text: str) -> None:
    assert guess(text.encode()).encoding in {"utf-8", "utf-8-sig"}


@pytest.mark.parametrize("before", ["é", "a" * (encodings.HEAD_BYTES - 1)])
def test_a_head_that_ends_within_a_character_is_still_utf8(before: str) -> None:
    assert guess(before.encode() + "é".encode()[:1]) == Guess("utf-8")


def test_utf8_with_a_few_bytes_of_windows_is_utf8() -> None:
    found = sample("name\nKöln\n田中\n".encode() + b"caf\xe9\n")
    assert found.values(0) == ["Köln", "田中", "café"]


def test_a_delimiter_between_quotes_is_no_letter_though_lines_have_it_unequally_often() -> None:
    file = next(each for each in labelled_files(seed=1) if each.label.startswith("cp1250 de '¶' quoted"))
    assert is_right(rows_of(sample(file.content)), file.rows)


def test_a_sign_that_tells_encodings_apart_counts_though_it_comes_last_and_once() -> None:
    text = "".join(f"café{number}\n" for number in range(1000)) + "20 €\n"
    assert text.encode("iso8859_15").decode(guess(text.encode("iso8859_15")).encoding) == text


def test_one_endless_word_is_enough() -> None:
    content = ("Екатеринбург" * 9000).encode("koi8_r")[: encodings.HEAD_BYTES]
    assert content.decode(guess(content).encoding).startswith("Екатеринбург")


def test_letters_of_a_single_line_are_no_delimiters() -> None:
    content = "219099999Byron       457555462Müller      078051120Schäfer-Groß".encode("mac_roman")
    assert "Schäfer-Groß" in content.decode(guess(content).encoding)


def test_mainframe_signs_that_may_be_either_are_said_to_be_a_guess() -> None:
    assert not guess("id,note\n1,paid ¢50\n".encode("cp500")).certain
    assert guess("id,note\n1,[paid] [late]\n".encode("cp500")) == Guess("cp500")
    assert guess("id,note\n1,paid\n".encode("cp500")) == Guess("cp037")


def test_small_letters_before_a_large_one_within_a_word_speak_against_a_reading() -> None:
    small, mixed = costs(["ннбйкпх", "ннбЙкПх"], "ru")
    assert mixed > small
