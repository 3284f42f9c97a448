"""What is put off in review until a day or for somebody, and what is asked of a data steward, who answers in words."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from catalog.errors import Conflict, NotAllowed, RequestError
from catalog.model import putting_off
from catalog.model.actors import ROLE_TITLES, Actor, Grant, Person, Role
from catalog.model.review import LONGEST_REASON, ActKind, Deferral, Order, ReviewAct, ReviewItem, ReviewState
from catalog.model.review_views import HandedTo, ItemView, Outcome, QuestionView
from catalog.services import access, review_items, review_states
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import people, review_acts, review_pages
from catalog.store import review_deferrals as stored
from catalog.store.engine import Connection

#: Lines on a page of what is put off, questions listed, and items shown of each.
PER_PAGE = 50
LISTED = 50
SHOWN = 10
_THING = "This question"
_LOOK = "Look at the questions again."


def check_person(connection: Connection, catalog: Catalog, order: Order, agency_ids: Collection[str]) -> None:
    """Refuse to put off without a day or person that will do, and to ask whom nothing can be asked.

    Parameters:
        agency_ids: the agencies of all that is put off or asked about.

    Raises:
        RequestError: when the day is not one to come within a year; when the person may not decide in each of these
            agencies, or is no data steward of the one that the question is about.
    """
    if order.kind is ActKind.ASK:
        _check_question(connection, catalog, order, agency_ids)
    elif amiss := putting_off.amiss(order, catalog.day()):
        raise RequestError("What is put off", *amiss)
    elif order.until is None and order.to_person_id not in _ids(_deciders(connection, catalog, agency_ids)):
        cause = "this person may not decide on all of these columns"
        raise RequestError("What is handed over", cause, "Choose one of those shown.")


def put_off(change: Change, act: ReviewAct, items: Sequence[ReviewItem]) -> None:
    """Write down what an act puts off or asks about: inside the act's change."""
    rows = [Deferral(0, act.id, item.column_id, item.type_code, item.digest, ends=False) for item in items]
    review_acts.add_deferrals(change.connection, rows)


def hand_back(change: Change, catalog: Catalog, by: Actor, person_id: str) -> None:
    """Let wait again what was handed to somebody, or asked of them, where they may not decide or answer any more:
    inside the change that ends their role. It is on record as undone by whoever ends it.
    """
    connection = change.connection
    given = [
        Grant(one.role, one.agency_id) for who, one in people.assigned(connection, change.at) if who.id == person_id
    ]
    left = Actor(person_id, "", frozenset(given))
    back: dict[int, list[ReviewItem]] = {}
    for act_id, item in stored.waiting_on(connection, person_id):
        if not _can_see_to(left, item):
            back.setdefault(act_id, []).append(item)
    if not back:
        return
    change.alone()
    acts = review_pages.acts_by_id(connection, back)
    for act_id, items in back.items():
        act = review_acts.add_act(connection, _undoing(by, change, acts[act_id], items))
        ended = [Deferral(0, act.id, item.column_id, item.type_code, item.digest, ends=True) for item in items]
        review_acts.add_deferrals(connection, ended)
    review_states.touch(change, catalog, {item.dataset_id for items in back.values() for item in items})


def answer(actor: Actor, catalog: Catalog, act_id: int, words: str, *, token: str | None = None) -> Outcome:
    """Answer a question as the data steward who was asked. What it is about waits again: the officer decides.

    Parameters:
        token: what the form was given; sent twice, it answers once.

    Raises:
        Conflict: when the question was answered or taken back, or all it is about was decided meanwhile.
        NotAllowed: when somebody else was asked.
        NotFound: when there is no such question that the actor may see.
        RequestError: when no answer is given, or it is too long.
    """
    access.require(actor, Action.PROPOSE)
    with catalog.reading() as connection:
        question, agency_id = _question(connection, actor, act_id)
        earlier = _sent(connection, actor, question, token)
    if earlier is not None:
        return earlier
    said = _given(words, "The answer")
    with catalog.changing(actor, "answer_steward", f"review_act:{act_id}", agency_id=agency_id) as change:
        change.alone()
        items = stored.still_asked(change.connection, act_id)
        if not items:
            raise Conflict(_THING, "it does not wait for an answer any more", _LOOK)
        act = review_acts.add_act(change.connection, _answering(actor, change, question, said, len(items), token))
        ends = [Deferral(0, act.id, item.column_id, item.type_code, item.digest, ends=True) for item in items]
        review_acts.add_deferrals(change.connection, ends)
        review_states.touch(change, catalog, {item.dataset_id for item in items})
        change.tell(f"asked={len(items)}", f"answered={len(items)}")
    return Outcome(act, len(items), 0, ())


