"""What fills the harmless slots: dates, amounts and numbers that are nobody's, and things named after people.

Numbers keep clear of what a reader could take for somebody's: a tracking number fails the check of payment cards, a
purchase order of ten digits begins as no telephone number does.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from benchmarks.notes.checks import luhn_holds
from benchmarks.notes.fills import digits, patterned, words
from benchmarks.notes.homes import recent_day

_MONTHS = ("January", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "October", "Nov", "December")
_WEEKDAYS = ("Monday", "Tues", "Wednesday", "Thurs", "Friday", "Mon", "Wed", "Fri")
_PARTS = ("@@-####-@", "@####", "@@@##", "##-@##", "####-##")
_BUSES = ("B##", "Q##", "M##", "Bx##", "1###")


def _time(rng: Random) -> str:
    hour, minute = rng.randint(1, 12), rng.choice((0, 0, 15, 30, 45, rng.randint(0, 59)))
    return f"{hour}:{minute:02}{rng.choice((' am', ' pm', 'am', 'pm', ' PM', ''))}"


def _amount(rng: Random) -> str:
    amount = round(10 ** rng.uniform(1, 5), 2)
    return rng.choice((f"{amount:,.2f}", f"{amount:.2f}", f"{amount:,.0f}", f"{amount:.0f}"))


def _order(rng: Random) -> str:
    return patterned(rng, rng.choice(("########", "#########", "@@######", "##-#####")))


def _purchase(rng: Random) -> str:
    return rng.choice("01") + digits(rng, rng.choice((6, 7, 9)))


def _tracking(rng: Random) -> str:
    while True:
        number = patterned(rng, rng.choice(("7###########", "1Z@##@#@03########", "9400 1### #### #### #### ##")))
        if not luhn_holds("".join(filter(str.isdigit, number))):
            return number


def _version(rng: Random) -> str:
    return ".".join(str(rng.randint(0, 19)) for _ in range(rng.choice((2, 3, 3))))


#: Slots of templates by their names.
CHAFF: Final[Mapping[str, Callable[[Random], str]]] = {
    "date": recent_day,
    "time": _time,
    "amount": _amount,
    "index": lambda rng: f"{rng.choice('5678')}{digits(rng, 5)}/20{rng.randint(15, 25)}",
    "docket": lambda rng: f"{rng.randint(15, 25)}-{rng.randint(100, 4999)}",
    "order": _order,
    "po": _purchase,
    "tracking": _tracking,
    "part": lambda rng: patterned(rng, rng.choice(_PARTS)),
    "room": lambda rng: str(rng.randint(100, 999)),
    "bus": lambda rng: patterned(rng, rng.choice(_BUSES)),
    "version": _version,
    "case": lambda rng: f"20{rng.randint(18, 25)}-{digits(rng, rng.choice((4, 5, 6)))}",
    "qty": lambda rng: str(rng.randint(1, 9)),
    "month": lambda rng: rng.choice(_MONTHS),
    "weekday": lambda rng: rng.choice(_WEEKDAYS),
    "precinct": lambda rng: str(rng.randint(1, 123)),
}


def harmless(slot: str, rng: Random) -> str:
    """Fill a harmless slot: of the numbers above, or of a list of words."""
    return CHAFF[slot](rng) if slot in CHAFF else rng.choice(words()[slot])
