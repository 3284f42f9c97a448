"""People's decisions on what the machine suggested: on one column or a thousand, looked at before, and taken back."""

from collections.abc import Sequence
from dataclasses import replace

from catalog.errors import Conflict, RequestError
from catalog.model.actors import Actor
from catalog.model.decisions import Decision, Verdict
from catalog.model.review import ActKind, Order, Pick, ReviewAct, Why
from catalog.model.review_views import Consequences, Outcome, Preview
from catalog.services import (
    access,
    review_consequences,
    review_deferrals,
    review_plans,
    review_tokens,
    review_undoing,
    review_writing,
)
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.services.review_plans import LATER, Intended, Plan, Planner
from catalog.services.review_undoing import Back
from catalog.services.review_writing import Said
from catalog.store import register, review_acts
from catalog.store.engine import Connection

_KIND_OF = {Verdict.CONFIRMED: ActKind.CONFIRM, Verdict.REJECTED: ActKind.REJECT}
_SAID = {kind: verdict for verdict, kind in _KIND_OF.items()}
_REJECTING = frozenset({ActKind.REJECT, ActKind.CHANGE_TYPE, ActKind.NOT_IDENTIFYING})


def decide(
    actor: Actor,
    catalog: Catalog,
    column_id: int,
    type_code: str,
    verdict: Verdict,
    reason: str = "",
    *,
    seen: str | None = None,
) -> Decision | None:
    """Confirm or reject one type on one column. An earlier decision stays on record; this one takes its place.

    Parameters:
        seen: the version of the item that the person looked at; None for whoever decides on what is there now.

    Returns:
        The decision; None where it waits for a second person.

    Raises:
        Conflict: when the evidence has moved since it was looked at, or somebody said something of it.
        NotFound: when there is no such column that the actor may decide on.
        RequestError: when there is no such type.
    """
    access.require(actor, Action.DECIDE)
    if type_code not in catalog.taxonomy.types:
        raise RequestError(f"Identifier type {type_code}", "there is no such type", "Choose one of the taxonomy.")
    order, pick = Order(_KIND_OF[verdict], reason=reason), Pick(column_id, type_code, seen)
    action = "propose_decision" if _only_proposes(actor, catalog, order, [pick], again=True) else "decide"
    _, made = _changing(actor, catalog, action, order, [pick], again=True)
    return made[0] if made else None


def act(actor: Actor, catalog: Catalog, order: Order, picks: Sequence[Pick], *, token: str | None = None) -> Outcome:
    """Do one thing with the items chosen: decide on them, put them off, or ask a steward about them.

    What moved since it was looked at is left out, and said; the rest is one act, with one audit entry and one undo.

    Parameters:
        token: what the form was given, so that a form sent twice is one act; None for acts without a form.

    Raises:
        Conflict: when nothing can be done: all of it is decided, has other evidence or is gone meanwhile.
        NotFound: when there is no such column that the actor may decide on.
        RequestError: when the order says too little, or what cannot be.
    """
    access.require(actor, Action.DECIDE)
    review_plans.check(catalog, order, picks, token)
    token = review_tokens.mark(token, order, tuple(picks))
    if done := review_tokens.earlier(actor, catalog, token):
        return done
    waits = _only_proposes(actor, catalog, order, picks)
    action = (
        "ask_steward"
        if order.kind is ActKind.ASK
        else "defer_decision"
        if order.kind is ActKind.DEFER
        else "propose_decision"
        if waits
        else "decide"
    )
    try:
        return _changing(actor, catalog, action, order, picks, token)[0]
    except review_tokens.Repeated as repeated:
        return repeated.outcome


