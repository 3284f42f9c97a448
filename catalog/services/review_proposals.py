"""Four eyes: decisions that take away what would be Restricted wait until a second person agrees."""

from collections.abc import Iterable, Mapping, Sequence

from catalog.errors import Conflict, NotAllowed, RequestError
from catalog.model.actors import Actor
from catalog.model.decisions import Decision, Effective, Standing, Verdict, effective
from catalog.model.review import LONGEST_REASON, ActKind, LeftOutBecause, Proposal, ReviewAct
from catalog.model.review_views import Outcome, ProposalView
from catalog.services import access, review_items, review_tokens, review_undoing, review_writing
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.services.review_plans import Planner
from catalog.services.review_truth import Known, Pair
from catalog.services.review_writing import Said
from catalog.store import people, review_acts, review_pages, review_queue
from catalog.store.engine import Connection

#: Proposals on one page, and items of one that are shown.
PER_PAGE, SHOWN = 20, 25
_THING = "This proposal"


def waiting(actor: Actor, catalog: Catalog, page: int = 1) -> tuple[ProposalView, ...]:
    """A page of what waits for a second person in the agencies that the actor decides for, the oldest first."""
    access.require(actor, Action.DECIDE)
    scope = access.scope(actor, Action.DECIDE)
    with catalog.reading() as connection:
        by_act: dict[int, list[Proposal]] = {}
        shown_acts = review_acts.proposing(connection, scope, PER_PAGE, (max(page, 1) - 1) * PER_PAGE)
        for one in review_acts.proposals_open_in(connection, scope, shown_acts):
            by_act.setdefault(one.act_id, []).append(one)
        acts = review_pages.acts_by_id(connection, by_act)
        totals = review_acts.count_proposed(connection, by_act)
        names = people.names_of(connection, {act.person_id for act in acts.values()})
        shown = {key: [_pair(one) for one in those][:SHOWN] for key, those in by_act.items()}
        pairs = [pair for those in shown.values() for pair in those]
        items = review_items.views(connection, catalog, review_queue.items(connection, scope, pairs))
        views = {(view.column.id, view.tag.type.code): view for view in items}
        return tuple(
            ProposalView(
                act=acts[key],
                person=names[acts[key].person_id],
                items=tuple(views[pair] for pair in shown[key] if pair in views),
                total=len({one.column_id for one in those}),
                may_settle=acts[key].person_id != actor.person_id and totals[key] == len(those),
                mine=acts[key].person_id == actor.person_id,
            )
            for key, those in sorted(by_act.items())
        )


