"""Each check against values that must pass and values that must not."""

import random
import re
from datetime import date

import pytest

from scanners import screens
from scanners import validators as v
from scanners.shapes import folded, shape_of

PASS = {
    v.is_ssn: ["219-09-4321", "536904399", "001-01-0001", "899 99 9999"],
    v.is_itin: ["900-70-0001", "912881234", "999-99-0000"],
    v.is_card: ["4111111111111111", "5500 0000 0000 0004", "378282246310005", "6011-1111-1111-1117", "30569309025904"],
    v.is_aba: ["021000021", "011401533"],
    v.is_iban: ["GB82 WEST 1234 5698 7654 32", "DE89370400440532013000", "NO9386011117947"],
    v.is_npi: ["1234567893"],
    v.is_mbi: ["1EG4-TE5-MK73", "1EG4TE5MK73"],
    v.is_dea: ["AB1234563"],
    v.is_vin: ["1M8GDM9AXKP042788", "1m8gdm9axkp042788"],
    v.is_imei: ["490154203237518", "49-015420-323751-8"],
    v.is_mac: ["00:1A:2b:3c:4D:5e", "00-1A-2B-3C-4D-5E", "001a.2b3c.4d5e"],
    v.is_ipv4: ["10.0.0.1", "255.255.255.255"],
    v.is_host_ipv4: ["192.168.1.20"],
    v.is_ipv6: ["2001:db8::1", "::1"],
    v.is_email: ["a@b.co", "first.last+tag@mail.example.gov", "o'neil@example.org"],
    v.is_phone: ["(212) 736-5000", "212-736-5000", "+1 212 736 5000", "2127365000", "12127365000", "+44 20 7946 0958"],
    v.is_zip: ["10007", "00501", "10007-1234"],
    v.is_cin: ["AB12345C", "ab12345c"],
    v.is_nysid: ["12345678K", "1234567k"],
    v.is_din: ["98-A-0004", "12R3456"],
    v.is_arrest_number: ["K12345678"],
    v.is_book_and_case: ["349-20-01234"],
    v.is_a_number: ["A123456789", "A-123-456-789", "A 12345678"],
    v.is_uscis_receipt: ["IOE1234567890", "EAC1234567890", "EAC-12-345-67890", "EAC 12 345 67890"],
    v.is_bbl: ["1000477501", "5-00013-0001"],
    v.is_bin: ["1001145", "1000001", "5999999"],
    v.is_complaint_number: ["2019-001-001", "2019-123-000001"],
    v.is_ein: ["13-1234567", "131234567", "01-0000000", "06-0000000", "10-0000000", "99-9999999"],
    v.is_isbn: ["978-0-306-40615-7", "9791000000008", "0-306-40615-2", "080442957X"],
    v.is_public_ipv4: ["8.8.8.8", "172.15.0.1", "172.32.0.1", "192.167.1.1", "223.255.255.255", "100.63.1.1"],
    v.is_plate: ["ABC1234", "ABC-1234", "7ABC123"],
    v.is_tlc_plate: ["T123456C"],
    v.is_311_number: ["311-12345678"],
    v.is_uuid: ["123e4567-e89b-12d3-a456-426614174000", "{123E4567-E89B-12D3-A456-426614174000}"],
    v.is_hash: ["d41d8cd98f00b204e9800998ecf8427e", "$2b$12$abcdefghijklmnopqrstuv", "rL0Y20zC+Fzt72VPzMSk2A=="],
    v.is_point: ["POINT (-73.98 40.75)".replace("98", "98123").replace("75", "75123"), "(40.7128, -74.0060)"],
    v.is_masked: ["XXX-XX-1234", "***-**-1234", "############1234"],
    v.is_coordinate: ["40.712800", "-73.935242"],
}

