"""How differences between paper and data read on a page: one sentence each, and what can be done about them."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from catalog.model.actors import Person
from catalog.model.difference_views import DifferenceLine, DifferencesPage, Step, TallyLine
from catalog.model.differences import MATCH_TEXT, SETTLING_TEXT, STATE_TEXT, Match, Reason, State
from catalog.model.identifiers import IdentifierType
from catalog.model.membership import STANDING_TEXT, MembershipStanding
from catalog.model.membership_views import MembershipsPage
from catalog.model.register import Verb
from catalog.model.views import ActivityView

#: What a line of each kind means, whoever it is about.
MATCH_MEANS: dict[Match, str] = {
    Match.PROTOCOL_EXPIRED: "What permitted it is over.",
    Match.NO_PROTOCOL: "Nothing on record permits it.",
    Match.NO_AGREEMENT: "It goes to a third party without terms on what they may do with it.",
    Match.UNDECLARED: "It is in the data, and no collection or disclosure of that data declares it.",
    Match.MIRROR_MISMATCH: "Two agencies record one flow differently, or one of them not at all.",
    Match.DECLARED_ELSEWHERE: "It is in the data, and declared only for other data of the agency.",
    Match.NOT_FOUND: "It is declared, and everything it could be in was looked at.",
    Match.MAY_BE_MISSED: "It is declared and was not found, but scans are not known to find it where it is.",
    Match.STALE: "The last look is too old, or nobody can look any more.",
    Match.NOT_SCANNABLE: "It is declared, and nobody looked, or can look, at all that it could be in.",
    Match.AGREED: "What is declared is what was found.",
}
#: What the section behind a line asks for.
LAW_SAYS: dict[Match, str] = {
    Match.PROTOCOL_EXPIRED: "Every collection and disclosure is approved in writing, unless circumstances are exigent.",
    Match.NO_PROTOCOL: "Every collection and disclosure is approved in writing, unless circumstances are exigent.",
    Match.NO_AGREEMENT: "A disclosure to a third party needs an agreement on anticipated use where it is not routine, "
    "or the policies say so.",
    Match.UNDECLARED: "The agency’s report names the types it collects, retains and discloses.",
    Match.MIRROR_MISMATCH: "What one agency discloses, the other collects: each records its side.",
    Match.DECLARED_ELSEWHERE: "The agency’s report names the types it collects, retains and discloses.",
    Match.NOT_FOUND: "The agency’s report names the types it collects, retains and discloses.",
    Match.MAY_BE_MISSED: "The agency’s report names the types it collects, retains and discloses.",
    Match.STALE: "The agency’s report names the types it collects, retains and discloses.",
    Match.NOT_SCANNABLE: "The agency’s report names the types it collects, retains and discloses.",
    Match.AGREED: "The agency’s report names the types it collects, retains and discloses.",
}
#: What differences are counted by.
BY_TEXT = {"agency": "agency", "programme": "program"}
BY_MANY = {"agency": "agencies", "programme": "programs"}
#: The look of a kind of line: worded each time, never color alone.
MATCH_LOOK: dict[Match, str] = {
    Match.PROTOCOL_EXPIRED: "bad",
    Match.NO_PROTOCOL: "bad",
    Match.NO_AGREEMENT: "bad",
    Match.UNDECLARED: "warn",
    Match.MIRROR_MISMATCH: "warn",
    Match.DECLARED_ELSEWHERE: "warn",
    Match.NOT_FOUND: "hint",
    Match.MAY_BE_MISSED: "plain",
    Match.STALE: "hint",
    Match.NOT_SCANNABLE: "plain",
    Match.AGREED: "good",
}
STATE_LOOK: dict[State, str] = {
    State.OPEN: "warn",
    State.REOPENED: "bad",
    State.ASKED: "hint",
    State.RESOLVED: "good",
}
STEP_TEXT: dict[Step, str] = {
    Step.DECLARE: "Declare it",
    Step.LINK: "Join the dataset with a collection or disclosure that declares it",
    Step.REJECT: "Say that it is not this type",
    Step.ASK: "Ask a data steward",
    Step.ANSWER: "Answer",
    Step.EXCEPTION: "Note an exception",
    Step.REOPEN: "Open it again",
    Step.APPROVE: "Have it approved",
    Step.AGREE: "Record the agreement",
    Step.RECORD_OTHER_SIDE: "Record our side",
    Step.CORRECT: "Correct what is recorded",
    Step.LOOK: "Have its data looked at",
}
#: What was done, on the page that comes after it, and how it is undone.
DONE_TEXT: dict[Step, str] = {
    Step.DECLARE: "Declared. To undo it, take the type out again, or restore what was recorded before.",
    Step.LINK: "The dataset is joined. To undo it, take it out again, or restore what was recorded before.",
    Step.REJECT: "It is marked as not this type. To undo it, confirm it in the columns of the dataset.",
    Step.ASK: "The data steward sees it in their list. To undo it, open it again.",
    Step.ANSWER: "Your answer stands beside the difference, for the privacy officer to go on.",
    Step.EXCEPTION: "The exception is noted. To undo it, open it again.",
    Step.REOPEN: "It is open again.",
}


def sentence(line: DifferenceLine) -> str:
    """Why a line is there, in one or two sentences."""
    return _SENTENCES[line.why.reason](line)


def headline(line: DifferenceLine) -> str:
    """What a line is about, in a word or two: Email address in Clients of social services."""
    if line.type:
        return f"{line.type.label} in {_place(line) if line.dataset else _activity(line)}"
    return _activity(line)


def found(line: DifferenceLine) -> str:
    """Where it stands in the data; empty where the line is not about something found."""
    if not line.dataset or line.match not in {Match.UNDECLARED, Match.DECLARED_ELSEWHERE, Match.AGREED, Match.STALE}:
        return ""
    one = line.difference
    if one.columns and one.member and not one.confirmed:
        return "confirmed of the dataset, suggested in columns"
    return "confirmed" if one.is_confirmed else "suggested"


def weight(line: DifferenceLine) -> str:
    """The look of a line among warnings: what nobody looked at is a note, what only scans say is open."""
    if line.match in {Match.NOT_SCANNABLE, Match.MAY_BE_MISSED, Match.STALE}:
        return " concern-note"
    return " concern-open" if line.match is Match.NOT_FOUND or found(line) == "suggested" else ""


def in_short(page: DifferencesPage, *, gravest_first: bool = True) -> str:
    """What waits, in one sentence, with the gravest of it where that stands first."""
    waiting = page.counts.get(State.OPEN, 0) + page.counts.get(State.REOPENED, 0)
    if not waiting:
        return "Nothing waits: no difference is open."
    first = next((one for one in page.lines if one.state in {State.OPEN, State.REOPENED}), None)
    gravest = f" The gravest: {sentence(first)}" if first and gravest_first else ""
    return f"{waiting:,} {'difference waits' if waiting == 1 else 'differences wait'}.{gravest}"


def beside(page: DifferencesPage) -> str:
    """What the number of differences has to be seen against."""
    agreed = f"Paper and data agree in {page.agreed:,} other {'case' if page.agreed == 1 else 'cases'}."
    if not page.not_looked:
        return f"{agreed} All {page.datasets:,} datasets were looked at."
    return (
        f"{agreed} {page.not_looked:,} of {page.datasets:,} datasets were not looked at: "
        "there, nothing can be said to be undeclared."
    )


def tally_in_short(lines: Sequence[TallyLine], by: str) -> str:
    """Who has the most that waits, in one sentence."""
    waiting = sum(line.open for line in lines)
    if not waiting:
        return "Nothing waits: no difference is open."
    most = max(lines, key=lambda line: line.open)
    what = "difference waits" if waiting == 1 else "differences wait"
    if len(lines) == 1:
        return f"{waiting:,} {what} in {most.name}."
    return f"{waiting:,} {what} in {len(lines):,} {BY_MANY[by]}; the most, {most.open:,}, in {most.name}."


def tallied(kinds: Iterable[Match], lines: Sequence[TallyLine]) -> list[Match]:
    """The kinds that any line has one of."""
    return [kind for kind in kinds if any(line.counts.get(kind) for line in lines)]


def activity_options(views: Iterable[ActivityView]) -> list[tuple[int, str]]:
    """Collections and disclosures to choose from."""
    return [(view.activity.id, f"{named(view)}, {view.activity.verb.value}") for view in views]


def people_options(people: Iterable[Person]) -> list[tuple[str, str]]:
    """People to choose from."""
    return [(person.id, person.name) for person in people]


def memberships_in_short(page: MembershipsPage) -> str:
    """How much waits for a person, and how much was decided."""
    waits = sum(count for standing, count in page.by_standing.items() if standing.waits)
    confirmed = sum(page.by_standing.get(one, 0) for one in (MembershipStanding.CONFIRMED, MembershipStanding.CHANGED))
    if not waits and not confirmed:
        return "Nothing is suggested, and nothing was confirmed."
    return f"{waits:,} {'suggestion waits' if waits == 1 else 'suggestions wait'}; {confirmed:,} confirmed."


def rare(bound: float) -> str:
    """A small share of rows: 0.03%."""
    return f"{bound:.1%}" if bound >= 0.001 else f"{bound:.2%}" if bound >= 0.0001 else "<0.01%"


def named(view: ActivityView) -> str:
    """What an activity is called in a sentence: S2 “Referral of callers”."""
    activity = view.activity
    return f"{activity.reference} “{activity.title}”" if activity.reference else f"“{activity.title}”"


def _held(line: DifferenceLine) -> str:
    """What was found where: the beginning of a sentence."""
    label, place, count = _label(line), _place(line), line.difference.columns
    if not count:
        return f"Being in {place} tells of {label}, as a person confirmed"
    stands = "is confirmed" if line.difference.confirmed else "is suggested, not confirmed,"
    itself = "; that being in it tells of it, a person confirmed" if line.difference.member else ""
    return f"{label} {stands} in {count:,} {'column' if count == 1 else 'columns'} of {place}{itself}"


def _declared(line: DifferenceLine) -> str:
    return f"{_activity(line)} declares {_label(line)}"


def _nowhere(line: DifferenceLine) -> str:
    bound = line.why.bound
    left = f" It could still be in up to {rare(bound)} of rows." if bound else ""
    figure = f" Scans {_figure(line)}." if line.why.measured else ""
    return f"{_declared(line)}. All of its datasets were looked at, and it was found in none.{left}{figure}"


def _figure(line: DifferenceLine) -> str:
    """How often scans find a type where it is: found it in 42 of 42 labelled columns."""
    tally = line.why.measured
    if tally is None or not tally.held:
        return "were never measured on this type"
    return f"found this type in {tally.right} of {tally.held} labelled columns"


def _perhaps_missed(line: DifferenceLine) -> str:
    tally = line.why.measured
    few = ", too few to go by" if tally and tally.held and not tally.is_enough else ""
    rest = "that nothing was found does not say that it is not there"
    return f"{_declared(line)}. Nothing in its data speaks for it; scans {_figure(line)}{few}, so {rest}."


def _weakly(line: DifferenceLine) -> str:
    return f"{_declared(line)}. Something in its data speaks for it, too weakly to suggest it. Scans {_figure(line)}."


def _no_agreement(line: DifferenceLine) -> str:
    return f"{_activity(line)} goes to a third party and is not routine. No agreement in force is recorded."


def _policy_asks(line: DifferenceLine) -> str:
    rules = "; ".join(line.why.citations)
    asks = f"the policies ({rules}) ask" if rules else "the policies ask"
    return f"{_activity(line)} goes to a third party: though routine, {asks} for an agreement. None is in force."


def _elsewhere(line: DifferenceLine) -> str:
    others = ", ".join(named(view) for view in line.why.activities[:3]) or "another activity"
    return f"{_held(line)}. It is declared in {others}, for other data, and not for this dataset."


def _agreed(line: DifferenceLine) -> str:
    by = ", ".join(named(view) for view in line.why.activities[:3])
    return f"{_held(line)}{f', and declared in {by}' if by else ', and declared'}."


def _ended(line: DifferenceLine) -> str:
    day = line.why.day
    on = f" on {day:%b} {day.day}, {day.year}" if day else ""
    return f"What permitted {_activity(line)} ended{on}. Nothing in force permits it now."


def _old(line: DifferenceLine) -> str:
    if line.activity:
        return f"{_declared(line)}. Not found; some of its data was looked at last{_on(line)}, too long ago to rely on."
    return f"{_held(line)}, and declared; the last look was{_on(line)}, too long ago to rely on."


def _lost(line: DifferenceLine) -> str:
    return f"{_held(line)}, and declared; since the last look{_on(line)} nobody could look at it."


def _other_records_nothing(line: DifferenceLine) -> str:
    verb = line.activity.activity.verb if line.activity else Verb.DISCLOSURE
    missing = "collection" if verb is Verb.DISCLOSURE else "disclosure"
    return f"{_other(line)} is the other side of {_activity(line)} and records no {missing} of it."


def _own_side_missing(line: DifferenceLine) -> str:
    return f"{_other(line)} records that it discloses to {line.agency.name}, which records no collection of it."


def _otherwise(line: DifferenceLine) -> str:
    parts = [
        f"only {line.agency.name} records {_listed(line.why.types)}" if line.why.types else "",
        f"only {_other(line)} records {_listed(line.why.others)}" if line.why.others else "",
    ]
    return f"The two sides of {_activity(line)} name different types: {'; '.join(filter(None, parts))}."


def _on(line: DifferenceLine) -> str:
    day = line.why.day
    return f" on {day:%b} {day.day}, {day.year}" if day else ""


def _label(line: DifferenceLine) -> str:
    return line.type.label if line.type else "a type"


def _place(line: DifferenceLine) -> str:
    return (line.dataset.title or line.dataset.dataset.name) if line.dataset else "a dataset"


def _activity(line: DifferenceLine) -> str:
    return named(line.activity) if line.activity else "a collection or disclosure"


def _other(line: DifferenceLine) -> str:
    return line.other_agency.name if line.other_agency else "The other agency"


def _listed(kinds: Iterable[IdentifierType]) -> str:
    return ", ".join(kind.label for kind in kinds)


_SENTENCES: Mapping[Reason, Callable[[DifferenceLine], str]] = {
    Reason.DECLARED_AND_FOUND: _agreed,
    Reason.IN_NO_ACTIVITY: lambda line: f"{_held(line)}, and no collection or disclosure of this dataset is recorded.",
    Reason.NOT_AMONG_DECLARED: lambda line: (
        f"{_held(line)}, and no collection or disclosure of this dataset declares it."
    ),
    Reason.DECLARED_OF_OTHER_DATA: _elsewhere,
    Reason.NOWHERE_IN_ITS_DATA: _nowhere,
    Reason.NOT_MEASURED: _perhaps_missed,
    Reason.OFTEN_MISSED: _perhaps_missed,
    Reason.CLUE_TOO_WEAK: _weakly,
    Reason.HELD_WHERE_NOBODY_LOOKS: lambda line: f"{_declared(line)}, and works with a system that nobody can scan.",
    Reason.NO_DATA_NAMED: lambda line: f"{_declared(line)}. No dataset or system is joined with it, to look there.",
    Reason.DATA_GONE: lambda line: f"{_declared(line)}. What was joined with it is not there any more.",
    Reason.NOT_LOOKED_YET: lambda line: f"{_declared(line)}. Not found so far: not all of its data was looked at yet.",
    Reason.COULD_NOT_LOOK: lambda line: f"{_declared(line)}. Not found so far: some data could not be looked at.",
    Reason.LOOKED_PARTLY: lambda line: f"{_declared(line)}. Not found so far: some data was looked at only partly.",
    Reason.LOOK_TOO_OLD: _old,
    Reason.CANNOT_LOOK_ANY_MORE: _lost,
    Reason.NEVER_APPROVED: lambda line: f"No approval of {_activity(line)} is recorded, in force or past.",
    Reason.APPROVAL_ENDED: _ended,
    Reason.NO_AGREEMENT_IN_FORCE: _no_agreement,
    Reason.POLICY_ASKS_AGREEMENT: _policy_asks,
    Reason.OTHER_RECORDS_NOTHING: _other_records_nothing,
    Reason.OWN_SIDE_MISSING: _own_side_missing,
    Reason.OTHER_RECORDS_OTHERWISE: _otherwise,
}

FILTERS = {
    "differences_in_short": in_short,
    **{
        function.__name__: function
        for function in (
            sentence,
            headline,
            weight,
            found,
            beside,
            named,
            rare,
            tallied,
            tally_in_short,
            memberships_in_short,
            activity_options,
            people_options,
        )
    },
}
WORDS = {
    "MATCH_TEXT": MATCH_TEXT,
    "MATCH_MEANS": MATCH_MEANS,
    "MATCH_LOOK": MATCH_LOOK,
    "LAW_SAYS": LAW_SAYS,
    "BY_TEXT": BY_TEXT,
    "MEMBERSHIP_TEXT": STANDING_TEXT,
    "STATE_TEXT": STATE_TEXT,
    "STATE_LOOK": STATE_LOOK,
    "SETTLING_TEXT": SETTLING_TEXT,
    "STEP_TEXT": STEP_TEXT,
}
