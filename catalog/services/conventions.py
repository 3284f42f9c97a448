"""The inventory in the words of other conventions: of published datasets, or of the register's activities."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.errors import RequestError
from catalog.model import conventions as model
from catalog.model.actors import Actor
from catalog.model.conventions import About, Convention, Facts
from catalog.model.purposes import Purpose
from catalog.model.register import Activity
from catalog.services import access, audit, convention_facts, published, records
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import law, people
from catalog.taxonomy import conventions as mappings

_ALL = 1_000_000
#: What one has to be allowed to read for a convention about this.
ACTIONS: Mapping[About, Action] = {About.DATASET: Action.READ_PUBLISHED, About.ACTIVITY: Action.READ_FLOWS}


@dataclass(frozen=True, slots=True)
class Exported:
    """A convention with our records in it: whole, and line by line; and how many are left out because they lack what
    the convention has no record without.
    """

    convention: Convention
    data: Mapping[str, Any]
    lines: tuple[Mapping[str, str], ...]
    left_out: int


def names() -> tuple[str, ...]:
    """The conventions there are mappings of."""
    return tuple(mappings.load())


def export(actor: Actor, catalog: Catalog, code: str, agency_id: str | None = None) -> Exported:
    """The inventory as the convention ``code`` has it, of one agency or of all that the actor may read.

    Of datasets it tells what is published and no more, whoever asks; of activities those of agencies whose register
    the actor reads, not what other agencies only share with them, and only those that have not ended. That it is taken
    away is recorded and held against the day's quota.

    Raises:
        RequestError: when there is no such convention.
        NotFound: when it is an agency the actor may not know of.
        NotAllowed: when the actor's roles do not include it at all, or it is more rows than one may take in a day.
    """
    convention = mappings.load().get(code)
    if convention is None:
        raise RequestError(f"The convention {code}", "there is none", f"Choose one of: {', '.join(names())}.")
    action = ACTIONS[convention.about]
    access.require(actor, action, None if action is Action.READ_PUBLISHED else agency_id)
    found = _datasets(actor, catalog) if convention.about is About.DATASET else _activities(actor, catalog)
    asked = [facts for facts in found if agency_id in {None, facts["agency_id"]}]
    chosen = [facts for facts in asked if model.has_all(convention.rules, facts)]
    left_out = len(asked) - len(chosen)
    audit.exported(actor, catalog, code.replace("_", "-"), len(chosen), {"agency"} if agency_id else ())
    lines = tuple(model.flat(convention.rules, facts) for facts in chosen)
    return Exported(convention, model.whole(convention, chosen, left_out), lines, left_out)


def _is_current(activity: Activity, today: date) -> bool:
    """Whether an activity is what an agency does: a record of processing is not one of what has ended."""
    return not activity.withdrawn_on and (activity.ended_on is None or activity.ended_on >= today)


def _datasets(actor: Actor, catalog: Catalog) -> list[Facts]:
    found = published.find(actor, catalog, per_page=_ALL).datasets
    return [convention_facts.of_dataset(one) for one in sorted(found, key=lambda one: one.address)]


def _activities(actor: Actor, catalog: Catalog) -> list[Facts]:
    now = catalog.clock.now()
    with catalog.reading() as connection:
        seen = records.visible(connection, catalog, actor)
        purposes = {one.id: one for one in law.every(connection, Purpose)}
        views = seen.views(
            lambda one: access.may(actor, Action.READ_FLOWS, one.agency_id) and _is_current(one, catalog.day())
        )
        agencies = {view.agency.id for view in views}
        officers = {one: tuple(p.name for p in people.officers(connection, one, now)) for one in agencies}
    return [
        convention_facts.of_activity(view, purposes.get(view.activity.purpose_id or 0), officers[view.agency.id])
        for view in views
    ]
