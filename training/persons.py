"""Columns of persons, and of persons among companies: names of many peoples in the many ways they are written."""

from collections.abc import Callable

from training import lists
from training.forms import company, filled
from training.making import Draw, Value, Words, maker
from training.stock import Words as Drawn

Pair = Callable[[], tuple[str, str]]

_FORMS = lists.forms("person")
_ADDED = lists.forms("person_and_more")
_PLAIN = len(_FORMS) // 2
_UNKNOWN = 0.25


def people(draw: Draw) -> Pair:
    """Settle whose names a column holds: mostly Americans', one people's, or the world's."""
    choice = draw.rng.random()
    if choice < 0.4:
        return lambda: (draw.given(), draw.family())
    some = draw.one(draw.stock.peoples)
    if choice < 0.6:
        return lambda: _pair(draw, some)
    americans = 0.45 if choice < 0.85 else 0.0

    def anybody() -> tuple[str, str]:
        if draw.chance(americans):
            return draw.given(), draw.family()
        return _pair(draw, draw.one(draw.stock.peoples))

    return anybody


def _pair(draw: Draw, names: tuple[Drawn, Drawn]) -> tuple[str, str]:
    """A name of a people; some that no list has, as most names of the world are in none."""
    given, family = names
    if draw.chance(_UNKNOWN):
        return (given.draw(draw.rng) if draw.chance(0.5) else draw.crossed(given)), draw.crossed(family)
    return given.draw(draw.rng), family.draw(draw.rng)


def written(draw: Draw, pair: Pair, form: str) -> str:
    """One name in one form."""
    (given, family), (second, other) = pair(), pair()
    return filled(draw, form, {"g": given, "s": family, "h": second, "t": other})


@maker(Words.PERSON, 8)
def named(draw: Draw) -> Value:
    """Full names, most of a column written alike."""
    pair = people(draw)
    usual, other = draw.one(_FORMS), draw.one(_FORMS)
    stray = draw.one([0.0, 0.0, 0.1, 0.3])
    return lambda: written(draw, pair, other if draw.chance(stray) else usual)


@maker(Words.PERSON, 4)
def with_something(draw: Draw) -> Value:
    """Names with a country, party, club, year, mark or second person behind, as tables of results have them."""
    pair = people(draw)
    form, added = draw.one(_FORMS[:_PLAIN]), draw.one(_ADDED)
    always = draw.one([1.0, 0.8, 0.3])

    def value() -> str:
        name = written(draw, pair, form)
        if not draw.chance(always):
            return name
        return filled(draw, added.replace("{}", name).replace("{another}", written(draw, pair, form)), {})

    return value


@maker(Words.PERSON, 0.5)
def in_other_scripts(draw: Draw) -> Value:
    """Names in other scripts."""
    names = draw.one(draw.stock.scripts)
    form = draw.one(["{0} {1}", "{0} {1}", "{0} {1}", "{1} {0}", "{1}{0}"])
    return lambda: form.format(*_pair(draw, names))


@maker(Words.PERSON, 1.5, held_back=True)
def honoured(draw: Draw) -> Value:
    """Some with a form of address, some with a middle initial, some with a generation."""
    pair = people(draw)

    def value() -> str:
        before = "{honorifics} " if draw.chance(0.2) else ""
        middle = "{letters:1} " if draw.chance(0.5) else ""
        behind = " {generations}" if draw.chance(0.1) else ""
        return written(draw, pair, f"{before}{{g!}} {middle}{{s!}}{behind}")

    return value


@maker(Words.GIVEN)
def given_names(draw: Draw) -> Value:
    """Given names alone, some with a second one or an initial."""
    pair = people(draw)
    more = draw.one([0.0, 0.0, 0.1, 0.3])
    forms = ("{g!} {h!}", "{g!} {letters:1}", "{g!} {letters:1}.")
    return lambda: written(draw, pair, draw.one(forms) if draw.chance(more) else "{g!}")


@maker(Words.FAMILY, 2)
def family_names(draw: Draw) -> Value:
    """Family names alone, some double or with a generation."""
    pair = people(draw)
    more = draw.one([0.0, 0.0, 0.1, 0.2])
    forms = ("{s!}-{t!}", "{s!} {generations}", "{particles} {s!}")
    return lambda: written(draw, pair, draw.one(forms) if draw.chance(more) else "{s!}")


@maker(Words.FAMILY, 0.5)
def family_names_with_results(draw: Draw) -> Value:
    """Family names as reports of matches have them: an initial, a record, goals behind."""
    pair = people(draw)
    form = draw.one(lists.forms("family_and_results"))
    return lambda: written(draw, pair, form)


@maker(Words.EITHER)
def persons_or_companies(draw: Draw) -> Value:
    """Owners, vendors, donors: persons and companies in one column."""
    pair = people(draw)
    form = draw.one(lists.forms("person_among_companies"))
    persons = draw.rng.uniform(0.2, 0.8)
    return lambda: written(draw, pair, form) if draw.chance(persons) else company(draw)
