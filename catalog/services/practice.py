"""The practice queue: made-up suggestions with known answers, to learn reviewing and to see how well it goes.

What is answered here is nobody's decision: it changes nothing of the inventory, is in no audit log, and counts in no
measure of how good suggestions or decisions are. Everybody sees their own answers alone.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from catalog.errors import NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.decisions import BANDS
from catalog.model.practice_views import PracticeAnswered, PracticePage
from catalog.model.review import ActKind, PracticeAnswer
from catalog.model.review_views import PracticeItem, PracticeResult
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import practice as stored
from catalog.store.engine import Connection
from catalog.taxonomy import practice as taxonomy

#: What can be answered.
KINDS = (ActKind.CONFIRM, ActKind.REJECT, ActKind.CHANGE_TYPE, ActKind.NOT_IDENTIFYING)
#: An answer that took longer says nothing of how long it takes: somebody was away.
LONGEST_MS = 600_000


def page(actor: Actor, catalog: Catalog, *, turn: int | None = None) -> PracticePage:
    """Where the actor is.

    Parameters:
        turn: which turn of theirs; the last one unless said, and the one after it begins with being asked for.

    Raises:
        NotAllowed: when the actor decides nothing.
    """
    access.require(actor, Action.DECIDE)
    with catalog.reading() as connection:
        now = _turn(connection, actor, turn)
        answers = stored.of_turn(connection, actor.person_id, now)
    return _page(actor, now, answers)


def answer(
    actor: Actor, catalog: Catalog, item_id: str, kind: ActKind, to_code: str | None, ms: int, *, turn: int
) -> PracticeAnswered:
    """Answer an item; the first answer in a turn counts, and is what a later one gets back.

    Parameters:
        to_code: the type to change to, with CHANGE_TYPE.
        ms: how long the actor took.

    Raises:
        NotAllowed: when the actor decides nothing.
        NotFound: when there is no such item.
        RequestError: when the act is none that can be answered, or needs a type.
    """
    access.require(actor, Action.DECIDE)
    item = taxonomy.load().get(item_id)
    if item is None:
        raise NotFound("This item", "the practice queue has none like it", "Go on with the next.")
    given = (kind, to_code if kind is ActKind.CHANGE_TYPE else None)
    _require(catalog, given)

    kept: list[PracticeAnswer] = []

    def keep(connection: Connection) -> None:
        now = _turn(connection, actor, turn)
        earlier = next((one for one in stored.of_turn(connection, actor.person_id, now) if one.item == item_id), None)
        kept.append(earlier or _answer(actor, catalog, item, given, ms, now))
        if earlier is None:
            stored.keep(connection, kept[0])

    catalog.note(keep)
    return _answered(kept[0])


def _require(catalog: Catalog, given: tuple[ActKind, str | None]) -> None:
    kind, to_code = given
    if kind not in KINDS:
        raise RequestError("This answer", "practice knows no such act", "Use one of the buttons.")
    if kind is ActKind.CHANGE_TYPE and to_code not in catalog.taxonomy.types:
        raise RequestError("This answer", "it does not say which type it is", "Choose a type.")


def _turn(connection: Connection, actor: Actor, asked: int | None) -> int:
    """The turn asked for, or the last one; none is skipped."""
    latest = max(stored.latest_turn(connection, actor.person_id), 1)
    return latest if asked is None else min(max(asked, 1), latest + 1)


def _answer(
    actor: Actor, catalog: Catalog, item: PracticeItem, given: tuple[ActKind, str | None], ms: int, turn: int
) -> PracticeAnswer:
    return PracticeAnswer(
        id=0,
        person_id=actor.person_id,
        turn=turn,
        item=item.id,
        kind=given[0],
        type_code=given[1],
        is_right=given in item.answers,
        ms=min(max(ms, 0), LONGEST_MS),
        at=catalog.clock.now(),
    )


def _page(actor: Actor, turn: int, answers: Sequence[PracticeAnswer]) -> PracticePage:
    known = taxonomy.load()
    # Another release may have had other items; and of two answers sent at once the first counts.
    done = {one.item: one for one in reversed(answers) if one.item in known}
    answers = sorted(done.values(), key=lambda one: one.id)
    left = (item for item in order(actor.person_id, turn, known.values()) if item.id not in done)
    return PracticePage(
        turn=turn,
        item=next(left, None),
        last=_answered(answers[-1]) if answers else None,
        missed=tuple(_answered(one) for one in answers if not one.is_right),
        result=_result(answers, known),
    )


def order(person_id: str, turn: int, items: Iterable[PracticeItem]) -> list[PracticeItem]:
    """The items in the order of a person's turn: another one each time, and always the same for the same turn."""
    return sorted(items, key=lambda item: hashlib.sha256(f"{person_id}\x1f{turn}\x1f{item.id}".encode()).digest())


def _answered(answer: PracticeAnswer) -> PracticeAnswered:
    return PracticeAnswered(taxonomy.load()[answer.item], answer.kind, answer.type_code, answer.is_right)


def _result(answers: Sequence[PracticeAnswer], known: Mapping[str, PracticeItem]) -> PracticeResult:
    by_band = {name: [one.is_right for one in answers if known[one.item].band == name] for _, name in BANDS}
    return PracticeResult(
        answered=len(answers),
        total=len(known),
        right=sum(one.is_right for one in answers),
        bands={name: (sum(right), len(right)) for name, right in by_band.items()},
        median_ms=round(median(one.ms for one in answers)) if answers else None,
    )
