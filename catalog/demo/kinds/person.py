"""What is about the person a row is about: names, birth, body, descent, kin."""

from datetime import date, timedelta

from catalog.demo import notes
from catalog.demo.kinds import kind
from catalog.demo.people import TODAY
from catalog.demo.row import Row

_DATES = {"iso": "%Y-%m-%d", "us": "%m/%d/%Y", "ymd": "%Y%m%d", "mon": "%d-%b-%y", "compact": "%m%d%y"}
_RELIGIONS = ("Catholic", "Muslim", "Protestant", "Jewish", "Hindu", "none", "Buddhist")
_SUFFIXES = ("", "", "", "", "", "", "JR", "SR", "III")


@kind("NAME")
def first(row: Row, _: tuple[str, ...]) -> str:
    """Given name."""
    return row.person.first


@kind("NAME")
def last(row: Row, _: tuple[str, ...]) -> str:
    """Family name."""
    return row.person.last


@kind("NAME?")
def middle(row: Row, _: tuple[str, ...]) -> str:
    """Middle initial."""
    return row.person.middle


@kind("NAME?")
def suffix(row: Row, _: tuple[str, ...]) -> str:
    """JR, SR, III or nothing."""
    return row.rng.choice(_SUFFIXES)


@kind("NAME")
def full(row: Row, _: tuple[str, ...]) -> str:
    """Given and family name."""
    return f"{row.person.first} {row.person.last}"


@kind("NAME")
def last_first(row: Row, _: tuple[str, ...]) -> str:
    """The name as clerks key it: LAST, FIRST M."""
    return row.person.last_first


@kind("NAME?")
def initials(row: Row, _: tuple[str, ...]) -> str:
    """Two letters."""
    return row.person.first[0] + row.person.last[0]


@kind("NAME")
def alias(row: Row, _: tuple[str, ...]) -> str:
    """A name from the street."""
    return row.rng.choice(notes.STREET_NAMES)


@kind("NAME")
def other_name(row: Row, _: tuple[str, ...]) -> str:
    """Somebody else's given and family name."""
    return f"{row.other.first} {row.other.last}"


@kind("NAME")
def other_first(row: Row, _: tuple[str, ...]) -> str:
    """Somebody else's given name."""
    return row.other.first


@kind("NAME")
def other_last(row: Row, _: tuple[str, ...]) -> str:
    """Somebody else's family name."""
    return row.other.last


@kind("NAME", "FAMILY")
def kin(row: Row, _: tuple[str, ...]) -> str:
    """Kin by name: the same family name, another given one."""
    return f"{row.other.first} {row.person.last}"


@kind("FAMILY")
def relation(row: Row, _: tuple[str, ...]) -> str:
    """How somebody is related to the person."""
    return row.rng.choice(("mother", "father", "spouse", "child", "sibling", "guardian", "friend"))


@kind("FAMILY")
def household(row: Row, _: tuple[str, ...]) -> int:
    """How many live together."""
    return row.rng.choices((1, 2, 3, 4, 5, 6), (40, 24, 16, 12, 6, 2))[0]


@kind("DOB")
def birth(row: Row, words: tuple[str, ...]) -> str:
    """Birth date; the word says how it is written: iso, us, ymd, mon or compact."""
    return _written(row.person.born, words)


@kind("DOB")
def child_birth(row: Row, words: tuple[str, ...]) -> str:
    """Birth date of somebody under 18, the same one for the same person."""
    return _written(child_born(row), words)


@kind("DOB?")
def birth_year(row: Row, _: tuple[str, ...]) -> int:
    """Year of birth."""
    return row.person.born.year


@kind("AGE")
def age(row: Row, _: tuple[str, ...]) -> int:
    """Age in years."""
    return (TODAY - row.person.born).days // 365


@kind("AGE")
def age_group(row: Row, _: tuple[str, ...]) -> str:
    """Age as a range."""
    years = (TODAY - row.person.born).days // 365
    return next(name for limit, name in ((25, "18-24"), (35, "25-34"), (55, "35-54"), (999, "55+")) if years < limit)


