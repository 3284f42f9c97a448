"""An inventory cycle of a small agency, and its people; what is said and signed in it goes through the services."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from catalog.errors import RequestError
from catalog.model.actors import Actor, Grant, Role
from catalog.model.cycles import Cycle, CycleEvent, CycleState, CycleStep, DivisionTask
from catalog.model.frozen_reports import FrozenReport
from catalog.model.report_answers import Answer, of_task, task_digest
from catalog.model.report_entries import Entry, EntryKind, Said, WithholdReason
from catalog.model.report_form import Task
from catalog.model.report_views import ReportNow
from catalog.services import cycles, report_answering, report_contents, report_signing, report_states
from catalog.services.catalog import Catalog
from catalog.store import law
from tests.support.builders import CPO, OPERATOR, RESEARCHER, officer
from tests.support.registers import AUDITOR, DEPUTY, HEAD, STAFF, STEWARD

DSO, DCH = officer("dso"), officer("dch")
FOIL = Actor("foil", "Frankie Ort", frozenset({Grant(Role.FOIL_OFFICER, "dso")}))
DCH_HEAD = Actor("head-dch", "Helen Iva", frozenset({Grant(Role.AGENCY_HEAD, "dch")}))
DCH_DEPUTY = Actor("dep-dch", "Dora Imre", frozenset({Grant(Role.DEPUTY, "dch")}))
DCH_STEWARD = Actor("stw-dch", "Sid Ives", frozenset({Grant(Role.STEWARD, "dch")}))
BOTH = Actor("both", "Bea Orr", frozenset({Grant(Role.OFFICER, "dso"), Grant(Role.AGENCY_HEAD, "dso")}))
#: Everybody there is, by name: those of the agency, of the city, and of another agency.
PEOPLE = {
    "officer": DSO, "deputy": DEPUTY, "head": HEAD, "steward": STEWARD, "records officer": FOIL, "cpo": CPO,
    "staff": STAFF, "auditor": AUDITOR, "researcher": RESEARCHER, "operator": OPERATOR, "other officer": DCH,
    "other head": DCH_HEAD, "other deputy": DCH_DEPUTY, "other steward": DCH_STEWARD,
}  # fmt: skip
FROM, TO, DUE = date(2026, 8, 1), date(2028, 7, 31), date(2028, 7, 31)
E, S, K = CycleEvent, CycleState, EntryKind


@dataclass(frozen=True)
class Case:
    """One cycle of one agency."""

    catalog: Catalog = field(repr=False)
    cycle_id: int

    def again(self, catalog: Catalog) -> "Case":
        """The same cycle in the same catalog, opened otherwise."""
        return Case(catalog, self.cycle_id)

    @property
    def cycle(self) -> Cycle:
        with self.catalog.reading() as connection:
            found = law.one(connection, Cycle, self.cycle_id)
        assert found is not None
        return found

    @property
    def now(self) -> ReportNow:
        with self.catalog.reading() as connection:
            return report_states.state_of(connection, self.catalog, self.cycle)

    @property
    def steps(self) -> list[CycleStep]:
        return self._kept(CycleStep)

    @property
    def entries(self) -> list[Entry]:
        return self._kept(Entry)

    @property
    def frozen(self) -> list[FrozenReport]:
        return self._kept(FrozenReport)

    def _kept(self, kind: type[Any]) -> list[Any]:
        with self.catalog.reading() as connection:
            return law.where(connection, kind, cycle_id=self.cycle_id)

    def answer(self, key: str) -> Answer:
        return next(one for one in self.now.answers if one.item.key == key)

    def say(self, actor: Actor, key: str, kind: EntryKind, text: str = "", **rest: Any) -> Entry:
        """Say something having seen the latest of it, unless ``rest`` says otherwise."""
        latest = max((one.id for one in self.entries if one.item_key == key), default=0)
        told = {"expected": latest, "text": text, **rest}
        return report_answering.say(actor, self.catalog, self.cycle_id, key, kind, **told)

    def withhold(self, key: str, reason: WithholdReason = WithholdReason.INVESTIGATION) -> Entry:
        return self.say(DSO, key, K.WITHHELD, "It is being looked into.", reason=reason)

    def digest(self, task: Task) -> str:
        return task_digest(of_task(task, self.now.answers))

    def attest(self, task: Task, actor: Actor = DSO) -> Entry:
        return report_answering.attest(actor, self.catalog, self.cycle_id, task, digest=self.digest(task))

    def move(self, actor: Actor, event: CycleEvent, words: str = "") -> Cycle:
        return cycles.move(actor, self.catalog, self.cycle_id, event, words=words, expected=self.cycle.state)

    def hash(self) -> str:
        """Of what a signature would freeze now, or of what was frozen."""
        content = report_states.content_of(self.now)
        return report_contents.digest(report_contents.encode(content))

    def sign(self, actor: Actor = DSO, **rest: Any) -> FrozenReport:
        told = {"content_hash": self.hash(), **rest}
        return report_signing.sign(actor, self.catalog, self.cycle_id, **told)

    def sign_for_agency(self, actor: Actor = HEAD, **rest: Any) -> Cycle:
        told = {"content_hash": self.hash(), "capacity": "Commissioner", **rest}
        return report_signing.sign_for_agency(actor, self.catalog, self.cycle_id, **told)

    def fill(self, words: str = "We do so.") -> None:
        """Say all that has to be said, if nothing was said of it yet."""
        now = self.now.answers
        said = [Said(one.item.key, K.WROTE, words) for one in now if not one.is_filled]
        explained = [Said(one.item.key, K.EXPLAINED, "It is so.") for one in now if one.needs_explaining]
        report_answering.say_many(DSO, self.catalog, self.cycle_id, [*said, *explained])

    def attest_all(self) -> None:
        now = self.now.answers  # attesting one task moves no other
        for task in Task:
            digest = task_digest(of_task(task, now))
            report_answering.attest(DSO, self.catalog, self.cycle_id, task, digest=digest)

    def make_ready(self) -> None:
        self.fill()
        self.attest_all()
        self.move(DSO, E.READY)

    def submit(self) -> None:
        """Sign it and have it signed, from where the officer signs."""
        self.sign()
        self.sign_for_agency()


def a_cycle(catalog: Catalog, agency_id: str = "dso") -> Case:
    """A cycle that was opened and nothing else."""
    (cycle,) = cycles.open_round(CPO, catalog, period_from=FROM, period_to=TO, due_on=DUE, agency_ids=[agency_id])
    return Case(catalog, cycle.id)


def a_past(agency_id: str = "dso", **rest: Any) -> Cycle:
    """A report that was signed and submitted in time."""
    at = datetime(2026, 7, 30, 14, tzinfo=UTC)
    told: dict[str, Any] = {
        "period_from": date(2024, 8, 1), "period_to": date(2026, 7, 31), "due_on": date(2026, 7, 31),
        "state": S.CLOSED, "signed_by": "Hari Edwin", "signed_at": at, "submitted_on": date(2026, 7, 30), **rest,
    }  # fmt: skip
    return Cycle(id=0, agency_id=agency_id, content_hash="", **told)


def a_division_task(case: Case, **rest: Any) -> DivisionTask:
    """The steward is asked about the agreements."""
    told: dict[str, Any] = {
        "division": "", "tasks": (Task.AGREEMENTS.value,), "person_id": STEWARD.person_id, "contact": "", "note": "",
        "due_on": DUE, "asked_by": DSO.name, "asked_at": case.catalog.clock.now(), "reminded_on": None, "done_by": "",
        "done_at": None, "withdrawn_at": None, **rest,
    }  # fmt: skip
    asked = DivisionTask(id=0, cycle_id=case.cycle_id, **told)
    kept: list[DivisionTask] = []
    case.catalog.note(lambda connection: kept.append(law.add(connection, asked)))
    return kept[0]


@contextmanager
def nothing_stays(catalog: Catalog) -> Iterator[Catalog]:
    """The catalog, of which all that happens in it is undone at the end."""
    with catalog.together() as joined, joined.reading() as connection:
        whole = connection.begin_nested()
        yield joined
        whole.rollback()


def refused_of(case: Case, catalog: Catalog, work: Any) -> RequestError | None:
    """What a step is refused with, None where it is taken; what is refused leaves nothing."""
    try:
        with catalog.together() as joined:
            work(case.again(joined))
    except RequestError as error:
        return error
    return None
