"""What police, tax collectors, canvassers and park keepers write down: sightings, crossings, remarks, sign-ups."""

import hashlib
from datetime import timedelta
from functools import cache
from random import Random

from catalog.demo import numbers
from catalog.demo.kinds import kind
from catalog.demo.kinds.ids import card
from catalog.demo.people import TODAY
from catalog.demo.row import Row

_STREETS = ("Harbor St", "Mill Ave", "Union Pl", "Station St", "Market St", "Pier Rd", "Canal St", "Lantern Way")
_OFFENSES = (
    "PETIT LARCENY",
    "GRAND LARCENY",
    "ASSAULT 3",
    "CRIMINAL MISCHIEF",
    "HARASSMENT",
    "BURGLARY",
    "ROBBERY",
    "FORGERY",
    "FRAUD",
    "DRIVING WHILE INTOXICATED",
)
_POLICE = (
    "C/V states unknown person removed property from vehicle.",
    "Canvass conducted with negative results.",
    "Perpetrator fled on foot in unknown direction.",
    "Video requested from store, pending.",
    "Victim treated at scene, refused transport.",
    "Lock cut, nothing taken.",
)
_CAMP = (
    "two tents under the ramp, cooking gas",
    "mattresses behind the transformer, dogs",
    "carts block the stairs",
    "moved to the other side of the fence since last week",
    "tarp and shopping carts, nobody present",
    "fire in a barrel reported by the night shift",
    "outreach team met, will return Thursday",
)
_TAX = (
    "Taxpayer called about installment plan.",
    "Notice returned by post, new address wanted.",
    "Asked for abatement forms.",
    "Penalty waived by supervisor.",
    "Says bill went to the previous owner.",
)
_SURVEY = (
    "Pickup is late every week.",
    "More benches please.",
    "The website never remembers me.",
    "Staff at the counter were kind.",
    "Buses stop too far from the clinic.",
    "no",
    "n/a",
)
_CAMP_MEMO = ("pd cash", "check on file", "sibling discount", "balance due 7/15", "scholarship", "", "wait list 2", "")
_EVENTS = ("Youth soccer", "Charity run", "Birthday party, 30 guests", "Company picnic", "Film shoot", "Yoga class")
_CHILDREN = (
    *("Ava", "Ben", "Chloe", "Diego", "Ella", "Finn", "Grace", "Hugo", "Iris", "Jonah", "Kira", "Leo", "Maya"),
    *("Nico", "Olive", "Priya", "Quinn", "Rosa", "Sami", "Tess", "Uma", "Vera", "Wes", "Yusuf", "Zoe"),
)


@kind()
def offense(row: Row, _: tuple[str, ...]) -> str:
    """An offense in words; of a person's arrest or summons it is more than that: say so in the fourth place."""
    return row.rng.choice(_OFFENSES)


@kind()
def crossing(row: Row, _: tuple[str, ...]) -> str:
    """A corner of two streets: a public place."""
    return " / ".join(row.rng.sample(_STREETS, 2))


@kind()
def crossing_of(row: Row, words: tuple[str, ...]) -> str:
    """``crossing_of COLUMN``: a corner, always the same for the same value of the earlier column."""
    return _corner(str(row.made[words[0]]))


@kind("ADDR_HOME")
def scene(row: Row, _: tuple[str, ...]) -> str:
    """Where it happened: at the person's home in three of five rows, else on a corner."""
    return row.person.street.upper() if row.rng.random() < 0.6 else str(crossing(row, ())).upper()


@kind("GEO_POINT")
def point(row: Row, _: tuple[str, ...]) -> str:
    """Latitude and longitude of a place in one cell."""
    return f"{38.6 + row.rng.random() / 6:.5f},{-75.3 + row.rng.random() / 6:.5f}"


@kind("LICENSE_PLATE")
def seen_plate(row: Row, words: tuple[str, ...]) -> str:
    """``seen_plate COUNT``: the plate of one of COUNT vehicles, the same ones in every table."""
    plates = _plates(int(words[0]))
    return plates[int(row.rng.random() * len(plates))]


@kind("LICENSE_PLATE")
def own_plate(row: Row, _: tuple[str, ...]) -> str:
    """The plate of the person's own vehicle, the same in every table."""
    return numbers.plate(_steady("plate", row.place))


@kind()
def seen_at(row: Row, words: tuple[str, ...]) -> str:
    """``seen_at DAYS``: a second of the days back given, by day or night; cheap enough for large tables."""
    days = _days(int(words[0]))
    second = int(row.rng.random() * 86_400)
    return f"{days[int(row.rng.random() * len(days))]} {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


@kind()
def clock(row: Row, _: tuple[str, ...]) -> str:
    """A time of day to the minute."""
    return f"{row.rng.randrange(24):02}:{row.rng.randrange(60):02}"


@kind()
def cycle(row: Row, words: tuple[str, ...]) -> str:
    """The words in turn, one a row; ``_`` stands for a space."""
    return words[row.number % len(words)].replace("_", " ")


@kind()
def month(row: Row, words: tuple[str, ...]) -> str:
    """``month YEAR ROWS``: months from January of the year on, ROWS rows each."""
    passed = row.number // int(words[1])
    return f"{int(words[0]) + passed // 12}-{passed % 12 + 1:02}"


@kind()
def few(row: Row, words: tuple[str, ...]) -> str:
    """A count up to the one given; one to four are written ``<5``, as in what is published."""
    count = row.rng.randint(0, int(words[0]))
    return "<5" if 0 < count < 5 else str(count)


@kind("TAXPAYER_ID")
def ein_like(row: Row, words: tuple[str, ...]) -> str:
    """Employer number, of prefix 00, which no campus gives out; with ``plain`` as nine digits."""
    return f"00{'' if words == ('plain',) else '-'}{_steady('employer', row.place).randrange(10**7):07}"


