"""How acts of review and people's words are told, alike on pages, in workbooks and on the command line."""

from collections.abc import Mapping
from datetime import datetime

from catalog.model.decisions import Verdict
from catalog.model.review import ActKind, LeftOutBecause, ReviewState, Why

#: What somebody did who said this of a suggestion, after their name.
SAID: Mapping[Verdict, str] = {
    Verdict.CONFIRMED: "confirmed it",
    Verdict.REJECTED: "said that it is not this type",
    Verdict.WITHDRAWN: "took the decision back",
}
#: The same of what then holds.
HOLDS: Mapping[Verdict, str] = {
    Verdict.CONFIRMED: "confirmed",
    Verdict.REJECTED: "not this type",
    Verdict.WITHDRAWN: "taken back",
}
#: What may be done with columns, as a button or a cell asks for it.
DO: Mapping[ActKind, str] = {
    ActKind.CONFIRM: "Confirm",
    ActKind.REJECT: "Not this type",
    ActKind.CHANGE_TYPE: "Change type",
    ActKind.NOT_IDENTIFYING: "Not identifying",
    ActKind.DEFER: "Later",
    ActKind.ASK: "Ask the steward",
}
#: What was done with columns, after their number.
DONE: Mapping[ActKind, str] = {
    ActKind.CONFIRM: "confirmed",
    ActKind.REJECT: "marked as not this type",
    ActKind.CHANGE_TYPE: "changed to another type",
    ActKind.NOT_IDENTIFYING: "marked as not identifying",
    ActKind.DEFER: "put off",
    ActKind.ASK: "asked about",
    ActKind.ANSWER: "answered",
    ActKind.UNDO: "put back",
    ActKind.APPROVE: "approved",
    ActKind.REFUSE: "refused",
}
#: Why a suggestion is not right. Without commas: a list of a spreadsheet is parted by them.
WHYS: Mapping[Why, str] = {
    Why.WRONG_TYPE: "It is something else",
    Why.SAMPLE_NOISE: "A few stray values only",
    Why.TEST_DATA: "Test data",
    Why.OTHER: "Another reason",
}
#: Where a suggestion stands.
STATES: Mapping[ReviewState, str] = {
    ReviewState.SUGGESTED: "suggested",
    ReviewState.REOPENED: "changed since decided",
    ReviewState.DISPUTED: "two people disagree",
    ReviewState.PROPOSED: "waits for a second person",
    ReviewState.DEFERRED: "put off",
    ReviewState.ASKED: "the steward was asked",
    ReviewState.CONFIRMED: "confirmed",
    ReviewState.REJECTED: "not this type",
}
#: Why an act left something out.
LEFT_OUT: Mapping[LeftOutBecause, str] = {
    LeftOutBecause.GONE: "it is not there any more",
    LeftOutBecause.DECIDED_MEANWHILE: "somebody decided it meanwhile",
    LeftOutBecause.OTHER_TYPE_DECIDED: "somebody decided on another type of it, which is not shown here",
    LeftOutBecause.EVIDENCE_MOVED: "what the scan finds has changed meanwhile",
    LeftOutBecause.NOTHING_TO_DO: "it stands like that already",
    LeftOutBecause.PROPOSED: "it waits for a second person already",
    LeftOutBecause.TOO_MANY: "one decision takes no more; decide the rest after it",
}
_SPANS = ((3_600, "hour"), (60, "minute"), (1, "second"))
_DAY = 86_400


def ago(then: datetime, now: datetime) -> str:
    """How long ago something was: 40 seconds ago; a day and more ago, the day itself."""
    seconds = max(int((now - then).total_seconds()), 0)
    if seconds >= _DAY:
        return f"on {then:%b} {then.day}, {then.year}"
    for span, word in _SPANS:
        if seconds >= span:
            many = seconds // span
            return f"{many} {word}{'' if many == 1 else 's'} ago"
    return "just now"
