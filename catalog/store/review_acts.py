"""What people did in review: acts, the decisions they made, what they proposed and put off; and where columns are."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, exists, func, or_, select, union

from catalog.model.actors import Scope
from catalog.model.decisions import Decision
from catalog.model.holdings import Column
from catalog.model.review import WAITING, ActKind, Deferral, Picture, Proposal, ReviewAct, ReviewState
from catalog.store import bulk, rows
from catalog.store.holdings import dataset_ids
from catalog.store.review_schema import deferrals, pictures, proposals, review_acts, review_items, second_readings
from catalog.store.schema import columns, coverage, datasets, decisions, sources, systems

#: What settles the proposals of an act.
_SETTLING = (ActKind.APPROVE, ActKind.REFUSE, ActKind.UNDO)
#: What is put off, and what can be.
_IS_OFF = (ReviewState.DEFERRED, ReviewState.ASKED)
_CAN_BE_OFF = (*_IS_OFF, *sorted(WAITING))


@dataclass(frozen=True, slots=True)
class Place:
    """A column and where it is; ``is_live`` while it and its dataset are listed."""

    column: Column
    dataset: str
    agency_id: str
    is_live: bool


@dataclass(frozen=True, slots=True)
class Touched:
    """A column that an act was about, as a line about the act tells it."""

    act_id: int
    column_id: int
    name: str
    name_withheld: bool
    agency_id: str


def places(connection: Connection, scope: Scope, column_ids: Collection[int]) -> dict[int, Place]:
    """These columns, as far as they are in this part of the catalog."""
    statement = (
        select(columns, datasets.c.name.label("dataset"), datasets.c.retired_at.label("gone_at"), systems.c.agency_id)
        .join(datasets, datasets.c.id == columns.c.dataset_id)
        .join(sources, sources.c.id == datasets.c.source_id)
        .join(systems, systems.c.id == sources.c.system_id)
        .where(rows.among(columns.c.id, column_ids))
    )
    if scope.agency_ids is not None:
        statement = statement.where(systems.c.agency_id.in_(scope.agency_ids))
    found = {}
    for row in connection.execute(statement):
        column = rows.from_row(Column, row)
        is_live = column.retired_at is None and row.gone_at is None
        found[column.id] = Place(column, row.dataset, row.agency_id, is_live)
    return found


def add_act(connection: Connection, act: ReviewAct) -> ReviewAct:
    """Add what somebody did."""
    return replace(act, id=rows.add(connection, review_acts, act))


def with_token(connection: Connection, person_id: str, token: str) -> ReviewAct | None:
    """What somebody did with a form of this token."""
    own = review_acts.c.person_id == person_id
    return rows.find_one(connection, review_acts, ReviewAct, own & (review_acts.c.token == token))


def one(connection: Connection, act_id: int) -> ReviewAct | None:
    """One act."""
    return rows.find_one(connection, review_acts, ReviewAct, review_acts.c.id == act_id)


def of_person(connection: Connection, person_id: str, limit: int, offset: int = 0) -> list[ReviewAct]:
    """What somebody did, the latest first."""
    statement = select(review_acts).where(review_acts.c.person_id == person_id).order_by(review_acts.c.id.desc())
    return [rows.from_row(ReviewAct, row) for row in connection.execute(statement.limit(limit).offset(offset))]


def count_of_person(connection: Connection, person_id: str) -> int:
    """How many acts somebody did."""
    return connection.execute(select(func.count()).where(review_acts.c.person_id == person_id)).scalar_one()


def about(connection: Connection, act_ids: Collection[int]) -> list[ReviewAct]:
    """The acts that undo, answer, approve or refuse one of these."""
    return rows.find(connection, review_acts, ReviewAct, rows.among(review_acts.c.of_id, act_ids))


def add_decisions(connection: Connection, act_id: int, made: Sequence[Decision]) -> list[Decision]:
    """Add the decisions of an act beside the earlier ones, in this order; of each item it makes one."""
    bulk.add(connection, decisions, made)
    statement = select(decisions.c.column_id, decisions.c.type_code, decisions.c.id).where(decisions.c.act_id == act_id)
    ids = {(row.column_id, row.type_code): row.id for row in connection.execute(statement)}
    return [replace(one, id=ids[one.column_id, one.type_code]) for one in made]


def decisions_in(connection: Connection, act_ids: Collection[int]) -> list[Decision]:
    """The decisions that these acts made."""
    return rows.find(connection, decisions, Decision, rows.among(decisions.c.act_id, act_ids))


def add_pictures(connection: Connection, seen: Sequence[Picture]) -> None:
    """Keep what the machine said when these decisions were made."""
    bulk.add(connection, pictures, seen)


def detectors_of(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    """Which detectors last looked at each of these datasets."""
    statement = select(coverage.c.dataset_id, coverage.c.detector)
    found = connection.execute(statement.where(rows.among(coverage.c.dataset_id, ids)))
    return {row.dataset_id: row.detector for row in found}


def add_proposals(connection: Connection, proposed: Iterable[Proposal]) -> None:
    """Add decisions that wait for a second person."""
    rows.add_all(connection, proposals, proposed)


def proposals_in(connection: Connection, act_ids: Collection[int]) -> list[Proposal]:
    """What these acts proposed, whatever became of it."""
    return rows.find(connection, proposals, Proposal, rows.among(proposals.c.act_id, act_ids))


def open_proposals(connection: Connection, column_ids: Collection[int]) -> list[Proposal]:
    """What waits for a second person on these columns."""
    return rows.find(connection, proposals, Proposal, rows.among(proposals.c.column_id, column_ids), _is_open())


def last_proposing(connection: Connection, column_ids: Collection[int] | Select[int]) -> dict[tuple[int, str], int]:
    """By item of these columns, the last act that proposed something of it, or settled or took back what one did."""
    key = proposals.c.column_id
    own = key.in_(column_ids) if isinstance(column_ids, Select) else rows.among(key, column_ids)
    settling = review_acts.alias()
    settles = (settling.c.of_id == proposals.c.act_id) & settling.c.kind.in_(_SETTLING)
    statement = (
        select(proposals.c.column_id, proposals.c.type_code, func.max(proposals.c.act_id), func.max(settling.c.id))
        .select_from(proposals.outerjoin(settling, settles))
        .where(own)
        .group_by(proposals.c.column_id, proposals.c.type_code)
    )
    return {
        (column_id, code): max(proposed, settled or 0)
        for column_id, code, proposed, settled in connection.execute(statement)
    }


def count_proposed(connection: Connection, act_ids: Collection[int]) -> dict[int, int]:
    """How much of what these acts proposed waits, wherever it is."""
    waiting = (
        select(proposals.c.act_id, func.count())
        .where(rows.among(proposals.c.act_id, act_ids), proposals.c.column_id.in_(_live(Scope(None))), _is_open())
        .group_by(proposals.c.act_id)
    )
    return {row[0]: row[1] for row in connection.execute(waiting)}


def proposing(connection: Connection, scope: Scope, limit: int, offset: int) -> list[int]:
    """The acts that propose what waits for a second person in this part of the catalog, the oldest first."""
    waiting = _proposing(scope).order_by(proposals.c.act_id).limit(limit).offset(offset)
    return list(connection.execute(waiting).scalars())


def count_proposing(connection: Connection, scope: Scope) -> int:
    """How many acts these are."""
    return connection.execute(select(func.count()).select_from(_proposing(scope).subquery())).scalar_one()


def proposals_open_in(connection: Connection, scope: Scope, act_ids: Collection[int]) -> list[Proposal]:
    """What these acts propose that waits for a second person, in this part of the catalog."""
    of_acts = rows.among(proposals.c.act_id, act_ids)
    return rows.find(connection, proposals, Proposal, of_acts, proposals.c.column_id.in_(_live(scope)), _is_open())


def add_deferrals(connection: Connection, put_off: Iterable[Deferral]) -> None:
    """Add what is put off, or taken up again."""
    rows.add_all(connection, deferrals, put_off)


def deferrals_in(connection: Connection, act_ids: Collection[int]) -> list[Deferral]:
    """What these acts put off or took up again."""
    return rows.find(connection, deferrals, Deferral, rows.among(deferrals.c.act_id, act_ids))


def deferrals_of(connection: Connection, column_ids: Collection[int]) -> dict[tuple[int, str], list[Deferral]]:
    """Every word on putting each of these columns' types off, in order."""
    found: dict[tuple[int, str], list[Deferral]] = {}
    for each in rows.find(connection, deferrals, Deferral, rows.among(deferrals.c.column_id, column_ids)):
        found.setdefault((each.column_id, each.type_code), []).append(each)
    return {pair: sorted(those, key=lambda one: one.id) for pair, those in found.items()}


