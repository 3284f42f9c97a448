"""What is indexed of a document and how answers are ranked: one order, whatever index looks the words up.

A whole name beats the beginning of a name, which beats single words; documents with all words come before documents
with some; a word counts once, in the best field it stands in.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from catalog.ports import Document, Hit
from catalog.search import words

Synonyms = Mapping[str, tuple[str, ...]]
"""A word and the phrases that mean the same: ``{"dob": ("date of birth",)}``."""

FIELD_WEIGHTS = {"name": 8.0, "title": 4.0, "columns": 3.0, "types": 3.0, "body": 1.0}
WHOLE_NAME_WEIGHTS = {"exact": 4000.0, "joined": 2000.0, "beginning": 1000.0}
FIELDS = (*FIELD_WEIGHTS, *WHOLE_NAME_WEIGHTS)

_ALL_WORDS = 500.0
_BEGUN_WORD = 2.0
_SYNONYM = 0.5
_WORDS_ASKED = 32
_WORDS_OF_A_BEGINNING = 12
_LONGEST_TERM = 200

Key = TypeVar("Key", bound=Hashable)
LookUp = Callable[[str, str, bool], Iterable[Key]]
"""Field, term, and whether it is only the term's beginning → the documents that hold it."""


@dataclass(slots=True)
class Match:
    """How well one document answers."""

    score: float = 0.0
    words: int = 0
    fields: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Question:
    """A text somebody typed, taken apart. Nothing in it is syntax, but for a trailing ``*``."""

    exact: str
    joined: str
    words: tuple[str, ...]
    begun: bool

    @classmethod
    def of(cls, text: str) -> "Question":
        """Take ``text`` apart."""
        typed = words.clean(text)
        asked = tuple(dict.fromkeys(words.split(typed)))[:_WORDS_ASKED]
        return cls(typed[:_LONGEST_TERM], words.joined(typed)[:_LONGEST_TERM], asked, typed.endswith("*"))


def terms(document: Document) -> dict[str, tuple[str, ...]]:
    """The terms of each field under which a document is found."""
    name = words.clean(document.name)
    parts = words.split(name)
    together = words.joined(name)[:_LONGEST_TERM]
    return {
        "name": _distinct((*parts, together)),
        "title": _distinct(words.split(document.title)),
        "columns": _distinct(_names(document.columns)),
        "types": _distinct(_names(document.types)),
        "body": _distinct(words.split(document.body)),
        "exact": _distinct((name,)),
        "joined": _distinct((together,)),
        "beginning": _distinct(_beginnings(parts)),
    }


def rank(question: Question, look_up: LookUp[Key], synonyms: Synonyms) -> dict[Key, Match]:
    """Every document that holds a word of the question, with how well it answers."""
    matches: dict[Key, Match] = defaultdict(Match)
    for position, word in enumerate(question.words):
        begun = position == len(question.words) - 1
        for key, (weight, fields) in _one_word(word, look_up, synonyms, begun=begun, star=question.begun).items():
            match = matches[key]
            match.score += weight
            match.words += 1
            match.fields |= fields
    for match in matches.values():
        match.score += _ALL_WORDS * (match.words == len(question.words))
    _add_whole_names(question, look_up, matches)
    return matches


def best(matches: Mapping[Key, Match], limit: int, name_of: Callable[[Key], tuple[str, str]]) -> list[Hit]:
    """The best ``limit`` answers, equal ones in the order of their (kind, id)."""
    if limit < 1:
        return []
    scores = sorted((match.score for match in matches.values()), reverse=True)
    least = scores[min(limit, len(scores)) - 1] if scores else 0.0
    hits = [
        Hit(*name_of(key), score=match.score, fields=tuple(each for each in FIELD_WEIGHTS if each in match.fields))
        for key, match in matches.items()
        if match.score >= least
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.kind, hit.id))[:limit]


def _one_word(
    word: str, look_up: LookUp[Key], synonyms: Synonyms, *, begun: bool, star: bool
) -> dict[Key, tuple[float, set[str]]]:
    found: dict[Key, tuple[float, set[str]]] = {}
    for name, weight in FIELD_WEIGHTS.items():
        _keep(found, look_up(name, word, begun and star), weight, name)
    if begun and not star and len(word) > 2:
        _keep(found, look_up("name", word, True), _BEGUN_WORD, "name")
    for phrase in synonyms.get(word, ()):
        for name, weight in FIELD_WEIGHTS.items():
            _keep(found, _holding_all(words.split(phrase), name, look_up), weight * _SYNONYM, name)
    return found


def _keep(found: dict[Key, tuple[float, set[str]]], keys: Iterable[Key], weight: float, name: str) -> None:
    for key in keys:
        earlier, fields = found.get(key, (0.0, set()))
        found[key] = (max(earlier, weight), fields | {name})


def _holding_all(phrase: tuple[str, ...], name: str, look_up: LookUp[Key]) -> Iterable[Key]:
    sets = [set(look_up(name, word, False)) for word in phrase]
    return set.intersection(*sets) if sets else ()


def _add_whole_names(question: Question, look_up: LookUp[Key], matches: dict[Key, Match]) -> None:
    asked = {"exact": question.exact, "joined": question.joined, "beginning": question.joined}
    for name, weight in WHOLE_NAME_WEIGHTS.items():
        if asked[name]:
            for key in look_up(name, asked[name], False):
                matches[key].score += weight
                matches[key].fields.add("name")


def _beginnings(parts: tuple[str, ...]) -> Iterator[str]:
    for length in range(1, min(len(parts), _WORDS_OF_A_BEGINNING)):
        yield "".join(parts[:length])


def _names(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from words.split(name)
        yield words.joined(name)


def _distinct(terms_of_a_field: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term[:_LONGEST_TERM] for term in terms_of_a_field if term))
