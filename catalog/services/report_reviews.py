"""The privacy office looks a submitted report through: comments on its answers, and what becomes of it (§23-1205)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.errors import RequestError
from catalog.model.actors import Actor
from catalog.model.cycle_machine import MOVES, By, CycleMove, is_late, moves
from catalog.model.cycles import Cycle, CycleEvent, CycleState, CycleStep
from catalog.model.report_answers import Comment
from catalog.model.report_entries import Entry, EntryKind, Said
from catalog.model.report_reading import ItemComments
from catalog.services import access, cycle_steps, cycles, report_answering, report_files, saying_rules
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.report_files import Reading
from catalog.store import law

#: The steps of the privacy office that have to be told in words.
NEEDS_WORDS = frozenset(
    move.event for every in MOVES.values() for move in every if move.by is By.OFFICE and move.needs_words
)


@dataclass(frozen=True, slots=True)
class NewComment:
    """What is said of one answer, having seen the latest entry about it (0 for none)."""

    item_key: str
    text: str
    seen: int


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A submitted report that is looked through: what was said of each answer, what happened, and what may follow."""

    reading: Reading
    said: Mapping[str, ItemComments]
    moves: tuple[CycleMove, ...]
    steps: tuple[CycleStep, ...]
    late: bool

    def of(self, item_key: str) -> ItemComments:
        """What was said of one answer."""
        return self.said.get(item_key, ItemComments())

    @property
    def can_comment(self) -> bool:
        """Whether comments are taken where it is."""
        return self.reading.cycle.state in saying_rules.COMMENTABLE

    @property
    def unanswered(self) -> int:
        """How many comments the agency has not answered."""
        return sum(one.answer is None for item in self.said.values() for one in item.comments)


def page(actor: Actor, catalog: Catalog, cycle_id: int) -> ReviewPage:
    """The report that was signed last, as the privacy office looks it through.

    Raises:
        NotAllowed: when the actor does not keep inventory cycles.
        NotFound: when there is no such report, or it was not signed yet.
    """
    access.require(actor, Action.KEEP_CYCLES)
    reading = report_files.read(actor, catalog, cycle_id)
    with catalog.reading() as connection:
        entries = law.where(connection, Entry, cycle_id=cycle_id)
        steps = tuple(law.where(connection, CycleStep, cycle_id=cycle_id))
    cycle = reading.cycle
    return ReviewPage(reading, _said(entries), moves(cycle, By.OFFICE), steps, is_late(cycle, catalog.day()))


def review(
    actor: Actor,
    catalog: Catalog,
    cycle_id: int,
    said: Sequence[NewComment],
    *,
    step: CycleEvent | None = None,
    words: str = "",
    expected: CycleState,
) -> Cycle:
    """Keep comments on answers, and with them take a step: all of it or nothing.

    Parameters:
        step: what becomes of the report; None where only comments are kept.
        words: what is said with the step.
        expected: where the report was when it was looked through.

    Raises:
        Conflict: when it was moved meanwhile, or somebody said something of the same answer.
        NotAllowed: when the actor does not keep inventory cycles.
        NotFound: when there is no such report.
        RequestError: when nothing is said, or the step has to be told in words.
    """
    access.require(actor, Action.KEEP_CYCLES)
    with catalog.reading() as connection:
        cycle = cycle_steps.known(connection, actor, cycle_id, Action.KEEP_CYCLES)
    if not said and step is None:
        raise RequestError(cycle_steps.report_of(cycle), "nothing was said", "Comment on an answer or choose a step.")
    comments = [Said(one.item_key, EntryKind.COMMENTED, text=one.text, expected=one.seen) for one in said]
    with catalog.together() as joined:
        if comments:
            report_answering.say_many(actor, joined, cycle_id, comments)
        if step is not None:
            cycle = cycles.move(actor, joined, cycle_id, step, words=words, expected=expected)
    return cycle


def _said(entries: Sequence[Entry]) -> Mapping[str, ItemComments]:
    answers = {one.answers_id: one for one in entries if one.kind is EntryKind.ANSWERED}
    keys = dict.fromkeys(one.item_key for one in entries)
    return {key: _of([one for one in entries if one.item_key == key], answers) for key in keys}


def _of(entries: Sequence[Entry], answers: Mapping[int | None, Entry]) -> ItemComments:
    comments = (Comment(one, answers.get(one.id)) for one in entries if one.kind is EntryKind.COMMENTED)
    return ItemComments(tuple(comments), max(one.id for one in entries))
