"""What stands beside a column changes what it is taken for."""

import pytest

from catalog.model.coverage import SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Sample
from catalog.taxonomy.loader import load
from scanners import neighbours
from scanners.judge import judge
from scanners.naming import NameGuard

ZIPS = ["10001", "10002", "10003", "10009", "10025"] * 20
STREETS = [f"{n} Ocean Parkway" for n in range(1, 101)]
SURNAMES = ["Lopez", "Walker", "Sharma", "Rivera", "Nguyen", "Hassan", "Miller", "Johnson", "Rossi", "Brown"] * 10
GIVEN = ["Maria", "James", "Priya", "Kathleen", "Carlos", "Denise", "Ahmed", "Susan", "Robert", "Angela"] * 10


def found(made_up=False, **columns):
    schemas = [ColumnSchema(name=name, position=n, name_is_made_up=made_up) for n, name in enumerate(columns)]
    sample = Sample(schemas, list(columns.values()), method=SampleMethod.ALL_ROWS)
    results = judge(sample, NameGuard(b"k" * 32))
    return {
        name: {one.type_code: one for one in result.findings} for name, result in zip(columns, results, strict=True)
    }


def strength(of, code):
    return of[code].strength if code in of else 0.0


def test_five_digits_beside_an_address_are_postal_codes_where_nothing_is_named():
    assert strength(found(made_up=True, a=STREETS, b=ZIPS)["b"], "POSTAL_CODE") >= 0.5
    assert strength(found(made_up=True, a=["x"] * 100, b=ZIPS)["b"], "POSTAL_CODE") < 0.5
    assert strength(found(address=STREETS, fips=ZIPS)["fips"], "POSTAL_CODE") < 0.5


def test_one_coordinate_needs_the_other():
    north = [f"40.7{n:04}" for n in range(100)]
    west = [f"-73.9{n:04}" for n in range(100)]
    assert strength(found(made_up=True, a=north, b=west)["a"], "GEO_POINT") >= 0.5
    assert strength(found(made_up=True, a=north, b=["x"] * 100)["a"], "GEO_POINT") < 0.5


def test_family_names_beside_given_names_are_names():
    assert strength(found(made_up=True, a=GIVEN, b=SURNAMES)["b"], "NAME") >= 0.5
    assert strength(found(made_up=True, a=["x"] * 100, b=SURNAMES)["b"], "NAME") < 0.5


def test_town_names_beside_full_names_are_not():
    towns = [
        "Springfield",
        "Franklin",
        "Clinton",
        "Madison",
        "Jackson",
        "Marion",
        "Salem",
        "Monroe",
        "Dayton",
        "Milton",
    ]
    full = [f"{given} {family}" for given in GIVEN[:10] for family in SURNAMES[:10]]
    assert strength(found(made_up=True, a=full, b=towns * 10)["b"], "NAME") < 0.5


def test_an_expiration_beside_a_card_is_part_of_it():
    dates = ["01/2027", "02/2028"] * 50
    cards = ["4111111111111111", "5500000000000004"] * 50
    assert strength(found(card_number=cards, expires=dates)["expires"], "PAYMENT_CARD") >= 0.5
    assert strength(found(policy=["a"] * 100, expires=dates)["expires"], "PAYMENT_CARD") < 0.5


def test_a_license_among_drivers_licenses_is_one():
    numbers = [f"S{n:07}" for n in range(100)]
    assert strength(found(dl_no=numbers, lic_no=numbers)["lic_no"], "DRIVER_LICENSE") >= 0.5
    assert strength(found(trade=["plumber"] * 100, lic_no=numbers)["lic_no"], "DRIVER_LICENSE") == 0


def test_a_weight_beside_persons_is_a_persons():
    pounds = [str(110 + n) for n in range(100)]
    assert strength(found(weight=pounds, dob=["1980-01-02"] * 100)["weight"], "WEIGHT") >= 0.5
    assert strength(found(weight=pounds, price=["9.99"] * 100)["weight"], "WEIGHT") < 0.5


def test_decimals_of_one_sign_side_by_side_are_measurements():
    percents = [f"{n % 90 + 10}.{n:05}" for n in range(100)]
    assert strength(found(made_up=True, a=percents, b=percents[::-1])["a"], "GEO_POINT") < 0.5


def test_lots_and_units_count_among_addresses_only():
    lots, units = [f"{n % 60}" for n in range(100)], [f"{n % 20}B" for n in range(100)]
    assert strength(found(address=STREETS, lot=lots)["lot"], "PROPERTY_ID") >= 0.5
    assert strength(found(block=lots, lot=lots)["lot"], "PROPERTY_ID") >= 0.5
    assert strength(found(vaccine=["HepB"] * 100, lot=lots)["lot"], "PROPERTY_ID") < 0.5
    assert strength(found(address=STREETS, unit=units)["unit"], "ADDR_HOME") >= 0.5
    assert strength(found(rank=["captain"] * 100, unit=units)["unit"], "ADDR_HOME") < 0.5


