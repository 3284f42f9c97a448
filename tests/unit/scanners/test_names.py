"""What column names say, and what they must not be taken to say."""

import pytest

from catalog.model.evidence import EvidenceKind, Form
from catalog.taxonomy.loader import load
from scanners import names

SAYS = {
    "NAME": [
        "LNAME",
        "FRST_NM",
        "lastname",
        "Owner's First Name",
        "CLNT_LAST_NM",
        "LAST",
        "ApplicantName",
        "apellido",
        "Cand Last",
        "Tran_NamL",
        "Entity_NamF",
        "Arresting Officer",
        "MTHR_MDN",
    ],
    "SSN": ["SSN", "SOC_SEC_NO", "social_security", "appl_ssn"],
    "DOB": ["dob", "BIRTH_DT", "DateOfBirth", "fecha_nacimiento"],
    "PHONE": ["tel_no", "HOMEPHONE", "Owner's Phone #", "cell", "PH1", "Fax"],
    "EMAIL": ["e-mail", "EmailAddress", "contact_email"],
    "ADDR_HOME": ["addr1", "streetaddress", "Incident Address", "MAIL_ADDR"],
    "ADDR_WORK": ["office_addr", "Business Address"],
    "POSTAL_CODE": ["zip", "ZipCode", "Incident Zip", "postal"],
    "LOCALITY": ["boro", "City", "Neighborhood"],
    "BENEFIT_ID": ["cin", "MEDICAID_ID", "EBT_CARD_NO"],
    "STUDENT_ID": ["OSIS", "stud_id"],
    "EMPLOYEE_ID": ["EMPL_ID", "badge_no"],
    "JUSTICE_ID": ["nysid", "ARREST_NO", "book_case_no"],
    "LICENSE_PLATE": ["Plate ID", "lic_plate"],
    "DRIVER_LICENSE": ["DL_NO", "drivers_license"],
    "IP_ADDRESS": ["ip_addr", "client_ip"],
    "CREDENTIAL": ["pwd_hash", "user_name"],
    "PROPERTY_ID": ["BBL", "parcel_no"],
    "APPOINTMENT": ["appt_dt"],
    "COURT_APPEARANCE": ["hrg_date", "next_court_date", "Next court"],
    "HEALTH_INFO": ["dx_code", "disability_ind", "SMOK_CD", "MH"],
    "RACE": ["race_cd", "VIC_RACE", "ethnicity"],
    "SEX": ["sex", "gender_code"],
    "AGE": ["age_group", "PERP_AGE"],
    "GENDER_IDENTITY": ["GNDR_ID_CD"],
    "SEXUAL_ORIENTATION": ["SOGI_CD"],
    "BENEFIT_STATUS": ["BENE_STAT_CD"],
    "SOCIAL_MEDIA": ["SOC_HNDL"],
    "EMPLOYER_INFO": ["EMPLR"],
    "HEIGHT": ["HT_IN"],
    "FIN_ACCOUNT": ["Bank RT"],
}

SILENT = [
    "agency_name", "Product Name", "file_name", "Created Date", "email_opt_in", "email_count", "phone_type",
    "address_id", "num_phones", "Number of Persons Injured", "percentage", "storage", "mortgage", "Tree Name",
    "dog_name", "Race Name", "year_built", "building_age", "median_age", "image_url", "ssn_verified_flag",
    "last_updated", "First Inspection Date", "score", "status", "id", "Column 3", "", "License Type",
    "Sex Offense Count", "Case Status", "crt_dt", "snapshot_date", "county_income", "city_mpg", "House_Style", "births",
    "county_cd", "What is the date of the storm?", "trace", "brace", "RDOBJ",
    "state_province", "Lot Area", "race_type", "LOT", "unit", "prop_id",
]  # fmt: skip


@pytest.mark.parametrize(("code", "name"), [(code, name) for code, given in SAYS.items() for name in given])
def test_a_name_says(code, name):
    said = max(names.from_name(name), key=lambda item: item.weight)
    assert (said.type_code, said.kind) == (code, EvidenceKind.NAME)
    assert said.weight >= 0.5


