"""Names of persons in running text, however it is typed: introduced by a title or by what somebody is, or in pairs.

Clerks write "officer garabedian", "EE MS. GERARDI", "pt soledad c/o pain". Capitals tell little there; lists of names
tell more, and so do the words around: behind "Ms." or "caseworker" stands a name, unless it is a word of English.
"""

import re
from collections.abc import Iterator
from enum import IntEnum

from scanners import lexicons, roles
from scanners.fullnames import given, is_given, is_place_word, is_surname, plain
from scanners.person_spans import typed_in_capitals
from scanners.roles import Role

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_DRINK = "pepper"  # what "Dr." stands before most often in prose
_TITLES = frozenset("mr mrs ms miss mx dr sra srta senor senora".split())  # noqa: SIM905 - one line
_PARTICLES = frozenset("de la del los las da di van von der den el al bin st".split())  # noqa: SIM905 - the same
_GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
_INTRODUCING = re.compile(r"\.? {1,2}|\.|: ?")
_BLANK = re.compile(r"\.? {1,2}")
_JOINING = re.compile(r"[./]")
_SPEAKING = frozenset(lexicons.phrases("speaking"))
_AND = frozenset({"and", "y"})
_COMMA = re.compile(r", {0,2}")
_STOP = re.compile(r"\. *")
_MOST_WORDS = 4
_SHORTEST_GIVEN = 3
_LONGEST_ABBREVIATION = 4
_LONG = 4


Place = tuple[int, int]


class _Sure(IntEnum):
    """How much the word before makes sure that a name stands here."""

    NOT = 0
    BY_ROLE = 1
    BY_OFFICE = 2
    BY_TITLE = 3


