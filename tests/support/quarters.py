"""Violations and exigent events by the dozen, each by what the quarterly report counts it by; made by hand."""

from dataclasses import replace
from datetime import date

from catalog.model.actors import Actor, Grant, Role
from catalog.model.events import ExigentEvent, ExigentState, NoticeExemption, Violation, ViolationState
from catalog.model.parties import Party, PartyKind
from catalog.model.quarterly_content import Quarter
from catalog.model.register import Verb
from catalog.services import law_records, reporting
from catalog.services.catalog import Catalog

#: The quarter that is over when the test city's clock stands, and a day in it.
QUARTER, DAY = Quarter(2026, 3), date(2026, 8, 14)
ADMIN = Actor("local", "local administrator", frozenset({Grant(Role.CPO), Grant(Role.OPERATOR)}))

A_VIOLATION = Violation(
    0, "dso", None, "A letter to a wrong address", "It was folded wrongly", "Letters are checked by two", None,
    ("NAME",), "under 5", False, ViolationState.INDIVIDUAL_NOTICE_SENT, DAY, DAY, DAY, DAY,
)  # fmt: skip
AN_EVENT = ExigentEvent(
    0, "dso", None, Verb.DISCLOSURE, "A person in the cold", "Life was at risk", 1, ("NAME",), "under 5",
    ExigentState.CPO_REVIEWED, DAY, DAY, category="Risk to somebody's life or health", reviewed_on=DAY,
    review="It could not wait",
)  # fmt: skip


def a_party(catalog: Catalog, name: str = "St. Anselm Hospital", kind: PartyKind = PartyKind.NONPROFIT) -> int:
    return law_records.add_party(ADMIN, catalog, Party(0, name, kind, None)).id


def violations(catalog: Catalog, count: int, **rest: object) -> list[Violation]:
    """So many violations, reported late, each like the one above but for what is said."""
    one = replace(A_VIOLATION, **rest)  # type: ignore[arg-type]  # fields of it
    return [reporting.add_violation(ADMIN, catalog, one) for _ in range(count)]


def events(catalog: Catalog, count: int, **rest: object) -> list[ExigentEvent]:
    """So many exigent events, likewise."""
    one = replace(AN_EVENT, **rest)  # type: ignore[arg-type]  # fields of it
    return [reporting.add_exigent_event(ADMIN, catalog, one) for _ in range(count)]


#: What an exigent event says that is excepted from being told to the CPO.
EXCEPTED = {
    "state": ExigentState.NOTICE_NOT_REQUIRED,
    "exemption": NoticeExemption.POLICE,
    "reviewed_on": None,
    "review": "",
    "cpo_notified_on": None,
}