@pytest.mark.parametrize("name", SILENT)
def test_a_name_says_nothing_identifying(name):
    assert all(item.weight < 0.5 for item in names.from_name(name))


@pytest.mark.parametrize("name", ["ssn_last4", "SSN4", "Middle Initial", "House #", "birth_year", "cc_expdate", "cvv"])
def test_a_part_is_told_from_the_whole(name):
    assert {item.form for item in names.from_name(name)} == {Form.PARTIAL}


def test_a_longer_phrase_hides_the_shorter_one_in_it():
    assert {item.type_code for item in names.from_name("email_address")} == {"EMAIL"}
    assert {item.type_code for item in names.from_name("ip_address")} == {"IP_ADDRESS"}


@pytest.mark.parametrize("name", ["product_name", "dog_name"])
def test_the_name_of_a_thing_speaks_against_a_person(name):
    assert [item.weight < 0 for item in names.from_name(name) if item.type_code == "NAME"] == [True]


@pytest.mark.parametrize(("name", "code"), [("INC_ADDR", "ADDR_HOME"), ("INC_ZIP", "POSTAL_CODE")])
def test_an_incident_is_no_income(name, code):
    assert {item.type_code for item in names.from_name(name)} == {code}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("PADLOCK_SER", "SSN"), ("CALL_CTR_TEL", "PHONE"), ("stn_addr", "ADDR_HOME"), ("cross_st", "NAME"),
    ],
)  # fmt: skip
def test_the_number_of_a_thing_and_the_address_of_a_place_speak_against_a_persons(name, code):
    assert [item.weight < 0 for item in names.from_name(name) if item.type_code == code] == [True]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("What is your date of birth?", "DOB"), ("fecha_de_nacimiento", "DOB"), ("pais_de_origen", "COUNTRY_OF_ORIGIN"),
        ("CLSSNNO", "SSN"), ("RZIP5", "POSTAL_CODE"), ("last_four", "SSN_LAST4"), ("l4ssn", "SSN_LAST4"),
        ("apellido_materno", "NAME"), ("phone_ext", "PHONE"), ("blklot", "PROPERTY_ID"),
        ("city hall address", "ADDR_WORK"),
    ],
)  # fmt: skip
def test_small_words_questions_and_prefixes_hide_nothing(name, code):
    assert {item.type_code for item in names.from_name(name) if item.weight > 0} == {code}


def test_a_yes_or_no_question_is_a_flag():
    assert not names.from_name("Is this your date of birth?")


def test_a_vague_word_in_a_long_question_says_nothing():
    assert any(map(names.asked, names.from_name("children")))
    assert not any(map(names.asked, names.from_name("Should the town let children play on the old lot at night?")))


@pytest.mark.parametrize("name", ["REGISTRATION_DT", "party affiliation date", "date"])
def test_another_date_speaks_against_births(name):
    assert [item.weight < 0 for item in names.from_name(name) if item.type_code == "DOB"] == [True]


def test_a_birth_date_does_not_speak_against_itself():
    assert [item.weight > 0 for item in names.from_name("DOB_DT") if item.type_code == "DOB"] == [True]


@pytest.mark.parametrize("name", ["county", "City Name", "Park", "species", "make", "Location"])
def test_the_name_of_a_place_or_thing_is_no_persons(name):
    assert [item.weight < 0 for item in names.from_name(name) if item.type_code == "NAME"] == [True]


def test_a_second_line_of_an_address_is_a_part():
    assert {item.form for item in names.from_name("client_address_2")} == {Form.PARTIAL}


def test_a_comment_speaks_against_nothing():
    assert not names.from_comment("Serial number of the padlock")


