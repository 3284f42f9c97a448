"""What somebody did in review, the latest first, and how much of it can still be undone."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from catalog.model.actors import Actor
from catalog.model.review import ActKind, ReviewAct, normal_name
from catalog.model.review_views import ActLine, ActsPage
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import people, register, review_acts, review_pages
from catalog.store.engine import Connection
from catalog.store.review_acts import Touched

#: Acts on one page.
PER_PAGE = 25
#: How far back the last one that can be undone is looked for, and how many that are not undone yet are looked at.
_LOOKED_AT, _TRIED = 100, 20
#: What is undone by a key: what was undone is put back from the list alone.
_OWN = frozenset(
    {
        ActKind.CONFIRM, ActKind.REJECT, ActKind.CHANGE_TYPE, ActKind.NOT_IDENTIFYING, ActKind.DEFER, ActKind.ASK,
    }
)  # fmt: skip


def mine(actor: Actor, catalog: Catalog, page: int = 1) -> ActsPage:
    """What the actor did."""
    access.require(actor, Action.DECIDE)
    with catalog.reading() as connection:
        total = review_acts.count_of_person(connection, actor.person_id)
        pages = max(1, -(-total // PER_PAGE))
        number = max(1, min(page, pages))
        acts = review_acts.of_person(connection, actor.person_id, PER_PAGE, (number - 1) * PER_PAGE)
        return ActsPage(lines(connection, catalog, actor, acts), total, number, pages)


def one(actor: Actor, catalog: Catalog, act_id: int) -> ActLine:
    """One act of the actor's.

    Raises:
        NotFound: when they did no such act.
    """
    access.require(actor, Action.DECIDE)
    with catalog.reading() as connection:
        act = review_acts.one(connection, act_id)
        if act is None or act.person_id != actor.person_id:
            raise access.nothing_here("This act")
        return lines(connection, catalog, actor, [act])[0]


def last(actor: Actor, catalog: Catalog) -> ActLine | None:
    """The last thing that the actor did and that can be undone."""
    access.require(actor, Action.DECIDE)
    with catalog.reading() as connection:
        acts = review_acts.of_person(connection, actor.person_id, _LOOKED_AT)
        undone = _undone(connection, [act.id for act in acts])
        own = [act for act in acts if act.kind in _OWN and act.id not in undone]
        # One after the other: most often it is the first, and an act can be about a thousand columns.
        for act in own[:_TRIED]:
            (line,) = lines(connection, catalog, actor, [act])
            if line.can_undo:
                return line
    return None


def lines(connection: Connection, catalog: Catalog, actor: Actor, acts: Sequence[ReviewAct]) -> tuple[ActLine, ...]:
    """These acts as lines, as far as the actor may decide where they were."""
    ids = [act.id for act in acts]
    settling = {act.id: act.of_id for act in acts if act.kind in {ActKind.APPROVE, ActKind.REFUSE, ActKind.UNDO}}
    scope = access.scope(actor, Action.DECIDE)
    own: dict[int, list[Touched]] = {}
    for each in review_acts.touched(connection, scope, {*ids, *(key for key in settling.values() if key)}):
        own.setdefault(each.act_id, []).append(each)
    still, undone = review_acts.standing_last(connection, ids, catalog.day()), _undone(connection, ids)
    proposed = {(one.act_id, one.column_id) for one in review_acts.proposals_in(connection, ids)}
    proposals = Counter(act_id for act_id, _ in proposed)
    settled = review_pages.acts_by_id(connection, {key for key in settling.values() if key})
    agencies = {agency.id: agency for agency in register.all_agencies(connection)}
    person_ids = {key for act in acts for key in (act.person_id, act.to_person_id) if key}
    names = people.names_of(connection, person_ids)
    found = []
    for act in acts:
        # What settles or takes back something proposed or put off is about the columns of that too.
        about = (*own.get(settling.get(act.id) or 0, ()), *own.get(act.id, ()))
        by_column = {each.column_id: each for each in about}
        columns, visible = list(by_column.values()), by_column.keys()
        found.append(
            ActLine(
                act=act,
                person=names[act.person_id],
                type=catalog.taxonomy.types.get(act.type_code or ""),
                to=catalog.taxonomy.types.get(act.to_code or ""),
                name=_name(columns),
                agencies=tuple(agencies[key] for key in sorted({each.agency_id for each in columns})),
                waits_for=names.get(act.to_person_id or "", ""),
                can_undo=len(visible & still.get(act.id, set())),
                undone=act.id in undone,
                proposed=proposals[act.id],
                of_kind=settled[act.of_id].kind if act.of_id in settled else None,
            )
        )
    return tuple(found)


def _name(columns: Sequence[Touched]) -> str:
    """The name of an act's only column, or the words that the names of all share; empty where they share none, or none
    is shown.
    """
    if len(columns) == 1:
        return "" if columns[0].name_withheld else columns[0].name
    names = {"" if each.name_withheld else each.name for each in columns}
    words = {normal_name(name) for name in names}
    return words.pop() if len(words) == 1 else ""


def _undone(connection: Connection, act_ids: Collection[int]) -> frozenset[int]:
    """Those of these acts that were undone, and whose undoing was not undone itself."""
    undoing: Mapping[int, int] = {
        each.id: each.of_id
        for each in review_acts.about(connection, act_ids)
        if each.kind is ActKind.UNDO and each.of_id is not None
    }
    if not undoing:
        return frozenset()
    taken_back = _undone(connection, undoing.keys())
    return frozenset(of_id for act_id, of_id in undoing.items() if act_id not in taken_back)
