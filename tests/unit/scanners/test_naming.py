import pickle
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalog.model.runs import SafeName
from scanners import wire
from scanners.naming import NAME_CHARS, NameGuard, clean, is_identifying
from scanners.written import as_written

GUARD = NameGuard(b"k" * 32)

SOMEBODYS = [
    "Maria Gonzalez",
    "Maria Gonzalez 078-05-1121.csv",
    "MARIA GONZALEZ",
    "maria-gonzalez-lease.pdf",
    "GonzalezMaria",
    "gonzalez_maria.csv",
    "John Smith",
    "John Park",
    "John\u200bSmith",
    "Jo\u200bhn Smith",
    "Ｊａｎｅ Ｓｍｉｔｈ",
    "smith, jane/notes.csv",
    "cases/jane_smith/notes.docx",
    "123-45-6789",
    "123 45 6789",
    "219099998",
    "2125550134",
    "Tel (212) 555-0134",
    "4111111111111111",
    "jane.doe@example.org",
    "jane.doe@exa",
    "Guadalupe Tlatelpa",
    "xiomara_quispe_2024.csv",
    "notes/QuispeXiomara.docx",
    "public.soledad_huamani",
    "ask Mrs. Alvarez",
    "123_main_st.csv",
    "123 Main Street",
    "dob 1988-03-04",
    "dob_19880304.csv",
    "1EG4-TE5-MK73",
]

ORDINARY = [
    "first_name",
    "ssn",
    "date of birth",
    "home address, as given by the client",
    "jordan_river_id",
    "Madison Ave",
    "May",
    "Smith_Barney_account",
    "Grace period",
    "Chase Bank",
    "DR Number",
    "ms_office",
    "Mr_number",
    "birth_records_2024-01-31.csv",
    "report_20240131.csv",
    "20240131120000_export.parquet",
    "2019",
    "311_Service_Requests_from_2010_to_Present.csv",
    "Martin Luther King Blvd",
    "George Washington Bridge",
    "mark_sold",
    "grant_amount",
    "PA_CASE_NO",
    "DEB_CARD",
    "german_articles.csv",
    "floyd_warshall",
    "public.virginia_counties",
    "Guadalupe Tlatelpa Housing Development",
    "ada_price",
    "will_call",
    "HRA_clients_2024.xlsx",
    "v1.2.3",
    "",
    "Ω",
]


@pytest.mark.parametrize("text", SOMEBODYS)
def test_a_name_that_may_be_somebodys_is_withheld(text: str) -> None:
    name = GUARD.name(text)
    assert name.withheld
    assert re.fullmatch(r"name withheld \([^B-Zb-z0-8]*\)", name.text)
    assert re.fullmatch(r"hmac:[0-9a-f]{32}", name.key)


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_name_is_itself(text: str) -> None:
    name = GUARD.name(text)
    assert (name.text, name.key, name.withheld) == (text, text, False)


def test_the_shape_is_all_that_is_shown() -> None:
    assert GUARD.name("Maria Gonzalez 078-05-1121.csv").text == "name withheld (Aaaaa Aa+ 999-99-9999.aaa)"


def test_a_withheld_name_is_recognised_again_only_with_the_key() -> None:
    again = NameGuard(b"k" * 32)
    other = NameGuard(b"x" * 32)
    assert GUARD.name("John Smith") == again.name("John Smith")
    assert GUARD.name("John Smith").key != GUARD.name("John Ramirez").key
    assert GUARD.name("John Smith").key != other.name("John Smith").key


def test_the_engines_own_id_is_the_identity_where_there_is_one() -> None:
    assert GUARD.name("cases", "oid:16401").key == "oid:16401"
    assert GUARD.name("cases", "John Smith#2").key.startswith("hmac:")
    assert GUARD.name("John Smith", "oid:16401").key == GUARD.name("Jane Smith", "oid:16401").key
    assert GUARD.name("John Smith", "oid:16401").withheld


def test_comments_about_somebody_are_replaced() -> None:
    assert GUARD.comment("e.g. call 212-555-0134 Mrs. Alvarez") == "description withheld"
    assert GUARD.comment("Date the case was opened") == "Date the case was opened"
    assert GUARD.comment("") == ""


def test_control_characters_and_direction_marks_are_dropped_and_identity_kept() -> None:
    tricky = "fdp.\u202ecsv\x00\nx"
    assert clean(tricky) == "fdp. csv x"
    assert GUARD.name(tricky).text == "fdp. csv x"
    assert GUARD.name(tricky).key != GUARD.name("fdp. csv x").key


def test_long_names_are_cut_and_stay_different() -> None:
    one, two = "q" * 300 + "1", "q" * 300 + "2"
    assert GUARD.name(one).text == "q" * NAME_CHARS + "…"
    assert GUARD.name(one).key != GUARD.name(two).key


def test_a_path_that_is_no_unicode_is_handled() -> None:
    assert GUARD.name("caf\udce9.csv").text == "caf .csv"


def test_the_guard_hides_its_key() -> None:
    assert "k" * 8 not in repr(GUARD)


@given(st.text(max_size=120))
@settings(deadline=None, max_examples=150)
def test_any_name_becomes_printable_bounded_and_stable(text: str) -> None:
    name = GUARD.name(text)
    assert name == GUARD.name(text)
    assert len(name.text) <= NAME_CHARS + 1
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", name.text)
    assert pickle.loads(pickle.dumps(name)) == name


@given(st.from_regex(r"[a-z]{0,8}[ _-]?[0-8][0-9]{2}([-_. ])[0-9]{2}\1[0-9]{4}(\.csv)?", fullmatch=True))
@settings(deadline=None, max_examples=100)
def test_every_number_of_the_form_of_an_ssn_is_withheld(text: str) -> None:
    assert is_identifying(text)


@given(st.text(max_size=300))
@example("a\\u000041\n\u202e")
@example("名" * 250)
@example("\n" * 120)
def test_a_name_as_written_crosses_and_comes_back(text: str) -> None:
    safe = NameGuard(b"k" * 32, as_written=True).name(text)
    assert wire.load(SafeName, wire.dump(safe)) == safe
    if not safe.withheld and len(text) <= 30:
        assert as_written(safe) == text
