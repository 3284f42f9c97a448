"""What is right to say of a suggestion, and why, from what a column truly holds."""

from dataclasses import dataclass

from catalog.model.evidence import Finding, Form
from catalog.model.review import ActKind
from catalog.taxonomy.loader import load
from training.practice_tables import Labelled

#: What a column of a type holds, where the tables do not say it.
_HELD = {
    "ADDR_HOME": "addresses where people live",
    "AGE": "ages of persons",
    "APPOINTMENT": "times at which people are expected",
    "ARREST_RECORD": "what people are charged with",
    "BENEFIT_ID": "numbers of benefits",
    "BIO_PHOTO": "photographs",
    "CREDENTIAL": "what people sign in with",
    "CRIME_VICTIM_WITNESS": "what was done to somebody",
    "DEATH_DATE": "days on which people died",
    "DEVICE_ID": "numbers of devices",
    "DOB": "birth dates",
    "DRIVER_LICENSE": "driver license numbers",
    "EDUCATION": "schools or grades of students",
    "EMAIL": "email addresses",
    "EMPLOYER_INFO": "who people work for",
    "EMPLOYMENT_STATUS": "whether people have work",
    "FAMILY": "how people are related, or how many live together",
    "FIN_ACCOUNT": "bank accounts",
    "GEO_POINT": "coordinates",
    "HEALTH_INFO": "illnesses or medicines of persons",
    "HEIGHT": "how tall people are",
    "IMMIGRATION_STATUS": "citizenship or immigration status",
    "INCOME": "what people earn or owe",
    "IP_ADDRESS": "addresses of devices on a network",
    "LANGUAGE": "languages that people speak",
    "LICENSE_PLATE": "license plates",
    "LOCALITY": "where people live",
    "MARITAL_STATUS": "whether people are married",
    "MEDIA_RECORDING": "recordings of persons",
    "NAME": "names of persons",
    "OCCUPATION": "what people work as",
    "PAYMENT_CARD": "payment card numbers",
    "PHONE": "phone numbers",
    "PLACE_OF_BIRTH": "places of birth",
    "POSTAL_CODE": "ZIP codes of persons",
    "RACE": "race or ethnicity of persons",
    "RELIGION": "religions of persons",
    "SEX": "the sex of persons",
    "SEXUAL_ORIENTATION": "sexual orientations of persons",
    "SSN": "Social Security numbers",
    "SSN_LAST4": "the last four digits of Social Security numbers",
    "TAXPAYER_ID": "taxpayer numbers",
    "VEHICLE_INFO": "vehicle identification numbers",
    "VICTIM_DV_SA": "whether people suffered violence at home",
    "WEIGHT": "how much people weigh",
}
#: Labels that begin with a capital inside a sentence too.
_PROPER = ("Social Security", "ZIP", "IP")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is right to say of a suggestion, and why."""

    answers: tuple[str, ...]
    because: str


def suggestion(column: Labelled, finding: Finding) -> Suggestion:
    """What is right to say of a finding in a column."""
    return Suggestion(_answers(column.holds, finding.type_code), _because(column, finding))


def _answers(holds: tuple[str, ...], code: str) -> tuple[str, ...]:
    """The acts that are right, each with the type to change to where it changes one: any that it truly is."""
    if not holds:
        return (ActKind.NOT_IDENTIFYING.value, ActKind.REJECT.value)
    changed = tuple(f"{ActKind.CHANGE_TYPE.value} {held}" for held in holds if held != code)
    return (ActKind.CONFIRM.value, *changed) if code in holds else (*changed, ActKind.REJECT.value)


def _because(column: Labelled, finding: Finding) -> str:
    code = finding.type_code
    holds = column.told or _HELD[code if code in column.holds else column.holds[0]]
    is_in_text = finding.form is Form.FREE_TEXT or "FREE_TEXT_NARRATIVE" in column.holds
    if code in column.holds and is_in_text and code in _HELD:
        return f"It stands in the text: the column holds {holds}, with {_HELD[code]} in some."
    if code in column.holds:
        return f"It is this type: the column holds {holds}."
    if not column.holds:
        return f"It is no identifying information: the column holds {holds}."
    types = " or ".join(_within(load().types[held].label) for held in column.holds)
    return f"It is not this type: the column holds {holds}; the type is {types}."


def _within(label: str) -> str:
    return label if label.startswith(_PROPER) else label[:1].lower() + label[1:]