@kind("MEDIA_RECORDING")
def clip(row: Row, _: tuple[str, ...]) -> str:
    """The file of a video."""
    return f"//evid/{row.rng.randrange(16**4):04x}/{row.rng.randrange(16**10):010x}.mp4"


@kind("BIO_FINGERPRINT")
def print_class(row: Row, _: tuple[str, ...]) -> str:
    """Ten fingers as an examiner classifies them."""

    def hand() -> str:
        return "".join(row.rng.choice("AWLRTC") for _ in range(5))

    return f"{row.rng.randint(2, 24)} {hand()} / {row.rng.randint(1, 9)} {hand()}"


@kind("BIO_FACE")
def face_code(row: Row, _: tuple[str, ...]) -> str:
    """A face as a machine compares it: the start of a list of measurements."""
    return "[" + ", ".join(f"{row.rng.uniform(-1, 1):.4f}" for _ in range(8)) + ", ...]"


@kind("NAME")
def camper(row: Row, _: tuple[str, ...]) -> str:
    """The given name of the child that stands for this person in a table of children."""
    return _CHILDREN[row.place * 31 % len(_CHILDREN)]


@kind("FREE_TEXT_NARRATIVE", "NAME", "PHONE", "ADDR_HOME", "LICENSE_PLATE")
def police_note(row: Row, _: tuple[str, ...]) -> str:
    """What an officer writes: a name in a third, phones in an eighth, a home in a tenth, a plate in one of 20."""
    rng, person, other = row.rng, row.person, row.other
    said = [
        (1.0, rng.choice(_POLICE)),
        (0.33, f"Witness {other.first} {other.last} heard shouting."),
        (0.12, f"C/V may be reached at {numbers.phone(rng)}."),
        (0.10, f"Perp believed to reside at {other.street}."),
        (0.05, f"Left in gray sedan, plate {numbers.plate(rng)}."),
        (0.03, f"{person.first} {person.last} asked for an interpreter."),
    ]
    return " ".join(text for share, text in said if rng.random() < share)


@kind("FREE_TEXT_NARRATIVE", "NAME", "PHONE", "SOCIAL_MEDIA")
def tip(row: Row, _: tuple[str, ...]) -> str:
    """What somebody told the tip line about somebody else."""
    rng, other = row.rng, row.other
    told = (
        f"{other.first} {other.last} sells out of the garage",
        f"the guy who posts as @{other.first.lower()}{rng.randint(1, 99)} did the store on Mill Ave",
        "they stash bikes behind the laundry",
        f"call me back {numbers.phone(rng)} no names",
        "loud car races every Friday on Pier Rd",
    )
    return rng.choice(told)


@kind("FREE_TEXT_NARRATIVE")
def camp_note(row: Row, _: tuple[str, ...]) -> str:
    """A remark about a camp, without anybody's name."""
    return row.rng.choice(_CAMP)


@kind("FREE_TEXT_NARRATIVE", "NAME", "PHONE", "SSN")
def tax_note(row: Row, _: tuple[str, ...]) -> str:
    """A collector's remark: a name in a fifth, a phone in a tenth, a Social Security number in 2 of 100."""
    rng, person = row.rng, row.person
    said = [
        (1.0, rng.choice(_TAX)),
        (0.20, f"Spoke with {row.other.first} {person.last} (spouse)."),
        (0.10, f"Call back {numbers.phone(rng)}."),
        (0.02, f"Gave SSN {person.ssn} for the refund."),
    ]
    return " ".join(text for share, text in said if rng.random() < share)


@kind("FREE_TEXT_NARRATIVE", "NAME", "PHONE", "EMAIL")
def survey_words(row: Row, _: tuple[str, ...]) -> str:
    """An answer in one's own words; one in 14 signs it with name and phone or e-mail address."""
    said = row.rng.choice(_SURVEY)
    if row.rng.random() < 0.07:
        reach = row.rng.choice((row.person.phone, row.person.email))
        return f"{said} - {row.person.first} {row.person.last}, {reach}"
    return said


@kind("FREE_TEXT_NARRATIVE", "PAYMENT_CARD")
def camp_memo(row: Row, _: tuple[str, ...]) -> str:
    """What the camp office notes about a payment; a tenth of the notes spell out the card."""
    if row.rng.random() >= 0.1:
        return row.rng.choice(_CAMP_MEMO)
    number = str(card(row, ()))
    spelled = row.rng.choice((number, " ".join(number[at : at + 4] for at in range(0, 16, 4))))
    return row.rng.choice((f"paid card {spelled}", f"paid card {spelled} exp {row.rng.randint(1, 12):02}/28"))


@kind("NAME")
def event(row: Row, _: tuple[str, ...]) -> str:
    """What a permit is for; a third are called after a family or a couple."""
    if row.rng.random() < 0.33:
        last = row.person.last
        return row.rng.choice((f"{last} family reunion", f"Wedding {row.person.first} {last} & {row.other.first}"))
    return row.rng.choice(_EVENTS)


@cache
def _corner(name: str) -> str:
    return " / ".join(_steady("corner", name).sample(_STREETS, 2))


@cache
def _plates(count: int) -> tuple[str, ...]:
    return tuple(numbers.plate(_steady("vehicle", number)) for number in range(count))


@cache
def _days(back: int) -> tuple[str, ...]:
    return tuple((TODAY - timedelta(days=day)).isoformat() for day in range(back))


def _steady(use: str, name: object) -> Random:
    """A stream that is the same for the same name in every table."""
    seed = int.from_bytes(hashlib.blake2b(f"{use}/{name}".encode(), digest_size=8).digest())
    return Random(seed)  # noqa: S311  # made-up data has to be repeatable, not secret
