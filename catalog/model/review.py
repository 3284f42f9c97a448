"""Review: what waits for a person's decision, alike columns together, and what people did about it.

One act of review is one thing a person did, over one column or a thousand: it has one audit entry and is undone as
one. What an act decided are :class:`~catalog.model.decisions.Decision` records; what it put off, asked or proposed are
records of their own. All of them are only ever added to.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from catalog.model.decisions import Verdict
from catalog.model.evidence import Form
from catalog.model.identifiers import Tier
from catalog.model.words import split

#: The most columns that one act takes.
MOST_AT_ONCE = 1_000
#: The most characters of a reason, a question and an answer.
LONGEST_REASON = 500
#: How much what is earlier decided of alike columns counts, in decisions, beside what the machine says.
MACHINE_WEIGHT = 4.0
#: What even a sure suggestion is worth deciding: totals count what is confirmed.
LEAST_UNCERTAINTY = 0.1

#: What columns are called that nobody named.
_NAMELESS = frozenset(
    {"attr", "attribute", "c", "col", "column", "f", "field", "fld", "unnamed", "v", "var", "variable"}
)
_FAMILIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("text", re.compile(r"char|text|string|clob|utf8|str\b")),
    ("date", re.compile(r"date|time|year")),
    ("number", re.compile(r"int|num|dec|float|double|real|money|serial|bit\b")),
)


class ActKind(StrEnum):
    """What a person did."""

    CONFIRM = "confirm"
    REJECT = "reject"
    CHANGE_TYPE = "change_type"
    NOT_IDENTIFYING = "not_identifying"
    DEFER = "defer"
    ASK = "ask"
    ANSWER = "answer"
    UNDO = "undo"
    APPROVE = "approve"
    REFUSE = "refuse"


class Why(StrEnum):
    """Why a suggestion is not right."""

    WRONG_TYPE = "wrong_type"
    SAMPLE_NOISE = "sample_noise"
    TEST_DATA = "test_data"
    OTHER = "other"


class ReviewState(StrEnum):
    """Where one type in one column stands in review."""

    SUGGESTED = "suggested"
    REOPENED = "reopened"
    DISPUTED = "disputed"
    PROPOSED = "proposed"
    DEFERRED = "deferred"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


#: What waits for a decision now. What is put off waits again when its day has come.
WAITING = frozenset({ReviewState.SUGGESTED, ReviewState.REOPENED, ReviewState.DISPUTED})


@dataclass(frozen=True, slots=True)
class ReviewAct:
    """One thing a person did in review.

    Parameters:
        type_code: the type decided on; None where an act is about several.
        to_code: the type it was changed to.
        why: why a suggestion is not right.
        until: the day until which it is put off.
        to_person_id: who it was handed to, or asked.
        columns: how many columns it took.
        of_id: the act that it undoes, answers, approves or refuses.
        token: what the form was given, so that a form sent twice is one act; None for acts without a form.
    """

    id: int
    kind: ActKind
    person_id: str
    at: datetime
    type_code: str | None
    to_code: str | None
    why: Why | None
    reason: str
    until: date | None
    to_person_id: str | None
    columns: int
    of_id: int | None
    token: str | None


@dataclass(frozen=True, slots=True)
class Picture:
    """What the machine said of a column when a person decided on it: no field here can hold a cell.

    ``strength`` and ``form`` are None where it had found nothing of the type. ``reasons`` and ``against`` are sentences
    of :func:`catalog.model.evidence.sentence`.
    """

    decision_id: int
    form: Form | None
    strength: float | None
    share_low: float | None
    share_mid: float | None
    share_high: float | None
    without_name: float | None
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    shapes: tuple[str, ...]
    detector: str


@dataclass(frozen=True, slots=True)
class Deferral:
    """One type in one column put off, asked about, or taken up again (``ends``), by an act. The latest one counts.

    It holds as long as the evidence it saw does, and no decision was made since.
    """

    id: int
    act_id: int
    column_id: int
    type_code: str
    evidence_digest: str
    ends: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision that waits for a second person, as an act proposes it (``Settings.four_eyes``)."""

    id: int
    act_id: int
    column_id: int
    type_code: str
    verdict: Verdict
    evidence_digest: str


