"""What can be done about a line of the reconciliation, by whom, and why somebody else cannot."""

from collections.abc import Callable, Iterator, Mapping

from catalog.model.actors import Actor, Person, Role
from catalog.model.difference_views import DifferenceLine, NextStep, Step
from catalog.model.differences import Match, Reason, State
from catalog.model.views import ActivityView
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.records import Records
from catalog.store import people
from catalog.store.engine import Connection

_BY_MATCH: Mapping[Match, tuple[Step, ...]] = {
    Match.PROTOCOL_EXPIRED: (Step.APPROVE,),
    Match.NO_PROTOCOL: (Step.APPROVE,),
    Match.NO_AGREEMENT: (Step.AGREE,),
    Match.UNDECLARED: (Step.DECLARE, Step.LINK, Step.REJECT),
    Match.DECLARED_ELSEWHERE: (Step.LINK, Step.DECLARE, Step.REJECT),
    Match.NOT_FOUND: (Step.CORRECT,),
    Match.STALE: (Step.LOOK,),
    Match.MAY_BE_MISSED: (),
    Match.NOT_SCANNABLE: (Step.LOOK, Step.CORRECT),
}
_BY_REASON: Mapping[Reason, tuple[Step, ...]] = {
    Reason.OTHER_RECORDS_NOTHING: (),
    Reason.OWN_SIDE_MISSING: (Step.RECORD_OTHER_SIDE,),
    Reason.OTHER_RECORDS_OTHERWISE: (Step.CORRECT,),
    Reason.NO_DATA_NAMED: (Step.CORRECT,),
    Reason.DATA_GONE: (Step.CORRECT,),
    Reason.HELD_WHERE_NOBODY_LOOKS: (),
}
_NEEDS: Mapping[Step, tuple[Action, str]] = {
    Step.DECLARE: (Action.KEEP_REGISTER, "keep the register of this agency"),
    Step.LINK: (Action.KEEP_REGISTER, "keep the register of this agency"),
    Step.REJECT: (Action.DECIDE, "decide on what was found in this agency"),
    Step.ASK: (Action.KEEP_REGISTER, "keep the register of this agency"),
    Step.EXCEPTION: (Action.KEEP_REGISTER, "keep the register of this agency"),
    Step.REOPEN: (Action.KEEP_REGISTER, "keep the register of this agency"),
    Step.APPROVE: (Action.PROPOSE, "propose approvals in this agency"),
    Step.AGREE: (Action.KEEP_REGISTER, "keep the register of this agency"),
    Step.RECORD_OTHER_SIDE: (Action.KEEP_REGISTER, "keep the register of this agency"),
    Step.CORRECT: (Action.KEEP_REGISTER, "keep the register of this agency"),
    Step.LOOK: (Action.RUN_SCANS, "scan its source: ask an operator to"),
}


def steps_of(
    connection: Connection, catalog: Catalog, actor: Actor, known: Records, line: DifferenceLine
) -> tuple[NextStep, ...]:
    """The next steps for a line, the most fitting first; none where paper and data agree."""
    if line.match is Match.AGREED:
        return ()
    own = _BY_REASON.get(line.difference.reason, _BY_MATCH.get(line.match, ()))
    found = [_with_activities(actor, known, line, step) for step in own]
    return (*(one for one in found if one), *_by_word(connection, catalog, actor, line))


def stewards(connection: Connection, catalog: Catalog, agency_id: str) -> tuple[Person, ...]:
    """The data stewards of an agency, who can be asked."""
    held = people.assigned(connection, catalog.clock.now())
    found = {one.id: one for one, role in held if role.role is Role.STEWARD and role.agency_id == agency_id}
    return tuple(sorted(found.values(), key=lambda one: one.name.casefold()))


def declarable(known: Records, line: DifferenceLine) -> tuple[ActivityView, ...]:
    """The activities on the dataset in which a type could be declared."""
    return _chosen(known, line, lambda on, _: on)


def linkable(known: Records, line: DifferenceLine) -> tuple[ActivityView, ...]:
    """The activities of the agency with which the dataset could be joined: those that declare the type, and where the
    dataset is in none at all, any.
    """
    alone = line.difference.reason is Reason.IN_NO_ACTIVITY
    return _chosen(known, line, lambda on, says: not on and (says or alone))


def _chosen(known: Records, line: DifferenceLine, fits: Callable[[bool, bool], bool]) -> tuple[ActivityView, ...]:
    one = line.difference
    on = known.by_dataset.get(one.dataset_id or 0, frozenset())
    return known.views(
        lambda activity: (
            activity.agency_id == one.agency_id
            and activity.id not in known.silent
            and fits(activity.id in on, one.type_code in known.types.get(activity.id, ()))
        )
    )


def _with_activities(actor: Actor, known: Records, line: DifferenceLine, step: Step) -> NextStep | None:
    activities: tuple[ActivityView, ...] = ()
    if step in {Step.DECLARE, Step.LINK}:
        activities = declarable(known, line) if step is Step.DECLARE else linkable(known, line)
        if not activities:
            return None
    elif line.activity:
        activities = (line.activity,)
    return NextStep(step, _refused(actor, line, step), activities)


def _by_word(connection: Connection, catalog: Catalog, actor: Actor, line: DifferenceLine) -> Iterator[NextStep]:
    """What leaves paper and data as they are: asking, answering, noting an exception, taking that back."""
    asked = line.resolution.asked_id if line.state is State.ASKED and line.resolution else None
    if asked == actor.person_id:
        yield NextStep(Step.ANSWER, _lacks(actor, Action.PROPOSE, line, "answer for this agency"))
    if line.state in {State.ASKED, State.RESOLVED}:
        yield NextStep(Step.REOPEN, _refused(actor, line, Step.REOPEN))
    if line.state is not State.RESOLVED:
        known = stewards(connection, catalog, line.agency.id)
        none = "" if known else "This agency has no data steward who could be asked."
        yield NextStep(Step.ASK, _refused(actor, line, Step.ASK) or none, people=known)
        yield NextStep(Step.EXCEPTION, _refused(actor, line, Step.EXCEPTION))


def _refused(actor: Actor, line: DifferenceLine, step: Step) -> str:
    action, words = _NEEDS[step]
    return _lacks(actor, action, line, words)


def _lacks(actor: Actor, action: Action, line: DifferenceLine, words: str) -> str:
    return "" if access.may(actor, action, line.agency.id) else f"Your account may not {words}."
