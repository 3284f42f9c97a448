"""What may be said in a cycle: of which items, in how many words, when, and by whom."""

from collections.abc import Mapping

from catalog.errors import Conflict, NotAllowed, RequestError
from catalog.model.actors import Actor
from catalog.model.cycle_machine import WRITABLE
from catalog.model.cycle_words import CYCLE_TEXT
from catalog.model.cycles import Cycle, CycleState, DivisionTask
from catalog.model.report_answers import Answer, Origin, is_drafted
from catalog.model.report_entries import Entry, EntryKind, Said
from catalog.model.report_form import Element
from catalog.model.report_sayings import is_own
from catalog.services import access, cycle_steps
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.cycle_steps import report_of

_K, _S = EntryKind, CycleState
#: The longest that can be said: of the report itself, and about it.
MOST_IN_REPORT, MOST_ABOUT = 20_000, 4_000
_LONG = frozenset({_K.WROTE, _K.ADDED, _K.PROPOSED})
#: What is nothing without words, and what may have some; all else has none.
_NEEDS_WORDS = frozenset({_K.WROTE, _K.ADDED, _K.EXPLAINED, _K.WITHHELD, _K.COMMENTED, _K.ANSWERED})
#: A proposal without words says that the item holds as it is.
_MAY_HAVE_WORDS = frozenset({*_NEEDS_WORDS, _K.PROPOSED, _K.DISMISSED})
#: What takes a proposal up.
_TAKES_UP = frozenset({_K.WROTE, _K.STILL_TRUE})
#: When the privacy office comments: what was submitted, until the agency works on it again.
COMMENTABLE = frozenset({_S.SUBMITTED, _S.UNDER_COMMITTEE_REVIEW, _S.RETURNED})
#: What somebody did who was faster, after their name.
_DID: Mapping[EntryKind, str] = {
    _K.WROTE: "wrote here",
    _K.BACK_TO_DRAFT: "went back to the draft",
    _K.STILL_TRUE: "said that it holds",
    _K.ADDED: "added this",
    _K.REMOVED: "took this out",
    _K.EXPLAINED: "explained this",
    _K.WITHHELD: "withheld this from the public",
    _K.NOT_WITHHELD: "said that this is public",
    _K.PROPOSED: "proposed words",
    _K.DISMISSED: "did not take up a proposal",
    _K.COMMENTED: "commented on this",
    _K.ANSWERED: "answered a comment",
    _K.ATTESTED: "attested this task",
}


def action_for(kind: EntryKind) -> Action:
    """What somebody has to be allowed to do who says this.

    Raises:
        RequestError: when it is attesting, which is done over a whole task.
    """
    if kind is _K.ATTESTED:
        raise RequestError("This task", "a task is attested as a whole", "Attest it at the end of its page.")
    by_others = {_K.COMMENTED: Action.KEEP_CYCLES, _K.PROPOSED: Action.ANSWER_FOR_DIVISION}
    return by_others.get(kind, Action.ANSWER_REPORT)


def require_time(cycle: Cycle, kind: EntryKind) -> None:
    """Refuse what is said where a cycle does not take it.

    Raises:
        Conflict: saying where it is.
    """
    if cycle.state in (COMMENTABLE if kind is _K.COMMENTED else WRITABLE):
        return
    where = f"it is “{CYCLE_TEXT[cycle.state]}”"
    if kind is _K.COMMENTED:
        raise Conflict(report_of(cycle), f"{where}: what is not submitted is not commented on", "Wait until it is.")
    step = "Ask the privacy office to send it back."
    if cycle.state is _S.AGENCY_HEAD_SIGNOFF:
        step = "Ask the privacy officer to take it back."
    raise Conflict(report_of(cycle), f"{where}: what it says cannot be changed now", step)


def words_of(thing: str, said: Said, answer: Answer | None) -> str:
    """What is said, with blanks around it gone and line breaks in one form.

    Raises:
        RequestError: when words are lacking, too many, would be lost, or hold what no page can show.
    """
    text = cycle_steps.clean(thing, said.text)
    if said.kind not in _MAY_HAVE_WORDS:
        if text and (answer is None or text != answer.text.strip()):
            cause = "words came with what takes none, and would be lost"
            raise RequestError(thing, cause, "Save what you wrote first.")
        return ""
    if said.kind in _NEEDS_WORDS and not text:
        raise RequestError(thing, "nothing is said", "Write it in words.")
    most = MOST_IN_REPORT if said.kind in _LONG else MOST_ABOUT
    if len(text) > most:
        raise RequestError(thing, f"it has {len(text):,} characters, and {most:,} are the most", "Write less.")
    return text


