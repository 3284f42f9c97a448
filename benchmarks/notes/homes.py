"""Homes, births and mail addresses of nobody, in the forms people write them in."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from benchmarks.notes.fills import Fill, digits, words
from benchmarks.notes.people import plain, someone

_TODAY = date(2025, 6, 30)
_UNITS = (
    ", Apt {0}{1}",
    " Apt {0}{1}",
    " #{0}{1}",
    ", Apt. {0}{1}",
    " apt {0}",
    ", Fl {0}",
    ", Unit {0}{1}",
    ", Apt {0}",
)
_DAYS: tuple[Callable[[date], str], ...] = (
    lambda day: f"{day.month}/{day.day}/{day.year}",
    lambda day: f"{day:%m/%d/%Y}",
    lambda day: f"{day.month}/{day.day}/{day:%y}",
    lambda day: day.isoformat(),
    lambda day: f"{day:%m-%d-%Y}",
    lambda day: f"{day:%B} {day.day}, {day.year}",
    lambda day: f"{day:%b} {day.day} {day.year}",
    lambda day: f"{day.day} {day:%b} {day.year}",
)


def home(rng: Random) -> Fill:
    """A street with its number, often a flat; the borough or the ZIP code behind it are other identifiers."""
    number = rng.choice(
        (f"{rng.randint(2, 999)}", f"{rng.randint(1000, 3999)}", f"{rng.randint(20, 250)}-{rng.randint(1, 69):02}")
    )
    unit = rng.choice(_UNITS).format(rng.randint(1, 19), rng.choice("ABCDEFGHR")) if rng.random() < 0.5 else ""
    street = f"{number} {rng.choice(words()['home_street'])}{unit}"
    town = _town(rng)
    # What belongs to no mark must not outweigh it: whoever takes the town for a part of the home is not wrong for that.
    return Fill(street, after=town if len(town) <= len(street) else "")


def _town(rng: Random) -> str:
    if rng.random() < 0.6:
        return ""
    town = f", {rng.choice(words()['borough'])}"
    return town if rng.random() < 0.5 else f"{town}, NY 1{rng.choice('0134')}{digits(rng, 3)}"


def birth(rng: Random) -> str:
    """The day a person up to 95 years old was born."""
    return written_day(rng, _TODAY - timedelta(days=rng.randint(60, 95 * 365)))


def recent_day(rng: Random) -> str:
    """A day of the last two years, which is nobody's birthday."""
    return written_day(rng, _TODAY - timedelta(days=rng.randint(0, 730)))


def written_day(rng: Random, day: date) -> str:
    """A day in one of the ways American clerks write it."""
    return rng.choice(_DAYS)(day)


def mail(rng: Random) -> str:
    """A mail address made of an invented name, at a host that is invented too."""
    given, surname = (plain(part).lower().replace(" ", "") for part in someone(rng))
    name = rng.choice((f"{given}.{surname}", f"{given[0]}{surname}", f"{given}_{surname}{rng.randint(1, 99)}",
                       f"{surname}{given[0]}{rng.randint(1950, 2010)}", f"{given}{rng.randint(10, 999)}"))  # fmt: skip
    return f"{name}@{rng.choice(words()['mail_host'])}"
