"""What an act of review would do: which columns it decides on, proposes, puts off or leaves out, and why."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from catalog.errors import Conflict, NotFound, RequestError
from catalog.model import putting_off
from catalog.model.actors import Actor
from catalog.model.decisions import Verdict
from catalog.model.identifiers import IdentifierType, Tier
from catalog.model.review import (
    LONGEST_REASON,
    MOST_AT_ONCE,
    ActKind,
    LeftOutBecause,
    Order,
    Pick,
    ReviewState,
    Why,
    decided_in,
    said_in,
)
from catalog.model.review_views import LastWord, LeftOut
from catalog.model.review_words import HOLDS, ago
from catalog.services import access, review_items
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.review_truth import Known, Pair, Truth
from catalog.store.engine import Connection

#: What may be ordered.
KINDS = frozenset(
    {
        ActKind.CONFIRM, ActKind.REJECT, ActKind.CHANGE_TYPE, ActKind.NOT_IDENTIFYING, ActKind.DEFER, ActKind.ASK,
    }
)  # fmt: skip
#: What decides nothing yet.
LATER = frozenset({ActKind.DEFER, ActKind.ASK})
_LONGEST_TOKEN = 64
_THING = "This decision"
_WAITS = frozenset(
    {ReviewState.SUGGESTED, ReviewState.REOPENED, ReviewState.DISPUTED, ReviewState.DEFERRED, ReviewState.ASKED}
)
_DECIDED = frozenset({LeftOutBecause.DECIDED_MEANWHILE, LeftOutBecause.OTHER_TYPE_DECIDED})
_PROPOSED = "what somebody proposed of it waits for a second person", "See what waits for a second person."


@dataclass(frozen=True, slots=True)
class Intended:
    """What is to be said of one column: a verdict on each of these items; none where it is put off."""

    known: Known
    words: tuple[tuple[Known, Verdict], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an act would do, by column; ``proposed`` waits for a second person."""

    done: tuple[Intended, ...]
    proposed: tuple[Intended, ...]
    left_out: tuple[LeftOut, ...]


def types_of(order: Order, intended: Iterable[Intended]) -> list[str]:
    """The types of which an order says something, but for the one that they are changed to."""
    told = tuple(intended)
    chosen = (each.known.item.type_code for each in told)
    beside = (known.item.type_code for each in told for known, _ in each.words)
    return list(dict.fromkeys((*chosen, *(code for code in beside if code != order.to_code))))


def check(
    catalog: Catalog, order: Order, picks: Sequence[Pick], token: str | None, *, is_complete: bool = True
) -> None:
    """Refuse what cannot be done to any column.

    Parameters:
        is_complete: whether all is said that the order needs; else only what is said is looked at.

    Raises:
        RequestError: naming what is missing or too much.
    """
    causes = (
        (order.kind not in KINDS, "this is nothing that can be done to columns", "Choose one of the buttons."),
        (not picks, "no column is chosen", "Choose one or more."),
        (len(order.reason) > LONGEST_REASON, f"its reason has more than {LONGEST_REASON} letters", "Write fewer."),
        (token is not None and not 0 < len(token) <= _LONGEST_TOKEN, "its form is not ours", "Load the page again."),
    )
    wanted = (
        (order.kind is ActKind.REJECT and order.why is None, "it does not say why", "Choose a reason."),
        (order.why is Why.OTHER and not order.reason.strip(), "no reason is given", "Say why in words."),
        (order.kind is ActKind.ASK and not order.reason.strip(), "no question is asked", "Write what to ask."),
        (order.kind is ActKind.ASK and order.to_person_id is None, "nobody is asked", "Choose a data steward."),
    )
    for applies, cause, next_step in (*causes, *(wanted if is_complete else ())):
        if applies:
            raise RequestError(_THING, cause, next_step)
    if is_complete and (amiss := putting_off.amiss(order, catalog.day())):
        raise RequestError(_THING, *amiss)
    is_named = order.kind is ActKind.CHANGE_TYPE and (is_complete or order.to_code)
    codes = {pick.type_code for pick in picks} | ({order.to_code or ""} if is_named else set())
    unknown = sorted(codes - catalog.taxonomy.types.keys())
    if unknown:
        raise RequestError("Identifier type " + unknown[0], "there is no such type", "Choose one of the taxonomy.")
    if order.kind is ActKind.CHANGE_TYPE and order.to_code in {pick.type_code for pick in picks}:
        raise RequestError(_THING, "it is of this type already", "Choose another type.")


