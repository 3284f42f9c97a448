"""Undoing what was put off: it is taken up again, or put off as it was before; and that undone, put off once more."""

from collections.abc import Iterator, Sequence

from catalog.errors import Conflict, RequestError
from catalog.model.review import ActKind, Deferral, LeftOutBecause, Order, ReviewAct, ReviewState
from catalog.model.review_states import decided_since
from catalog.services import review_deferrals
from catalog.services.catalog import Catalog
from catalog.services.review_plans import LATER, Planner
from catalog.services.review_truth import Known, Pair
from catalog.store import review_acts, review_pages
from catalog.store.engine import Connection

_IS_OFF = frozenset({ReviewState.DEFERRED, ReviewState.ASKED})
_DECIDED = frozenset({ReviewState.CONFIRMED, ReviewState.REJECTED})
#: What ends a question or a deferral for good.
_ENDED = frozenset({ActKind.ANSWER, ActKind.UNDO})


def back(
    connection: Connection,
    catalog: Catalog,
    planner: Planner,
    act: ReviewAct,
    root: ReviewAct,
    put_off: Sequence[Deferral],
    left_out: dict[Pair, LeftOutBecause],
) -> tuple[list[Known], list[Deferral]]:
    """What undoing an act takes up again or, where the act did so itself, puts off again.

    Parameters:
        root: the act that put it off; ``put_off`` the rows of both.
        left_out: where to note what is left as it is, and why.

    Returns:
        The items, and the rows to add; those that end something lack the number of their act, and come first.

    Raises:
        Conflict: when it was put off for somebody who may not decide there any more, or to a day that has come.
    """
    ended = {_pair(one): one for one in put_off if one.act_id == act.id and one.ends}
    if not put_off or not (ended or act.id == root.id):  # what was put off once more is taken up by undoing its act
        return [], []
    every = review_acts.deferrals_of(connection, {one.column_id for one in put_off})
    known: list[Known] = []
    for pair in dict.fromkeys(ended or map(_pair, put_off)):
        because = _because(planner, act, root, pair, ended.get(pair), every[pair])
        if because is None:
            known.append(planner.truth.known(*pair))
        else:
            left_out[pair] = because
    if ended:
        _check_still(connection, catalog, root, known)
        return known, [Deferral(0, root.id, *each.pair, ended[each.pair].evidence_digest, ends=False) for each in known]
    ends = [Deferral(0, 0, *each.pair, every[each.pair][-1].evidence_digest, ends=True) for each in known]
    before = {each.pair: _before(every[each.pair], root) for each in known}
    return known, [*ends, *_as_before(connection, catalog, known, before)]


def _because(
    planner: Planner, act: ReviewAct, root: ReviewAct, pair: Pair, ended: Deferral | None, every: Sequence[Deferral]
) -> LeftOutBecause | None:
    """Why an item is left as it is; None where it is not."""
    place, latest = planner.truth.places.get(pair[0]), every[-1]
    if place is None or not place.is_live:
        return LeftOutBecause.GONE
    now = planner.truth.known(*pair)
    if now.proposed:
        return LeftOutBecause.PROPOSED
    if ended is None:
        is_latest = latest.act_id == root.id and not latest.ends
    else:
        # What came back with the undoing, from before, is no later word.
        is_latest = latest.id == ended.id or (not latest.ends and latest.act_id < act.id and latest.act_id != root.id)
    if not is_latest or now.item.state in _DECIDED:
        return LeftOutBecause.DECIDED_MEANWHILE
    if ended is None:
        return None if now.item.state in _IS_OFF else LeftOutBecause.NOTHING_TO_DO
    return None if now.item.digest == ended.evidence_digest else LeftOutBecause.EVIDENCE_MOVED


def _before(every: Sequence[Deferral], root: ReviewAct) -> Deferral | None:
    """The word on an item before this one put it off, where that put it off too."""
    first = next(place for place, one in enumerate(every) if one.act_id == root.id)
    return every[first - 1] if first and not every[first - 1].ends else None


def _as_before(
    connection: Connection, catalog: Catalog, known: Sequence[Known], before: dict[Pair, Deferral | None]
) -> Iterator[Deferral]:
    """What holds again, of what was put off or asked before."""
    acts = review_pages.acts_by_id(connection, {one.act_id for one in before.values() if one})
    over = {one.of_id for one in review_acts.about(connection, acts) if one.kind in _ENDED}
    by_act: dict[int, list[Known]] = {}
    for each in known:
        one = before[each.pair]
        if one is None or one.act_id in over or one.evidence_digest != each.item.digest:
            continue
        if not decided_since(each.held, one.act_id, acts[one.act_id].at):
            by_act.setdefault(one.act_id, []).append(each)
    for act_id, those in by_act.items():
        if _is_possible(connection, catalog, acts[act_id], those):
            yield from (Deferral(0, act_id, *each.pair, each.item.digest, ends=False) for each in those)


def _is_possible(connection: Connection, catalog: Catalog, act: ReviewAct, known: Sequence[Known]) -> bool:
    try:
        _check_still(connection, catalog, act, known)
    except Conflict:
        return False
    return True


def _check_still(connection: Connection, catalog: Catalog, act: ReviewAct, known: Sequence[Known]) -> None:
    """Refuse to put off again for whom, or until when, it cannot be any more."""
    if not known or act.kind not in LATER:
        return
    order = Order(act.kind, reason=act.reason, until=act.until, to_person_id=act.to_person_id)
    try:
        review_deferrals.check_person(connection, catalog, order, {each.item.agency_id for each in known})
    except RequestError as error:
        raise Conflict("What you did", error.cause, "Put it off anew.") from None


def _pair(one: Deferral) -> Pair:
    return one.column_id, one.type_code