def preview(
    actor: Actor, catalog: Catalog, order: Order, picks: Sequence[Pick], *, is_complete: bool = True
) -> Preview:
    """What :func:`act` would do, and what would change with it.

    Parameters:
        is_complete: whether all is said that the order needs, such as a reason; else only the columns are looked at.

    Raises:
        RequestError: when the order says too little, or what cannot be.
    """
    access.require(actor, Action.DECIDE)
    review_plans.check(catalog, order, picks, None, is_complete=is_complete)
    with catalog.reading() as connection:
        plan = Planner(catalog, actor, connection, {pick.column_id for pick in picks}).plan(order, picks)
        intended = (*plan.done, *plan.proposed)
        agencies = {each.known.item.agency_id for each in intended}
        return Preview(
            order=order,
            columns=len(intended),
            datasets=len({each.known.item.dataset_id for each in intended}),
            agencies=tuple(one for one in register.all_agencies(connection) if one.id in agencies),
            types=tuple(catalog.taxonomy.types[code] for code in review_plans.types_of(order, intended)),
            proposed=len(plan.proposed),
            left_out=plan.left_out,
            consequences=_consequences(connection, catalog, order, intended),
        )


def undo(actor: Actor, catalog: Catalog, act_id: int, *, token: str | None = None) -> Outcome:
    """Take back what the actor did in one act, however long ago; of what somebody decided since, that stays.

    Raises:
        Conflict: when nothing of it is left to undo.
        NotFound: when the actor did no such act.
    """
    access.require(actor, Action.DECIDE)
    token = review_tokens.mark(token, ActKind.UNDO, act_id)
    if done := review_tokens.earlier(actor, catalog, token):
        return done
    with catalog.reading() as connection:
        undone = review_acts.one(connection, act_id)
    if undone is None or undone.person_id != actor.person_id:
        raise access.nothing_here("This act")
    try:
        with catalog.changing(actor, "undo_decision", f"review_act:{act_id}") as change:
            change.alone()
            review_tokens.once(change.connection, actor, token)
            back = review_undoing.plan(change.connection, catalog, actor, undone)
            review_undoing.refuse(back, actor, change)
            done = _undo(change, catalog, undone, back, token)
            change.tell(*review_writing.counts(back.said, len(back.proposed), done.act))
            return done
    except review_tokens.Repeated as repeated:
        return repeated.outcome


def _undo(change: Change, catalog: Catalog, undone: ReviewAct, back: Back, token: str | None) -> Outcome:
    proposed = {each.known.item.column_id for each in back.proposed}
    columns = {each.item.column_id for each in back.known}
    told = ReviewAct(
        id=0,
        kind=ActKind.UNDO,
        person_id=undone.person_id,
        at=change.at,
        type_code=undone.type_code,
        to_code=undone.to_code,
        why=back.again.why if back.again else None,
        reason=back.again.reason if back.again else "",
        until=None,
        to_person_id=None,
        columns=len(columns),
        of_id=undone.id,
        token=token,
    )
    act = review_acts.add_act(change.connection, told)
    made = review_writing.decide(change, act, back.said)
    review_writing.propose(change, act, back.proposed)
    rows = [replace(each, act_id=each.act_id or act.id) for each in back.deferrals]
    review_acts.add_deferrals(change.connection, [each for each in rows if each.ends])
    review_acts.add_deferrals(change.connection, [each for each in rows if not each.ends])
    review_writing.follow(change, catalog, back.known, back.said, made)
    review_writing.concern(change, back.known)
    change.says(f"{undone.kind} {undone.type_code or 'several'} {_numbers(act, len(proposed), len(back.left_out))}")
    return Outcome(act, len(columns) - len(proposed), len(proposed), back.left_out)


