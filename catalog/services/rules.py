"""What every record of the law has to keep to: things it names exist, dates in order, types of the taxonomy."""

from collections.abc import Collection
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from catalog.errors import NotFound, RequestError
from catalog.model.register import Activity
from catalog.services.catalog import Catalog
from catalog.store import law, register
from catalog.store.engine import Connection

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

D = TypeVar("D", bound="DataclassInstance")


def existing(connection: Connection, kind: type[D], key: int, thing: str) -> D:
    """The record a new one names.

    Raises:
        NotFound: when there is none.
    """
    found = law.one(connection, kind, key)
    if found is None:
        raise no_such(thing, key)
    return found


def no_such(thing: str, key: int) -> NotFound:
    """What is answered where a record names one that is not there, or that its keeper may not know of."""
    return NotFound(f"{thing} {key}", "there is no such record", "Record it first.")


def agency_exists(connection: Connection, agency_id: str) -> None:
    """Refuse an agency nobody knows.

    Raises:
        NotFound: when it is not in the catalog.
    """
    if register.agency(connection, agency_id) is None:
        raise NotFound(f"Agency {agency_id}", "there is no such agency", "See them under Agencies.")


def own_activity(connection: Connection, activity_id: int, agency_id: str) -> Activity:
    """The activity of this agency that a record is about.

    Raises:
        NotFound: when there is none in this agency; whether another has it is not told.
    """
    activity = law.one(connection, Activity, activity_id)
    if activity is None or activity.agency_id != agency_id or activity.withdrawn_on is not None:
        raise NotFound(f"Activity {activity_id}", "this agency has no such activity", "Record it first.")
    return activity


def types_exist(catalog: Catalog, codes: Collection[str]) -> None:
    """Refuse identifier types nobody knows.

    Raises:
        RequestError: naming the first.
    """
    unknown = sorted(set(codes) - set(catalog.taxonomy.types))
    if unknown:
        raise RequestError(f"Identifier type {unknown[0]}", "there is no such type", "See them under Identifier types.")


def in_order(thing: str, *dates: tuple[str, date | None]) -> None:
    """Refuse dates that do not follow one another; those not given are passed over.

    Parameters:
        thing: what has the dates.
        dates: what each says and the day, in the order they must be in; the same day is in order.

    Raises:
        RequestError: naming the two.
    """
    given = [(words, day) for words, day in dates if day is not None]
    for (earlier, first), (later, then) in pairwise(given):
        if then < first:
            raise RequestError(thing, f"{later} ({then}) is before {earlier} ({first})", "Correct one of the two days.")
