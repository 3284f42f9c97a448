"""Taking back what an act did: each word that is still the last one gives way to the one before it.

Nothing is deleted. What was said before is put back in effect by a decision that names it; where nothing was, the word
is withdrawn. So what is taken back can be put back again, and evidence that moved meanwhile re-opens it as ever.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.errors import Conflict
from catalog.model.actors import Actor
from catalog.model.decisions import Decision, Verdict, in_effect
from catalog.model.review import ActKind, Deferral, LeftOutBecause, Proposal, ReviewAct
from catalog.model.review_states import decided_since
from catalog.model.review_views import LeftOut
from catalog.services import review_plans, review_taking_up
from catalog.services.catalog import Catalog, Change
from catalog.services.review_plans import LATER, Planner
from catalog.services.review_truth import Known, Pair
from catalog.services.review_writing import Said
from catalog.store import people, review_acts
from catalog.store.engine import Connection

#: What settles what was proposed.
_SETTLED = {ActKind.APPROVE: "approved", ActKind.REFUSE: "refused"}


@dataclass(frozen=True, slots=True)
class Back:
    """What undoing an act does.

    Parameters:
        said: what is decided; ``proposed`` what a second person is asked.
        put_off: the items that are taken up again, or put off again.
        deferrals: their rows, which lack the act's number where they end what was put off.
        withdrawn: what the act had proposed and nobody has settled.
        again: the act whose proposals are proposed again, so that it tells why; None where none are.
        settled: the act that settled what was proposed; None where it was only proposed, or nothing was.
    """

    said: tuple[Said, ...]
    proposed: tuple[Said, ...]
    put_off: tuple[Known, ...]
    deferrals: tuple[Deferral, ...]
    withdrawn: tuple[Known, ...]
    left_out: tuple[LeftOut, ...]
    again: ReviewAct | None
    settled: ReviewAct | None

    @property
    def known(self) -> tuple[Known, ...]:
        """Every item that it is about."""
        return (*(each.known for each in (*self.said, *self.proposed)), *self.put_off, *self.withdrawn)


def plan(connection: Connection, catalog: Catalog, actor: Actor, act: ReviewAct) -> Back:
    """What undoing an act would do now.

    Raises:
        Conflict: when it was put off for somebody who may not decide there any more, or to a day that has come.
    """
    chain = _chain(connection, act)
    made = review_acts.decisions_in(connection, [act.id])
    # An undoing has taken back what was proposed: undone itself, it is proposed again.
    before = review_acts.proposals_in(connection, [chain[1].id]) if len(chain) > 1 else []
    proposals = review_acts.proposals_in(connection, [act.id])
    root = chain[-1]
    put_off = review_acts.deferrals_in(connection, [root.id, act.id]) if root.kind in LATER else []
    pairs = (*map(_pair, made), *map(_pair, proposals), *map(_pair, before), *map(_pair, put_off))
    column_ids = {column_id for column_id, _ in pairs}
    planner = Planner(catalog, actor, connection, column_ids)
    left_out: dict[Pair, LeftOutBecause] = {}
    settled = next((one for one in review_acts.about(connection, [act.id]) if one.kind in _SETTLED), None)
    if settled:
        left_out |= {_pair(one): LeftOutBecause.DECIDED_MEANWHILE for one in proposals}
    said, asked = _decisions(planner, made, left_out)
    again = _again(connection, planner, chain[1], before, left_out) if before else []
    taken_up, rows = review_taking_up.back(connection, catalog, planner, act, root, put_off, left_out)
    open_ = review_acts.open_proposals(connection, column_ids)
    withdrawn = [one for one in open_ if one.act_id == act.id and one.column_id in planner.truth.places]
    return Back(
        said=tuple(said),
        proposed=(*asked, *again),
        put_off=tuple(taken_up),
        deferrals=tuple(rows),
        withdrawn=tuple(planner.truth.known(*_pair(one)) for one in withdrawn),
        left_out=planner.left_out(left_out),
        again=chain[1] if again else None,
        settled=settled,
    )


def refuse(back: Back, actor: Actor, change: Change) -> None:
    """Say why nothing at all would be undone.

    Raises:
        Conflict: where somebody decided since, or it is undone already.
        NotFound: when the actor may not decide there any more.
    """
    if back.known:
        return
    if back.settled:
        who, did = people.name_of(change.connection, back.settled.person_id), _SETTLED[back.settled.kind]
        raise Conflict("What you proposed", f"{who} {did} it meanwhile", "Decide anew where you differ.")
    if len(back.left_out) == 1:
        raise review_plans.refusal(back.left_out[0], actor, change.at)
    raise Conflict("What you did", "there is nothing left of it to undo", "See what was decided since.")


def undone_by(connection: Connection, act: ReviewAct) -> dict[Pair, Decision]:
    """The decisions that an undoing takes back, or that one takes back which it puts in place again."""
    found: dict[Pair, Decision] = {}
    for each in _chain(connection, act)[1:]:
        found = {_pair(one): one for one in review_acts.decisions_in(connection, [each.id])} | found
    return found


def restored(decisions: Iterable[Decision], undone: Decision) -> Decision | None:
    """The decision that was in effect before this one; None where there was none."""
    before = [one for one in decisions if (one.at, one.id) < (undone.at, undone.id)]
    return in_effect(before).get(undone.type_code)


def _decisions(
    planner: Planner, made: Sequence[Decision], left_out: dict[Pair, LeftOutBecause]
) -> tuple[list[Said], list[Said]]:
    """What is said of each column in place of these decisions, and what of it a second person is asked."""
    by_column: dict[int, list[Said]] = {}
    for decision in made:
        said = _in_place_of(planner, decision)
        if isinstance(said, Said):
            by_column.setdefault(decision.column_id, []).append(said)
        else:
            left_out[_pair(decision)] = said
    done: list[Said] = []
    asked: list[Said] = []
    for those in by_column.values():
        waits = planner.needs_second((each.known, each.verdict) for each in those)
        (asked if waits else done).extend(those)
    return done, asked


def _in_place_of(planner: Planner, decision: Decision) -> Said | LeftOutBecause:
    if decision.column_id not in planner.truth.places:
        return LeftOutBecause.GONE
    known = planner.truth.known(*_pair(decision))
    # What came since and was taken back is no word since: undoing twice takes back two.
    if known.last is None or decision.id not in {known.last.id, known.last.restores}:
        return LeftOutBecause.DECIDED_MEANWHILE
    if known.proposed:
        return LeftOutBecause.PROPOSED
    earlier = restored(planner.truth.decisions[decision.column_id], decision)
    verdict = earlier.verdict if earlier else Verdict.WITHDRAWN
    return Said(known, verdict, earlier)


def _again(
    connection: Connection,
    planner: Planner,
    proposing: ReviewAct,
    before: Sequence[Proposal],
    left_out: dict[Pair, LeftOutBecause],
) -> list[Said]:
    """What is proposed again: what waited for a second person until it was taken back."""
    if any(one.kind in _SETTLED for one in review_acts.about(connection, [proposing.id])):
        return []
    found = []
    for one in before:
        known = planner.truth.known(*_pair(one)) if one.column_id in planner.truth.places else None
        if known is None:
            left_out[_pair(one)] = LeftOutBecause.GONE
        elif known.proposed:
            left_out[_pair(one)] = LeftOutBecause.PROPOSED
        elif decided_since(known.last, proposing.id, proposing.at):
            left_out[_pair(one)] = LeftOutBecause.DECIDED_MEANWHILE
        else:
            found.append(Said(known, one.verdict))
    return found


def _chain(connection: Connection, act: ReviewAct) -> list[ReviewAct]:
    """An act, what it undoes, what that undoes, and so on."""
    chain = [act]
    while chain[-1].kind is ActKind.UNDO and chain[-1].of_id is not None:
        undone = review_acts.one(connection, chain[-1].of_id)
        if undone is None:
            break
        chain.append(undone)
    return chain


def _pair(one: Decision | Deferral | Proposal) -> Pair:
    return one.column_id, one.type_code
