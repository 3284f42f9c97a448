"""Made-up people of Port Meridian, the same on every machine."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from faker import Faker

from catalog.demo import numbers

#: The day the demo city's data was "written"; nothing depends on the real day.
TODAY = date(2026, 7, 31)

LANGUAGES = ("English", "Spanish", "Mandarin", "Haitian Creole", "Russian", "Bengali", "Arabic", "French", "Polish")
RACES = ("Black", "White", "Hispanic", "Asian", "Native American", "Other")
COUNTRIES = ("United States", "Dominican Republic", "China", "Haiti", "Ecuador", "Bangladesh", "Mexico", "Ukraine")
DISTRICTS = ("Harborside", "Old Mills", "Northgate", "Saltmarsh", "Union Hill")


@dataclass(frozen=True, slots=True)
class Resident:
    """One made-up person."""

    first: str
    middle: str
    last: str
    sex: str
    born: date
    race: str
    language: str
    country: str
    ssn: str
    phone: str
    email: str
    street: str
    unit: str
    district: str
    postal_code: str
    medicaid: str
    job: str
    employer: str

    @property
    def last_first(self) -> str:
        """The name as clerks key it: ``LAST, FIRST M``."""
        return f"{self.last.upper()}, {self.first.upper()} {self.middle}"


def residents(seed: int, count: int) -> tuple[Resident, ...]:
    """The first ``count`` people of the city."""
    rng = numbers.stream(seed, "residents")
    fake = Faker("en_US")
    fake.seed_instance(seed)
    return tuple(_resident(rng, fake) for _ in range(count))


def _resident(rng: Random, fake: Faker) -> Resident:
    sex = rng.choice("MF")
    first = fake.first_name_male() if sex == "M" else fake.first_name_female()
    last = fake.last_name()
    return Resident(
        first=first,
        middle=rng.choice("ABCDEFGHJKLMNPRSTW"),
        last=last,
        sex=sex,
        born=TODAY - timedelta(days=rng.randint(18 * 366, 85 * 365)),
        race=rng.choices(RACES, (30, 25, 28, 12, 2, 3))[0],
        language=rng.choices(LANGUAGES, (60, 18, 6, 3, 3, 3, 3, 2, 2))[0],
        country=rng.choices(COUNTRIES, (65, 8, 6, 5, 5, 4, 4, 3))[0],
        ssn=numbers.ssn(rng),
        phone=numbers.phone(rng),
        email=f"{first}.{last}{rng.randint(1, 99)}@example.{rng.choice(('com', 'net', 'org'))}".lower(),
        street=fake.street_address().split(" Apt.")[0].split(" Suite")[0],
        unit=rng.choice(("", "", f"APT {rng.randint(1, 20)}{rng.choice('ABCD')}", f"#{rng.randint(1, 40)}", "FL 2")),
        district=rng.choice(DISTRICTS),
        postal_code=f"343{rng.randint(10, 39)}",
        medicaid=numbers.medicaid_number(rng),
        job=fake.job(),
        employer=fake.company(),
    )


def moment(rng: Random, *, days_back: int, days_ahead: int = 0) -> datetime:
    """A moment of an office day around the city's day."""
    day = TODAY + timedelta(days=rng.randint(-days_back, days_ahead))
    return datetime(day.year, day.month, day.day, rng.randint(8, 18), rng.choice((0, 15, 30, 45)))  # noqa: DTZ001  # agencies store local time without a zone


def mostly(rng: Random, value: str, share: float) -> str:
    """``value`` in about ``share`` of cases, else one of the ways clerks leave a field open."""
    return value if rng.random() < share else rng.choice(("", "", "", "N/A", "UNK"))