@dataclass(frozen=True, slots=True)
class SecondReading:
    """A decision that comes back to a second person, who does not see the first's; ``verdict`` is the second's."""

    id: int
    decision_id: int
    column_id: int
    type_code: str
    agency_id: str
    evidence_digest: str
    drawn_at: datetime
    reader_id: str | None
    verdict: Verdict | None
    why: Why | None
    reason: str
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class PracticeAnswer:
    """What somebody answered to one item of the practice queue, and how long they took, in milliseconds."""

    id: int
    person_id: str
    turn: int
    item: str
    kind: ActKind
    type_code: str | None
    is_right: bool
    ms: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewKeys:
    """How somebody wants the keys of the queue: whether at all, and the key of each command that is not the usual."""

    person_id: str
    is_on: bool
    chosen: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One type in one live column, as the queue has it: derived from findings, decisions and deferrals.

    Parameters:
        band: of its strength; low where nothing is found any more.
        digest: of its evidence.
        version: what a form has to say it saw; it moves with the evidence and with every word of a person.
        until: the day until which it is put off.
        person_id: who it was handed to, or asked.
    """

    column_id: int
    type_code: str
    dataset_id: int
    agency_id: str
    group_key: str
    state: ReviewState
    form: Form | None
    band: str
    strength: float
    digest: str
    version: str
    until: date | None
    person_id: str | None


@dataclass(frozen=True, slots=True)
class ReviewGroup:
    """The alike columns of one agency that one decision may be about: derived from their items.

    Parameters:
        name: the words of the columns' name; a withheld name's is empty, and it has no alike ones.
        columns: how many wait now; ``high``, ``medium`` and ``low`` are those by band.
        confirmed: how many were confirmed, as ``rejected`` were not; both stand.
        value: what a decision on all of them is worth; see :func:`value`.
    """

    group_key: str
    agency_id: str
    name: str
    family: str
    type_code: str
    tier: Tier
    columns: int
    high: int
    medium: int
    low: int
    reopened: int
    disputed: int
    deferred: int
    asked: int
    proposed: int
    confirmed: int
    rejected: int
    strength_sum: float
    value: float


@dataclass(frozen=True, slots=True)
class ReviewTotal:
    """A group over all agencies: derived from its parts, for who decides in all of them.

    ``agencies`` counts those in which something waits; all else is as in :class:`ReviewGroup`.
    """

    group_key: str
    name: str
    family: str
    type_code: str
    tier: Tier
    agencies: int
    columns: int
    high: int
    medium: int
    low: int
    reopened: int
    disputed: int
    deferred: int
    asked: int
    proposed: int
    confirmed: int
    rejected: int
    strength_sum: float
    value: float


@dataclass(frozen=True, slots=True)
class Pick:
    """One item that somebody chose to act on, and the version of it that they saw; None to take it as it is.

    Parameters:
        seen: the newest decision on any type of the column that they saw; 0 where this item alone was shown.
    """

    column_id: int
    type_code: str
    version: str | None
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with the items chosen.

    Parameters:
        to_code: the type to change to, with CHANGE_TYPE.
        until, to_person_id: with DEFER one of the two; with ASK the steward.
    """

    kind: ActKind
    why: Why | None = None
    reason: str = ""
    to_code: str | None = None
    until: date | None = None
    to_person_id: str | None = None


class LeftOutBecause(StrEnum):
    """Why an act left an item out."""

    GONE = "gone"
    DECIDED_MEANWHILE = "decided_meanwhile"
    OTHER_TYPE_DECIDED = "other_type_decided"
    EVIDENCE_MOVED = "evidence_moved"
    NOTHING_TO_DO = "nothing_to_do"
    PROPOSED = "proposed"
    TOO_MANY = "too_many"


def normal_name(name: str) -> str:
    """The words of a column's name without numbers: ``CLIENT_SSN``, ``client_ssn2`` and ``clientSsn`` agree."""
    words = [word for word in split(name) if not word.isdigit()]
    return " ".join(words or split(name))


def family(declared_type: str) -> str:
    """The family of a declared type: text, date, number or other."""
    folded = declared_type.casefold()
    return next((name for name, pattern in _FAMILIES if pattern.search(folded)), "other")


def group_key(name: str, family_: str, type_code: str, column_id: int) -> str:
    """What alike columns share: normal name, family of declared type, and the type suggested.

    Parameters:
        name: the normal name, empty where it is withheld. One that is empty or tells nothing makes nothing alike.
    """
    told = f"column:{column_id}" if _NAMELESS.issuperset(name.split()) else name
    return hashlib.sha256(f"{told}\x1f{family_}\x1f{type_code}".encode()).hexdigest()[:20]


def version(
    digest: str,
    decision_id: int | None,
    deferral_id: int | None = None,
    proposing_id: int | None = None,
    *,
    is_contradicted: bool = False,
) -> str:
    """The version of an item: see :class:`ReviewItem`.

    Parameters:
        decision_id: the last decision on it, also one that takes a word back; ``deferral_id`` so the last deferral.
        proposing_id: the last act that proposed something of it, or that settled or took back what one proposed.
        is_contradicted: whether a second reader contradicted the decision in effect.
    """
    proposed = f"-{proposing_id}" if proposing_id else ""
    return f"{digest}.{decision_id or 0}.{deferral_id or 0}{proposed}{'-contradicted' if is_contradicted else ''}"


def decided_in(seen: str) -> str:
    """Which decision a version is of."""
    return said_in(seen).partition(".")[0]


def said_in(seen: str) -> str:
    """What a version says of people's words, without the evidence."""
    return seen.partition(".")[2]


def likelihood(strength: float, confirmed: int, rejected: int) -> float:
    """How likely a suggestion is right, 0 to 1: the machine's word and what people said of alike columns before."""
    said = confirmed + rejected
    return (MACHINE_WEIGHT * strength + confirmed) / (MACHINE_WEIGHT + said)


def value(tier: Tier, columns: int, open_again: int, likely: float) -> float:
    """What a decision on a group is worth: harm (tier) × spread (columns) × uncertainty.

    Parameters:
        open_again: those of the columns that people decided on and that are open again: wholly uncertain.
        likely: see :func:`likelihood`.
    """
    uncertain = max(1 - abs(2 * likely - 1), LEAST_UNCERTAINTY)
    return max(int(tier), 1) * ((columns - open_again) * uncertain + open_again)