def latest_deferrals(connection: Connection, column_ids: Collection[int]) -> dict[tuple[int, str], Deferral]:
    """The latest word on putting each of these columns' types off."""
    found = rows.find(connection, deferrals, Deferral, rows.among(deferrals.c.column_id, column_ids))
    return {(each.column_id, each.type_code): each for each in found}


def disputed(connection: Connection, decision_ids: Collection[int]) -> frozenset[int]:
    """Those of these decisions that a second reader contradicted."""
    statement = (
        select(decisions.c.id)
        .join(second_readings, second_readings.c.decision_id == decisions.c.id)
        .where(rows.among(decisions.c.id, decision_ids), second_readings.c.verdict != decisions.c.verdict)
    )
    return frozenset(connection.execute(statement).scalars())


def standing_last(connection: Connection, act_ids: Collection[int], today: date) -> dict[int, set[int]]:
    """By act, the columns on which there is something of it to undo: its word is the last one, or the one that the
    last puts back in effect, and nothing waits for a second person there.
    """
    found: dict[int, set[int]] = {}
    off = _put_off(act_ids), _taken_up(act_ids, today)
    for part in (_decided(act_ids), *off, _proposed(act_ids), _withdrawn(act_ids)):
        for act_id, column_id in connection.execute(part):
            if act_id is not None:
                found.setdefault(act_id, set()).add(column_id)
    return found