REFUSE = {
    v.is_ssn: [
        "000-12-3456",
        "666-12-3456",
        "900-12-3456",
        "123-00-4567",
        "123-45-0000",
        "123-45-6789",
        "078051120",
        "111111111",
        "12345678",
    ],
    v.is_itin: ["800-70-0001", "900-49-0001", "900-93-0001", "900-66-0001"],
    v.is_card: ["4111111111111112", "0000000000000000", "1234567890123452", "9111111111111111", "411111111111"],
    v.is_aba: ["021000022", "991000021", "000000000"],
    v.is_iban: ["GB82WEST12345698765433", "DE8937040044053201300", "ZZ89370400440532013000"],
    v.is_npi: ["1234567890", "3234567893", "123456789"],
    v.is_mbi: ["0EG4-TE5-MK73", "1SG4-TE5-MK73"],
    v.is_dea: ["AB1234567", "12345678A"],
    v.is_vin: ["1M8GDM9A1KP042788", "1M8GDM9AXKP04278O", "12345678901234567"],
    v.is_imei: ["490154203237519", "000000000000000"],
    v.is_mac: ["00:1A-2B:3C:4D:5E", "00:1A:2B:3C:4D", "ff:FF:ff:ff:ff:ff", "0000.0000.0000"],
    v.is_ipv4: ["256.1.1.1", "1.2.3", "1.2.3.4.5"],
    v.is_host_ipv4: ["3.13.8.40"],
    v.is_ipv6: ["12:30:45", "10.0.0.1"],
    v.is_email: ["a@b", "@b.co", "a b@c.de", "a..b@c.de", "https://x.example/@user"],
    v.is_phone: ["000-000-0000", "123-456-7890", "212-111-5000", "2222222222", "12345", "20240115093000"],
    v.is_zip: ["00000", "1000", "10007-12"],
    v.is_cin: ["A123456C", "AB1234567"],
    v.is_nysid: ["123456789", "K12345678"],
    v.is_din: ["98-1-0004", "9-A-0004"],
    v.is_arrest_number: ["Z12345678", "K1234567"],
    v.is_book_and_case: ["3492001234"],
    v.is_a_number: ["123456789", "A12345"],
    v.is_uscis_receipt: ["ABC1234567890", "IOE123456789", "IOE12345678901"],
    v.is_bbl: ["6000477501", "1000007501", "1000470000"],
    v.is_bin: ["1000000", "5000000", "6001145", "0999999"],
    v.is_complaint_number: ["2019-000-001", "2019-124-001", "2019-001-000", "1899-001-001", "2019-04-15"],
    v.is_ein: ["00-1234567", "07-1234567", "09-1234567", "17-1234567", "89-1234567", "97-1234567", "13-123456"],
    v.is_isbn: ["978-0-306-40615-8", "9771000000008", "0-306-40615-3", "0804429570", "X804429570", "030640615"],
    v.is_public_ipv4: [
        "0.1.1.1",
        "10.1.1.1",
        "127.0.0.1",
        "172.16.0.1",
        "172.31.255.1",
        "192.168.1.1",
        "1.2.3",
        "224.0.0.1",
        "255.255.255.0",
        "100.64.0.1",
        "169.254.1.1",
    ],
    v.is_plate: ["12345", "ABCDEFG"],
    v.is_tlc_plate: ["T12345C"],
    v.is_311_number: ["212-12345678"],
    v.is_uuid: ["123e4567e89b12d3a456426614174000"],
    v.is_hash: ["12345678901234567890123456789012", "hello", "not a hash of thirty two letters"],
    v.is_point: ["40.7", "(400.71281, -74.0061)"],
    v.is_masked: ["XXX-YY-1234", "1234", "AAA-AA-1234"],
    v.is_coordinate: ["12.345678", "99.123456"],
}


@pytest.mark.parametrize(("check", "text"), [(check, text) for check, texts in PASS.items() for text in texts])
def test_it_passes(check, text):
    assert check(text)


@pytest.mark.parametrize(("check", "text"), [(check, text) for check, texts in REFUSE.items() for text in texts])
def test_it_is_refused(check, text):
    assert not check(text)


def test_every_check_has_both_tables():
    public = {name for name in vars(v) if name.startswith("is_")} - {"is_birth_date"}
    assert {check.__name__ for check in PASS} == {check.__name__ for check in REFUSE} == public


def test_a_birth_date_is_of_somebody_alive():
    today = date(2026, 11, 22)
    assert v.is_birth_date(date(1926, 1, 1), today)
    assert not v.is_birth_date(date(2030, 1, 1), today)
    assert not v.is_birth_date(date(1800, 1, 1), today)


@pytest.mark.parametrize(
    ("text", "clue"),
    [
        ("536-90-4399", "social security number with separators"),
        ("536904399", "social security number rules"),
        ("4111 1111 1111 1111", "payment card number"),
        ("(212) 736-5000", "telephone number"),
        ("2127365000", "number of the telephone plan"),
        ("mail@example.org", "e-mail address"),
        ("XXX-XX-1234", "masked social security number"),
        ("2001:db8::1", "internet address"),
        ("1EG4-TE5-MK73", "medicare beneficiary identifier"),
    ],
)
def test_a_shape_finds_its_check(text, clue):
    assert any(one.clue == clue and one.check(text) for one in screens.for_shape(shape_of(text)))


def test_words_are_never_screened():
    assert screens.for_shape(shape_of("Ordinary words, and more")) == ()


@pytest.mark.parametrize(
    "one",
    [one for one in screens.VALIDATORS if one.shape == r"9{9}" or one.shape == r"9{10}"],
    ids=lambda one: one.clue,
)
def test_what_chance_gives_is_said_right(one):
    """Random digits of the screened length pass about as often as the screen says."""
    draw = random.Random(7)
    length = int(re.fullmatch(r"9\{(\d+)\}", one.shape)[1])
    passed = sum(one.check("".join(draw.choices("0123456789", k=length))) for _ in range(20_000)) / 20_000
    assert passed <= one.by_chance + 0.02


def test_a_shape_shows_no_value():
    assert shape_of("Ann-Marie 42, Łódź") == "Aaa-Aaaaa 99, Aaaa"
    assert folded("999999999 Aaaaaaaa") == "9+ Aa+"
    assert len(folded("9-" * 100)) <= 40
