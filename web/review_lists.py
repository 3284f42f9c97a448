"""Lists of the pages around the review queue as files to take away."""

from collections.abc import Iterable, Iterator

from catalog.model.identifiers import IdentifierType
from catalog.model.review_views import ActLine, ItemView, ProposalView, QualityPage, QuestionView, Reliability
from web.exports import Cell, Counted, Listing

_ACTS = ("act", "at", "kind", "type", "to_type", "why", "columns", "name", "agencies", "reason")
_ACTS_REST = ("until", "handed_to_or_asked", "columns_that_can_be_undone", "undone")
_LATER = ("agency", "source", "dataset", "column", "type", "state", "until", "handed_to_or_asked")
_PROPOSALS = ("act", "at", "proposed_by", "kind", "type", "to_type", "why", "columns", "reason", "own")
_QUESTIONS = ("act", "at", "asked_by", "asked", "type", "columns", "question", "answer", "answered_at")
_QUALITY = ("measure", "type", "strength_from", "strength_to", "decided", "agreed", "acts", "low", "high")


def acts(count: int, lines: Iterable[ActLine]) -> Listing:
    """So many acts of one person, each read only when its turn comes."""
    return Listing("my-review", _ACTS + _ACTS_REST, Counted(count, map(_act, lines)))


def later(count: int, items: Iterable[ItemView]) -> Listing:
    """So many columns that are put off or handed to somebody."""
    return Listing("review-later", _LATER, Counted(count, map(_later, items)))


def proposals(views: Iterable[ProposalView]) -> Listing:
    """Decisions that wait for a second person."""
    return Listing("review-proposals", _PROPOSALS, [_proposal(view) for view in views])


def questions(views: Iterable[QuestionView]) -> Listing:
    """Questions to stewards with their answers."""
    return Listing("review-questions", _QUESTIONS, [_question(view) for view in views])


def quality(page: QualityPage) -> Listing:
    """How often people confirmed what was suggested, by strength and by type, and how often second readers agreed."""
    return Listing("review-quality", _QUALITY, list(_quality(page)))


def _act(line: ActLine) -> tuple[Cell, ...]:
    act = line.act
    return (
        act.id,
        act.at.isoformat(),
        act.kind.value,
        act.type_code,
        act.to_code,
        act.why.value if act.why else None,
        act.columns,
        line.name,
        " ".join(agency.acronym for agency in line.agencies),
        act.reason,
        act.until.isoformat() if act.until else None,
        line.waits_for,
        line.can_undo,
        line.undone,
    )


def _later(item: ItemView) -> tuple[Cell, ...]:
    place = (item.agency.acronym, item.source.name, item.dataset.name, item.column.name)
    until = item.until.isoformat() if item.until else None
    return (*place, item.tag.type.code, item.state.value, until, item.waits_for)


def _proposal(view: ProposalView) -> tuple[Cell, ...]:
    act = view.act
    types = (act.type_code, act.to_code, act.why.value if act.why else None)
    return (act.id, act.at.isoformat(), view.person, act.kind.value, *types, view.total, act.reason, view.mine)


def _question(view: QuestionView) -> tuple[Cell, ...]:
    act, answer = view.act, view.answer
    said = (answer.reason, answer.at.isoformat()) if answer else (None, None)
    return (act.id, act.at.isoformat(), view.asked_by, view.asked, act.type_code, view.total, act.reason, *said)


def _quality(page: QualityPage) -> Iterator[tuple[Cell, ...]]:
    for one in page.bins:
        yield _reliability("confirmed by strength", None, one)
    for kind, one in page.by_type:
        yield _reliability("confirmed by type", kind, one)
    for each in page.agreements:
        read = (each.read, each.agreed, None, each.low, each.high)
        yield ("second readers agreed", each.type.code, None, None, *read)


def _reliability(measure: str, kind: IdentifierType | None, one: Reliability) -> tuple[Cell, ...]:
    figures = (one.decided, one.confirmed, one.acts, one.low, one.high)
    return (measure, kind.code if kind else None, one.from_strength, one.to_strength, *figures)