def _decided(act_ids: Collection[int]) -> Select[int | None, int]:
    back = decisions.alias()
    same_column = back.c.column_id == decisions.c.column_id  # what is put back is found by it
    put_back = select(back.c.id).where(same_column, back.c.restores == decisions.c.id, _is_last(back))
    return select(decisions.c.act_id, decisions.c.column_id).where(
        rows.among(decisions.c.act_id, act_ids), or_(_is_last(decisions), exists(put_back)), ~_is_proposed(decisions)
    )


def _put_off(act_ids: Collection[int]) -> Select[int, int]:
    newer = deferrals.alias()
    later = select(newer.c.id).where(_same(newer, deferrals), newer.c.id > deferrals.c.id)
    return select(deferrals.c.act_id, deferrals.c.column_id).where(
        rows.among(deferrals.c.act_id, act_ids), ~deferrals.c.ends, ~exists(later), _stands(deferrals, _IS_OFF)
    )


def _taken_up(act_ids: Collection[int], today: date) -> Select[int, int]:
    newer, root = deferrals.alias(), review_acts.alias()
    # What came back with the undoing, from before, is no later word.
    came_back = and_(~newer.c.ends, newer.c.act_id < deferrals.c.act_id, newer.c.act_id != review_acts.c.of_id)
    later = select(newer.c.id).where(_same(newer, deferrals), newer.c.id > deferrals.c.id, ~came_back)
    return (
        select(deferrals.c.act_id, deferrals.c.column_id)
        .join(review_acts, review_acts.c.id == deferrals.c.act_id)
        .join(root, root.c.id == review_acts.c.of_id)
        .where(or_(root.c.until.is_(None), root.c.until > today))
        .where(rows.among(deferrals.c.act_id, act_ids), deferrals.c.ends, review_acts.c.kind == ActKind.UNDO)
        .where(~exists(later), _stands(deferrals, _CAN_BE_OFF, review_items.c.digest == deferrals.c.evidence_digest))
    )


def _proposed(act_ids: Collection[int]) -> Select[int, int]:
    return select(proposals.c.act_id, proposals.c.column_id).where(rows.among(proposals.c.act_id, act_ids), _is_open())