def mentions(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of names, in their order, none within another."""
    written = _Written(text)
    place = 0
    while place < len(written.words):
        found = written.introduced(place)
        if found is None and written.may_begin(place):
            found = written.paired(place) or written.coupled(place)
        first, behind = found or (0, 0)
        if behind:
            yield written.words[first].start(), written.words[behind - 1].end()
        place = max(place + 1, behind)


class _Written:
    """The words of a text, and how it is typed."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.words = list(_WORD.finditer(text))
        self._plain = [plain(word.group()) for word in self.words]
        self._capitals_tell = not typed_in_capitals(text)

    def introduced(self, place: int) -> Place | None:
        """The words, from the first to before the last, of a name behind a title or behind what somebody is."""
        sure = self._introduces(place)
        first = place + 1
        if not sure:
            return None
        if len(self._plain[place]) > _LONGEST_ABBREVIATION and self._stands(first, _STOP):
            return None
        while self._stands(first, _INTRODUCING) and self._plain[first] in _TITLES:
            first, sure = first + 1, _Sure.BY_TITLE
        if self._stands(first, _COMMA):  # "her ex, Rosa Diaz, ..."
            return self.paired(first) if sure is _Sure.BY_ROLE and first + 1 < len(self.words) else None
        begins = first
        while self._stands(first, _INTRODUCING) and self._plain[first] in _PARTICLES:
            first += 1
        if not self._stands(first, _INTRODUCING):
            return None
        is_reversed, is_name = self._is_reversed(first), self._is_name(first, sure)
        if not is_name and not (is_reversed and self._is_given(first + 1)):
            return None
        return self._unless_place(begins, first + 2 if is_reversed else self._end(first))

    def may_begin(self, place: int) -> bool:
        """Whether a pair of names may begin here, told quickly: with a given name, or before a comma."""
        end = self.words[place].end()
        return self._text[end : end + 1] == "," or self._plain[place].partition("-")[0] in given()

    def paired(self, place: int) -> Place | None:
        """The same of a given name and a surname, in either order: "Jane Q. Smith", "smith, jane"."""
        other = place + 1
        while self._stands(other, _BLANK) and (len(self._plain[other]) == 1 or self._plain[other] in _PARTICLES):
            other += 1
        if not self._stands(other, _BLANK):
            return self._reversed(place)
        is_name = self._are_alike(place, other) and self._is_pair(place, other)
        return self._unless_place(place, max(self._end(place), other + 1)) if is_name else None

    def _is_pair(self, one: int, two: int) -> bool:
        """Whether a word is a given name before a surname: one of them may mean something else, but not both."""
        word, family = self._plain[one], self._plain[two]
        if self._is_given(one):
            is_listed = self._has_capital(two) and family in lexicons.frequent_surnames() and not is_place_word(family)
            return is_listed or self._is_family(two) or self._is_unknown(two)
        if len(word) < _SHORTEST_GIVEN or word not in given() or word in lexicons.ordinary_words():
            return False
        return is_surname(family) and (self._has_capital(one) or family not in lexicons.english())

    def coupled(self, place: int) -> Place | None:
        """One given name beside another: "MARISOL AND NATASHA TRADED SHIFTS" names two."""
        is_couple = self._are_couple(place, place + 2) or (place > 1 and self._are_couple(place - 2, place))
        return (place, place + 1) if is_couple else None

    def _are_couple(self, one: int, other: int) -> bool:
        if not self._stands(other - 1, _BLANK) or not self._stands(other, _BLANK):
            return False
        are_given = self._is_given(one) and self._is_given(other)
        return self._plain[other - 1] in _AND and are_given and self._are_alike(one, other)

    def _reversed(self, place: int) -> Place | None:
        """Of "smith, jane" both, unless these are two of a list of names."""
        other = place + 1
        if not self._stands(other, _COMMA) or not self._is_given(other) or not self._is_family(place):
            return None
        before = place > 0 and self._stands(place, _BLANK) and self._is_name(place - 1, _Sure.NOT)
        behind = self._stands(other + 1, _BLANK) and self._is_family(other + 1)
        return None if before or behind or not self._are_alike(place, other) else (place, other + 1)

    def _is_reversed(self, place: int) -> bool:
        """The same where something before says that a name stands here: what is behind the comma may be any."""
        other = place + 1
        if not self._stands(other, _COMMA) or not self._are_alike(place, other):
            return False
        word = self._plain[other]
        return (word in given() and word not in lexicons.ordinary_words()) or self._is_unknown(other)

    def _unless_place(self, first: int, behind: int) -> Place | None:
        """The name, unless what bears it follows: "George Washington Bridge"."""
        named_after = self._stands(behind, _BLANK) and is_place_word(self._plain[behind])
        return None if named_after else (first, behind)

    def _introduces(self, place: int) -> _Sure:
        word = self._plain[place]
        if word in _TITLES:
            return _Sure.NOT if word == "dr" and self._is_street(place) else _Sure.BY_TITLE
        before = self._plain[place - 1] if place else ""
        if len(word) == len(before) == 1 and self._stands(place, _JOINING):
            word = before + word  # the two of "P.O." and "C/V"
        if f"{before} {word}" in _SPEAKING or word in _SPEAKING:
            return _Sure.BY_ROLE
        role = roles.telling().get(f"{before} {word}") or roles.telling().get(word)
        return _Sure.NOT if role is None else _Sure.BY_OFFICE if role is Role.STAFF else _Sure.BY_ROLE

    def _is_street(self, place: int) -> bool:
        """Whether "Dr" is that of "Oak Dr"."""
        return self._capitals_tell and self._stands(place, _BLANK) and self.words[place - 1].group()[0].isupper()

    def _stands(self, place: int, between: re.Pattern[str]) -> bool:
        """Whether there is such a word, with nothing but this between it and the one before."""
        if not 0 < place < len(self.words):
            return False
        gap = self._text[self.words[place - 1].end() : self.words[place].start()]
        return between.fullmatch(gap) is not None

    def _is_name(self, place: int, sure: _Sure) -> bool:
        """Whether a word may be one of a name."""
        word = self._plain[place]
        if len(word) < 2 or is_place_word(word) or word in lexicons.ordinary_words() or word == _DRINK:
            return False
        has_capital = self._has_capital(place)
        if is_given(word) or self._is_family(place):
            return len(word) > 2 or has_capital or sure is _Sure.BY_TITLE
        if word in lexicons.english():
            is_sure = sure is _Sure.BY_TITLE or (has_capital and sure is _Sure.BY_OFFICE)
            return is_sure and word in (lexicons.surnames() if has_capital else lexicons.frequent_surnames())
        if word in lexicons.surnames() or word in given():
            return True
        return has_capital or (sure is _Sure.BY_TITLE and len(word) >= _LONG)

    def _is_family(self, place: int) -> bool:
        """Whether a word is a surname and nothing else; of words of English without a capital, a frequent one."""
        word = self._plain[place]
        if is_surname(word) and (self._has_capital(place) or word in lexicons.most_frequent_surnames()):
            return True
        return all(part in lexicons.surnames() and part not in lexicons.english() for part in word.split("-"))

    def _has_capital(self, place: int) -> bool:
        """Whether a word has a capital that tells something."""
        written = self.words[place].group()
        return self._capitals_tell and written[0].isupper() and not written.isupper()

    def _is_unknown(self, place: int) -> bool:
        """Whether a word is long and neither of English nor of a place: behind a given name it is a surname."""
        word = self._plain[place]
        return len(word) >= _LONG and word not in lexicons.english() and not is_place_word(word)

    def _are_alike(self, place: int, other: int) -> bool:
        """Whether both are typed with a capital, or both without."""
        return self.words[place].group()[0].isupper() == self.words[other].group()[0].isupper()

    def _end(self, first: int) -> int:
        """Behind the last word of the name that begins here."""
        end = first + 1
        for place in range(end, min(len(self.words), first + _MOST_WORDS)):
            if not self._stands(place, _BLANK):
                break
            word = self._plain[place]
            if word in _GENERATIONS or (len(word) > 1 and self._goes_on(first, place, is_second=end == first + 1)):
                end = place + 1
            elif word not in _PARTICLES and len(word) > 1:
                break
        return end

    def _goes_on(self, first: int, place: int, *, is_second: bool) -> bool:
        """Whether a word is one more of a name; a word that nobody knows only where no surname was yet."""
        if self._plain[place] in _PARTICLES or not self._are_alike(first, place):
            return False
        return self._is_name(place, _Sure.BY_ROLE) or (is_second and self._is_unknown(place))

    def _is_given(self, place: int) -> bool:
        first, _, second = self._plain[place].partition("-")
        return len(first) > 1 and is_given(first) and (is_given(second) if second else len(first) > 2)
