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
from catalog.model.review_views import LeftOut
from catalog.services import review_plans
from catalog.services.catalog import Catalog, Change
from catalog.services.review_plans import LATER, Planner
from catalog.services.review_truth import Known, Pair
from catalog.services.review_writing import Said
from catalog.store import review_acts
from catalog.store.engine import Connection


@dataclass(frozen=True, slots=True)
class Back:
    """What undoing an act does.

    Parameters:
        said: what is decided; ``proposed`` what a second person is asked.
        put_off: the items that are taken up again, or put off again.
        deferrals: their rows, which lack the act's number where they end what was put off.
        withdrawn: what the act had proposed and nobody has settled.
    """

    said: tuple[Said, ...]
    proposed: tuple[Said, ...]
    put_off: tuple[Known, ...]
    deferrals: tuple[Deferral, ...]
    withdrawn: tuple[Known, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def known(self) -> tuple[Known, ...]:
        """Every item that it is about."""
        return (*(each.known for each in (*self.said, *self.proposed)), *self.put_off, *self.withdrawn)


def plan(connection: Connection, catalog: Catalog, actor: Actor, act: ReviewAct) -> Back:
    """What undoing an act would do now."""
    approvals = [one.id for one in review_acts.about(connection, [act.id]) if one.kind is ActKind.APPROVE]
    made = review_acts.decisions_in(connection, [act.id, *approvals])
    proposals = review_acts.proposals_in(connection, [act.id])
    root = _root(connection, act)
    put_off = review_acts.deferrals_in(connection, [root.id, act.id]) if root.kind in LATER else []
    column_ids = {column_id for column_id, _ in (*map(_pair, made), *map(_pair, proposals), *map(_pair, put_off))}
    planner = Planner(catalog, actor, connection, column_ids)
    left_out: dict[Pair, LeftOutBecause] = {}
    said, asked = _decisions(planner, made, left_out)
    again, rows = _deferrals(planner, act, root, put_off, left_out)
    open_ = review_acts.open_proposals(connection, column_ids)
    withdrawn = [one for one in open_ if one.act_id == act.id and one.column_id in planner.truth.places]
    return Back(
        said=tuple(said),
        proposed=tuple(asked),
        put_off=tuple(again),
        deferrals=tuple(rows),
        withdrawn=tuple(planner.truth.known(*_pair(one)) for one in withdrawn),
        left_out=planner.left_out(left_out),
    )


def refuse(back: Back, actor: Actor, change: Change) -> None:
    """Say why nothing at all would be undone.

    Raises:
        Conflict: where somebody decided since, or it is undone already.
        NotFound: when the actor may not decide there any more.
    """
    if back.known:
        return
    if len(back.left_out) == 1:
        raise review_plans.refusal(back.left_out[0], actor, change.at)
    raise Conflict("What you did", "there is nothing left of it to undo", "See what was decided since.")


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
    earlier = restored(planner.truth.decisions[decision.column_id], decision)
    verdict = earlier.verdict if earlier else Verdict.WITHDRAWN
    return LeftOutBecause.NOTHING_TO_DO if known.proposed is verdict else Said(known, verdict, earlier)


def _deferrals(
    planner: Planner,
    act: ReviewAct,
    root: ReviewAct,
    put_off: Sequence[Deferral],
    left_out: dict[Pair, LeftOutBecause],
) -> tuple[list[Known], list[Deferral]]:
    """The items to take up again, or, where the act did so itself, to put off again."""
    own = [one for one in put_off if one.act_id == act.id]
    ended = {one.id for one in own if one.ends}
    known: list[Known] = []
    rows: list[Deferral] = []
    for pair in dict.fromkeys(_pair(one) for one in own or put_off):
        latest = planner.truth.deferrals.get(pair)
        if latest is None:
            left_out[pair] = LeftOutBecause.GONE
            continue
        now = planner.truth.known(*pair)
        still = latest.id in ended if ended else latest.act_id == root.id and not latest.ends
        if not still or (now.last is not None and now.last.act_id is not None and now.last.act_id > latest.act_id):
            left_out[pair] = LeftOutBecause.DECIDED_MEANWHILE if now.last else LeftOutBecause.NOTHING_TO_DO
            continue
        known.append(now)
        rows.append(Deferral(0, root.id if ended else 0, *pair, latest.evidence_digest, ends=not ended))
    return known, rows


def _root(connection: Connection, act: ReviewAct) -> ReviewAct:
    """What an act is, or at last undoes."""
    while act.kind is ActKind.UNDO and act.of_id is not None and (undone := review_acts.one(connection, act.of_id)):
        act = undone
    return act


def _pair(one: Decision | Deferral | Proposal) -> Pair:
    return one.column_id, one.type_code
