"""What people do about a difference between paper and data: mend one of the two, or say why it stays.

A word on a difference (an exception, a question, an answer) is added beside earlier ones with what the difference
looked like; it holds as long as that does not move. No scan writes here.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from catalog.errors import Conflict, NotAllowed, RequestError
from catalog.model.actors import Actor, Scope
from catalog.model.differences import Difference, Match, Resolution, Settling, State, state
from catalog.model.membership import digest_of
from catalog.model.memberships import MembershipVerdict
from catalog.model.register import Activity
from catalog.model.review import MOST_AT_ONCE, ActKind, Order, Pick, Why
from catalog.model.revisions import Joined, RecordKind
from catalog.services import access, difference_lines, difference_steps, history, memberships, register, review
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import differences, holdings, law
from catalog.store import memberships as stored_memberships
from catalog.store import register as stored
from catalog.store.engine import Connection

_THING = "This difference"
_FOUND = frozenset({Match.UNDECLARED, Match.DECLARED_ELSEWHERE})


def note_exception(
    actor: Actor, catalog: Catalog, difference_id: int, reason: str, until: date | None, seen: str
) -> None:
    """Say why a difference may stay as it is.

    Parameters:
        until: the last day this holds; None for as long as what the difference rests on does.
        seen: the digest of what the person looked at (``Difference.facts``).

    Raises:
        Conflict: when it has moved since.
        NotFound: when there is no such difference that the actor may see.
        RequestError: when no reason is given, the day is past, or paper and data agree.
    """
    if until is not None and until < catalog.clock.now().date():
        raise RequestError(_THING, "the last day of the exception is past", "Choose a day to come, or none.")
    with _seen(actor, catalog, difference_id, seen) as (joined, found):
        _say(actor, joined, found, Settling.EXCEPTION, _given(reason), until=until)


def ask_steward(actor: Actor, catalog: Catalog, difference_id: int, person_id: str, reason: str, seen: str) -> None:
    """Ask a data steward of the agency about a difference; they see it in their list, and may answer.

    Raises:
        Conflict: when it has moved since it was looked at.
        NotFound: when there is no such difference that the actor may see.
        RequestError: when no question is asked, or the person is no data steward of the agency.
    """
    with _seen(actor, catalog, difference_id, seen) as (joined, found):
        with joined.reading() as connection:
            known = {one.id for one in difference_steps.stewards(connection, joined, found.agency_id)}
        if person_id not in known:
            raise RequestError(_THING, "who is asked is no data steward of its agency", "Choose one of them.")
        _say(actor, joined, found, Settling.ASKED, _given(reason), asked_id=person_id)


def answer_asked(actor: Actor, catalog: Catalog, difference_id: int, words: str, seen: str) -> None:
    """Answer as the data steward who was asked. The difference stays open: the officer decides.

    Parameters:
        seen: the digest of what the steward looked at.

    Raises:
        Conflict: when the difference has moved since, or the question was withdrawn or answered.
        NotAllowed: when somebody else was asked.
        NotFound: when there is no such difference that the actor may see.
        RequestError: when no answer is given.
    """
    access.require(actor, Action.PROPOSE)
    with catalog.together() as joined:
        with joined.reading() as connection:
            found = _visible(connection, actor, difference_id)
            access.require(actor, Action.PROPOSE, found.agency_id)
            last = _last(connection, found)
        _must_be_as(found, seen)
        if last is None or last.settling is not Settling.ASKED:
            raise Conflict(_THING, "no question about it waits for an answer", "Look at it again.")
        if last.asked_id != actor.person_id:
            raise NotAllowed("Your account", "somebody else was asked", "Leave the answer to them.")
        _say(actor, joined, found, Settling.ANSWERED, _given(words))


def reopen(actor: Actor, catalog: Catalog, difference_id: int, reason: str, seen: str) -> None:
    """Take back an exception or a question: the difference is open again.

    Raises:
        Conflict: when it has moved since it was looked at, or is open already.
        NotFound: when there is no such difference that the actor may see.
        RequestError: when no reason is given.
    """
    with _seen(actor, catalog, difference_id, seen) as (joined, found):
        with joined.reading() as connection:
            now = state(found, _last(connection, found), joined.clock.now().date())
        if now not in {State.ASKED, State.RESOLVED}:
            raise Conflict(_THING, "it is open already", "Look at it again.")
        _say(actor, joined, found, Settling.REOPENED, _given(reason))


def declare(actor: Actor, catalog: Catalog, difference_id: int, activity_id: int, reason: str, seen: str) -> None:
    """Declare the type that was found in an activity on the dataset.

    Raises:
        Conflict: when the difference or the activity has moved since, or the activity waits for an approval.
        NotFound: when there is no such difference that the actor may see, or no such activity on the dataset.
        RequestError: when nothing was found that could be declared, or no reason is given.
    """
    with _seen(actor, catalog, difference_id, seen) as (joined, found):
        _must_be_found(found)
        with joined.reading() as connection:
            activity, now, expected = _activity(connection, found, activity_id)
        if found.dataset_id not in now.dataset_ids or found.type_code is None:
            raise access.nothing_here("This activity")
        register.revise_activity(
            actor,
            joined,
            activity,
            type_codes=[*now.type_codes, found.type_code],
            dataset_ids=now.dataset_ids,
            protocol_ids=now.protocol_ids,
            reason=_given(reason),
            expected=expected,
        )


def link(actor: Actor, catalog: Catalog, difference_id: int, activity_id: int, reason: str, seen: str) -> None:
    """Join the dataset with an activity of its agency.

    Raises:
        Conflict: when the difference or the activity has moved since, or the activity waits for an approval.
        NotFound: when there is no such difference that the actor may see, or no such activity of the agency.
        RequestError: when nothing was found that an activity could be of, or no reason is given.
    """
    with _seen(actor, catalog, difference_id, seen) as (joined, found):
        _must_be_found(found)
        with joined.reading() as connection:
            activity, now, expected = _activity(connection, found, activity_id)
        if found.dataset_id is None or found.dataset_id in now.dataset_ids:
            raise Conflict(_THING, "the dataset is of this activity already", "Declare the type in it instead.")
        register.revise_activity(
            actor,
            joined,
            activity,
            type_codes=now.type_codes,
            dataset_ids=[*now.dataset_ids, found.dataset_id],
            protocol_ids=now.protocol_ids,
            reason=_given(reason),
            expected=expected,
        )


def reject(actor: Actor, catalog: Catalog, difference_id: int, reason: str, seen: str) -> bool:
    """Say that what was found is not of this type: in every column of the dataset that holds it, and of the dataset
    itself where being in it was said to tell this. While its columns wait for a second person, the dataset is left as
    it is: once they are rejected, doing this again rejects it too.

    Returns:
        Whether it waits for a second person to agree; until then the difference stays.

    Raises:
        Conflict: when the difference has moved since it was looked at.
        NotFound: when there is no such difference that the actor may see.
        RequestError: when nothing was found that could be rejected, or no reason is given.
    """
    with _seen(actor, catalog, difference_id, seen, Action.DECIDE) as (joined, found):
        _must_be_found(found)
        dataset_id, code = found.dataset_id, found.type_code
        if dataset_id is None or code is None:
            return False
        with joined.reading() as connection:
            own = Scope(frozenset({found.agency_id}))
            columns = holdings.columns_with_types(connection, own, [dataset_id], [code])
            member = code in stored_memberships.confirmed(connection, [dataset_id]).get(dataset_id, frozenset())
            suggested = stored_memberships.suggestions_of(connection, [dataset_id]).get(dataset_id, ())
        said = next((one for one in suggested if one.type_code == code), None)
        waits = _rejected(actor, joined, sorted(columns), code, _given(reason))
        if member and not waits:
            verdict = MembershipVerdict.REJECT
            memberships.decide(actor, joined, dataset_id, code, verdict, _given(reason), digest_of(said))
        return waits


def _rejected(actor: Actor, catalog: Catalog, column_ids: Sequence[int], code: str, reason: str) -> bool:
    """Reject a type in all these columns, as many in one act as it takes; whether a second person is asked."""
    order, waits = Order(ActKind.REJECT, Why.WRONG_TYPE, reason), False
    for start in range(0, len(column_ids), MOST_AT_ONCE):
        picks = [Pick(column_id, code, None) for column_id in column_ids[start : start + MOST_AT_ONCE]]
        waits = bool(review.act(actor, catalog, order, picks).proposed) or waits
    return waits


@contextmanager
def _seen(
    actor: Actor, catalog: Catalog, difference_id: int, seen: str, action: Action = Action.KEEP_REGISTER
) -> Iterator[tuple[Catalog, Difference]]:
    """The difference as the person saw it, in one transaction with what is done about it.

    Raises:
        Conflict: when it has moved since.
        NotFound: when there is no such difference that the actor may see.
        RequestError: when paper and data agree.
    """
    access.require(actor, action)
    with catalog.together() as joined:
        with joined.reading() as connection:
            found = _visible(connection, actor, difference_id)
        access.require(actor, action, found.agency_id)
        _must_be_as(found, seen)
        if found.match is Match.AGREED:
            raise RequestError(_THING, "paper and data agree", "Nothing is to be done.")
        yield joined, found


def _visible(connection: Connection, actor: Actor, difference_id: int) -> Difference:
    found = differences.one(connection, difference_id)
    if found is None or not access.may(actor, Action.READ_EVIDENCE, found.agency_id):
        raise access.nothing_here(_THING)
    return found


def _last(connection: Connection, found: Difference) -> Resolution | None:
    said = differences.resolutions_of(connection, [found]).get(found.key)
    return said[-1] if said else None


def _say(
    actor: Actor,
    catalog: Catalog,
    found: Difference,
    settling: Settling,
    reason: str,
    *,
    until: date | None = None,
    asked_id: str | None = None,
) -> None:
    thing = f"difference:{found.key}"
    with catalog.changing(actor, "resolve_difference", thing, settling.value, agency_id=found.agency_id) as change:
        last = _last(change.connection, found)
        said = Resolution(
            id=0,
            key=found.key,
            agency_id=found.agency_id,
            settling=settling,
            reason=reason,
            until=until,
            asked_id=asked_id,
            facts=found.facts,
            picture=difference_lines.picture(catalog.taxonomy.types, found),
            person_id=actor.person_id,
            at=change.at,
        )
        differences.add_resolution(change.connection, said)
        change.compare(last, said)


def _must_be_as(found: Difference, seen: str) -> None:
    if found.facts != seen:
        raise Conflict(_THING, "what it rests on has changed meanwhile", "Look at it again and decide.")


def _must_be_found(found: Difference) -> None:
    if found.match not in _FOUND:
        raise RequestError(_THING, "it is not about something found and not declared", "Choose another next step.")


def _activity(connection: Connection, found: Difference, activity_id: int) -> tuple[Activity, Joined, int]:
    """An activity of the difference's agency, with what it is joined with and its latest revision."""
    activity = law.one(connection, Activity, activity_id)
    if activity is None or activity.agency_id != found.agency_id:
        raise access.nothing_here("This activity")
    now = stored.joined_of(connection, activity_id)
    return activity, now, history.latest(connection, RecordKind.ACTIVITY, activity_id)


def _given(reason: str) -> str:
    if not reason.strip():
        raise RequestError(_THING, "no reason is given", "Say why.")
    return reason.strip()
