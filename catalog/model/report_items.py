"""What a report says, one thing at a time: an item is a line or a sentence with the records it rests on."""

from dataclasses import dataclass
from enum import StrEnum

from catalog.model.report_form import Element


class SourceKind(StrEnum):
    """What an item rests on."""

    AGENCY = "agency"
    PERSON = "person"
    TYPE = "type"
    ACTIVITY = "activity"
    PROTOCOL = "protocol"
    DESIGNATION = "designation"
    CONTRACT = "contract"
    SYSTEM = "system"
    PARTY = "party"
    REQUEST = "request"
    EXIGENT_EVENT = "exigent_event"
    VIOLATION = "violation"
    MEASURE = "measure"
    LAST_REPORT = "last_report"
    LAW = "law"


@dataclass(frozen=True, slots=True)
class Source:
    """A record behind an item: which, what it is called, and ``version``, a digest of all that it says: it moves with
    every edit of the record, whether or not the item says what was edited.
    """

    kind: SourceKind
    id: str
    label: str
    version: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a report says, as the records make it.

    ``key`` is the same in every cycle ("why_collect/activity:17", "request_policy/third_parties"); ``fields`` are the
    cells of its line, as (name, words) in the order of columns; ``text`` the drafted sentence, "" where only people can
    say it; ``marks`` what is to be known of it ("Found, not declared"); ``group`` the heading it stands under, "" for
    none. ``sources`` is never empty where the records say anything. ``needs_reason`` says why a person has to explain
    it before the report is signed (the paper and the data disagree, what the last report ticked is gone); "" where
    nothing has to be explained.
    """

    key: str
    element: Element
    label: str
    fields: tuple[tuple[str, str], ...]
    text: str
    sources: tuple[Source, ...]
    marks: tuple[str, ...] = ()
    group: str = ""
    needs_reason: str = ""
