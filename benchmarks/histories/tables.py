"""Tables whose columns are renamed, dropped, made again and judged anew, each telling what has to follow from it."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from benchmarks.histories.oracle import Entry
from catalog.model.coverage import Look, SampleMethod
from catalog.model.evidence import Evidence, EvidenceKind, Finding, Form, Share
from catalog.model.holdings import Band, DatasetKind
from catalog.model.runs import ColumnResult, DatasetResult, ListedDataset, SafeName

CODES = ("SSN", "PHONE", "NAME")
#: Many a sample's noise beside the edge of a band; none so near that rounding would decide.
STRENGTHS = (0.95, 0.83, 0.82, 0.78, 0.77, 0.65, 0.53, 0.52, 0.48, 0.47, 0.2)
_SHAPES = ((), ("999-99-9999 97%",), ("(999) 999-9999 80%", "999-9999 12%"), ("Aaaaaa Aaaaaa 60%",))
_FEWEST, _MOST = 4, 6
# Words of five letters: none is short for another, so that no two names have anything in common by chance.
_TEXT = """
amber basin cedar delta ember fjord grove haven ivory jetty knoll lemon maple north ocean pearl quilt river stone tulip
umbra vapor wheat xenon yield zebra acorn birch coral drift eagle flint glade heron inlet juice kayak larch mango nylon
olive plaza quota raven shore thyme ultra viola willo xylem yacht zesty
"""
_WORDS = _TEXT.split()


@dataclass(eq=False)
class Thing:
    """A column as it is at its source. ``is_twin`` where another was made as like it as can be."""

    words: tuple[str, str]
    name: str
    shapes: tuple[str, ...]
    declared: str
    empty: Band
    distinct: Band
    entry: Entry
    number: int = 0
    is_twin: bool = False


@dataclass(eq=False)
class Table:
    """One history: a table, its columns, and what the catalog has to know of it.

    Parameters:
        by_number: whether its engine numbers tables and columns, or knows them by name alone.
    """

    number: int
    by_number: bool
    chance: random.Random
    name: str = ""
    oid: int = 0
    version: int = 0
    is_there: bool = True
    is_over: bool = False
    copies: int = 0
    things: list[Thing] = field(default_factory=list)
    dropped: list[Thing] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    ambiguous: list[Entry] = field(default_factory=list)
    _next_number: int = 1

    def __post_init__(self) -> None:
        self._words = iter(self.chance.sample(_WORDS, len(_WORDS)))
        self.name, self.oid = f"table_{self.number}", 1000 + self.number
        for _ in range(self.chance.randint(_FEWEST, _MOST)):
            self._place(self._new_thing(), len(self.things))
        if self.chance.random() < 0.3:
            self.things[0].is_twin = True
            self._place(self._another(self.things[0]), 1)

    # What happens between two nights. Each event says whether it could happen.

    def nothing(self) -> bool:
        """It stays as it is, and is looked at all the same."""
        return True

    def evidence_moves(self) -> bool:
        """One column holds something else, or less of it."""
        self._judge(self.chance.choice(self.things))
        return True

    def detector_upgraded(self) -> bool:
        """Everything in it is judged anew."""
        for thing in self.things:
            self._judge(thing)
        return True

    def reordered(self) -> bool:
        """The columns stand in another order."""
        self.chance.shuffle(self.things)
        return True

    def type_changed(self) -> bool:
        """A column is declared another type, and holds what it held."""
        thing = self.chance.choice(self.things)
        if not thing.is_twin:
            thing.declared = self.chance.choice(("varchar(80)", "text", "char(11)"))
        return not thing.is_twin

    def column_renamed(self) -> bool:
        """By its engine, which still knows it by its number; or so that nothing else can be meant."""
        thing = self.chance.choice(self.things)
        if self.by_number:
            thing.words, thing.is_twin = self._two_words(), False
            return self._call(thing, "_".join(thing.words))
        return not thing.is_twin and self._call(thing, self.chance.choice(_variants(thing)))

    def names_swapped(self) -> bool:
        """Two columns exchange their names: known by number they stay who they are, by name their content moves."""
        one, other = self.chance.sample(self.things, 2)
        if self.by_number:
            if one.is_twin or other.is_twin:
                return False
            name = one.name
            one.words, other.words = other.words, one.words
            self._call(one, other.name)
            return self._call(other, name)
        one.entry.found, other.entry.found = other.entry.found, one.entry.found
        return True

    def column_renamed_beyond_recognition(self) -> bool:
        """Where no engine's number says that it is the same, a name with nothing in common is another column."""
        if self.by_number:
            return False
        self._replace(self.chance.choice(self.things), [self._new_thing()])
        return True

    def column_split(self) -> bool:
        """A column goes, and two come in its place of which each could be it."""
        old = self.chance.choice(self.things)
        if old.is_twin:
            return False
        self.ambiguous.append(old.entry)
        self._replace(old, [self._twin(old, f"{'_'.join(old.words)}_{letter}") for letter in "xy"])
        return True

    def columns_merged(self) -> bool:
        """Two columns that are alike go, and one comes that could be either."""
        twins = [thing for thing in self.things if thing.is_twin]
        pairs = [(a, b) for a in twins for b in twins if a is not b and a.words == b.words]
        if not pairs:
            return False
        one, other = pairs[0]
        self.ambiguous += [one.entry, other.entry]
        self._drop(other)
        self._replace(one, [self._another(one)])
        return True

    def column_dropped(self) -> bool:
        """A column goes."""
        if len(self.things) <= _FEWEST:
            return False
        thing = self.chance.choice(self.things)
        self._drop(thing)
        self.dropped.append(thing)
        return True

    def column_added(self) -> bool:
        """A column comes that was never there."""
        if len(self.things) >= 2 * _MOST:
            return False
        self._place(self._new_thing(), self.chance.randint(0, len(self.things)))
        return True

    def column_returns(self) -> bool:
        """A column that went comes back under its name; its engine gives it a number of its own."""
        if not self.dropped:
            return False
        thing = self.dropped.pop(self.chance.randrange(len(self.dropped)))
        self._place(thing, self.chance.randint(0, len(self.things)))
        thing.entry.come_back()
        return True

    def another_like_one_gone(self) -> bool:
        """A column comes that is like one that went for good, for all anybody knows: it is not taken to be it."""
        if not self.dropped:
            return False
        gone = self.chance.choice(self.dropped)
        gone.is_twin = True
        self.ambiguous.append(gone.entry)
        self._place(self._another(gone), self.chance.randint(0, len(self.things)))
        return True

    def made_again(self) -> bool:
        """Dropped and made again with the same columns in another order; an engine counts them anew."""
        self.chance.shuffle(self.things)
        self._count_anew()
        return True

    def made_again_with_a_new_name(self) -> bool:
        """The same, and one column has a name that can only be its."""
        thing = self.chance.choice(self.things)
        if thing.is_twin or not self._call(thing, self.chance.choice(_variants(thing))):
            return False
        self._count_anew()
        return True

    def made_again_of_other_columns(self) -> bool:
        """Dropped and made again with columns that have nothing to do with what was there, under the same numbers."""
        for thing in list(self.things):
            self._replace(thing, [self._new_thing()])
        self.dropped.clear()
        self._count_anew()
        return True

    def renamed(self) -> bool:
        """The table has another name; an engine knows it by its number, else only what is in it tells."""
        self.name += "_v"
        return True

    def made_again_under_another_name(self) -> bool:
        """Dropped and made again, table and columns with other numbers: what the columns are called tells."""
        self.name += "_n"
        return self.made_again()

    def copied(self) -> bool:
        """The table goes, and two come that are what it was: nobody can say which of them is it."""
        if self.by_number:
            return False
        self.ambiguous += [entry for entry in self.entries if entry.is_live]
        self.is_there, self.is_over, self.copies = False, True, 2
        return True

    def goes(self) -> bool:
        """The table is not there for some nights."""
        self.is_there = False
        return True

    # What a scan brings back of it.

    def listed(self) -> Iterator[ListedDataset]:
        """The table as its source lists it, or its copies."""
        names = [self.name] if self.is_there else [f"{self.name}_copy{i}" for i in range(self.copies)]
        for name in names:
            key = f"oid:{self.oid}" if self.by_number else name
            yield ListedDataset(SafeName(name, key, False), DatasetKind.TABLE, "", 10, f"v{self.version}")

    def result(self) -> DatasetResult:
        """What a look into it says."""
        columns = tuple(self._column(place, thing) for place, thing in enumerate(self.things))
        return DatasetResult(Look.SCANNED, None, 10, 10, SampleMethod.ALL_ROWS, 1, "test-1", columns)

    def _column(self, place: int, thing: Thing) -> ColumnResult:
        key = f"attnum:{thing.number}" if self.by_number else thing.name
        findings = tuple(_finding(code, *found) for code, found in sorted(thing.entry.found.items()))
        return ColumnResult(
            SafeName(thing.name, key, False),
            place,
            thing.declared,
            "",
            None,
            False,
            10,
            thing.empty,
            thing.distinct,
            thing.shapes,
            findings,
        )

    def _new_thing(self) -> Thing:
        words = self._two_words()
        thing = Thing(
            words,
            "_".join(words),
            self.chance.choice(_SHAPES),
            "varchar(40)",
            self.chance.choice((Band.NONE, Band.FEW)),
            self.chance.choice((Band.SOME, Band.MOST)),
            Entry("_".join(words)),
        )
        self._judge(thing)
        return thing

    def _twin(self, of: Thing, name: str) -> Thing:
        entry = Entry(name, dict(of.entry.found))
        return replace(of, name=name, entry=entry, is_twin=True)

    def _another(self, of: Thing) -> Thing:
        """One in another spelling."""
        taken = {entry.name for entry in self.entries}
        return self._twin(of, next(name for name in _spellings(of) if name not in taken))

    def _two_words(self) -> tuple[str, str]:
        try:
            return next(self._words), next(self._words)
        except StopIteration:
            # All words are used up: numbers tell these names from all others.
            self._next_number += 1
            return f"column{self._next_number}", f"of{self._next_number}"

    def _judge(self, thing: Thing) -> None:
        thing.entry.found = {}
        for code in CODES:
            if self.chance.random() < 0.6:
                form = Form.FULL if self.chance.random() < 0.8 else Form.PARTIAL
                thing.entry.found[code] = (form.value, self.chance.choice(STRENGTHS))

    def _place(self, thing: Thing, place: int) -> None:
        self._next_number += 1
        thing.number = self._next_number
        self.things.insert(place, thing)
        if thing.entry not in self.entries:
            self.entries.append(thing.entry)

    def _call(self, thing: Thing, name: str) -> bool:
        if thing.name == name:
            return False
        thing.name = thing.entry.name = name
        return True

    def _drop(self, thing: Thing) -> None:
        self.things.remove(thing)
        thing.entry.go()

    def _replace(self, old: Thing, new: list[Thing]) -> None:
        place = self.things.index(old)
        self._drop(old)
        for more, thing in enumerate(new):
            self._place(thing, place + more)

    def _count_anew(self) -> None:
        self.oid += 100_000
        for number, thing in enumerate(self.things, start=1):
            thing.number = number
        self._next_number = max(self._next_number, len(self.things))


