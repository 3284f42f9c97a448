"""How review reads on a page: what was done, why, where something stands, and why it was left out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from flask import current_app

from catalog.model import keyboard, review_words
from catalog.model.decisions import Verdict
from catalog.model.review import ActKind, LeftOutBecause
from catalog.model.review_views import ActLine, Consequences, LastWord, LeftOut, Preview, QueuePage
from catalog.services.access import Action

ACT_TEXT: dict[ActKind, str] = {
    ActKind.CONFIRM: "Confirmed",
    ActKind.REJECT: "Not this type",
    ActKind.CHANGE_TYPE: "Type changed",
    ActKind.NOT_IDENTIFYING: "Not identifying",
    ActKind.DEFER: "Put off",
    ActKind.ASK: "Asked",
    ActKind.ANSWER: "Answered",
    ActKind.UNDO: "Undone",
    ActKind.APPROVE: "Approved",
    ActKind.REFUSE: "Refused",
}
#: What a button does.
DO_TEXT = review_words.DO
#: What takes it, below the fields that belong to it.
DO_BUTTON_TEXT: dict[str, str] = {
    ActKind.CONFIRM: "Confirm",
    ActKind.REJECT: "Say that it is not this type",
    ActKind.CHANGE_TYPE: "Change the type",
    ActKind.NOT_IDENTIFYING: "Say that it is not identifying",
    ActKind.DEFER: "Decide later",
    ActKind.ASK: "Ask",
}
#: What the fields are called where something is wrong with them.
DO_FIELD_TEXT: dict[str, str] = {
    "why": "Why it is not this type",
    "reason": "In your words",
    "to_code": "Which type it is",
    "until": "Until which day",
    "person": "Whom it is handed to",
    "question": "What you want to know",
    "steward": "Whom you ask",
    "kind": "What is to be done",
}
ORDER_TEXT: dict[str, str] = {
    "value": "Most worth deciding first",
    "columns": "Largest first",
    "name": "By name",
}
WHY_TEXT = review_words.WHYS
REVIEW_STATE_TEXT = review_words.STATES
LEFT_OUT_TEXT: dict[LeftOutBecause, str] = {
    because: words[0].upper() + words[1:] for because, words in review_words.LEFT_OUT.items()
}
#: The bands, with how often a suggestion in them turns out right, in words.
BAND_TEXT: dict[str, str] = {"high": "High", "medium": "Medium", "low": "Low"}
BAND_MEANS: dict[str, str] = {"high": "usually right", "medium": "look twice", "low": "clues, often wrong"}
VERDICT_TEXT = review_words.HOLDS
SAID_TEXT = review_words.SAID

#: The parts of review, and the ways between them, with who has them.
REVIEW_PARTS = (
    "review",
    "review_keys",
    "review_mine",
    "review_proposals",
    "review_asked",
    "review_later",
    "second_readings",
    "review_quality",
    "orphans",
    "review_sheets",
    "practice",
)
_LINKS: tuple[tuple[str, str, Action], ...] = (
    ("review.index", "Queue", Action.DECIDE),
    ("review_later.index", "Put off", Action.DECIDE),
    ("review_asked.index", "Questions", Action.PROPOSE),
    ("review_proposals.index", "Second person’s yes", Action.DECIDE),
    ("second_readings.index", "Read again", Action.DECIDE),
    ("orphans.index", "Without a column", Action.DECIDE),
    ("review_mine.index", "My decisions", Action.DECIDE),
    ("review_quality.index", "How good it is", Action.READ_EVIDENCE),
    ("practice.index", "Practice", Action.DECIDE),
    ("review_sheets.show", "Spreadsheet", Action.DECIDE),
    ("review_keys.show", "Keys", Action.DECIDE),
)


def review_links() -> list[tuple[str, str, Action]]:
    """The ways between the parts of review that this application has."""
    return [link for link in _LINKS if link[0] in current_app.view_functions]


def said(word: LastWord) -> str:
    """Ada Cole confirmed it, Nov 22, 2026, 19:17 UTC."""
    return f"{_told(word)}, {word.at:%b} {word.at.day}, {word.at:%Y, %H:%M} UTC"


def act_done(line: ActLine) -> str:
    """214 columns confirmed: Social Security number in “client ssn”."""
    act = line.act
    done = {
        ActKind.CONFIRM: "confirmed",
        ActKind.REJECT: "marked as not this type",
        ActKind.CHANGE_TYPE: f"changed to {line.to.label}" if line.to else "changed to another type",
        ActKind.NOT_IDENTIFYING: "marked as not identifying",
        ActKind.DEFER: _put_off(line),
        ActKind.ASK: f"asked about{f': {line.waits_for} answers' if line.waits_for else ''}",
        ActKind.ANSWER: "answered",
        ActKind.UNDO: _taken_back(line),
        ActKind.APPROVE: "approved",
        ActKind.REFUSE: "refused",
    }[act.kind]
    what = f": {line.type.label}" if line.type else ""
    words = f"{_plain(act.columns, 'column')} {done}{what}{f' in “{line.name}”' if line.name else ''}"
    if 0 < act.columns <= line.proposed:
        return f"{_waits(line)}: {words}"
    return f"{words}; {line.proposed:,} of them proposed to a second person" if line.proposed else words


def left_out_in_short(left: Iterable[LeftOut]) -> list[tuple[str, list[LeftOut]]]:
    """What was left out, by why, the most frequent first."""
    by_why: dict[LeftOutBecause, list[LeftOut]] = {}
    for one in left:
        by_why.setdefault(one.because, []).append(one)
    ordered = sorted(by_why.items(), key=lambda pair: -len(pair[1]))
    return [(LEFT_OUT_TEXT[because], some) for because, some in ordered]


def would(told: Preview) -> str:
    """214 columns in 180 datasets of 12 agencies would be confirmed; 3 are left out."""
    if not told.columns:
        return "Nothing would be done: every column is left out."
    done, columns = review_words.DONE[told.order.kind], _plain(told.columns, "column")
    agencies = told.agencies[0].name if len(told.agencies) == 1 else _plain(len(told.agencies), "agency", "agencies")
    types = ", ".join(kind.label for kind in told.types)
    words = f"{columns} in {_plain(told.datasets, 'dataset')} of {agencies} would be {done}: {types}"
    if told.proposed:
        words += f"; {_plain(told.proposed, 'of them waits', 'of them wait')} for a second person"
    return words + (f"; {_plain(len(told.left_out), 'is', 'are')} left out." if told.left_out else ".")


def nothing_waits(queue: QueuePage, chosen: Mapping[str, Sequence[str]]) -> str:
    """Nothing waits in Department of Social Services. Next scan: Nov 28, 2026, 02:00 UTC. 12 put off."""
    words = [_nothing(queue, chosen)]
    if at := queue.next_scan:
        words.append(f"Next scan: {at:%b} {at.day}, {at:%Y, %H:%M} UTC.")
    if queue.put_off:
        words.append(f"{queue.put_off:,} put off.")
    return " ".join(words)


def place_of(left: LeftOut) -> str:
    """Clients of social services, client_ssn (Ada Cole confirmed it 40 seconds ago)."""
    if left.last is None:
        return left.place
    return f"{left.place} ({_told(left.last)} {review_words.ago(left.last.at, datetime.now(UTC))})"


def changes_of(told: Consequences) -> list[str]:
    """What a decision changes, one sentence each; none where it changes nothing beyond the columns."""
    confirms = told.verdict is Verdict.CONFIRMED
    said_of = [_totals(told)]
    said_of += [
        f"{_plain(move.datasets, 'dataset')} {'goes' if move.datasets == 1 else 'go'} from {move.before.label} to "
        f"{move.after.label}."
        for move in told.moves
    ]
    if told.notifiable > 0:
        said_of.append(f"The loss of {_plain(told.notifiable, 'more dataset')} would have to be notified (§10-502).")
    if told.notifiable < 0:
        said_of.append(f"The loss of {_plain(-told.notifiable, 'dataset')} would no longer have to be notified.")
    if confirms and told.undeclared:
        said_of.append(f"In {_plain(told.undeclared, 'dataset')} no recorded collection or disclosure declares it.")
    if not confirms and told.declaring:
        recorded = _plain(told.declaring, "recorded collection or disclosure", "recorded collections and disclosures")
        said_of.append(f"{recorded} declare{'s' if told.declaring == 1 else ''} it all the same.")
    if told.looked_at < told.datasets:
        said_of.append(f"Sensitivity was worked out for the first {told.looked_at:,} datasets.")
    return said_of


def _totals(told: Consequences) -> str:
    """What moves in totals: a clue counts in none until somebody confirms it."""
    datasets = _plain(told.datasets, "dataset")
    if told.verdict is Verdict.CONFIRMED:
        verb = "counts" if told.columns == 1 else "count"
        return (
            f"{_plain(told.columns, 'column')} in {datasets} {verb} as confirmed, in totals and in the agency report."
        )
    if not told.counted:
        return "No total changes: what is a clue only counts nowhere."
    verb = "counts" if told.counted == 1 else "count"
    return f"{_plain(told.counted, 'column')} in {datasets} no longer {verb}, in totals and in the agency report."


def _told(word: LastWord) -> str:
    return f"{word.person} {review_words.SAID[word.verdict]}"


def _nothing(queue: QueuePage, chosen: Mapping[str, Sequence[str]]) -> str:
    """Of an agency that the visitor may not know of no more is said than of one that there is not."""
    if not chosen:
        return "Nothing waits for your decision."
    agencies = dict.fromkeys(chosen.get("agency", ()))
    labels = {each.value: each.label for facet in queue.facets if facet.key == "agency" for each in facet.values}
    names = [labels[each] for each in agencies if labels.get(each, each) != each]
    if set(chosen) != {"agency"} or len(names) < len(agencies):
        return "Nothing that matches waits."
    return f"Nothing waits in {' or '.join(names)}."


def _taken_back(line: ActLine) -> str:
    if line.of_kind is ActKind.UNDO:
        return "set again as before the undo"
    return "put back as it was" if line.act.columns == 1 else "put back as they were"


def _waits(line: ActLine) -> str:
    """What is only proposed: the columns stand as they did until a second person agrees."""
    if line.act.kind is ActKind.UNDO:
        return "The undo waits for a second person; until they agree, nothing changes. Then"
    return "Proposed to a second person"


def _put_off(line: ActLine) -> str:
    if line.act.until:
        return f"put off until {line.act.until:%b} {line.act.until.day}, {line.act.until.year}"
    return f"handed to {line.waits_for}" if line.waits_for else "put off"


def _plain(count: int, what: str, many: str = "") -> str:
    return f"{count:,} {what if count == 1 else many or what + 's'}"


FILTERS = {
    function.__name__: function
    for function in (said, act_done, left_out_in_short, would, nothing_waits, place_of, changes_of)
}
WORDS = {
    "ACT_TEXT": ACT_TEXT,
    "DO_TEXT": DO_TEXT,
    "DO_BUTTON_TEXT": DO_BUTTON_TEXT,
    "DO_FIELD_TEXT": DO_FIELD_TEXT,
    "ORDER_TEXT": ORDER_TEXT,
    "KEY_TEXT": keyboard.WORDS,
    "WHY_TEXT": WHY_TEXT,
    "REVIEW_STATE_TEXT": REVIEW_STATE_TEXT,
    "LEFT_OUT_TEXT": LEFT_OUT_TEXT,
    "BAND_TEXT": BAND_TEXT,
    "BAND_MEANS": BAND_MEANS,
    "VERDICT_TEXT": VERDICT_TEXT,
    "SAID_TEXT": SAID_TEXT,
    "REVIEW_PARTS": REVIEW_PARTS,
    "review_links": review_links,
}
