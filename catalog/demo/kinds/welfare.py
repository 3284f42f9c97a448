"""What human services keep beyond names and numbers: notes, health, allegations, papers."""

from datetime import timedelta

from catalog.demo import numbers
from catalog.demo.kinds import kind
from catalog.demo.people import TODAY
from catalog.demo.row import Row

_TOWNS = ("Port Meridian, MD", "Port Meridian, MD", "Saltmarsh, MD", "Old Mills, MD", "Northgate, MD")
_ILLNESSES = {
    "E11.9": "type 2 diabetes",
    "I10": "high blood pressure",
    "J45.909": "asthma",
    "F32.9": "depression",
    "B20": "HIV disease",
    "F11.20": "opioid dependence",
    "O09.90": "high-risk pregnancy",
    "F43.10": "post-traumatic stress",
    "N18.3": "kidney disease, stage 3",
    "Z59.0": "homelessness",
}
_CODES = tuple(_ILLNESSES)
_MEDICINES = (
    "metformin 500 mg",
    "lisinopril 10 mg",
    "albuterol inhaler",
    "sertraline 50 mg",
    "buprenorphine 8 mg",
    "amoxicillin 250 mg",
    "insulin glargine",
    "bictegravir combination",
)
_TESTS = ("HbA1c", "lead, venous", "HIV Ag/Ab", "hCG", "lipid panel", "urine drug screen", "hepatitis C RNA", "CBC")
_LIMITS = ("wheelchair user", "hard of hearing", "low vision", "chronic pain", "learning disability")
_ALLEGATIONS = ("neglect", "neglect", "neglect", "physical abuse", "sexual abuse", "violence in the home")
_CHARGES = ("robbery 2", "assault 3", "petit larceny", "criminal mischief", "unauthorized use of a vehicle")

_DESK = (
    "Client came to the center, papers copied and returned.",
    "Budget recalculated after report of new job.",
    "Notice of decision mailed.",
    "Client did not show for the interview.",
    "Landlord form still missing, gave ten days.",
    "Closing held until the hearing.",
)
_VISIT = (
    "Visited the home, children seen and well.",
    "Home clean, food in the refrigerator.",
    "Nobody answered, left a card under the door.",
    "School reports good attendance this month.",
    "Service plan reviewed and signed.",
    "Room shared with two siblings, window guard missing.",
)
_RENT = (
    "Owes for three months, waiting for the emergency grant.",
    "Payment plan agreed, first payment on the 5th.",
    "Landlord will hold off until the end of the month.",
    "Paid in full.",
    "Ledger does not match what the tenant says.",
    "Stipulation signed in housing court.",
)
_WARD = (
    "Resting comfortably, no complaints.",
    "Wound clean and dry, dressing changed.",
    "Refused breakfast, encouraged fluids.",
    "Blood sugar high before dinner, provider told.",
    "Anxious about discharge, social work asked to come.",
    "Short of breath on the stairs, oxygen given.",
)
_BUILDING = (
    "Boiler off, oil tank empty.",
    "Leak from above, bathroom ceiling down.",
    "Mice droppings in the kitchen.",
    "Self-closing door at the entrance broken.",
    "Peeling paint on two window sills.",
    "No violation seen.",
)
_THINGS = (
    "Toner ordered.",
    "Moved to the basement shelf.",
    "Checked twice, count agrees.",
    "Replaced under warranty.",
    "See last month.",
    "",
)


@kind("TAXPAYER_ID")
def itin(row: Row, _: tuple[str, ...]) -> str:
    """Individual taxpayer number; those with a middle part below 50 are never given."""
    return f"9{row.rng.randrange(100):02}-{row.rng.randint(1, 49):02}-{row.rng.randint(1, 9999):04}"


@kind("PLACE_OF_BIRTH")
def birthplace(row: Row, _: tuple[str, ...]) -> str:
    """Where the person was born: a town, or a country abroad."""
    return row.rng.choice(_TOWNS) if row.person.country == "United States" else row.person.country


@kind("DOB")
def teen_birth(row: Row, _: tuple[str, ...]) -> str:
    """Birth date of a young person of 13 to 17, the same one for the same person."""
    return f"{TODAY - timedelta(days=13 * 366 + row.place * 7919 % 1700):%Y%m%d}"


@kind("MEDIA_RECORDING")
def scan(row: Row, words: tuple[str, ...]) -> str:
    """The file of a scanned paper or a recording: folder and ending."""
    return f"{words[0]}/{2023 + row.number % 4}/{row.rng.randrange(10**7):07}.{words[1]}"


@kind("NAME", "DOB")
def name_and_birth(row: Row, _: tuple[str, ...]) -> str:
    """Name and birth date run together, as in the key of an old file."""
    return f"{row.person.last_first} {row.person.born:%m%d%Y}"


@kind("PHONE", "EMAIL")
def reach(row: Row, _: tuple[str, ...]) -> str:
    """Whichever way the person can be reached: a phone number or an e-mail address."""
    return row.person.email if row.rng.random() < 0.35 else row.person.phone