def test_an_account_beside_a_bank_is_a_bank_account():
    accounts = [f"{4_000_000 + n * 7919}" for n in range(100)]
    routing = ["021000021", "011401533", "091000019", "026009593"] * 25
    assert strength(found(bank_routing=routing, acct=accounts)["acct"], "FIN_ACCOUNT") >= 0.5
    assert strength(found(budget=["supplies"] * 100, acct=accounts)["acct"], "FIN_ACCOUNT") < 0.5


def test_five_digits_beside_codes_of_states_are_postal_codes_where_nothing_is_named():
    states = ["NY", "NJ", "CT", "PA"] * 25
    assert strength(found(made_up=True, a=states, b=ZIPS)["b"], "POSTAL_CODE") >= 0.5
    assert strength(found(made_up=True, a=states, b=ZIPS)["a"], "LOCALITY") < 0.2


def test_axes_are_coordinates_among_places_only():
    x, y = [f"{987_000 + n}" for n in range(100)], [f"{201_000 + n * 3}" for n in range(100)]
    assert strength(found(address=STREETS, x=x, y=y)["x"], "GEO_POINT") >= 0.5
    assert strength(found(dose=["low"] * 100, x=x, y=y)["x"], "GEO_POINT") < 0.5


def test_a_lot_far_from_the_address_is_something_else():
    lots, other = [f"{n % 60}" for n in range(100)], ["HepB"] * 100
    table = {"address": STREETS, **{f"vaccine {n}": other for n in range(5)}, "lot": lots}
    assert strength(found(**table)["lot"], "PROPERTY_ID") < 0.5


def test_nine_digits_close_to_names_are_suspected_where_nothing_is_named():
    numbers = [f"{212_345_678 + n * 104_729}" for n in range(100)]
    people = [f"{surname}, {given}" for surname, given in zip(SURNAMES, GIVEN, strict=True)]
    assert strength(found(made_up=True, a=people, b=numbers)["b"], "SSN") >= 0.5
    assert strength(found(made_up=True, a=["copper"] * 100, b=numbers)["b"], "SSN") < 0.5
    assert strength(found(name=people, invoice=numbers)["invoice"], "SSN") < 0.5


PHONES = [f"{area}55501{n:02}" for n in range(20) for area in ("212", "718", "410", "302", "703")]
#: For each clue that waits: values that give it, its column's name, a name and values that decide.
WAITING = {
    "a member or a policy": ("member_no", [f"{n:07}" for n in range(100)], "diagnosis", ["asthma"] * 100),
    "number of the telephone plan": ("FLD_9", PHONES, "last_name", SURNAMES),
    "a letter and twelve digits": ("ref1", [f"M{n:012}" for n in range(100)], "sex", ["F", "M"] * 50),
    "state identification number form": ("ref1", [f"{n:08}B" for n in range(100)], "arrest_date", ["2026-01-02"] * 100),
    "book and case form": ("ref1", [f"349-26-{n:05}" for n in range(100)], "next_court_date", ["2026-01-02"] * 100),
    "prison number form": ("ref1", [f"98-A-{n:04}" for n in range(100)], "release_date", ["2026-01-02"] * 100),
    "arrest number form": ("ref1", [f"K26{n:06}" for n in range(100)], "conviction", ["x"] * 100),
    "digits and a letter, as of cases": ("CASE_NBR", [f"{n:08}B" for n in range(100)], "snap_status", ["AC"] * 100),
    "a long card number": ("FLD_9", [f"01234560{n:08}" for n in range(100)], "medicaid_status", ["AC"] * 100),
    "medicaid client number form": ("ref1", [f"AB{n:05}C" for n in range(100)], "race", ["x"] * 100),
    "voucher": ("VCHR", [f"V{n:07}" for n in range(100)], "household_size", ["3", "4"] * 50),
    "alien registration form": ("ref1", [f"A{n:09}" for n in range(100)], "citizenship", ["x"] * 100),
    "a letter and nine digits": ("ref1", [f"R{n:09}" for n in range(100)], "citizenship", ["x"] * 100),
    "plate form": ("Tag", [f"ABC {n}" for n in range(1000, 1100)], "vin", ["x1"] * 100),
    "handles": ("FLD_9", [f"@maria_{n}" for n in range(100)], "email", ["a@example.org"] * 100),
    "employer number form": ("ref1", [f"07-{n:07}" for n in range(100)], "bank_routing", ["021000021"] * 100),
    "dates as of births": ("D03", [f"{1925 + n}-03-07" for n in range(90)] + [None] * 10, "sex", ["F", "M"] * 50),
    "pay": ("salary", [f"{n}000" for n in range(100)], "dob", ["1980-01-02"] * 100),
    "a county": ("county", ["Oakdale", "Linden"] * 50, "age", ["30", "41"] * 50),
    "numbers of many lengths": (
        "field_4", [f"{7919 ** 2 * 10 ** (n % 4) + n}" for n in range(100)], "bank_routing", ["021000021"] * 100,
    ),
    "vehicle details": ("vehicle_make", ["Toyota", "Ford"] * 50, "plate_no", ["ABC 1234"] * 100),
    "an answer to a secret question": ("hint", ["Rex", "Biscuit"] * 50, "password", ["x!9"] * 100),
}  # fmt: skip


