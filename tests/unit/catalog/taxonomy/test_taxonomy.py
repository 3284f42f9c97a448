"""The shipped taxonomy says what the law and our grades say, written down here a second time by hand."""

from collections import Counter
from datetime import date, timedelta

import pytest

from catalog.errors import NotFound
from catalog.model.identifiers import BreachFlag, Grade, Origin, Tier
from catalog.model.law import in_force, labels
from catalog.taxonomy.loader import agency_template, load


def codes(text: str) -> set[str]:
    return set(text.split())


DIRECT = codes("""
    NAME SSN LICENSE_PLATE BIO_FINGERPRINT BIO_PHOTO BIO_PALM BIO_EYE BIO_FACE BIO_GAIT BIO_VOICE BIO_DNA ADDR_HOME
    ADDR_WORK PHONE EMAIL CONTACT_OTHER SOCIAL_MEDIA DEVICE_ID GPS_LOCATION IP_ADDRESS DRIVER_LICENSE PASSPORT_NO
    IMMIGRATION_ID TAXPAYER_ID MUNICIPAL_ID BENEFIT_ID STUDENT_ID EMPLOYEE_ID JUSTICE_ID HEALTH_ID FIN_ACCOUNT
    PAYMENT_CARD CREDENTIAL SIGNATURE FREE_TEXT_NARRATIVE MEDIA_RECORDING
""")
QUASI = codes("""
    SSN_LAST4 SEXUAL_ORIENTATION GENDER_IDENTITY RACE MARITAL_STATUS VICTIM_DV_SA CRIME_VICTIM_WITNESS
    IMMIGRATION_STATUS BENEFIT_STATUS TAX_RECORD NYPD_SURVEILLANCE VEHICLE_INFO HEIGHT WEIGHT LANGUAGE RELIGION
    NATIONALITY COUNTRY_OF_ORIGIN PLACE_OF_BIRTH ARREST_RECORD EMPLOYMENT_STATUS EMPLOYER_INFO CUSTODY_RELEASE
    COURT_APPEARANCE APPOINTMENT DOB CASE_ID SUMMONS_NO HEALTH_INFO PROVIDER_ID INCOME FAMILY EDUCATION PROPERTY_ID
    SERVICE_REQUEST_ID AGE SEX POSTAL_CODE LOCALITY GEO_POINT DEATH_DATE OCCUPATION
""")
STATUTE = (
    "name",
    "sexual orientation",
    "gender identity",
    "race",
    "marital or partnership status",
    "status as a victim of domestic violence or sexual assault",
    "status as a crime victim or witness",
    "citizenship or immigration status",
    "eligibility for or receipt of public assistance or city services",
    "all information obtained from an individual's income tax records",
    (
        "information obtained from any surveillance system operated by, for the benefit of, or at the direction of the "
        "police department"
    ),
    "motor vehicle information or license plate number",
    "biometrics such as fingerprints and photographs",
    "height",
    "weight",
    "languages spoken",
    "religion",
    "nationality",
    "country of origin",
    "place of birth",
    "arrest record or criminal conviction",
    "employment status",
    "employer information",
    "current and previous home and work addresses",
    "contact information such as phone number and email address",
    "information concerning social media accounts",
    (
        "date and/or time of release from the custody of the administration for children's services, the department of "
        "correction, or the police department"
    ),
    "any scheduled court appearances",
    "any scheduled appointments with any employee, contractor, or subcontractor",
)


def test_counts_by_origin() -> None:
    assert Counter(kind.origin for kind in load().types.values()) == {
        Origin.LAW: 34,
        Origin.CPO: 12,
        Origin.GENERAL_WORDS: 25,
        Origin.QUASI: 7,
    }


def test_grades_are_the_agreed_ones() -> None:
    found = {code: load().grade(code) for code in load().types}
    assert found == dict.fromkeys(DIRECT, Grade.DIRECT) | dict.fromkeys(QUASI, Grade.QUASI)


def test_every_item_of_the_statute_is_quoted_with_its_number() -> None:
    law = [kind for kind in load().types.values() if kind.origin is Origin.LAW]
    quoted = {(kind.citation.split(" (")[0], kind.words) for kind in law}
    assert quoted == {(f"NYC Admin. Code §23-1201, item {n}", words) for n, words in enumerate(STATUTE, start=1)}