def require_sense(thing: str, said: Said, answer: Answer | None, entries: Mapping[int, Entry]) -> None:
    """Refuse what makes no sense of the item as it is.

    Parameters:
        answer: the item; None where something is said of a whole task, is added, or is of what is not there any more.
        entries: all that was said of the item, by number.

    Raises:
        RequestError: saying why.
    """
    _require_reason(thing, said)
    _require_answered(thing, said, answer, entries)
    if answer is None:
        return
    holds = said.kind is _K.STILL_TRUE or (said.kind is _K.PROPOSED and not said.text)
    if holds and not answer.is_filled:
        raise RequestError(thing, "it says nothing that could hold", "Write what is so.")
    if said.kind is _K.REMOVED and not answer.is_own:
        raise RequestError(thing, "it comes from the records", "Correct the record, or explain it.")
    is_over_draft = answer.origin is Origin.CARRIED and is_drafted(answer.item)
    can_go_back = (answer.origin is Origin.WRITTEN or is_over_draft) and not is_own(said.item_key)
    if said.kind is _K.BACK_TO_DRAFT and not can_go_back:
        raise RequestError(thing, "nobody wrote over its draft", "Look at what it says.")
    if said.kind is _K.EXPLAINED and not answer.item.needs_reason:
        raise RequestError(thing, "nothing has to be explained here", "Write it into the answer itself.")


def element_added_to(said: Said) -> Element:
    """The element that something is added to.

    Raises:
        RequestError: when there is no such element.
    """
    if said.item_key not in {one.value for one in Element}:
        raise no_such_item()
    return Element(said.item_key)


def require_asked(actor: Actor, cycle: Cycle, task: DivisionTask | None) -> DivisionTask:
    """The open task in which somebody proposes something.

    Raises:
        Conflict: when it is done or withdrawn.
        NotAllowed: when it is somebody else who is asked, and the actor does not answer for the agency.
        NotFound: when there is no such task in this cycle.
    """
    if task is None or task.cycle_id != cycle.id:
        raise access.nothing_here("This request")
    if task.person_id != actor.person_id and not access.may(actor, Action.ANSWER_REPORT, cycle.agency_id):
        raise NotAllowed("This request", "somebody else is asked", "Propose where you are asked yourself.")
    if task.done_at is not None or task.withdrawn_at is not None:
        cause = "it is done" if task.done_at else "it was withdrawn"
        raise Conflict("This request", cause, "Ask the privacy officer to open it again.")
    return task


def no_such_item() -> RequestError:
    """What is answered where the report has no such item."""
    return RequestError("This item", "the report has no such item now", "Look at the task again.")


def faster(catalog: Catalog, thing: str, latest: Entry | None) -> Conflict:
    """What is answered where something was said of an item since somebody saw it. What they wanted to say stays theirs:
    the page shows it again.
    """
    if latest is None:
        return Conflict(thing, "nothing was said of it yet", "Look at it again, then say it once more.")
    step = "Look at it, then say yours again: nothing of it is lost."
    return Conflict(thing, f"{did(catalog, latest)}, after you opened it", step)


def attested(catalog: Catalog, thing: str, entry: Entry) -> Conflict:
    """What is answered where somebody else attested a task as it is."""
    return Conflict(thing, did(catalog, entry), "It stands: nothing more is needed.")


def rests_on_other(thing: str) -> Conflict:
    """What is answered where the records behind an item changed since somebody saw it."""
    step = "Look at what it says now, then say yours again: nothing of it is lost."
    return Conflict(thing, "the records behind it changed after you opened it", step)


def did(catalog: Catalog, entry: Entry) -> str:
    """Who said what kind of thing, and when."""
    return f"{entry.person} {_DID[entry.kind]} on {cycle_steps.on(catalog, entry.at)}"


def _require_reason(thing: str, said: Said) -> None:
    if said.kind is _K.WITHHELD and said.reason is None:
        raise RequestError(thing, "no reason for withholding it is given", "Choose one of the three of §23-1205(c).")
    if said.kind is not _K.WITHHELD and said.reason is not None:
        raise RequestError(
            thing, "a reason for withholding came with something else", "Withhold it, or leave that out."
        )


def _require_answered(thing: str, said: Said, answer: Answer | None, entries: Mapping[int, Entry]) -> None:
    """Refuse an answer to what is not there."""
    if said.kind is _K.ANSWERED:
        told = entries.get(said.answers_id or 0)
        if told is None or told.kind is not _K.COMMENTED:
            raise RequestError(thing, "there is no such comment on it", "Look at its comments again.")
    elif said.kind is _K.DISMISSED or (said.kind in _TAKES_UP and said.answers_id is not None):
        if said.answers_id not in {one.id for one in (answer.proposals if answer else ())}:
            raise RequestError(thing, "there is no such proposal that waits", "Look at its proposals again.")
    elif said.answers_id is not None:
        raise RequestError(thing, "this answers nothing", "Say it by itself.")
