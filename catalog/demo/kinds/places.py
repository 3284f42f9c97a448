"""Where a person lives or was, and how to reach them."""

from catalog.demo import numbers
from catalog.demo.kinds import kind
from catalog.demo.row import Row

_PUBLIC = ("Harbor", "Mill", "Union", "Station", "Market", "Library", "Garden", "Bridge")
_WAYS = ("St", "Ave", "Blvd", "Pl")


@kind("ADDR_HOME")
def street(row: Row, _: tuple[str, ...]) -> str:
    """House number and street where the person lives."""
    return row.person.street


@kind("ADDR_HOME?")
def unit(row: Row, _: tuple[str, ...]) -> str:
    """Apartment, if any."""
    return row.person.unit


@kind("ADDR_HOME")
def address(row: Row, _: tuple[str, ...]) -> str:
    """The whole address in one line."""
    return f"{row.person.street} {row.person.unit}".strip() + f", Port Meridian, MD {row.person.postal_code}"


@kind("ADDR_HOME")
def other_street(row: Row, _: tuple[str, ...]) -> str:
    """House number and street where somebody else lives."""
    return row.other.street


@kind("LOCALITY")
def city(row: Row, _: tuple[str, ...]) -> str:
    """The city, as clerks write it."""
    return row.rng.choice(("Port Meridian", "Port Meridian", "PORT MERIDIAN", "Pt Meridian"))


@kind("LOCALITY")
def state(_row: Row, _: tuple[str, ...]) -> str:
    """The state."""
    return "MD"


@kind("LOCALITY")
def district(row: Row, _: tuple[str, ...]) -> str:
    """The district where the person lives."""
    return row.person.district


@kind("POSTAL_CODE")
def postal_code(row: Row, _: tuple[str, ...]) -> str:
    """ZIP code."""
    return row.person.postal_code


@kind("GEO_POINT")
def latitude(row: Row, _: tuple[str, ...]) -> float:
    """Latitude of a place in the city."""
    return round(38.6 + row.rng.random() / 6, 6)


@kind("GEO_POINT")
def longitude(row: Row, _: tuple[str, ...]) -> float:
    """Longitude of a place in the city."""
    return round(-75.3 + row.rng.random() / 6, 6)


@kind()
def public_place(row: Row, _: tuple[str, ...]) -> str:
    """The address of a public building: nobody lives there."""
    return f"{row.rng.randint(1, 90) * 10} {row.rng.choice(_PUBLIC)} {row.rng.choice(_WAYS)}"


@kind("PHONE")
def phone(row: Row, words: tuple[str, ...]) -> str:
    """The person's phone number; with ``plain`` as ten digits."""
    return "".join(filter(str.isdigit, row.person.phone)) if words == ("plain",) else row.person.phone


@kind("PHONE")
def other_phone(row: Row, _: tuple[str, ...]) -> str:
    """A phone number of somebody else."""
    return numbers.phone(row.rng)


@kind("EMAIL")
def email(row: Row, _: tuple[str, ...]) -> str:
    """The person's e-mail address."""
    return row.person.email


@kind("EMAIL")
def work_email(row: Row, words: tuple[str, ...]) -> str:
    """An address at work; the word is the agency's part of it."""
    return f"{row.person.first[0]}{row.person.last}@{words[0]}.example.org".lower()


@kind("CONTACT_OTHER", "NAME", "PHONE")
def emergency(row: Row, _: tuple[str, ...]) -> str:
    """Whom to call, with the number."""
    return f"{row.other.first} {row.other.last} {numbers.phone(row.rng)}"


@kind("SOCIAL_MEDIA")
def handle(row: Row, _: tuple[str, ...]) -> str:
    """A name on a social network."""
    return f"@{row.person.first}_{row.person.last}{row.rng.randint(1, 99)}".lower()