def _changing(
    actor: Actor,
    catalog: Catalog,
    action: str,
    order: Order,
    picks: Sequence[Pick],
    token: str | None = None,
    *,
    again: bool = False,
) -> tuple[Outcome, list[Decision]]:
    """Plan anew once nobody else can change the catalog, and do it."""
    with catalog.changing(actor, action, "review") as change:
        change.alone()
        review_tokens.once(change.connection, actor, token)
        column_ids = {pick.column_id for pick in picks}
        plan = Planner(catalog, actor, change.connection, column_ids).plan(order, picks, again=again)
        review_plans.refuse(plan, actor, change.at)
        _must_be_foreseen(action, plan)
        intended = (*plan.done, *plan.proposed)
        if order.kind in LATER:
            agencies = {each.known.item.agency_id for each in intended}
            review_deferrals.check_person(change.connection, catalog, order, agencies)
        act = review_acts.add_act(change.connection, _act(actor, change, order, intended, token))
        said, made = _said(plan.done), []
        if order.kind in LATER:
            review_deferrals.put_off(change, act, [each.known.item for each in intended])
        else:
            made = review_writing.decide(change, act, said)
            review_writing.propose(change, act, _said(plan.proposed))
        review_writing.follow(change, catalog, [each.known for each in intended], said, made)
        if len(made) == 1 and not plan.proposed:
            change.compare(said[0].known.last, made[0])
        else:
            change.tell(*review_writing.counts(said, len(plan.proposed), act))
        _name(change, act, order, plan)
        return Outcome(act, len(plan.done), len(plan.proposed), plan.left_out), made


def _only_proposes(actor: Actor, catalog: Catalog, order: Order, picks: Sequence[Pick], *, again: bool = False) -> bool:
    """Whether all that would be done is to ask a second person: the audit log calls that by its own name."""
    if not catalog.settings.four_eyes or order.kind not in _REJECTING:
        return False
    with catalog.reading() as connection:
        plan = Planner(catalog, actor, connection, {pick.column_id for pick in picks}).plan(order, picks, again=again)
    return bool(plan.proposed) and not plan.done


def _must_be_foreseen(action: str, plan: Plan) -> None:
    """Hold what is done against what it was going to be called: others may have decided in between."""
    only_proposes = bool(plan.proposed) and not plan.done
    if only_proposes != (action == "propose_decision"):
        raise Conflict("These columns", "somebody decided on some of them at this moment", "Do it once more.")


def _said(intended: Sequence[Intended]) -> list[Said]:
    return [Said(known, verdict) for each in intended for known, verdict in each.words]


def _act(actor: Actor, change: Change, order: Order, intended: Sequence[Intended], token: str | None) -> ReviewAct:
    codes = review_plans.types_of(order, intended)
    return ReviewAct(
        id=0,
        kind=order.kind,
        person_id=actor.person_id,
        at=change.at,
        type_code=codes[0] if len(codes) == 1 else None,
        to_code=order.to_code if order.kind is ActKind.CHANGE_TYPE else None,
        why=Why.WRONG_TYPE if order.kind is ActKind.CHANGE_TYPE else order.why,
        reason=order.reason,
        until=order.until if order.kind is ActKind.DEFER else None,
        to_person_id=order.to_person_id if order.kind in LATER else None,
        columns=len(intended),
        of_id=None,
        token=token,
    )


def _name(change: Change, act: ReviewAct, order: Order, plan: Plan) -> None:
    """Say for the audit entry what was done to what."""
    intended = (*plan.done, *plan.proposed)
    review_writing.concern(change, [each.known for each in intended])
    known = intended[0].known.item
    alone, codes = len(intended) == 1, ",".join(review_plans.types_of(order, intended))
    change.names(f"column:{known.column_id}" if alone else f"review_act:{act.id}")
    if alone and act.kind in _SAID:
        change.says(f"{_SAID[act.kind].value} {codes}")
        return
    told = _numbers(act, len(plan.proposed), len(plan.left_out))
    change.says(f"{act.kind} {codes}{f' to {act.to_code}' if act.to_code else ''} {told}")


def _numbers(act: ReviewAct, proposed: int, left_out: int) -> str:
    told = {"columns": act.columns, "proposed": proposed, "left_out": left_out}
    return " ".join(f"{name}={many}" for name, many in told.items() if many)


def _consequences(
    connection: Connection, catalog: Catalog, order: Order, intended: Sequence[Intended]
) -> Consequences | None:
    if order.kind in LATER:
        return None
    verdict = Verdict.CONFIRMED if order.kind is ActKind.CONFIRM else Verdict.REJECTED
    items = [known.item for each in intended for known, said in each.words if said is verdict]
    return review_consequences.of(connection, catalog, verdict, items)
