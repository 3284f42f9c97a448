"""Columns of days: of births, and of all that happens in offices and in the world."""

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

from training.making import Draw, Value, maker


class Days(StrEnum):
    """Kinds of columns of days."""

    BIRTH = "birth"
    OTHER = "other day"


_FORMS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%Y", "%Y%m%d", "%d-%b-%Y", "%m-%d-%Y", "%Y/%m/%d", "%m/%d/%y")


def written(draw: Draw, day: Callable[[], date], forms: tuple[str, ...] = _FORMS) -> Value:
    """Days written alike; every other column of them without leading zeros."""
    form = draw.one(forms)
    bare = form == "%m/%d/%Y" and draw.chance(0.5)

    def value() -> str:
        held = day()
        return f"{held.month}/{held.day}/{held.year}" if bare else held.strftime(form)

    return value


def _today(draw: Draw) -> date:
    """The day a table was made: tables are old, and this model will be."""
    return date(draw.number(1998, 2036), draw.number(1, 12), draw.number(1, 28))


def _day(draw: Draw, first: date, last: date) -> date:
    return first + timedelta(days=draw.number(0, max(1, (last - first).days)))


def _back(today: date, years: float) -> date:
    return max(date(1850, 1, 1), today - timedelta(days=int(years * 365.25)))


@maker(Days.BIRTH, 4)
def births(draw: Draw) -> Value:
    """People of an age: all, adults, workers, pupils, athletes, the old; of each a spread."""
    today = _today(draw)
    youngest, oldest = draw.one(
        [(0, 95), (18, 90), (18, 70), (21, 67), (4, 19), (16, 40), (60, 100), (0, 18), (15, 60)]
    )
    unknown = draw.one([0.0, 0.0, 0.05])

    def day() -> date:
        if draw.chance(unknown):
            return date(1900, 1, 1)
        age = draw.rng.betavariate(1.6, 2.0) if draw.chance(0.7) else draw.rng.random()
        return _back(today, youngest + age * (oldest - youngest))

    return written(draw, day, tuple(form for form in _FORMS if form != "%m/%d/%y"))


@maker(Days.BIRTH, 1)
def births_of_known_people(draw: Draw) -> Value:
    """Of politicians, players, artists: one generation or several centuries."""
    centre, spread = draw.number(1870, 1995), draw.one([5, 10, 25, 40])

    def day() -> date:
        year = min(2020, max(1800, int(draw.rng.gauss(centre, spread))))
        return date(year, draw.number(1, 12), draw.number(1, 28))

    return written(draw, day, _FORMS[:3])


@maker(Days.OTHER, 4)
def records(draw: Draw) -> Value:
    """Days of records: some months or years up to the table's own, working days mostly, often in order."""
    today = _today(draw)
    span = draw.one([20, 90, 365, 730, 1500, 3650])
    working, in_order = draw.one([0.0, 0.9, 1.0]), draw.one([-1, 0, 0, 1, 1])
    days = []
    for _ in range(40):
        day = today - timedelta(days=draw.number(0, span))
        while day.weekday() > 4 and draw.chance(working):
            day -= timedelta(days=1)
        days.append(day)
    return _listed(draw, days, in_order)


@maker(Days.OTHER, 2)
def hirings(draw: Draw) -> Value:
    """Days since when: hired, licensed, built, bought; recent ones more often, firsts of a month too."""
    today = _today(draw)
    mean, firsts, working = draw.one([4, 8, 15]), draw.one([0.0, 0.2, 1.0]), draw.one([0.0, 0.95])

    def day() -> date:
        held = _back(today, min(45, draw.rng.expovariate(1 / mean)))
        while held.weekday() > 4 and draw.chance(working):
            held -= timedelta(days=1)
        return held.replace(day=1) if draw.chance(firsts) else held

    return written(draw, day)


@maker(Days.OTHER, 1.5)
def expiries(draw: Draw) -> Value:
    """Days to come: expiry, due, renewal; ends of months and years among them."""
    today, span = _today(draw), draw.one([1, 2, 5, 10])
    ends = draw.one([0.0, 0.0, 1.0])

    def day() -> date:
        held = today + timedelta(days=draw.number(-200, span * 365))
        return (
            (held.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1) if draw.chance(ends) else held
        )

    return written(draw, day)


@maker(Days.OTHER, 2)
def releases(draw: Draw) -> Value:
    """Days of works, matches, laws: decades, most lists of them in order."""
    first = draw.number(1900, 2000)
    last = min(2030, first + draw.one([3, 10, 30, 80]))
    days = [date(draw.number(first, last), draw.number(1, 12), draw.number(1, 28)) for _ in range(40)]
    return _listed(draw, days, draw.one([1, 1, 1, -1, 0]))


@maker(Days.OTHER, 1)
def foundings(draw: Draw) -> Value:
    """Days of foundings and openings: any, many of them the first of a year or a month."""
    first, whole = draw.number(1780, 1950), draw.one([0.1, 0.4, 0.9])

    def day() -> date:
        held = date(draw.number(first, 2020), draw.number(1, 12), draw.number(1, 28))
        return held.replace(month=1, day=1) if draw.chance(whole) else held

    return written(draw, day, _FORMS[:3])


@maker(Days.OTHER, 1, held_back=True)
def sales(draw: Draw) -> Value:
    """Days of sales and deeds, thirty years of them, working days."""
    today = _today(draw)

    def day() -> date:
        held = _back(today, draw.rng.betavariate(1, 2) * 35)
        return held - timedelta(days=max(0, held.weekday() - 4))

    return written(draw, day)


@maker(Days.BIRTH, 1, held_back=True)
def births_of_clients(draw: Draw) -> Value:
    """Births of households: parents and children."""
    today = _today(draw)
    return written(
        draw, lambda: _back(today, draw.rng.gauss(8, 4) if draw.chance(0.5) else draw.rng.gauss(38, 10)), _FORMS[:3]
    )


@maker(Days.OTHER, 1, held_back=True)
def appointments(draw: Draw) -> Value:
    """Days around today, working days."""
    today = _today(draw)

    def day() -> date:
        held = today + timedelta(days=draw.number(-60, 60))
        return held - timedelta(days=max(0, held.weekday() - 4))

    return written(draw, day)


def _listed(draw: Draw, days: list[date], in_order: int) -> Value:
    """Days one after the other, rising, falling or in no order."""
    held = sorted(days, reverse=in_order < 0) if in_order else days
    rest = iter(held * 8)
    return written(draw, lambda: next(rest))