def count(actor: Actor, catalog: Catalog) -> tuple[int, int]:
    """How many proposals :func:`waiting` tells of, and how many pages."""
    access.require(actor, Action.DECIDE)
    with catalog.reading() as connection:
        many = review_acts.count_proposing(connection, access.scope(actor, Action.DECIDE))
    return many, max(1, -(-many // PER_PAGE))


def settle(
    actor: Actor, catalog: Catalog, act_id: int, *, approve: bool, reason: str = "", token: str | None = None
) -> Outcome:
    """Agree to what somebody proposed, or refuse it, as the second person.

    Of what is agreed to, each column is left out on which somebody decided since, or whose evidence has moved.

    Raises:
        Conflict: when it waits no more, or all of it is left out.
        NotAllowed: when the actor proposed it, or may not decide on all of it.
        NotFound: when there is no such proposal that the actor may know of.
        RequestError: when it is refused without a reason.
    """
    access.require(actor, Action.DECIDE)
    if len(reason) > LONGEST_REASON:
        raise RequestError(_THING, f"its reason has more than {LONGEST_REASON} letters", "Write fewer.")
    if not approve and not reason.strip():
        raise RequestError(_THING, "no reason is given", "Say why you refuse it.")
    token = review_tokens.mark(token, ActKind.APPROVE if approve else ActKind.REFUSE, act_id)
    if done := review_tokens.earlier(actor, catalog, token):
        return done
    action = "approve_decision" if approve else "refuse_decision"
    try:
        with catalog.changing(actor, action, f"review_act:{act_id}") as change:
            change.alone()
            review_tokens.once(change.connection, actor, token)
            proposing, planner, known = _open(change, catalog, actor, act_id)
            said, left_out = _agreed(change.connection, planner, proposing, known) if approve else ([], {})
            if approve and not said:
                raise Conflict(_THING, _cause(left_out.values()), "Refuse it, so that it waits again.")
            act = review_acts.add_act(
                change.connection, _settling(change, actor, proposing, known, said, reason, token)
            )
            made = review_writing.decide(change, act, said)
            review_writing.follow(change, catalog, known, said, made)
            review_writing.concern(change, known)
            change.tell(*review_writing.counts(said, 0, act))
            left = f" left_out={len(left_out)}" if left_out else ""
            change.says(f"{proposing.kind} {proposing.type_code or 'several'} columns={act.columns}{left}")
            return Outcome(act, act.columns if approve else 0, 0, planner.left_out(left_out))
    except review_tokens.Repeated as repeated:
        return repeated.outcome


def _open(change: Change, catalog: Catalog, actor: Actor, act_id: int) -> tuple[ReviewAct, Planner, Sequence[Known]]:
    """A proposal that waits, for whoever may settle it."""
    connection = change.connection
    proposing = review_acts.one(connection, act_id)
    every = review_acts.proposals_in(connection, [act_id])
    planner = Planner(catalog, actor, connection, {one.column_id for one in every})
    places = planner.truth.places
    if proposing is None or not places:
        raise access.nothing_here(_THING)
    open_ = review_acts.open_proposals(connection, {one.column_id for one in every})
    own = [one for one in open_ if one.act_id == act_id]
    if not own:
        raise Conflict(_THING, "it does not wait for a second person any more", "See what waits now.")
    if proposing.person_id == actor.person_id:
        raise NotAllowed("Your account", "a second person has to agree, and you proposed it", "Leave it to another.")
    if any(one.column_id not in places for one in own):
        raise NotAllowed("Your account", "it may not decide on all of it", "Leave it to the privacy office.")
    return proposing, planner, [planner.truth.known(*_pair(one)) for one in own]


def _agreed(
    connection: Connection, planner: Planner, proposing: ReviewAct, known: Sequence[Known]
) -> tuple[list[Said], Mapping[Pair, LeftOutBecause]]:
    proposals = {_pair(one): one for one in review_acts.proposals_in(connection, [proposing.id])}
    undone = review_undoing.undone_by(connection, proposing)
    said: list[Said] = []
    waiting = {each.pair for each in known}
    left_out = {pair: LeftOutBecause.DECIDED_MEANWHILE for pair in proposals if pair not in waiting}
    # What was to be said of one column holds together or not at all.
    overtaken = {column_id for column_id, _ in left_out}
    moved = {each.item.column_id for each in known if _has_moved(each, proposals[each.pair], proposing)}
    for each in known:
        proposal = proposals[each.pair]
        place = planner.truth.places[each.item.column_id]
        if not place.is_live:
            left_out[each.pair] = LeftOutBecause.GONE
        elif each.item.column_id in overtaken:
            left_out[each.pair] = LeftOutBecause.DECIDED_MEANWHILE
        elif each.item.column_id in moved:
            left_out[each.pair] = LeftOutBecause.EVIDENCE_MOVED
        else:
            earlier = undone.get(each.pair)
            before = review_undoing.restored(planner.truth.decisions[each.item.column_id], earlier) if earlier else None
            said.append(Said(each, proposal.verdict, before))
    return said, left_out


def _cause(left_out: Iterable[LeftOutBecause]) -> str:
    """Why nothing of it can be agreed to."""
    if set(left_out) == {LeftOutBecause.EVIDENCE_MOVED}:
        return "the evidence on all of it has changed since"
    return "all of it was decided, has other evidence or is gone meanwhile"


def _has_moved(known: Known, proposal: Proposal, proposing: ReviewAct) -> bool:
    """Whether the evidence now speaks against what was proposed more than it did then."""
    if proposal.verdict is Verdict.WITHDRAWN:
        return False
    column_id, code = known.pair
    then = Decision(0, column_id, code, proposal.verdict, "", "", proposal.evidence_digest, proposing.at)
    now: tuple[Effective, ...] = effective([known.finding] if known.finding else [], [then])
    return any(each.standing is Standing.REOPENED for each in now)


def _settling(
    change: Change,
    actor: Actor,
    proposing: ReviewAct,
    known: Sequence[Known],
    said: Sequence[Said],
    reason: str,
    token: str | None,
) -> ReviewAct:
    settled = [each.known for each in said] or known
    return ReviewAct(
        id=0,
        kind=ActKind.APPROVE if said else ActKind.REFUSE,
        person_id=actor.person_id,
        at=change.at,
        type_code=proposing.type_code,
        to_code=proposing.to_code,
        why=proposing.why,
        reason=reason.strip() or proposing.reason,
        until=None,
        to_person_id=None,
        columns=len({each.item.column_id for each in settled}),
        of_id=proposing.id,
        token=token,
    )


def _pair(one: Proposal) -> Pair:
    return one.column_id, one.type_code
