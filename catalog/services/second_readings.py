"""Second readings: some decisions come back to another person, who does not see what the first said.

Nothing is overwritten by them. Where the two disagree, the item waits again, with both words, until somebody decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from catalog.errors import Conflict, RequestError
from catalog.model.actors import Actor
from catalog.model.decisions import VERDICTS, Decision, Standing, Verdict
from catalog.model.holdings import Column
from catalog.model.quality import drawn, lot
from catalog.model.review import LONGEST_REASON, SecondReading, Why
from catalog.model.review_views import ReadingView
from catalog.model.views import ColumnView, TagView
from catalog.services import access, columns, review_states
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import holdings, orphans, register
from catalog.store import second_readings as stored
from catalog.store.engine import Connection

#: How many columns are shown on either side of the one that is read.
BESIDE = 10
_THING = "This second reading"
_NEXT = "Go on with the next one."


def draw(change: Change, catalog: Catalog, decisions: Sequence[Decision], agency_of: Mapping[int, str]) -> None:
    """Let some of the decisions that an act has just made come back to a second reader: inside the act's change.

    Parameters:
        agency_of: the agency of each column decided on.
    """
    kinds = stored.kinds_of(change.connection, {one.act_id for one in decisions if one.act_id is not None})
    of_acts = [(one, kinds[one.act_id]) for one in decisions if one.act_id in kinds]
    share = catalog.settings.second_reading_percent
    back = [
        SecondReading(
            id=0,
            decision_id=one.id,
            column_id=one.column_id,
            type_code=one.type_code,
            agency_id=agency_of[one.column_id],
            evidence_digest=one.evidence_digest,
            drawn_at=change.at,
            reader_id=None,
            verdict=None,
            why=None,
            reason="",
            read_at=None,
        )
        for one in drawn(catalog.audit_key, of_acts, share)
    ]
    stored.add(change.connection, back)


def waiting(connection: Connection, actor: Actor) -> int:
    """How many second readings wait for this actor; none for who may not decide."""
    return stored.count_for(connection, access.scope(actor, Action.DECIDE), actor.person_id)


def next_one(actor: Actor, catalog: Catalog) -> ReadingView | None:
    """What this actor is to read next, as if nobody had decided; None where nothing waits for them.

    What comes first is drawn for each person anew, so that the order tells nothing of who decided what and when.
    """
    access.require(actor, Action.DECIDE)
    key = catalog.audit_key
    with catalog.reading() as connection:
        ids = stored.waiting_for(connection, access.scope(actor, Action.DECIDE), actor.person_id)
        if not ids:
            return None
        first = min(ids, key=lambda number: lot(key, number, actor.person_id))
        return _view(connection, catalog, *_open_to(connection, actor, first), len(ids))


def read(
    actor: Actor, catalog: Catalog, reading_id: int, verdict: Verdict, why: Why | None = None, reason: str = ""
) -> bool:
    """Say what one reads, without knowing what the first reader said. The same said twice by one person is said once.

    Returns:
        Whether the two agree.

    Raises:
        Conflict: when somebody has read it meanwhile, or the decision does not stand any more.
        NotFound: when there is no such second reading, or none for this actor.
        RequestError: when it is no word on it, or a reason is missing or too long.
    """
    access.require(actor, Action.DECIDE)
    said = _checked(verdict, why, reason)
    with catalog.reading() as connection:
        found, dataset_id, agency_id = _open_to(connection, actor, reading_id)
        if (found.reader_id, found.verdict) == (actor.person_id, verdict):
            return _agree(connection, found)
    thing = f"column:{found.column_id}"
    with catalog.changing(actor, "read_second", thing, found.type_code, agency_id=agency_id) as change:
        change.alone()
        if not stored.waits(change.connection, reading_id):
            raise Conflict(_THING, "somebody has read it meanwhile, or the decision does not stand any more", _NEXT)
        told = replace(
            found,
            reader_id=actor.person_id,
            verdict=verdict,
            why=why if verdict is Verdict.REJECTED else None,
            reason=said,
            read_at=change.at,
        )
        stored.write(change.connection, told)
        change.compare(found, told)
        agrees = _agree(change.connection, told)
        if not agrees:
            review_states.touch(change, catalog, [dataset_id])
    return agrees


def _checked(verdict: Verdict, why: Why | None, reason: str) -> str:
    """The reason, where all that was said can be said.

    Raises:
        RequestError: naming what cannot.
    """
    reason = reason.strip()
    if verdict not in VERDICTS:
        raise RequestError(_THING, "it is neither yes nor no", "Use the buttons.")
    if verdict is Verdict.REJECTED and why is None:
        raise RequestError(_THING, "it is not said why it is not this type", "Choose a reason.")
    if verdict is Verdict.REJECTED and why is Why.OTHER and not reason:
        raise RequestError(_THING, "the other reason is not given", "Say it in a few words.")
    if len(reason) > LONGEST_REASON:
        raise RequestError("The reason", f"it has over {LONGEST_REASON} characters", "Write fewer.")
    return reason


def _open_to(connection: Connection, actor: Actor, reading_id: int) -> tuple[SecondReading, int, str]:
    """A second reading that this actor may give or has given, with its dataset and agency."""
    found = stored.one(connection, reading_id)
    place = stored.agency_of(connection, found.column_id) if found else None
    if found is None or place is None or not access.may(actor, Action.DECIDE, place[1]):
        raise access.nothing_here(_THING)
    if stored.has_spoken(connection, actor.person_id, found.column_id, found.type_code):
        raise access.nothing_here(_THING)
    return found, *place


def _agree(connection: Connection, found: SecondReading) -> bool:
    return found.verdict is stored.first_word(connection, found.decision_id)


def _view(
    connection: Connection, catalog: Catalog, reading: SecondReading, dataset_id: int, agency_id: str, left: int
) -> ReadingView:
    (dataset,) = orphans.datasets_by_id(connection, [dataset_id]).values()
    words = register.descriptions_by_id(connection, [dataset_id]).get(dataset_id)
    beside = _beside(holdings.live_columns(connection, dataset_id), reading.column_id)
    seen = [blind(view) for view in columns.views_of(connection, catalog, beside)]
    (own,) = (view for view in seen if view.column.id == reading.column_id)
    (tag,) = (tag for tag in own.tags if tag.type.code == reading.type_code)
    return ReadingView(
        id=reading.id,
        column=own.column,
        dataset=dataset,
        title=words.title if words else "",
        agency=next(one for one in register.all_agencies(connection) if one.id == agency_id),
        source=next(one for one in register.all_sources(connection) if one.id == dataset.source_id),
        tag=tag,
        profile=own.profile,
        neighbours=tuple(seen),
        left=left,
    )


def _beside(every: Sequence[Column], column_id: int) -> Sequence[Column]:
    place = next(place for place, column in enumerate(every) if column.id == column_id)
    return every[max(place - BESIDE, 0) : place + BESIDE + 1]


def blind(view: ColumnView) -> ColumnView:
    """A column as the machine alone sees it: of nobody's word, on this type or another, is anything to be seen."""
    tags = [_unsaid(tag) for tag in view.tags if tag.strength is not None]
    return replace(view, tags=tuple(tags))


def _unsaid(tag: TagView) -> TagView:
    return replace(tag, standing=Standing.SUGGESTED, decision=None, decided_by="")