def _withdrawn(act_ids: Collection[int]) -> Select[int, int]:
    """What an act took back that waited for a second person, and that can be proposed again."""
    undoing, other = review_acts.alias(), proposals.alias()
    settled = select(review_acts.c.id).where(
        review_acts.c.of_id == proposals.c.act_id, review_acts.c.kind.in_((ActKind.APPROVE, ActKind.REFUSE))
    )
    waits = select(other.c.id).where(_same(other, proposals), _is_open(other))
    return (
        select(undoing.c.id, proposals.c.column_id)
        .join(proposals, proposals.c.act_id == undoing.c.of_id)
        .where(rows.among(undoing.c.id, act_ids), undoing.c.kind == ActKind.UNDO)
        .where(~exists(settled), ~_is_decided(proposals), ~exists(waits))
    )


def touched(connection: Connection, scope: Scope, act_ids: Collection[int]) -> list[Touched]:
    """The columns that these acts decided on, put off or proposed something of, in this part of the catalog."""
    of_acts = union(
        *(
            select(table.c.act_id, table.c.column_id).where(rows.among(table.c.act_id, act_ids))
            for table in (decisions, deferrals, proposals)
        )
    ).subquery()
    statement = (
        select(of_acts.c.act_id, columns.c.id, columns.c.name, columns.c.name_withheld, systems.c.agency_id)
        .select_from(of_acts)
        .join(columns, columns.c.id == of_acts.c.column_id)
        .join(datasets, datasets.c.id == columns.c.dataset_id)
        .join(sources, sources.c.id == datasets.c.source_id)
        .join(systems, systems.c.id == sources.c.system_id)
        .order_by(of_acts.c.act_id, columns.c.id)
    )
    if scope.agency_ids is not None:
        statement = statement.where(systems.c.agency_id.in_(scope.agency_ids))
    return [Touched(*row) for row in connection.execute(statement)]


def _is_last(of: FromClause) -> ColumnElement[bool]:
    """Whether a decision is the last on its type in its column."""
    later = decisions.alias()
    same = (later.c.column_id == of.c.column_id) & (later.c.type_code == of.c.type_code)
    after = or_(later.c.at > of.c.at, and_(later.c.at == of.c.at, later.c.id > of.c.id))
    return ~exists(select(later.c.id).where(same, after))


def _proposing(scope: Scope) -> Select[int]:
    return select(proposals.c.act_id).where(proposals.c.column_id.in_(_live(scope)), _is_open()).distinct()


def _live(scope: Scope) -> Select[int]:
    return select(columns.c.id).where(columns.c.retired_at.is_(None), columns.c.dataset_id.in_(dataset_ids(scope)))


def _same(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Whether both are about one type in one column."""
    return and_(one.c.column_id == other.c.column_id, one.c.type_code == other.c.type_code)


def _stands(of: FromClause, states: Collection[ReviewState], *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the queue has it in one of these states."""
    own = select(review_items.c.column_id).where(_same(review_items, of), review_items.c.state.in_(states), *more)
    return exists(own)


def _is_proposed(of: FromClause) -> ColumnElement[bool]:
    """Whether something of it waits for a second person."""
    return exists(select(proposals.c.id).where(_same(proposals, of), _is_open()))


def _is_open(of: FromClause = proposals) -> ColumnElement[bool]:
    """Whether a proposal waits: its act is neither settled nor taken back, and nobody has decided on it since."""
    closing = review_acts.alias()
    settled = exists(select(closing.c.id).where(closing.c.of_id == of.c.act_id, closing.c.kind.in_(_SETTLING)))
    return and_(~settled, ~_is_decided(of))


def _is_decided(of: FromClause) -> ColumnElement[bool]:
    """Whether somebody decided on what is proposed since it was."""
    own, since = review_acts.alias(), decisions.alias()
    after = or_(since.c.act_id > of.c.act_id, and_(since.c.act_id.is_(None), since.c.at > own.c.at))
    return exists(select(since.c.id).where(_same(since, of), after, own.c.id == of.c.act_id))
