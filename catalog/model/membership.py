"""Suggests what being in a table would tell of a person, from the words about it; a person decides.

Where every row is somebody, the table's name can be the information: who is in "food stamp cases" gets assistance, and
no column says so. The words that speak for it are ours (the lexicon of the taxonomy), so a suggestion carries no name
of a source. Source: the list of §23-1201.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from catalog.model.decisions import ABSENT
from catalog.model.evidence import Form
from catalog.model.identifiers import Grade, IdentifierType
from catalog.model.memberships import MembershipDecision, MembershipSuggestion, MembershipVerdict
from catalog.model.words import split


class Place(StrEnum):
    """Where words about a dataset stand."""

    NAME = "name"
    DESCRIPTION = "description"
    PROGRAMME = "programme"
    SYSTEM = "system"


PLACE_TEXT: Mapping[Place, str] = {
    Place.NAME: "in its name",
    Place.DESCRIPTION: "in its description",
    Place.PROGRAMME: "in its program",
    Place.SYSTEM: "in its system",
}


@dataclass(frozen=True, slots=True)
class MembershipWords:
    """The words that speak for one type.

    ``everywhere`` are phrases that say it wherever they stand; ``named`` are words that say it only where they name the
    table itself, and ``systems`` only where they name its system, being common elsewhere.
    """

    code: str
    everywhere: tuple[str, ...]
    named: tuple[str, ...]
    systems: tuple[str, ...] = ()

    def at(self, place: Place) -> tuple[str, ...]:
        """The phrases that say it there."""
        return self.everywhere + {Place.NAME: self.named, Place.SYSTEM: self.systems}.get(place, ())


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All of it. In a table's name, ``people`` are words for those whom an agency serves; ``others`` say that its rows
    are no such people: staff, places, codes, documents.
    """

    words: tuple[MembershipWords, ...]
    people: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What is said about a dataset, where it is said, and what its columns hold.

    A name that is withheld is not among it. ``held`` are the types in effect in its columns and their forms.
    """

    dataset_id: int
    said: Mapping[Place, Sequence[str]]
    held: Collection[tuple[str, Form]]


class MembershipStanding(StrEnum):
    """What holds of a suggestion, given what a person said of it."""

    SUGGESTED = "suggested"
    REOPENED = "reopened"
    CHANGED = "changed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"

    @property
    def waits(self) -> bool:
        """Whether a person has to look at it."""
        return self in {MembershipStanding.SUGGESTED, MembershipStanding.REOPENED, MembershipStanding.CHANGED}


STANDING_TEXT: Mapping[MembershipStanding, str] = {
    MembershipStanding.SUGGESTED: "Suggested",
    MembershipStanding.REOPENED: "Rejected, but the words have changed since",
    MembershipStanding.CHANGED: "Confirmed, but the words have changed since",
    MembershipStanding.CONFIRMED: "Confirmed",
    MembershipStanding.REJECTED: "Rejected",
}

#: Words of the longest phrase.
LONGEST = 4
_WHOLE = frozenset({Form.FULL, Form.FREE_TEXT})
#: Numbers that stand for one person; in part or in digest they do as well.
_KEYS = frozenset({"CASE_ID", "BENEFIT_ID", "STUDENT_ID", "HEALTH_ID", "JUSTICE_ID", "MUNICIPAL_ID", "IMMIGRATION_ID"})


def suggest(about: About, lexicon: Lexicon, types: Mapping[str, IdentifierType]) -> tuple[MembershipSuggestion, ...]:
    """What being in a dataset would tell, by code.

    Only where its rows are people: it has a key of persons, or something that names or reaches one. What its columns
    hold already is not suggested.
    """
    if not _is_of_people(about, types):
        return ()
    said = {place: {each for text in about.said.get(place, ()) for each in _phrases(text)} for place in Place}
    if not said[Place.NAME].isdisjoint(lexicon.others):
        return ()
    held = {code for code, _ in about.held}
    if not held & _KEYS and said[Place.NAME].isdisjoint(lexicon.people):
        if "EMPLOYEE_ID" in held:
            return ()
        # What a system is called says what it is for, not who is in each of its tables.
        said[Place.SYSTEM] = set()
    return tuple(
        MembershipSuggestion(about.dataset_id, one.code, clues, _digest(clues))
        for one in sorted(lexicon.words, key=lambda one: one.code)
        if one.code not in held and (clues := tuple(_clues(one, said)))
    )


def effective(
    suggestions: Iterable[MembershipSuggestion], decisions: Iterable[MembershipDecision]
) -> Mapping[str, tuple[MembershipStanding, MembershipSuggestion | None, MembershipDecision | None]]:
    """What holds for each type of one dataset: the latest decision, which waits for another look where it was made on
    other words than those that are there now. A confirmation counts until then, whatever becomes of the suggestion.
    """
    found = {one.type_code: one for one in suggestions}
    latest = {one.type_code: one for one in sorted(decisions, key=lambda one: (one.at, one.id))}
    return {
        code: (_standing(found.get(code), latest.get(code)), found.get(code), latest.get(code))
        for code in sorted(found.keys() | latest.keys())
    }


def digest_of(suggestion: MembershipSuggestion | None) -> str:
    """What a decision is made on; :data:`~catalog.model.decisions.ABSENT` where nothing is suggested."""
    return suggestion.digest if suggestion else ABSENT


def _standing(suggestion: MembershipSuggestion | None, decision: MembershipDecision | None) -> MembershipStanding:
    if decision is None:
        return MembershipStanding.SUGGESTED
    moved = suggestion is not None and suggestion.digest != decision.digest
    if decision.verdict is MembershipVerdict.CONFIRM:
        # Words that came to what was confirmed without any only bear it out.
        return MembershipStanding.CHANGED if moved and decision.digest != ABSENT else MembershipStanding.CONFIRMED
    return MembershipStanding.REOPENED if moved else MembershipStanding.REJECTED


def _is_of_people(about: About, types: Mapping[str, IdentifierType]) -> bool:
    return any(
        code in _KEYS or (types[code].grade is Grade.DIRECT and form in _WHOLE)
        for code, form in about.held
        if code in types
    )


def _clues(words: MembershipWords, said: Mapping[Place, Collection[str]]) -> Iterator[str]:
    for place in Place:
        for phrase in words.at(place):
            if phrase in said[place]:
                yield f"“{phrase}” {PLACE_TEXT[place]}"


def _phrases(text: str) -> Iterator[str]:
    """Every run of its words, as it stands and with its last word in the singular."""
    words = split(text)
    for start in range(len(words)):
        for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
            phrase = " ".join(words[start:end])
            yield phrase
            if phrase.endswith("s"):
                yield phrase[:-1]


def _digest(clues: Sequence[str]) -> str:
    return sha256("\n".join(clues).encode()).hexdigest()[:16]
