"""Every recogniser we ship, held to its examples, to texts made to hurt, and to the list of what there has to be."""

import pytest
import regex

from catalog.model.recognition import Recogniser
from scanners import presidio
from scanners.patterns import FOUND, TextPattern, checks, own, text_patterns
from scanners.recognisers import TEXT_CHARS, standard
from scanners.spans import Span, without_overlaps

OWN = own()
ON = [each for each in OWN if each.enabled]

#: What public agencies of a city in New York State hold of persons, as far as it has a form or a word that names it.
REQUIRED = {
    "US_SSN", "US_SSN_LAST4", "US_ITIN", "US_EIN", "US_PASSPORT", "A_NUMBER", "USCIS_RECEIPT", "US_I94", "SEVIS_ID",
    "EAD_CARD", "US_MBI", "US_NPI", "US_DEA", "US_PROFESSIONAL_LICENSE", "CREDIT_CARD", "ABA_ROUTING_NUMBER",
    "US_BANK_NUMBER", "IBAN_CODE", "PHONE_NUMBER", "EMAIL_ADDRESS", "IPV4_ADDRESS", "IPV6_ADDRESS", "MAC_ADDRESS",
    "IMEI", "VIN", "DATE_OF_BIRTH", "GPS_LOCATION", "COORDINATES",
    "NY_DRIVER_LICENSE", "NY_MEDICAID_CIN", "NY_EBT_CARD", "NY_WMS_CASE", "NYSID", "NY_DIN", "NY_CRIMINAL_DOCKET",
    "NY_INDICTMENT", "NY_CJTN", "NY_LICENSE_PLATE", "US_LICENSE_PLATE", "NYSSIS",
    "NYC_OSIS", "NYC_EMPLOYEE_REF", "NYC_PAYROLL_NO", "IDNYC", "NYC_ACS_CASE", "NYC_SHELTER_CLIENT",
    "NYC_BOOK_AND_CASE", "NYPD_ARREST", "NYPD_COMPLAINT", "NYC_PARKING_SUMMONS", "NYC_OATH_SUMMONS", "NYC_BBL",
    "NYC_BLOCK_AND_LOT", "NYC_BIN", "NYC_311_REQUEST", "NYC_TLC_LICENSE", "NYC_TAXI_MEDALLION", "NYC_VOTER_ID",
    "NYC_PAYMENT_REF", "MEDICAL_RECORD_NUMBER", "HEALTH_PLAN_MEMBER",
    "TOLL_FREE_NUMBER", "PARCEL_NUMBER", "BOOK_NUMBER", "AMOUNT_OF_MONEY", "NUMBERED_PART",
}  # fmt: skip

#: Repeated until they fill what is read of a text: they start much and end nothing.
HURTFUL = (
    "a", "9", "\n", "a:", "A A A ", "1.1.", "(212) ", "([{", "@a.", "X1 ", "4111 ", "is no ", "ssn is no ",
    "social last ssn ending ", "12 N Oak ", "password is ", "passport no ", "plate ABC ", "2001::",
)  # fmt: skip


def found(recogniser: Recogniser, text: str) -> tuple[Span, ...]:
    return without_overlaps(presidio.read(text, text_patterns(recogniser)))


def named(recogniser: Recogniser) -> str:
    return recogniser.name


@pytest.mark.parametrize("recogniser", OWN, ids=named)
def test_it_finds_its_examples(recogniser: Recogniser) -> None:
    for example in recogniser.match:
        words = [example.text[span.start : span.end] for span in found(recogniser, example.text)]
        assert words, example.text
        assert not example.finds or example.finds in words, example.text


@pytest.mark.parametrize("recogniser", OWN, ids=named)
def test_it_leaves_alone_what_only_looks_alike(recogniser: Recogniser) -> None:
    assert [text for text in recogniser.no_match if found(recogniser, text)] == []


@pytest.mark.parametrize("recogniser", [each for each in ON if not each.negative], ids=named)
def test_none_of_the_others_takes_its_place(recogniser: Recogniser) -> None:
    for example in recogniser.match:
        spans = [span for span in standard().find(example.text) if span.type_code == recogniser.type_code]
        words = [example.text[span.start : span.end] for span in spans]
        assert words, example.text
        assert not example.finds or example.finds in words, example.text


@pytest.mark.parametrize("recogniser", [each for each in ON if each.negative], ids=named)
def test_what_identifies_nobody_is_not_taken_for_something(recogniser: Recogniser) -> None:
    for example in recogniser.match:
        start = example.text.index(example.finds)
        end = start + len(example.finds)
        assert [span for span in standard().find(example.text) if span.start < end and start < span.end] == []


@pytest.mark.parametrize("recogniser", OWN, ids=named)
def test_each_of_its_expressions_has_an_example(recogniser: Recogniser) -> None:
    for pattern in text_patterns(recogniser):
        assert any(presidio.read(example.text, [pattern]) for example in recogniser.match), pattern.regex


@pytest.mark.parametrize("recogniser", OWN, ids=named)
def test_it_has_examples_enough_and_a_check_there_is(recogniser: Recogniser) -> None:
    assert len(recogniser.match) >= 2
    assert len(recogniser.no_match) >= 3
    assert not recogniser.check or recogniser.check in checks()


def test_all_that_is_needed_is_there_and_on_and_named_once() -> None:
    names = [each.name for each in OWN]
    assert len(names) == len(set(names))
    assert REQUIRED - {each.name for each in ON} == set()


def test_what_nobody_made_sure_of_is_off_and_weak() -> None:
    unsure = [each for each in OWN if not each.verified]
    assert unsure
    assert [each.name for each in unsure if each.enabled or each.source] == []
    assert max(pattern.score for each in unsure for pattern in each.patterns) < 0.5
    assert [each.name for each in OWN if each.verified and not each.source] == []


@pytest.mark.parametrize("pattern", [each for one in OWN for each in text_patterns(one)], ids=lambda each: each.clue)
def test_no_text_keeps_it_busy(pattern: TextPattern) -> None:
    compiled = regex.compile(pattern.regex, presidio.FLAGS)
    for piece in HURTFUL:
        text = (piece * TEXT_CHARS)[:TEXT_CHARS]
        assert all(match.span(compiled.groupindex.get(FOUND, 0)) for match in compiled.finditer(text, timeout=2))
