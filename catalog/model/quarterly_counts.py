"""By what the report of a quarter counts its events, and into which categories each of them falls.

Categories are all that there could be, those with no event among them, and named in words of ours (of agencies: what
the city calls them and their kinds). What people wrote of an event decides its category and is never told.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from catalog.model.cell_suppression import overlapping, partition
from catalog.model.events import ExigentEvent, Violation
from catalog.model.holdings import Agency
from catalog.model.parties import PARTY_TEXT, PartyKind
from catalog.model.quarterly_content import Breakdown, Counts, Line
from catalog.model.register import Verb

S = TypeVar("S", bound=str)


class People(StrEnum):
    """How many people an event was about, in the bands in which forms propose to tell it."""

    UNDER_5 = "under_5"
    FROM_5 = "from_5"
    OVER_100 = "over_100"
    OVER_5000 = "over_5000"
    NOT_IN_NUMBERS = "not_in_numbers"


PEOPLE_TEXT: Mapping[People, str] = {
    People.UNDER_5: "Fewer than 5",
    People.FROM_5: "5 to 100",
    People.OVER_100: "More than 100, up to 5,000",
    People.OVER_5000: "More than 5,000",
    People.NOT_IN_NUMBERS: "Not recorded in numbers",
}


class ReasonKind(StrEnum):
    """The kinds of reason that exigent events are counted by."""

    LIFE = "life"
    SAFETY = "safety"
    DISASTER = "disaster"
    VULNERABLE = "vulnerable"
    OUTAGE = "outage"
    OTHER = "other"


#: As forms propose them.
REASON_TEXT: Mapping[ReasonKind, str] = {
    ReasonKind.LIFE: "Risk to somebody’s life or health",
    ReasonKind.SAFETY: "Risk to public safety",
    ReasonKind.DISASTER: "Fire, flood or other disaster",
    ReasonKind.VULNERABLE: "A child or vulnerable adult in danger",
    ReasonKind.OUTAGE: "Outage of a system",
    ReasonKind.OTHER: "Other",
}
_REASON_LABEL = {**REASON_TEXT, ReasonKind.OTHER: "Another kind, or none recorded"}
_VERB_LABEL = {Verb.COLLECTION: "Collections", Verb.DISCLOSURE: "Disclosures"}
_YES_NO = {"yes": "Yes", "no": "No"}
#: Kinds with too few agencies, which would name them, together.
_OTHER_KINDS = "other"
_OTHER_KINDS_LABEL = "Agencies of other kinds"

_NUMBER = r"(\d{1,9}|\d{1,3}(?:,\d{3}){1,2})"
_EXACTLY = re.compile(rf"(?:about )?{_NUMBER}(?: people)?")
_BETWEEN = re.compile(rf"{_NUMBER} ?(?:to|-|–) ?{_NUMBER}(?: people)?")
_BOUND = re.compile(rf"(under|over) {_NUMBER}(?: people)?")
_BOUNDLESS = 10**9
_BANDS: Sequence[tuple[People, int, int]] = (
    (People.UNDER_5, 0, 4),
    (People.FROM_5, 5, 100),
    (People.OVER_100, 100, 5_000),
    (People.OVER_5000, 5_001, _BOUNDLESS),
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is needed to count events: the agencies, the kinds of the parties, and the names of types by their codes."""

    agencies: Mapping[str, Agency]
    parties: Mapping[int, PartyKind]
    types: Mapping[str, str]


def of_violations(
    violations: Sequence[Violation], known: Known, floor: int, *, agencies_named: bool
) -> tuple[Counts, ...]:
    """What may be told of violations. Agencies are named, or their kinds told, never both: each would tell of the
    other. Kinds are told where there are several that name no agency.
    """
    group_of = groups(known.agencies.values(), floor)
    by_agency = _by_agency(violations, known, floor) if agencies_named else _by_group(violations, group_of, floor)
    return (
        _by_type([one.type_codes for one in violations], known, floor),
        *((by_agency,) if agencies_named or len(set(group_of.values())) > 1 else ()),
        _each(Breakdown.PEOPLE, PEOPLE_TEXT, (band(one.people) for one in violations), floor),
        _each(Breakdown.RECIPIENT, PARTY_TEXT, (_kind(one, known) for one in violations), floor),
        _each(
            Breakdown.INDIVIDUALS_TOLD,
            _YES_NO,
            (_yes(one.individuals_notified_on is not None) for one in violations),
            floor,
        ),
        _each(Breakdown.REMEDIED, _YES_NO, (_yes(bool(one.remedy.strip())) for one in violations), floor),
    )


