import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import DetectorError
from scanners import presidio
from scanners.fullnames import full_names
from scanners.pipelines import Pipeline
from scanners.recognisers import Recognisers, standard

find = standard().find


def found(text: str) -> set[tuple[str, str]]:
    return {(span.type_code, text[span.start : span.end]) for span in find(text)}


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("her SSN is 219-09-9998 she says", "SSN", "219-09-9998"),
        ("ssn 219099998", "SSN", "219099998"),
        ("last four of SSN 1234", "SSN_LAST4", "1234"),
        ("write to jane.doe@example.org today", "EMAIL", "jane.doe@example.org"),
        ("reach her at (212) 555-0134.", "PHONE", "(212) 555-0134"),
        ("call 2125550134", "PHONE", "2125550134"),
        ("from abroad +44 20 7946 0958", "PHONE", "+44 20 7946 0958"),
        ("paid with 4111 1111 1111 1111", "PAYMENT_CARD", "4111 1111 1111 1111"),
        ("transfer to GB29 NWBK 6016 1331 9268 19 please", "FIN_ACCOUNT", "GB29 NWBK 6016 1331 9268 19"),
        ("routing no. 021000021", "FIN_ACCOUNT", "021000021"),
        ("checking account number: 000123456789", "FIN_ACCOUNT", "000123456789"),
        ("files with 912-71-1234", "TAXPAYER_ID", "912-71-1234"),
        ("medicare 1EG4-TE5-MK73", "HEALTH_ID", "1EG4-TE5-MK73"),
        ("MRN 4455667", "HEALTH_ID", "4455667"),
        ("NPI 1234567893", "PROVIDER_ID", "1234567893"),
        ("a car, 1M8GDM9AXKP042788", "VEHICLE_INFO", "1M8GDM9AXKP042788"),
        ("seen a1:b2:c3:d4:e5:f6 on wifi", "DEVICE_ID", "a1:b2:c3:d4:e5:f6"),
        ("IMEI 490154203237518", "DEVICE_ID", "490154203237518"),
        ("from 8.8.8.8.", "IP_ADDRESS", "8.8.8.8"),
        ("from 2001:db8::1 again", "IP_ADDRESS", "2001:db8::1"),
        ("CIN AB12345C", "BENEFIT_ID", "AB12345C"),
        ("NYSID 01234567K", "JUSTICE_ID", "01234567K"),
        ("DIN 98-A-0004", "JUSTICE_ID", "98-A-0004"),
        ("alien number A012345678", "IMMIGRATION_ID", "A012345678"),
        ("receipt IOE0123456789", "IMMIGRATION_ID", "IOE0123456789"),
        ("OSIS 204123456", "STUDENT_ID", "204123456"),
        ("born on 3/4/1988 in Queens", "DOB", "3/4/1988"),
        ("DOB: Jan 3, 1988", "DOB", "Jan 3, 1988"),
        ("lives at 123 West 45th Street, Apt 4B", "ADDR_HOME", "123 West 45th Street, Apt 4B"),
        ("moved to 55 Broadway", "ADDR_HOME", "55 Broadway"),
        ("spoke with Mrs. Alvarez", "NAME", "Alvarez"),
        ("met Jane Q. Smith at intake", "NAME", "Jane Q. Smith"),
        ("patient SMITH, JANE left", "NAME", "SMITH, JANE"),
        ("password: hunter2secret", "CREDENTIAL", "hunter2secret"),
        ("plate ABC 1234", "LICENSE_PLATE", "ABC 1234"),
        ("passport no 512345678", "PASSPORT_NO", "512345678"),
    ],
)
def test_identifiers_inside_text_are_found_where_they_stand(text: str, code: str, words: str) -> None:
    assert (code, words) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "visit 2024-01-01 10:30, rent $1,200 for 2 bedrooms",
        "famous fake 078-05-1120 and 123-45-6789 and 000-12-3456",
        "card 4111 1111 1111 1112",
        "routing 123456789",
        "case 123456789 of docket 2024/551",
        "host 192.168.1.10 and 10.0.0.1",
        "Grace period for Chase Bank at Virginia Beach",
        "on George Washington Bridge near James Madison High School",
        "Martin Luther King Blvd",
        "version 1.2.3 of Form 1040, page 12 of 30",
        "5 minutes down the street",
    ],
)
def test_what_only_looks_alike_is_left_alone(text: str) -> None:
    assert found(text) == set()


def test_the_surer_reading_of_one_place_wins() -> None:
    assert [span.type_code for span in find("ssn 219-09-9998")] == ["SSN"]


