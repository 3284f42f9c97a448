"""Notices and their deliveries in the database."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from catalog.model.coverage import TRIES, Look
from catalog.model.holdings import Dataset
from catalog.model.notices import Channel, Delivery, DeliveryState, Notice, NoticeKind
from catalog.model.runs import Outcome, Run, RunState
from catalog.store import rows
from catalog.store.night_schema import deliveries, notices
from catalog.store.scans import OPEN_STATES
from catalog.store.schema import datasets, outcomes, runs

_LOOKED = (Look.SCANNED, Look.PARTLY)


def add(connection: Connection, notice: Notice) -> Notice | None:
    """Store a notice; None where there is one of its key."""
    if connection.execute(select(notices.c.id).where(notices.c.key == notice.key)).first() is not None:
        return None
    try:
        with connection.begin_nested():
            return replace(notice, id=rows.add(connection, notices, notice))
    except IntegrityError:  # another process saw the same a moment earlier
        return None


def latest(
    connection: Connection, agency_ids: Collection[str] | None, kinds: Collection[NoticeKind], limit: int
) -> list[Notice]:
    """The latest notices of these kinds, newest first; of these agencies only, or (None) of all."""
    statement = select(notices).where(notices.c.kind.in_(kinds)).order_by(notices.c.id.desc()).limit(limit)
    if agency_ids is not None:
        statement = statement.where(notices.c.agency_id.in_(agency_ids))
    return [rows.from_row(Notice, row) for row in connection.execute(statement)]


def by_id(connection: Connection, ids: Collection[int]) -> dict[int, Notice]:
    """These notices."""
    return {one.id: one for one in rows.find(connection, notices, Notice, rows.among(notices.c.id, ids))}


def of_source(connection: Connection, source_id: int, kind: NoticeKind, since: datetime | None) -> list[Notice]:
    """The notices of one kind about a source since then, oldest first."""
    its = (notices.c.source_id == source_id) & (notices.c.kind == kind)
    return rows.find(connection, notices, Notice, its if since is None else its & (notices.c.at > since))


def count_told(connection: Connection, kind: NoticeKind, since: datetime) -> int:
    """How many notices of one kind there were since then."""
    its = (notices.c.kind == kind) & (notices.c.at > since)
    return connection.execute(select(func.count()).select_from(notices).where(its)).scalar_one()


def add_deliveries(connection: Connection, made: Iterable[Delivery]) -> None:
    """Send notices on their way."""
    rows.add_all(connection, deliveries, made)


def goes_to(connection: Connection, key: str, person_id: str) -> bool:
    """Whether the notice of a key is on its way to a person, or was sent to them."""
    statement = (
        select(deliveries.c.id)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .where(notices.c.key == key, deliveries.c.person_id == person_id)
    )
    return connection.execute(statement.limit(1)).first() is not None


def due(connection: Connection, channel: Channel, now: datetime) -> list[Delivery]:
    """What waits on a channel and may be tried now, oldest first."""
    waits = (deliveries.c.channel == channel) & (deliveries.c.state == DeliveryState.WAITING)
    return rows.find(connection, deliveries, Delivery, waits & (deliveries.c.next_at <= now))


def claim(connection: Connection, delivery: Delivery, next_at: datetime) -> bool:
    """Take a delivery for one try, before it is made; False where another process has taken it."""
    as_it_was = (deliveries.c.state == delivery.state) & (deliveries.c.tries == delivery.tries)
    mine = (deliveries.c.id == delivery.id) & as_it_was & (deliveries.c.next_at == delivery.next_at)
    return bool(rows.change(connection, deliveries, mine, tries=delivery.tries + 1, next_at=next_at))


def change_deliveries(connection: Connection, ids: Collection[int], **values: object) -> None:
    """Note what became of deliveries."""
    rows.change(connection, deliveries, rows.among(deliveries.c.id, ids), **values)


def withdraw(connection: Connection, ids: Collection[int]) -> None:
    """Take back deliveries to somebody who is no longer to be told."""
    rows.remove(connection, deliveries, rows.among(deliveries.c.id, ids))


def unsent(connection: Connection, kinds: Collection[NoticeKind]) -> list[tuple[int, str]]:
    """The deliveries of notices of these kinds that wait, each with the key of what it tells."""
    statement = (
        select(deliveries.c.id, notices.c.key)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .where(deliveries.c.state == DeliveryState.WAITING, notices.c.kind.in_(kinds))
    )
    return [(delivery_id, key) for delivery_id, key in connection.execute(statement)]


def try_again(connection: Connection, now: datetime) -> int:
    """Let what was given up wait anew; how many there were."""
    given_up = deliveries.c.state == DeliveryState.GIVEN_UP
    return rows.change(connection, deliveries, given_up, state=DeliveryState.WAITING, tries=0, next_at=now)


def last_sent_by_person(connection: Connection) -> dict[str, datetime]:
    """When each person was sent their last mail."""
    statement = (
        select(deliveries.c.person_id, func.max(deliveries.c.sent_at))
        .where(deliveries.c.channel == Channel.EMAIL, deliveries.c.sent_at.is_not(None))
        .group_by(deliveries.c.person_id)
    )
    return {person_id: at for person_id, at in connection.execute(statement) if person_id and at}


def in_state(connection: Connection, state: DeliveryState, limit: int) -> list[Delivery]:
    """The latest deliveries in a state, newest first."""
    statement = select(deliveries).where(deliveries.c.state == state).order_by(deliveries.c.id.desc()).limit(limit)
    return [rows.from_row(Delivery, row) for row in connection.execute(statement)]


def count(connection: Connection, state: DeliveryState, since: datetime | None = None) -> int:
    """How many deliveries are in a state, those last tried before ``since`` left out."""
    statement = select(func.count()).select_from(deliveries).where(deliveries.c.state == state)
    if since is not None:
        statement = statement.where(deliveries.c.next_at >= since)
    return int(connection.execute(statement).scalar_one())


def overdue(connection: Connection, before: datetime) -> int:
    """How many deliveries might have been tried since before then and were not."""
    waits = (deliveries.c.state == DeliveryState.WAITING) & (deliveries.c.next_at <= before)
    return int(connection.execute(select(func.count()).select_from(deliveries).where(waits)).scalar_one())


def failing_since(connection: Connection, source_ids: Collection[int]) -> dict[int, Run]:
    """The first of the failed runs that have followed each other at each source, where its newest runs failed."""
    done = (
        select(runs.c.source_id, func.max(runs.c.id).label("id"))
        .where(runs.c.state == RunState.DONE)
        .group_by(runs.c.source_id)
        .subquery()
    )
    first = (
        select(func.min(runs.c.id))
        .outerjoin(done, done.c.source_id == runs.c.source_id)
        .where(runs.c.state == RunState.FAILED, runs.c.id > func.coalesce(done.c.id, 0))
        .where(rows.among(runs.c.source_id, source_ids))
        .group_by(runs.c.source_id)
    )
    return {run.source_id: run for run in rows.find(connection, runs, Run, runs.c.id.in_(first))}


def unended(connection: Connection, source_ids: Collection[int]) -> dict[int, Run]:
    """The run of each of these sources that has not ended."""
    of_these = rows.among(runs.c.source_id, source_ids)
    return {run.source_id: run for run in rows.find(connection, runs, Run, of_these, runs.c.state.in_(OPEN_STATES))}


def heard_at(connection: Connection, source_ids: Collection[int]) -> dict[int, datetime]:
    """When a run of each of these sources ended last, or one that has not ended looked at something."""
    of_these = rows.among(runs.c.source_id, source_ids)
    ended = select(runs.c.source_id, func.max(runs.c.ended_at)).where(of_these).group_by(runs.c.source_id)
    looked = (
        select(runs.c.source_id, func.max(outcomes.c.at))
        .join(outcomes, outcomes.c.run_id == runs.c.id)
        .where(of_these, runs.c.state.in_(OPEN_STATES))
        .group_by(runs.c.source_id)
    )
    found: dict[int, datetime] = {}
    for source_id, at in [*connection.execute(ended), *connection.execute(looked)]:
        if at is not None:
            found[source_id] = max(at, found.get(source_id, at))
    return found


def outcomes_to_tell(connection: Connection, run_id: int) -> list[Outcome]:
    """What a run found new, and what it could not look at for a reason that may be the dataset's own."""
    telling = (outcomes.c.types_new != ()) | outcomes.c.reason.in_(TRIES)
    return rows.find(connection, outcomes, Outcome, outcomes.c.run_id == run_id, telling)


def looked_at_before(connection: Connection, dataset_ids: Collection[int], run_id: int) -> dict[int, int]:
    """Of these datasets, those that runs before this one looked at, each with the last such run."""
    statement = (
        select(outcomes.c.dataset_id, func.max(outcomes.c.run_id))
        .where(rows.among(outcomes.c.dataset_id, dataset_ids), outcomes.c.run_id < run_id)
        .where(outcomes.c.look.in_(_LOOKED))
        .group_by(outcomes.c.dataset_id)
    )
    return {dataset_id: int(last) for dataset_id, last in connection.execute(statement)}


def datasets_by_id(connection: Connection, ids: Collection[int]) -> dict[int, Dataset]:
    """These datasets."""
    return {one.id: one for one in rows.find(connection, datasets, Dataset, rows.among(datasets.c.id, ids))}


def paused_runs(connection: Connection) -> Sequence[Run]:
    """The runs that wait."""
    return rows.find(connection, runs, Run, runs.c.state == RunState.PAUSED)