class Planner:
    """Plans one order on what is known of the columns chosen."""

    def __init__(self, catalog: Catalog, actor: Actor, connection: Connection, column_ids: Collection[int]) -> None:
        scope, today = access.scope(actor, Action.DECIDE), catalog.day()
        self.truth = Truth(connection, scope, column_ids, today)
        self._types: Mapping[str, IdentifierType] = catalog.taxonomy.types
        self._four_eyes = catalog.settings.four_eyes
        self._connection = connection

    def plan(self, order: Order, picks: Sequence[Pick], *, again: bool = False) -> Plan:
        """What this order would do.

        Parameters:
            again: whether what holds already may be said once more.
        """
        intended: dict[int, Intended] = {}
        left_out: list[LeftOut] = []
        shown = {(pick.column_id, pick.type_code) for pick in picks if self._is_current(pick)}
        for pick in dict.fromkeys(picks):
            known, because = self._fits(order, pick, again=again)
            if because is None and known is not None and (unseen := self._unseen(order, pick, known, again, shown)):
                left_out.append(unseen)
                continue
            if because is None and pick.column_id not in intended and len(intended) >= MOST_AT_ONCE:
                because = LeftOutBecause.TOO_MANY
            if because is not None or known is None:
                why = because or LeftOutBecause.GONE
                left_out.append(self._left_out(pick.column_id, pick.type_code, why))
            elif pick.column_id in intended:
                more = intended[pick.column_id]
                intended[pick.column_id] = replace(more, words=_joined(more.words, self._words(order, known, again)))
            else:
                intended[pick.column_id] = Intended(known, self._words(order, known, again))
        waits = {key for key, each in intended.items() if self.needs_second(each.words)}
        # Of two proposals on one item the second would be gone untold with the first.
        taken = {key for key in waits if any(known.proposed for known, _ in intended[key].words)}
        told = {_pair(each) for each in left_out}
        left_out += [
            self._left_out(pick.column_id, pick.type_code, LeftOutBecause.PROPOSED)
            for pick in dict.fromkeys(picks)
            if pick.column_id in taken and (pick.column_id, pick.type_code) not in told
        ]
        return Plan(
            done=tuple(each for key, each in intended.items() if key not in waits),
            proposed=tuple(each for key, each in intended.items() if key in waits - taken),
            left_out=tuple(self.with_last_words(list(dict.fromkeys(left_out)), but=self._undecided(picks))),
        )

    def needs_second(self, words: Iterable[tuple[Known, Verdict]]) -> bool:
        """Whether a second person has to agree: with what takes away what would be Restricted."""
        return self._four_eyes and any(
            self._types[known.item.type_code].tier is Tier.RESTRICTED and _takes_away(known, verdict)
            for known, verdict in words
        )

    def with_last_words(self, left_out: Sequence[LeftOut], *, but: Collection[Pair] = ()) -> list[LeftOut]:
        """The same with who said the last word, where that is why they are left out.

        Parameters:
            but: those of which that is not why.
        """
        meanwhile = {_pair(each) for each in left_out if each.because in _DECIDED}
        meanwhile -= set(but)
        last = {pair: decision for pair in meanwhile if (decision := self.truth.known(*pair).last)}
        words = review_items.of_decisions(self._connection, list(last.values()))
        return [replace(each, last=words[last[_pair(each)].id]) if _pair(each) in last else each for each in left_out]

    def left_out(self, because: Mapping[Pair, LeftOutBecause]) -> tuple[LeftOut, ...]:
        """These items as what is left out, with who said the last word where that is why."""
        return tuple(self.with_last_words([self._left_out(*pair, why) for pair, why in because.items()]))

    def _undecided(self, picks: Iterable[Pick]) -> set[Pair]:
        """The items that were seen with the decision that is still the last."""
        seen = [pick for pick in picks if pick.version and pick.column_id in self.truth.places]
        every = ((self.truth.known(pick.column_id, pick.type_code), pick.version or "") for pick in seen)
        return {known.pair for known, version in every if decided_in(known.item.version) == decided_in(version)}

    def _is_current(self, pick: Pick) -> bool:
        """Whether what was seen is what is there."""
        if pick.column_id not in self.truth.places:
            return False
        return pick.version in {None, self.truth.known(pick.column_id, pick.type_code).item.version}

    def _unseen(self, order: Order, pick: Pick, known: Known, again: bool, shown: Collection[Pair]) -> LeftOut | None:
        """The word on another type of the column that the order would override though the form did not show it."""
        if pick.version is None:
            return None
        for other, verdict in self._words(order, known, again):
            if other.pair in shown:
                continue
            if other.proposed not in {None, verdict}:
                return self._left_out(*other.pair, LeftOutBecause.PROPOSED)
            is_new = other.last is not None and other.last.id > pick.seen
            if is_new and other.held is not None and other.held.verdict is not verdict:
                return self._left_out(*other.pair, LeftOutBecause.OTHER_TYPE_DECIDED)
        return None

    def _fits(self, order: Order, pick: Pick, *, again: bool) -> tuple[Known | None, LeftOutBecause | None]:
        place = self.truth.places.get(pick.column_id)
        if place is None or not place.is_live:
            return None, LeftOutBecause.GONE
        known = self.truth.known(pick.column_id, pick.type_code)
        if pick.version not in (None, known.item.version):
            return known, _moved(known, pick.version or "")
        if order.kind in LATER:
            waits = known.now is not None and known.item.state in _WAITS
            return known, None if waits else LeftOutBecause.NOTHING_TO_DO
        if self._words(order, known, again):
            return known, None
        return known, LeftOutBecause.PROPOSED if known.proposed else LeftOutBecause.NOTHING_TO_DO

    def _words(self, order: Order, known: Known, again: bool) -> tuple[tuple[Known, Verdict], ...]:
        """What the order says of a column, but for what holds already."""
        if order.kind in LATER:
            return ()
        rejected = [known]
        if order.kind is ActKind.NOT_IDENTIFYING:
            rejected = [self.truth.known(known.item.column_id, code) for code in self.truth.codes(known.item.column_id)]
        words = [(each, Verdict.REJECTED) for each in rejected]
        if order.kind is ActKind.CONFIRM:
            words = [(known, Verdict.CONFIRMED)]
        elif order.kind is ActKind.CHANGE_TYPE and order.to_code is not None:
            words.append((self.truth.known(known.item.column_id, order.to_code), Verdict.CONFIRMED))
        return tuple((each, verdict) for each, verdict in words if again or _says_something(each, verdict))

    def _left_out(self, column_id: int, code: str, because: LeftOutBecause) -> LeftOut:
        place = self.truth.places.get(column_id)
        where = f"{place.column.name} of {place.dataset}" if place else ""
        return LeftOut(column_id, code, because, where, None)