def questions(actor: Actor, catalog: Catalog) -> tuple[QuestionView, ...]:
    """What was asked of this actor, and in the agencies that they decide for of anybody: what waits for an answer
    first, then what was answered, the latest first.
    """
    access.require(actor, Action.PROPOSE)
    own, decides, seen = (access.scope(actor, one) for one in (Action.PROPOSE, Action.DECIDE, Action.READ_EVIDENCE))
    with catalog.reading() as connection:
        found = stored.questions(connection, actor.person_id, own, decides, LISTED)
        about = stored.items_of(connection, seen, [question.id for question, _ in found], SHOWN)
        every = review_items.views(connection, catalog, [item for items in about.values() for item in items])
        views = {(view.column.id, view.tag.type.code): view for view in every}
        return tuple(
            QuestionView(
                act=question,
                asked_by=people.name_of(connection, question.person_id),
                asked=people.name_of(connection, question.to_person_id or ""),
                items=tuple(views[pair] for pair in map(_pair, about.get(question.id, ())) if pair in views),
                total=question.columns,
                answer=answer_,
            )
            for question, answer_ in found
        )


def open_for(actor: Actor, catalog: Catalog) -> int:
    """How many questions wait for this actor's answer."""
    access.require(actor, Action.READ_HOME)
    with catalog.reading() as connection:
        return stored.waiting_for(connection, access.scope(actor, Action.PROPOSE), actor.person_id)