def test_every_clue_that_waits_is_tried_here():
    assert {wait.clue for wait in neighbours._waits()} == WAITING.keys()
    assert {code for wait in neighbours._waits() for code in {wait.code, *wait.about}} <= set(load().types)


@pytest.mark.parametrize("wait", neighbours._waits(), ids=lambda wait: f"{wait.code} by {wait.clue}")
def test_a_clue_waits_for_what_the_table_is_about(wait):
    name, values, other, about = WAITING[wait.clue]
    apart = strength(found(**{"shelf": ["top"] * 100, name: values})[name], wait.code)
    beside = strength(found(**{other: about, name: values})[name], wait.code)
    assert beside >= 0.5
    assert beside > apart


def test_offenses_are_about_somebody_only_where_somebody_is_accused():
    offenses = ["petit larceny", "assault 3"] * 50
    assert strength(found(offense=offenses, precinct=["4", "9"] * 50)["offense"], "ARREST_RECORD") < 0.5
    assert strength(found(offense=offenses, age=["30", "41"] * 50)["offense"], "ARREST_RECORD") >= 0.5


#: For each clue that needs somebody: its column's name, values, and a name and values of somebody.
NEEDING = {
    "what somebody is accused of": ("offense", ["petit larceny", "assault 3"], "age", ["30", "41"]),
    "a check of records": ("disposition", ["AC", "CL"], "age", ["30", "41"]),
    "another number of somebody": ("other_id", ["519283746", "523118844"], "age", ["30", "41"]),
    "body and mind": ("condition", ["good", "poor"], "age", ["30", "41"]),
    "where a benefit stands": ("determination", ["AC", "CL"], "age", ["30", "41"]),
    "what was done to somebody": ("harm", ["minor", "grave"], "age", ["30", "41"]),
    "protection": ("protection_order", ["full", "none yet"], "age", ["30", "41"]),
    "at work or not": ("employment", ["FT", "PT"], "age", ["30", "41"]),
    "what a tax return says": ("exemption", ["E1", "E2"], "age", ["30", "41"]),
    "a place in the family": ("head_of_household", ["first", "second"], "age", ["30", "41"]),
    "a grade at school": ("school_level", ["upper", "lower"], "age", ["30", "41"]),
    "education": ("grade_level", ["K", "1"], "age", ["30", "41"]),
    "a firm": ("firm", ["Acme Paving Corp", "Metro Lift Co"], "age", ["30", "41"]),
    "work": ("works_as", ["plumber", "cook"], "age", ["30", "41"]),
    "a vehicle told": ("vehicle", ["blue van", "small truck"], "age", ["30", "41"]),
    "an orientation": ("orientation", ["S", "G"], "age", ["30", "41"]),
}


@pytest.mark.parametrize("need", neighbours._needs(), ids=lambda need: f"{need.code} by {need.clue}")
def test_a_clue_that_needs_somebody_is_nothing_without(need):
    name, values, other, about = NEEDING[need.clue]
    assert strength(found(**{"shelf": ["top", "low"] * 50, name: values * 50})[name], need.code) < 0.5
    assert strength(found(**{other: about * 50, name: values * 50})[name], need.code) >= 0.5


def test_a_building_beside_its_lot_is_a_propertys_number():
    numbers = [f"3{n:06}" for n in range(100)]
    assert strength(found(bbl=[f"30{n:08}" for n in range(100)], bin=numbers)["bin"], "PROPERTY_ID") >= 0.5
    assert strength(found(waste=["paper"] * 100, bin=numbers)["bin"], "PROPERTY_ID") < 0.5


def test_names_must_say_what_a_table_is_about_where_values_alone_could_mislead():
    people = [f"{surname}, {given}" for surname, given in zip(SURNAMES, GIVEN, strict=True)]
    assert strength(found(made_up=True, a=people, b=PHONES)["b"], "PHONE") < 0.5
    assert strength(found(last_name=SURNAMES, c4=PHONES)["c4"], "PHONE") >= 0.5


def test_births_of_children_are_taken_from_unnamed_columns_only():
    days = [f"{2010 + n % 14}-0{1 + n % 9}-11" for n in range(100)]
    assert strength(found(last_name=SURNAMES, K2=days)["K2"], "DOB") >= 0.5
    assert strength(found(last_name=SURNAMES, inspected=days)["inspected"], "DOB") < 0.5


def test_single_letters_beside_names_are_initials():
    letters = list("ABCDEFGHIJ") * 10
    assert strength(found(made_up=True, a=GIVEN, b=letters)["b"], "NAME") >= 0.5
    assert strength(found(made_up=True, a=["x"] * 100, b=letters)["b"], "NAME") < 0.5


def test_the_address_of_an_office_without_persons_is_nobodys():
    assert strength(found(office_addr=STREETS, cases=["12"] * 100)["office_addr"], "ADDR_WORK") < 0.5
    assert strength(found(office_addr=STREETS, last_name=SURNAMES)["office_addr"], "ADDR_WORK") >= 0.5
    assert strength(found(business_addr=STREETS, cases=["12"] * 100)["business_addr"], "ADDR_WORK") >= 0.5
