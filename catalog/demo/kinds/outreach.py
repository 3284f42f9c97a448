"""What outreach workers, shelters, clinics and call centers add: remarks, files about people, numbers of their own."""

from datetime import timedelta

from catalog.demo import health, numbers, shelter
from catalog.demo.kinds import kind
from catalog.demo.people import TODAY, moment
from catalog.demo.row import Row

_CALL = ("LM", "no answer", "cb after 5", "wrong no.", "wants forms by mail", "hung up", "rang out", "", "")
_DOOR = ("left flyer", "dog in yard, rang twice", "buzzer broken", "moved out?", "come back Sat", "", "talked 10 min")
_HOTLINE = (
    "Caller asks whether the office is open on Saturday.",
    "Caller got a renewal letter and does not understand it.",
    "Caller wants to know which papers to bring.",
    "Caller was cut off before, asks to be called back.",
)
_MESSAGE = (
    "Please tell me if I still have coverage.",
    "My renewal was returned by mail.",
    "Can somebody come to our building and explain the plans?",
    "I would like to help on weekends.",
)
_REFERRAL = ("needs renewal help", "uninsured since June", "asked for a call", "brought a letter", "walk-in", "")
_SHIFT = ("Quiet night.", "Elevator out, reported.", "Two beds released at 22:00.", "Lockers checked.")
_NURSE = ("BP rechecked.", "Refill sent.", "Wound clean, dry dressing.", "Fasting labs ordered.", "Stable.")
_SPOTS = ("behind", "in front of", "bus shelter at", "stairs of", "lot next to")
_DIAGNOSES = ("E11.9", "I10", "J45.909", "F32.9", "F11.20", "B20", "M54.50", "Z59.01", "N39.0", "O09.90")
_MEDICINES = ("metformin 500 mg", "lisinopril 10 mg", "albuterol", "sertraline 50 mg", "naloxone", "insulin glargine")
_SCHOOLS = ("PS 14 Harborside", "PS 31 Old Mills", "MS 7 Union Hill", "Northgate Academy", "Saltmarsh High School")
_BANDS = ("under 15k", "15-25k", "25-40k", "40-60k", "over 60k", "would not say")
_SITES = ("Harborside Library", "Union Hill Annex", "Saltmarsh Center", "Old Mills Hall")


@kind("CASE_ID")
def shelter_client(row: Row, _: tuple[str, ...]) -> str:
    """The number under which the shelter system knows the person."""
    return shelter.client_number(row.place)


@kind("HEALTH_ID")
def patient_record(row: Row, _: tuple[str, ...]) -> str:
    """The number under which the clinics know the person; their patients begin with the 400th resident."""
    return health.patient_number(row.place - 400)


@kind("SERVICE_REQUEST_ID")
def request_number(row: Row, _: tuple[str, ...]) -> str:
    """The number of one of the requests that callers made."""
    return f"1-1-{1800000000 + row.rng.randrange(3000) * 17}"


@kind("EMPLOYEE_ID")
def agent(row: Row, _: tuple[str, ...]) -> str:
    """The number of one of the contact center's agents."""
    return f"AG{row.rng.randint(101, 140)}"


@kind("SSN")
def other_ssn(row: Row, _: tuple[str, ...]) -> str:
    """Social Security number of somebody else, as nine digits."""
    return row.other.ssn.replace("-", "")


@kind("IMMIGRATION_ID")
def alien_number(row: Row, _: tuple[str, ...]) -> str:
    """A number of the immigration authorities; with nine digits none begins with 88."""
    return f"A88{row.rng.randrange(10**7):07}"


@kind("NAME", "PHONE")
def name_and_phone(row: Row, _: tuple[str, ...]) -> str:
    """The person's name and phone number in one field."""
    return f"{row.person.first} {row.person.last} {row.person.phone}"


@kind("EMAIL")
def colleague_email(row: Row, words: tuple[str, ...]) -> str:
    """The address at work of somebody else; the word is the agency's part of it."""
    return f"{row.other.first[0]}{row.other.last}@{words[0]}.example.org".lower()


@kind("CREDENTIAL")
def colleague_login(row: Row, _: tuple[str, ...]) -> str:
    """The user name of somebody else."""
    return f"{row.other.last}{row.other.first[0]}".lower()


@kind("SIGNATURE", "NAME")
def signed(row: Row, _: tuple[str, ...]) -> str:
    """A signature as a form on a screen takes it."""
    return f"/s/ {row.person.first} {row.person.last}"


@kind("BIO_PHOTO")
def picture(row: Row, _: tuple[str, ...]) -> str:
    """Where the picture of the person is kept."""
    return f"photos/{row.rng.randrange(16**6):06x}.jpg"


@kind("MEDIA_RECORDING")
def recording(row: Row, _: tuple[str, ...]) -> str:
    """Where the recording of a call is kept."""
    return f"rec/2026-{row.rng.randint(1, 7):02}/{row.rng.randrange(16**8):08x}.wav"


@kind("MEDIA_RECORDING", "NAME")
def scan_file(row: Row, _: tuple[str, ...]) -> str:
    """A scanned paper, called after the person as scanning clerks do."""
    paper = row.rng.choice(("LEASE", "PAYSTUB", "LETTER", "CARD"))
    return f"{row.person.last.upper()}_{row.person.first[0]}_{paper}_{row.rng.randrange(10**4):04}.pdf"


@kind("INCOME")
def income_band(row: Row, _: tuple[str, ...]) -> str:
    """Income of a year as a range."""
    return row.rng.choice(_BANDS)