def refuse(plan: Plan, actor: Actor, now: datetime) -> None:
    """Say why nothing at all would be done.

    Raises:
        Conflict: when all of several are left out, or the only one: then who decided it meanwhile, and how.
        NotFound: when there is no such column that the actor may decide on.
    """
    if plan.done or plan.proposed:
        return
    if len(plan.left_out) == 1:
        raise refusal(plan.left_out[0], actor, now)
    if all(each.because is LeftOutBecause.GONE for each in plan.left_out):
        raise access.nothing_here("These columns")
    if all(each.because is LeftOutBecause.PROPOSED for each in plan.left_out):
        raise Conflict("These columns", *_PROPOSED)
    raise Conflict(
        "These columns", "each was decided, has other evidence or is gone meanwhile", "Look at what waits now."
    )


def refusal(left: LeftOut, actor: Actor, now: datetime) -> Conflict | NotFound:
    """Why the only item chosen is left out."""
    match left.because:
        case LeftOutBecause.GONE:
            return access.nothing_here("This column")
        case LeftOutBecause.DECIDED_MEANWHILE:
            return Conflict(
                _THING, _meanwhile(left.last, actor, now), "Look at it again, and decide if you still differ."
            )
        case LeftOutBecause.OTHER_TYPE_DECIDED:
            cause = f"of another type of this column {_meanwhile(left.last, actor, now)}"
            return Conflict(_THING, cause, "Look at this column alone, with all its types, and decide there.")
        case LeftOutBecause.EVIDENCE_MOVED:
            cause, next_step = "what the scan finds in this column has changed meanwhile", "Look at the reasons again."
            return Conflict(_THING, cause, next_step)
        case LeftOutBecause.PROPOSED:
            return Conflict(_THING, *_PROPOSED)
        case _:
            return Conflict(_THING, "it holds already, or there is nothing to decide", "Nothing is to be done.")


def _meanwhile(last: LastWord | None, actor: Actor, now: datetime) -> str:
    if last is None:
        return "somebody put it off, took it up again, or answered what another had said of it meanwhile"
    who = "you" if last.person == actor.name else last.person
    return f"{who} decided this {ago(last.at, now)}: {HOLDS[last.verdict]}"


def _moved(known: Known, seen: str) -> LeftOutBecause:
    """What moved since a version: people's words count before evidence."""
    if said_in(known.item.version) == said_in(seen):
        return LeftOutBecause.EVIDENCE_MOVED
    same_decision = decided_in(known.item.version) == decided_in(seen)
    return LeftOutBecause.PROPOSED if same_decision and known.proposed else LeftOutBecause.DECIDED_MEANWHILE


def _says_something(known: Known, verdict: Verdict) -> bool:
    """Whether a verdict says what does not hold, or is not proposed, already."""
    if known.proposed is verdict or known.stands(verdict):
        return False
    return verdict is Verdict.CONFIRMED or known.now is not None


def _takes_away(known: Known, verdict: Verdict) -> bool:
    """Whether less counts, or less surely, than before: a clue that somebody rejects never counted. What a second
    reader contradicted may count, whatever the first one said.
    """
    if verdict is Verdict.REJECTED:
        return known.contradicted or (known.now is not None and known.now.counts)
    return verdict is Verdict.WITHDRAWN and known.held is not None and known.held.verdict is Verdict.CONFIRMED


def _joined(
    words: tuple[tuple[Known, Verdict], ...], more: tuple[tuple[Known, Verdict], ...]
) -> tuple[tuple[Known, Verdict], ...]:
    """What is said of one column by two of its items."""
    said = {known.pair: (known, verdict) for known, verdict in (*more, *words)}
    return tuple(said.values())


def _pair(left: LeftOut) -> Pair:
    return left.column_id, left.type_code
