"""Whole tables: what is found, what must never be, and what a result may hold."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.model.coverage import SampleMethod
from catalog.model.evidence import Form
from catalog.model.holdings import Band, ColumnSchema
from catalog.model.identifiers import Grade
from catalog.model.sample import Sample
from catalog.taxonomy.loader import load
from scanners.grading import grade
from scanners.judge import band, judge, shapes
from scanners.looks import Look
from scanners.naming import NameGuard

GUARD = NameGuard(b"k" * 32)
GIVEN = ["Maria", "James", "Priya", "Kathleen", "Carlos", "Denise", "Ahmed", "Susan", "Robert", "Angela"]
FAMILY = ["Lopez", "Walker", "Sharma", "O'Brien", "Rivera", "Nguyen", "Hassan", "Miller", "Johnson", "Rossi"]
FILMS = [
    "The Godfather",
    "Annie Hall",
    "Gone with the Wind",
    "Jaws",
    "Raging Bull",
    "Star Wars",
    "Barry Lyndon",
    "Rocky",
]


def table(made_up=False, **columns):
    schemas = [
        ColumnSchema(name=name, position=position, name_is_made_up=made_up) for position, name in enumerate(columns)
    ]
    return Sample(schemas, list(columns.values()), method=SampleMethod.ALL_ROWS)


def judged(made_up=False, **columns):
    return dict(zip(columns, judge(table(made_up, **columns), GUARD), strict=True))


def graded(made_up=False, **columns):
    return {name: grade(result.findings, load()) for name, result in judged(made_up, **columns).items()}


def top(result):
    return result.findings[0].type_code if result.findings else None


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("year", [str(1990 + n % 35) for n in range(200)]),
        ("code", [f"{n:03}" for n in range(200)]),
        ("amount", [f"{n * 13}.{n % 100:02}" for n in range(200)]),
        ("zip", [f"100{n % 40:02}" for n in range(200)]),
        ("parcel", [f"1{n:05}{n * 7 % 9999:04}" for n in range(200)]),
        ("reference", [str(4_000_000_000_000_000 + n * 7919) for n in range(200)]),
        ("serial", [str(212_000_000 + n * 104_729 % 500_000_000) for n in range(200)]),
        ("epoch", [str(1_600_000_000 + n * 7777) for n in range(200)]),
    ],
)
def test_plain_numbers_are_never_ssn_or_card(name, cells):
    (result,) = judged(**{name: cells}).values()
    found = {finding.type_code for finding in result.findings if finding.strength >= 0.5}
    assert not found & {"SSN", "PAYMENT_CARD", "CREDENTIAL", "FIN_ACCOUNT", "PHONE", "DRIVER_LICENSE"}


def test_a_yes_or_no_column_named_like_an_email_is_vetoed():
    assert graded(email_opt_in=["0", "1"] * 50, email=["0", "1"] * 50) == {
        "email_opt_in": Grade.NONE,
        "email": Grade.NONE,
    }


def test_one_wrong_name_repeated_convinces_nobody():
    assert graded(browser=["Jordan Chase"] * 500) == {"browser": Grade.NONE}


def test_one_number_among_a_thousand_notes_is_seen():
    notes = [f"The client called about the visit and asked for help number {n}." for n in range(999)]
    result = judged(notes=[*notes, "The client said that his SSN is 536-90-4399 and asked us to call."])["notes"]
    (finding,) = [one for one in result.findings if one.type_code == "SSN"]
    assert finding.form is Form.FREE_TEXT
    assert finding.strength >= 0.5
    assert finding.share.mid == 0.001
    assert grade(result.findings, load()) is Grade.DIRECT


def test_a_number_among_other_words_is_seen_in_cells_that_are_no_prose():
    cells = [f"Desk {n}" for n in range(60)] + ["Desk 61 (536-90-4399)", "see 212-736-5000 x4", "ask 212-736-5001 x5"]
    result = judged(location=cells)["location"]
    assert {one.type_code for one in result.findings if one.form is Form.FREE_TEXT} >= {"SSN", "PHONE"}


def test_shares_of_looks_at_fewer_values_are_still_shares_of_all_rows():
    people = [f"{given} {family} {letter}" for given in GIVEN for family in FAMILY for letter in "ABCDEF"]
    (finding,) = judged(full_name=[*people, *[None] * len(people)])["full_name"].findings
    assert 0.4 <= finding.share.mid <= 0.5


def test_prose_without_anything_direct_is_not_direct():
    notes = [f"The elevator was inspected and it was found in good order on visit {n}." for n in range(100)]
    assert graded(notes=notes) == {"notes": Grade.QUASI}


def test_cryptic_headers_of_an_agency():
    result = judged(
        CLNT_LAST_NM=[name.upper() for name in FAMILY] * 5,
        FRST_NM=[name.upper() for name in GIVEN] * 5,
        BRTH_DT=[f"{1 + n % 12:02}{1 + n % 28:02}{1950 + n}" for n in range(50)],
        SX_CD=["M", "F"] * 25,
        SSN_NBR=[str(536_900_001 + n * 1217) for n in range(50)],
        MEDCD_CIN=[f"AB{10_000 + n * 91}C" for n in range(50)],
        TEL1=[f"21273{50_000 + n * 37}" for n in range(50)],
        CRTE_DT=["2024-01-02", "2024-03-04"] * 25,
    )
    found = {name: top(column) for name, column in result.items()}
    assert found == {
        "CLNT_LAST_NM": "NAME",
        "FRST_NM": "NAME",
        "BRTH_DT": "DOB",
        "SX_CD": "SEX",
        "SSN_NBR": "SSN",
        "MEDCD_CIN": "BENEFIT_ID",
        "TEL1": "PHONE",
        "CRTE_DT": None,
    }


def test_a_table_without_names_is_judged_by_its_values():
    people = [f"{family}, {given}" for family in FAMILY for given in GIVEN]
    result = graded(
        made_up=True,
        a=people,
        b=[f"{n + 1} Ocean Parkway" for n in range(100)],
        c=[f"user{n}@example.org" for n in range(100)],
        d=FILMS * 12 + FILMS[:4],
        e=[str(n) for n in range(100)],
    )
    assert list(result.values()) == [Grade.DIRECT, Grade.DIRECT, Grade.DIRECT, Grade.NONE, Grade.NONE]


def test_mixed_owners_are_persons_in_part():
    persons = [f"{given} {family}" for family in FAMILY for given in GIVEN[:4]]
    companies = [f"Harbor {n} Realty LLC" for n in range(60)]
    (result,) = judged(owner_name=[*persons, *companies]).values()
    assert top(result) == "NAME"
    assert result.findings[0].strength >= 0.5
    assert 0.3 <= result.findings[0].share.mid <= 0.5


def test_companies_in_an_owner_column_are_no_persons():
    assert graded(owner=[f"Harbor {word} Realty LLC" for word in ("East", "West", "Point", "View")] * 9) == {
        "owner": Grade.NONE
    }


def test_a_bare_name_needs_values_or_persons_beside_it():
    things = [f"Widget {word}" for word in ("Alpha", "Beta", "Gamma", "Delta")] * 5
    assert graded(name=things)["name"] is Grade.NONE
    odd = [f"{a}{b}" for a in ("Xo", "Qu", "Zy", "Vu", "Ju") for b in ("rtha", "lmek", "ssik", "ndor")]
    beside = judged(name=odd, dob=["1980-01-02"] * 20, sex=["M", "F"] * 10)["name"]
    alone = judged(name=odd, price=["9.99"] * 20, stock=["3", "4"] * 10)["name"]
    assert beside.findings[0].strength > alone.findings[0].strength


def test_an_account_beside_persons_is_no_name():
    accounts = [f"usr{n}" for n in range(20)]
    table = {"modified_by": accounts, "rx_nm": ["Metformin", "Lisinopril"] * 10, "dob": ["1980-01-02"] * 20}
    assert graded(**table) == {"modified_by": Grade.NONE, "rx_nm": Grade.NONE, "dob": Grade.QUASI}


def test_counts_of_people_are_not_about_one():
    counts = [str(n * 37 % 900) for n in range(100)]
    shares = [f"0.{n:02}" for n in range(10, 90)] + ["0.5"] * 20
    table = {"Hispanic": counts, "Married": counts, "Medicaid": counts, "US Citizen": shares}
    assert set(graded(**table).values()) == {Grade.NONE}


def test_digests_of_a_direct_type_are_not_direct():
    digests = [f"{n * 0x9E3779B97F4A7C15F39CC0605CEDC834:032x}"[-32:] for n in range(1, 60)]
    (result,) = judged(ssn=digests).values()
    assert result.findings[0].form is Form.HASHED
    assert grade(result.findings, load()) is Grade.QUASI


def test_parts_are_not_direct():
    assert graded(ssn_last4=["1234", "9876"] * 20, middle_initial=["A", "B"] * 20) == {
        "ssn_last4": Grade.QUASI,
        "middle_initial": Grade.QUASI,
    }


def test_an_empty_column_is_judged_by_its_name_alone():
    (result,) = judged(ssn=[None, None]).values()
    assert result.findings[0].share.high == 0
    assert result.empty is Band.ALL


def test_names_may_be_data_and_a_first_row_that_is_data_names_nothing():
    columns = [ColumnSchema(name=name, position=n) for n, name in enumerate(["Maria Lopez", "maria@example.org"])]
    cells = [[f"{g} {f}" for g, f in zip(GIVEN, FAMILY, strict=True)], [f"{g}@example.org" for g in GIVEN]]
    sample = Sample(columns, cells, method=SampleMethod.ALL_ROWS, header_is_first_row=True)
    results = judge(sample, GUARD)
    assert "Maria" not in repr(results)
    assert [result.values_looked_at for result in results] == [11, 11]


@settings(max_examples=25)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=30))
def test_no_value_is_in_a_result(cells):
    marked = [f"{cell}Zqx7Vw" for cell in cells]
    assert "Zqx7Vw" not in repr(judge(table(anything=marked), GUARD))


@settings(max_examples=25)
@given(st.lists(st.one_of(st.none(), st.text(max_size=20)), max_size=20))
def test_any_column_can_be_judged(cells):
    for name in ("name", "address", "notes", "ssn"):
        judge(table(**{name: cells}), GUARD)


def test_judging_is_repeatable():
    sample = table(name=[f"{g} {f}" for g, f in zip(GIVEN, FAMILY, strict=True)], tel=["212-736-5000"] * 10)
    assert judge(sample, GUARD) == judge(sample, GUARD)


def test_shapes_need_many_rows_and_many_distinct_values():
    many = [f"{n:03}-{n % 100:02}-0000" for n in range(100)]
    assert shapes(Look([*many, *["odd!"] * 10])) == ("999-99-9999",)
    assert shapes(Look(many[:49])) == ()
    assert shapes(Look([*many, *["odd!"] * 11])) == ("999-99-9999", "aaa!")
    wide = [sign * k + str(n % 10) for k, sign in enumerate("-+*/=:;", start=1) for n in range(10)]
    assert len(shapes(Look([value + str(n) for n in range(20) for value in wide]))) <= 5


def test_long_runs_are_folded_in_shapes():
    assert shapes(Look([str(10**9 + n) for n in range(60)])) == ("9+",)


@pytest.mark.parametrize(
    ("part", "word"), [(0, Band.NONE), (5, Band.FEW), (50, Band.SOME), (90, Band.MOST), (100, Band.ALL)]
)
def test_bands(part, word):
    assert band(part, 100) is word


def test_decimals_are_no_telephone_numbers():
    found = judged(value=[f"{121 + n}.{1446747 + n * 3571}" for n in range(50)], phone=[f"0.{n:09}" for n in range(50)])
    assert all(one.strength < 0.5 for result in found.values() for one in result.findings)


def test_dotted_telephone_numbers_still_are():
    assert top(judged(a=[f"212.555.{n:04}" for n in range(50)])["a"]) == "PHONE"


def test_a_column_of_persons_and_companies_holds_names():
    payees = [f"{given} {family}" for given, family in zip(GIVEN[:6], FAMILY[:6], strict=True)]
    payees += [f"{word} Supply Inc" for word in ("Acme", "Apex", "Delta", "Summit", "Harbor", "Union", "Star", "Metro")]
    assert graded(payee_name=payees)["payee_name"] is Grade.DIRECT


def test_a_column_of_companies_holds_none():
    vendors = [f"{word} Supply Inc" for word in ("Acme", "Apex", "Delta", "Summit", "Harbor", "Union", "Star", "Metro")]
    assert graded(payee_name=vendors * 3)["payee_name"] is Grade.NONE


def test_initials_are_a_part_of_a_name():
    assert graded(middle_name=["L.", "J", "F.", "M", "Jean", "A"] * 10)["middle_name"] is Grade.QUASI
    assert graded(middle_name=["Lee", "Jean", "Ann", "Marie"] * 10)["middle_name"] is Grade.DIRECT


def test_two_candidates_are_persons_and_two_parties_are_none():
    assert graded(candidate=["Maria Lopez", "John Walker"] * 20)["candidate"] is Grade.DIRECT
    parties = ["Republican", "Democratic", "Independent"] * 20
    assert graded(party_name=parties)["party_name"] is Grade.NONE


def test_names_of_committees_are_no_notes():
    bodies = [f"Citizens for a Better {word} Ward - in support of Maria Lopez for Council" for word in FAMILY]
    assert graded(entity=bodies)["entity"] is Grade.NONE


def test_an_immigration_status_behind_a_language_is_found():
    spoken = ["English", "Spanish", "Polish"] * 100 + ["English - TPS", "Spanish - green card", "Polish - UNDOC"]
    found = {one.type_code: one for one in judged(pref_lang=spoken)["pref_lang"].findings}
    assert {code for code, one in found.items() if one.strength >= 0.5} == {"LANGUAGE", "IMMIGRATION_STATUS"}
    assert found["IMMIGRATION_STATUS"].share.high < 0.05


def test_short_notes_that_end_like_sentences_are_read():
    calm = ["Light out on the corner.", "No heat in the flat.", "Loud music was heard.", "Car has not been moved."]
    notes = calm * 50 + ["Light out on the corner. Caller Maria Lopez, lives at 12 Ocean Avenue"]
    assert "NAME" in {one.type_code for one in judged(descr=notes)["descr"].findings}


def test_a_remark_on_a_signature_is_none():
    assert graded(sig=["on file", "missing", "waived"] * 20)["sig"] is Grade.NONE
    assert graded(sig=[f"/scans/{n}.png" for n in range(60)])["sig"] is Grade.DIRECT


def test_platelets_districts_and_contests_are_not_about_anyone():
    grades = graded(
        plt=[str(150 + n) for n in range(60)],
        ward=[str(1 + n % 40) for n in range(60)],
        race=[f"1998_Gov-G_{n}" for n in range(60)],
        address=[f"{n} Ocean Parkway" for n in range(60)],
    )
    assert [grades[name] for name in ("plt", "ward", "race")] == [Grade.NONE] * 3


def test_a_few_long_notes_among_common_short_ones_are_read():
    calm = ["Light out.", "No heat.", "Loud music.", "Pothole."]
    long = [f"Light out on the corner. Caller {name} Lopez, lives at {n} Ocean Avenue" for n, name in enumerate(GIVEN)]
    assert {"NAME", "ADDR_HOME"} <= {one.type_code for one in judged(descr=calm * 100 + long)["descr"].findings}


def test_domestic_violence_in_notes_is_found():
    notes = [f"The client was seen on day {n} and asked for a new appointment with us." for n in range(40)]
    notes[7] = "The client said her partner threatened her and there is an order of protection in place."
    found = {one.type_code: one for one in judged(note=notes)["note"].findings}
    assert 0.1 < found["VICTIM_DV_SA"].strength < 0.5, "one text in forty is a hint"
    assert found["VICTIM_DV_SA"].share.high < 0.2


def test_short_codes_called_ein_are_no_taxpayer_numbers():
    assert graded(ein=[f"{n:03}B" for n in range(60)])["ein"] is Grade.NONE
    assert graded(ein=[f"13-{6400434 + n}" for n in range(60)])["ein"] is Grade.DIRECT


def test_a_prefix_over_many_names_is_a_preferred_name():
    names = [f"{given}{ending}" for given in GIVEN for ending in ("", "na", "lyn")]
    assert graded(pref_nm=names)["pref_nm"] is Grade.DIRECT
    assert graded(pref_nm=["Miss", "Prof", "Rev"] * 10)["pref_nm"] is Grade.QUASI


def test_a_street_over_numbered_streets_is_a_whole_address():
    assert graded(street=[f"{n} Ocean Crest" for n in range(40)])["street"] is Grade.DIRECT
    assert graded(street=["Ocean Crest", "Mill Road"] * 20)["street"] is Grade.QUASI


def test_a_person_told_of_in_notes_is_not_outvoted_by_the_other_words():
    told = ["Lockers checked. Ambulance for {} {}, asthma.", "Two beds released. Verbal dispute, no police."]
    notes = [note.format(first, last) for note in told for first in GIVEN for last in FAMILY]
    assert graded(ENTRY=notes)["ENTRY"] is Grade.DIRECT


def test_the_same_few_numbers_in_many_rows_are_an_offices():
    assert graded(worker_tel=["844-555-0177", "844-555-0178"] * 50)["worker_tel"] is Grade.NONE
    assert graded(worker_tel=[f"410-555-01{n:02}" for n in range(60)])["worker_tel"] is Grade.DIRECT


def test_a_birth_date_keyed_behind_a_name_hides_no_name():
    assert graded(made_up=True, a=[f"{family.upper()}, {given} 06131946" for given in GIVEN for family in FAMILY]) == {
        "a": Grade.DIRECT
    }


def test_three_signs_are_no_license_plate():
    assert graded(plate_no=[f"{n}F" for n in range(10, 60)])["plate_no"] is Grade.NONE


def test_numbers_among_other_words_are_shares_of_the_whole_column():
    cells = [f"Desk {n}" for n in range(990)] + [f"see 212-736-50{n} x4" for n in range(10, 20)]
    found = {one.type_code: one for one in judged(location=cells)["location"].findings}
    assert found["PHONE"].share.mid == 0.01
    assert found["PHONE"].form is Form.FREE_TEXT


NUMBERS = {
    "SSN": "536-90-4399",
    "EMAIL": "maria@example.org",
    "PHONE": "(212) 736-5000",
    "PAYMENT_CARD": "4111 1111 1111 1111",
}


@pytest.mark.parametrize("code", NUMBERS)
@settings(max_examples=20, deadline=None)
@given(place=st.integers(0, 999), noise=st.integers(0, 9))
def test_one_number_among_a_thousand_comments_is_seen_wherever_it_stands(code, place, noise):
    comments = [f"seen at desk {n % 97}, case {n * 7} of the day {noise}" for n in range(1000)]
    comments[place] = f"left his number {NUMBERS[code]} at desk {noise}"
    assert code in {one.type_code for one in judged(comments=comments)["comments"].findings if one.strength >= 0.5}


@settings(max_examples=30, deadline=None)
@given(
    sure=st.sampled_from([[f"{n + 212}-555-01{n:02}" for n in range(30)], [f"536-90-{n + 1000}" for n in range(30)]]),
    more=st.lists(st.sampled_from(["", "open", "12", "Noise at night", "2024-01-02", "x@"]), max_size=50),
    times=st.sampled_from([1, 10, 100]),
)
def test_more_rows_never_make_it_less_certain_that_something_is_there(sure, more, times):
    (before,) = (finding for finding in judged(a=sure)["a"].findings[:1])
    after = {one.type_code: one.strength for one in judged(a=[*sure, *more * times])["a"].findings}
    assert after.get(before.type_code, 0.0) >= 0.95 * before.strength


@pytest.mark.parametrize("codes", [0, 100, 1000, 4000])
def test_full_names_among_any_number_of_codes_are_seen(codes):
    people = [f"{given} {family}" for given in GIVEN for family in FAMILY]
    (found,) = judged(field_3=[*people, *(f"X-{n:05}" for n in range(codes))])["field_3"].findings[:1]
    assert (found.type_code, found.form) == ("NAME", Form.FULL)
    assert found.strength >= 0.7
    assert found.share.low <= len(people) / (len(people) + codes) <= found.share.high


def test_words_among_codes_are_nobodys_names():
    first, last = ("Open", "Closed", "Sent", "Under", "Partly", "Never"), ("review", "again", "hold", "paid", "known")
    words = [f"{one} {other}" for one in first for other in last]
    assert not judged(field_3=[*words, *(f"X-{n:05}" for n in range(300))])["field_3"].findings


@pytest.mark.parametrize(
    ("name", "declared", "is_found"),
    [
        ("email", "boolean", False),
        ("email", "tinyint(1)", False),
        ("email", "varchar(80)", True),
        ("ssn", "timestamp without time zone", False),
        ("ssn", "char(9)", True),
        ("last_name", "date", False),
        ("birth_date", "date", True),
        ("dv_victim", "boolean", True),
    ],
)
def test_an_empty_column_is_not_what_its_declared_type_rules_out(name, declared, is_found):
    empty = Sample([ColumnSchema(name, 0, declared)], [[None] * 20], method=SampleMethod.ALL_ROWS)
    strengths = [finding.strength for finding in judge(empty, GUARD)[0].findings]
    assert any(strength >= 0.5 for strength in strengths) is is_found


def test_where_there_are_values_they_decide_and_not_the_declared_type():
    column = ColumnSchema("email", 0, "boolean")
    addresses = [f"{given.lower()}@mail.example.org" for given in GIVEN]
    assert judge(Sample([column], [addresses], method=SampleMethod.ALL_ROWS), GUARD)[0].findings[0].strength >= 0.9