@kind("APPOINTMENT")
def appointment(row: Row, words: tuple[str, ...]) -> object:
    """When somebody is expected in the weeks ahead; with ``text`` as clerks say it, with the place."""
    when = moment(row.rng, days_back=0, days_ahead=45)
    return f"{when:%a %m/%d %H:%M}, {row.rng.choice(_SITES)}" if words == ("text",) else when


@kind("ADDR_HOME")
def usual_spot(row: Row, _: tuple[str, ...]) -> str:
    """Where somebody without a home sleeps."""
    return f"{row.rng.choice(_SPOTS)} {row.person.street}"


@kind("EDUCATION")
def school(row: Row, _: tuple[str, ...]) -> str:
    """The school a child goes to."""
    return row.rng.choice(_SCHOOLS)


@kind("EDUCATION")
def school_grade(row: Row, _: tuple[str, ...]) -> str:
    """The grade a child is in."""
    return row.rng.choice(("PK", "K", "1", "2", "3", "4", "5", "6", "7", "8", "9"))


@kind("HEALTH_INFO")
def clinic_diagnosis(row: Row, _: tuple[str, ...]) -> str:
    """A diagnosis as a code."""
    return row.rng.choice(_DIAGNOSES)


@kind("HEALTH_INFO")
def clinic_medicine(row: Row, _: tuple[str, ...]) -> str:
    """A medicine somebody takes."""
    return row.rng.choice(_MEDICINES)


@kind("FREE_TEXT_NARRATIVE", "BENEFIT_ID")
def call_remark(row: Row, _: tuple[str, ...]) -> str:
    """A caller's short remark; 15 of 100 hold the client number of somebody's benefit card."""
    if row.rng.random() >= 0.15:
        return row.rng.choice(_CALL)
    number = row.person.medicaid
    return row.rng.choice((number, number, f"card says {number}", f"had {number} till May", f"{number} - renewal?"))


@kind("FREE_TEXT_NARRATIVE", "NAME", "PHONE", "FAMILY", "IMMIGRATION_STATUS")
def door_note(row: Row, _: tuple[str, ...]) -> str:
    """What was said at a door: kin by name, a better number, now and then papers."""
    said, chance = row.rng.choice(_DOOR), row.rng.random()
    if chance < 0.15:
        return f"spoke to {row.other.first}, {row.person.first}'s {row.rng.choice(('sister', 'son', 'wife'))}"
    if chance < 0.25:
        return f"{said} better nr {numbers.phone(row.rng)}".strip()
    return f"{said} afraid to apply, no papers".strip() if chance < 0.31 else said


@kind("FREE_TEXT_NARRATIVE", "NAME", "PHONE", "ADDR_HOME")
def hotline_talk(row: Row, _: tuple[str, ...]) -> str:
    """What somebody said on the line, as typed while they talked."""
    said, chance = row.rng.choice(_HOTLINE), row.rng.random()
    if chance < 0.15:
        return f"{said} {row.person.first} {row.person.last}, {row.person.phone}."
    return f"{said} Lives at {row.person.street}." if chance < 0.25 else said


@kind("FREE_TEXT_NARRATIVE", "NAME", "EMAIL")
def web_message(row: Row, _: tuple[str, ...]) -> str:
    """What somebody wrote into a form; a third sign it."""
    said, chance = row.rng.choice(_MESSAGE), row.rng.random()
    if chance < 0.3:
        return f"{said} Thank you, {row.person.first} {row.person.last}"
    return f"{said} Write to {row.person.email}" if chance < 0.4 else said


@kind("FREE_TEXT_NARRATIVE", "NAME", "APPOINTMENT")
def text_message(row: Row, _: tuple[str, ...]) -> str:
    """A reminder as sent to a phone."""
    when = moment(row.rng, days_back=0, days_ahead=20)
    return f"Hi {row.person.first}, see you {when:%b %d at %H:%M}, {row.rng.choice(_SITES)}. Reply C to confirm."


@kind("FREE_TEXT_NARRATIVE", "NAME", "FAMILY", "HEALTH_INFO")
def referral_note(row: Row, _: tuple[str, ...]) -> str:
    """Why somebody is sent on; some slips tell of kin or of illness."""
    said, chance = row.rng.choice(_REFERRAL), row.rng.random()
    if chance < 0.12:
        return f"{said} ask for daughter {row.other.first}".strip()
    return f"{said} {row.rng.choice(('pregnant', 'on dialysis', 'diabetic'))}".strip() if chance < 0.22 else said


@kind("FREE_TEXT_NARRATIVE", "NAME", "HEALTH_INFO", "VICTIM_DV_SA")
def shift_note(row: Row, _: tuple[str, ...]) -> str:
    """The entry of a night in a shelter's log."""
    said, chance = row.rng.choice(_SHIFT), row.rng.random()
    if chance < 0.16:
        return f"{said} {row.person.first} {row.person.last} asked for a transfer."
    if chance < 0.24:
        return f"{said} Ambulance for {row.person.first} {row.person.last}, asthma."
    return f"{said} Ex-partner of {row.person.first} at the door, order of protection." if chance < 0.29 else said


@kind("FREE_TEXT_NARRATIVE", "HEALTH_INFO", "NAME", "PHONE")
def nurse_note(row: Row, _: tuple[str, ...]) -> str:
    """What a nurse writes after a visit."""
    said, chance = row.rng.choice(_NURSE), row.rng.random()
    if chance < 0.12:
        return f"{said} Spoke with {row.person.first} {row.person.last} about {row.rng.choice(_MEDICINES)}."
    return f"{said} Call results to {row.person.phone}." if chance < 0.2 else said


@kind()
def calendar_month(row: Row, _: tuple[str, ...]) -> str:
    """One of the last twelve months."""
    return f"{TODAY - timedelta(days=30 * row.rng.randrange(12)):%Y-%m}"