@kind("DEATH_DATE")
def death(row: Row, words: tuple[str, ...]) -> str:
    """Date of death."""
    return _written(TODAY - timedelta(days=row.rng.randint(1, 3000)), words)


@kind("SEX")
def sex(row: Row, words: tuple[str, ...]) -> str:
    """M or F, or the two words given for them."""
    return row.person.sex if not words else words["MF".index(row.person.sex)]


@kind("GENDER_IDENTITY")
def gender(row: Row, _: tuple[str, ...]) -> str:
    """Gender identity as a code."""
    return row.rng.choices(("M", "F", "TW", "TM", "NB", "U"), (45, 43, 3, 2, 3, 4))[0]


@kind("SEXUAL_ORIENTATION")
def orientation(row: Row, _: tuple[str, ...]) -> str:
    """Sexual orientation as a code."""
    return row.rng.choices(("ST", "LG", "BI", "DK", "NA"), (60, 5, 4, 6, 25))[0]


@kind("RACE")
def race(row: Row, words: tuple[str, ...]) -> str:
    """Race; with ``code`` as one letter."""
    return row.person.race[0] if words == ("code",) else row.person.race


@kind("LANGUAGE")
def language(row: Row, words: tuple[str, ...]) -> str:
    """Language; with ``code`` as three letters."""
    return row.person.language[:3].upper() if words == ("code",) else row.person.language


@kind("COUNTRY_OF_ORIGIN")
def country(row: Row, _: tuple[str, ...]) -> str:
    """Country of origin."""
    return row.person.country


@kind("RELIGION")
def religion(row: Row, _: tuple[str, ...]) -> str:
    """Religion."""
    return row.rng.choice(_RELIGIONS)


@kind("MARITAL_STATUS")
def marital(row: Row, _: tuple[str, ...]) -> str:
    """Marital status as a letter."""
    return row.rng.choice("SMDWP")


@kind("IMMIGRATION_STATUS")
def citizenship(row: Row, words: tuple[str, ...]) -> str:
    """Citizenship or immigration status: a code, or words with ``text``."""
    said = ("U.S. citizen", "permanent resident", "asylum pending", "visa", "undocumented")
    place = row.rng.choices(range(5), (70, 14, 5, 6, 5))[0]
    return said[place] if words == ("text",) else "CPAVN"[place]


@kind("HEIGHT")
def height(row: Row, _: tuple[str, ...]) -> int:
    """Height in inches."""
    return row.rng.randint(56, 77)


@kind("WEIGHT")
def weight(row: Row, _: tuple[str, ...]) -> int:
    """Weight in pounds."""
    return row.rng.randint(98, 290)


@kind("EMPLOYMENT_STATUS")
def employment(row: Row, _: tuple[str, ...]) -> str:
    """Employment status as a code."""
    return row.rng.choices(("UE", "PT", "FT", "DS", "RT"), (35, 15, 28, 14, 8))[0]


@kind("OCCUPATION")
def job(row: Row, _: tuple[str, ...]) -> str:
    """What the person works as."""
    return row.person.job


@kind("EMPLOYER_INFO")
def employer(row: Row, _: tuple[str, ...]) -> str:
    """Whom the person works for."""
    return row.person.employer


@kind("INCOME")
def income(row: Row, words: tuple[str, ...]) -> int:
    """Income of a month, or of a year with ``year``."""
    month = row.rng.choice((0, 183, 794, 943, 1650, 2400, 3900)) + row.rng.randint(0, 90)
    return month * 12 if words == ("year",) else month


@kind("VICTIM_DV_SA")
def survivor(row: Row, _: tuple[str, ...]) -> str:
    """Whether the person is a survivor of domestic violence."""
    return row.rng.choices(("N", "Y", "U"), (82, 11, 7))[0]


def child_born(row: Row) -> date:
    """The birth date of the child that stands for this person in a table of children."""
    return TODAY - timedelta(days=400 + (row.place * 7919) % 6100)


def _written(day: date, words: tuple[str, ...]) -> str:
    return f"{day:{_DATES[words[0] if words else 'iso']}}".upper()