def of_exigent(events: Sequence[ExigentEvent], known: Known, floor: int) -> tuple[Counts, ...]:
    """What may be told of exigent events."""
    return (
        _each(Breakdown.VERB, _VERB_LABEL, (one.verb for one in events), floor),
        _each(Breakdown.REASON, _REASON_LABEL, (reason_kind(one.category) for one in events), floor),
        _each(Breakdown.PARTY, PARTY_TEXT, (_kind(one, known) for one in events), floor),
    )


def band(people: str) -> People:
    """The band into which falls what was written of how many people it was; wherever that says more than a number, or
    numbers of several bands, it is not taken for one.
    """
    low, high = _span(" ".join(people.casefold().split()))
    return next((one for one, least, most in _BANDS if least <= low <= high <= most), People.NOT_IN_NUMBERS)


def reason_kind(category: str) -> ReasonKind:
    """The kind of reason that was chosen; one in other words is another."""
    said = _plain(category)
    return next((kind for kind, text in REASON_TEXT.items() if _plain(text) == said), ReasonKind.OTHER)


def groups(agencies: Iterable[Agency], floor: int) -> Mapping[str, str]:
    """The group in which each agency counts, by its id: its kind, where there are so many agencies of that kind that it
    names none of them; else one for all others, which also takes in as many kinds as it needs to name none.
    """
    every = list(agencies)
    sizes = Counter(one.kind for one in every)
    apart = {kind for kind, size in sizes.items() if size >= floor}
    others = len(every) - sum(sizes[kind] for kind in apart)
    while apart and 0 < others < floor:
        smallest = min(apart, key=lambda kind: (sizes[kind], kind))
        apart.remove(smallest)
        others += sizes[smallest]
    return {one.id: f"kind:{one.kind}" if one.kind in apart else _OTHER_KINDS for one in every}


def _by_type(types: Sequence[Sequence[str]], known: Known, floor: int) -> Counts:
    counts = Counter(code for codes in types for code in set(codes))
    told = overlapping({code: counts[code] for code in (*known.types, *counts)}, len(types), floor)
    lines = sorted(told.cells.items(), key=lambda cell: (-cell[1], known.types.get(cell[0], cell[0])))
    labelled = tuple(Line(code, known.types.get(code, code), count) for code, count in lines)
    return Counts(Breakdown.TYPE, told.telling, labelled, None)


def _by_agency(violations: Sequence[Violation], known: Known, floor: int) -> Counts:
    names = {one.id: one.name for one in known.agencies.values()}
    return _each(Breakdown.AGENCY, names, (one.agency_id for one in violations), floor)


def _by_group(violations: Sequence[Violation], group_of: Mapping[str, str], floor: int) -> Counts:
    labels = {code: code.removeprefix("kind:") for code in sorted(set(group_of.values()) - {_OTHER_KINDS})}
    if _OTHER_KINDS in group_of.values():
        labels[_OTHER_KINDS] = _OTHER_KINDS_LABEL
    return _each(Breakdown.AGENCY_GROUP, labels, (group_of[one.agency_id] for one in violations), floor)


def _each(by: Breakdown, labels: Mapping[S, str], codes: Iterable[str], floor: int) -> Counts:
    """A breakdown in which each event is in one category, in the order of the categories."""
    counts = Counter(map(str, codes))
    told = partition({str(code): counts[str(code)] for code in labels}, floor)
    lines = tuple(Line(str(code), label, told.cells[str(code)]) for code, label in labels.items() if code in told.cells)
    return Counts(by, told.telling, lines, told.rest)


def _kind(event: Violation | ExigentEvent, known: Known) -> PartyKind:
    return known.parties[event.party_id] if event.party_id else PartyKind.NOT_RECORDED


def _yes(is_so: bool) -> str:  # it is the one thing that is asked
    return "yes" if is_so else "no"


def _span(said: str) -> tuple[int, int]:
    """The fewest and the most people that a text speaks of; of one that speaks of none, a span in no band."""
    if said == "one person":
        return 1, 1
    if exactly := _EXACTLY.fullmatch(said):
        return (_read(exactly[1]),) * 2
    if between := _BETWEEN.fullmatch(said):
        return _read(between[1]), _read(between[2])
    if bound := _BOUND.fullmatch(said):
        return (0, _read(bound[2]) - 1) if bound[1] == "under" else (_read(bound[2]) + 1, _BOUNDLESS)
    return 0, _BOUNDLESS


def _read(number: str) -> int:
    return int(number.replace(",", ""))


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())
