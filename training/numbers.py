"""Columns of whole numbers: keys that run, numbers that stand for somebody, and amounts."""

from enum import StrEnum

from training.making import Draw, Value, maker


class Figures(StrEnum):
    """Kinds of columns of whole numbers."""

    KEY = "key"
    NUMBER = "number"
    AMOUNT = "amount"


@maker(Figures.KEY, 2)
def running(draw: Draw) -> Value:
    """Keys: one after the other, from anywhere, with gaps or steps."""
    start = draw.one([0, 1, 1, 1, 100, 1000, 10001, draw.number(1, 10**7), draw.number(10**8, 10**9)])
    step, gaps = draw.one([1, 1, 1, 1, 2, 5, 10]), draw.one([0.0, 0.0, 0.1, 0.5])
    width = draw.one([0, 0, 0, 4, 6, 9])
    at = [start]

    def value() -> str:
        at[0] += step + (draw.number(1, 5) * step if draw.chance(gaps) else 0)
        return str(at[0]).zfill(width)

    return value


@maker(Figures.KEY, 1)
def dense(draw: Draw) -> Value:
    """Keys in no order: of a sorted table, or of what another table numbers."""
    most = draw.one([20, 50, 100, 400])
    start = draw.one([0, 1, 1, 500, 10**5, draw.number(1, 10**8)])
    return lambda: str(start + draw.number(0, most))


@maker(Figures.NUMBER, 3)
def identifiers(draw: Draw) -> Value:
    """Numbers of one length that follow nothing, as offices and banks give them."""
    length = draw.one([6, 7, 8, 8, 9, 9, 9, 10, 10, 11, 12, 16])
    first = draw.one(["", "", "", str(draw.number(1, 9)), str(draw.number(10, 99))])
    lengths = draw.one([0, 0, 0, 2])

    def value() -> str:
        digits = length + draw.number(0, lengths) - len(first)
        return first + "".join(str(draw.number(0, 9)) for _ in range(digits))

    return value


@maker(Figures.AMOUNT, 3)
def amounts(draw: Draw) -> Value:
    """Counts and amounts: small ones more often, round ones too."""
    size, spread = draw.rng.uniform(0.5, 12), draw.rng.uniform(0.4, 1.6)
    rounded = draw.one([1, 1, 1, 5, 10, 100])
    return lambda: str(int(draw.rng.lognormvariate(size, spread)) // rounded * rounded)


@maker(Figures.AMOUNT, 1)
def years(draw: Draw) -> Value:
    """Years, zip codes, codes of a few digits."""
    first = draw.one([draw.number(1900, 2015), draw.number(10001, 99000), draw.number(100, 900)])
    span = draw.one([10, 40, 100])
    return lambda: str(first + draw.number(0, span))


@maker(Figures.KEY, 1, held_back=True)
def per_year(draw: Draw) -> Value:
    """Numbers that begin with the year and run within it."""
    at = [0]
    year, width = draw.number(1995, 2030), draw.one([3, 4, 5])

    def value() -> str:
        at[0] += draw.number(1, 4)
        return f"{year}{at[0]:0{width}}"

    return value


@maker(Figures.AMOUNT, 1, held_back=True)
def scores(draw: Draw) -> Value:
    """Scores and populations: around a middle."""
    middle = 10 ** draw.rng.uniform(1, 7)
    return lambda: str(abs(int(draw.rng.gauss(middle, middle / 4))))


@maker(Figures.NUMBER, 1, held_back=True)
def checked(draw: Draw) -> Value:
    """Numbers with an area in front, as telephone and social security numbers have."""
    length = draw.one([9, 10])
    return lambda: f"{draw.number(101, 899)}{draw.number(0, 9999999):07}"[:length]
