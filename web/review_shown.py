"""What a page of review shows of a group: which columns can be ticked, where it goes on, what there is to choose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request, url_for

from catalog.model.identifiers import IdentifierType
from catalog.model.review import Pick
from catalog.model.review_views import GroupPage, HandedTo, ItemView, Outcome, Preview
from catalog.model.review_words import DONE
from catalog.services import review_deferrals
from web.context import actor, catalog
from web.register_wording import by_group
from web.review_forms import packed
from web.review_place import Place

#: Columns of a group that are listed one by one; the others of the same evidence are one line.
LISTED = 100
#: Columns that a preview names.
NAMED = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A column that can be ticked; ``pick`` is what its box sends."""

    item: ItemView
    pick: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """Where somebody is in a group, and where they can go from there.

    Parameters:
        is_single: whether what is decided is the one column shown, and not the group.
        pick: what the form about that column sends.
        rest, rest_count: the usual columns that are not listed one by one, as one box sends them.
        go: where a decision leads.
        number, total: of the column among those of its group, where it is decided alone.
        query: what the forms' addresses carry, so that they can be shown again.
    """

    is_single: bool
    pick: str
    rows: tuple[Row, ...]
    rest: str
    rest_count: int
    go: str
    previous: str
    next: str
    number: int
    total: int
    together: str
    one_by_one: str
    here: str
    wider: str
    is_wide: bool
    query: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What a decision may need: other types, first those suggested there too; people to hand it to or to ask."""

    suggested: tuple[IdentifierType, ...]
    types: Sequence[tuple[str, list[IdentifierType]]]
    deciders: Sequence[HandedTo]
    stewards: Sequence[HandedTo]


def in_queue(place: Place, page: GroupPage, around: tuple[str | None, str | None], *, is_single: bool) -> Shown:
    """A group of the queue, decided as one or one column after the other."""
    key, own = page.line.key, page.shown
    alone = page.line.columns == 1 and len(page.items) == 1
    at = page.page if page.page > 1 else None
    before, behind = (place.group(other) if other else "" for other in around)
    go = behind or place.queue()
    ids = [item.column.id for item in page.items] + [pick.column_id for pick in page.rest]
    number = ids.index(own.column.id) + 1 if own.column.id in ids else 1
    if is_single and not alone:
        steps = [place.group(key, show=one, at=at) for one in ids]
        before, behind = _step(steps, number - 2) or before, _step(steps, number) or behind
        go = behind or place.queue()
    first = {"show": own.column.id} if is_single and not alone else {}
    is_wide = bool(request.args.get("wide"))
    return Shown(
        is_single=is_single or alone,
        pick=_pick(own, page.newest),
        rows=() if alone or is_single else _rows(page),
        rest=packed(page.rest),
        rest_count=len(page.rest),
        go=go,
        previous=before,
        next=behind,
        number=number,
        total=len(ids),
        together=place.group(key, at=at) if is_single and not alone else "",
        one_by_one="" if alone or is_single else place.group(key, show=ids[0], at=at),
        here=place.group(key, at=at, **first),
        wider=place.group(key, at=at, wide=None if is_wide else "yes", **first),
        is_wide=is_wide,
        query=_query(place.pairs(), key=key, at=at, **first),
    )


def alone(page: GroupPage) -> Shown:
    """One column on a page of its own."""
    item, place = page.shown, Place({}, "value", 1)
    here = url_for("review.one", column_id=item.column.id, type_code=item.tag.type.code)
    return Shown(
        is_single=True,
        pick=_pick(item, page.newest),
        rows=(),
        rest="",
        rest_count=0,
        go=here,
        previous="",
        next=place.group(page.line.key) if page.line.columns > 1 else place.queue(),
        number=1,
        total=1,
        together="",
        one_by_one="",
        here=here,
        wider="",
        is_wide=True,
        query=_query([], show=item.column.id, code=item.tag.type.code),
    )


def choices(page: GroupPage) -> Choices:
    """What may be chosen for the column that a page shows."""
    own = page.shown
    beside = next((view for view in page.neighbours if view.column.id == own.column.id), None)
    found = tuple(tag.type for tag in beside.tags if tag.type.code != own.tag.type.code) if beside else ()
    return _choices(found, {own.tag.type.code}, [own.agency.id])


def choices_of(told: Preview, picks: Sequence[Pick]) -> Choices:
    """What may be chosen for the columns of a preview."""
    return _choices((), {pick.type_code for pick in picks}, [agency.id for agency in told.agencies])


def in_short(outcome: Outcome) -> str:
    """214 columns confirmed, 2 wait for a second person."""
    told = f"{outcome.done:,} column{'' if outcome.done == 1 else 's'} {DONE[outcome.act.kind]}"
    waits = outcome.proposed
    return told + (f", {waits:,} {'waits' if waits == 1 else 'wait'} for a second person" if waits else "")


def _rows(page: GroupPage) -> tuple[Row, ...]:
    return tuple(Row(item, _pick(item), item.is_usual) for item in page.items)


def _pick(item: ItemView, newest: int = 0) -> str:
    return packed([Pick(item.column.id, item.tag.type.code, item.version, newest)])


def _step(steps: Sequence[str], at: int) -> str:
    return steps[at] if 0 <= at < len(steps) else ""


def _query(pairs: Sequence[tuple[str, str]], **more: str | int | None) -> str:
    every: list[tuple[str, str]] = [*pairs, *((key, str(value)) for key, value in more.items() if value is not None)]
    return urlencode(every)


def _choices(found: tuple[IdentifierType, ...], without: set[str], agency_ids: Sequence[str]) -> Choices:
    known: Mapping[str, IdentifierType] = catalog().taxonomy.types
    others = [kind for code, kind in known.items() if code not in without]
    me = actor()
    return Choices(
        suggested=found,
        types=by_group(others),
        deciders=review_deferrals.deciders(me, catalog(), agency_ids),
        stewards=review_deferrals.stewards(me, catalog(), agency_ids),
    )