#: What happens, and how often.
EVENTS: tuple[tuple[Callable[[Table], bool], int], ...] = (
    (Table.nothing, 1),
    (Table.evidence_moves, 3),
    (Table.detector_upgraded, 3),
    (Table.reordered, 1),
    (Table.type_changed, 1),
    (Table.column_renamed, 4),
    (Table.names_swapped, 1),
    (Table.column_renamed_beyond_recognition, 5),
    (Table.column_split, 2),
    (Table.columns_merged, 5),
    (Table.column_dropped, 4),
    (Table.column_added, 1),
    (Table.column_returns, 12),
    (Table.another_like_one_gone, 5),
    (Table.made_again, 1),
    (Table.made_again_with_a_new_name, 1),
    (Table.made_again_of_other_columns, 1),
    (Table.made_again_under_another_name, 1),
    (Table.renamed, 1),
    (Table.copied, 1),
    (Table.goes, 1),
)


def _variants(thing: Thing) -> tuple[str, ...]:
    """Other ways to write a name: capitals, an abbreviation, a word more."""
    first, second = thing.words
    return (*_spellings(thing)[:2], f"{first}_{second[:3]}", f"{first}_{second}_cd")


def _spellings(thing: Thing) -> tuple[str, ...]:
    first, second = thing.words
    both = first.capitalize() + second.capitalize()
    several = (f"{first}{gap}{second}" for gap in ("-", " ", ".", "__", "/", ":", "--", ". "))
    return (both, f"{first}_{second}".upper(), f"{both[:1].lower()}{both[1:]}", *several)


def _finding(code: str, form: str, strength: float) -> Finding:
    evidence = Evidence(code, EvidenceKind.NAME, "a word", 0.5, Form(form))
    return Finding(code, Form(form), strength, Share(0.8, 0.9, 1.0), 0.4, (evidence,))