def test_the_cpo_list_keeps_the_mark_of_facts_recalled() -> None:
    for kind in load().types.values():
        assert kind.unverified is (kind.origin is Origin.CPO)


def test_breach_flags_and_their_floor() -> None:
    flags = {kind.code: kind.breach for kind in load().types.values()}
    assert {code for code, flag in flags.items() if flag is BreachFlag.YES} == codes(
        "SSN BIO_FINGERPRINT BIO_PALM BIO_EYE BIO_FACE BIO_VOICE DRIVER_LICENSE FIN_ACCOUNT PAYMENT_CARD"
    )
    assert {code for code, flag in flags.items() if flag is BreachFlag.IN_COMBINATION} == {
        "EMAIL",
        "BENEFIT_ID",
        "CREDENTIAL",
    }
    for kind in load().types.values():
        assert kind.breach is not BreachFlag.YES or kind.tier is Tier.RESTRICTED


def test_restricted_types() -> None:
    assert {kind.code for kind in load().types.values() if kind.tier is Tier.RESTRICTED} == codes("""
        SSN VICTIM_DV_SA CRIME_VICTIM_WITNESS IMMIGRATION_STATUS TAX_RECORD NYPD_SURVEILLANCE BIO_FINGERPRINT BIO_PALM
        BIO_EYE BIO_FACE BIO_GAIT BIO_VOICE BIO_DNA ARREST_RECORD CUSTODY_RELEASE DRIVER_LICENSE PASSPORT_NO
        IMMIGRATION_ID TAXPAYER_ID JUSTICE_ID HEALTH_ID HEALTH_INFO FIN_ACCOUNT PAYMENT_CARD CREDENTIAL
        """)


@pytest.mark.parametrize(
    ("code", "first_day"),
    [
        ("HEIGHT", date(2023, 11, 22)),
        ("WEIGHT", date(2023, 11, 22)),
        ("NAME", date(2018, 6, 15)),
        ("SSN", date(2019, 1, 28)),
        ("PASSPORT_NO", date(2018, 6, 15)),
        ("AGE", date(2018, 6, 15)),
    ],
)
def test_types_are_in_force_from_their_first_day(code: str, first_day: date) -> None:
    taxonomy = load()
    kind = taxonomy.types[code]
    assert in_force(taxonomy.law, kind, first_day)
    assert not in_force(taxonomy.law, kind, first_day - timedelta(days=1))


def test_the_law_labels_more_as_the_law_grows() -> None:
    taxonomy = load()
    days = (date(2018, 6, 14), date(2018, 6, 15), date(2019, 1, 28), date(2023, 11, 22))
    assert [len(labels(taxonomy.law, taxonomy.types.values(), day)) for day in days] == [0, 64, 76, 78]


def test_descriptions_are_one_sentence_and_never_technical() -> None:
    for kind in load().types.values():
        assert kind.description[0].isupper(), kind.code
        assert kind.description.endswith("."), kind.code
        assert kind.description.count(". ") == 0, kind.code
        assert not {"PII", "asset", "entity", "regex"} & set(kind.description.split()), kind.code


def test_everyday_words_lead_to_types() -> None:
    def typed(word: str) -> set[str]:
        return {kind.code for kind in load().types.values() if word in kind.search_words}

    assert typed("last4") == {"SSN_LAST4"}
    assert typed("A#") == {"IMMIGRATION_ID"}
    assert typed("appt") == {"APPOINTMENT"}
    assert typed("cin") == {"BENEFIT_ID"}


def test_the_taxonomy_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        load().types["NAME"] = load().types["SSN"]  # type: ignore[index]  # the point of the test


def test_agency_template_nyc() -> None:
    agencies = {agency.id: agency for agency in agency_template("nyc")}
    assert len(agencies) == 69
    assert agencies["dhs"].name == "Department of Homeless Services"
    assert agencies["dhs"].kind == "Division"
    assert "DoITT" in agencies["oti"].aliases
    assert not agencies["nycha"].is_city_agency
    assert agencies["acs"].is_city_agency
    assert {agency.contact for agency in agencies.values()} == {""}


def test_an_unknown_template_names_those_there_are() -> None:
    with pytest.raises(NotFound, match="Choose one of: nyc"):
        agency_template("atlantis")