@pytest.mark.parametrize("name", ["BADGE_COLOR", "photo_quality", "DNA_KIT_LOT", "cellSite", "ARR_PCT"])
def test_a_property_of_a_thing_is_not_the_thing(name):
    assert all(item.weight < 0.5 for item in names.from_name(name))


def test_a_letter_with_a_number_is_no_initial():
    assert not names.from_name("M08")


def test_text_of_a_resolution_is_no_residence():
    assert {item.type_code for item in names.from_name("RES_TXT")} == {"FREE_TEXT_NARRATIVE"}


@pytest.mark.parametrize("name", ["owner", "Judge", "Officer"])
def test_a_role_alone_is_not_enough(name):
    assert [0.4 <= item.weight < 0.5 for item in names.from_name(name) if item.type_code == "NAME"] == [True]


def test_glued_words_are_cut_and_abbreviations_written_out():
    assert names.words_of("CLNTLASTNM") == ("client", "last", "name")
    assert names.words_of("stgApptDt2") == ("stg", "appointment", "date", "2")


def test_a_comment_speaks_more_softly_than_a_name():
    (said,) = names.from_comment("Date of birth of the client")
    (named,) = names.from_name("Date of birth")
    assert (said.type_code, said.kind) == ("DOB", EvidenceKind.COMMENT)
    assert said.weight < named.weight


@pytest.mark.parametrize(
    "name",
    ["Column 3", "col_12", "_c0", "7", "", "Unnamed: 0", "FLD_07", "KEY_3", "D04", "M01-A05", "REF_B", "P_NO", "a.k"],
)
def test_numbered_columns_are_unnamed(name):
    assert names.says_nothing(name)


@pytest.mark.parametrize("name", ["fips", "x_ref", "c3po", "id", "w2", "i94", "ph1", "zip4"])
def test_other_names_are_names(name):
    assert not names.says_nothing(name)


def test_every_code_is_in_the_taxonomy_and_every_type_can_be_named():
    rules = {
        rule.code
        for table in (names._vocabulary().phrases, names._vocabulary().exact)
        for rules in table.values()
        for rule in rules
    }
    assert rules - {"NONE"} == set(load().types)


def test_hostile_names_do_no_harm():
    for name in ("\x00\x1b[31m", "a" * 100_000, "💣" * 500, "x_" * 5000):
        names.from_name(name)


@pytest.mark.parametrize(("name", "code"), [("CONTACT_1_NAME", "NAME"), ("charge 1 description", "ARREST_RECORD")])
def test_a_number_between_words_hides_nothing(name, code):
    said = max(names.from_name(name), key=lambda item: item.weight)
    assert (said.type_code, said.weight > 0.6) == (code, True)
    assert names.from_name("Address 2") != names.from_name("Address")


@pytest.mark.parametrize("name", ["Current Command", "community", "commission", "storage_unit"])
def test_words_that_begin_like_others_are_not_cut(name):
    assert all(item.weight < 0.5 for item in names.from_name(name))


def test_the_last_part_of_a_path_speaks_where_the_whole_says_nothing():
    assert {item.type_code for item in names.from_name("applicant.firm")} == {"EMPLOYER_INFO"}
    assert not names.from_name("email.template.id")


@pytest.mark.parametrize("name", ["cases", "Persons"])
def test_several_cases_are_a_count(name):
    assert all(item.type_code != "CASE_ID" for item in names.from_name(name))
    assert any(item.type_code == "CASE_ID" for item in names.from_name(name[:-1]))


@pytest.mark.parametrize(("name", "code"), [("PO_NUMBER", "SSN"), ("meter serial", "PHONE"), ("Permit No", "PHONE")])
def test_numbers_of_orders_and_permits_are_no_persons(name, code):
    assert [item.weight < 0 for item in names.from_name(name) if item.type_code == code] == [True]


@pytest.mark.parametrize(("name", "code"), [("Citizen Race", "RACE"), ("Injury City", "LOCALITY")])
def test_of_two_things_said_the_last_counts(name, code):
    assert {item.type_code for item in names.from_name(name)} == {code}
