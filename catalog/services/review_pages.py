"""One group of alike columns as review shows it, or one column alone."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from catalog.model.actors import Actor, Scope
from catalog.model.decisions import VERDICTS
from catalog.model.identifiers import Tier
from catalog.model.review import MOST_AT_ONCE, WAITING, Pick, ReviewItem, ReviewState
from catalog.model.review_views import GroupLine, GroupPage, ItemView, PastDecisions
from catalog.model.views import ColumnView, TagView
from catalog.services import access, columns, review_consequences, review_items, review_queue, review_states
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import holdings, judgements, register, review_pages, second_readings
from catalog.store import review_queue as queued
from catalog.store.engine import Connection
from catalog.store.review_queue import HANDED

#: Columns shown on either side of the one in question.
BESIDE = 10
#: Of how many datasets a page works out how sensitive they would be; a preview does so of all.
_LOOKED_AT = 100
#: Reasons that one sentence has room for.
_REASONS = 2


def group(
    actor: Actor,
    catalog: Catalog,
    key: str,
    *,
    page: int = 1,
    show: int | None = None,
    agency_id: str | None = None,
    listed: int | None = None,
    states: Collection[str] = (),
) -> GroupPage:
    """A group with what waits in it, in the agencies that the actor decides for.

    Parameters:
        show: the column shown in full; None for the first whose evidence is the usual.
        agency_id: in this agency alone.
        states: by which the queue is filtered: where it lists what was handed to the actor, that is shown of the group.

    Raises:
        NotFound: when nothing waits in it that the actor may decide on.
    """
    access.require(actor, Action.DECIDE)
    review_states.catch_up(catalog)
    scope = _within(access.scope(actor, Action.DECIDE), agency_id)
    with catalog.reading() as connection:
        of, person_id, total = _asked(connection, actor, scope, key, states)
        pages = max(1, -(-total // MOST_AT_ONCE))
        number = min(max(page, 1), pages)
        skip = (number - 1) * MOST_AT_ONCE
        items = queued.items_of_group(connection, scope, key, of, limit=MOST_AT_ONCE, offset=skip, person_id=person_id)
        if not items:
            raise access.nothing_here("This group")
        usual = review_pages.usual_digest(
            connection, scope, key, ReviewState.SUGGESTED if person_id is None else ReviewState.DEFERRED
        )
        chosen = next((one for one in items if one.column_id == show), None)
        shown = chosen or next((one for one in items if one.digest == usual), items[0])
        made = _page(connection, catalog, actor, scope, items, shown, usual, (number, pages), listed)
        if person_id is None:
            return made
        (own,) = queued.handed(connection, scope, person_id, [key])
        return replace(made, line=review_queue.line_of(catalog, own))


def one(actor: Actor, catalog: Catalog, column_id: int, type_code: str) -> GroupPage:
    """One type in one column, whatever its state, as a group of its own.

    Raises:
        NotFound: when nothing was found or decided of it that the actor may decide on.
    """
    access.require(actor, Action.DECIDE)
    review_states.catch_up(catalog)
    scope = access.scope(actor, Action.DECIDE)
    with catalog.reading() as connection:
        items = queued.items(connection, scope, [(column_id, type_code)])
        if not items:
            raise access.nothing_here("This column")
        return _page(connection, catalog, actor, scope, items, items[0], None, (1, 1))


def picks(
    actor: Actor, catalog: Catalog, key: str, *, agency_id: str | None = None, unusual: bool = False
) -> tuple[Pick, ...]:
    """What waits in a group as it is now, to be acted on: as many as one act takes.

    Parameters:
        unusual: also what has other evidence than most, or was decided on before.

    Raises:
        NotFound: when nothing waits in it that the actor may decide on.
    """
    access.require(actor, Action.DECIDE)
    review_states.catch_up(catalog)
    scope = _within(access.scope(actor, Action.DECIDE), agency_id)
    with catalog.reading() as connection:
        items = queued.items_of_group(connection, scope, key, WAITING, limit=MOST_AT_ONCE, offset=0)
        usual = review_pages.usual_digest(connection, scope, key)
    if not items:
        raise access.nothing_here("This group")
    chosen = items if unusual else [one for one in items if review_items.is_usual(one, usual)]
    return tuple(map(_as_pick, chosen))


def _asked(
    connection: Connection, actor: Actor, scope: Scope, key: str, states: Collection[str]
) -> tuple[Collection[ReviewState], str | None, int]:
    """Which items of a group the queue lists in these states, of which person, and how many: as there, what waits comes
    before what was handed to the actor.
    """
    waits = 0 if set(states) == {HANDED} else queued.count_of_group(connection, scope, key, WAITING)
    if waits or HANDED not in states:
        return WAITING, None, waits
    handed = {ReviewState.DEFERRED}
    return handed, actor.person_id, queued.count_of_group(connection, scope, key, handed, actor.person_id)


def _within(scope: Scope, agency_id: str | None) -> Scope:
    if agency_id is None:
        return scope
    return Scope(frozenset({agency_id} if scope.holds(agency_id) else ()))


def _page(
    connection: Connection,
    catalog: Catalog,
    actor: Actor,
    scope: Scope,
    items: Sequence[ReviewItem],
    shown: ReviewItem,
    usual: str | None,
    numbers: tuple[int, int],
    listed: int | None = None,
) -> GroupPage:
    told, rest = (items, ()) if listed is None else _split(items, usual, listed)
    views = review_items.views(connection, catalog, told, usual=usual, with_reasons=False)
    in_full = review_items.views(connection, catalog, [shown], usual=usual)[0]
    line = _line(connection, catalog, scope, shown.group_key)
    confirmed, rejected = (
        review_consequences.of(connection, catalog, verdict, items, most=_LOOKED_AT) for verdict in VERDICTS
    )
    return GroupPage(
        line=line,
        items=views,
        page=numbers[0],
        pages=numbers[1],
        unusual=sum(not review_items.is_usual(item, usual) for item in items),
        shown=in_full,
        sentence=sentence(in_full.tag),
        neighbours=_beside(connection, catalog, in_full),
        past=_past(connection, actor, scope, shown.group_key),
        if_confirmed=confirmed,
        if_rejected=rejected,
        second_person=(
            catalog.settings.four_eyes
            and line.type.tier is Tier.RESTRICTED
            and (rejected.counted > 0 or any(one.state is ReviewState.DISPUTED for one in items))
        ),
        rest=tuple(map(_as_pick, rest)),
        newest=max((one.id for one in judgements.decisions_of(connection, [shown.column_id])), default=0),
    )


def _split(
    items: Sequence[ReviewItem], usual: str | None, listed: int
) -> tuple[Sequence[ReviewItem], Sequence[ReviewItem]]:
    """What is shown one by one, exceptions first, and what of the usual is not."""
    others = [one for one in items if not review_items.is_usual(one, usual)][:listed]
    alike = [one for one in items if review_items.is_usual(one, usual)]
    room = listed - len(others)
    return [*others, *alike[:room]], alike[room:]


def _as_pick(item: ReviewItem) -> Pick:
    return Pick(item.column_id, item.type_code, item.version)


def sentence(tag: TagView) -> str:
    """The evidence of a tag in one sentence."""
    if tag.strength is None:
        return f"The last scan found nothing of {tag.type.label} here."
    told = "; ".join(tag.reasons[:_REASONS]) or "nothing of it speaks for itself"
    return f"{tag.type.label}, strength {tag.strength:.2f} ({tag.band}): {told}."


def _line(connection: Connection, catalog: Catalog, scope: Scope, key: str) -> GroupLine:
    return review_queue.line(catalog, queued.groups(connection, scope, [key]))


def _beside(connection: Connection, catalog: Catalog, shown: ItemView) -> tuple[ColumnView, ...]:
    every = holdings.live_columns(connection, shown.dataset.id)
    place = next((place for place, column in enumerate(every) if column.id == shown.column.id), 0)
    near = every[max(place - BESIDE, 0) : place + BESIDE + 1]
    return columns.views_of(connection, catalog, near, with_reasons=False)


def _past(connection: Connection, actor: Actor, scope: Scope, key: str) -> tuple[PastDecisions, ...]:
    """What people decided of alike columns, the agency with most of them first; but for what waits to be read a second
    time by the actor, who is not to know the first word.
    """
    unread = second_readings.waiting_in(connection, scope, actor.person_id, key)
    hidden = Counter((one.agency_id, one.state) for one in unread)
    agencies = {agency.id: agency for agency in register.all_agencies(connection)}
    latest = review_pages.latest_words(connection, scope, key, but={one.column_id for one in unread})
    words = review_items.of_decisions(connection, [decision for _, decision in latest])
    by_agency = {agency_id: words[decision.id] for agency_id, decision in latest}
    found = [
        PastDecisions(
            agencies[each.agency_id],
            each.confirmed - hidden[each.agency_id, ReviewState.CONFIRMED],
            each.rejected - hidden[each.agency_id, ReviewState.REJECTED],
            by_agency[each.agency_id],
        )
        for each in queued.groups(connection, scope, [key])
        if each.agency_id in by_agency
    ]
    return tuple(sorted(found, key=lambda each: (-each.confirmed - each.rejected, each.agency.name)))
