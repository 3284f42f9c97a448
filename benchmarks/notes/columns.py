"""Columns of notes with a character: who writes them, what occurs how often, and what is true of each row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from random import Random
from typing import Final

from benchmarks.notes.templates import COMMON, EXAMINED, Case, Mark, Template, filled, writers

ROWS: Final = 20_000
MOST: Final = 0.6
RAREST: Final = 0.0005
_COMMON_FROM, _RARE_TO = 0.02, 0.1
_NOTHING_AT_ALL = 0.08
_NAMES_OCCUR = 0.8
#: What notes hold most often beside names, drawn so many times as easily as what they hold seldom.
_OFTEN = frozenset({"ADDR_HOME", "DOB", "EMAIL", "PHONE", "SSN"})
_OFTENER = 3
_EMPTY = ("", "", "", "n/a", "none", ".")
_OWN_WORDS = 3.0
_RECENT = 50
_ENDS = (".", "!", "?")


@dataclass(frozen=True, slots=True)
class Character:
    """What a column is like; shares are of all rows.

    Attributes:
        writer: the kind of office.
        asked: how often each type is to occur; others do not.
        together: how often all types of a row hang together, so that what identifies comes in heaps.
        empty: rows that say nothing.
        repeated: rows saved twice.
        careless: harmless sentences with a slip of the fingers.
        capitals, small: rows typed so.
        harmless: the most harmless sentences in a row.
    """

    writer: str
    asked: Mapping[str, float]
    together: float = 0.0
    empty: float = 0.0
    repeated: float = 0.0
    careless: float = 0.0
    capitals: float = 0.0
    small: float = 0.0
    harmless: int = 2


@dataclass(frozen=True, slots=True)
class NotesColumn:
    """A column of texts, and for each of them what identifies somebody in it."""

    character: Character
    texts: Sequence[str]
    truth: Sequence[tuple[Mark, ...]]

    def shares(self) -> dict[str, float]:
        """The true share of rows of every type examined."""
        held = [{mark.code for mark in marks} for marks in self.truth]
        return {code: sum(code in codes for codes in held) / len(held) for code in sorted(EXAMINED)}

    def sample(self, rows: int, seed: int) -> list[int]:
        """Row numbers drawn at random, as a scan draws them."""
        return sorted(Random(f"sample {seed}").sample(range(len(self.texts)), min(rows, len(self.texts))))


def column(seed: int, rows: int = ROWS) -> NotesColumn:
    """The column of this seed; the same seed and size give the same column."""
    return written(character(seed), seed, rows)


def character(seed: int) -> Character:
    """The character of the column of this seed."""
    rng = Random(f"character {seed}")
    return Character(
        writer=rng.choice([name for name in writers() if name != COMMON]),
        asked=_asked(rng),
        together=rng.uniform(0, 0.5),
        empty=rng.choice((0.0, rng.uniform(0, 0.15))),
        repeated=rng.uniform(0, 0.08),
        careless=rng.uniform(0, 0.15),
        capitals=rng.choice((0.0, 0.0, rng.uniform(0, 0.3), 0.95)),
        small=rng.choice((0.0, rng.uniform(0, 0.3), rng.uniform(0.2, 0.6))),
        harmless=rng.randint(1, 4),
    )


def _asked(rng: Random) -> dict[str, float]:
    """One or two types that are common, names mostly among them, and some that are rare."""
    if rng.random() < _NOTHING_AT_ALL:
        return {}
    others = sorted(EXAMINED - {"NAME"})
    easily = [_OFTENER if code in _OFTEN else 1 for code in others]
    drawn = dict.fromkeys(rng.sample(others, rng.randint(2, 8), counts=easily))
    codes = ["NAME", *drawn] if rng.random() < _NAMES_OCCUR else list(drawn)
    common = rng.randint(1, 2)
    return {
        code: rng.uniform(_COMMON_FROM, MOST) if place < common else exp(rng.uniform(log(RAREST), log(_RARE_TO)))
        for place, code in enumerate(codes)
    }


def written(wanted: Character, seed: int, rows: int = ROWS) -> NotesColumn:
    """A column of this character."""
    rng = Random(f"column {seed}")
    habits = _Habits(wanted, rng)
    notes: list[tuple[str, tuple[Mark, ...]]] = []
    for _ in range(rows):
        if notes and rng.random() < wanted.repeated:
            notes.append(rng.choice(notes[-_RECENT:]))
        elif rng.random() < wanted.empty:
            notes.append((rng.choice(_EMPTY), ()))
        else:
            notes.append(habits.note(rng))
    return NotesColumn(wanted, [text for text, _ in notes], [marks for _, marks in notes])


class _Habits:
    """How the clerks of one column write: some sentences often, most of them seldom."""

    def __init__(self, wanted: Character, rng: Random) -> None:
        self._wanted = wanted
        own, common = writers()[wanted.writer], writers()[COMMON]
        self._harmless = rng.sample([*own.harmless, *common.harmless], len(own.harmless) + len(common.harmless))
        self._harmless_likes = _likes(len(self._harmless))
        telling = [*((each, _OWN_WORDS) for each in own.telling), *((each, 1.0) for each in common.telling)]
        rng.shuffle(telling)
        self._telling = [
            (template, template.codes, weight * like)
            for (template, weight), like in zip(telling, _likes(len(telling)), strict=True)
        ]
        # Types of a row that says something: what is asked for is a share of all rows.
        self._chances = {code: min(1.0, share / (1 - wanted.empty)) for code, share in wanted.asked.items()}

    def note(self, rng: Random) -> tuple[str, tuple[Mark, ...]]:
        telling = self._told(self._types(rng), rng)
        least = 0 if telling else 1
        many = rng.randint(least, max(least, self._wanted.harmless))
        others = rng.choices(self._harmless, weights=self._harmless_likes, k=many)
        sentences = [*telling, *dict.fromkeys(others)]
        rng.shuffle(sentences)
        case = self._case(rng)
        return joined([self._sentence(template, case, rng) for template in sentences], rng)

    def _types(self, rng: Random) -> set[str]:
        # One number for all types makes the rarer ones come with the commoner ones; the share of each stays the same.
        one = rng.random() if rng.random() < self._wanted.together else None
        return {code for code, chance in self._chances.items() if (rng.random() if one is None else one) < chance}

    def _told(self, types: set[str], rng: Random) -> list[Template]:
        """Sentences that hold these types and no others, each type in one of them."""
        told = []
        while types:
            code = rng.choice(sorted(types))
            fitting = [each for each in self._telling if code in each[1] and each[1] <= types]
            template, codes, _ = rng.choices(fitting, weights=[like for _, _, like in fitting])[0]
            told.append(template)
            types = types - codes
        return told

    def _case(self, rng: Random) -> Case:
        drawn = rng.random()
        if drawn < self._wanted.capitals:
            return Case.CAPITALS
        return Case.SMALL if drawn < self._wanted.capitals + self._wanted.small else Case.AS_IS

    def _sentence(self, template: Template, case: Case, rng: Random) -> tuple[str, tuple[Mark, ...]]:
        text, marks = filled(template, rng, case)
        if not marks and rng.random() < self._wanted.careless:
            text = slipped(text, rng)
        return text, marks


def _likes(many: int) -> list[float]:
    """How much each of so many sentences is liked: a few of them much."""
    return [1 / (place + 3) for place in range(many)]


def joined(sentences: Sequence[tuple[str, tuple[Mark, ...]]], rng: Random) -> tuple[str, tuple[Mark, ...]]:
    """Sentences as one note, and their marks moved to where they are in it."""
    text, marks = "", list[Mark]()
    for sentence, held in sentences:
        if text:
            text += (
                rng.choice((" ", " ", "\n", "  "))
                if text.endswith(_ENDS)
                else rng.choice((". ", "; ", "\n", " - ", ", "))
            )
        marks += [mark._replace(start=mark.start + len(text), end=mark.end + len(text)) for mark in held]
        text += sentence
    return text, tuple(marks)


def slipped(text: str, rng: Random) -> str:
    """A text with two neighbouring letters of a longer small word changed round, or one of them left out."""
    places = [place for place in range(1, len(text) - 2) if _inside_a_word(text[place - 1 : place + 3])]
    if not places:
        return text
    place = rng.choice(places)
    instead = text[place + 1] + text[place] if rng.random() < 0.6 else text[place]
    return text[:place] + instead + text[place + 2 :]


def _inside_a_word(letters: str) -> bool:
    return letters.isalpha() and letters.islower()