def test_spans_hold_places_and_no_words() -> None:
    (span,) = find("jane.doe@example.org")
    assert "jane" not in repr(span)
    assert (span.start, span.end, span.recogniser) == (0, 20, "an e-mail address")


def test_texts_are_cut_before_they_are_read() -> None:
    assert found("x" * 4090 + " jane.doe@example.org") == set()
    assert found("x" * 3000 + " jane.doe@example.org") == {("EMAIL", "jane.doe@example.org")}


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    presidio.recogniser.cache_clear()
    assert found("jane.doe@example.co.uk") == {("EMAIL", "jane.doe@example.co.uk")}


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    presidio._silence.cache_clear()
    for name in ("presidio-analyzer", "decision_process"):
        logging.getLogger(name).setLevel(logging.DEBUG)
        logging.getLogger(name).disabled = False
    presidio.recogniser.cache_clear()
    find("SSN 219-09-9998 of Jane Smith")
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_a_failing_recogniser_never_repeats_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("could not read jane.doe@example.org")

    monkeypatch.setattr(presidio, "read", fail)
    with pytest.raises(DetectorError) as caught:
        find("jane.doe@example.org")
    assert "jane" not in str(caught.value)
    assert caught.value.__suppress_context__


class _Language:
    """As a spaCy pipeline: sees a person, and a body, in whatever holds one name."""

    def memory_zone(self) -> AbstractContextManager[None]:
        return nullcontext()

    def pipe(self, texts: Sequence[str], **_: object) -> Iterator[object]:
        for text in texts:
            ents = [SimpleNamespace(label_=label, start_char=4, end_char=len(text)) for label in ("PERSON", "ORG")]
            yield SimpleNamespace(text=text, ents=ents if "Xochitl" in text else [])


def test_a_pipeline_finds_persons_no_list_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presidio, "_pipeline", lambda _: _Language())
    by = Recognisers(pipeline=Pipeline("somewhere", "1", "a person's name by language model"))
    (found, nobody, one_word) = by.persons(["saw Xochitl Quispe", "saw nobody", "saw Xochitl"])
    assert [(span.type_code, span.start, span.end) for span in found] == [("NAME", 4, 18)]
    assert nobody == one_word == ()
    assert standard().persons(["saw Xochitl Quispe"]) == [()]


def test_a_failing_pipeline_never_repeats_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise OSError(f"cannot read xochitl from {name}")

    monkeypatch.setattr(presidio, "_pipeline", fail)
    with pytest.raises(DetectorError) as caught:
        Recognisers(pipeline=Pipeline("somewhere", "1", "a name")).persons(["xochitl"])
    assert "xochitl" not in str(caught.value)


_PIECES = ["SSN ", "Last 4 of social ", "pwd=", "Passport no. ", "DOB: ", "call ", "x@example.org", "(212) 555-0134",
           "219-09-9998", "219099998", "2125550134", "A12345678", "January 3, 1990", "Jane Smith", "12 Oak Street",
           "order of protection"]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(_PIECES), st.text("019aAbS @.-/:()#,'\n\u00e9", max_size=20)), max_size=6))
@settings(deadline=None, max_examples=300)
def test_every_type_a_recogniser_would_find_is_asked_for(pieces: list[str]) -> None:
    text = "".join(pieces)
    by = standard()
    finding = {number for number, each in enumerate(by.patterns) if presidio.read(text, [each])}
    suspected = dict(by.suspects(["", text])).get(1, set())
    assert finding <= suspected


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=200)
def test_any_text_gives_spans_inside_it(text: str) -> None:
    spans = find(text)
    assert all(0 <= span.start < span.end <= len(text) and 0.4 <= span.score <= 1 for span in spans)


@pytest.mark.parametrize(
    "text", ["Maria Gonzalez", "SMITH, JANE", "Carol J. Ramirez", "José Rodríguez-Lopez", "Mary O’Brien", "Wei Zhang"]
)
def test_full_names_are_known_by_the_lists(text: str) -> None:
    assert list(full_names(text)) == [(0, len(text))]


@pytest.mark.parametrize("text", ["jordan river", "Will Call", "mark date", "Grant Amount", "first name", "April May"])
def test_two_words_that_may_be_names_are_not_yet_a_person(text: str) -> None:
    assert list(full_names(text, any_case=True)) == []


def test_small_letters_are_names_only_where_asked() -> None:
    assert list(full_names("maria gonzalez")) == []
    assert list(full_names("maria gonzalez", any_case=True)) == [(0, 14)]
