"""What is lacking before a report can be signed, and what is good to know. Pure: facts and answers to gaps.

What blocks is what would make the report itself incomplete or untrue: something the law asks for that nobody says,
a task that nobody attested as it is, a contradiction that nobody explained, a type that scans suggest and nobody
decided on, words of the last report that nobody confirmed, something withheld without a reason. What the records lack
while the report says so (an approval that lapsed, an agreement that is missing, a flow that the other agency does not
record) does not block: the report is due all the same, and has to tell it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from catalog.model import report_withheld
from catalog.model.agreements import UNSCANNABLE_TEXT, Unscannable
from catalog.model.designations import HOLDING
from catalog.model.reconciliation import Doubt, lives
from catalog.model.register import Classification, Verb
from catalog.model.report_answers import Answer, Origin, TaskState, on_task, task_state
from catalog.model.report_comments import orphans
from catalog.model.report_drafts_sources import going_on, key_of, named, of_activity
from catalog.model.report_drafts_types import is_undecided
from catalog.model.report_entries import Entry
from catalog.model.report_facts import ActivityFact, Facts
from catalog.model.report_form import FILLINGS, TASK_TEXT, Element, Filling, Task
from catalog.model.report_items import Item, SourceKind
from catalog.model.report_said import ReportContent
from catalog.model.report_views import Gap

_OFFICERS_OF_BOTH = 2
_HELD_BY_OTHERS = frozenset({Unscannable.CONTRACTOR_HELD, Unscannable.VENDOR_HOSTED})


def gaps(
    facts: Facts,
    answers: Sequence[Answer],
    entries: Sequence[Entry],
    *,
    today: date,
    last: ReportContent | None = None,
    sent_back: datetime | None = None,
) -> tuple[Gap, ...]:
    """Everything that is lacking, what blocks first, each once and in the order of the report.

    Parameters:
        answers: all answers of the report.
        entries: everything that was said in its cycle, in order.
        today: the day it is for the people who use the catalog.
        last: what the agency's last report said.
        sent_back: when the report was sent back whole.
    """
    found = (
        *_of_answers(answers),
        *_of_gone(answers, entries),
        *_of_tasks(answers, entries, sent_back),
        *_of_withheld(answers),
        *_of_telling(answers),
        *_of_lost(answers, entries, last),
        *_of_activities(facts, answers, today),
        *_of_contractors(facts, today),
        *_of_data(facts),
        *_of_people(facts),
    )
    return (*(one for one in found if one.blocks), *(one for one in found if not one.blocks))


def is_human(item: Item) -> bool:
    """Whether only people can say it: no record drafts words or cells of it."""
    return not item.text and not item.fields and FILLINGS[item.element] is not Filling.FILLED


def _of_answers(answers: Iterable[Answer]) -> Iterator[Gap]:
    for one in answers:
        yield from _of_words(one)
        if is_undecided(one.item):
            text = "scans suggest it, and nobody confirmed or rejected it. Decide it in Review, or explain it."
            yield _gap("undecided", text, one, blocks=one.needs_explaining)
        elif one.needs_explaining:
            yield _gap("not_explained", f"{one.item.needs_reason} Correct the record, or explain it.", one)
        if one.open_comments:
            yield _gap("comment_open", "a comment of the privacy office is not answered.", one)
        if one.said is not None and one.moved:
            yield _gap("moved", f"a record behind it changed since {one.said.person} spoke of it.", one)
        if one.proposals:
            yield _gap("proposal_open", "words that a division proposes wait.", one, blocks=False)


def _of_words(one: Answer) -> Iterator[Gap]:
    """What only people can say has to be said; what they said in the last report holds once somebody says so again."""
    if is_human(one.item) and not one.text.strip():
        yield _gap("not_answered", "nothing is said yet.", one)
    elif one.origin is Origin.CARRIED and not one.is_settled:
        yield _gap("not_reaffirmed", "nobody said that the last report’s words still hold.", one)


def _of_gone(answers: Sequence[Answer], entries: Sequence[Entry]) -> Iterator[Gap]:
    """A comment is answered, also where the report does not say any more what it was made on."""
    for one in orphans(answers, entries):
        if one.open_comments:
            text = f"{TASK_TEXT[one.task]}: a comment on what is not in the report any more is not answered."
            yield Gap("comment_open", text, True, one.task, one.key, ())


def _of_tasks(answers: Sequence[Answer], entries: Sequence[Entry], sent_back: datetime | None) -> Iterator[Gap]:
    for task in Task:
        if any(one.answer is None for one in on_task(task, entries)):
            text = f"{TASK_TEXT[task]}: a comment of the privacy office is not answered."
            yield Gap("comment_open", text, True, task, "", ())
        state = task_state(task, answers, entries, sent_back)
        if state is TaskState.LOOK_AGAIN:
            why = "something in it changed since somebody said that all of it holds; look at it and say so again"
            yield Gap("attested_and_moved", f"{TASK_TEXT[task]}: {why}.", True, task, "", ())
        elif state is not TaskState.DONE:
            yield Gap("not_attested", f"{TASK_TEXT[task]}: nobody has said that all of it holds.", True, task, "", ())


def _of_withheld(answers: Sequence[Answer]) -> Iterator[Gap]:
    for one in answers:
        if one.withheld is not None and (one.reason is None or not one.withheld.text.strip()):
            yield _gap("withheld_without_reason", "withheld, and no reason is given.", one)
        if one.withheld is None and one.last_withheld and not one.withheld_said:
            text = "withheld in the last report; say whether the public is told now."
            yield _gap("withheld_last_time", text, one)


def _of_telling(answers: Sequence[Answer]) -> Iterator[Gap]:
    """What the public is told that may tell what is withheld: somebody says of each whether it is told all the same."""
    hidden = [(one, one.withheld.id) for one in answers if one.withheld]
    for one in answers if hidden else ():
        near = [(each, at) for each, at in hidden if one.withheld is None and report_withheld.tells(one, each)]
        open_ones = [each for each, at in near if not report_withheld.is_told(one, at)]
        if open_ones:
            text = f"may tell what “{open_ones[0].item.label}” says, which is withheld."
            yield _gap("may_tell_withheld", f"{text} Withhold it as well, or say that the public is told of it.", one)
            continue
        shared = next((each for each, _ in hidden if report_withheld.shares(one, each)), None)
        if one.withheld is None and not near and shared is not None:
            text = f"rests on a record behind “{shared.item.label}”, which is withheld."
            yield _gap("near_withheld", f"{text} See that it does not tell it.", one, blocks=False)


def _of_lost(answers: Sequence[Answer], entries: Sequence[Entry], last: ReportContent | None) -> Iterator[Gap]:
    """What was withheld under another name or number, and would be told to the public under its new one."""
    lost = report_withheld.lost(answers, entries, last)
    for one in answers if lost else ():
        if any(report_withheld.may_be(one, each) for each in lost):
            text = "may say what was withheld before its record changed."
            yield _gap("withheld_and_moved", f"{text} Withhold it, or say that the public is told of it.", one)


def _of_activities(facts: Facts, answers: Sequence[Answer], today: date) -> Iterator[Gap]:
    written = {one.item.key for one in answers if one.origin is Origin.WRITTEN and one.text.strip()}
    unexplained = {one.item.key for one in answers if one.needs_explaining}
    for fact in going_on(facts):
        yield from _of_record(facts, fact, written)
        if lives(fact.line.view.activity, today):
            yield from _of_approval(facts, fact, unexplained)


def _of_record(facts: Facts, fact: ActivityFact, written: set[str]) -> Iterator[Gap]:
    """What the record of an activity does not say and the report is asked for (§23-1205(a)(1)(b), (e), (f)). The
    purpose of a collection may be said in the report instead; that of a disclosure only in its record, for the report
    tells the purposes of all to one kind of entity together.
    """
    view = fact.line.view
    is_disclosed = view.activity.verb is Verb.DISCLOSURE
    task = Task.PURPOSES if not is_disclosed else Task.ENTITIES if view.party else Task.CLASSIFIED
    if view.activity.classification is Classification.UNCLASSIFIED:
        text = "not yet classified: nobody said how it may take place"
        yield _of(facts, fact, "unclassified", text, Task.CLASSIFIED, blocks=True)
    if is_disclosed and view.party is None:
        yield _of(facts, fact, "no_recipient", "no recipient is recorded", Task.CLASSIFIED, blocks=True)
    if not view.activity.purpose.strip() and (is_disclosed or _key(fact, task) not in written):
        yield _of(facts, fact, "no_purpose", "no purpose is recorded", task, blocks=True)
    if view.activity.ground is None:
        yield _of(facts, fact, "no_ground", "no ground is recorded", Task.CLASSIFIED)
    if not view.authorities:
        yield _of(facts, fact, "no_authority", "no protocol that permits it is recorded", Task.CLASSIFIED)


_DOUBTS = {
    Doubt.LAPSED: ("approval_lapsed", "its approval lapsed", Task.CLASSIFIED),
    Doubt.NO_APPROVAL: ("no_approval", "no approval is in force", Task.CLASSIFIED),
    Doubt.NO_AGREEMENT: ("no_agreement", "no agreement with the third party is in force", Task.AGREEMENTS),
    Doubt.NOT_MIRRORED: ("not_mirrored", "the other agency records nothing of it", Task.CLASSIFIED),
    Doubt.TYPES_DIFFER: ("types_differ", "the other agency records other types", Task.CLASSIFIED),
}


def _of_approval(facts: Facts, fact: ActivityFact, unexplained: set[str]) -> Iterator[Gap]:
    """Where approvals, agreements and the other side of an activity that goes on do not add up, as far as nobody has to
    explain the same anyway.
    """
    activity = fact.line.view.activity
    for doubt in dict.fromkeys(one.doubt for one in fact.line.concerns):
        code, text, task = _DOUBTS.get(doubt, ("", "", Task.CLASSIFIED))
        if code and not (doubt is Doubt.NO_AGREEMENT and _key(fact, task) in unexplained):
            yield _of(facts, fact, code, text, task)
    if activity.classification is Classification.ROUTINE_INTERAGENCY and not _both_signed(fact):
        text = "the signatures of both privacy officers are not on record"
        yield _of(facts, fact, "not_both_signed", text, Task.CLASSIFIED)


def _both_signed(fact: ActivityFact) -> bool:
    """Whether an approval of the activity that holds has the signatures of the officers of two agencies."""
    return any(
        len({one.agency_id for one in signatures if one.agency_id}) >= _OFFICERS_OF_BOTH
        for given, signatures in fact.designations
        if given.classification is Classification.ROUTINE_INTERAGENCY and given.state in HOLDING
    )


def _of_contractors(facts: Facts, today: date) -> Iterator[Gap]:
    """The report covers contractors (§23-1205(a)): what others hold is under a contract that says what is held."""
    for one in facts.contracts:
        contract = one.contract
        if contract.ends_on is not None and contract.ends_on < today:
            continue
        sources = (facts.source(SourceKind.CONTRACT, contract.id, contract.title),)
        name, key = f"Contract {contract.number} with {one.contractor.name}", f"contractors/contract:{contract.id}"
        if contract.rider_id is None:
            text = f"{name}: no rider on identifying information is attached."
            yield Gap("no_rider", text, False, Task.CONTRACTORS, key, sources)
        if not one.systems:
            text = f"{name}: no record says what is held under it."
            yield Gap("contract_holds_nothing", text, False, Task.CONTRACTORS, key, sources)
    for system, _ in facts.systems:
        if system.unscannable in _HELD_BY_OTHERS and system.contract_id is None:
            text = f"{system.name}: {UNSCANNABLE_TEXT[system.unscannable].lower()}, and no contract is recorded."
            sources = (facts.source(SourceKind.SYSTEM, system.id, system.name),)
            yield Gap("no_contract", text, False, Task.CONTRACTORS, "", sources)


def _of_data(facts: Facts) -> Iterator[Gap]:
    """What datasets do not say."""
    if facts.datasets_without_division:
        text = f"{_datasets(facts.datasets_without_division)} no division that answers for it is recorded."
        yield Gap("no_division", text, False, Task.TYPES, "", ())
    if facts.datasets_without_activity:
        text = f"{_datasets(facts.datasets_without_activity)} no collection or disclosure is recorded."
        yield Gap("no_activity", text, False, Task.TYPES, "", ())


def _datasets(count: int) -> str:
    return "Of 1 dataset" if count == 1 else f"Of {count:,} datasets"


def _of_people(facts: Facts) -> Iterator[Gap]:
    """Who the head of the report names."""
    if not facts.officers:
        yield Gap("no_officer", "No privacy officer of the agency is recorded.", False, None, "", ())
    if not facts.heads:
        yield Gap("no_head", "No head of the agency is recorded; a signature on paper names them.", False, None, "", ())


def _gap(code: str, text: str, answer: Answer, *, blocks: bool = True) -> Gap:
    return Gap(code, _told(answer.item.label, text), blocks, answer.task, answer.item.key, answer.item.sources)


def _told(label: str, text: str) -> str:
    """What is said of an answer after what it is called; a label that is a question stands as a sentence of its own."""
    return f"{label} {text[:1].upper()}{text[1:]}" if label.endswith("?") else f"{label}: {text}"


def _of(facts: Facts, fact: ActivityFact, code: str, text: str, task: Task, *, blocks: bool = False) -> Gap:
    name = named(fact.line.view.activity)
    return Gap(code, f"{name}: {text}.", blocks, task, _key(fact, task), (of_activity(facts, fact),))


def _key(fact: ActivityFact, task: Task) -> str:
    """The item in which what an activity lacks is read, in a task."""
    view = fact.line.view
    if task is Task.ENTITIES:
        return f"{Element.ENTITIES.value}/{view.party.kind.value}" if view.party else ""
    if task is Task.AGREEMENTS:
        return f"{Element.AGREEMENTS.value}/lacking:{view.activity.id}"
    element = Element.CLASSIFIED if task is Task.CLASSIFIED else Element.WHY_COLLECT
    return f"{element.value}/{key_of(view.activity)}"