@kind("CONTACT_OTHER", "NAME", "ADDR_HOME")
def care_of(row: Row, _: tuple[str, ...]) -> str:
    """Where mail reaches somebody who lives with others."""
    return f"c/o {row.other.first} {row.other.last}, {row.other.street}"


@kind("HEALTH_INFO")
def diagnosis(row: Row, words: tuple[str, ...]) -> str:
    """A diagnosis in words, or with ``code`` its code."""
    code = row.rng.choice(_CODES)
    return code if words == ("code",) else _ILLNESSES[code]


@kind("HEALTH_INFO")
def medicine(row: Row, _: tuple[str, ...]) -> str:
    """A medicine the person takes."""
    return row.rng.choice(_MEDICINES)


@kind("HEALTH_INFO")
def lab_test(row: Row, _: tuple[str, ...]) -> str:
    """A test done for the person."""
    return row.rng.choice(_TESTS)


@kind("HEALTH_INFO")
def disability(row: Row, _: tuple[str, ...]) -> str:
    """A disability."""
    return row.rng.choice(_LIMITS)


@kind("HEALTH_ID")
def chart_number(row: Row, _: tuple[str, ...]) -> str:
    """The number of the paper chart a patient had before there was a system."""
    return f"{row.place % 90 + 10}-{row.place * 37 % 100:02}-{row.place % 7 + 1}"


@kind("SSN", "HEALTH_ID")
def alternate_id(row: Row, _: tuple[str, ...]) -> str:
    """A laboratory's second number of a patient: nine digits of Social Security, its own number, or none."""
    chance = row.rng.random()
    if chance < 0.6:
        return row.person.ssn.replace("-", "")
    return f"LP{numbers.digits(row.rng, 7)}" if chance < 0.8 else ""


@kind("CRIME_VICTIM_WITNESS", "VICTIM_DV_SA")
def allegation(row: Row, _: tuple[str, ...]) -> str:
    """What a report says was done to a child."""
    return row.rng.choice(_ALLEGATIONS)


@kind("ARREST_RECORD")
def charge(row: Row, _: tuple[str, ...]) -> str:
    """What a young person is charged with."""
    return row.rng.choice(_CHARGES)


@kind("FREE_TEXT_NARRATIVE", "NAME", "PHONE", "FAMILY")
def desk_note(row: Row, _: tuple[str, ...]) -> str:
    """An eligibility worker's note; one in five names kin, one in ten has a phone number."""
    said = [row.rng.choice(_DESK)]
    if row.rng.random() < 0.2:
        said.append(f"Lives with {row.rng.choice(('sister', 'son', 'mother'))} {row.other.first} {row.person.last}.")
    if row.rng.random() < 0.1:
        said.append(f"Call back at {numbers.phone(row.rng)}.")
    return " ".join(said)


@kind("FREE_TEXT_NARRATIVE", "NAME", "FAMILY", "ADDR_HOME")
def home_note(row: Row, _: tuple[str, ...]) -> str:
    """A child protection worker's note; a third name a parent, one in eight says where the family is staying."""
    said = [row.rng.choice(_VISIT)]
    if row.rng.random() < 0.33:
        parent = row.rng.choice(("Mother", "Father", "Grandmother"))
        said.append(f"{parent} {row.other.first} {row.person.last} was present.")
    if row.rng.random() < 0.12:
        said.append(f"Family now stays at {row.other.street}.")
    return " ".join(said)


@kind("FREE_TEXT_NARRATIVE", "INCOME", "NAME", "SSN")
def arrears_note(row: Row, _: tuple[str, ...]) -> str:
    """A remark on rent owed; one in six names a landlord, one in twenty has a Social Security number."""
    said = [row.rng.choice(_RENT)]
    if row.rng.random() < 0.17:
        said.append(f"Spoke to {row.other.first} {row.other.last}, landlord.")
    if row.rng.random() < 0.05:
        plain = row.person.ssn.replace("-", "")
        said.append(row.rng.choice((f"SSN {row.person.ssn}", f"soc sec {plain}", f"({row.person.ssn} per lease)")))
    return " ".join(said)


@kind("FREE_TEXT_NARRATIVE", "HEALTH_INFO", "NAME", "PHONE")
def ward_note(row: Row, _: tuple[str, ...]) -> str:
    """A nurse's note; one in seven names a visitor with a phone number."""
    said = row.rng.choice(_WARD)
    if row.rng.random() < 0.14:
        return f"{said} {row.other.first} {row.person.last} asks to be called, {numbers.phone(row.rng)}."
    return said


@kind("FREE_TEXT_NARRATIVE", "NAME")
def inspection_note(row: Row, _: tuple[str, ...]) -> str:
    """What an inspector saw; one in five says who let them in."""
    said = row.rng.choice(_BUILDING)
    return f"{said} Let in by {row.person.first} {row.person.last}." if row.rng.random() < 0.2 else said


@kind()
def building_note(row: Row, _: tuple[str, ...]) -> str:
    """What is wrong with a building; nobody is named."""
    return row.rng.choice(_BUILDING)


@kind()
def store_note(row: Row, _: tuple[str, ...]) -> str:
    """A remark about supplies."""
    return row.rng.choice(_THINGS)
