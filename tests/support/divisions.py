"""Shelter's report of two years, whose two divisions are asked for their parts; Health's beside it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.model.actors import Actor, Grant, Role
from catalog.model.cycles import Cycle, DivisionTask
from catalog.model.register import Verb
from catalog.services import cycles, division_tasks, people, register
from catalog.services.catalog import Catalog
from tests.support.builders import CPO, OPERATOR, an_activity
from tests.support.registers import DSO, STEWARD, small

#: A steward of the same agency who is not asked, and one of another agency.
SAM = Actor("sam", "Sam Reed", frozenset({Grant(Role.STEWARD, "dso")}))
FOREIGN = Actor("far", "Farah Diaz", frozenset({Grant(Role.STEWARD, "dch")}))
DUE = date(2027, 3, 31)


@dataclass(frozen=True)
class Asked:
    """The numbers of what there is."""

    cycle: Cycle
    other: Cycle
    intake: int
    night: int


def a_round(catalog: Catalog) -> Asked:
    """Open it; "Intake" does one activity by its unit, "Night desk" another as one of its divisions."""
    small(catalog)
    for actor, agency_id in ((STEWARD, "dso"), (SAM, "dso"), (FOREIGN, "dch")):
        people.add_person(OPERATOR, catalog, actor.person_id, actor.name, Role.STEWARD, agency_id)
    intake = an_activity("dso", "Asking at intake", unit="Intake", purpose="To give people a bed")
    night = an_activity(
        "dso", "Noting arrivals", divisions=("Night  desk", "Doors"), purpose="To know who is in", verb=Verb.COLLECTION
    )
    made = [register.add_activity(DSO, catalog, one, type_codes=["NAME"]).id for one in (intake, night)]
    own, other = cycles.open_round(
        CPO, catalog, period_from=date(2026, 8, 1), period_to=date(2028, 7, 31), due_on=date(2028, 7, 31),
        agency_ids=["dso", "dch"],
    )  # fmt: skip
    return Asked(own, other, *made)


def ask(catalog: Catalog, asked: Asked, actor: Actor = DSO, **rest: Any) -> DivisionTask:
    """Ask Intake for the purposes, by name, unless ``rest`` says otherwise."""
    plain: dict[str, Any] = {
        "division": "Intake", "tasks": ("purposes",), "person_id": "stw", "contact": "", "note": "", "due_on": DUE
    }  # fmt: skip
    return division_tasks.ask(actor, catalog, asked.cycle.id, **(plain | rest))