def later(actor: Actor, catalog: Catalog, page: int = 1) -> tuple[tuple[ItemView, ...], int, int, int]:
    """What is put off until a day to come or was handed to somebody, where this actor decides.

    Returns:
        One page of it, how many there are in all, the page's number, and how many pages there are.
    """
    access.require(actor, Action.DECIDE)
    scope, today = access.scope(actor, Action.DECIDE), catalog.day()
    with catalog.reading() as connection:
        total = stored.count_later(connection, scope, today)
        pages = max(1, -(-total // PER_PAGE))
        number = min(max(page, 1), pages)
        found = stored.later(connection, scope, today, PER_PAGE, (number - 1) * PER_PAGE)
        return review_items.views(connection, catalog, found), total, number, pages


def deciders(actor: Actor, catalog: Catalog, agency_ids: Collection[str]) -> tuple[HandedTo, ...]:
    """Who may decide in each of these agencies, and so may be handed what is there."""
    _require_each(actor, agency_ids)
    with catalog.reading() as connection:
        return _deciders(connection, catalog, agency_ids)


def stewards(actor: Actor, catalog: Catalog, agency_ids: Collection[str]) -> tuple[HandedTo, ...]:
    """The data stewards of an agency, who can be asked; nobody where it is about several."""
    _require_each(actor, agency_ids)
    with catalog.reading() as connection:
        return _stewards(connection, catalog, agency_ids)


def _check_question(connection: Connection, catalog: Catalog, order: Order, agency_ids: Collection[str]) -> None:
    if len(set(agency_ids)) > 1:
        cause = "the columns are of several agencies, each with data stewards of its own"
        raise RequestError(_THING, cause, "Ask about the columns of one agency.")
    if order.to_person_id not in _ids(_stewards(connection, catalog, agency_ids)):
        cause = "who is asked is no data steward of the agency"
        raise RequestError(_THING, cause, "Choose one of those shown.")


def _given(words: str, thing: str) -> str:
    words = words.strip()
    if not words:
        raise RequestError(thing, "it is empty", "Say it in a few words.")
    if len(words) > LONGEST_REASON:
        raise RequestError(thing, f"it has over {LONGEST_REASON} characters", "Write fewer.")
    return words


def _question(connection: Connection, actor: Actor, act_id: int) -> tuple[ReviewAct, str]:
    """A question that was asked of this actor, and the agency that it is about.

    Raises:
        NotAllowed: when somebody else was asked.
        NotFound: when there is no such question that the actor may see.
    """
    found = review_acts.one(connection, act_id)
    agency_ids = stored.agencies_of(connection, act_id)
    if found is None or found.kind is not ActKind.ASK or not _sees(actor, agency_ids):
        raise access.nothing_here(_THING)
    if found.to_person_id != actor.person_id:
        raise NotAllowed("Your account", "somebody else was asked", "Leave the answer to them.")
    (agency_id,) = agency_ids
    return found, agency_id


def _sees(actor: Actor, agency_ids: Collection[str]) -> bool:
    return bool(agency_ids) and all(access.may(actor, Action.PROPOSE, each) for each in agency_ids)


def _sent(connection: Connection, actor: Actor, question: ReviewAct, token: str | None) -> Outcome | None:
    """What the same form did when it was sent before."""
    act = review_acts.with_token(connection, actor.person_id, token) if token else None
    if act is None:
        return None
    if act.of_id != question.id:
        raise Conflict("This form", "it was sent before, for something else", _LOOK)
    return Outcome(act, act.columns, 0, (), repeated=True)


def _answering(
    actor: Actor, change: Change, question: ReviewAct, words: str, columns: int, token: str | None
) -> ReviewAct:
    return ReviewAct(
        id=0,
        kind=ActKind.ANSWER,
        person_id=actor.person_id,
        at=change.at,
        type_code=question.type_code,
        to_code=None,
        why=None,
        reason=words,
        until=None,
        to_person_id=None,
        columns=columns,
        of_id=question.id,
        token=token,
    )


def _can_see_to(person: Actor, item: ReviewItem) -> bool:
    """Whether what was handed to somebody, or asked of them, is theirs to decide or answer."""
    if item.state is ReviewState.ASKED:
        return Grant(Role.STEWARD, item.agency_id) in person.grants
    return access.may(person, Action.DECIDE, item.agency_id)


def _undoing(by: Actor, change: Change, act: ReviewAct, items: Sequence[ReviewItem]) -> ReviewAct:
    """The act that takes up again what another put off."""
    return replace(
        act,
        id=0,
        kind=ActKind.UNDO,
        person_id=by.person_id,
        at=change.at,
        reason="",
        until=None,
        to_person_id=None,
        columns=len({item.column_id for item in items}),
        of_id=act.id,
        token=None,
    )


def _require_each(actor: Actor, agency_ids: Collection[str]) -> None:
    access.require(actor, Action.DECIDE)
    for agency_id in agency_ids:
        access.require(actor, Action.DECIDE, agency_id)


def _deciders(connection: Connection, catalog: Catalog, agency_ids: Collection[str]) -> tuple[HandedTo, ...]:
    return _people(connection, catalog, lambda one: all(access.may(one, Action.DECIDE, each) for each in agency_ids))


def _stewards(connection: Connection, catalog: Catalog, agency_ids: Collection[str]) -> tuple[HandedTo, ...]:
    if len(set(agency_ids)) != 1:
        return ()
    (agency_id,) = set(agency_ids)
    return _people(connection, catalog, lambda one: Grant(Role.STEWARD, agency_id) in one.grants)


def _ids(people_: Sequence[HandedTo]) -> set[str]:
    return {one.person_id for one in people_}


def _people(connection: Connection, catalog: Catalog, fits: Callable[[Actor], bool]) -> tuple[HandedTo, ...]:
    """The account holders who fit in the roles that were given to them by name, and what they are."""
    held: dict[Person, set[Grant]] = {}
    for person, given in people.assigned(connection, catalog.clock.now()):
        held.setdefault(person, set()).add(Grant(given.role, given.agency_id))
    able = {person for person, grants in held.items() if fits(Actor(person.id, person.name, frozenset(grants)))}
    found = [
        HandedTo(one.id, one.name, ", ".join(sorted({ROLE_TITLES[grant.role] for grant in held[one]}))) for one in able
    ]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.person_id)))


def _pair(item: ReviewItem) -> tuple[int, str]:
    return item.column_id, item.type_code
