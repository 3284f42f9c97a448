"""Whether values can be what a name says: each veto, and what it must let through."""

import pytest

from catalog.model.evidence import Form
from scanners.fits import against
from scanners.looks import Look


def is_vetoed(code, values, form=Form.FULL):
    return against(code, form, Look(values)) is not None


def test_a_few_words_over_and_over_that_are_no_names_are_a_thing():
    assert is_vetoed("NAME", ["Safari", "Chrome"] * 50)
    assert not is_vetoed("NAME", ["Safari", "Chrome"])
    assert not is_vetoed("NAME", ["Maria Lopez", "Chrome"] * 50)
    assert not is_vetoed("NAME", [f"Zubrovka{letter}" for letter in "abcdefghij"] * 10)


def test_an_address_of_mail_is_no_place():
    mails = [f"p{n}.ward@houses.example" for n in range(30)]
    assert is_vetoed("ADDR_HOME", mails)
    assert is_vetoed("ADDR_HOME", [f"Pat Ward <{mail}>" for mail in mails])
    assert is_vetoed("PAYMENT_CARD", mails)
    assert not is_vetoed("ADDR_HOME", [f"{n} Oak St @ Elm Ave" for n in range(30)])


def test_a_date_behind_a_name_is_no_number_of_something():
    assert not is_vetoed("NAME", [f"Maria Lopez 01/{n:02}/1980" for n in range(10, 30)])
    assert is_vetoed("NAME", [f"Unit {n} Bed 12" for n in range(1000, 1030)])


@pytest.mark.parametrize("value", ["C-1042", "2024-00017", "mlopez", "AB 10442"])
def test_numbers_of_files_are_one_word_or_hold_digits(value):
    assert not is_vetoed("CASE_ID", [value] * 10)


def test_words_with_a_date_are_no_number_of_a_file():
    assert is_vetoed("CASE_ID", ["Maria Lopez 01/02/1980", "Sam Walker 03/04/1977"])


def test_a_part_of_a_telephone_number_is_short():
    assert not is_vetoed("PHONE", ["212", "4417", "x901"], Form.PARTIAL)
    assert is_vetoed("PHONE", ["yes", "work"], Form.PARTIAL)


def test_a_suffix_of_streets_is_no_part_of_a_name():
    assert is_vetoed("NAME", ["ST", "AVE", "BLVD"], Form.PARTIAL)
    assert not is_vetoed("NAME", ["Jr", "III"], Form.PARTIAL)


def test_the_make_of_a_car_has_no_digits():
    assert not is_vetoed("VEHICLE_INFO", ["Toyota", "Ford"])


def test_the_same_few_in_every_row_reach_an_office_but_may_be_parts():
    assert is_vetoed("ADDR_HOME", ["Oak Hall", "Elm Hall"] * 50)
    assert not is_vetoed("ADDR_HOME", ["APT", "UNIT"] * 50, Form.PARTIAL)


def test_years_may_be_births_and_nothing_later():
    assert not is_vetoed("DOB", ["1962", "2004"])
    assert is_vetoed("DOB", ["1204", "3100"])
